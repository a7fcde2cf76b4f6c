"""Functions that need no derivative: on Tensors they give what NumPy gives, outside the graph."""
import io
import operator

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, grad
from autograd.core.constants import CONSTANT_FUNCTIONS

A = np.array([[1.5, -2.5, 0.0], [np.inf, 4.0, -0.5]])
FLAT = np.array([0.5, 1.5, 1.5, 3.0])
CALLS = {
    "all": lambda np_, a: np_.all(a), "all over an axis": lambda np_, a: np_.all(a, axis=0, keepdims=True),
    "any": lambda np_, a: np_.any(a, axis=-1), "any where": lambda np_, a: np_.any(a, where=[True, False, True]),
    "isinf": lambda np_, a: np_.isinf(a), "isneginf": lambda np_, a: np_.isneginf(a),
    "isposinf": lambda np_, a: np_.isposinf(a), "signbit": lambda np_, a: np_.signbit(a),
    "isclose": lambda np_, a: np_.isclose(a, a[0], rtol=0.1), "allclose": lambda np_, a: np_.allclose(a, a, 0.1),
    "array_equal": lambda np_, a: np_.array_equal(a, a * 1), "array_equiv": lambda np_, a: np_.array_equiv(a, a[0]),
    "isin": lambda np_, a: np_.isin(a, [0.0, 4.0]), "logical_xor": lambda np_, a: np_.logical_xor(a, a > 0),
    "isreal": lambda np_, a: np_.isreal(a), "iscomplex": lambda np_, a: np_.iscomplex(a),
    "isrealobj": lambda np_, a: np_.isrealobj(a), "iscomplexobj": lambda np_, a: np_.iscomplexobj(a),
    "argsort": lambda np_, a: np_.argsort(a, axis=0), "argsort kind": lambda np_, a: np_.argsort(a, kind="stable"),
    "argpartition": lambda np_, a: np_.argpartition(a[0], 1), "lexsort": lambda np_, a: np_.lexsort((a[0], a[1])),
    "argwhere": lambda np_, a: np_.argwhere(a > 0), "nonzero": lambda np_, a: np_.nonzero(a),
    "flatnonzero": lambda np_, a: np_.flatnonzero(a), "count_nonzero": lambda np_, a: np_.count_nonzero(a),
    "count_nonzero over an axis": lambda np_, a: np_.count_nonzero(a, axis=1),
    "searchsorted": lambda np_, a: np_.searchsorted([0.0, 1.0, 2.0], a, side="right"),
    "digitize": lambda np_, a: np_.digitize(a[0], [0.0, 1.0]), "zeros_like": lambda np_, a: np_.zeros_like(a),
    "zeros_like of a dtype": lambda np_, a: np_.zeros_like(a, dtype=int, shape=(2,)),
    "ones_like": lambda np_, a: np_.ones_like(a), "full_like": lambda np_, a: np_.full_like(a, 7),
    "full_like of a dtype": lambda np_, a: np_.full_like(a, 7.9, dtype=int), "copy": lambda np_, a: np_.copy(a),
    "copy of bools": lambda np_, a: np_.copy(a > 0), "floor": lambda np_, a: np_.floor(a),
    "ceil": lambda np_, a: np_.ceil(a), "rint": lambda np_, a: np_.rint(a), "trunc": lambda np_, a: np_.trunc(a),
    "fix": lambda np_, a: np_.fix(a), "round": lambda np_, a: np_.round(a, 0), "around": lambda np_, a: np_.around(a),
    "floor_divide": lambda np_, a: np_.floor_divide(a[0], 2), "remainder": lambda np_, a: np_.remainder(a[0], -2),
    "mod": lambda np_, a: np_.mod(a[0], 2), "divmod": lambda np_, a: np_.divmod(a[0], 2),
    "result_type": lambda np_, a: np_.result_type(a, np.float32),
    "angle": lambda np_, a: np_.angle(a), "imag": lambda np_, a: np_.imag(a),
    "spacing": lambda np_, a: np_.spacing(a[0]), "nanargmax": lambda np_, a: np_.nanargmax(a, axis=1),
    "nanargmin": lambda np_, a: np_.nanargmin(a), "histogram": lambda np_, a: np_.histogram(a[0], 3),
    "histogram2d": lambda np_, a: np_.histogram2d(a[0], a[0], 2),
    "histogramdd": lambda np_, a: np_.histogramdd(a[:1].T, 2)[0],
    "histogram_bin_edges": lambda np_, a: np_.histogram_bin_edges(a[0], 4),
    "tril_indices_from": lambda np_, a: np_.tril_indices_from(a), "gcd": lambda np_, a: np_.gcd(np_.argsort(a), 2),
    "triu_indices_from": lambda np_, a: np_.triu_indices_from(a), "lcm": lambda np_, a: np_.lcm(np_.argsort(a), 2),
    "diag_indices_from": lambda np_, a: np_.diag_indices_from(a[:, :2]),
    "ravel_multi_index": lambda np_, a: np_.ravel_multi_index((np_.argsort(a[0]), np_.argsort(a[1])), (3, 3)),
    "unravel_index": lambda np_, a: np_.unravel_index(np_.argmax(a), (2, 3)),
    "packbits": lambda np_, a: np_.packbits(a > 0), "unpackbits": lambda np_, a: np_.unpackbits(np_.packbits(a > 0)),
    "left_shift": lambda np_, a: np_.left_shift(np_.argsort(a), 1),
    "right_shift": lambda np_, a: np_.right_shift(np_.argsort(a), 1),
    "bitwise_xor": lambda np_, a: np_.bitwise_xor(np_.argsort(a), 1),
    "matrix_rank": lambda np_, a: np.linalg.matrix_rank(a[:1]),
    "can_cast": lambda np_, a: np_.can_cast(a, np.float32),
}


def same(got, expected):
    if isinstance(expected, tuple):
        return len(got) == len(expected) and all(map(same, got, expected))
    if isinstance(expected, np.ndarray | np.generic):
        return isinstance(got, Tensor) and got.dtype == expected.dtype and np.array_equal(got.detach().data, expected)
    return type(got) is type(expected) and got == expected


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore:numpy.fix is deprecated")
@pytest.mark.parametrize("call", CALLS)
def test_values_types_and_dtypes_are_numpys(call):
    """Most said "has no derivative here"."""
    for x in (Tensor(A, requires_grad=True), Tensor(A), Tensor(A, requires_grad=True) * 1):
        for np_ in (np, anp):
            assert same(CALLS[call](np_, x), CALLS[call](np, A))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("call", CALLS)
def test_on_plain_arrays_they_are_numpys_too(call):
    assert same(CALLS[call](np, Tensor(A)), CALLS[call](anp, A)) and not isinstance(CALLS[call](anp, A), Tensor)


@pytest.mark.parametrize("function", sorted(CONSTANT_FUNCTIONS, key=lambda f: f.__name__), ids=lambda f: f.__name__)
def test_each_constant_function_is_called_above(function):
    texts_and_files = {"array2string", "array_repr", "array_str", "save", "savez", "savez_compressed", "savetxt",
                       "common_type", "shares_memory", "may_share_memory", "empty_like", "zeros", "ones", "empty",
                       "eye", "identity"}
    assert function.__name__ in CALLS or function.__name__ in texts_and_files


@pytest.mark.parametrize("value", [2.5, -0.5, np.float32(1.5), 3, True])
@pytest.mark.parametrize("function", [np.any, np.all, np.zeros_like, np.ones_like, np.isinf, np.copy, np.count_nonzero,
                                      np.isrealobj, np.result_type], ids=lambda f: f.__name__)
def test_scalars(function, value):
    got, expected = function(Tensor(value)), function(value)
    assert np.array_equal(getattr(got, "data", got), expected) or got == expected
    assert getattr(got, "dtype", None) == getattr(expected, "dtype", None)


def test_their_results_are_outside_the_graph():
    x = Tensor(A, requires_grad=True)
    for y in (np.argsort(x), np.zeros_like(x), x.any(), np.isclose(x, 1.0), *np.nonzero(x)):
        assert isinstance(y, Tensor) and not y.requires_grad and y.is_leaf


def test_methods_and_operators():
    x, a = Tensor(FLAT, requires_grad=True), FLAT
    for name in ("any", "all", "argsort", "nonzero", "copy", "round"):
        assert same(getattr(x, name)(), getattr(a, name)()), name
    assert same(x.any(axis=0), a.any(axis=0)) and same(x.round(1), a.round(1))
    assert same(x.searchsorted(1.0), a.searchsorted(1.0))
    assert same(x.floor(), np.floor(a)) and same(x.ceil(), np.ceil(a)) and same(round(x, 1), np.round(a, 1))
    for op in (operator.floordiv, operator.mod, divmod):
        for other in (2, 2.0, -2.0, np.float64(2), np.int64(2), np.full(4, 2.0), [2, 2, 2, 2]):
            assert same(op(x, other), op(a, other)) and same(op(other, x), op(np.asarray(other), a)), (op, other)
    y = x * 1
    y //= 2
    assert y.tolist() == [0, 0, 0, 1]


def test_creation_like_a_tensor_is_outside_the_graph():
    x = Tensor(FLAT, requires_grad=True)
    for create in (np.zeros, np.ones, np.eye, np.identity):
        assert same(create(2, like=x), create(2))
    with pytest.raises(TypeError, match=r"np\.full has no derivative"):
        np.full(2, x[0], like=x)                                # whose value could carry one


def test_reductions_of_truth_values():
    x = Tensor([[1.0, 0.0], [1.0, 1.0]]) > 0.5
    assert np.logical_and.reduce(x, axis=1).tolist() == [False, True] and np.logical_or.reduce(x).tolist() == [True] * 2


def test_out_is_written_for_what_is_outside_the_graph():
    out = np.zeros(3, bool)
    assert np.any(Tensor(A, True), axis=0, out=out) is out and out.tolist() == [True] * 3


def test_files_and_texts():
    x, file, text = Tensor(FLAT, requires_grad=True), io.BytesIO(), io.StringIO()
    np.save(file, x)
    file.seek(0)
    assert np.array_equal(np.load(file), FLAT)
    np.savez(file := io.BytesIO(), x, w=x)
    file.seek(0)
    assert np.array_equal(np.load(file)["w"], FLAT)
    np.savetxt(text, x, fmt="%.1f")
    assert text.getvalue() == "0.5\n1.5\n1.5\n3.0\n"
    assert np.array2string(x) == np.array2string(FLAT) and np.array_repr(x) == repr(FLAT)
    assert not np.shares_memory(x, FLAT) and np.may_share_memory(x, x) and np.common_type(x) is np.float64
    assert np.empty_like(x).shape == (4,)


# ---- what could be taken for constant and is not --------------------------------------------------------------------

def test_a_copy_carries_the_gradient():
    for f in (np.copy, anp.copy, lambda x: x.copy()):
        assert grad(lambda x: (f(x) ** 2).sum())(np.array([3.0])).tolist() == [6]      # noqa: B023


def test_a_fill_value_carries_its_gradient():
    a = np.zeros((2, 3), np.float32)
    assert grad(lambda x: anp.full_like(a, x).sum())(2.0) == 6
    assert grad(lambda x: np.full_like(x, x.sum()).sum())(np.ones(4)).tolist() == [4] * 4
    assert anp.full_like(a, Tensor(2.0, True)).dtype == np.float32
    assert grad(lambda x: anp.full_like(a, x, shape=(2,), dtype=float).sum())(2.0) == 2
    assert anp.full_like(a, Tensor(2.9, True), dtype=int).tolist() == [[2] * 3] * 2
    assert np.full(2, Tensor(3.0)).tolist() == [3, 3]
    for fill in (lambda x: np.full_like(a, x), lambda x: np.full(2, x)):
        with pytest.raises(TypeError, match="silently drop its gradient"):
            grad(lambda x: fill(x).sum())(2.0)                                          # noqa: B023


@pytest.mark.parametrize("x, w", [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (-7.5, -2.0), (1.0, 3.0), (-19.0, 3.0)])
def test_the_gradient_of_a_remainder(x, w):
    """d(x % w) = dx - ⌊x/w⌋ dw, since x % w = x - w ⌊x/w⌋."""
    for f in (operator.mod, np.remainder, np.mod, lambda x, w: divmod(x, w)[1], lambda x, w: np.divmod(x, w)[1]):
        assert grad(f, (0, 1))(x, w) == (1, -np.floor(x / w))
    assert grad(lambda x: x % w)(x) == 1 and grad(lambda w: x % w)(w) == -np.floor(x / w)


def test_the_gradient_of_a_remainder_is_summed_over_what_was_broadcast():
    x, w = Tensor([5.0], requires_grad=True), Tensor([[2.0], [3.0]], requires_grad=True)
    (x % w).sum().backward()
    assert x.grad.tolist() == [2] and w.grad.tolist() == [[-2], [-1]]


def test_an_uneven_quotient_and_its_remainder_belong_together():
    """1.0 // 0.1 is 9, not the rounded 10; the gradient must use the same."""
    assert 1.0 // 0.1 == 9 == (Tensor(1.0) // 0.1).item() == -grad(lambda w: 1.0 % w)(0.1)


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")
@pytest.mark.parametrize("f", [np.floor, np.ceil, np.rint, np.trunc, np.fix, np.round, lambda x: x // 0.3, round])
def test_rounding_has_derivative_0_and_lets_the_rest_through(f):
    assert grad(lambda x: x * f(x))(2.7) == f(2.7)
    assert grad(lambda x: f(x))(2.0) == 0 == grad(grad(lambda x: f(x) * x))(2.7)
