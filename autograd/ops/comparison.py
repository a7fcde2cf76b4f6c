"""Comparing and choosing, elementwise: where, maximum, minimum, clip, and predicates outside the graph."""
import math
import operator

import numpy as np

from ..core.constants import outside_graph
from ..core.domain import Boolean, Real
from ..core.primitive import LINEAR, PIECEWISE_LINEAR, primitive
from .composed import composed

# ---- choosing ------------------------------------------------------------------------------------------------------


def _choose_number(c, x, w):
    y = x if c else w
    return y if x.__class__ is w.__class__ else type(x + w)(y)


@primitive(vjp=(None, lambda g, y, c, x, w: where(c, g, 0.0), lambda g, y, c, x, w: where(c, 0.0, g)), jvp=LINEAR,
           scalar=_choose_number, domain=(Boolean(), Real(), Real()), shapes="(),(),()->()",
           latex=r"[%s\,?\,%s : %s]", numpy=np.where)
def where(c, x, w):
    """x where c is true, else w, elementwise. Nothing flows into the branch not taken."""
    return np.where(c, x, w)


def _python_extremum(wins):
    """`max` or `min` of two numbers as NumPy has it: a float, and nan if one of them is."""
    return lambda x, w: float(x if wins(x, w) or x != x else w)


def _attains(x, y):
    return x == y or x != x


@primitive(vjp=None, scalar=_attains, label="=")
def attains(x, y):
    """Whether x equals the extremum y, or is nan. Elementwise, outside the graph."""
    return (x == y) | (x != x)


def _winner_vjp(g, y, x, w):
    """g where x is the extremum y of x and w, half of g at a tie, else 0."""
    return g * (attains(x, y) * (1 - 0.5 * attains(w, y)))


@primitive(vjp=(_winner_vjp, lambda g, y, x, w: _winner_vjp(g, y, w, x)), jvp=PIECEWISE_LINEAR,
           scalar=_python_extremum(operator.gt), kinks=lambda x, w: x == w, label="max",
           latex=r"\max(%s, %s)", numpy=np.maximum)
def maximum(x, w):
    """The larger of x and w, elementwise. At a tie each gets half of the gradient; nan, if any, takes it."""
    return np.maximum(x, w)


@primitive(vjp=(_winner_vjp, lambda g, y, x, w: _winner_vjp(g, y, w, x)), jvp=PIECEWISE_LINEAR,
           scalar=_python_extremum(operator.lt), kinks=lambda x, w: x == w, label="min",
           latex=r"\min(%s, %s)", numpy=np.minimum)
def minimum(x, w):
    """The smaller of x and w, elementwise. At a tie each gets half of the gradient; nan, if any, takes it."""
    return np.minimum(x, w)


@primitive(vjp=(lambda g, y, x, low, high: where(attains(x, y), g, 0.0),), jvp=PIECEWISE_LINEAR,
           domain=(Real(avoid=(-1, 1)),), params={"low": Real(-1, -1), "high": Real(1, 1)},
           kinks=lambda x, low, high: (x == low) | (x == high), numpy=np.clip)
def clip(x, *, low=-np.inf, high=np.inf):
    """x limited to [low, high], elementwise. The derivative at the two ends is 1."""
    return np.clip(x, low, high)


# ---- comparisons and logic: not differentiable ----------------------------------------------------------------------


def _predicate(ufunc, label, scalar=None, domain=None):
    kernel = (lambda x, w: ufunc(x, w)) if ufunc.nin == 2 else (lambda x: ufunc(x))
    kernel.__doc__ = f"Elementwise {label}, outside the graph."
    return primitive(vjp=None, scalar=scalar, domain=domain, label=label, name=ufunc.__name__, numpy=ufunc)(kernel)


equal, not_equal = _predicate(np.equal, "=", operator.eq), _predicate(np.not_equal, "≠", operator.ne)
less, less_equal = _predicate(np.less, "<", operator.lt), _predicate(np.less_equal, "≤", operator.le)
greater, greater_equal = _predicate(np.greater, ">", operator.gt), _predicate(np.greater_equal, "≥", operator.ge)
logical_and, logical_or = _predicate(np.logical_and, "and"), _predicate(np.logical_or, "or")
logical_not, logical_xor = _predicate(np.logical_not, "not"), _predicate(np.logical_xor, "xor")
bitwise_and = _predicate(np.bitwise_and, "and", domain=(Boolean(),) * 2)       # the operators &, | and ~, as NumPy's
bitwise_or = _predicate(np.bitwise_or, "or", domain=(Boolean(),) * 2)
invert = _predicate(np.invert, "not", domain=(Boolean(),))
isfinite, isnan = _predicate(np.isfinite, "finite?", math.isfinite), _predicate(np.isnan, "nan?", math.isnan)
isinf, signbit = _predicate(np.isinf, "infinite?", math.isinf), _predicate(np.signbit, "negative?")


@composed(np.fmax)
def fmax(x1, x2, /):
    """The larger of x1 and x2, elementwise, the other one where one is nan."""
    return where(isnan(x1), x2, where(isnan(x2), x1, maximum(x1, x2)))


@composed(np.fmin)
def fmin(x1, x2, /):
    """The smaller of x1 and x2, elementwise, the other one where one is nan."""
    return where(isnan(x1), x2, where(isnan(x2), x1, minimum(x1, x2)))


@composed(np.nan_to_num)
def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """x with numbers for nan and infinities, elementwise. The derivative there is 0."""
    return where(isfinite(x), x, outside_graph(np.nan_to_num)(x, True, nan, posinf, neginf))
