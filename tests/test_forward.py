"""Forward mode: equal to backward mode for every op, to any order, without a graph; and the products built on both."""
import dataclasses
import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import autograd as ag
import autograd.numpy as anp
import nn
from autograd import (
    Tensor,
    deriv,
    elementwise_grad,
    flatten,
    grad,
    grad_and_aux,
    hessian,
    hessian_tensor_product,
    jacobian,
    jvp,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    vjp,
)
from autograd.check.generate.strategies import cases
from autograd.core.primitive import REGISTRY

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops") and op.differentiable]
RNG = np.random.default_rng(0)
X, T = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))


def real(x):
    return np.asarray(x).dtype.kind == "f"


def inner(a, b):
    return sum(float(np.sum(np.asarray(x, float) * np.asarray(y, float))) for x, y in zip(a, b, strict=True))


# ---- every op -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_forward_and_backward_agree(op):
    """<g, J t> = <Jᵀ g, t>."""
    @settings(max_examples=max(4, settings().max_examples // 5), suppress_health_check=list(HealthCheck))
    @given(cases(op))
    def check(case):
        places = [i for i, x in enumerate(case.inputs) if real(x) and op.vjp_rules[i]]
        xs = [case.inputs[i] for i in places]
        rng = np.random.default_rng(1)
        ts = [np.asarray(rng.normal(size=np.shape(x)), np.asarray(x).dtype) for x in xs]

        def f(*moved):
            at = dict(zip(places, moved, strict=True))
            y = op(*[at.get(i, x) for i, x in enumerate(case.inputs)], **case.params)
            return tuple(part for part in (y if isinstance(y, tuple) else (y,)) if ag.as_tensor(part).dtype.kind == "f")
        if not xs:
            return
        with np.errstate(all="ignore"):
            y, moved = jvp(f, xs, ts)
            expected, pullback = vjp(f, *xs)
            gs = tuple(np.asarray(rng.normal(size=np.shape(part)), np.asarray(part).dtype) for part in expected)
            pulled = pullback(gs)
        for a, b, t in zip(y, expected, moved, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6 if np.asarray(b).dtype == np.float32 else 1e-13)
            assert (np.shape(t), np.asarray(t).dtype) == (np.shape(b), np.asarray(b).dtype)
        forward, backward = inner(gs, moved), inner(pulled, ts)
        scale = 1 + sum(float(np.abs(np.asarray(a, float) * np.asarray(b, float)).sum())
                        for a, b in zip((*gs, *pulled), (*moved, *ts), strict=True))
        if np.isfinite(forward) and np.isfinite(backward):
            single = any(np.asarray(x).dtype == np.float32 for x in xs)
            assert abs(forward - backward) <= (1e-5 if single else 1e-10) * scale
    check()


# ---- composed -------------------------------------------------------------------------------------------------------

def network(w):
    return anp.sum(ag.softmax(anp.tanh(w @ X.T), axis=-1) ** 2 * np.arange(3.0))


def test_forward_over_backward_and_backward_over_forward_are_the_hessian():
    w, t = RNG.normal(size=(2, 4)), RNG.normal(size=(2, 4))
    whole = np.tensordot(hessian(network)(w), t, 2)
    over_backward = jvp(grad(network), (w,), (t,))[1]
    over_forward = grad(lambda w: jvp(network, (w,), (t,))[1])(w)
    for product in (over_backward, over_forward, hessian_tensor_product(network)(w, t), make_hvp(network)(w)[0](t)):
        np.testing.assert_allclose(product, whole, rtol=1e-12)


def test_third_order():
    f = lambda x: x ** 5
    assert jvp(grad(grad(f)), (2.0,), (1.0,))[1] == 240
    assert grad(lambda x: jvp(grad(f), (x,), (1.0,))[1])(2.0) == 240
    assert jvp(lambda x: jvp(lambda x: jvp(f, (x,), (1.0,))[1], (x,), (1.0,))[1], (2.0,), (1.0,))[1] == 240


def test_perturbations_of_functions_within_functions_are_kept_apart():
    """d/dx (x · d/dy (x + y)) = 1; 2 if both tangents are taken for one (Siskind & Pearlmutter 2005)."""
    inner_one = lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1]
    assert jvp(inner_one, (1.0,), (1.0,))[1] == grad(inner_one)(1.0) == 1
    mixed = lambda x: x * grad(lambda y: x * y)(1.0)
    assert jvp(mixed, (3.0,), (1.0,)) == (9.0, 6.0)


def test_a_variable_of_an_outer_transform_reaches_an_inner_one():
    assert jvp(lambda a: grad(lambda w: a * w ** 3)(2.0), (3.0,), (1.0,)) == (36.0, 12.0)
    assert grad(lambda a: jvp(lambda w: a * w ** 3, (2.0,), (1.0,))[1])(3.0) == 12.0


def test_a_tangent_may_be_differentiated_in():
    assert grad(lambda t: jvp(lambda x: x ** 3, (2.0,), (t,))[1])(5.0) == 12.0


def test_a_zero_tangent_stays_zero_through_a_singular_derivative():
    with np.errstate(all="ignore"):
        _, t = jvp(lambda x: anp.sqrt(x) + anp.log(x + 1), (np.array([0.0, 1.0]),), (np.array([0.0, 1.0]),))
    assert t.tolist() == [0.0, 1.0]


def test_single_precision_stays():
    y, t = jvp(lambda x: anp.mean(anp.exp(x) * 0.5), (np.ones(3, np.float32),), (np.ones(3),))
    assert y.dtype == t.dtype == np.float32


def test_memory_does_not_grow_with_depth():
    def deep(n):
        def f(x):
            for _ in range(n):
                x = anp.sin(x)
            return x
        return f

    def peak(n):
        x = np.ones(10_000)
        gc.collect()
        tracemalloc.start()
        jvp(deep(n), (x,), (x,))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most
    assert peak(100) < 1.2 * peak(10)


# ---- containers -----------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Line:
    slope: object
    offset: object
    label: str = "line"


CONTAINERS = [
    ([X, 2.0], lambda c: (c[0] * c[1]).sum()), ((X, (2.0,)), lambda c: (c[0] * c[1][0]).sum()),
    ({"x": X, "more": {"k": 2.0, "n": 3}}, lambda c: (c["x"] * c["more"]["k"]).sum()),
    (Line(X, 2.0), lambda c: (c.slope * c.offset).sum())]


@pytest.mark.parametrize("value, f", CONTAINERS, ids=["list", "tuple", "dict", "dataclass"])
def test_containers_go_in_and_gradients_come_out_in_the_same(value, f):
    g = grad(f)(value)
    assert type(g) is type(value)
    vector, unflatten = flatten(value)
    np.testing.assert_allclose(flatten(g)[0], grad(lambda v: f(unflatten(v)))(vector), rtol=1e-14)
    np.testing.assert_allclose(jvp(f, (value,), (g,))[1], np.sum(flatten(g)[0] ** 2), rtol=1e-12)


def test_a_module_gives_a_gradient_for_each_parameter():
    model = nn.MLP([4, 3, 1], activation="tanh", rng=0)
    g = grad(lambda m: (m(X) ** 2).sum())(model)
    (model(X) ** 2).sum().backward()
    for name, p in model.named_parameters():
        np.testing.assert_allclose(g[name].data, p.grad.data, rtol=1e-14)


def test_flatten_and_back():
    value = {"w": X, "b": [1.0, np.float32(2)], "n": 3, "text": "t"}
    vector, unflatten = flatten(value)
    again = unflatten(vector)
    assert vector.shape == (14,) and again["n"] == 3 and again["text"] == "t"
    np.testing.assert_array_equal(again["w"], X)
    with pytest.raises(ValueError, match="vector of 14"):
        unflatten(vector[1:])


# ---- the products ---------------------------------------------------------------------------------------------------

def test_jacobian_is_that_of_differences():
    f = lambda x: anp.stack([anp.sum(x ** 2), anp.prod(x), x[0] * x[1]])
    x, h = np.array([1.0, 2.0, 3.0]), 1e-6
    differences = np.stack([(np.asarray(f(x + h * e)) - np.asarray(f(x - h * e))) / (2 * h) for e in np.eye(3)], axis=1)
    np.testing.assert_allclose(jacobian(f)(x), differences, rtol=1e-8)
    g = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(tensor_jacobian_product(f)(x, g), g @ jacobian(f)(x), rtol=1e-14)


@pytest.mark.parametrize("x", [2.0, np.ones(2), np.ones((2, 3)), np.ones((0,))], ids=["0-d", "1-d", "2-d", "empty"])
def test_jacobian_has_the_shape_of_result_and_argument(x):
    for f, shape in ((lambda x: x * 2, np.shape(x)), (anp.sum, ()), (lambda x: np.ones((2, 1)) * anp.sum(x), (2, 1))):
        assert np.shape(jacobian(f)(x)) == shape + np.shape(x)


def test_jacobian_of_jacobian_is_the_hessian():
    f = lambda x: anp.sum(x ** 3) * x[0]
    np.testing.assert_allclose(jacobian(jacobian(f))(X[0]), hessian(f)(X[0]), rtol=1e-13)


def test_pullbacks_may_be_called_again():
    y, pullback = vjp(lambda x, w: {"a": x * w, "b": [anp.sum(x)]}, X, 2.0)
    first = pullback({"a": T, "b": [1.0]})
    again = pullback({"a": 2 * T, "b": [2.0]})
    np.testing.assert_allclose(again[0], 2 * first[0])
    assert again[1] == 2 * first[1] and isinstance(y["a"], np.ndarray)


def test_makers_of_hips():
    pullback, y = make_vjp(anp.sin)(X)
    np.testing.assert_allclose(pullback(T), np.cos(X) * T)
    value, moved = make_jvp(anp.sin)(X)(T)
    np.testing.assert_allclose(moved, np.cos(X) * T)
    np.testing.assert_array_equal(y, value)
    np.testing.assert_allclose(elementwise_grad(anp.sin)(X), np.cos(X))
    np.testing.assert_allclose(deriv(anp.sin)(X), np.cos(X))
    A = RNG.normal(size=(3, 4))
    np.testing.assert_allclose(make_ggnvp(lambda x: A @ x)(X[0])(T[0]), A.T @ A @ T[0])
    assert grad_and_aux(lambda x: (x ** 2, {"twice": 2 * x}))(3.0)[0] == 6
    assert multigrad_dict(lambda a, b=2.0: a * b)(3.0) == {"a": 2.0, "b": 3.0}


def test_tensors_that_require_grad_stay_differentiable():
    w = Tensor(2.0, requires_grad=True)
    jacobian(lambda x: x ** 2 * w)(np.ones(2)).sum().backward()
    assert w.grad.item() == 4
    assert isinstance(jacobian(lambda x: x ** 2)(np.ones(2)), np.ndarray)


# ---- misuse ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call, error, told", [
    (lambda: jvp(anp.sin, 1.0, 1.0), TypeError, "in tuples"),
    (lambda: jvp(anp.sin, (1.0,), ()), ValueError, "for each"),
    (lambda: jvp(anp.sin, (X,), (T[0],)), ValueError, "shape of its primal"),
    (lambda: jvp(2.0, (X,), (T,)), TypeError, "function"),
    (lambda: jvp(anp.sin, (3,), (1,)), TypeError, "floating"),
    (lambda: vjp(anp.sin, X)[1](T[0]), ValueError, "shape of the result"),
    (lambda: jacobian(lambda x: x > 0)(X), TypeError, "floating"),
    (lambda: jvp(lambda x: float(x), (1.0,), (1.0,)), TypeError, "detach"),
    (lambda: jvp(lambda x: ag.leaky_relu(x, slope=x), (0.5,), (1.0,)), TypeError, "as a parameter")],
    ids=["no tuples", "too few", "tangent", "no function", "integers", "cotangent", "no result", "float", "parameter"])
def test_misuse_is_named(call, error, told):
    with pytest.raises(error, match=told):
        call()
