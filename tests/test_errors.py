"""Bad input: one clear error that says what to do, and nothing changed."""
import math
import operator
from functools import partial

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import (
    GraphError,
    RuleError,
    Tensor,
    broadcast_to,
    clip,
    concatenate,
    grad,
    gradcheck,
    linear,
    matmul,
    maximum,
    no_grad,
    primitive,
    softmax,
    softmax_cross_entropy,
    stack,
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


# ---- one error each, in our words -----------------------------------------------------------------------------------

X = Tensor(np.ones((2, 3)), requires_grad=True)
RAGGED = [[1.0], [1.0, 2.0]]


@pytest.mark.parametrize("call", [
    lambda: X + RAGGED, lambda: RAGGED * X, lambda: maximum(X, RAGGED), lambda: anp.add(RAGGED, 2.0),
    lambda: Tensor(RAGGED), lambda: X.assign(RAGGED), lambda: concatenate([X, RAGGED]),
    lambda: (X * 2).backward(RAGGED)])
def test_ragged_lists(call):
    with pytest.raises(ValueError, match="ragged sequence"):
        call()


@pytest.mark.parametrize("join", [stack, concatenate, np.stack, np.concatenate])
def test_joining_nothing(join):
    with pytest.raises(ValueError, match=r"got no arrays: it takes one or more|need at least one array"):
        join([])


@pytest.mark.parametrize("join", [stack, concatenate])
@pytest.mark.parametrize("arrays", [None, 5, Tensor(1.0)], ids=repr)
def test_joining_what_is_no_sequence(join, arrays):
    with pytest.raises(TypeError, match=r"takes a sequence of arrays, got .*; write (stack|concatenate)\(\[a, b\]\)"):
        join(arrays)


def test_what_can_be_iterated_can_be_joined():
    assert stack(x for x in [1.0, 2.0]).shape == (2,) and concatenate(X).shape == (6,)


@pytest.mark.parametrize("name, call", [
    ("sum", lambda a: a.sum(axis=5)), ("mean", lambda a: a.mean(axis=(0, 5))), ("std", lambda a: a.std(axis=-3)),
    ("max", lambda a: a.max(axis=2)), ("argmax", lambda a: a.argmax(axis=2)), ("swapaxes", lambda a: a.swapaxes(0, 5)),
    ("moveaxis", lambda a: np.moveaxis(a, 0, 7)), ("expand_dims", lambda a: np.expand_dims(a, 9)),
    ("squeeze", lambda a: a.squeeze(9)), ("stack", lambda a: np.stack([a], axis=4)),
    ("concatenate", lambda a: np.concatenate([a], axis=4)), (r"np\.any", lambda a: a.any(axis=5)),
    (r"np\.argsort", lambda a: a.argsort(axis=5)), ("softmax", lambda a: softmax(a, axis=3))])
def test_an_axis_out_of_range_names_function_and_shape(name, call):
    with pytest.raises(np.exceptions.AxisError, match=rf"^{name} cannot take .*\(2, 3\).*out of bounds"):
        call(X)


@pytest.mark.parametrize("call", [
    lambda: X.reshape(-1, -1), lambda: X.reshape(4), lambda: X.squeeze(0), lambda: broadcast_to(X, shape=(-1, 3)),
    lambda: X.transpose(0, 0), lambda: np.moveaxis(X, (0, 1), 0), lambda: X.sum(axis=(0, 0)), lambda: X @ 2,
    lambda: np.isclose(X, np.ones(5)), lambda: np.zeros_like(X, shape=-1), lambda: X.searchsorted(1.0)])
def test_shapes_that_cannot_be(call):
    with pytest.raises(ValueError, match=r"cannot take .*\(2, 3\)"):
        call()


@pytest.mark.parametrize("value", [X, Tensor(np.zeros((0, 2)), requires_grad=True), Tensor([1, 2])], ids=str)
@pytest.mark.parametrize("convert", [float, int, math.sin, complex, lambda x: x.item()])
def test_several_entries_are_no_number(convert, value):
    with pytest.raises(ValueError, match=r"is for a tensor with one entry, not for a tensor \(leaf, .*index or red"):
        convert(value)


@pytest.mark.parametrize("value", [Tensor(1.0), Tensor([1]), Tensor(True), X], ids=str)
def test_what_is_no_index(value):
    for use in (operator.index, range, lambda i: [10, 20][i]):
        with pytest.raises(TypeError, match=r"is no integer, as an index or a count must be; write int\(x\)"):
            use(value)


@pytest.mark.parametrize("answer, named", [
    (None, r"None \(NoneType\)"), ([1.0, 2.0], r"\[1\.0, 2\.0\] \(list\)"), ("text", r"'text' \(str\)"),
    ((1.0, 2.0), r"\(1\.0, 2\.0\) \(tuple\)"), (1j, r"1j \(complex\)"),
    (np.ones(3) * 1j, "an array of dtype complex128"),
    (np.array([None] * 3), "an array of dtype object"), (np.str_("a"), "an array of dtype <U1")], ids=repr)
def test_a_kernel_that_returns_no_numbers_is_named(answer, named):
    """It became a Tensor of dtype object."""
    op = primitive(vjp=(lambda g, y, x: g,), name=f"says_{type(answer).__name__}_{np.ndim(answer)}")(lambda x: answer)
    for x in (X, Tensor(1.0, True), Tensor(1.0), np.ones(3), 2.0):
        with pytest.raises(TypeError, match=rf"^the kernel of says_\w+ returned {named}: it must return real numbers"):
            op(x)


def test_a_kernel_with_other_outputs_than_declared_is_named():
    for answer in (np.ones(3), (np.ones(3),), (1.0, None)):
        op = primitive(vjp=(lambda g, y, x: g[0],), outputs=("q", "r"), name="no_outputs")(lambda x: answer)   # noqa: B023
        with pytest.raises(TypeError, match=r"no_outputs returned .*(outputs q, r|must return real numbers)"):
            op(X)


def test_a_kernel_with_a_residual_that_returns_no_pair_is_named():
    op = primitive(vjp=(lambda g, y, r, x: g,), residual=lambda x: x, name="no_pair")(lambda x: x * 2)
    with pytest.raises(TypeError, match="returned an array of dtype float64: as declared it must return a tuple of 2"):
        op(X)


@pytest.mark.parametrize("operand", ["text", None, {}, {1.0}, object()], ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("op", [operator.add, operator.truediv, operator.matmul, operator.mod, operator.floordiv,
                                divmod, operator.lt])
def test_operands_that_are_no_numbers(op, operand):
    for a, b in ((X, operand), (operand, X)):
        if (op, a) != (operator.mod, "text"):                       # which formats
            with pytest.raises(TypeError, match=r"unsupported operand|not supported between|can only concatenate"):
                op(a, b)


@pytest.mark.parametrize("operand", ["text", None, [None], ["a"], {}], ids=repr)
def test_arguments_that_are_no_numbers(operand):
    for call in (lambda: maximum(X, operand), lambda: np.remainder(X, operand), lambda: stack([X, operand])):
        with pytest.raises(TypeError, match="a Tensor holds real numbers, integers or booleans, got"):
            call()


def test_masked_arrays():
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
    for call in (lambda: X + masked, lambda: np.add(masked, X), lambda: maximum(masked, X),
                 lambda: stack([masked, X[0]])):
        with pytest.raises(TypeError, match="would lose its mask"):
            call()
    for call in (lambda: masked + X, lambda: np.ma.sum(X)):
        with pytest.raises(TypeError, match=r"silently drop its gradient; say x\.detach\(\)"):
            call()


def test_writing_into_a_tensor():
    before = X.tolist()
    for call in (lambda: np.copyto(X, 1.0), lambda: X.__setitem__(0, 1.0), lambda: np.add(X, 1, out=X)):
        with pytest.raises(TypeError, match=r"immutable|out="):
            call()
    assert X.tolist() == before


@pytest.mark.parametrize("flags", [{"requires_grad": "no"}, {"requires_grad": None}, {"requires_grad": [1]},
                                   {"name": 5}])
def test_settings_of_a_tensor(flags):
    with pytest.raises(TypeError, match=r"requires_grad is True or False, got|a tensor's name is a string, got 5"):
        Tensor(1.0, **flags)


@pytest.mark.parametrize("wrong", [Tensor, lambda x: np.ma.array(x, mask=[True, False])], ids=["Tensor", "masked"])
def test_a_kernel_that_returns_a_tensor_or_a_masked_array(wrong):
    """The Tensor became the value of a Tensor, the mask was lost."""
    op = primitive(vjp=(lambda g, y, x: g,), name=f"says_{type(wrong).__name__}")(lambda x: wrong(x))
    with pytest.raises(TypeError, match="must return a plain array"):
        op(Tensor([1.0, 2.0], requires_grad=True))
