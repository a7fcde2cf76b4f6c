"""NumPy and Python on either side of an operator: always a Tensor, never an object array, never a silent ndarray."""
import operator

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor
from autograd.core.primitive import NUMPY

ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
OTHERS = [2.0, 2, np.float64(2), np.float32(2), np.int64(2), [1.0, 2.0, 3.0], np.array([1.0, 2.0, 3.0])]


def leaf(value):
    return Tensor(value, requires_grad=True)


@pytest.mark.parametrize("other", OTHERS, ids=lambda o: type(o).__name__)
@pytest.mark.parametrize("op", ARITHMETIC + COMPARISONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("value", [[1.0, 2.0, 3.0], 1.5], ids=["vector", "scalar"])
def test_operators_with_anything_numeric_on_either_side(op, other, value):
    x, a, b = leaf(value), np.array(value), np.asarray(other)
    for result, expected in ((op(x, other), op(a, b)), (op(other, x), op(b, a))):
        assert isinstance(result, Tensor)
        precision = 1e-15 if result.dtype != np.float32 else 1e-7      # float32 meets a 0-d float64: float32
        assert np.allclose(result.data, expected, rtol=precision)


def test_matmul_with_numpy_on_the_left_and_right():
    a, x = np.arange(6.0).reshape(2, 3), leaf(np.ones((3, 2)))
    for y in (a @ x, np.matmul(a, x), a.tolist() @ x):
        assert isinstance(y, Tensor) and np.array_equal(y.data, a @ np.ones((3, 2)))
    assert isinstance(x @ a, Tensor)


def test_conditions_combine_with_arrays_and_numbers_on_either_side():
    x, a = leaf([1.0, 2.0]), np.array([True, False])
    for y, expected in (((x > 0) & a, [True, False]), (a & (x > 0), [True, False]), (a | (x > 0), [True, True]),
                        (True & (x > 1), [False, True]), (False | (x > 1), [False, True])):
        assert isinstance(y, Tensor) and y.dtype == bool and y.tolist() == expected


def test_lists_are_arrays():
    assert anp.add([1, 2], [3, 4]).tolist() == [4, 6] and anp.multiply([1, 2], 2).tolist() == [2, 4]
    assert anp.square([1.0, 2.0]).tolist() == [1, 4] and anp.where([True], np.float32([1]), 0.0).dtype == np.float32


def test_a_data_frames_column_is_taken_as_an_array():
    class Column:                               # as pandas and polars have it: ufuncs, but no array functions
        def __init__(self, values):
            self.values, self.dtype, self.shape = values, values.dtype, values.shape

        def __array__(self, dtype=None, copy=None):
            return np.array(self.values, dtype)

        def __array_ufunc__(self, ufunc, way, *args, **params):
            return NotImplemented

    x, column = leaf([1.0, 2.0]), Column(np.array([3.0, 4.0]))
    y = (x * column).sum()
    y.backward()
    assert x.grad.tolist() == [3, 4] and type(Tensor(column)._value) is np.ndarray


def test_unknown_operand_is_left_to_the_other_side():
    class Other:
        __array_ufunc__ = None

        def __radd__(self, x):
            return "mine"

        def __rmatmul__(self, x):
            return "mine"
    assert leaf(1.0) + Other() == "mine" and leaf([1.0]) @ Other() == "mine"
    with pytest.raises(TypeError):
        leaf(1.0) + "text"
    with pytest.raises(TypeError):
        leaf([1.0]) * None
    assert (leaf([1.0]) == None) is False                                       # noqa: E711


def test_numpy_functions_dispatch():
    x, a = leaf([[1.0, 4.0], [9.0, 16.0]]), np.array([[1.0, 4.0], [9.0, 16.0]])
    for f in (np.sqrt, np.exp, np.log, np.tanh, np.sum, np.mean, np.max, np.std, np.transpose, np.ravel, np.squeeze):
        y = f(x / 16)
        assert isinstance(y, Tensor) and np.allclose(y.data, f(a / 16))
    assert np.sum(x, axis=0).tolist() == [10, 20] and np.add.reduce(x, axis=1).tolist() == [5, 25]
    assert np.maximum.reduce(x).tolist() == [9, 16]
    assert np.concatenate([a, x]).shape == (4, 2) and np.stack([x, a]).shape == (2, 2, 2)
    assert np.where(a > 4, x, 0.0).tolist() == [[0, 0], [9, 16]]
    assert np.shape(x) == (2, 2) and np.ndim(x) == 2 and np.size(x) == 4


def test_an_unsupported_numpy_function_says_how_to_declare_it():
    x = leaf([1.0, 2.0])
    with pytest.raises(TypeError, match=r"np\.linspace has no derivative here.*@primitive\(vjp=\.\.\., numpy="):
        np.linspace(x, 1.0, 3)


def test_out_and_in_place_forms_are_refused():
    x, a = leaf([1.0, 2.0]), np.ones(2)
    with pytest.raises(TypeError, match="out="):
        np.add(a, x, out=a)
    with pytest.raises(TypeError, match=r"out=.* write w\.assign\(w\.data - step\)"):
        a += x
    assert a.tolist() == [1, 1]
    with pytest.raises(TypeError, match="outer"):
        np.multiply.outer(x, x)


def test_becoming_an_array_silently_is_refused_where_a_gradient_would_be_lost():
    with pytest.raises(TypeError, match="detach"):
        np.asarray(leaf([1.0]))
    assert np.asarray(Tensor([1.0, 2.0])).tolist() == [1, 2]


NAMES = [(anp, np, name) for name in anp.__all__ if name != "linalg"]
NAMES += [(anp.linalg, np.linalg, name) for name in anp.linalg.__all__]


@pytest.mark.parametrize("ours, numpys, name", NAMES, ids=lambda x: x if isinstance(x, str) else x.__name__)
def test_the_namespace_acts_as_numpy_on_plain_arrays(ours, numpys, name):
    function = getattr(ours, name)
    if not callable(function):
        assert function is getattr(numpys, name)
    elif function is not getattr(numpys, name):
        assert NUMPY[getattr(numpys, name)] is function, f"{name} of NumPy does not reach {ours.__name__} on a Tensor"


def test_plain_arrays_give_plain_arrays():
    a = np.array([0.25, 0.5])
    for name in ("exp", "log", "sqrt", "sum", "mean", "std", "transpose", "ravel"):
        y = getattr(anp, name)(a)
        assert not isinstance(y, Tensor) and np.allclose(y, getattr(np, name)(a))


def test_methods_are_the_functions():
    x, a = leaf([[1.0, 4.0], [9.0, 16.0]]), np.array([[1.0, 4.0], [9.0, 16.0]])
    for name in ("sum", "mean", "var", "std", "max", "min", "argmax", "argmin"):
        assert np.allclose(getattr(x, name)(axis=1).data, getattr(a, name)(axis=1)), name
        assert np.allclose(getattr(x, name)(0).data, getattr(a, name)(0)), name
    assert x.reshape(4).shape == (4,) and x.reshape((1, -1)).shape == (1, 4) and x.reshape(2, 2).shape == (2, 2)
    assert np.array_equal(x.T.data, a.T) and np.array_equal(x.transpose(1, 0).data, a.T)
    assert x.swapaxes(0, 1).shape == (2, 2) and x.ravel().shape == (4,) and x[None].squeeze(0).shape == (2, 2)
    assert np.array_equal(x.clip(2, 10).data, a.clip(2, 10)) and x.astype(np.float32).dtype == np.float32
    assert x.astype(int).dtype == int and not x.astype(int).requires_grad


@pytest.mark.parametrize("index", [0, -1, slice(1, None), (0, 1), (slice(None), 1), None, ..., (..., 0), [0, 0, 1],
                                   (None, slice(None, None, -1)), np.array([True, False]), ([0, 1], [1, 1]),
                                   (slice(None), [1, 0]), np.array([[0, 1], [1, 0]])], ids=str)
def test_every_numpy_index(index):
    a = np.array([[1.0, 4.0], [9.0, 16.0]])
    x = leaf(a)
    y = x[index]
    assert np.array_equal(y.data, a[index])
    weights = np.arange(1.0, 1 + np.size(a[index])).reshape(np.shape(a[index]))
    y.backward(weights)
    expected = np.zeros_like(a)
    np.add.at(expected, index, weights)
    assert np.array_equal(x.grad.data, expected)


def test_bit_operators_are_numpys():
    a = np.array([6, 5])
    for mine, numpys in ((Tensor(a) & 3, a & 3), (1 | Tensor(a), 1 | a), (~Tensor(a), ~a), (Tensor(6) & 3, np.int64(2)),
                         (np.array([True, False]) & Tensor([True, True]), np.array([True, False])),
                         (~Tensor(True), np.bool_(False)), (np.bitwise_or(Tensor(a), a), a)):
        assert mine.dtype == numpys.dtype and np.array_equal(mine.data, numpys)
    with pytest.raises(TypeError, match=r"bitwise_and cannot take float64 \(1,\), int64 \(\).*astype"):
        Tensor([1.5]) & 3


@pytest.mark.parametrize("function, name", [(np.linalg.eigvals, "np.linalg.eigvals"), (np.i0, "np.i0")])
def test_functions_without_a_derivative_are_named_in_full(function, name):
    with pytest.raises(TypeError, match=f"^{name} is not available on Tensors"):
        function(leaf([1.0]))
