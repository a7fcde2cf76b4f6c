"""Numbers, switches and functions that users give, verified. Imports nothing of the project."""
import math
from collections.abc import Callable
from typing import Any

import numpy as np


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


def check_function(name: str, value, needed: str) -> None:
    """TypeError about what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name} must be {needed}, got {value!r}")


def check_integer(name: str, value, least: int = 0) -> None:
    """An error about what is no integer of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")
