"""Norms of vectors and matrices, and the condition number."""
import numpy as np

from ...core.domain import AnyShape, Real
from ...core.dtypes import float16_in_float32, wide
from ...core.primitive import primitive
from ..arithmetic import power, sign
from ..comparison import equal, where
from ..composed import composed
from ..reductions import REDUCES, keep, max, min, sum
from ..shape import expand_dims, merge_axes, moveaxis, normalized_axes, reshape, squeeze
from .decompositions import svd
from .solving import inv


def _direction(y, x, axis):
    """x / norm(x), the derivative of the norm; 0 where the norm is 0."""
    y = keep(y, x, axis)
    return x / where(equal(y, 0), 1.0, y)


@primitive(vjp=(lambda g, y, x, axis, keepdims: keep(wide(g), x, axis) * _direction(wide(y), wide(x), axis),),
           jvp=(lambda t, y, x, axis, keepdims:
                sum(t * _direction(wide(y), wide(x), axis), axis=axis, keepdims=keepdims),),
           domain=(Real(0.3, 3),), shapes=AnyShape(min_side=1), params=REDUCES, latex=r"\left\|%s\right\|")
@float16_in_float32
def euclidean_norm(x, *, axis=None, keepdims=False):
    """√Σ x² over axes, without overflow. The derivative at 0 is 0."""
    top = np.max(np.abs(x), axis=axis, keepdims=True, initial=0)
    top = np.where((top == 0) | (top == np.inf), 1, top).astype(top.dtype)
    total = np.sqrt(np.sum(np.square(x / top), axis=axis, keepdims=True)) * top
    return total if keepdims else total.reshape(np.sum(x, axis=axis).shape)


def _vector_norm(x, order, axis, keepdims):
    reduced = {"axis": axis, "keepdims": keepdims}
    if order is None or order == 2:
        return euclidean_norm(x, **reduced)
    if order in (np.inf, -np.inf):
        return (max if order > 0 else min)(abs(x), **reduced)
    if order == 0:
        return sum(sign(abs(x)), **reduced)
    if order == 1:
        return sum(abs(x), **reduced)
    top = np.max(abs(getattr(x, "_value", x)), axis=axis, keepdims=True)
    nonzero = where(top > 0, abs(x) / np.where(top > 0, top, 1), 1.0)       # powers overflow or vanish before
    total = sum(power(nonzero, order), axis=axis, keepdims=True)
    y = where(top > 0, power(total, 1 / order) * top, 0.0)
    return y if keepdims else reshape(y, shape=np.sum(top * 0 + getattr(x, "_value", x), axis=axis).shape)


def _matrix_norm(x, order, axes, keepdims):
    rows, columns = axes
    if order in (None, "fro"):
        return euclidean_norm(x, axis=axes, keepdims=keepdims)
    if order in (1, -1, np.inf, -np.inf):
        first, second = (rows, columns) if abs(order) == 1 else (columns, rows)
        y = (max if order > 0 else min)(sum(abs(x), axis=first, keepdims=True), axis=second, keepdims=True)
    elif order in (2, -2, "nuc"):
        s = svd(moveaxis(x, axes, (-2, -1)), compute_uv=False)
        y = {2: max, -2: min, "nuc": sum}[order](s, axis=-1)
        y = expand_dims(y, tuple(sorted(a % np.ndim(x) for a in axes)))
    else:
        raise ValueError(f"the order of a matrix norm must be 'fro', 'nuc', ±1, ±2 or ±inf, got {order!r}")
    return y if keepdims else squeeze(y, axes)


@composed(np.linalg.norm)
def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of vectors along an axis, of matrices in two, or by default of all entries, of every order of NumPy's.

    The derivative at 0 is 0; ties of a maximum share it evenly.
    """
    ndim = np.ndim(x)
    if axis is None and (ord is None or (ord == 2 and ndim == 1) or (ord in ("fro", "f") and ndim == 2)):
        return euclidean_norm(x, keepdims=keepdims)
    axes = normalized_axes(axis, ndim)
    if len(axes) not in (1, 2) or (len(axes) == 1 and isinstance(ord, str)):
        raise ValueError(f"norm of order {ord!r} over axes {axes} of an array of {ndim} axes: give one axis for "
                         "vectors, a tuple of two for matrices")
    return _vector_norm(x, ord, axes[0], keepdims) if len(axes) == 1 else _matrix_norm(x, ord, axes, keepdims)


@composed(np.linalg.cond)
def cond(x, p=None):
    """The condition number of matrices in a norm of order p, by default 2."""
    if p in (None, 2, -2):
        s = svd(x, compute_uv=False)
        return s[..., 0] / s[..., -1] if p != -2 else s[..., -1] / s[..., 0]
    return norm(x, p, (-2, -1)) * norm(inv(x), p, (-2, -1))


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """The norm of vectors along axes, by default of all entries."""
    kept = tuple([1 if i in normalized_axes(axis, np.ndim(x)) else n for i, n in enumerate(np.shape(x))])
    y = norm(merge_axes(x, axis), ord, -1)
    return reshape(y, shape=kept) if keepdims else y


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """The norm of matrices in the last two axes."""
    return norm(x, ord, (-2, -1), keepdims)


if hasattr(np.linalg, "vector_norm"):                   # since NumPy 2
    vector_norm = composed(np.linalg.vector_norm)(vector_norm)
    matrix_norm = composed(np.linalg.matrix_norm)(matrix_norm)
