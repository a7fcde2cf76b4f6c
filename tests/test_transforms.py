"""grad and value_and_grad: HIPS autograd's conventions, any order, no perturbation confusion."""
import math
import warnings

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, grad, no_grad, value_and_grad


def test_plain_in_plain_out():
    assert grad(lambda x: x ** 3)(2.0) == 12.0 and type(grad(lambda x: x ** 3)(2.0)) is float
    g = grad(lambda x: anp.sum(x ** 2))(np.array([1.0, 2.0]))
    assert type(g) is np.ndarray and g.tolist() == [2, 4]
    assert value_and_grad(lambda x: x * x)(3.0) == (9.0, 6.0)


def test_argnum():
    f = lambda x, w: x * w ** 2
    assert grad(f, 1)(3.0, 2.0) == 12 and grad(f, (0, 1))(3.0, 2.0) == (4, 12)
    assert grad(lambda x, *, k: k * x)(1.0, k=5.0) == 5


def test_constant_functions_give_zero():
    with pytest.warns(UserWarning, match="a plain number, whose gradient is 0"):
        assert grad(lambda x: 3.0)(1.0) == 0 and grad(lambda x: anp.sum(np.ones(3)))(np.ones(2)).tolist() == [0, 0]
        assert grad(lambda x, w: x * 1.0, 1)(1.0, 2.0) == 0
    assert grad(lambda x: x)(5.0) == 1


def test_higher_orders():
    f = lambda x: anp.sin(x) * anp.exp(x)
    assert grad(grad(f))(0.7) == pytest.approx(2 * np.cos(0.7) * np.exp(0.7))
    assert grad(grad(grad(grad(f))))(0.7) == pytest.approx(-4 * f(0.7))


def test_no_perturbation_confusion():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1
    assert grad(lambda x: grad(lambda y: x * y)(x))(3.0) == 1
    assert grad(lambda x: grad(lambda y: x * y * y)(x) * x)(3.0) == pytest.approx(54)       # (2 x³)' = 6 x²


@pytest.mark.filterwarnings("ignore:the function returned a plain number")
def test_gradient_that_depends_on_outer_tensors_stays_differentiable():
    w = Tensor(2.0, requires_grad=True)
    g = grad(lambda x: w * x ** 2)(3.0)
    assert isinstance(g, Tensor) and g.item() == 12
    g.backward()
    assert w.grad.item() == 6
    with no_grad():
        assert grad(lambda x: w * x ** 2)(3.0) == 12
        assert value_and_grad(lambda x: 3.0)(1.0) == (3, 0)


def test_gradients_are_arrays_of_ones_own():
    a, b = grad(lambda x, w: anp.sum(x + w), (0, 1))(np.ones(3), np.ones(3))
    c = grad(lambda x: anp.sum(anp.sum(x, axis=0) * np.ones(3)))(np.ones((2, 3)))
    for g in (a, b, c):
        g += 1
    assert a.tolist() == b.tolist() == [2, 2, 2] and c.tolist() == [[2, 2, 2]] * 2


def test_tensors_in_touch_nobodys_grad():
    x = Tensor([1.0, 2.0], requires_grad=True)
    g = grad(lambda t: (t * t).sum())(x)
    assert g.tolist() == [2, 4] and x.grad is None
    g.sum().backward()
    assert x.grad.tolist() == [2, 2]


@pytest.mark.filterwarnings("ignore:the function returned a plain number")
def test_float32_in_float32_out():
    for f in (lambda x: anp.mean(x * 0.5), lambda x: 3.0):
        for x in (np.ones(4, np.float32), np.float32(1)):
            assert grad(f)(x).dtype == np.float32


@pytest.mark.parametrize("f", [lambda x: math.sin(x), lambda x: np.float64(x) * 2, lambda x: x.item() ** 2])
def test_a_function_that_leaves_the_graph_is_warned_of(f):
    with pytest.warns(UserWarning, match="leaves the graph"):
        assert grad(f)(2.0) == 0


def test_a_derivative_that_is_constant_is_not():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(grad(lambda x: 2 * x))(1.0) == 0
