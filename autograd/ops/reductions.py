"""Reductions over axes, and their adjoint, broadcasting.

`axis` is None (all), an int or a tuple; `keepdims` keeps reduced axes with length 1.
"""
import math

import numpy as np
from numpy import ndarray

from ..core.domain import AnyShape, Axes, Choice, Distinct, Flag, Shape
from ..core.dtypes import HALF, SINGLE, float16_in_float32, narrow, wide
from ..core.primitive import LINEAR, NUMPY, primitive
from ..core.reverse import unbroadcast
from ..core.values import asanyarray, is_protocol_array
from .comparison import attains, where
from .exponential import exp

REDUCES = {"axis": Axes(), "keepdims": Flag()}


def kept(shape, axis) -> tuple[int, ...]:
    """`shape` with the reduced axes of length 1."""
    if axis is None:
        return (1,) * len(shape)
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple([1 if i in axes else n for i, n in enumerate(shape)])


def count(shape, axis) -> int:
    """Count the entries that are reduced into one."""
    return math.prod(shape if axis is None else [shape[a] for a in (axis if isinstance(axis, tuple) else (axis,))])


def keep(y, x, axis):
    """Restore the reduced axes of an output or cotangent, so that it broadcasts against x."""
    return y.reshape(kept(x.shape, axis)) if np.ndim(y) else y


def spread(g, x, axis):
    """The cotangent of a sum: g repeated along the reduced axes."""
    shape = np.shape(x)
    if g.__class__ is float:
        return np.full(shape, g) if shape else g
    return broadcast_to(keep(g, x, axis), shape=shape)


def total_of(x):
    """The fastest function to sum x. Few arrays but NumPy's know the methods of ufuncs."""
    return np.add.reduce if x.__class__ is ndarray else np.sum


def _total(x, axis, keepdims=False):
    """The sum of an array over axes; float16 is added up in float32."""
    if getattr(x, "dtype", None) is HALF:
        return total_of(x)(x, axis=axis, keepdims=keepdims, dtype=SINGLE).astype(HALF)
    return total_of(x)(x, axis=axis, keepdims=keepdims)


def _mean(x, axis, keepdims=False):
    if getattr(x, "dtype", None) is HALF:
        return _mean(x.astype(SINGLE), axis, keepdims).astype(HALF)
    return total_of(x)(x, axis=axis, keepdims=keepdims) / count(np.shape(x), axis)


@primitive(vjp=(lambda g, y, x, shape: sum_to(g, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"shape": Shape("broadcast")}, latex=r"\operatorname{broadcast}(%s)", numpy=np.broadcast_to)
def broadcast_to(x, *, shape):
    """x repeated along new or length-1 axes to the given shape. A read-only view: nothing is copied."""
    return np.broadcast_to(x, shape)


@primitive(vjp=(lambda g, y, x, shape: broadcast_to(g, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"shape": Shape("reduced")}, latex=r"\operatorname{sum}(%s)")
def sum_to(x, *, shape):
    """x summed over the axes along which `shape` would be broadcast to x's: the adjoint of `broadcast_to`."""
    return unbroadcast(asanyarray(x), shape)


@primitive(vjp=(lambda g, y, x, axis, keepdims: spread(g, x, axis),), jvp=LINEAR,
           shapes=AnyShape(), params=REDUCES, label="Σ", latex=r"\sum %s", numpy=np.sum)
def sum(x, *, axis=None, keepdims=False):
    """Sum over axes. float16 is added up in float32: it would stop growing at 2048."""
    return _total(x, axis, keepdims)


@primitive(vjp=(lambda g, y, x, axis, keepdims: spread(wide(g) / count(np.shape(x), axis), x, axis),), jvp=LINEAR,
           shapes=AnyShape(min_side=1), params=REDUCES, latex=r"\operatorname{mean}(%s)", numpy=np.mean)
def mean(x, *, axis=None, keepdims=False):
    """Arithmetic mean over axes. The sum of float16 is taken in float32: 65 504 is soon exceeded."""
    return _mean(x, axis, keepdims)


@primitive(vjp=(lambda g, y, x, axis: centred(wide(g), axis=axis),), jvp=LINEAR, shapes=AnyShape(min_side=1),
           params={"axis": Axes()}, latex=r"\operatorname{centred}(%s)")
def centred(x, *, axis=None):
    """x minus its mean over axes. Equal entries give exactly 0. Its own adjoint.

    A mean is rounded: [.1, .1, .1] has .10000000000000002. The mean of what is left is therefore subtracted too, and
    as a mean lies between the smallest and the largest entry, it is kept there: equal entries leave 0.
    """
    return narrow(_minus_mean(wide(x), axis), x)


def _minus_mean(x, axis):
    c = x - _mean(x, axis, keepdims=True)
    low, high = _range_of(c, axis)
    c -= np.minimum(np.maximum(_mean(c, axis, keepdims=True), low), high)
    return c


def _range_of(c, axis):
    """The smallest and the largest entry over axes; of no entries inf and -inf."""
    if is_protocol_array(c):
        return np.min(c, axis=axis, keepdims=True), np.max(c, axis=axis, keepdims=True)
    return (np.minimum.reduce(c, axis=axis, keepdims=True, initial=np.inf),
            np.maximum.reduce(c, axis=axis, keepdims=True, initial=-np.inf))


def _degrees_of_freedom(x, axis, ddof) -> int:
    """Degrees of freedom: entries reduced into one, less ddof."""
    degrees = count(np.shape(x), axis) - ddof
    return degrees if degrees > 0 else 0


def _weight_per_entry(x, axis, ddof) -> float:
    """1 / degrees of freedom; nan, as the variance, where there are none."""
    degrees = _degrees_of_freedom(x, axis, ddof)
    return 1 / degrees if degrees else math.nan


def _variance(x, axis, keepdims, ddof):
    c = _minus_mean(x, axis)
    c *= c
    total = total_of(c)(c, axis=axis, keepdims=keepdims)
    return total / total.dtype.type(_degrees_of_freedom(x, axis, ddof))            # NumPy 1 widens f4 / int


@primitive(vjp=(lambda g, y, x, axis, keepdims, ddof:
                keep(wide(g), x, axis) * (2 * _weight_per_entry(x, axis, ddof)) * centred(wide(x), axis=axis),),
           jvp=(lambda t, y, x, axis, keepdims, ddof:
                sum(t * centred(wide(x), axis=axis), axis=axis, keepdims=keepdims)
                * (2 * _weight_per_entry(x, axis, ddof)),),
           shapes=AnyShape(min_side=2, min_dims=1), params={**REDUCES, "ddof": Choice((0, 1))},
           latex=r"\operatorname{var}(%s)", numpy=np.var)
@float16_in_float32
def var(x, *, axis=None, keepdims=False, ddof=0):
    """Variance over axes, with divisor n - ddof. That of equal entries is 0 exactly, and so is the derivative."""
    return _variance(x, axis, keepdims, ddof)


def _std_derivative(y, x, axis, ddof):
    """(x - mean) / ((n - ddof) std), the derivative of std; 0 where the std is 0."""
    y = keep(wide(y), x, axis)
    return where(y == 0, 0.0, centred(wide(x), axis=axis) * _weight_per_entry(x, axis, ddof) / where(y == 0, 1.0, y))


@primitive(vjp=(lambda g, y, x, axis, keepdims, ddof: keep(wide(g), x, axis) * _std_derivative(y, x, axis, ddof),),
           jvp=(lambda t, y, x, axis, keepdims, ddof:
                sum(t * _std_derivative(y, x, axis, ddof), axis=axis, keepdims=keepdims),),
           domain=(Distinct(),), shapes=AnyShape(min_side=2, min_dims=1), params={**REDUCES, "ddof": Choice((0, 1))},
           latex=r"\operatorname{std}(%s)", numpy=np.std)
@float16_in_float32
def std(x, *, axis=None, keepdims=False, ddof=0):
    """Standard deviation over axes, with divisor n - ddof. That of equal entries is 0 exactly; the derivative there is
    0, and its entries always sum to 0."""
    return np.sqrt(_variance(x, axis, keepdims, ddof))


def _extremum_vjp(g, y, x, axis):
    """g, shared evenly by the entries that attain the extremum y; 0 elsewhere."""
    ties = attains(x, keep(y, x, axis))
    return keep(g, x, axis) / sum(ties, axis=axis, keepdims=True) * ties


def _extremum_jvp(t, y, x, axis, keepdims):
    """The mean of t over the entries that attain the extremum y."""
    ties = attains(x, keep(y, x, axis))
    return sum(t * ties, axis=axis, keepdims=keepdims) / sum(ties, axis=axis, keepdims=keepdims)


def _extremum(reduction, name):
    @primitive(vjp=(lambda g, y, x, axis, keepdims: _extremum_vjp(g, y, x, axis),),
               jvp=(_extremum_jvp,), domain=(Distinct(),), shapes=AnyShape(min_side=1), params=REDUCES, name=name,
               latex=rf"\{name} %s", numpy=getattr(np, name),
               kinks=lambda x, axis, keepdims: _extremum_vjp(1.0, reduction(x, axis=axis), x, axis) % 1 > 0)
    def extremum(x, *, axis=None, keepdims=False):
        return reduction(x, axis=axis, keepdims=keepdims)
    extremum.__doc__ = f"The {name}imum over axes. Tied entries share the gradient evenly; nan takes all of it."
    return extremum


max, min = _extremum(np.max, "max"), _extremum(np.min, "min")


def _logsumexp_derivative(y, x, axis):
    """e^(x - y), the derivative of logsumexp: the softmax. 0 where all entries, and so y, are -inf.

    A large y is rounded by more than its last digit is worth here; the sum, which is 1, tells by how much.
    """
    y, x = keep(wide(y), x, axis), wide(x)
    e = exp(x - where(y == -np.inf, 0.0, y))
    return e / where(y == -np.inf, 1.0, sum(e, axis=axis, keepdims=True))


@primitive(vjp=(lambda g, y, x, axis, keepdims: keep(g, x, axis) * _logsumexp_derivative(y, x, axis),),
           jvp=(lambda t, y, x, axis, keepdims:
                sum(t * _logsumexp_derivative(y, x, axis), axis=axis, keepdims=keepdims),),
           shapes=AnyShape(min_side=1), params=REDUCES, latex=r"\ln \sum e^{%s}")
@float16_in_float32
def logsumexp(x, *, axis=None, keepdims=False):
    """ln Σ e^x over axes, without overflow: the largest entry is taken out first. -inf if all entries are."""
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, top.dtype.type(0))            # NumPy 1 would widen float32
    with np.errstate(divide="ignore"):          # ln 0 = -inf is the answer
        total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else total.reshape(np.sum(x, axis=axis).shape)


@primitive(vjp=None, shapes=AnyShape(min_side=1, min_dims=1), numpy=np.argmax)
def argmax(x, *, axis=None, keepdims=False):
    """Index of the largest entry, the first of several: integers, outside the graph."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@primitive(vjp=None, shapes=AnyShape(min_side=1, min_dims=1), numpy=np.argmin)
def argmin(x, *, axis=None, keepdims=False):
    """Index of the smallest entry, the first of several: integers, outside the graph."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


for _alias, _function in (("amax", np.max), ("amin", np.min)):
    NUMPY[getattr(np, _alias)] = NUMPY[_function]
