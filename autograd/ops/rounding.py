"""Rounding, and division with a remainder. Between its jumps a rounded number is constant: its derivative is 0."""
import numpy as np

from ..core.domain import Choice, Real
from ..core.primitive import ELEMENTWISE, NUMPY, PIECEWISE_LINEAR, SAME, ZERO, primitive
from ..support.keywords import with_numpys_keywords
from .comparison import isinf, where
from .composed import composed

INTEGERS = Real(avoid=tuple(range(-3, 4)))
HALVES = Real(avoid=(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5))
QUOTIENT = (Real(-0.9, -0.1), Real(1, 3))
"""Where x / w is between two integers and its floor, -1, is not 0."""
QUOTIENT_OVER_1 = (Real(3.2, 3.8), Real(2, 3))
"""The same for a quotient cut towards 0, which is 1."""


@primitive(vjp=(ZERO,), jvp=PIECEWISE_LINEAR, domain=(INTEGERS,), kinks=lambda x: x == np.floor(x),
           latex=r"\lfloor %s \rfloor", numpy=np.floor)
def floor(x):
    """The largest integer ≤ x, elementwise. The derivative is 0 everywhere, also at the jumps."""
    return np.floor(x)


@primitive(vjp=(ZERO,), jvp=PIECEWISE_LINEAR, domain=(INTEGERS,), kinks=lambda x: x == np.floor(x),
           latex=r"\lceil %s \rceil", numpy=np.ceil)
def ceil(x):
    """The smallest integer ≥ x, elementwise. The derivative is 0 everywhere, also at the jumps."""
    return np.ceil(x)


@primitive(vjp=(ZERO,), jvp=PIECEWISE_LINEAR, domain=(INTEGERS,), kinks=lambda x: (x == np.floor(x)) & (x != 0),
           numpy=np.trunc)
def trunc(x):
    """x without its fraction, towards 0, elementwise. The derivative is 0 everywhere, also at the jumps."""
    return np.trunc(x)


@primitive(vjp=(ZERO,), jvp=PIECEWISE_LINEAR, domain=(HALVES,), kinks=lambda x: x - np.floor(x) == 0.5, numpy=np.rint)
def rint(x):
    """The nearest integer, the even one of two, elementwise. The derivative is 0 everywhere, also at the jumps."""
    return np.rint(x)


@primitive(vjp=(ZERO,), jvp=PIECEWISE_LINEAR, domain=(HALVES,), params={"decimals": Choice((0, -1))},
           kinks=lambda x, decimals: x * 10.0 ** decimals % 1 == 0.5, numpy=np.round)
def round(x, *, decimals=0):
    """x rounded to so many decimals, elementwise. The derivative is 0 everywhere, also at the jumps."""
    return np.round(x, decimals)


@primitive(vjp=(ZERO, ZERO), jvp=PIECEWISE_LINEAR, domain=QUOTIENT, label="//",
           latex=r"\lfloor \frac{%s}{%s} \rfloor", numpy=np.floor_divide)
def floor_divide(x, w):
    """⌊x / w⌋, elementwise: x // w. The derivative is 0 everywhere, also at the jumps."""
    return x // w


@primitive(vjp=(SAME, lambda g, y, x, w: -g * floor_divide(x, w)), jvp=ELEMENTWISE, domain=QUOTIENT,
           label="mod", latex=r"(%s \bmod %s)", numpy=np.remainder)
def remainder(x, w):
    """x - w ⌊x / w⌋, elementwise: x % w, of w's sign. The derivative in x is 1 and that in w -⌊x / w⌋, also at the
    jumps."""
    return x % w


@primitive(vjp=(SAME, lambda g, y, x, w: -g * trunc(x / w)), jvp=ELEMENTWISE, domain=QUOTIENT_OVER_1, label="fmod",
           latex=r"\operatorname{fmod}(%s, %s)", numpy=np.fmod)
def fmod(x, w):
    """x - w trunc(x / w), elementwise, of x's sign. The derivative in x is 1 and that in w -trunc(x / w), also at the
    jumps."""
    return np.fmod(x, w)


@composed(np.modf)
def modf(x, /):
    """Fraction and integer part, x = fraction + trunc(x), elementwise. The derivative of the integer part is 0."""
    finite = where(isinf(x), 0.0, x)
    return finite - trunc(finite), trunc(x)


@with_numpys_keywords(np.divmod)
def divmod(x, w, /):
    """(x // w, x % w), elementwise."""
    return floor_divide(x, w), remainder(x, w)


NUMPY.update({np.divmod: divmod, np.around: round})
for _name, _op in (("round_", round), ("fix", trunc)):  # which NumPy 2 dropped and will drop
    if hasattr(np, _name):
        NUMPY[getattr(np, _name)] = _op
