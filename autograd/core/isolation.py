"""Kernels and rules declared outside of our packages: they can neither change our arrays nor keep their answers.

A kernel that writes into its input would corrupt leaves, one that keeps its answer and writes into it later would
corrupt gradients. So it sees read-only views, or copies of its own if it insists on writable memory or if the arrays
are another library's, and its answer is copied.
"""
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy import ndarray

from ..support.caller import OUR_PACKAGES
from .outputs import Cotangents
from .values import is_protocol_array


def is_ours(function: Callable) -> bool:
    """Whether a function stands in our packages, where a test proves all ops pure."""
    return (getattr(function, "__module__", None) or "").partition(".")[0] in OUR_PACKAGES


def isolated(function: Callable, writable: bool, what: str) -> Callable:
    """The function, called with arrays that are nobody else's to write to, and with its answer copied.

    Raises:
        RuntimeError: it writes into an array that it was given, and does not declare that it must.
    """
    hand_in = _own_copy if writable else _read_only

    @wraps(function)
    def call(*args, **params):
        try:
            return _copied(function(*[hand_in(x) for x in args], **params))
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise RuntimeError(f"{what} writes into an array that it was given and that others read ({error}): compute "
                               "a new one (x = x * 2 for x *= 2), or declare the op with arrays=\"writable\" to be "
                               "handed copies") from error
    return call


def _read_only(x: Any) -> Any:
    if x.__class__ is tuple or x.__class__ is Cotangents:
        return tuple(map(_read_only, x))
    if isinstance(x, ndarray):                          # a memory map, too
        x = x.view()
        x.flags.writeable = False
    return _elsewhere(x)


def _own_copy(x: Any) -> Any:
    if x.__class__ is tuple or x.__class__ is Cotangents:
        return tuple(map(_own_copy, x))
    return np.array(x, order="C") if isinstance(x, ndarray | np.generic | float | int) else _elsewhere(x)


def _copied(answer: Any) -> Any:
    if answer.__class__ is tuple:
        return tuple(map(_copied, answer))
    return answer.copy() if isinstance(answer, ndarray) else _elsewhere(answer)


def _elsewhere(x: Any) -> Any:
    """A copy of another library's array, which nothing makes read-only; anything else as it is."""
    return x.astype(x.dtype) if is_protocol_array(x) else x


# ---- what a kernel may return: real numbers, not None, a list or a text ----------------------------------------------

class KernelError(TypeError):
    """A kernel returned something else than declared."""


def verified(kernel: Callable, name: str, residual: bool, outputs: tuple[str, ...] | None) -> Callable:
    """The kernel; KernelError if it returns something else than declared."""
    @wraps(kernel)
    def call(*args, **params):
        y, *cached = _tuple(kernel(*args, **params), name, 2, "its output and what it caches") if residual else \
            (kernel(*args, **params),)
        if outputs is not None:
            y = _tuple(y, name, len(outputs), f"its outputs {', '.join(outputs)}" if outputs else "its outputs")
        for part in (y,) if outputs is None else y:
            _check_numbers(part, name)
        return (y, *cached) if residual else y
    return call


def _tuple(answer: Any, name: str, length: int, what: str) -> tuple:
    """A tuple of so many, any number for 0, perhaps one with names, as a plain one."""
    if not isinstance(answer, tuple) or not answer or len(answer) != (length or len(answer)):
        found = f"a tuple of {len(answer)}" if isinstance(answer, tuple) else _shown(answer)
        raise KernelError(f"the kernel of {name} returned {found}: as declared it must return a tuple of "
                          f"{length or 'one or more'}, {what}")
    return tuple(answer)


def _check_numbers(y: Any, name: str) -> None:
    if hasattr(y, "__carry__") or hasattr(y, "filled"):
        raise KernelError(f"the kernel of {name} returned a {type(y).__name__}: it must return a plain array; a Tensor "
                          "would leave the graph, a masked array lose its mask")
    if not isinstance(y, float | int) and getattr(getattr(y, "dtype", None), "kind", None) not in tuple("fiub"):
        raise KernelError(f"the kernel of {name} returned {_shown(y)}: it must return real numbers, in an array or "
                          "one; is its return statement missing?")


def _shown(y: Any) -> str:
    return f"an array of dtype {y.dtype}" if hasattr(y, "dtype") else f"{y!r:.60} ({type(y).__name__})"
