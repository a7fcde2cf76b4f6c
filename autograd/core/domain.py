"""Plain data that says where an op is defined. Tests, checks, docs and demos generate their inputs from it.

An op's `domain` holds one entry per array input, its `params` one entry per metadata keyword.
"""
import math
from numbers import Real as Number
from typing import Any

__all__ = ["AnyShape", "Axes", "Axis", "Boolean", "Choice", "Definite", "Distinct", "Exactly", "Flag", "Index",
           "Labels", "Permutation", "Real", "Regular", "Sections", "Separated", "Shape"]


class Described:
    """Named values that stay; equal to those of the same class with equal values. A frozen `dataclass` would do, were
    the methods of each not compiled anew at every import."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self!r} cannot be changed: make another one")

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.__class__, *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def _check_bounds(low: Any, high: Any) -> None:
    if not (isinstance(low, Number) and isinstance(high, Number) and math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"the bounds of a domain must be finite numbers, got {low!r} and {high!r}")
    if low > high:
        raise ValueError(f"a domain reaches from low to high, got {low!r} to {high!r}")


class Real(Described):
    """Real numbers of [low, high]; `avoid` lists points where the op has a kink or a pole, to keep away from."""
    low: float
    high: float
    avoid: tuple[float, ...]

    def __init__(self, low: float = -3.0, high: float = 3.0, avoid: tuple[float, ...] = ()):
        _check_bounds(low, high)
        vars(self).update(low=low, high=high, avoid=avoid)


class Distinct(Described):
    """Real numbers of [low, high] no two of which are close: the order of the entries is stable under small steps."""
    low: float
    high: float

    def __init__(self, low: float = -3.0, high: float = 3.0):
        _check_bounds(low, high)
        vars(self).update(low=low, high=high)


class Regular(Described):
    """Matrices of full column rank, far from singular, with at least as many rows as columns."""


class Separated(Regular):
    """The same, whose singular values are far apart."""


class Definite(Separated):
    """Symmetric positive definite matrices whose eigenvalues are far apart."""


class Boolean(Described):
    """True or False, not differentiable."""


class Labels(Described):
    """Integers of [0, n) where n is the length of the last axis of input `of`."""
    of: int

    def __init__(self, of: int = 0):
        vars(self).update(of=of)


class Flag(Described):
    """A metadata keyword that is True or False."""


class Choice(Described):
    """A metadata keyword with one of the given values."""
    values: tuple[Any, ...]

    def __init__(self, values: tuple[Any, ...]):
        vars(self).update(values=values)


class Axis(Described):
    """A metadata keyword that is one axis of the first input, possibly counted from the end.

    `extra` more axes are allowed (a new axis of `stack`)."""
    extra: int

    def __init__(self, extra: int = 0):
        vars(self).update(extra=extra)


class Axes(Described):
    """A metadata keyword that is None, an axis or a tuple of axes of the first input."""


class Permutation(Described):
    """A metadata keyword that is None or a permutation of the axes of the first input."""


class Shape(Described):
    """A metadata keyword that is a shape derived from the first input's.

    `kind` is "same size" (for reshape), "broadcast" (the input broadcasts to it) or "reduced" (it broadcasts to the
    input's)."""
    kind: str

    def __init__(self, kind: str):
        vars(self).update(kind=kind)


class Sections(Described):
    """A metadata keyword that says where to cut an axis: into how many equal parts, or before which places."""


class Index(Described):
    """A metadata keyword that is any NumPy index into the first input."""


class AnyShape(Described):
    """Used as `shapes`: inputs of one common shape, any with at least `min_dims` axes; `number` if variadic."""
    min_dims: int
    min_side: int

    def __init__(self, min_dims: int = 0, min_side: int = 0):
        vars(self).update(min_dims=min_dims, min_side=min_side)


class Exactly(str):
    """A gufunc signature used as `shapes` for an op that takes no batch axes in front of those it names."""
