"""Ops of several outputs: each output is a value of its own, their cotangents meet again in the rules."""
import pickle

import numpy as np
import pytest

from autograd import (
    ELEMENTWISE,
    AnomalyError,
    GraphError,
    Tensor,
    as_tensor,
    concatenate,
    detect_anomaly,
    no_grad,
    primitive,
    record_lines,
)
from autograd.core.outputs import Cotangents


def leaf(value):
    return Tensor(value, requires_grad=True)


def split_rule(g, y, x):
    return (0 if g[0] is None else g[0] * y[1]) + (0 if g[1] is None else -g[1] * y[0])


@primitive(vjp=(split_rule,), outputs=("sine", "cosine"),
           jvp=(lambda t, y, x: (t * y[1], -t * y[0]),))
def sine_and_cosine(x):
    return np.sin(x), np.cos(x)


# ---- values and gradients ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("value", [0.3, [0.3, 0.5], np.float32([0.3, 0.5]), np.float32(0.3), np.float16([0.3])])
@pytest.mark.parametrize("weights", [(2.0, 3.0), (2.0, 0.0), (0.0, 3.0)])
def test_an_op_of_several_outputs(value, weights):
    x = leaf(value)
    s, c = sine_and_cosine(x)
    terms = [w * part.sum() for w, part in zip(weights, (s, c), strict=True) if w]
    sum(terms).backward()
    expected = weights[0] * np.cos(value) - weights[1] * np.sin(value)
    np.testing.assert_allclose(x.grad.data, expected, rtol=1e-6 if x.dtype != np.float16 else 2e-2)
    assert x.grad.dtype == s.dtype == x.dtype


def test_second_derivatives_through_several_outputs():
    x = leaf([0.3, 0.5])
    s, c = sine_and_cosine(x)
    (s * c).sum().backward(create_graph=True)
    g, x.grad = x.grad, None
    g.sum().backward()
    np.testing.assert_allclose(x.grad.data, -2 * np.sin(2 * x.data))


def test_several_outputs_of_plain_arrays():
    s, c = sine_and_cosine(np.zeros(2))
    assert s.tolist() == [0, 0] and c.tolist() == [1, 1]


def test_outputs_that_meet_again():
    x = leaf([0.3, 0.5])
    s, c = sine_and_cosine(x)
    (concatenate([s, c, s]) * np.arange(6.0)).sum().backward()
    np.testing.assert_allclose(x.grad.data, [4 * np.cos(0.3) - 2 * np.sin(0.3), 6 * np.cos(0.5) - 3 * np.sin(0.5)])


def test_outputs_have_their_names():
    for x in (np.zeros(2), leaf([0.0, 0.0])):
        y = sine_and_cosine(x)
        assert y.cosine is y[1] and y._fields == ("sine", "cosine")


def test_the_tuple_of_outputs_is_pickled_as_values():
    y = pickle.loads(pickle.dumps(sine_and_cosine(leaf([0.0]))))
    assert y.cosine.tolist() == [1.0]
    assert y.sine.is_leaf and not y.sine.requires_grad


def test_any_number_of_outputs():
    op = primitive(vjp=(lambda g, y, x: np.stack([np.zeros(()) if c is None else 2 * c for c in g]),), outputs=...,
                   name="entries")(lambda x: tuple(2 * x))
    x = leaf([1.0, 2.0, 3.0])
    a, b, c = op(x)
    (a + 5 * c).backward()
    assert b.item() == 4 and x.grad.tolist() == [2, 0, 10]


def test_a_thousand_outputs_cost_in_proportion(monkeypatch):
    looked_at = []
    add = Cotangents.__iadd__
    monkeypatch.setattr(Cotangents, "__iadd__", lambda self, c: looked_at.append(len(c.arrived)) or add(self, c))
    op = primitive(vjp=(lambda g, y, x: np.array([float(c) for c in g]),), outputs=..., name="many_entries")(
        lambda x: tuple(x))
    x = leaf(np.ones(1000))
    sum(op(x)).backward()
    assert 999 <= sum(looked_at) < 2000
    assert x.grad.tolist() == [1] * 1000


def test_a_cached_residual_beside_several_outputs():
    op = primitive(vjp=(lambda g, y, r, x: (0 if g[0] is None else g[0] * r) + (0 if g[1] is None else 2 * g[1] * r),),
                   residual=lambda x: np.exp(x), outputs=2, name="cached_outputs")(
        lambda x: ((np.exp(x), 2 * np.exp(x)), np.exp(x)))
    x = leaf([0.5, 1.0])
    a, b = op(x)
    (a + 3 * b).sum().backward(create_graph=True)
    np.testing.assert_allclose(x.grad.data, 7 * np.exp([0.5, 1.0]))
    g, x.grad = x.grad, None
    g.sum().backward()
    np.testing.assert_allclose(x.grad.data, 7 * np.exp([0.5, 1.0]))


def test_inputs_that_broadcast_against_each_other():
    def sums(x, w):
        return x + w, x - w
    op = primitive(vjp=(lambda g, y, x, w: g[0] + g[1], lambda g, y, x, w: g[0] - g[1]), outputs=2, name="sums")(sums)
    x, w = leaf(np.ones((3, 1))), leaf(np.ones(2))
    a, b = op(x, w)
    (a.sum() + 3 * b.sum()).backward()
    assert x.grad.tolist() == [[8]] * 3
    assert w.grad.tolist() == [-6, -6]


# ---- outputs that are no real numbers, views, somebody's arrays ----------------------------------------------------

@pytest.mark.parametrize("value", [[3.0, 1.0], 2.0])
def test_an_output_of_integers_is_a_constant(value):
    op = primitive(vjp=(lambda g, y, x: g[0],), outputs=("values", "order"), name=f"sorted_{np.ndim(value)}")(
        lambda x: (x * 1, np.argsort(x) if np.ndim(x) else 0))
    x = leaf(value)
    values, order = op(x)
    assert not order.requires_grad and order.is_leaf and order.dtype.kind == "i"
    values.sum().backward()
    assert (x.grad.data == 1).all()


@primitive(vjp=(lambda g, y, x: concatenate([np.zeros(2) if c is None else c for c in g]),), outputs=2, name="halves")
def halves(x):
    return x[:2], x[2:]


halves.kernel = halves.kernel.__wrapped__.__wrapped__           # as in our own packages: the outputs are views


def test_the_outputs_are_views_here():
    x = np.zeros(4)
    assert halves(x)[0].base is x


@pytest.mark.parametrize("recorded", [True, False])
def test_a_leaf_that_is_updated_in_place_leaves_outputs_that_are_views_alone(recorded):
    x = leaf([1.0, 2.0, 3.0, 4.0])
    if recorded:
        a, _ = halves(x)
    else:
        with no_grad():
            a, _ = halves(x)
    x.writable()[:] = 9
    assert a.tolist() == [1, 2]


def test_outputs_of_a_callers_array_are_copied_before_a_graph_depends_on_them():
    mine = np.ones(4)
    a, _ = halves(as_tensor(mine))
    w = leaf([1.0, 1.0])
    y = (a * w).sum()
    mine[:] = 5
    y.backward()
    assert w.grad.tolist() == [1, 1]


def test_a_rule_that_writes_into_the_cotangent_of_an_output_is_an_error():
    def rule(g, y, x):
        return np.multiply(g[0], 2, out=g[0])
    op = primitive(vjp=(rule,), outputs=2, name="writes_into_g_0")(lambda x: (x * 2, x * 3))
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match="vjp rule of writes_into_g_0 writes"):
        op(x)[0].sum().backward()
    assert x.grad is None


def test_a_rule_may_ask_for_copies_of_the_cotangents():
    def rule(g, y, x):
        return np.multiply(g[0], 2, out=g[0])
    op = primitive(vjp=(rule,), outputs=2, name="writes_into_its_g_0", arrays="writable")(lambda x: (x * 2, x * 3))
    x = leaf([1.0, 2.0])
    h = x * 1
    (op(h)[0] + h).sum().backward()
    assert x.grad.tolist() == [3, 3]


# ---- errors --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("answer, found", [(lambda x: x, "an array"), (lambda x: (x,), "a tuple of 1"),
                                           (lambda x: (x, x, x), "a tuple of 3"), (lambda x: [x, x], "list"),
                                           (lambda x: (x, None), "None"), (lambda x: None, "None")])
@pytest.mark.parametrize("kind", [leaf, np.array])
def test_a_kernel_that_returns_something_else_than_declared(answer, found, kind):
    op = primitive(vjp=(lambda g, y, x: g[0],), outputs=("low", "high"), name="misdeclared")(answer)
    with pytest.raises(TypeError, match=f"kernel of misdeclared returned .*{found}"):
        op(kind([1.0, 2.0]))


def test_a_named_tuple_is_a_tuple_of_outputs():
    op = primitive(vjp=(lambda g, y, x: g[1] * np.linalg.inv(x).T,), outputs=2, name="log_det")(np.linalg.slogdet)
    x = leaf([[2.0, 0.0], [0.0, 4.0]])
    op(x)[1].backward()
    assert x.grad.tolist() == [[0.5, 0], [0, 0.25]]


@pytest.mark.parametrize("outputs", [0, -1, True, "ab", 2.0, (), ("a", "a"), (1, 2), {}])
def test_a_declaration_that_makes_no_sense_is_refused(outputs):
    with pytest.raises(ValueError, match="outputs must be how many"):
        primitive(vjp=(None,), outputs=outputs, name="no_sense")(lambda x: (x, x))


def test_the_vjp_rule_cannot_serve_as_jvp_rule():
    with pytest.raises(ValueError, match=r"jvp_markers.*ELEMENTWISE.*several outputs"):
        primitive(vjp=(lambda g, y, x: g[0],), jvp=ELEMENTWISE, outputs=2, name="jvp_markers")(lambda x: (x, x))


def test_a_graph_that_was_freed_through_one_output_is_named_by_the_other():
    x = leaf([0.3])
    s, c = sine_and_cosine(x)
    s.backward(retain_graph=False)
    with pytest.raises(GraphError, match=r"outputs of sine_and_cosine.*\(1,\), \(1,\).*was freed"):
        c.backward()


def test_a_wrong_cotangent_names_the_op():
    op = primitive(vjp=(lambda g, y, x: np.ones(3),), outputs=2, name="wrong_cotangent")(lambda x: (x * 2, x * 3))
    with pytest.raises(TypeError, match=r"vjp rule of wrong_cotangent for input 0 .* shape \(3,\), needs \(2,\)"):
        op(leaf([1.0, 2.0]))[1].sum().backward()


def test_errors_call_an_output_by_its_name():
    c = sine_and_cosine(leaf([0.3, 0.5])).cosine
    with pytest.raises(ValueError, match=r"cosine of sine_and_cosine, shape \(2,\)"):
        c.backward()


def test_repr_calls_an_output_by_its_name():
    assert repr(sine_and_cosine(leaf(0.0)).cosine) == "Tensor(1.0, op=cosine of sine_and_cosine)"


def test_anomaly_names_op_output_and_line():
    op = primitive(vjp=(lambda g, y, x: g[0],), outputs=("fine", "bad"), name="half_bad")(lambda x: (x, x / 0))
    said = r"half_bad gave inf as its value \(bad\).*test_outputs.py:\d"
    with detect_anomaly(), np.errstate(all="ignore"), pytest.raises(AnomalyError, match=said):
        op(leaf([1.0]))


def test_lines_are_noted_of_every_output():
    with record_lines():
        s, c = sine_and_cosine(leaf([0.3]))
    assert "test_outputs.py" in s._line and s._line == c._line


def test_two_backward_passes_give_exactly_twice():
    x = leaf([0.3, 0.5])
    s, c = sine_and_cosine(x)
    y = (s * 2 + c * 3).sum()
    y.backward()
    once = x.grad.numpy()
    y.backward()
    assert (x.grad.data == 2 * once).all()
