"""The cheap derivative: six values of a function, enough where it is smooth on the usual scale, and at plain kinks."""
from dataclasses import dataclass

import numpy as np

from .differences import Estimate, Function, Rounding


@dataclass(frozen=True)
class SixValues:
    """f at distances h, h/2, h/4 on both sides of a point, a row each."""
    plus: np.ndarray
    minus: np.ndarray
    steps: np.ndarray
    rounding: Rounding

    def error(self, size: np.ndarray) -> np.ndarray:
        return 4 * self.rounding.of(size) / self.steps[-1]

    def central(self) -> Estimate:
        """Central differences, extrapolated twice (Richardson 1911): error O(h^6).

        The error bound is the last correction plus four times the rounding error."""
        slopes = (self.plus - self.minus) / (2 * self.steps[:, None])
        first = (4 * slopes[1:] - slopes[:-1]) / 3
        best = (16 * first[1] - first[0]) / 15
        size = np.max(np.abs([self.plus[-1], self.minus[-1]]), axis=0)
        return Estimate(best, np.abs(best - first[1]) + self.error(size))

    def one_sided(self, here: np.ndarray) -> tuple[Estimate, Estimate]:
        """The slopes right and left of the point, where the value is known; error O(h^3)."""
        h = self.steps[:, None]
        return self._extrapolated((self.plus - here) / h, here), self._extrapolated((here - self.minus) / h, here)

    def _extrapolated(self, slopes: np.ndarray, here: np.ndarray) -> Estimate:
        first = 2 * slopes[1:] - slopes[:-1]
        best = (4 * first[1] - first[0]) / 3
        return Estimate(best, np.abs(best - first[1]) + 4 * self.error(np.abs(here)))


def six_values(f: Function, x: np.ndarray, v: np.ndarray, h: float, rounding: Rounding) -> SixValues:
    steps = h * np.array([1, 0.5, 0.25])
    return SixValues(np.array([f(x + t * v) for t in steps]), np.array([f(x - t * v) for t in steps]), steps, rounding)


def richardson(f: Function, x: np.ndarray, v: np.ndarray, h: float, rounding: Rounding) -> Estimate:
    """The derivative from six values."""
    return six_values(f, x, v, h, rounding).central()
