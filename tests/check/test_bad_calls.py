"""Calls of the checking functions that make no sense: one clear error each, none accepted."""
import numpy as np
import pytest

import autograd as ag
import nn
from autograd import gradcheck
from autograd.check import check_all, check_jvp, check_op, check_vjp
from autograd.check.adapters import check_jax, check_torch
from autograd.numpy import argmax


def square(a):
    return a * a


def product(a, b):
    return a * b


def vjp(g, x):
    return g * np.cos(x)


@pytest.mark.parametrize("call, error, words", [
    (lambda: gradcheck(square), TypeError, r"square\(a\) is called with 0 inputs"),
    (lambda: gradcheck(lambda *xs: xs[0]), TypeError, "no inputs were given"),
    (lambda: gradcheck(square, 1.0, 2.0), TypeError, r"square\(a\) is called with 2 inputs: too many"),
    (lambda: gradcheck(product, 1.0), TypeError, r"product\(a, b\) is called with 1 inputs: missing .* 'b'"),
    (lambda: gradcheck(nn.Linear, 1.0), TypeError, r"Linear\(inputs, outputs, bias, rng, init\b.*\) is called with 1"),
    (lambda: gradcheck(square, None), TypeError, "no input of floating dtype"),
    (lambda: gradcheck(product, 1.0, np.array(["a"])), TypeError, "input 1 must be real numbers, got array"),
    (lambda: gradcheck(square, {"a": "b"}), TypeError, "no input of floating dtype"),
    (lambda: gradcheck(square, [1.0, None]), TypeError, r"input 0 must be real numbers, got \[1.0, None\]"),
    (lambda: gradcheck(product, 1.0, 1j), TypeError, "input 1 is complex"),
    (lambda: gradcheck(product, 1.0, [[1.0], [1.0, 2.0]]), ValueError, "input 1 is a ragged sequence"),
    (lambda: gradcheck(square, True), TypeError, "no input of floating dtype"),
    (lambda: gradcheck(lambda a: (), 1.0), TypeError, "must return real numbers.* got tuple of nothing"),
    (lambda: gradcheck(lambda a: (a, None), 1.0), TypeError, "must return real numbers.* got tuple of float64, object"),
    (lambda: gradcheck(square, 1.0, order=True), TypeError, "order must be an integer, got True"),
    (lambda: gradcheck(square, 1.0, order=np.array([1, 2])), TypeError, "order must be an integer, got array"),
    (lambda: gradcheck(square, 1.0, order=0), ValueError, "order must be an integer of at least 1, got 0"),
    (lambda: gradcheck(square, 1.0, modes=[[]]), ValueError, r"modes must be a tuple.* got \[\[\]\]"),
    (lambda: gradcheck(square, 1.0, name=3), TypeError, "name must be a text, got 3"),
    (lambda: gradcheck(square, 1.0, raises="no"), TypeError, "raises must be True or False"),
    (lambda: gradcheck(square, 1.0, eps=1e-6), TypeError, "no setting of a check is named 'eps'; there are atol"),
    (lambda: gradcheck(square, 1.0, rtol=-1e-6), ValueError, "rtol must be a relative error.* got -1e-06"),
    (lambda: gradcheck(square, 1.0, seed=-1), ValueError, "seed must be an integer of at least 0"),
    (lambda: check_vjp(np.sin, vjp, 1.0, modes=("forward",)), TypeError, "no setting of a check is named 'modes'"),
    (lambda: check_vjp(np.sin, vjp, 1.0, second=3), TypeError, "no setting of a check is named 'second'"),
    (lambda: check_vjp(vjp, np.sin, 1.0), TypeError, r"vjp\(g, x\) is called with 1 inputs"),
    (lambda: check_vjp(square, lambda g: g, 1.0), TypeError, r"\(g\) is called with 2 arguments, g and the inputs"),
    (lambda: check_vjp(square, None, 1.0), TypeError, "vjp must be a function of the cotangent"),
    (lambda: check_jvp(square, lambda t: t, 1.0), TypeError, r"\(t\) is called with 2 arguments, tangents and"),
    (lambda: check_jvp(square, vjp, 1.0, modes=("reverse",)), TypeError, "no setting of a check is named 'modes'"),
    (lambda: check_op(ag.exp, 1.0, 2.0), TypeError, "exp takes 1 arrays, and 2 inputs were given"),
    (lambda: check_op(ag.matmul, 1.0), TypeError, "matmul takes 2 arrays, and 1 inputs were given"),
    (lambda: check_op(argmax, [1.0, 2.0]), TypeError, "argmax declares no derivative"),
    (lambda: check_op(argmax), TypeError, "argmax declares no derivative"),
    (lambda: check_op(ag.exp, 1.0, raises="no"), TypeError, "raises must be True or False"),
    (lambda: check_op(ag.exp, exampels=3), TypeError, "exampels: metadata belong to a call"),
    (lambda: check_all([]), ValueError, "no primitive that declares a derivative"),
    (lambda: check_torch(square), TypeError, r"square\(a\) is called with 0 inputs"),
    (lambda: check_torch(None, 1.0), TypeError, "f must be a function of torch tensors"),
    (lambda: check_torch(square, 1.0, order="2"), TypeError, "order must be an integer"),
    (lambda: check_jax(None, 1.0), TypeError, "f must be a function of JAX arrays"),
    (lambda: check_jax(square, 1.0, 2.0), TypeError, r"square\(a\) is called with 2 inputs")])
def test_a_call_that_makes_no_sense(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_wrapper_that_supplies_arguments_is_called_as_it_is():
    from functools import wraps

    @wraps(product)
    def doubled(a):
        return product(a, 2.0)
    assert gradcheck(doubled, 3.0)
