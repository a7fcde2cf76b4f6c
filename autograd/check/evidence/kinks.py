"""What derivatives a kink allows: limits of gradients nearby (Clarke 1975), and what kinks that meet give when the
convention at each of them is free, as it is where relus of one network are 0 at the same point.

Central differences at nearby points are means of gradients (Lebourg 1975), so their hull never reaches too far.
"""
from collections.abc import Iterator

import numpy as np

from .check_point import CheckPoint
from .directions import Direction, joint

RADIUS, NARROW = 2.0 ** -12, 2.0 ** -20
"""How far nearby points are. Slopes that spread by the curvature alone spread less at the narrower distance."""
STEP = 2.0 ** -8
"""The step of a difference at a nearby point, as a part of its distance."""
DIGITS = 1e-4
"""The relative error of such a difference."""
SEARCHED = 400
"""How many points are tried in the search for a limit of gradients."""


def allowed_at_kink(p: CheckPoint, direction: Direction, analytic: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Which of the wanted entries of a derivative along a direction are one that a kink there allows."""
    allowed = np.zeros(len(analytic), bool)
    around = Neighbourhood(p, direction)
    kinked = wanted & around.kinked()
    allowed[kinked] = around.within(analytic, around.low, around.high)[kinked]
    if (kinked & ~allowed).any():
        for low, high in free_conventions(p, direction):
            allowed |= kinked & around.within(analytic, low, high)
            if allowed[kinked].all():
                break
    for k in np.flatnonzero(kinked & ~allowed)[:4]:
        allowed[k] = around.reaches(int(k), float(analytic[k]))
    return allowed


class Neighbourhood:
    """Slopes along a direction at random points near the given one, at two distances."""

    def __init__(self, p: CheckPoint, direction: Direction):
        self.p, self.direction = p, direction
        self.entries = np.flatnonzero(direction.v)
        wide = np.array([self.slope(RADIUS, self.offset(RADIUS)) for _ in range(8)])
        self.offsets = [self.offset(NARROW) for _ in range(24)]
        self.slopes = np.array([self.slope(NARROW, offset) for offset in self.offsets])
        self.low, self.high = np.nanmin(self.slopes, axis=0), np.nanmax(self.slopes, axis=0)
        self.wide = np.nanmax(wide, axis=0) - np.nanmin(wide, axis=0)

    def offset(self, radius: float) -> np.ndarray:
        """A random step from the given point, of all entries, since others may take part in the kink."""
        return radius * joint(self.p, np.arange(self.p.x.size)).v

    def slope(self, radius: float, offset: np.ndarray) -> np.ndarray:
        p, h = self.p, STEP * radius * self.direction.scale
        return (p(p.x + offset + h * self.direction.v) - p(p.x + offset - h * self.direction.v)) / (2 * h)

    def slack(self, *slopes: np.ndarray) -> np.ndarray:
        """How far off such a slope may be."""
        size = np.abs(self.p.project(self.p.y))
        noise = 4 * self.p.rounding.of(size) / (STEP * NARROW * self.direction.scale)
        return DIGITS * np.max(np.abs(slopes), axis=0) + noise

    def kinked(self) -> np.ndarray:
        """Where slopes spread, and not because of the curvature."""
        spread = self.high - self.low
        return (spread > 10 * self.slack(self.low, self.high)) & (spread > self.wide / 8)

    def within(self, analytic: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        slack = self.slack(low, high)
        return (low - slack <= analytic) & (analytic <= high + slack)

    def reaches(self, k: int, a: float) -> bool:
        """Whether some nearby points' slopes come up to a: from the best point found, change one entry at a time."""
        upwards = a > self.high[k]
        sign = 1.0 if upwards else -1.0
        best = self.offsets[int(np.nanargmax(sign * self.slopes[:, k]))]
        reached, tried = (self.high if upwards else self.low)[k], 0
        while tried < SEARCHED:
            before = reached
            for j in self.p.rng.permutation(len(best)):
                for factor in (0.0, -1.0, 4.0):
                    changed = best.copy()
                    changed[j] *= factor
                    value, tried = self.slope(NARROW, changed)[k], tried + 1
                    if sign * value > sign * reached:
                        best, reached = changed, value
            if sign * (reached - a) >= -self.slack(self.low, self.high)[k]:
                return True
            if reached == before:
                return False
        return False


def free_conventions(p: CheckPoint, direction: Direction) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Ever better bounds of the derivative along v, if each kink met there took either side on its own.

    A line beside the point crosses the kinks one after the other. From the slope at its left end, every change of slope
    may be left out or kept. It is measured per output, before outputs are added up."""
    times = NARROW * np.sinh(np.linspace(-6, 6, 129)) * direction.scale
    low, high = np.full(p.y.size, np.inf), np.full(p.y.size, -np.inf)
    for _ in range(6):
        start = p.x + NARROW * joint(p, np.arange(p.x.size)).v
        values = np.array([p.outputs(start + t * direction.v) for t in times])
        slopes = np.diff(values, axis=0) / np.diff(times)[:, None]
        changes = np.diff(slopes, axis=0)
        changes[np.abs(changes) <= DIGITS * np.max(np.abs(slopes), axis=0, initial=0.0)] = 0.0
        least, most = slopes[0] + np.minimum(changes, 0).sum(axis=0), slopes[0] + np.maximum(changes, 0).sum(axis=0)
        low, high = np.fmin(low, least), np.fmax(high, most)
        yield contracted(p, low, high)


def contracted(p: CheckPoint, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the sums of intervals, one per output, weighted by each cotangent."""
    middle, half = (low + high) / 2, (high - low) / 2
    u = np.abs(p.cotangents) @ np.where(p.defined, half, 0.0)
    centre = p.project(middle)
    return centre - u, centre + u
