"""Sizes that users give to layers, verified."""
import numpy as np

Pair = int | tuple[int, int]


def positive_int(**sizes) -> None:
    """ValueError about the first of the named sizes that is not a positive integer."""
    for name, n in sizes.items():
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
            raise ValueError(f"{name} must be a positive integer, got {n!r}")


def pair(name: str, value: Pair, least: int = 1) -> tuple[int, int]:
    """One number for both axes, or (height, width). ValueError for others."""
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(isinstance(n, int | np.integer) and n >= least for n in both):
        raise ValueError(f"{name} must be an integer of at least {least} or a pair (height, width), got {value!r}")
    return both[0], both[1]
