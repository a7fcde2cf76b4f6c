"""Reductions over axes, and their adjoint, broadcasting.

`axis` is None (all), an int or a tuple; `keepdims` keeps reduced axes with length 1.
"""
import math

import numpy as np

from ..domain import AnyShape, Axes, Choice, Distinct, Flag, Shape
from ..primitive import LINEAR, primitive
from .elementwise import exp, where

REDUCES = {"axis": Axes(), "keepdims": Flag()}
HALF = np.dtype(np.float16)


def kept(shape, axis) -> tuple[int, ...]:
    """`shape` with the reduced axes of length 1."""
    if axis is None:
        return (1,) * len(shape)
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple([1 if i in axes else n for i, n in enumerate(shape)])


def count(shape, axis) -> int:
    """How many entries are reduced into one."""
    return math.prod(shape if axis is None else [shape[a] for a in (axis if isinstance(axis, tuple) else (axis,))])


def keep(y, x, axis):
    """A reduction's output or cotangent with its reduced axes put back, so that it broadcasts against x."""
    return y.reshape(kept(x.shape, axis)) if np.ndim(y) else y


def spread(g, x, axis):
    """The cotangent of a sum: g repeated along the reduced axes."""
    shape = np.shape(x)
    if g.__class__ is float:
        return np.full(shape, g) if shape else g
    return broadcast_to(keep(g, x, axis), shape=shape)


@primitive(vjp=(lambda g, y, x, shape: sum_to(g, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"shape": Shape("broadcast")}, latex=r"\operatorname{broadcast}(%s)", numpy=np.broadcast_to)
def broadcast_to(x, *, shape):
    """x repeated along new or length-1 axes to the given shape. A read-only view: nothing is copied."""
    return np.broadcast_to(x, shape)


@primitive(vjp=(lambda g, y, x, shape: broadcast_to(g, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"shape": Shape("reduced")}, latex=r"\operatorname{sum}(%s)")
def sum_to(x, *, shape):
    """x summed over the axes along which `shape` would be broadcast to x's: the adjoint of `broadcast_to`."""
    lead = np.ndim(x) - len(shape)
    axes = tuple(range(lead)) + tuple(i + lead for i, n in enumerate(shape) if n == 1)
    return np.sum(x, axis=axes).reshape(shape)


@primitive(vjp=(lambda g, y, x, axis, keepdims: spread(g, x, axis),), jvp=LINEAR,
           shapes=AnyShape(), params=REDUCES, label="Σ", latex=r"\sum %s", numpy=np.sum)
def sum(x, *, axis=None, keepdims=False):
    """Sum over axes."""
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


@primitive(vjp=(lambda g, y, x, axis, keepdims: spread(g / count(np.shape(x), axis), x, axis),), jvp=LINEAR,
           shapes=AnyShape(min_side=1), params=REDUCES, latex=r"\operatorname{mean}(%s)", numpy=np.mean)
def mean(x, *, axis=None, keepdims=False):
    """Arithmetic mean over axes.

    The sum of float16 is taken in float32, as by NumPy: 65 504 is soon exceeded."""
    if getattr(x, "dtype", None) is HALF:
        return np.mean(x, axis=axis, keepdims=keepdims)
    return np.add.reduce(x, axis=axis, keepdims=keepdims) / count(np.shape(x), axis)


def centred(x, axis):
    return x - mean(x, axis=axis, keepdims=True)


def _per_degree(x, axis, ddof) -> float:
    """1 / degrees of freedom: what one of the reduced entries counts. nan, as the variance, where there are none."""
    degrees = count(np.shape(x), axis) - ddof
    return 1 / degrees if degrees > 0 else math.nan


@primitive(vjp=(lambda g, y, x, axis, keepdims, ddof:
                keep(g, x, axis) * (2 * _per_degree(x, axis, ddof)) * centred(x, axis),),
           jvp=(lambda t, y, x, axis, keepdims, ddof:
                sum(t * centred(x, axis), axis=axis, keepdims=keepdims) * (2 * _per_degree(x, axis, ddof)),),
           shapes=AnyShape(min_side=2, min_dims=1), params={**REDUCES, "ddof": Choice((0, 1))},
           latex=r"\operatorname{var}(%s)", numpy=np.var)
def var(x, *, axis=None, keepdims=False, ddof=0):
    """Variance over axes, with divisor n - ddof."""
    return np.var(x, axis=axis, keepdims=keepdims, ddof=ddof)


def _unit_deviation(y, x, axis, ddof):
    """(x - mean) / ((n - ddof) std), the derivative of std; 0 where the std is 0."""
    y = keep(y, x, axis)
    return where(y == 0, 0.0, centred(x, axis) * _per_degree(x, axis, ddof) / where(y == 0, 1.0, y))


@primitive(vjp=(lambda g, y, x, axis, keepdims, ddof: keep(g, x, axis) * _unit_deviation(y, x, axis, ddof),),
           jvp=(lambda t, y, x, axis, keepdims, ddof:
                sum(t * _unit_deviation(y, x, axis, ddof), axis=axis, keepdims=keepdims),),
           domain=(Distinct(),), shapes=AnyShape(min_side=2, min_dims=1), params={**REDUCES, "ddof": Choice((0, 1))},
           latex=r"\operatorname{std}(%s)", numpy=np.std)
def std(x, *, axis=None, keepdims=False, ddof=0):
    """Standard deviation over axes, with divisor n - ddof. The derivative at a constant x is 0."""
    return np.std(x, axis=axis, keepdims=keepdims, ddof=ddof)


def _shares(y, x, axis):
    """1 / (number of entries equal to the extremum) at those entries, 0 elsewhere."""
    ties = x == keep(y, x, axis)
    return where(ties, 1.0 / sum(where(ties, 1.0, 0.0), axis=axis, keepdims=True), 0.0)


def _extremum(reduction, name):
    @primitive(vjp=(lambda g, y, x, axis, keepdims: keep(g, x, axis) * _shares(y, x, axis),),
               jvp=(lambda t, y, x, axis, keepdims: sum(t * _shares(y, x, axis), axis=axis, keepdims=keepdims),),
               domain=(Distinct(),), shapes=AnyShape(min_side=1), params=REDUCES, name=name, latex=rf"\{name} %s",
               kinks=lambda x, axis, keepdims: _shares(reduction(x, axis=axis), x, axis) % 1 > 0,
               numpy=getattr(np, name))
    def extremum(x, *, axis=None, keepdims=False):
        return reduction(x, axis=axis, keepdims=keepdims)
    extremum.__doc__ = f"The {name}imum over axes. Tied entries share the gradient evenly."
    return extremum


max, min = _extremum(np.max, "max"), _extremum(np.min, "min")


def _softened(y, x, axis):
    """e^(x - y), the derivative of logsumexp: the softmax. 0 where all entries, and so y, are -inf."""
    y = keep(y, x, axis)
    return exp(x - where(y == -np.inf, 0.0, y))


@primitive(vjp=(lambda g, y, x, axis, keepdims: keep(g, x, axis) * _softened(y, x, axis),),
           jvp=(lambda t, y, x, axis, keepdims: sum(t * _softened(y, x, axis), axis=axis, keepdims=keepdims),),
           shapes=AnyShape(min_side=1), params=REDUCES, latex=r"\ln \sum e^{%s}")
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

