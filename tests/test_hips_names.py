"""Code that was written for HIPS autograd: its modules and names do here what they do there."""
import numpy as np
import pytest

import autograd.numpy as anp
from autograd import builtins, differential_operators, elementwise_grad, grad, hessian, jvp
from autograd.check import gradcheck
from autograd.extend import defjvp, defvjp, defvjp_argnum, notrace_primitive, primitive
from autograd.test_util import check_grads
from autograd.tracer import getval, isbox

X = np.array([0.5, 1.0, 2.0])


@primitive
def logsumexp(x):
    """The example of the older package's tutorial, in our words."""
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


defvjp(logsumexp, lambda ans, x: lambda g: g * anp.exp(x - ans))


@primitive
def scaled(x, k, power=1):
    return k * np.power(x, power)


defvjp(scaled, lambda ans, x, k, power=1: lambda g: g * k * power * x ** (power - 1),
       lambda ans, x, k, power=1: lambda g: anp.sum(g * x ** power))
defjvp(scaled, lambda g, ans, x, k, power=1: g * k * power * x ** (power - 1),
       lambda g, ans, x, k, power=1: g * x ** power)


@primitive
def product(*xs):
    return xs[0] * xs[1]


defvjp_argnum(product, lambda argnum, ans, args, kwargs: lambda g: g * args[1 - argnum])


@notrace_primitive
def size_of(x):
    return x.size


def test_a_primitive_of_ones_own():
    np.testing.assert_allclose(grad(logsumexp)(X), np.exp(X) / np.exp(X).sum())
    assert gradcheck(logsumexp, X)
    np.testing.assert_allclose(hessian(logsumexp)(X).sum(axis=0), 0, atol=1e-15)
    assert isinstance(logsumexp(X), np.floating)


def test_arguments_of_any_kind():
    np.testing.assert_allclose(grad(lambda x: anp.sum(scaled(x, 3.0, power=2)))(X), 6 * X)
    assert grad(lambda k: anp.sum(scaled(X, k, power=2)))(3.0) == np.sum(X ** 2)
    np.testing.assert_allclose(jvp(lambda x: scaled(x, 3.0, power=2), (X,), (np.ones(3),))[1], 6 * X)


def test_rules_of_all_arguments_at_once():
    assert grad(product, (0, 1))(2.0, 3.0) == (3.0, 2.0)
    assert grad(lambda x: product(x, x))(3.0) == 6


def test_outside_the_graph():
    assert grad(lambda x: anp.sum(x) * size_of(x))(X).tolist() == [3, 3, 3]


def test_a_rule_that_is_not_defined_is_named():
    @primitive
    def bare(x):
        return x
    with pytest.raises(NotImplementedError, match=r"defvjp\(bare"):
        grad(bare)(2.0)
    with pytest.raises(TypeError, match="primitive made"):
        defvjp(np.sin, None)
    with pytest.raises(ValueError, match="one for each"):
        defvjp(bare, None, argnums=(0, 1))


def test_check_grads():
    check_grads(anp.sin, modes=["fwd", "rev"], order=2)(X)
    check_grads(lambda d: anp.sum(d["x"] ** 2), modes=["fwd"])({"x": X})

    @primitive
    def wrong(x):
        return np.sin(x)
    defvjp(wrong, lambda ans, x: lambda g: g * anp.sin(x))
    with pytest.raises(AssertionError, match="wrong"):
        check_grads(lambda x: anp.sum(wrong(x)), modes=["rev"])(X)


def test_values_on_their_way():
    seen = []
    grad(lambda x: (seen.append((isbox(x), getval(x))), x)[1])(2.0)
    assert seen == [(True, 2.0)] and getval(3.0) == 3.0


def test_modules_have_the_names():
    assert differential_operators.elementwise_grad is elementwise_grad
    assert builtins.dict is dict
