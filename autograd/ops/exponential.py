"""Exponentials and logarithms, elementwise, and the logistic function."""
import math

import numpy as np
from numpy import ndarray

from ..core.domain import Real
from ..core.dtypes import HALF
from ..core.primitive import ELEMENTWISE, primitive
from .comparison import isinf, where
from .composed import composed

LN2, LN10 = math.log(2), math.log(10)


@primitive(vjp=(lambda g, y, x: g * y,), jvp=ELEMENTWISE, scalar=math.exp, latex="e^{%s}", numpy=np.exp)
def exp(x):
    """Exponential e^x, elementwise."""
    return np.exp(x)


@primitive(vjp=(lambda g, y, x: g * exp(x),), jvp=ELEMENTWISE, scalar=math.expm1, latex="(e^{%s} - 1)", numpy=np.expm1)
def expm1(x):
    """e^x - 1, exact for small x, elementwise."""
    return np.expm1(x)


@primitive(vjp=(lambda g, y, x: g / x,), jvp=ELEMENTWISE, scalar=math.log, domain=(Real(0.3, 3),), latex=r"\ln %s",
           numpy=np.log)
def log(x):
    """Natural logarithm of x > 0, elementwise."""
    return np.log(x)


@primitive(vjp=(lambda g, y, x: g / (1 + x),), jvp=ELEMENTWISE, scalar=math.log1p, domain=(Real(-0.7, 3),),
           latex=r"\ln(1 + %s)", numpy=np.log1p)
def log1p(x):
    """ln(1 + x), exact for small x, elementwise."""
    return np.log1p(x)


@primitive(vjp=(lambda g, y, x: LN2 * g * y,), jvp=ELEMENTWISE, latex="2^{%s}", numpy=np.exp2)
def exp2(x):
    """2^x, elementwise."""
    return np.exp2(x)


@primitive(vjp=(lambda g, y, x: g / (LN2 * x),), jvp=ELEMENTWISE, domain=(Real(0.3, 3),), latex=r"\log_2 %s",
           numpy=np.log2)
def log2(x):
    """Logarithm of x > 0 to base 2, elementwise. Exact for powers of 2."""
    return np.log2(x)


@primitive(vjp=(lambda g, y, x: g / (LN10 * x),), jvp=ELEMENTWISE, domain=(Real(0.3, 3),), latex=r"\log_{10} %s",
           numpy=np.log10)
def log10(x):
    """Logarithm of x > 0 to base 10, elementwise."""
    return np.log10(x)


def _sigmoid_vjp(g, y, x):
    """g (y - y²); of arrays in one array of its own."""
    if y.__class__ is not ndarray:
        return g * (y - y * y)
    c = y * y
    np.subtract(y, c, c)
    c *= g
    return c


_EXP_IS_FINITE = {np.dtype(kind): 0.98 * math.log(np.finfo(kind).max) ** 2 for kind in (np.float32, np.float64)}
"""What Σ x² must be below for every e^x to be finite."""

_ONE = {dtype: np.ones((), dtype) for dtype in _EXP_IS_FINITE}


@primitive(vjp=(_sigmoid_vjp,), jvp=ELEMENTWISE, scalar=lambda x: 1 / (1 + math.exp(-x)), label="σ",
           latex=r"\sigma(%s)")
def sigmoid(x):
    """Logistic function 1 / (1 + e^-x), elementwise. Exactly 0 far left, without a warning."""
    if x.__class__ is ndarray and x.ndim and x.dtype in _EXP_IS_FINITE:
        y = np.negative(x)
        if np.vdot(y, y) < _EXP_IS_FINITE[x.dtype]:     # sooner seen than warnings are turned off and on
            np.exp(y, y)
        else:
            with np.errstate(over="ignore"):            # e^-x = inf gives the right answer, 0
                np.exp(y, y)
        y += _ONE[x.dtype]
        return np.reciprocal(y, y)
    if getattr(x, "dtype", None) is HALF:               # where e^-x is soon inf
        return sigmoid.kernel(x.astype(np.float32)).astype(HALF)
    with np.errstate(over="ignore"):
        y = np.exp(-x)
    y += 1
    return 1 / y


def _share(x, w):
    """e^x / (e^x + e^w), without overflow; 0 where both are -inf."""
    return sigmoid(x - where(isinf(w) & (w == x), 0.0, w))


@primitive(vjp=(lambda g, y, x, w: g * _share(x, w), lambda g, y, x, w: g * _share(w, x)), jvp=ELEMENTWISE,
           latex=r"\ln(e^{%s} + e^{%s})", numpy=np.logaddexp)
def logaddexp(x, w):
    """ln(e^x + e^w), elementwise, without overflow."""
    return np.logaddexp(x, w)


@composed(np.logaddexp2)
def logaddexp2(x1, x2, /):
    """log2(2^x1 + 2^x2), elementwise, without overflow."""
    return logaddexp(x1 * LN2, x2 * LN2) / LN2
