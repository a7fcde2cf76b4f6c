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
from .arrays import is_protocol_array
from .outputs import Cotangents


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
