"""Shape and order of axes, and `astype`, which changes only the precision."""
import math

import numpy as np

from ..core.constants import outside_graph
from ..core.domain import AnyShape, Choice, Permutation, Shape
from ..core.node import Node
from ..core.primitive import LINEAR, NUMPY, primitive
from ..core.values import is_protocol_array
from ..support.keywords import with_numpys_keywords
from .arithmetic import positive
from .composed import composed
from .reductions import broadcast_to


@primitive(vjp=(lambda g, y, x, shape: reshape(g, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"shape": Shape("same size")}, latex=r"\operatorname{reshape}(%s)", numpy=np.reshape)
def reshape(x, *, shape):
    """The same entries, in C order, in another shape; one length may be -1."""
    if shape is None:
        raise TypeError("a shape is needed")
    return np.reshape(x, shape)


def _inverse_axes(axes):
    return None if axes is None else tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


@primitive(vjp=(lambda g, y, x, axes: transpose(g, axes=_inverse_axes(axes)),), jvp=LINEAR, shapes=AnyShape(),
           params={"axes": Permutation()}, label="T", latex="{%s}^{T}", numpy=np.transpose)
def transpose(x, *, axes=None):
    """Axes in another order, by default reversed. A view: nothing is copied."""
    return np.transpose(x, axes)


@primitive(vjp=(lambda g, y, x, dtype: g,), jvp=LINEAR, shapes=AnyShape(), params={"dtype": Choice((np.dtype(float),))})
def astype(x, *, dtype):
    """The values in another floating dtype. The gradient comes back in x's own."""
    return x.astype(dtype) if is_protocol_array(x) else np.array(x, dtype)


def swapaxes(a, axis1: int, axis2: int):
    """a with two axes exchanged."""
    return transpose(a, axes=_shape_from_numpy(np.swapaxes, a, range(np.ndim(a)), axis1, axis2))


def moveaxis(a, source, destination):
    """a with axes moved to new places, the others staying in order."""
    return transpose(a, axes=_shape_from_numpy(np.moveaxis, a, range(np.ndim(a)), source, destination))


def matrix_transpose(x):
    """Matrices with rows and columns exchanged: the last two axes."""
    return x.T if x.ndim == 2 else np.swapaxes(x, -1, -2)


def expand_dims(a, axis):
    """a with new axes of length 1."""
    return reshape(a, shape=_shape_from_numpy(np.expand_dims, a, np.shape(a), axis))


def squeeze(a, axis=None):
    """a without its axes of length 1, or without the given ones."""
    return reshape(a, shape=_shape_from_numpy(np.squeeze, a, np.shape(a), axis))


def _shape_from_numpy(function, a, lengths, *args) -> tuple[int, ...]:
    """The shape that NumPy's function gives after it orders, adds or removes axes."""
    try:
        return function(np.broadcast_to(0, tuple(lengths)), *args).shape
    except (ValueError, IndexError, TypeError, OverflowError) as error:
        kind = ValueError if isinstance(error, OverflowError) else type(error)
        raise kind(f"{function.__name__} cannot take shape {np.shape(a)} with {', '.join(map(repr, args))} "
                   f"({error}). Name axes that it has") from None


def ravel(a, order="C"):
    """a as a vector: rows first, or with order "F" columns first."""
    return reshape(a, shape=(-1,)) if order == "C" else NUMPY[np.reshape](a, (-1,), order)


def size(a, axis=None):
    """How many entries a has, in all or along an axis or axes."""
    return a.size if axis is None else np.size(np.broadcast_to(0, a.shape), axis)


def copy(a, order="K", subok=False):
    """a as a value of its own. Gradients flow through, as through +a."""
    return outside_graph(np.copy)(a, order, subok) if a.dtype.kind == "b" else positive(a)


@with_numpys_keywords(np.full_like)
def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None):
    """A number in the shape and dtype of a, or in those given. Gradients flow to a Tensor as number.

    `np.full_like(a, x)` reaches this only where a is a Tensor: NumPy does not ask the number."""
    if not isinstance(fill_value, Node):
        full = outside_graph(np.full_like) if isinstance(a, Node) else np.full_like
        return full(a, fill_value, dtype, order, subok, shape)
    filled = broadcast_to(fill_value, shape=np.shape(a) if shape is None else shape)
    return filled.astype(result_type(a) if dtype is None else dtype)


def copyto(dst, src, casting="same_kind", where=True):
    """np.copyto into an array, as np.full does it, of a Tensor without gradient; TypeError for others."""
    if isinstance(dst, Node):
        dst[...] = src  # type: ignore[index]           # which says that values are immutable
    np.copyto(dst, np.asarray(src), casting, np.asarray(where))


def result_type(*operands):
    """The dtype that an op on these has: 0-d Tensors of the default dtypes count as Python's numbers do."""
    return np.result_type(*(getattr(x, "_value", x) for x in operands))


def as_dtype(x, dtype, /, *, copy=True):
    """`x.astype(dtype)`."""
    return x.astype(dtype, copy=copy)


def rollaxis(a, axis, start=0):
    """a with one axis moved before another one."""
    return transpose(a, axes=_shape_from_numpy(np.rollaxis, a, range(np.ndim(a)), axis, start))


def _at_least(function):
    """The function that adds axes of length 1 as NumPy's does."""
    @composed(function)
    def at_least(*arys):
        found = tuple([reshape(a, shape=function(np.broadcast_to(0, np.shape(a))).shape) for a in arys])
        return found[0] if len(arys) == 1 else found
    at_least.__name__ = at_least.__qualname__ = function.__name__
    at_least.__doc__ = f"Arrays as `np.{function.__name__}` makes them."
    return at_least


atleast_1d, atleast_2d, atleast_3d = map(_at_least, (np.atleast_1d, np.atleast_2d, np.atleast_3d))


@composed(np.broadcast_arrays)
def broadcast_arrays(*args):
    """Arrays repeated to their common shape."""
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple([broadcast_to(a, shape=shape) for a in args])


@composed(np.meshgrid)
def meshgrid(*xi, sparse=False, indexing="xy", copy=True):
    """Coordinates of a grid: vectors of lengths n, m, ... give arrays (m, n, ...), or (n, m, ...) with "ij"."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}")
    places = list(range(len(xi)))
    places[:2] = reversed(places[:2]) if indexing == "xy" else places[:2]
    grids = [reshape(x, shape=[-1 if i == place else 1 for i in range(len(xi))])
             for x, place in zip(xi, places, strict=True)]
    return tuple(grids) if sparse or not grids else broadcast_arrays(*grids)


def normalized_axes(axis, ndim: int) -> tuple[int, ...]:
    """Axes as integers of [0, ndim); None stands for all."""
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if not all(-ndim <= a < ndim for a in axes):
        raise np.exceptions.AxisError(f"axis {axis} is out of bounds for an array of {ndim} axes")
    return tuple([int(a) % ndim for a in axes])


def merge_axes(x, axis):
    """x with the given axes moved to the end and merged into one."""
    axes = normalized_axes(axis, np.ndim(x))
    others = tuple([i for i in range(np.ndim(x)) if i not in axes])
    shape = [np.shape(x)[i] for i in others]
    return reshape(transpose(x, axes=others + axes), shape=(*shape, math.prod([np.shape(x)[i] for i in axes])))


def split_axes(x, shape, axis):
    """The inverse of `merge_axes`: an array of the given shape."""
    axes = normalized_axes(axis, len(shape))
    order = tuple([i for i in range(len(shape)) if i not in axes]) + axes
    return transpose(reshape(x, shape=[shape[i] for i in order]), axes=_inverse_axes(order))


if hasattr(np, "astype"):                               # since NumPy 2.1
    NUMPY[np.astype] = with_numpys_keywords(np.astype)(as_dtype)
NUMPY.update({np.copy: copy, np.copyto: copyto, np.full_like: full_like, np.result_type: result_type,
              np.shape: lambda a: a.shape, np.ndim: lambda a: a.ndim, np.size: size,
              np.swapaxes: swapaxes, np.moveaxis: moveaxis, np.expand_dims: expand_dims, np.squeeze: squeeze,
              np.ravel: ravel, np.rollaxis: rollaxis})
if hasattr(np, "matrix_transpose"):                     # since NumPy 2
    NUMPY.update(dict.fromkeys((np.matrix_transpose, np.linalg.matrix_transpose), matrix_transpose))
