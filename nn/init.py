"""Initial values of weights. An initialiser is a function (shape, rng) -> array; `rng` is a Generator or a seed.

A matrix of shape (inputs, outputs) has fan-in `inputs` and fan-out `outputs`; a convolution kernel of shape
(outputs, inputs, height, width) counts height · width connections for each.
"""
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

import numpy as np

from .checks import at_least_0, check_number, generator, numbers, ordered
from .sizes import lengths

Rng: TypeAlias = "np.random.Generator | int | None"             # NumPy loads `random` when it is first asked for
"""A Generator (used and advanced), a seed, or None for an unpredictable start. Never NumPy's global state."""

Initialiser = Callable[[Sequence[int], Rng], np.ndarray]


def zeros(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """All 0: for biases. Weights must differ, or every unit learns the same."""
    return np.zeros(lengths(shape))


def constant(value: float) -> Initialiser:
    """The initialiser that gives `value` everywhere."""
    check_number("value", value)

    def draw(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
        return np.full(lengths(shape), float(value))
    return draw


def normal(std: float = 0.01) -> Initialiser:
    """The initialiser that draws from N(0, std²)."""
    at_least_0(std=std)

    def draw(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
        return generator(rng).normal(0.0, std, lengths(shape))
    return draw


def uniform(low: float = -0.1, high: float = 0.1) -> Initialiser:
    """The initialiser that draws evenly from [low, high)."""
    ordered(low=low, high=high)

    def draw(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
        return generator(rng).uniform(low, high, lengths(shape))
    return draw


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """(fan-in, fan-out): how many inputs feed a unit, and how many units an input feeds.

    >>> fans((64, 32)), fans((8, 3, 5, 5))
    ((64, 32), (75, 200))
    """
    shape = lengths(shape)
    if len(shape) < 2:
        raise ValueError(f"fan-in and fan-out need a weight of at least two axes, got shape {shape}; use zeros, "
                         "constant, normal or uniform for vectors")
    if len(shape) == 2:
        return shape[0], shape[1]
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def _scaled_normal(shape, rng, variance: float) -> np.ndarray:
    return generator(rng).normal(0.0, math.sqrt(variance), shape)


def _scaled_uniform(shape, rng, variance: float) -> np.ndarray:
    edge = math.sqrt(3 * variance)                          # the variance of U(-a, a) is a² / 3
    return generator(rng).uniform(-edge, edge, shape)


def xavier_normal(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """N(0, 2 / (fan-in + fan-out)): keeps the variance of tanh units and gradients (Glorot & Bengio 2010, eq. 12)."""
    return _scaled_normal(shape, rng, 2 / max(1, sum(fans(shape))))


def xavier_uniform(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """U(-a, a) with a = √(6 / (fan-in + fan-out)) (Glorot & Bengio 2010, eq. 16)."""
    return _scaled_uniform(shape, rng, 2 / max(1, sum(fans(shape))))


def he_normal(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """N(0, 2 / fan-in): keeps the variance of ReLU units (He et al. 2015, eq. 10)."""
    return _scaled_normal(shape, rng, 2 / max(1, fans(shape)[0]))


def he_uniform(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """U(-a, a) with a = √(6 / fan-in), of the same variance as `he_normal` (He et al. 2015)."""
    return _scaled_uniform(shape, rng, 2 / max(1, fans(shape)[0]))


def lecun_normal(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """N(0, 1 / fan-in): unit variance in, unit variance out (LeCun et al. 1998, §4.6); for SELU and linear units."""
    return _scaled_normal(shape, rng, 1 / max(1, fans(shape)[0]))


def lecun_uniform(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """U(-a, a) with a = √(3 / fan-in), of the same variance as `lecun_normal`."""
    return _scaled_uniform(shape, rng, 1 / max(1, fans(shape)[0]))


def orthogonal(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
    """A random matrix with orthonormal rows or columns, whichever are fewer; evenly distributed (Saxe et al. 2014).

    The Q of a Gaussian matrix, with signs chosen so that it is uniform (Mezzadri 2007). Axes after the first two are
    flattened.
    """
    fans(shape)
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(generator(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)


glorot_normal, glorot_uniform = xavier_normal, xavier_uniform
kaiming_normal, kaiming_uniform = he_normal, he_uniform
"""Some call them by the first name of the author, some by the last."""

NAMED: dict[str, Initialiser] = {
    "zeros": zeros, "xavier_normal": xavier_normal, "xavier_uniform": xavier_uniform, "he_normal": he_normal,
    "he_uniform": he_uniform, "lecun_normal": lecun_normal, "lecun_uniform": lecun_uniform, "orthogonal": orthogonal,
    "glorot_normal": glorot_normal, "glorot_uniform": glorot_uniform, "kaiming_normal": kaiming_normal,
    "kaiming_uniform": kaiming_uniform,
}
"""Initialisers that need no setting, by the names that layers take."""


_ROOM: ContextVar[list[float] | None] = ContextVar("_ROOM", default=None)
"""How many numbers initialisers may still make in `blank`; None outside."""


@contextmanager
def blank(limit: float = math.inf) -> Iterator[None]:
    """Inside, layers start at 0 and nothing is drawn. ValueError before they take more than so many numbers in all."""
    token = _ROOM.set([limit])
    try:
        yield
    finally:
        _ROOM.reset(token)


def _blank_zeros(room: list[float]) -> Initialiser:
    def draw(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
        room[0] -= math.prod(shape)
        if room[0] < 0:
            raise ValueError(f"weights of shape {tuple(shape)} are more than there is room for")
        return np.zeros(shape)
    return draw


def filled(shape: Sequence[int], value: float) -> np.ndarray:
    """The start of a scale or shift: one value everywhere."""
    return initialiser(constant(value))(shape, None)


def initialiser(init: "str | Initialiser") -> Initialiser:
    """An initialiser by name, or the given function, its answers verified.

    Raises:
        ValueError: an unknown name, listing the names; in use, a function that gives another shape. TypeError: a
            function of this module that makes initialisers, such as `normal`, instead of one that it made.
    """
    room = _ROOM.get()
    if room is not None:
        return _blank_zeros(room)
    if callable(init):
        if init in (constant, normal, uniform):
            raise TypeError(f"init.{init.__name__} makes initialisers: call it, as init={init.__name__}(0.1)")
        return _verified(init)
    if not isinstance(init, str) or init not in NAMED:
        raise ValueError(f"no initialiser is named {init!r}; there are {', '.join(NAMED)}, or pass a function "
                         "(shape, rng) -> array")
    return NAMED[init]


def _verified(init: Initialiser) -> Initialiser:
    def draw(shape: Sequence[int], rng: Rng = None) -> np.ndarray:
        values = numbers("init", init(shape, rng))
        if values.shape != shape:
            raise ValueError(f"init must give an array of shape {shape}, got shape {values.shape}")
        return values
    return draw
