"""Activations as functions of the pre-activation, by name, and which initial weights suit each."""
from collections.abc import Callable
from typing import Any

from autograd import gelu, leaky_relu, relu, sigmoid, softplus, tanh

Activation = Callable[[Any], Any]


def identity(x):
    """x itself: a linear unit."""
    return x


NAMED: dict[str, Activation] = {
    "identity": identity, "relu": relu, "leaky_relu": leaky_relu, "gelu": gelu, "sigmoid": sigmoid, "tanh": tanh,
    "softplus": softplus,
}
"""The activations that layers take by name."""

SATURATING = ("identity", "sigmoid", "tanh")
"""Those for which Glorot's variance is right; the others pass half of the variance and take He's."""


def activation(choice: "str | Activation") -> Activation:
    """An activation by name, or the given function itself. ValueError, listing the names, for an unknown one.

    >>> activation("relu")(-2.0)
    0.0
    """
    if callable(choice):
        return choice
    if choice not in NAMED:
        raise ValueError(f"no activation is named {choice!r}; there are {', '.join(NAMED)}, or pass a function")
    return NAMED[choice]


def suited_init(choice: "str | Activation") -> str:
    """The name of the initialiser that keeps the variance of layers with this activation."""
    name = choice if isinstance(choice, str) else getattr(choice, "__name__", "")
    return "xavier_uniform" if name in SATURATING else "he_normal"
