"""Reductions where rounding, ties and nan decide: std and var of constants, extrema with nan."""
import warnings

import numpy as np
import pytest

import autograd as ag
import autograd.numpy as anp
import nn
from autograd import Tensor
from autograd.core.primitive import REGISTRY
from autograd.ops.reductions import centred

STATISTICS = [anp.std, anp.var]
CONSTANTS = [0.1, 1 / 3, 1.1e4, -7.3e-5, 1e-30, 3.0]
DTYPES = [np.float16, np.float32, np.float64]


def gradient(f, x):
    x = Tensor(x, requires_grad=True)
    f(x).sum().backward()
    return x.grad.data


def second(f, x, v):
    """The Hessian of f, times v."""
    return ag.grad(lambda x: (ag.grad(f)(x) * v).sum())(x)


def tangent(name, t, x, **params):
    op = REGISTRY[name]
    params = op.defaults | params
    return op.jvp_rule(0)(t, op(x, **params), x, **params)


# ---- std and var of a constant -------------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("f", STATISTICS)
def test_value_and_gradient_of_a_constant_are_exactly_0(f, dtype):
    """The mean of [.1, .1, .1] is .10000000000000002: std was 1e-17 and its gradient -1/3 each."""
    for n in (2, 3, 5, 6, 7, 9, 10, 11, 13, 100, 1000):
        for c in CONSTANTS:
            x = np.full(n, c).astype(dtype)
            assert f(x) == 0
            assert not gradient(f, x).any()


@pytest.mark.parametrize("f", STATISTICS)
@pytest.mark.parametrize("params", [{"axis": 0}, {"axis": 1}, {"axis": (0, 2), "keepdims": True}, {"ddof": 1},
                                    {"axis": -1, "ddof": 1}])
def test_constants_along_any_axes(f, params):
    x = np.full((3, 7, 5), 0.1)
    assert not f(x, **params).any()
    assert not gradient(lambda x: f(x, **params), x).any()


@pytest.mark.parametrize("f", STATISTICS)
def test_a_constant_row_beside_others(f):
    x = np.array([[0.1, 0.1, 0.1], [1.0, 2.0, 4.0]])
    g = gradient(lambda x: f(x, axis=1), x)
    assert not g[0].any()
    np.testing.assert_array_equal(g[1], gradient(f, x[1]))


@pytest.mark.parametrize("f", STATISTICS)
@pytest.mark.parametrize("base", CONSTANTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_gradient_sums_to_0_near_a_constant(f, base, dtype):
    """Entries that differ in the last digit: the rounded mean lay outside of them."""
    for n in (3, 6, 11, 1000):
        x = np.full(n, base).astype(dtype)
        for k in (1, n // 2):
            x[:k] = np.nextafter(x[:k], dtype(np.inf))
            g = gradient(f, x).astype(float)
            assert abs(g.sum()) <= n * (np.finfo(dtype).eps * np.abs(g).max() + np.finfo(dtype).smallest_subnormal)


def test_gradient_of_std_near_a_constant_is_that_of_the_exact_deviations():
    step = np.spacing(0.1)
    near, exact = np.array([0.1, 0.1, 0.1 + step]), np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(gradient(anp.std, near), gradient(anp.std, exact), rtol=1e-12)


def test_std_far_from_0():
    x = 1e9 + np.array([1.0, 2.0, 4.0, 8.0])
    np.testing.assert_allclose(gradient(anp.std, x), gradient(anp.std, x - 1e9), rtol=1e-12)


@pytest.mark.parametrize("name", ["std", "var"])
def test_tangent_at_a_constant_is_0(name):
    assert tangent(name, np.array([1.0, -2.0, 5.0]), np.full(3, 0.1)) == 0


def test_second_order_at_a_constant():
    v = np.array([1.0, -2.0, 5.0])
    np.testing.assert_allclose(second(anp.var, np.full(3, 0.1), v), 2 / 3 * (v - v.mean()), rtol=1e-14)
    assert not second(anp.std, np.full(3, 0.1), v).any()


def test_centred_is_exact_for_a_constant_and_its_own_adjoint():
    assert not centred(np.full((5, 3), 0.1), axis=0).any()
    np.testing.assert_allclose(gradient(lambda x: centred(x) * np.array([1.0, 2.0, 6.0]), np.full(3, 0.1)), [-2, -1, 3])


@pytest.mark.parametrize("layer, shape", [(nn.LayerNorm, (4, 11)), (nn.BatchNorm1d, (11, 4))])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_normalised_constants_are_0(layer, shape, dtype):
    """A small eps made ±1 of the rounding of the mean."""
    norm = layer(shape[1], eps=1e-30).astype(dtype)
    for c in (0.1, 1 / 3, 1234.567):
        y = norm(Tensor(np.full(shape, c, dtype)))
        assert not y.data.any() and y.dtype == dtype


@pytest.mark.parametrize("layer, shape", [(nn.LayerNorm, (4, 11)), (nn.BatchNorm1d, (11, 4))])
def test_gradients_of_normalised_constants_sum_to_0(layer, shape):
    norm, axis = layer(shape[1], eps=1e-12), 1 if layer is nn.LayerNorm else 0
    w = np.random.default_rng(0).normal(size=shape)
    g = gradient(lambda x: norm(x) * w, np.full(shape, 0.1))
    assert (abs(g.sum(axis=axis)) <= 1e-14 * abs(g).sum(axis=axis)).all()


# ---- logsumexp -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("dtype, top", [(np.float16, 2000), (np.float32, 1e8), (np.float64, 1e16)])
def test_gradient_of_logsumexp_sums_to_1_far_out(dtype, top):
    """e^(x - y) takes a y rounded to whole numbers here."""
    x = np.full(3, top, dtype)
    np.testing.assert_allclose(gradient(ag.logsumexp, x), 1 / 3, rtol=np.finfo(dtype).eps)


# ---- extrema and nan -----------------------------------------------------------------------------------------------

nan = np.nan
EXTREMA = [
    (anp.max, [1.0, nan, 3.0], [0, 1, 0]), (anp.min, [1.0, nan, 3.0], [0, 1, 0]),
    (anp.max, [nan, 2.0, nan, nan], [1 / 3, 0, 1 / 3, 1 / 3]), (anp.min, [nan, 2.0, nan, 0.0], [.5, 0, .5, 0]),
    (anp.max, [nan], [1]), (anp.max, [np.inf, nan], [0, 1]), (anp.max, [-np.inf, -np.inf], [.5, .5]),
    (lambda x: anp.max(x, axis=1), [[1.0, nan], [3.0, 3.0]], [[0, 1], [.5, .5]]),
    (lambda x: anp.min(x, axis=0, keepdims=True), [[1.0, nan], [3.0, 3.0]], [[1, 1], [0, 0]]),
    (lambda x: anp.maximum(x, 1.0), [nan, 0.0, 1.0, 2.0], [1, 0, .5, 1]),
    (lambda x: anp.maximum(1.0, x), [nan, 0.0, 1.0, 2.0], [1, 0, .5, 1]),
    (lambda x: anp.minimum(x, 1.0), [nan, 0.0, 1.0, 2.0], [1, 1, .5, 0]),
    (lambda x: anp.maximum(x, np.array([nan, nan])), [1.0, nan], [0, .5]),
    (lambda x: anp.minimum(np.array([nan, nan]), x), [1.0, nan], [0, .5]),
    (lambda x: anp.maximum(x[0], x[1]), [nan, 1.0], [1, 0]), (lambda x: anp.minimum(x[0], x[1]), [1.0, nan], [0, 1]),
    (lambda x: anp.maximum(x, x), [nan, 1.0], [1, 1]),
    (lambda x: anp.clip(x, 0, 1), [nan, 2.0, 0.5], [1, 0, 1]),
    (ag.relu, [nan, 2.0, -1.0, 0.0], [1, 1, 0, 0]), (lambda x: ag.relu(x[0]), [nan, 1.0], [1, 0]),
    (lambda x: nn.MaxPool2d(2)(x.reshape(1, 1, 2, 4)), [1.0, nan, 5.0, 5.0, 2.0, nan, 1.0, 0.0],
     [0, .5, .5, .5, 0, .5, 0, 0]),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("f, x, expected", EXTREMA)
def test_nan_takes_the_gradient_where_it_is_the_value(f, x, expected, dtype):
    """max of an array with a nan had gradient 0 and a warning of a division by 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(gradient(f, np.array(x, dtype)), np.array(expected, dtype))


@pytest.mark.parametrize("f, x, expected", EXTREMA)
def test_second_order_beside_nan(f, x, expected):
    """d/dg of <v, gradient> is the share again, and the gradient does not depend on x."""
    x, v = np.array(x), np.arange(1.0, 1 + np.size(x)).reshape(np.shape(x))
    scale = Tensor(1.0, requires_grad=True)
    leaf = Tensor(x, requires_grad=True)
    (f(leaf) * scale).sum().backward(create_graph=True)
    first, leaf.grad, scale.grad = leaf.grad, None, None
    (first * v).sum().backward()
    np.testing.assert_allclose(scale.grad.item(), np.sum(v * expected))


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("params", [{}, {"axis": 0}, {"axis": 0, "keepdims": True}])
def test_tangent_of_an_extremum_with_nan(name, params):
    got = tangent(name, np.array([1.0, 2.0, 4.0, 8.0]), np.array([3.0, nan, -1.0, nan]), **params)
    np.testing.assert_array_equal(got, [5.0] if "keepdims" in params else 5.0)


@pytest.mark.parametrize("name, expected", [("maximum", [2, .5, 0]), ("minimum", [2, .5, 4])])
def test_tangent_of_an_extremum_of_two_with_nan(name, expected):
    op, x, w, t = REGISTRY[name], np.array([nan, 1.0, 2.0]), np.array([0.0, 1.0, 5.0]), np.array([2.0, 1.0, 4.0])
    np.testing.assert_array_equal(op.jvp_rule(0)(t, op(x, w), x, w), expected)
