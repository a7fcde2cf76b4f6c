"""Trigonometric and hyperbolic functions, elementwise. Angles are in radians."""
import math

import numpy as np

from ..core.domain import Choice, Real
from ..core.dtypes import float16_in_float32
from ..core.primitive import ELEMENTWISE, NUMPY, primitive
from ..core.values import asanyarray
from .comparison import where
from .composed import composed

INSIDE = (Real(-0.9, 0.9),)


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


@primitive(vjp=(lambda g, y, x: g * (1 + y * y),), jvp=ELEMENTWISE, domain=(Real(-1.2, 1.2),), latex=r"\tan %s",
           numpy=np.tan)
def tan(x):
    """Tangent of x in radians, elementwise."""
    return np.tan(x)


@primitive(vjp=(lambda g, y, x: g / np.sqrt(1 - x * x),), jvp=ELEMENTWISE, domain=INSIDE, latex=r"\arcsin %s",
           numpy=np.arcsin)
def arcsin(x):
    """The angle in [-π/2, π/2] whose sine is x, elementwise. The derivative at ±1 is infinite."""
    return np.arcsin(x)


@primitive(vjp=(lambda g, y, x: -g / np.sqrt(1 - x * x),), jvp=ELEMENTWISE, domain=INSIDE, latex=r"\arccos %s",
           numpy=np.arccos)
def arccos(x):
    """The angle in [0, π] whose cosine is x, elementwise. The derivative at ±1 is infinite."""
    return np.arccos(x)


@primitive(vjp=(lambda g, y, x: g / (1 + x * x),), jvp=ELEMENTWISE, latex=r"\arctan %s", numpy=np.arctan)
def arctan(x):
    """The angle in (-π/2, π/2) whose tangent is x, elementwise."""
    return np.arctan(x)


def _squared_radius(x, w):
    """x² + w²; 1 at the origin, where an angle has no derivative."""
    return where((x == 0) & (w == 0), 1.0, x * x + w * w)


@primitive(vjp=(lambda g, y, x, w: g * w / _squared_radius(x, w), lambda g, y, x, w: -g * x / _squared_radius(x, w)),
           jvp=ELEMENTWISE, domain=(Real(), Real(0.3, 3)), latex=r"\operatorname{atan2}(%s, %s)", numpy=np.arctan2)
def arctan2(x, w):
    """The angle in [-π, π] of the point with ordinate x and abscissa w, elementwise. The derivative at (0, 0) is 0."""
    return np.arctan2(x, w)


def _nonzero(y):
    return where(y == 0, 1.0, y)


@primitive(vjp=(lambda g, y, x, w: g * x / _nonzero(y), lambda g, y, x, w: g * w / _nonzero(y)), jvp=ELEMENTWISE,
           domain=(Real(), Real(0.3, 3)), latex=r"\sqrt{{%s}^{2} + {%s}^{2}}", numpy=np.hypot)
def hypot(x, w):
    """√(x² + w²), elementwise, without overflow. The derivative at (0, 0) is 0."""
    return np.hypot(x, w)


@primitive(vjp=(lambda g, y, x: g * cosh(x),), jvp=ELEMENTWISE, latex=r"\sinh %s", numpy=np.sinh)
def sinh(x):
    """Hyperbolic sine, elementwise."""
    return np.sinh(x)


@primitive(vjp=(lambda g, y, x: g * sinh(x),), jvp=ELEMENTWISE, latex=r"\cosh %s", numpy=np.cosh)
def cosh(x):
    """Hyperbolic cosine, elementwise."""
    return np.cosh(x)


@primitive(vjp=(lambda g, y, x: g / hypot(x, 1.0),), jvp=ELEMENTWISE, latex=r"\operatorname{arsinh} %s",
           numpy=np.arcsinh)
def arcsinh(x):
    """Inverse hyperbolic sine, elementwise."""
    return np.arcsinh(x)


@primitive(vjp=(lambda g, y, x: g / np.sqrt((x - 1) * (x + 1)),), jvp=ELEMENTWISE, domain=(Real(1.3, 3),),
           latex=r"\operatorname{arcosh} %s", numpy=np.arccosh)
def arccosh(x):
    """Inverse hyperbolic cosine of x ≥ 1, elementwise. The derivative at 1 is infinite."""
    return np.arccosh(x)


@primitive(vjp=(lambda g, y, x: g / ((1 - x) * (1 + x)),), jvp=ELEMENTWISE, domain=INSIDE,
           latex=r"\operatorname{artanh} %s", numpy=np.arctanh)
def arctanh(x):
    """Inverse hyperbolic tangent of -1 < x < 1, elementwise."""
    return np.arctanh(x)


@composed(np.deg2rad, np.radians)
def deg2rad(x, /):
    """Degrees as radians: x π / 180, elementwise."""
    return x * (math.pi / 180)


@composed(np.rad2deg, np.degrees)
def rad2deg(x, /):
    """Radians as degrees: 180 x / π, elementwise."""
    return x * (180 / math.pi)


@primitive(vjp=(lambda g, y, x: g * sinc_derivative(x, order=1),), jvp=ELEMENTWISE, numpy=np.sinc,
           latex=r"\operatorname{sinc}(%s)")
@float16_in_float32
def sinc(x):
    """sin(πx) / (πx), elementwise; 1 at 0."""
    return np.sinc(x)


@primitive(vjp=(lambda g, y, x, order: g * sinc_derivative(x, order=order + 1),), jvp=ELEMENTWISE,
           params={"order": Choice((1, 2))}, latex=r"\operatorname{sinc}^{(n)}(%s)")
@float16_in_float32
def sinc_derivative(x, *, order):
    """The derivative of `sinc` of an order ≥ 1, elementwise, as exact near 0 as elsewhere.

    Formula: x s⁽ⁿ⁾ + n s⁽ⁿ⁻¹⁾ = πⁿ⁻¹ sin(πx + nπ/2), by Leibniz from x s(x) = sin(πx) / π; Taylor's series near 0.
    """
    x = asanyarray(x)
    near = np.abs(x) < 0.5 + order / 4
    away, s = np.where(near, 1, x), np.sinc(x)
    for n in range(1, order + 1):
        s = (math.pi ** (n - 1) * np.sin(math.pi * x + n * math.pi / 2) - n * s) / away
    return np.where(near, _sinc_series(np.where(near, x, 0), order), s)


def _sinc_series(x, order: int):
    """Taylor's series Σ (-1)^k π^2k x^(2k - n) / ((2k + 1) (2k - n)!) of the n-th derivative of sinc, by Horner."""
    terms = [(2 * k - order, (-1) ** k * math.pi ** (2 * k) / ((2 * k + 1) * math.factorial(2 * k - order)))
             for k in range((order + 1) // 2, order // 2 + 18)]
    y = x * 0
    for _, coefficient in reversed(terms):
        y = y * (x * x) + coefficient
    return y * x ** terms[0][0]


for _new in ("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh"):       # since NumPy 2
    if hasattr(np, _new):
        NUMPY[getattr(np, _new)] = NUMPY[getattr(np, _new.replace("a", "arc", 1))]
