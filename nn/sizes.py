"""Sizes, counts, axes and shapes that users give, verified."""
from collections.abc import Sequence

import numpy as np

Pair = int | tuple[int, int]


def is_integer(n) -> bool:
    return isinstance(n, int | np.integer) and not isinstance(n, bool)


def positive_int(**sizes) -> None:
    """ValueError about the first of the named sizes that is not a positive integer."""
    for name, n in sizes.items():
        if not is_integer(n) or n < 1:
            raise ValueError(f"{name} must be a positive integer, got {n!r}")


def whole(name: str, n: int, least: int = 0) -> None:
    """ValueError about a count that is not a whole number of at least 0, or more."""
    if not is_integer(n) or n < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {n!r}")


def integer(name: str, n: int) -> None:
    """TypeError about what is no integer, such as an axis."""
    if not is_integer(n):
        raise TypeError(f"{name} must be an integer, got {n!r}")


def pair(name: str, value: Pair, least: int = 1) -> tuple[int, int]:
    """One number for both axes, or (height, width). ValueError for others."""
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(is_integer(n) and n >= least for n in both):
        raise ValueError(f"{name} must be an integer of at least {least} or a pair (height, width), got {value!r}")
    return both[0], both[1]


def sample_shape(value: Sequence[int]) -> tuple[int, ...]:
    """The shape of one sample as a tuple. ValueError for anything else."""
    if not isinstance(value, tuple | list) or not all(is_integer(n) and n >= 1 for n in value):
        found = value if isinstance(value, int | tuple | list) else type(value).__name__
        raise ValueError("input_shape must be the shape of one sample, without the batch axis, such as (2,) or "
                         f"(3, 32, 32), got {found}")
    return tuple(map(int, value))


def lengths(shape: Sequence[int], name: str = "shape", least: int = 0) -> tuple[int, ...]:
    """A shape as a tuple. ValueError for anything else."""
    if not isinstance(shape, tuple | list) or not all(is_integer(n) and n >= least for n in shape):
        raise ValueError(f"{name} must be a tuple of lengths of at least {least}, such as (64, 32), got {shape!r}")
    return tuple(map(int, shape))
