"""Exponentials and logarithms, elementwise."""
import math

import numpy as np

from ..core.domain import Real
from ..core.primitive import ELEMENTWISE, primitive


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
