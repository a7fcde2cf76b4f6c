"""Where inputs are moved: one entry at a time, or many together, each by a part of its own size."""
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .check_point import CheckPoint
from .differences import EPS

STEP, COARSE_STEP = 2.0 ** -9, 2.0 ** -4
WIDTH = 10
"""Entries are moved together whose contributions differ by no more than this power of 2."""


@dataclass(frozen=True)
class Direction:
    """A direction in x: `entry` is set if it moves that entry alone."""
    v: np.ndarray
    entry: int | None
    scale: float

    def step(self, p: CheckPoint) -> float:
        """The first step of differences: larger in float32, as far as rounding asks for it."""
        coarse = p.settings.dtype == "as given" and p.eps > EPS
        return float((COARSE_STEP if coarse else STEP) * 2.0 ** np.round(np.log2(self.scale)))


def directions(p: CheckPoint) -> Iterator[Direction]:
    """Single entries and random joint directions over all inputs, the main evidence first."""
    if p.sampled:
        for group in of_like_contribution(p):
            yield from halves(p, group)
    yield from (alone(p, j) for j in p.entries)
    if not p.sampled and p.x.size > 1:
        yield from (joint(p, np.arange(p.x.size)) for _ in range(3))


def alone(p: CheckPoint, entry: int) -> Direction:
    v = np.zeros(p.x.size)
    v[entry] = 1.0
    return Direction(v, int(entry), float(p.scales[entry]))


def joint(p: CheckPoint, entries: np.ndarray) -> Direction:
    """A random direction that moves the given entries, each relative to its own size."""
    v, sizes = np.zeros(p.x.size), np.where(p.x == 0, p.scales, np.abs(p.x))
    signs = p.rng.choice((-1.0, 1.0), len(entries))
    v[entries] = sizes[entries] * signs * p.rng.uniform(0.5, 1.5, len(entries))
    return Direction(v, None, 1.0)


def aligned(p: CheckPoint, entries: np.ndarray) -> Direction:
    """Move the entries with the signs of the derivative, so that contributions add up."""
    d = joint(p, entries)
    if p.function.vjp is None:
        return d
    return Direction(np.abs(d.v) * np.where(p.analytic[0] < 0, -1.0, 1.0), None, d.scale)


def halves(p: CheckPoint, entries: np.ndarray) -> Iterator[Direction]:
    """Random halves and their complements, so that every entry is moved."""
    for _ in range(2):
        mixed = p.rng.permutation(entries)
        yield from (aligned(p, half) for half in np.array_split(mixed, 2) if len(half))


def of_like_contribution(p: CheckPoint) -> list[np.ndarray]:
    """The entries in groups, the largest first: in a sum, small contributions would be lost beside large ones."""
    if p.function.vjp is None:
        return [np.arange(p.x.size)] * 2
    contributions = np.abs(p.analytic).sum(axis=0) * np.where(p.x == 0, p.scales, np.abs(p.x))
    with np.errstate(divide="ignore"):
        levels = np.floor(np.log2(np.where(np.isfinite(contributions), contributions, np.inf)) / WIDTH)
    groups = [np.flatnonzero(levels == level) for level in np.unique(levels)[::-1]]
    return [np.arange(p.x.size)] * (len(groups) > 1) + groups
