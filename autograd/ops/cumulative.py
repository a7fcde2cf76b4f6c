"""Products over axes, running sums and products, differences, and what is integrated or interpolated from them."""
import numpy as np

from ..core.domain import AnyShape, Axis, Flag
from ..core.dtypes import float16_in_float32, wide
from ..core.primitive import LINEAR, primitive
from .comparison import where
from .composed import composed
from .indexing import getitem
from .joining import concatenate, flip, stack
from .reductions import REDUCES, keep, sum
from .shape import expand_dims, merge_axes, moveaxis, ravel, reshape, split_axes


def _products_of_others(x, axis):
    """For each entry the product of the others along axes. No division: zeros are exact."""
    return split_axes(_others(merge_axes(wide(x), axis)), np.shape(x), axis)


def _others(x):
    """The same along the last axis: neighbours are multiplied, and each then takes its neighbour times the others of
    the pair."""
    *lead, n = np.shape(x)
    if n < 2:
        return np.ones_like(x)
    if n % 2:
        return getitem(_others(concatenate([x, np.ones_like(x[..., :1])], -1)), index=(..., slice(n)))
    pairs = reshape(x, shape=(*lead, n // 2, 2))
    left, right = getitem(pairs, index=(..., 0)), getitem(pairs, index=(..., 1))
    return reshape(expand_dims(_others(left * right), -1) * stack([right, left], -1), shape=(*lead, n))


@primitive(vjp=(lambda g, y, x, axis, keepdims: keep(wide(g), x, axis) * _products_of_others(x, axis),),
           jvp=(lambda t, y, x, axis, keepdims: sum(t * _products_of_others(x, axis), axis=axis, keepdims=keepdims),),
           shapes=AnyShape(), params=REDUCES, label="Π", latex=r"\prod %s", numpy=np.prod)
@float16_in_float32
def prod(x, *, axis=None, keepdims=False):
    """Product over axes. The derivative is exact where entries are 0."""
    return np.prod(x, axis=axis, keepdims=keepdims)


@primitive(vjp=(lambda g, y, x, axis, reverse: _cumsum(g, axis=axis, reverse=not reverse),), jvp=LINEAR,
           shapes=AnyShape(min_dims=1), params={"axis": Axis(), "reverse": Flag()}, name="cumsum",
           latex=r"\operatorname{cumsum}(%s)")
@float16_in_float32
def _cumsum(x, *, axis=0, reverse=False):
    """Running sums along an axis, from its end with `reverse`: the adjoint."""
    return np.flip(np.cumsum(np.flip(x, axis), axis=axis), axis) if reverse else np.cumsum(x, axis=axis)


def _recurrence(a, b):
    """s with s_i = b_i + a_i s_(i-1) along the last axis, in log n steps: each doubles the length of what is summed."""
    n, step = np.shape(b)[-1], 1
    while step < n:
        first, rest, before = (..., slice(step)), (..., slice(step, None)), (..., slice(-step))
        b = concatenate([b[first], b[rest] + a[rest] * b[before]], -1)
        a = concatenate([a[first], a[rest] * a[before]], -1)
        step *= 2
    return b


def _before(y):
    """Running products of the entries before each, along the last axis."""
    return concatenate([np.ones_like(y[..., :1]), y[..., :-1]], -1)


def _cumprod_vjp(g, y, x, axis):
    """y_(i-1) s_i with s_i = g_i + x_(i+1) s_(i+1): no division, so that zeros are exact."""
    g, y, x = (moveaxis(v, axis, -1) for v in (g, y, x))
    backwards = flip(x, -1)
    s = _recurrence(concatenate([backwards[..., :1], backwards[..., :-1]], -1), flip(g, -1))
    return moveaxis(_before(y) * flip(s, -1), -1, axis)


def _cumprod_jvp(t, y, x, axis):
    t, y, x = (moveaxis(v, axis, -1) for v in (t, y, x))
    return moveaxis(_recurrence(x, t * _before(y)), -1, axis)


@primitive(vjp=(_cumprod_vjp,), jvp=(_cumprod_jvp,), shapes=AnyShape(min_dims=1), params={"axis": Axis()},
           name="cumprod", latex=r"\operatorname{cumprod}(%s)")
@float16_in_float32
def _cumprod(x, *, axis=0):
    """Running products along an axis. The derivative is exact where entries are 0."""
    return np.cumprod(x, axis=axis)


def _scan(function, op):
    @composed(function)
    def scan(a, axis=None, dtype=None):
        a = a if dtype is None else a.astype(dtype)
        return op(ravel(a), axis=0) if axis is None else op(a, axis=axis)
    scan.__name__ = scan.__qualname__ = function.__name__
    scan.__doc__ = f"{op.__doc__}\n\nWith axis None, of all entries as a vector."
    return scan


cumsum, cumprod = _scan(np.cumsum, _cumsum), _scan(np.cumprod, _cumprod)


def _cumulative(function, scan, start):
    @composed(function)
    def cumulative(x, /, *, axis=None, dtype=None, include_initial=False):
        if axis is None and np.ndim(x) > 1:
            raise ValueError(f"{function.__name__} of an array of shape {np.shape(x)} takes an axis")
        axis = 0 if axis is None else axis
        y = scan(x, axis, dtype)
        return concatenate([np.full_like(_slice_along(y, axis, 0, 1), start), y], axis) if include_initial else y
    return cumulative


if hasattr(np, "cumulative_sum"):                       # since NumPy 2.1
    _cumulative(np.cumulative_sum, cumsum, 0.0)
    _cumulative(np.cumulative_prod, cumprod, 1.0)


def _slice_along(x, axis, start, stop):
    index = [slice(None)] * np.ndim(x)
    index[axis] = slice(start, stop)
    return getitem(x, index=tuple(index))


@composed(np.diff)
def diff(a, n=1, axis=-1, prepend=None, append=None):
    """Differences of neighbours along an axis, n times."""
    if n < 0:
        raise ValueError(f"diff takes n >= 0, got {n}")
    if not np.ndim(a):
        raise ValueError("diff takes an array of at least one axis")
    a = concatenate([v if np.ndim(v) else _as_slice(v, a, axis) for v in (prepend, a, append) if v is not None], axis)
    for _ in range(n):
        a = _slice_along(a, axis, 1, None) - _slice_along(a, axis, None, -1)
    return a


def _as_slice(number, a, axis):
    """A number as a slice of a, of length 1 along an axis."""
    return number + np.zeros_like(_slice_along(a, axis, 0, 1))


@composed(np.ediff1d)
def ediff1d(ary, to_end=None, to_begin=None):
    """Differences of neighbours in the vector of all entries, between other entries where given."""
    inner = diff(ravel(ary))
    ends = [x if x is None else ravel(x if hasattr(x, "dtype") else np.asarray(x, inner.dtype))
            for x in (to_begin, to_end)]
    return concatenate([x for x in (ends[0], inner, ends[1]) if x is not None])


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral of y along an axis by the trapezoidal rule, at places x or dx apart."""
    if x is not None:
        dx = diff(x, axis=axis) if np.ndim(x) > 1 else _along_axis(diff(x), np.ndim(y), axis)
    return sum(dx * (_slice_along(y, axis, 1, None) + _slice_along(y, axis, None, -1)) / 2, axis=axis)


trapezoid = composed(getattr(np, "trapezoid", None) or getattr(np, "trapz"))(trapezoid)  # noqa: B009   of NumPy 1


def _along_axis(x, ndim: int, axis: int):
    """A vector as an array of so many axes, along one of them."""
    return reshape(x, shape=[-1 if i == axis % ndim else 1 for i in range(ndim)])


@composed(np.gradient)
def gradient(f, *varargs, axis=None, edge_order=1):
    """Central differences of f along axes, one-sided at the ends; an array for one axis, else a tuple.

    `varargs` are the steps, one for all axes or one each: 1, another number, or the places themselves."""
    axes = range(np.ndim(f)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    if len(spacings) != len(axes) or edge_order not in (1, 2):
        raise ValueError(f"gradient along {len(axes)} axes takes 0, 1 or {len(axes)} spacings, got {len(varargs)}, "
                         f"and edge_order 1 or 2, got {edge_order}")
    found = tuple([_gradient(f, spacing, a, edge_order) for spacing, a in zip(spacings, axes, strict=True)])
    return found[0] if len(found) == 1 else found


def _gradient(f, spacing, axis, edge_order):
    n, ndim = np.shape(f)[axis], np.ndim(f)
    if n < edge_order + 1:
        raise ValueError(f"gradient with edge_order {edge_order} needs {edge_order + 1} entries along axis {axis}")
    dtype = f.dtype if f.dtype.kind == "f" else float
    steps = diff(spacing) if np.ndim(spacing) else spacing * np.ones(n - 1, dtype)
    h = _along_axis(steps, ndim, axis)
    slopes = diff(f, axis=axis) / h
    left, right, a, b = (_slice_along(v, axis, *ends) for v in (slopes, h) for ends in ((None, -1), (1, None)))
    inner = (left * b + right * a) / (a + b)
    first, last = (_slice_along(slopes, axis, *ends) for ends in ((0, 1), (-1, None)))
    if edge_order == 2:                                 # straight on from the slopes at the middles of two steps
        bend = (right - left) / (a + b)
        first = first - _slice_along(bend, axis, 0, 1) * _slice_along(h, axis, 0, 1)
        last = last + _slice_along(bend, axis, -1, None) * _slice_along(h, axis, -1, None)
    return concatenate([first, inner, last], axis)


@composed(np.interp)
def interp(x, xp, fp, left=None, right=None):
    """The piecewise linear function through the points (xp, fp), xp increasing, at x; left and right of them fp[0] and
    fp[-1], or the numbers given. At a point of xp the slope is that to its right."""
    places = np.asarray(getattr(xp, "_value", xp))
    i = np.searchsorted(places, np.asarray(getattr(x, "_value", x)), side="right").clip(1, max(1, len(places) - 1)) - 1
    ends = np.minimum(i + 1, len(places) - 1)
    x0, x1, f0, f1 = (getitem(v, index=(index,)) for v in (xp, fp) for index in (i, ends))
    y = f0 + (f1 - f0) / where(x1 == x0, 1.0, x1 - x0) * (x - x0)
    y = where(x < getitem(xp, index=0), getitem(fp, index=0) if left is None else left, y)
    return where(x > getitem(xp, index=-1), getitem(fp, index=-1) if right is None else right, y)
