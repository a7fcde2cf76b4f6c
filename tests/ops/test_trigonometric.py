"""Conventions of trigonometric and exponential functions at points where the formula has no value."""
import numpy as np
import pytest

from autograd import Tensor
from autograd.ops.trigonometric import sinc_derivative

T, WEIGHT = np.polynomial.legendre.leggauss(60)
T, WEIGHT = (T + 1) / 2, WEIGHT / 2


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_derivatives_of_sinc_are_exact_near_zero_too(order):
    x = np.concatenate([[0.0], np.geomspace(1e-9, 4, 300)])
    integrals = ((np.pi * T) ** order * np.cos(np.pi * x[:, None] * T + order * np.pi / 2)) @ WEIGHT
    np.testing.assert_allclose(sinc_derivative(x, order=order), integrals, rtol=0, atol=1e-13 * np.pi ** order)


@pytest.mark.parametrize("f, at, expected", [
    (np.hypot, (0.0, 0.0), (0, 0)), (np.arctan2, (0.0, 0.0), (0, 0)), (np.arctan2, (0.0, -1.0), (-1, 0)),
    (np.logaddexp, (-np.inf, -np.inf), (0, 0)), (np.logaddexp, (1e10, 1e10), (0.5, 0.5)),
    (np.logaddexp, (1000.0, -1000.0), (1, 0)), (np.fmax, (1.0, 1.0), (0.5, 0.5)), (np.fmax, (np.nan, 2.0), (0, 1)),
    (np.fmin, (3.0, np.nan), (1, 0)), (np.copysign, (3.0, np.array(-0.0)), (-1,)), (np.heaviside, (0.0, 0.5), (0, 1)),
], ids=str)
def test_derivative_where_the_formula_has_none(f, at, expected):
    xs = [Tensor(x, requires_grad=True) if isinstance(x, float) else x for x in at]
    f(*xs).backward()
    assert [x.grad.item() for x in xs if isinstance(x, Tensor)] == list(expected)


def test_ldexp_does_not_overflow_on_its_way():
    x = Tensor(1e-300, requires_grad=True)
    assert np.ldexp(x, 1100).item() == np.ldexp(1e-300, 1100)


def test_numbers_for_nan_and_infinities_have_derivative_0():
    x = Tensor([np.nan, np.inf, -np.inf, 2.0], requires_grad=True)
    y = np.nan_to_num(x, nan=5.0, posinf=6.0, neginf=7.0)
    y.sum().backward()
    assert y.tolist() == [5, 6, 7, 2]
    assert x.grad.tolist() == [0, 0, 0, 1]


def test_modf_of_infinity():
    fraction, whole = np.modf(Tensor([np.inf, -2.5], requires_grad=True))
    assert fraction.tolist() == [0, -0.5]
    assert whole.tolist() == [np.inf, -2]
