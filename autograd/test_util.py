"""`check_grads` in the way of HIPS autograd: a thin face on `autograd.check.gradcheck`, which says more."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .check import GradcheckError, gradcheck
from .transforms.containers import leaves_of, rebuilt
from .transforms.forward import jvp
from .transforms.products import vjp


def check_grads(f: Callable[..., Any], modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> Callable[..., None]:
    """`check_grads(f)(*args)` raises AssertionError if the derivatives of f at args are wrong.

    Args:
        modes: "rev" compares gradients with differences, to the given order; "fwd" compares forward with backward mode.
        order: 1 or more.

    >>> import numpy as np
    >>> import autograd.numpy as anp
    >>> from autograd.test_util import check_grads
    >>> check_grads(anp.sin)(np.array([1.0, 2.0]))
    """
    def check(*args: Any) -> None:
        if "rev" in modes:
            try:
                gradcheck(f, *args, order=order)
            except GradcheckError as error:
                raise AssertionError(str(error)) from error
        if "fwd" in modes:
            _compare_modes(f, args)
    return check


def _compare_modes(f: Callable[..., Any], args: tuple) -> None:
    """<g, J t> = <Jᵀ g, t>."""
    rng = np.random.default_rng(0)
    some = lambda x: np.asarray(rng.normal(size=np.shape(x)), np.asarray(x).dtype)
    tangents = rebuilt(args, map(some, leaves_of(args)))
    (y, pullback), (_, moved) = vjp(f, *args), jvp(f, args, tangents)
    cotangents = rebuilt(y, map(some, leaves_of(y)))
    forward, backward = _inner(cotangents, moved), _inner(pullback(cotangents), tangents)
    if not np.isclose(forward, backward, rtol=1e-6, atol=1e-8):
        raise AssertionError(f"forward and backward mode of {getattr(f, '__name__', f)} differ: {forward} and "
                             f"{backward}")


def _inner(a: Any, b: Any) -> float:
    return sum(float(np.sum(np.asarray(x) * np.asarray(y))) for x, y in zip(leaves_of(a), leaves_of(b), strict=True))
