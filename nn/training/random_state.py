"""Random generators of Python and NumPy: what is one, and its state as plain data."""
import random
from typing import Any

import numpy as np

GLOBAL = {random: random.random.__self__, np.random: np.random.random.__self__}                 # type: ignore[attr-defined]
"""The generators behind functions such as `random.random` and `np.random.normal`."""


def is_generator(x) -> bool:
    return isinstance(x, np.random.Generator | np.random.RandomState | np.random.BitGenerator | random.Random)


def get_state(generator) -> Any:
    """The whole state of a random generator as plain data, but for its seed sequence."""
    if isinstance(generator, random.Random):
        return generator.getstate()
    return generator.get_state(legacy=False) if isinstance(generator, np.random.RandomState) else _bits(generator).state


def set_state(generator, state) -> None:
    """TypeError or ValueError for that of another kind."""
    if isinstance(generator, random.Random):
        generator.setstate(state)
    elif isinstance(generator, np.random.RandomState):
        generator.set_state(state)
    else:
        _bits(generator).state = state


def seed_sequence(generator) -> Any:
    """What a NumPy Generator makes its children of; None for the rest."""
    return getattr(_bits(generator), "seed_seq", None)


def spawn_until(seeds: np.random.SeedSequence, children: int) -> None:
    """Make children until there have been so many: their number is all that changes in a seed sequence."""
    seeds.spawn(max(0, children - seeds.n_children_spawned))


def draws_from(generator, names: set[str]) -> bool:
    """Whether code with these names draws from a global generator, rather than makes one of its own."""
    drawn = {n for n in names if hasattr(generator, n)}
    return bool(drawn - {"random"}) or ("random" in drawn and not names & {"default_rng", "Random"})


def _bits(generator):
    return getattr(generator, "bit_generator", generator)
