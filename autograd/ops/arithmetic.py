"""Arithmetic, elementwise. Each rule reads: cotangent times the derivative there. Inputs broadcast; the engine sums
back.

Alphabet of the rules, here and everywhere: x, w inputs; y output; g cotangent; t tangent.
"""
import math
import operator

import numpy as np

from ..core.constants import outside_graph
from ..core.domain import Real
from ..core.primitive import ELEMENTWISE, PIECEWISE_LINEAR, SAME, ZERO, primitive
from .comparison import where
from .composed import composed
from .exponential import log


@primitive(vjp=(SAME, SAME), jvp=PIECEWISE_LINEAR, scalar=operator.add,
           label="+", latex="%s + %s", numpy=np.add)
def add(x, w):
    """Sum x + w, elementwise."""
    return x + w


@primitive(vjp=(SAME, lambda g, y, x, w: -g), jvp=PIECEWISE_LINEAR, scalar=operator.sub,
           label="−", latex="%s - %s", numpy=np.subtract)
def subtract(x, w):
    """Difference x - w, elementwise."""
    return x - w


@primitive(vjp=(lambda g, y, x, w: g * w, lambda g, y, x, w: g * x), jvp=ELEMENTWISE, scalar=operator.mul,
           label="×", latex=r"%s \cdot %s", numpy=np.multiply)
def multiply(x, w):
    """Product x w, elementwise."""
    return x * w


@primitive(vjp=(lambda g, y, x, w: g / w, lambda g, y, x, w: -g * y / w), jvp=ELEMENTWISE, scalar=operator.truediv,
           domain=(Real(), Real(0.3, 3)), label="÷", latex=r"\frac{%s}{%s}", numpy=np.divide)
def divide(x, w):
    """Quotient x / w, elementwise."""
    return x / w


def _exponent_less_1(x, w):
    """w - 1, the power in the derivative; 1 where w and x are 0, for 0 times 0^-1 would be nan."""
    if w.__class__ in (int, float) and w:               # one exponent for all: NumPy has short ways for 1 and 2
        return w - 1
    return where((w == 0) & (x == 0), 1.0, w - 1)


@primitive(vjp=(lambda g, y, x, w: g * w * power(x, _exponent_less_1(x, w)),
                lambda g, y, x, w: g * y * log(where(x == 0, 1.0, x))),
           jvp=ELEMENTWISE, scalar=math.pow, domain=(Real(0.3, 3), Real()), label="^", latex="{%s}^{%s}",
           numpy=np.power)
def power(x, w):
    """Power x^w, elementwise. At x = 0 the derivative in x is 0, 1, 0 for w = 0, 1, 2; that in w is 0 for w ≥ 0."""
    return x ** w


@primitive(vjp=(lambda g, y, x: -g,), jvp=PIECEWISE_LINEAR, scalar=operator.neg, label="−", latex="-%s",
           numpy=np.negative)
def negative(x):
    """-x, elementwise."""
    return -x


@primitive(vjp=(SAME,), jvp=PIECEWISE_LINEAR, scalar=operator.pos, label="copy", latex="%s", numpy=np.positive)
def positive(x):
    """+x: a copy of x, a node of its own."""
    return np.positive(x)


@primitive(vjp=(lambda g, y, x: g * sign(x),), jvp=ELEMENTWISE, scalar=abs, domain=(Real(avoid=(0,)),),
           kinks=lambda x: x == 0, label="abs", latex=r"\left|%s\right|", numpy=np.absolute)
def absolute(x):
    """|x|, elementwise. The derivative at 0 is 0."""
    return np.abs(x)


@primitive(vjp=(ZERO,), jvp=ELEMENTWISE, domain=(Real(avoid=(0,)),), kinks=lambda x: x == 0,
           numpy=np.sign)
def sign(x):
    """-1, 0 or 1, elementwise. The derivative is 0 everywhere, also at the jump."""
    return np.sign(x)


@primitive(vjp=(lambda g, y, x: 2 * g * x,), jvp=ELEMENTWISE, scalar=lambda x: x * x, label="²", latex="{%s}^{2}",
           numpy=np.square)
def square(x):
    """x², elementwise."""
    return x * x


@primitive(vjp=(lambda g, y, x: g / (2 * y),), jvp=ELEMENTWISE, scalar=math.sqrt, domain=(Real(0.3, 3),),
           latex=r"\sqrt{%s}", numpy=np.sqrt)
def sqrt(x):
    """Square root of x ≥ 0, elementwise. The derivative at 0 is infinite."""
    return np.sqrt(x)


@primitive(vjp=(lambda g, y, x: g / (3 * y * y),), jvp=ELEMENTWISE, domain=(Real(avoid=(0,)),), latex=r"\sqrt[3]{%s}",
           numpy=np.cbrt)
def cbrt(x):
    """Cube root, elementwise. The derivative at 0 is infinite."""
    return np.cbrt(x)


@composed(np.reciprocal)
def reciprocal(x, /):
    """1 / x, elementwise."""
    return 1 / x


@composed(np.heaviside)
def heaviside(x1, x2, /):
    """0 where x1 < 0, x2 where x1 = 0, 1 where x1 > 0, elementwise. The derivative in x1 is 0, also at the jump."""
    return where(x1 == 0, x2, (sign(x1) + 1) / 2)


@composed(np.fabs)
def fabs(x, /):
    """|x|, elementwise."""
    return absolute(x)


@composed(np.copysign)
def copysign(x1, x2, /):
    """|x1| with the sign of x2, elementwise, also of -0. The derivative in x2 is 0."""
    return absolute(x1) * outside_graph(np.copysign)(1.0, x2)


@composed(np.ldexp)
def ldexp(x1, x2, /):
    """x1 2^x2 for integers x2, elementwise."""
    power_of_2, one = outside_graph(np.ldexp), np.ones((), np.result_type(getattr(x1, "_value", x1)))
    half = outside_graph(np.floor_divide)(x2, 2)                        # 2^x2 alone may overflow
    return x1 * power_of_2(one, half) * power_of_2(one, outside_graph(np.subtract)(x2, half))


@composed(np.frexp)
def frexp(x, /):
    """Mantissa of [1/2, 1) and exponent, an integer outside the graph: x = mantissa · 2^exponent, elementwise."""
    exponent = outside_graph(np.frexp)(x)[1]
    return ldexp(x, -exponent), exponent
