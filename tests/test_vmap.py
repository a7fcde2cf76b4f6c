"""vmap: for many examples it gives what the function gives for each; every op, and with other transforms."""
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import autograd as ag
import autograd.numpy as anp
import nn
from autograd import Tensor, grad, hessian, jvp, vjp, vmap
from autograd.check.generate.strategies import cases
from autograd.core.primitive import REGISTRY
from autograd.transforms import batching

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops")]
RNG = np.random.default_rng(0)
X, W = RNG.normal(size=(5, 3, 4)), RNG.normal(size=(4, 2))
LOOPS = {"tensordot"}
"""Ops that run one example after the other. No layer or loss of nn uses one."""


def plain(x):
    return np.asarray(ag.to_host(x))


def assert_same(got, expected):
    for a, b in zip(got, expected, strict=True):
        a, b = plain(a), plain(b)
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=1e-12 if b.dtype != np.float32 else 2e-5, atol=1e-12 if
                                   b.dtype != np.float32 else 1e-5)


def each(f, *args, axes):
    """f of one example after the other."""
    size = next(np.shape(x)[0] for x, axis in zip(args, axes, strict=True) if axis == 0)
    results = [f(*[x if axis is None else x[i] for x, axis in zip(args, axes, strict=True)]) for i in range(size)]
    return [np.stack([plain(part) for part in column]) for column in zip(*results, strict=True)]


def parts(y):
    return y if isinstance(y, tuple | list) else (y,)


# ---- every op -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_an_op_on_examples_is_the_op_on_each(op):
    """With examples in all inputs, and in one alone; and so are its gradients."""
    @settings(max_examples=max(3, settings().max_examples // 7), suppress_health_check=list(HealthCheck))
    @given(cases(op))
    def check(case):
        inputs = [np.asarray(x) for x in case.inputs]
        many = [np.stack([x, x[..., ::-1] if x.ndim and x.dtype.kind == "f" and op.shapes is None else x])
                for x in inputs]
        f = lambda *xs: parts(op(*xs, **case.params))
        with np.errstate(all="ignore"):
            for batched in {(0,) * len(inputs), *(tuple(0 if i == k else None for i in range(len(inputs)))
                                                 for k in range(len(inputs)))}:
                args = [m if axis == 0 else x for m, x, axis in zip(many, inputs, batched, strict=True)]
                assert_same(vmap(f, batched)(*args), each(f, *args, axes=batched))
            places = [i for i, x in enumerate(inputs) if x.dtype.kind == "f" and op.differentiable and op.vjp_rules[i]]
            if places:
                slopes = lambda *xs: _gradients(f, places, xs)
                assert_same(vmap(slopes)(*many), each(slopes, *many, axes=(0,) * len(many)))
    check()


def _gradients(f, places, xs):
    def of(*moved):
        at = dict(zip(places, moved, strict=True))
        y = [part for part in f(*[at.get(i, x) for i, x in enumerate(xs)]) if _is_real(part)]
        return sum(((part * 1.25).sum() for part in y), 0.0) + sum((m.sum() for m in moved), 0.0)
    return grad(of, tuple(range(len(places))))(*[xs[i] for i in places])


def _is_real(x):
    return ag.as_tensor(x).dtype.kind == "f"


def test_only_these_ops_loop():
    loops = {op.name for op in OPS if op.name not in batching.RULES and batching._declared(op) is batching._one_by_one}
    assert loops == LOOPS


# ---- composed -------------------------------------------------------------------------------------------------------

FUNCTIONS = {
    "product": lambda x: x @ W, "vector": lambda x: x[0] @ W, "all": lambda x: x.sum(),
    "axis": lambda x: x.mean(axis=0),
    "softmax": lambda x: ag.softmax(x, axis=0), "transpose": lambda x: anp.transpose(x),
    "T": lambda x: x.T @ np.ones(3),
    "reshape": lambda x: anp.reshape(x, (-1,)), "index": lambda x: x[1:, None, [0, 2]],
    "scattered": lambda x: x[None][0, :, [0, 1]],
    "tangent of a gradient": lambda x: jvp(lambda x: grad(lambda w: ((x @ w) ** 2).sum())(W), (x,), (x,))[1],
    "joined": lambda x: anp.concatenate([x, np.ones((2, 4))]), "std": lambda x: anp.std(x, axis=-1),
    "sorted": lambda x: anp.sort(x, axis=0), "largest": lambda x: anp.argmax(x),
    "where": lambda x: ag.where(x > 0, x, 2 * x),
    "inverse": lambda x: anp.linalg.inv(x[:, :3]), "constant": lambda x: 3.0, "ones": lambda x: np.ones_like(x) * x,
    "gradient": lambda x: grad(lambda x: (anp.tanh(x) @ W).sum() ** 2)(x),
    "tangent": lambda x: jvp(anp.sin, (x,), (x,))[1],
    "curvature": lambda x: jvp(grad(lambda x: (anp.tanh(x) @ W).sum() ** 2), (x,), (x,))[1],
    "pullback": lambda x: vjp(lambda x: anp.tanh(x) @ W, x)[1](np.ones((3, 2)))[0],
    "hessian": lambda x: hessian(lambda v: (anp.tanh(v) @ W).sum() ** 2)(x[0]),
    "of a weight": lambda x: grad(lambda w: ((x @ w) ** 2).sum())(W),
    "nested": lambda x: vmap(lambda v: v @ W)(x),
    "nested gradient": lambda x: vmap(grad(lambda v: (v @ W).sum() ** 2))(x),
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions(f):
    assert_same([vmap(f)(X)], each(lambda x: (f(x),), X, axes=(0,)))


def test_gradient_of_a_map_is_that_of_the_sum():
    by_map = grad(lambda w: vmap(lambda x: ((x @ w) ** 2).sum())(X).sum())(W)
    np.testing.assert_allclose(by_map, grad(lambda w: ((X @ w) ** 2).sum())(W), rtol=1e-13)


def test_tangent_of_a_map():
    f = lambda x: anp.tanh(x) @ W
    np.testing.assert_allclose(jvp(vmap(f), (X,), (X,))[1], vmap(lambda x: jvp(f, (x,), (x,))[1])(X), rtol=1e-13)


def test_axes_of_arguments_and_results():
    np.testing.assert_array_equal(vmap(lambda x: 2 * x, in_axes=1)(X), np.moveaxis(2 * X, 1, 0))
    np.testing.assert_array_equal(vmap(lambda x: 2 * x, in_axes=-1, out_axes=-1)(X), 2 * X)


def test_containers_and_integers():
    batch = {"x": X, "label": np.arange(5)}
    y = vmap(lambda b: {"sum": b["x"].sum() + b["label"], "both": [b["x"][0], b["label"] * 2]})(batch)
    np.testing.assert_allclose(y["sum"], X.sum(axis=(1, 2)) + np.arange(5))
    np.testing.assert_array_equal(y["both"][1], 2 * np.arange(5))


@pytest.mark.parametrize("model, x", [
    (nn.MLP([4, 8, 3], activation="relu", rng=0), X[:, 0]),
    (nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3, rng=0)),
     RNG.normal(size=(5, 1, 6, 6))),
    (nn.Sequential(nn.Linear(4, 8, rng=0), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 3, rng=0)), X[:, 0]),
    (nn.Sequential(nn.Embedding(7, 4, rng=0), nn.Flatten(), nn.Linear(12, 3, rng=0)), RNG.integers(0, 7, (5, 3)))],
    ids=["mlp", "convolution", "layer norm", "embedding"])
def test_a_gradient_for_each_example(model, x):
    labels = RNG.integers(0, 3, 5)
    loss = lambda model, x, label: nn.cross_entropy_loss(model(x[None]), label[None])
    found = vmap(grad(loss), in_axes=(None, 0, 0))(model, x, labels)
    for i in range(5):
        for name, g in grad(loss)(model, x[i], np.array(labels[i])).items():
            np.testing.assert_allclose(plain(found[name])[i], plain(g), rtol=1e-10, atol=1e-13)


def test_tensors_stay_differentiable():
    w = Tensor(2.0, requires_grad=True)
    vmap(lambda x: x.sum() * w)(X).sum().backward()
    assert w.grad.item() == pytest.approx(X.sum())
    assert isinstance(vmap(lambda x: x * 2)(X), np.ndarray)


# ---- misuse ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call, error, told", [
    (lambda: vmap(3.0), TypeError, "function"),
    (lambda: vmap(lambda x: x)(2.0), ValueError, "number of examples"),
    (lambda: vmap(lambda x, w: x)(X, W), ValueError, "number of examples"),
    (lambda: vmap(lambda x: x, in_axes=3)(X), ValueError, "axis 3"),
    (lambda: vmap(lambda x: x, in_axes=(0, 0))(X), ValueError, "in_axes"),
    (lambda: vmap(lambda x: x if x.sum() > 0 else -x)(X), TypeError, "where"),
    (lambda: vmap(lambda x: float(x.sum()))(X), TypeError, "one example's number")],
    ids=["no function", "number", "sizes", "axis", "in_axes", "branch", "float"])
def test_misuse_is_named(call, error, told):
    with pytest.raises(error, match=told):
        call()
