"""More activations, elementwise, beside sigmoid, tanh, ReLU, softplus and GELU among the elementwise ops."""
import numpy as np

from ..core.domain import Real
from ..core.dtypes import float16_in_float32
from ..core.primitive import ELEMENTWISE, primitive
from .arithmetic import clip, exp, minimum, sigmoid, where

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


def _silu_slope(x):
    s = sigmoid(x)
    return s * (1 + x * (1 - s))


@primitive(vjp=(lambda g, y, x: g * _silu_slope(x),), jvp=ELEMENTWISE, label="SiLU", latex=r"\operatorname{SiLU}(%s)")
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
