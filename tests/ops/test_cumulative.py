"""Products, running sums and what is built on them, at zeros, nan and empty arrays."""
import numpy as np
import pytest

from autograd import Tensor, grad


def gradient(f, x):
    x = Tensor(x, requires_grad=True)
    f(x).sum().backward()
    return x.grad.tolist()


@pytest.mark.parametrize("x, expected", [
    ([2.0, 3.0, 4.0], [12, 8, 6]), ([2.0, 0.0, 4.0], [0, 8, 0]), ([0.0, 0.0, 4.0], [0, 0, 0]), ([5.0], [1]), ([], []),
    ([np.nan, 2.0], [2, np.nan]), ([np.inf, 2.0], [2, np.inf]),
], ids=str)
def test_derivative_of_a_product_is_the_product_of_the_others(x, expected):
    np.testing.assert_array_equal(gradient(np.prod, x), expected)


def test_second_derivative_of_a_product_with_zeros():
    second = grad(lambda x: grad(np.prod)(x)[0])(np.array([0.0, 0.0, 4.0, 5.0]))
    assert second.tolist() == [0, 20, 0, 0]


@pytest.mark.parametrize("x", [[2.0, 0.0, 4.0, 0.5], [0.0, 0.0, 3.0, 1.0], [1.0], [], [-1.0, 2.0, 0.5, 3.0, 1.5]],
                         ids=str)
def test_derivative_of_running_products_is_exact_with_zeros(x):
    n = len(x)
    of_others = [[np.prod([x[k] for k in range(j + 1) if k != i]) if i <= j else 0 for i in range(n)] for j in range(n)]
    np.testing.assert_allclose(gradient(np.cumprod, x), np.sum(of_others, axis=0) if n else [], rtol=1e-15)


def test_running_products_do_not_overflow_where_numpys_do_not():
    x = Tensor([1e-300, 1e300, 1e300], requires_grad=True)
    assert np.cumprod(x).tolist() == np.cumprod([1e-300, 1e300, 1e300]).tolist()


def test_running_sums_and_products_of_all_entries():
    assert np.cumsum(Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist() == [1, 3, 6, 10]
    assert np.cumprod(Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist() == [1, 2, 6, 24]


def test_float16_is_multiplied_in_float32():
    x = Tensor(np.float16([60000, 60000, 1e-4, 1e-4]), requires_grad=True)
    y = np.prod(x)
    assert y.dtype == np.float16
    assert np.isfinite(y.item())


@pytest.mark.parametrize("x", [0.0, 1.0, 2.0])
def test_slope_of_an_interpolation_at_a_point_is_that_to_its_right(x):
    assert gradient(lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 3.0, 1.0]), x) == {0: 3, 1: -2, 2: -2}[x]


def test_interpolation_is_constant_outside():
    assert gradient(lambda x: np.interp(x, [0.0, 1.0], [2.0, 3.0]), [-1.0, 2.0]) == [0, 0]
    assert np.interp(Tensor([-1.0, 5.0], requires_grad=True), [0.5], [2.0]).tolist() == [2, 2]


@pytest.mark.parametrize("call, message", [
    (lambda x: np.diff(x, -1), "n >= 0"), (lambda x: np.gradient(x[:1]), "needs 2 entries"),
    (lambda x: np.gradient(x, 1.0, 2.0), "takes 0, 1 or 1 spacings, got 2"),
    (lambda x: np.prod(x, axis=3), "axis 3"), (lambda x: np.cumsum(x, axis=2), "axis 2"),
])
def test_a_bad_call_is_refused(call, message):
    with pytest.raises((ValueError, IndexError), match=message):
        call(Tensor([1.0, 2.0], requires_grad=True))
