"""Derivatives measured by differences, each with an error bar.

A function here takes a vector and gives a vector; the derivative is along a direction v. `adaptive_derivative` spends
about 150 evaluations, finds the best step for each output entry, tells rounding noise from curvature, and measures both
sides separately.
"""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

EPS = float(np.finfo(float).eps)
SMALLEST = float(np.finfo(float).smallest_subnormal)
DEPTH = 44
"""The smallest of adaptive steps is 2 to this power below the usual size."""
COARSEST = 2.0 ** -6
"""Values that come in units are rounded ones (float32 inside) up to units of this part of them, steps beyond."""

Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Estimate:
    """A derivative per output entry and how far off it may be; nan where it could not be measured."""
    value: np.ndarray
    error: np.ndarray


def where(condition: np.ndarray, a: Estimate, b: Estimate) -> Estimate:
    """Estimates chosen entry by entry."""
    return Estimate(np.where(condition, a.value, b.value), np.where(condition, a.error, b.error))


@dataclass(frozen=True)
class TwoSided:
    """Slopes at one point along one direction: the central one, right and left of it, and whether they diverge. `fine`
    is the central one where the function varies so fast that at usual distances it looks like noise."""
    central: Estimate
    right: Estimate
    left: Estimate
    diverges: np.ndarray
    fine: Estimate

    def at_edge(self) -> np.ndarray:
        """Entries defined on one side only."""
        return np.isnan(self.right.value) ^ np.isnan(self.left.value)

    def kinked(self) -> np.ndarray:
        """Entries whose slopes on the two sides differ by more than their bars."""
        apart = np.abs(self.right.value - self.left.value)
        larger = np.maximum(np.abs(self.right.value), np.abs(self.left.value))
        return apart > 4 * (self.right.error + self.left.error) + 1e-7 * larger


@dataclass(frozen=True)
class Rounding:
    """What is known beforehand of the rounding errors in a function: at least eps |f|, and at least `floor`."""
    eps: float = EPS
    floor: np.ndarray | float = 0.0

    def of(self, size: np.ndarray) -> np.ndarray:
        return np.fmax(self.eps * size, self.floor) + SMALLEST


def central_differences(f: Function, x: np.ndarray, v: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """(f(x + h v) - f(x - h v)) / 2h, a row for each step h."""
    plus, minus = np.array([f(x + h * v) for h in steps]), np.array([f(x - h * v) for h in steps])
    return (plus - minus) / (2 * steps[:, None])


def adaptive_derivative(f: Function, x: np.ndarray, v: np.ndarray, span: tuple[float, float],
                        rounding: Rounding) -> TwoSided:
    """Slopes at steps over a span (largest, usual size of x along v, which the steps go far below), in factors of 4.

    For each output entry, of the central slope and of the two one-sided ones, the most certain value is taken."""
    here, (top, size) = f(x), span
    steps = top * 4.0 ** -np.arange(min(60, max(6, int(np.log2(top) - np.log2(size) + DEPTH) // 2)))
    plus, minus = (_defined([f(x + h * v) for h in side]) for side in (steps, -steps))
    sizes = np.fmax(np.fmax(np.abs(plus), np.abs(minus)), np.abs(here))
    h = steps[:, None]
    right, left = (plus - here) / h, (here - minus) / h
    lost = EPS * np.max(np.abs(x[v != 0] / v[v != 0])) * np.fmax(np.abs(right), np.abs(left))   # x + hv is rounded too
    least = np.fmax(rounding.of(sizes), lost)
    noise = np.fmax(np.fmax(measured_noise(f, x, v, size), least), _quantum([plus - here, here - minus], sizes))
    fine = np.fmax(fine_noise(f, x, v, size), least)
    jumps = 64 * rounding.of(np.abs(here)), 16 * noise[-1]
    central = (plus - minus) / (2 * h)
    return TwoSided(_best(central, h, noise, (16, 256)), _best(right, h, noise, (4, 16)),
                     _best(left, h, noise, (4, 16)), _diverges(right, h, jumps) | _diverges(left, h, jumps),
                     _best(central, h, fine, (16, 256)))


def _defined(values: list[np.ndarray]) -> np.ndarray:
    """The values as rows, nan where the function is infinite."""
    found = np.array(values)
    return np.where(np.isinf(found), np.nan, found)


def _quantum(changes: list[np.ndarray], sizes: np.ndarray) -> np.ndarray:
    """Half of the smallest change seen, where smaller steps give none: f comes in such units (float32 inside). Units
    that are a large part of f are steps, like those of floor."""
    found = np.zeros(sizes.shape[1])
    for size in map(np.abs, changes):
        smallest = np.min(np.where(size > 0, size, np.inf), axis=0)
        rounded = (size[-1] == 0) & (smallest <= COARSEST * np.nanmax(sizes, axis=0))
        found = np.fmax(found, np.where(rounded, smallest / 2, 0.0))
    return found


def _best(slopes: np.ndarray, steps: np.ndarray, noise: np.ndarray, factors: tuple[int, int]) -> Estimate:
    """Two extrapolations at every step; then per entry, from the smallest step up as long as the results are consistent
    with all those of smaller steps (Lepski 1991), the one with the smallest bar."""
    a, b = factors
    first = (a * slopes[1:] - slopes[:-1]) / (a - 1)
    second = (b * first[1:] - first[:-1]) / (b - 1)
    last = slopes[2:]                               # one-sided slopes need not have an expansion in whole powers of h
    if a > 4:                                       # nor central ones where a higher derivative has a kink
        slow = np.abs(np.diff(slopes[1:], axis=0)) > np.abs(np.diff(slopes[:-1], axis=0)) / 8
        last = np.where(slow, slopes[1:-1], first[1:])
    bars = np.abs(second - last) + 4 * noise[2:] / steps[2:]
    value, error = np.full(slopes.shape[1], np.nan), np.full(slopes.shape[1], np.inf)
    low, high, open_ = -error, error, np.ones(slopes.shape[1], bool)
    for d, e in zip(second[::-1], bars[::-1], strict=True):
        known = np.isfinite(e)
        fits = (d + 4 * e >= low) & (d - 4 * e <= high)
        open_ &= fits | ~known
        use = open_ & known
        low, high = np.where(use, np.fmax(low, d - 4 * e), low), np.where(use, np.fmin(high, d + 4 * e), high)
        better = use & (e < error)
        value, error = np.where(better, d, value), np.where(better, e, error)
    return Estimate(value, error)


def _diverges(slopes: np.ndarray, steps: np.ndarray, least: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Entries whose one-sided slope still grows at the smallest steps: an infinite slope, or a jump.

    `least` is the change that rounding does not explain, and the one that noise does not, which jumps must exceed."""
    last = np.abs(slopes[-4:])
    growing, change = (last[1:] > 1.5 * last[:-1]).all(axis=0), last[-1] * steps[-1]
    jumps = last[-1] > 3.5 * last[-2]
    return growing & (change > np.where(jumps, np.fmax(*least), least[0])) | _logarithmic(slopes, steps, least[0])


def _logarithmic(slopes: np.ndarray, steps: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Entries whose slope grows by the same amount with every factor of the step, as that of x log x does at 0."""
    grown = np.diff(slopes[-9:], axis=0)
    alike = (np.abs(grown - grown[-1]) <= 1e-3 * np.abs(grown[-1])).all(axis=0)
    return alike & (np.abs(grown[-1]) * steps[-1] > least) & (grown[-1] != 0)


def measured_noise(f: Function, x: np.ndarray, v: np.ndarray, scale: float) -> np.ndarray:
    """The rounding noise of f near x, per output entry, from high differences of closely spaced values.

    Sixth differences of a smooth function vanish as the sixth power of the spacing, noise does not (Hamming 1971;
    Moré & Wild 2011, "Estimating computational noise"). Of three spacings and two sides the second least is taken:
    curvature and kinks can only add, and one zero may be chance."""
    found = []
    for spacing in (0.7 * 2.0 ** -12, 0.7 * 2.0 ** -15, 0.7 * 2.0 ** -18):
        for side in (1, -1):
            found.append(roughness(row(f, x, v, side * spacing * scale)))
    return np.nan_to_num(np.sort(np.where(np.isfinite(found), found, np.inf), axis=0)[1], posinf=0.0)


def fine_noise(f: Function, x: np.ndarray, v: np.ndarray, scale: float) -> np.ndarray:
    """The same at far closer spacings, which tells fast variation from noise; inf where f comes in units, of which the
    values within one would show nothing."""
    found = []
    for spacing in (0.7 * 2.0 ** -24, 0.7 * 2.0 ** -40):
        for side in (1, -1):
            values = row(f, x, v, side * spacing * scale)
            found.append(np.where((np.diff(values, axis=0) != 0).all(axis=0), roughness(values), np.inf))
    return np.sort(np.where(np.isfinite(found), found, np.inf), axis=0)[1]


def row(f: Function, x: np.ndarray, v: np.ndarray, spacing: float) -> np.ndarray:
    """Ten values of f at closely spaced points along v."""
    return np.array([f(x + (i + 1) * spacing * v) for i in range(10)])


def roughness(values: np.ndarray) -> np.ndarray:
    """The noise in ten values, from their sixth differences."""
    return np.sqrt(np.mean(np.diff(values, n=6, axis=0) ** 2, axis=0) / 924)
