"""Elementwise ops. Each rule reads: cotangent times the derivative there. Inputs broadcast; the engine sums back.

Alphabet of the rules, here and everywhere: x, w inputs; y output; g cotangent; t tangent.
"""
import math
import operator
from functools import lru_cache

import numpy as np
from numpy import ndarray

from ..core.domain import Boolean, Real
from ..core.dtypes import HALF, float16_in_float32, wide
from ..core.primitive import ELEMENTWISE, LINEAR, PIECEWISE_LINEAR, SAME, ZERO, primitive
from ..core.values import asanyarray

# ---- arithmetic ----------------------------------------------------------------------------------------------------


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


def _lowered(x, w):
    """w - 1, the power in the derivative; 1 where w and x are 0, for 0 times 0^-1 would be nan."""
    if w.__class__ in (int, float) and w:               # one exponent for all: NumPy has short ways for 1 and 2
        return w - 1
    return where((w == 0) & (x == 0), 1.0, w - 1)


@primitive(vjp=(lambda g, y, x, w: g * w * power(x, _lowered(x, w)),
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


# ---- exponentials and logarithms -----------------------------------------------------------------------------------

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


@primitive(vjp=(lambda g, y, x: g / (2 * y),), jvp=ELEMENTWISE, scalar=math.sqrt, domain=(Real(0.3, 3),),
           latex=r"\sqrt{%s}", numpy=np.sqrt)
def sqrt(x):
    """Square root of x ≥ 0, elementwise. The derivative at 0 is infinite."""
    return np.sqrt(x)


@primitive(vjp=(lambda g, y, x: g * cos(x),), jvp=ELEMENTWISE, scalar=math.sin, latex=r"\sin %s", numpy=np.sin)
def sin(x):
    """Sine of x in radians, elementwise."""
    return np.sin(x)


@primitive(vjp=(lambda g, y, x: -g * sin(x),), jvp=ELEMENTWISE, scalar=math.cos, latex=r"\cos %s", numpy=np.cos)
def cos(x):
    """Cosine of x in radians, elementwise."""
    return np.cos(x)


# ---- activations ---------------------------------------------------------------------------------------------------

@primitive(vjp=(lambda g, y, x: g * (1 - y * y),), jvp=ELEMENTWISE, scalar=math.tanh, latex=r"\tanh %s", numpy=np.tanh)
def tanh(x):
    """Hyperbolic tangent, elementwise."""
    return np.tanh(x)


@primitive(vjp=(lambda g, y, x: g * (y - y * y),), jvp=ELEMENTWISE, scalar=lambda x: 1 / (1 + math.exp(-x)),
           label="σ", latex=r"\sigma(%s)")
def sigmoid(x):
    """Logistic function 1 / (1 + e^-x), elementwise. Exactly 0 far left, without a warning."""
    if getattr(x, "dtype", None) is HALF:       # where e^-x is soon inf
        return sigmoid.kernel(x.astype(np.float32)).astype(HALF)
    with np.errstate(over="ignore"):            # e^-x = inf gives the right answer, 0
        y = np.exp(-x)
    y += 1
    return 1 / y


@lru_cache(maxsize=16)
def _zero(dtype):
    return np.zeros((), dtype)


@primitive(vjp=None, scalar=lambda x, w: not x <= w, label=">")
def exceeds(x, w):
    """Whether x is greater than w, or nan. Elementwise, outside the graph."""
    return ~(x <= w)


def _step(y, x):
    """1 where y = max(x, 0) is x, be it nan, else 0. For arrays without Python numbers and booleans: NumPy takes long
    to convert them."""
    if y.__class__ is ndarray:
        return (y != _zero(y.dtype)).astype(y.dtype)
    return not x <= 0 if x.__class__ is float else exceeds(x, 0)


@primitive(vjp=(lambda g, y, x: g * _step(y, x),), jvp=PIECEWISE_LINEAR, scalar=lambda x: 0.0 if x <= 0 else x,
           domain=(Real(avoid=(0,)),), kinks=lambda x: x == 0, label="ReLU", latex=r"\operatorname{ReLU}(%s)")
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


@primitive(vjp=(lambda g, y, x: g * 2 / math.sqrt(math.pi) * exp(-wide(x) * wide(x)),), jvp=ELEMENTWISE,
           scalar=math.erf, latex=r"\operatorname{erf}(%s)")
@float16_in_float32
def erf(x):
    """Error function 2/√π ∫₀ˣ e^-u² du, elementwise, to double precision.

    NumPy has none: SciPy's is used where it is installed, else the standard library's, entry by entry."""
    return _erf()(x)


@lru_cache(maxsize=1)
def _erf():
    try:
        from scipy.special import erf
    except ImportError:
        each = np.frompyfunc(math.erf, 1, 1)

        def erf(x):
            x = asanyarray(x)
            return each(x.reshape(-1)).astype(x.dtype).reshape(x.shape)
    return erf


def _gelu_slope(x):
    return normal_cdf(x) + x * exp(-x * x / 2) / math.sqrt(2 * math.pi)


@primitive(vjp=(lambda g, y, x: g * _gelu_slope(wide(x)),), jvp=ELEMENTWISE, label="GELU",
           latex=r"\operatorname{GELU}(%s)")
@float16_in_float32
def gelu(x):
    """x Φ(x) with Φ the standard normal distribution, exact, elementwise (Hendrycks & Gimpel 2016)."""
    return x * normal_cdf(x)


def normal_cdf(x):
    """Φ(x) = (1 + erf(x / √2)) / 2."""
    return 0.5 * (1 + erf(x / math.sqrt(2)))


# ---- choosing ------------------------------------------------------------------------------------------------------

def _chosen(c, x, w):
    y = x if c else w
    return y if x.__class__ is w.__class__ else type(x + w)(y)


@primitive(vjp=(None, lambda g, y, c, x, w: where(c, g, 0.0), lambda g, y, c, x, w: where(c, 0.0, g)), jvp=LINEAR,
           scalar=_chosen, domain=(Boolean(), Real(), Real()), shapes="(),(),()->()",
           latex=r"[%s\,?\,%s : %s]", numpy=np.where)
def where(c, x, w):
    """x where c is true, else w, elementwise. Nothing flows into the branch not taken."""
    return np.where(c, x, w)


def _extreme(wins):
    """`max` or `min` of two numbers as NumPy has it: a float, and nan if one of them is."""
    return lambda x, w: float(x if wins(x, w) or x != x else w)


def _attains(x, y):
    return x == y or x != x


@primitive(vjp=None, scalar=_attains, label="=")
def attains(x, y):
    """Whether x is the extremum y: equal to it, or nan, as y is then. Elementwise, outside the graph."""
    return (x == y) | (x != x)


def _won(g, y, x, w):
    """g where x is the extremum y of x and w, half of it where both are, else 0."""
    return g * (attains(x, y) * (1 - 0.5 * attains(w, y)))


@primitive(vjp=(_won, lambda g, y, x, w: _won(g, y, w, x)), jvp=PIECEWISE_LINEAR, scalar=_extreme(operator.gt),
           kinks=lambda x, w: x == w, label="max", latex=r"\max(%s, %s)", numpy=np.maximum)
def maximum(x, w):
    """The larger of x and w, elementwise. At a tie each gets half of the gradient; nan, if any, takes it."""
    return np.maximum(x, w)


@primitive(vjp=(_won, lambda g, y, x, w: _won(g, y, w, x)), jvp=PIECEWISE_LINEAR, scalar=_extreme(operator.lt),
           kinks=lambda x, w: x == w, label="min", latex=r"\min(%s, %s)", numpy=np.minimum)
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
