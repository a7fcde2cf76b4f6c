"""Bad input: one clear error that says what to do, and nothing changed."""
from functools import partial

import numpy as np
import pytest

from autograd import (
    GraphError,
    RuleError,
    Tensor,
    clip,
    grad,
    gradcheck,
    linear,
    matmul,
    no_grad,
    primitive,
    softmax_cross_entropy,
)


def leaf(value, **kwargs):
    return Tensor(value, requires_grad=True, **kwargs)


def test_shape_mismatch_names_op_tensors_and_shapes():
    with pytest.raises(ValueError, match=r"add cannot take shapes a: \(2,\), \(3,\)"):
        leaf([1.0, 2.0], name="a") + np.ones(3)
    with pytest.raises(ValueError, match=r"matmul cannot take shapes \(2, 3\), \(2, 3\)"):
        matmul(leaf(np.ones((2, 3))), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"linear cannot take shapes"):
        linear(np.ones((2, 3)), leaf(np.ones((4, 1))), np.ones(1))
    with pytest.raises(ValueError, match=r"reshape cannot take shapes \(2,\), shape=\(3, 3\)"):
        leaf([1.0, 2.0]).reshape(3, 3)
    with pytest.raises(IndexError, match="getitem"):
        leaf([1.0, 2.0])[5]
    with pytest.raises(ValueError, match="axis 5 is out of bounds"):
        leaf(np.ones((2, 2))).swapaxes(0, 5)
    with pytest.raises(TypeError, match=r"clip cannot take float64 \(1,\), low='a'"):
        clip(leaf([1.0]), low="a")


def test_unknown_parameter_names_the_known_ones():
    with pytest.raises(TypeError, match=r"sum takes 1 array\(s\) and the parameters \(axis, keepdims\)"):
        leaf([1.0]).sum(axes=0)


def test_backward_of_a_non_scalar_needs_a_gradient():
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\.sum\(\)\.backward\(\)"):
        (x * 2).backward()
    assert x.grad is None


@pytest.mark.parametrize("seed", [np.ones(3), np.ones((2, 1)), 1.0, [1.0]])
def test_gradient_of_another_shape(seed):
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match="own shape"):
        (x * 2).backward(seed)
    assert x.grad is None


def test_nan_and_complex_and_text_seeds():
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match="nan"):
        (x * 2).backward([1.0, np.nan])
    for seed in ([1j, 1], ["a", "b"]):
        with pytest.raises(ValueError, match="real numbers"):
            (x * 2).backward(seed)
    assert x.grad is None


def test_a_tensor_without_graph():
    for y in (Tensor(1.0), Tensor(1.0) * 2, (leaf(1.0) * 2).detach()):
        with pytest.raises(GraphError, match="requires_grad=True"):
            y.backward()
    with no_grad():
        y = leaf(1.0) * 2
    with pytest.raises(GraphError, match=r"no_grad\(\)"):
        y.backward()


def test_labels():
    x = leaf(np.ones((2, 3)))
    for labels, message in (([0, 3], "in \\[0, 3\\)"), ([-1, 0], "in \\[0, 3\\)"), ([0, 1, 2], r"\(2, 3\) and \(3,\)"),
                            ([[0], [1]], r"\(n\)")):
        with pytest.raises(ValueError, match=message):
            softmax_cross_entropy(x, np.array(labels))
    with pytest.raises(TypeError, match="astype"):
        softmax_cross_entropy(x, np.array([0.0, 1.0]))


def test_a_parameter_that_requires_grad_is_refused_rather_than_ignored():
    with pytest.raises(TypeError, match="no gradient flows"):
        clip(leaf([1.0]), low=leaf(0.0))
    with pytest.raises(TypeError, match="not differentiable in input 1"):
        softmax_cross_entropy(leaf(np.ones((1, 2))), _float_labels_that_require_grad())


def _float_labels_that_require_grad():
    labels = Tensor([1])
    labels._needs = True
    return labels


@pytest.mark.parametrize("answer, fault", [
    (lambda g, y, x: g.sum(), r"shape \(\), needs \(3,\)"),
    (lambda g, y, x: g[:2], r"shape \(2,\), needs \(3,\)"),
    (lambda g, y, x: np.ones((2, 3)), r"shape \(2, 3\), needs \(3,\)"),
    (lambda g, y, x: g.astype(np.float32), "dtype float32, needs float64"),
    (lambda g, y, x: np.ones(3, int), "dtype int64, needs float64"),
    (lambda g, y, x: g * 1j, "dtype complex128"),
], ids=["scalar", "short", "long", "float32", "int", "complex"])
def test_a_rule_that_returns_nonsense_is_named(answer, fault):
    op = primitive(vjp=(answer,), name="nonsense")(lambda x: x * 2)
    x = leaf([1.0, 2.0, 3.0])
    with pytest.raises(RuleError, match=rf"nonsense for input 0 returned a cotangent that has {fault}.*rule at"):
        op(x).sum().backward()
    assert x.grad is None


def test_wrong_number_of_rules():
    with pytest.raises(TypeError, match="2 array inputs but 1 vjp rules"):
        primitive(vjp=(lambda g, y, x, w: g,), name="two")(lambda x, w: x + w)


def test_a_name_that_is_taken():
    with pytest.raises(ValueError, match=r"'exp' is declared in autograd\.ops"):
        primitive(vjp=(lambda g, y, x: g,), name="exp")(lambda x: x)


def test_grad_of_something_else_than_a_number():
    with pytest.raises(TypeError, match=r"shape \(2,\)"):
        grad(lambda x: x * 2)(np.ones(2))
    with pytest.raises(TypeError, match=r"1\.0 instead of 1"):
        grad(lambda x: x * 2)(3)
    with pytest.raises(TypeError, match="positional argument 1"):
        grad(lambda x: x * 2, 1)(3.0)
    with pytest.raises(TypeError, match="positional argument 1"):
        grad(partial(lambda x, w: x * w, 2.0), 1)(3.0)


@pytest.mark.parametrize("entries", [[], [1.0, 2.0]])
def test_many_entries_have_no_one_truth_and_no_one_format(entries):
    x = Tensor(entries, True)
    for value in (x, x > 1.0):
        with pytest.raises(ValueError, match=r"has no one truth value: ask x\.any\(\) or x\.all\(\)"):
            bool(value)
    with pytest.raises(TypeError, match=r"the format '\.2f' is for one number, not for a tensor .*: reduce it"):
        f"{x:.2f}"
    assert f"{x}" == repr(x) and f"{Tensor([[0.5]]):.2f}" == "0.50" and bool(Tensor([2.0]) > 1.0)


def test_gradcheck_needs_floating_inputs():
    with pytest.raises(TypeError):
        gradcheck(lambda x: x * 2, np.array([1, 2]))


@pytest.mark.parametrize("answer, told", [(None, "is None"), ([1.0, 2.0], r"is \[1.0, 2.0\]")])
def test_a_rule_that_gives_no_array(answer, told):
    op = primitive(vjp=(lambda g, y, x: answer,), name=f"gives_{type(answer).__name__}")(lambda x: x * 1)
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuleError, match=f"{told}, needs an array of shape"):
        op(x).sum().backward()
    assert x.grad is None


def test_one_rule_that_is_not_in_a_tuple():
    with pytest.raises(TypeError, match=r"write vjp=\(rule,\)"):
        primitive(vjp=lambda g, y, x: g, name="no_tuple")(lambda x: x)
