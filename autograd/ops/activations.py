"""Activations, elementwise: ReLU and its relatives, softplus, GELU. sigmoid is exponential, tanh trigonometric."""
import math
from functools import lru_cache

import numpy as np
from numpy import ndarray

from ..core.domain import Real
from ..core.dtypes import float16_in_float32, wide
from ..core.primitive import ELEMENTWISE, PIECEWISE_LINEAR, primitive
from .comparison import clip, minimum, where
from .exponential import exp, sigmoid
from .special import normal_cdf


@lru_cache(maxsize=16)
def _zero(dtype):
    return np.zeros((), dtype)


@primitive(vjp=None, scalar=lambda x, w: not x <= w, label=">")
def exceeds(x, w):
    """Whether x is greater than w, or nan. Elementwise, outside the graph."""
    return ~(x <= w)


def _relu_derivative(y, x):
    """1 where y = max(x, 0) is x or nan, else 0. Of arrays it is a comparison with an array: NumPy converts Python's
    numbers slowly."""
    if y.__class__ is ndarray:
        return (y != _zero(y.dtype)).astype(y.dtype)
    return not x <= 0 if x.__class__ is float else exceeds(x, 0)


@primitive(vjp=(lambda g, y, x: g * _relu_derivative(y, x),), jvp=PIECEWISE_LINEAR,
           scalar=lambda x: 0.0 if x <= 0 else x, domain=(Real(avoid=(0,)),), kinks=lambda x: x == 0, label="ReLU",
           latex=r"\operatorname{ReLU}(%s)")
def relu(x):
    """max(x, 0), elementwise. The derivative at 0 is 0, at nan 1."""
    return np.maximum(x, _zero(x.dtype) if x.__class__ is ndarray else 0)


@primitive(vjp=(lambda g, y, x, slope: where(x > 0, g, slope * g),), jvp=PIECEWISE_LINEAR, domain=(Real(avoid=(0,)),),
           params={"slope": Real(0, 0.5)}, kinks=lambda x, slope: x == 0, label="leaky ReLU",
           latex=r"\operatorname{LReLU}(%s)")
def leaky_relu(x, *, slope=0.01):
    """x where x > 0, else slope · x, elementwise. The derivative at 0 is slope."""
    return np.where(x > 0, x, slope * x)


@primitive(vjp=(lambda g, y, x: g * sigmoid(x),), jvp=ELEMENTWISE, latex=r"\ln(1 + e^{%s})")
def softplus(x):
    """ln(1 + e^x), elementwise, without overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _gelu_derivative(x):
    return normal_cdf(x) + x * exp(-x * x / 2) / math.sqrt(2 * math.pi)


@primitive(vjp=(lambda g, y, x: g * _gelu_derivative(wide(x)),), jvp=ELEMENTWISE, label="GELU",
           latex=r"\operatorname{GELU}(%s)")
@float16_in_float32
def gelu(x):
    """x Φ(x) with Φ the standard normal distribution, exact, elementwise (Hendrycks & Gimpel 2016)."""
    return x * normal_cdf(x)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""Fixed point (mean 0, variance 1) of Klambauer et al. 2017, eq. 14."""


@primitive(vjp=(lambda g, y, x, alpha: where(x > 0, g, g * alpha * exp(minimum(x, 0.0))),), jvp=ELEMENTWISE,
           domain=(Real(avoid=(0,)),), params={"alpha": Real(0.5, 2)},
           kinks=lambda x, alpha: (x == 0) & (alpha != 1), label="ELU", latex=r"\operatorname{ELU}(%s)")
def elu(x, *, alpha=1.0):
    """x where x > 0, else alpha · (e^x - 1), elementwise (Clevert et al. 2016). The derivative at 0 is alpha."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def selu(x):
    """1.0507 · elu(x, alpha=1.6733), elementwise: layers normalise themselves (Klambauer et al. 2017)."""
    return SELU_SCALE * elu(x, alpha=SELU_ALPHA)


def _silu_derivative(x):
    s = sigmoid(x)
    return s * (1 + x * (1 - s))


@primitive(vjp=(lambda g, y, x: g * _silu_derivative(x),), jvp=ELEMENTWISE, label="SiLU",
           latex=r"\operatorname{SiLU}(%s)")
@float16_in_float32
def silu(x):
    """x σ(x), elementwise, also called swish (Elfwing et al. 2018)."""
    return x * sigmoid(x)


@primitive(vjp=(lambda g, y, x, w: where(x > 0, g, g * w), lambda g, y, x, w: where(x > 0, 0.0, g * x)),
           jvp=ELEMENTWISE, domain=(Real(avoid=(0,)), Real(0, 0.5)), kinks=lambda x, w: (x == 0) & (w != 1),
           label="PReLU", latex=r"\operatorname{PReLU}(%s, %s)")
def prelu(x, w):
    """x where x > 0, else w x, elementwise, with a slope w that can be learned (He et al. 2015). The derivative in x
    at 0 is w."""
    return np.where(x > 0, x, w * x)


def hardtanh(x, low=-1.0, high=1.0):
    """x limited to [low, high], elementwise: a tanh of straight lines."""
    return clip(x, low=low, high=high)
