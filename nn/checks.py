"""What users give, verified: seeds and arrays here, numbers, switches and functions as everywhere in the project.

(`sizes` verifies counts and shapes.)
"""
from collections.abc import Mapping

import numpy as np

from autograd import Tensor
from autograd.core.values import as_real_array
from autograd.support.arguments import at_least_0, check, check_flags, check_function, check_number, ordered

__all__ = ["as_array", "at_least_0", "check", "check_flags", "check_function", "check_number", "check_state",
           "generator", "numbers", "ordered"]


def check_state(kind: str, state, *names: str) -> None:
    """ValueError for what is no dict with these names."""
    if not isinstance(state, Mapping) or not set(names) <= state.keys():
        raise ValueError(f"the state of {kind} is a dict of {', '.join(names)}, not {state!r:.60}")


def generator(rng) -> "np.random.Generator":
    """The Generator itself, or one with this seed. TypeError or ValueError for what is neither, nor None."""
    try:
        if isinstance(rng, bool):
            raise TypeError
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise type(error)("rng must be a Generator, a seed (an integer of at least 0), or None for an unpredictable "
                          f"start, got {rng!r}") from None


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
        return np.asarray(as_real_array(values))
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
