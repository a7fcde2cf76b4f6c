"""Activations: as functions of the pre-activation, by name, and as modules; and which initial weights suit each."""
from collections.abc import Callable
from typing import Any

from autograd import as_tensor, gelu, leaky_relu, log_softmax, relu, sigmoid, softmax, softplus, tanh
from autograd.ops.activations import elu, hardtanh, prelu, selu, silu

from ..checks import check_number, ordered
from ..init import filled
from ..module import Module
from ..parameter import Parameter
from ..sizes import integer, positive_int

Activation = Callable[[Any], Any]


def identity(x):
    """x itself: a linear unit."""
    return x


NAMED: dict[str, Activation] = {
    "identity": identity, "relu": relu, "leaky_relu": leaky_relu, "elu": elu, "selu": selu, "gelu": gelu, "silu": silu,
    "sigmoid": sigmoid, "tanh": tanh, "hardtanh": hardtanh, "softplus": softplus,
}
"""The activations that layers take by name."""

SUITED = {"identity": "xavier_uniform", "sigmoid": "xavier_uniform", "tanh": "xavier_uniform",
          "hardtanh": "xavier_uniform", "selu": "lecun_normal"}
"""The initialisers that keep the variance through an activation, where that is not He's: those lose no half of it."""


def activation(choice: str | Activation) -> Activation:
    """An activation by name, or the given function itself. ValueError, listing the names, for an unknown one.

    >>> activation("relu")(-2.0)
    0.0
    """
    if isinstance(choice, type):
        raise TypeError(f"{choice.__name__} is a class: call it, as {choice.__name__}()")
    if callable(choice):
        return choice
    if not isinstance(choice, str) or choice not in NAMED:
        raise ValueError(f"no activation is named {choice!r}; there are {', '.join(NAMED)}, or pass a function")
    return NAMED[choice]


def name_of(choice: str | Activation) -> str:
    """The name of an activation, for repr and JSON."""
    return choice if isinstance(choice, str) else getattr(choice, "__name__", repr(choice))


def suited_init(choice: str | Activation) -> str:
    """The name of the initialiser that keeps the variance of layers with this activation."""
    return SUITED.get(name_of(choice), "he_normal")


class Identity(Module):
    """x itself."""

    def forward(self, x):
        return x


class ReLU(Module):
    """max(x, 0)."""

    def forward(self, x):
        return relu(x)


class Sigmoid(Module):
    """1 / (1 + e^-x)."""

    def forward(self, x):
        return sigmoid(x)


class Tanh(Module):
    """Hyperbolic tangent."""

    def forward(self, x):
        return tanh(x)


class GELU(Module):
    """x Φ(x), exact."""

    def forward(self, x):
        return gelu(x)


class SiLU(Module):
    """x σ(x)."""

    def forward(self, x):
        return silu(x)


class SELU(Module):
    """The self-normalising ELU."""

    def forward(self, x):
        return selu(x)


class Softplus(Module):
    """ln(1 + e^x)."""

    def forward(self, x):
        return softplus(x)


class LeakyReLU(Module):
    """x where x > 0, else slope · x."""

    def __init__(self, slope: float = 0.01):
        check_number("slope", slope)
        self.slope = slope

    def forward(self, x):
        return leaky_relu(x, slope=self.slope)

    def config(self) -> dict:
        return {"slope": self.slope}


class ELU(Module):
    """x where x > 0, else alpha · (e^x - 1)."""

    def __init__(self, alpha: float = 1.0):
        check_number("alpha", alpha)
        self.alpha = alpha

    def forward(self, x):
        return elu(x, alpha=self.alpha)

    def config(self) -> dict:
        return {"alpha": self.alpha}


class Hardtanh(Module):
    """x limited to [low, high]."""

    def __init__(self, low: float = -1.0, high: float = 1.0):
        ordered(low, high)
        self.low, self.high = low, high

    def forward(self, x):
        return hardtanh(x, self.low, self.high)

    def config(self) -> dict:
        return {"low": self.low, "high": self.high}


class PReLU(Module):
    """x where x > 0, else slope · x with a learned slope, one for all or one per feature (He et al. 2015).

    Args:
        features: None for a single slope, else the length of x's last axis.
        slope: its initial value.
    """

    def __init__(self, features: int | None = None, slope: float = 0.25):
        if features is not None:
            positive_int(features=features)
        check_number("slope", slope)
        self.slope = Parameter(float(slope) if features is None else filled((features,), slope), name="slope")

    def forward(self, x):
        x = as_tensor(x)
        if self.slope.ndim and x.shape[-1:] != self.slope.shape:
            raise ValueError(f"PReLU was made for {self.slope.size} features, got shape {x.shape}")
        return prelu(x, self.slope)

    def config(self) -> dict:
        return {"features": self.slope.size if self.slope.ndim else None}


class Softmax(Module):
    """e^x / Σ e^x along an axis. Not before `cross_entropy_loss`, which applies it itself."""

    def __init__(self, axis: int = -1):
        integer("axis", axis)
        self.axis = axis

    def forward(self, x):
        return softmax(x, axis=self.axis)

    def config(self) -> dict:
        return {"axis": self.axis}


class LogSoftmax(Module):
    """ln softmax(x) along an axis."""

    def __init__(self, axis: int = -1):
        integer("axis", axis)
        self.axis = axis

    def forward(self, x):
        return log_softmax(x, axis=self.axis)

    def config(self) -> dict:
        return {"axis": self.axis}
