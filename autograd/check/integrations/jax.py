"""JAX: a function with `custom_vjp` or `custom_jvp` rules, or any function of JAX arrays."""
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ...support.arguments import check_function
from ...support.optional import optional
from ..api import arguments_of, check_order, check_takes, name_of, run_check
from ..evidence.function_under_test import FunctionUnderTest, RejectedRule
from ..evidence.structure import like, map_parts
from ..nested import with_flat_arguments
from ..report import Report


def check_jax(f: Callable[..., Any], *inputs, order: int = 1, raises: bool = True, name: str | None = None,
              **settings) -> Report:
    """Check the derivatives of JAX code, reverse mode and, where the function has it, forward mode.

    Args:
        f: takes JAX arrays or trees of them and returns one array, or a tree.
        inputs: numbers or arrays, also nested in tuples, lists and dicts; those of floating dtype are checked in
            float64 copies, in JAX's 64-bit mode. Python integers and other values stay as they are.
        order: 2 or more to check higher derivatives too, jointly in the inputs and the cotangent.
        raises, name, settings: as for `gradcheck`.

    Raises:
        GradcheckError: the check did not pass.
        ModuleNotFoundError: JAX is not installed.
    """
    check_function("f", f, "a function of JAX arrays")
    check_takes(f, len(inputs), "inputs")
    name = name_of(f, name)
    check_order(order)
    arguments = arguments_of(f, inputs)
    function = _function(with_flat_arguments(f, arguments), name)
    return run_check(function, arguments, settings, order=order, raises=raises)


def _function(f, name: str, order: int = 1) -> FunctionUnderTest:
    def gradient(count: int) -> FunctionUnderTest:
        return _function(_gradient(f, count), f"the gradient of {name}", order + 1)
    jvp = _jvp(f) if order == 1 else None
    return FunctionUnderTest(name, _forward(f), vjp=_vjp(f), jvp=jvp, order=order, gradient=gradient)


def _gradient(f, count: int):
    """(x, g) -> vjp(g)."""
    def gradient(*args):
        jax = _jax()
        y, pull = jax.vjp(f, *args[:count])
        cotangents = pull(like(y, args[count:]))
        return tuple(c for c in cotangents if c.dtype != jax.dtypes.float0)
    return gradient


def _jax() -> Any:
    with optional("jax", "check_jax needs"):
        import jax.numpy
    return jax


def _in_64_bits():
    jax = _jax()
    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64()


def _forward(f):
    def forward(*xs):
        with _in_64_bits():
            return map_parts(np.array, f(*_arrays(xs)))
    return forward


def _vjp(f):
    def vjp(g, *xs):
        jax = _jax()
        with _in_64_bits():
            _, pull = jax.vjp(f, *_arrays(xs))
            try:
                cotangents = pull(map_parts(jax.numpy.asarray, g))
            except (TypeError, ValueError) as error:
                raise _rejected(error, len(xs)) from error
            return tuple(None if c.dtype == jax.dtypes.float0 else np.array(c) for c in cotangents)
    return vjp


def _rejected(error: Exception, inputs: int) -> Exception:
    """What JAX says of a rule's answer in a wrong form, as a verdict on the rule; any other error as it is."""
    words = str(error).split("\n")[0]
    if "bwd rule" not in words:
        return error
    if "structure" in words:
        return RejectedRule("wrong count: " + words)
    output = re.search(r"at output\[(\d+)\]", words)
    index = int(output[1]) if output else 0 if inputs == 1 else None
    return RejectedRule(f"the cotangent has shape or dtype other than its input: {words}", index)


def _jvp(f):
    def jvp(tangents, *xs):
        jax = _jax()
        with _in_64_bits():
            moves = [np.zeros(np.shape(x), jax.dtypes.float0) if t is None else t
                     for t, x in zip(tangents, xs, strict=True)]
            try:
                return map_parts(np.array, jax.jvp(f, _arrays(xs), tuple(moves))[1])
            except TypeError as error:                      # custom_vjp functions have no forward mode
                raise NotImplementedError(str(error).split("\n")[0]) from error
    return jvp


def _arrays(xs) -> tuple:
    return tuple(map(_jax().numpy.asarray, xs))
