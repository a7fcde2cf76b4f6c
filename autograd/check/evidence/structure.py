"""One array, or a tuple or list of them: the forms that functions and rules take and return."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def is_sequence(y) -> bool:
    """Whether y is several values, not one."""
    return isinstance(y, tuple | list)


def parts(y) -> tuple:
    """The values as a tuple, of one if y is one value."""
    return tuple(y) if is_sequence(y) else (y,)


def arrays(y) -> list[np.ndarray]:
    """The values as arrays."""
    return [np.asarray(p) for p in parts(y)]


def map_parts(f: Callable[[Any], Any], y) -> Any:
    """f of each value, nested as y is."""
    return tuple(map_parts(f, p) for p in y) if is_sequence(y) else f(y)


def like(y, values: Sequence) -> Any:
    """Values in the form of y: a tuple if y is one, else the value itself."""
    return tuple(values) if is_sequence(y) else values[0]


def split(u: np.ndarray, y) -> Any:
    """A vector cut up and shaped like y, the opposite of `flat`."""
    sizes = [p.size for p in arrays(y)]
    pieces = np.split(u, np.cumsum(sizes)[:-1]) if sizes else []
    return like(y, [piece.reshape(p.shape) for piece, p in zip(pieces, arrays(y), strict=True)])


def flat(y) -> np.ndarray:
    """All entries end to end, as float64."""
    return np.concatenate([np.ravel(p).astype(float) for p in arrays(y)] or [np.zeros(0)])
