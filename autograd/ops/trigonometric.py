"""Trigonometric and hyperbolic functions, elementwise. Angles are in radians."""
import math

import numpy as np

from ..core.primitive import ELEMENTWISE, primitive


@primitive(vjp=(lambda g, y, x: g * cos(x),), jvp=ELEMENTWISE, scalar=math.sin, latex=r"\sin %s", numpy=np.sin)
def sin(x):
    """Sine of x in radians, elementwise."""
    return np.sin(x)


@primitive(vjp=(lambda g, y, x: -g * sin(x),), jvp=ELEMENTWISE, scalar=math.cos, latex=r"\cos %s", numpy=np.cos)
def cos(x):
    """Cosine of x in radians, elementwise."""
    return np.cos(x)


@primitive(vjp=(lambda g, y, x: g * (1 - y * y),), jvp=ELEMENTWISE, scalar=math.tanh, latex=r"\tanh %s", numpy=np.tanh)
def tanh(x):
    """Hyperbolic tangent, elementwise."""
    return np.tanh(x)
