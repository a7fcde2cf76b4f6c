"""Numbers, switches, seeds, functions and arrays that users give, verified. (`sizes` verifies counts and shapes.)"""
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.record import real


def check(name: str, value, ok: Callable[[Any], bool], needed: str) -> None:
    """ValueError if a setting is not ok, TypeError if it is of a kind that cannot be."""
    try:
        fine = bool(ok(value))
    except (TypeError, ValueError):                         # no number, or an array of several
        raise TypeError(f"{name} must be {needed}, got {value!r}") from None
    if not fine:
        raise ValueError(f"{name} must be {needed}, got {value!r}")


def check_number(name: str, value) -> None:
    """An error about what is not one finite number."""
    check(name, value, math.isfinite, "a number")


def ordered(low, high) -> None:
    """An error about two finite numbers that are none, or not in this order."""
    check_number("low", low)
    check_number("high", high)
    if not low < high:
        raise ValueError(f"low must be below high, got {low} and {high}")


def at_least_0(**settings) -> None:
    """An error about the first of the named settings that is not a finite number of at least 0."""
    for name, value in settings.items():
        check(name, value, lambda v: 0 <= v < math.inf, "at least 0")


def check_flags(**switches) -> None:
    """TypeError about the first of the named switches that is neither True nor False."""
    for name, value in switches.items():
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"{name} must be True or False, got {value!r}")


def generator(rng) -> np.random.Generator:
    """The Generator itself, or one with this seed. TypeError or ValueError for what is neither, nor None."""
    try:
        if isinstance(rng, bool):
            raise TypeError
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise type(error)("rng must be a Generator, a seed (an integer of at least 0), or None for an unpredictable "
                          f"start, got {rng!r}") from None


def check_function(name: str, value, needed: str) -> None:
    """TypeError about what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} must be {needed}, got {value!r}")


def as_array(name: str, values) -> np.ndarray:
    """Values of any kind as an array. ValueError for rows of different lengths, TypeError for a masked array."""
    if hasattr(values, "filled"):
        raise TypeError(f"{name}: a masked array would lose its mask: take {name}.filled(value), or leave rows out")
    try:
        return np.asarray(values.data if isinstance(values, Tensor) else values)
    except ValueError:
        raise ValueError(f"{name}: a ragged sequence, whose rows have different lengths, is no array") from None


def numbers(name: str, values) -> np.ndarray:
    """Values as an array of real numbers. TypeError for others, ValueError for rows of different lengths."""
    try:
        return np.asarray(real(values))
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
