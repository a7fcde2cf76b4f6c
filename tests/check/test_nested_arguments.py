"""Arguments that are no arrays: dicts, lists, modules, texts, numbers that are counts."""
import numpy as np
import pytest

import nn
from autograd import gradcheck
from autograd.check import Verdict, check_jvp, check_vjp

RNG = np.random.default_rng(0)
P = {"w": RNG.normal(size=(3, 2)), "b": RNG.normal(size=2)}
X = RNG.normal(size=(4, 3))


def forward(p, x, axis):
    return {"y": np.tanh(x @ p["w"] + p["b"]).sum(axis=axis), "x": [2 * x]}


def backward(g, p, x, axis):
    t = np.tanh(x @ p["w"] + p["b"])
    d = np.expand_dims(g["y"], axis) * (1 - t * t)
    return {"w": x.T @ d, "b": d.sum(axis=0)}, d @ p["w"].T + 2 * g["x"][0], None


def test_dicts_go_in_and_come_out():
    assert check_vjp(forward, backward, P, X, 0).verdict is Verdict.OK


def test_the_leaf_that_is_wrong_is_named():
    def wrong(*args):
        p, x, _ = backward(*args)
        return {**p, "b": 2 * p["b"]}, x, None
    report = check_vjp(forward, wrong, P, X, 0, raises=False)
    assert (report.verdict, report.input_name) == (Verdict.WRONG_VALUE, "p['b']")


@pytest.mark.parametrize("broken, verdict", [
    (lambda p, x: ({"w": p["w"]}, x, None), Verdict.WRONG_VALUE), (lambda p, x: ([p["w"]], x, None),
            Verdict.WRONG_COUNT),
    (lambda p, x: (p, x), Verdict.WRONG_COUNT), (lambda p, x: ({**p, "b": p["b"][None]}, x, None),
            Verdict.WRONG_SHAPE)])
def test_cotangents_nested_otherwise(broken, verdict):
    def wrong(*args):
        p, x, _ = backward(*args)
        return broken(p, x)
    report = check_vjp(forward, wrong, P, X, 0, raises=False)
    assert report.verdict is verdict


def test_one_nested_argument_needs_no_tuple_around_its_cotangent():
    assert check_vjp(lambda p: p["a"] * p["b"], lambda g, p: {"a": g * p["b"], "b": g * p["a"]}, {"a": X, "b": X + 1})
    assert check_vjp(lambda p: p[0] * p[1], lambda g, p: [g * p[1], g * p[0]], [X, X + 1])
    assert check_vjp(lambda p: p[0] * p[1], lambda g, p: ([g * p[1], g * p[0]],), [X, X + 1])


def test_tangents_are_nested_too():
    report = check_jvp(lambda p: p["a"] * p["b"], lambda t, p: t["a"] * p["b"] + p["a"] * t["b"], {"a": X, "b": X + 1})
    assert report.verdict is Verdict.OK


def test_functions_of_tensors_take_dicts_texts_and_counts():
    assert gradcheck(lambda p, x, name, k: getattr(x @ p["w"] + p["b"], name)() * k, P, X, "tanh", 3)
    assert gradcheck(lambda xs: xs[0] * xs[1][0] ** xs[1][1], (X, [X, 3])).verdict is Verdict.OK
    assert gradcheck(lambda x, axis: x.sum(axis=axis) ** 2, X, 1)


def test_a_module_is_differentiated_in_its_parameters_and_stays_as_it_was():
    net = nn.MLP([3, 4, 2], activation="tanh", rng=0)
    before = [p.data.copy() for p in net.parameters()]
    report = gradcheck(lambda net, x: net(x), net, X, order=2)
    assert report.verdict is Verdict.OK and "8 x 38" in report.how
    assert all(isinstance(p, nn.Parameter) for p in net.parameters())
    assert all(np.array_equal(p.data, b) for p, b in zip(net.parameters(), before, strict=True))


def test_wrt_counts_arguments():
    report = gradcheck(lambda p, x: (x @ p["w"] + p["b"]).tanh(), P, X, wrt=(1,))
    assert report and "8 x 12" in report.how
