"""Plain data that says where an op is defined. Tests, checks, docs and demos generate their inputs from it.

An op's `domain` holds one entry per array input, its `params` one entry per metadata keyword.
"""
import math
from dataclasses import dataclass
from numbers import Real as Number
from typing import Any


def _check_bounds(low: Any, high: Any) -> None:
    if not (isinstance(low, Number) and isinstance(high, Number) and math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"the bounds of a domain must be finite numbers, got {low!r} and {high!r}")
    if low > high:
        raise ValueError(f"a domain reaches from low to high, got {low!r} to {high!r}")


@dataclass(frozen=True)
class Real:
    """Real numbers of [low, high]; `avoid` lists points where the op has a kink or a pole, to keep away from."""
    low: float = -3.0
    high: float = 3.0
    avoid: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)


@dataclass(frozen=True)
class Distinct:
    """Real numbers of [low, high] no two of which are close: the order of the entries is stable under small steps."""
    low: float = -3.0
    high: float = 3.0

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)


@dataclass(frozen=True)
class Boolean:
    """True or False, not differentiable."""


@dataclass(frozen=True)
class Labels:
    """Integers of [0, n) where n is the length of the last axis of input `of`."""
    of: int = 0


@dataclass(frozen=True)
class Flag:
    """A metadata keyword that is True or False."""


@dataclass(frozen=True)
class Choice:
    """A metadata keyword with one of the given values."""
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Axis:
    """A metadata keyword that is one axis of the first input, possibly counted from the end.

    `extra` more axes are allowed (a new axis of `stack`)."""
    extra: int = 0


@dataclass(frozen=True)
class Axes:
    """A metadata keyword that is None, an axis or a tuple of axes of the first input."""


@dataclass(frozen=True)
class Permutation:
    """A metadata keyword that is None or a permutation of the axes of the first input."""


@dataclass(frozen=True)
class Shape:
    """A metadata keyword that is a shape derived from the first input's.

    `kind` is "same size" (for reshape), "broadcast" (the input broadcasts to it) or "reduced" (it broadcasts to the
    input's)."""
    kind: str


@dataclass(frozen=True)
class Index:
    """A metadata keyword that is any NumPy index into the first input."""


@dataclass(frozen=True)
class AnyShape:
    """Used as `shapes`: inputs of one common shape, any with at least `min_dims` axes; `number` if variadic."""
    min_dims: int = 0
    min_side: int = 0


class Exactly(str):
    """A gufunc signature used as `shapes` for an op that takes no batch axes in front of those it names."""
