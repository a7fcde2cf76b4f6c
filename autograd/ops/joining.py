"""Joining, splitting and repeating arrays, and entries in another order."""
import math
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from ..core.domain import AnyShape, Axis, Sections
from ..core.dtypes import HALF, SINGLE, joint_dtype
from ..core.primitive import LINEAR, NUMPY, primitive
from ..core.values import is_protocol_array
from ..support.keywords import with_numpys_keywords
from .arithmetic import positive
from .composed import composed
from .indexing import getitem, scatter
from .reductions import broadcast_to, mean
from .reductions import max as max_
from .reductions import min as min_
from .shape import (
    astype,
    atleast_2d,
    atleast_3d,
    expand_dims,
    moveaxis,
    normalized_axes,
    ravel,
    reshape,
    swapaxes,
)


@primitive(vjp=lambda i, g, y, *xs, axis: _concatenate_vjp(i, g, xs, axis), jvp=LINEAR, shapes=AnyShape(min_dims=1),
           params={"axis": Axis()}, name="concatenate", latex=r"\operatorname{concat}(%s)")
def _concatenate(*xs, axis=0):
    """Arrays joined along an existing axis."""
    return _join(np.concatenate, xs, axis)


def _join(function, xs, axis):
    """Join arrays in their common floating dtype, which numbers do not widen. Dask's functions take no dtype."""
    return function(xs, axis=axis) if is_protocol_array(xs[0]) else function(xs, axis=axis, dtype=joint_dtype(xs))


def _concatenate_vjp(i, g, xs, axis):
    lengths = [np.shape(x)[axis] for x in xs]
    start = sum(lengths[:i])
    return getitem(g, index=_index_along(axis, np.ndim(g), slice(start, start + lengths[i])))


def _index_along(axis, ndim, entry):
    return (slice(None),) * (axis % ndim) + (entry,)


@primitive(vjp=lambda i, g, y, *xs, axis: getitem(g, index=_index_along(axis, np.ndim(g), i)), jvp=LINEAR,
           shapes=AnyShape(), params={"axis": Axis(extra=1)}, name="stack", latex=r"\operatorname{stack}(%s)")
def _stack(*xs, axis=0):
    """Arrays of one shape joined along a new axis."""
    return _join(np.stack, xs, axis)


def _split_vjp(g, y, x, indices_or_sections, axis):
    """Join the cotangents of the pieces, with zeros for those that did not arrive."""
    return _concatenate(*(np.zeros_like(part) if c is None else c for c, part in zip(g, y, strict=True)), axis=axis)


@primitive(vjp=(_split_vjp,), jvp=LINEAR, shapes=AnyShape(min_dims=1), params={"indices_or_sections": Sections(),
           "axis": Axis()}, outputs=..., latex=r"\operatorname{split}(%s)", numpy=np.split)
def split(x, *, indices_or_sections, axis=0):
    """x cut along an axis into so many equal parts, or before each of a sequence of places. Views: nothing is copied.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> np.split(Tensor([1.0, 2.0, 3.0]), [1])
    (Tensor([1.]), Tensor([2. 3.]))
    """
    if not np.ndim(x) or (np.ndim(indices_or_sections) == 0 and indices_or_sections < 1):
        raise ValueError("an array of at least one axis is cut into at least one part")
    return tuple(np.split(x, indices_or_sections, axis))


@with_numpys_keywords(np.concatenate)
def concatenate(arrays: Sequence, axis: int | None = 0, *, dtype=None):
    """Join arrays along an existing axis, or with None all their entries as vectors. `arrays` is a sequence of arrays,
    Tensors or both.

    >>> from autograd import Tensor, concatenate
    >>> concatenate([Tensor([1.0]), [2.0, 3.0]])
    Tensor([1. 2. 3.])
    """
    arrays = _checked_sequence(arrays, "concatenate")
    joined = _concatenate(*_as_vectors(arrays)) if axis is None else _concatenate(*arrays, axis=axis)
    return joined if dtype is None else joined.astype(dtype)


def _checked_sequence(arrays, name: str) -> list:
    try:
        arrays = list(arrays)
    except TypeError:
        raise TypeError(f"{name} takes a sequence of arrays, got {arrays!r:.60}; write {name}([a, b])") from None
    if not arrays:
        raise ValueError(f"{name} got no arrays: it takes one or more, by which shape and dtype are known")
    return arrays


def _as_vectors(arrays: Sequence) -> list:
    """Flatten each array to a vector; numbers take the dtype of the others."""
    arrays = [ravel(x) if np.ndim(x) else x for x in arrays]
    dtype = joint_dtype([x for x in arrays if np.ndim(x) or getattr(x, "dtype", None) in (HALF, SINGLE)])
    return [x if np.ndim(x) else ravel(astype(x, dtype=dtype) if dtype else x) for x in arrays]


@with_numpys_keywords(np.stack)
def stack(arrays: Sequence, axis: int = 0, *, dtype=None):
    """Join arrays of one shape along a new axis; turns scalars into a vector.

    >>> from autograd import Tensor, stack
    >>> stack([Tensor(1.0), Tensor(2.0)])
    Tensor([1. 2.])
    """
    joined = _stack(*_checked_sequence(arrays, "stack"), axis=axis)
    return joined if dtype is None else joined.astype(dtype)


def array_split(ary, indices_or_sections, axis=0):
    """`split` into parts of nearly equal length: the first ones are longer by one."""
    n = np.ndim(ary)
    if isinstance(indices_or_sections, int | np.integer) and indices_or_sections > 0 and -n <= axis < n:
        small, longer = divmod(np.shape(ary)[axis], indices_or_sections)
        lengths = [small + (i < longer) for i in range(indices_or_sections)]
        indices_or_sections = tuple(accumulate(lengths[:-1]))
    return split(ary, indices_or_sections, axis)


def hsplit(ary, indices_or_sections):
    """`split` along the second axis, of a vector along its only one."""
    return split(ary, indices_or_sections, min(1, max(np.ndim(ary), 1) - 1))


def vsplit(ary, indices_or_sections):
    """`split` along the first axis."""
    return split(ary, indices_or_sections, 0)


def dsplit(ary, indices_or_sections):
    """`split` along the third axis."""
    return split(ary, indices_or_sections, 2)


@composed(np.vstack, *([np.row_stack] if "row_stack" in np.__dict__ else []))
def vstack(tup, *, dtype=None):
    """Join arrays along the first axis; vectors are rows."""
    return concatenate([atleast_2d(x) for x in tup], 0, dtype=dtype)


@composed(np.hstack)
def hstack(tup, *, dtype=None):
    """Join arrays along the second axis, vectors along their only one."""
    flat = all(np.ndim(x) <= 1 for x in tup)
    return concatenate(tup, None if flat else 1, dtype=dtype)


@composed(np.dstack)
def dstack(tup):
    """Join arrays along a third axis."""
    return concatenate([atleast_3d(x) for x in tup], 2)


@composed(np.column_stack)
def column_stack(tup):
    """Join arrays along the second axis; vectors are columns."""
    return concatenate([reshape(x, shape=(-1, 1)) if np.ndim(x) < 2 else x for x in tup], 1)


@composed(np.block)
def block(arrays):
    """Join nested lists of blocks: the innermost lists along the last axis, the next along the one before."""
    depth, ndim = _depth(arrays), max(map(np.ndim, _leaves(arrays)), default=0)
    ndim = max(ndim, depth)

    def join(x, axis):
        if not isinstance(x, list):
            return reshape(x, shape=(1,) * (ndim - np.ndim(x)) + np.shape(x))
        return concatenate([join(part, axis + 1) for part in x], axis)
    return join(arrays, -depth)


def _depth(x) -> int:
    return 1 + max(map(_depth, x), default=0) if isinstance(x, list) else 0


def _leaves(x) -> list:
    return [leaf for part in x for leaf in _leaves(part)] if isinstance(x, list) else [x]


@composed(np.append)
def append(arr, values, axis=None):
    """arr with values behind it along an axis, or with None as vectors."""
    return concatenate([arr, values], axis)


@composed(np.delete)
def delete(arr, obj, axis=None):
    """arr without the entries or slices at obj along an axis, or with None of the vector of all."""
    arr, axis = (ravel(arr), 0) if axis is None else (arr, axis)
    return getitem(arr, index=_index_along(axis, np.ndim(arr), np.delete(np.arange(np.shape(arr)[axis]), obj)))


@composed(np.insert)
def insert(arr, obj, values, axis=None):
    """arr with values before the places obj along an axis, or with None in the vector of all."""
    arr, axis = (ravel(arr), 0) if axis is None else (arr, axis % np.ndim(arr))
    n, ndim = np.shape(arr)[axis], np.ndim(arr)
    obj = np.arange(n)[obj] if isinstance(obj, slice) else np.asarray(obj)
    values = reshape(values, shape=(1,) * (ndim - np.ndim(values)) + np.shape(values))
    if not obj.ndim:
        values = moveaxis(values, 0, axis)
    count = obj.size if obj.size > 1 else values.shape[axis]
    values = broadcast_to(values, shape=(*np.shape(arr)[:axis], count, *np.shape(arr)[axis + 1:]))
    order = np.insert(np.arange(n), obj, np.arange(n, n + count))
    return getitem(concatenate([arr, values], axis), index=_index_along(axis, ndim, order))


@composed(np.flip)
def flip(m, axis=None):
    """m with its entries in reverse order along axes, by default all."""
    axes = normalized_axes(axis, np.ndim(m))
    return getitem(m, index=tuple([slice(None, None, -1 if i in axes else None) for i in range(np.ndim(m))]))


@composed(np.fliplr)
def fliplr(m):
    """m with the second axis reversed."""
    return flip(m, 1)


@composed(np.flipud)
def flipud(m):
    """m with the first axis reversed."""
    return flip(m, 0)


@composed(np.rot90)
def rot90(m, k=1, axes=(0, 1)):
    """m turned k times by 90° in the plane of two axes, from the first towards the second."""
    if k % 4 == 2:
        return flip(m, tuple(axes))
    if k % 4 == 0:
        return positive(m)
    return flip(swapaxes(m, *axes), axes[0]) if k % 4 == 1 else swapaxes(flip(m, axes[0]), *axes)


@composed(np.roll)
def roll(a, shift, axis=None):
    """a with entries moved on by `shift` places along axes, from the end to the start; with None as a vector."""
    if axis is None:
        return reshape(roll(ravel(a), shift, 0), shape=np.shape(a))
    for places, along in np.broadcast(shift, axis):
        cut = np.shape(a)[along] - int(places) % max(1, np.shape(a)[along])
        parts = (slice(cut, None), slice(cut))
        a = concatenate([getitem(a, index=_index_along(int(along), np.ndim(a), part)) for part in parts], int(along))
    return a


@composed(np.tile)
def tile(A, reps):
    """A repeated as a whole, so often along each axis."""
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    ndim = max(np.ndim(A), len(reps))
    shape, reps = (1,) * (ndim - np.ndim(A)) + np.shape(A), (1,) * (ndim - len(reps)) + reps
    x = reshape(A, shape=[n for side in shape for n in (1, side)])
    x = broadcast_to(x, shape=[n for pair in zip(reps, shape, strict=True) for n in pair])
    return reshape(x, shape=[r * n for r, n in zip(reps, shape, strict=True)])


@composed(np.repeat)
def repeat(a, repeats, axis=None):
    """Each entry of a, or slice along an axis, repeated so often in place; with None as a vector."""
    a, axis = (ravel(a), 0) if axis is None else (a, axis % np.ndim(a))
    shape = np.shape(a)
    if np.size(repeats) > 1:
        return getitem(a, index=_index_along(axis, len(shape), np.repeat(np.arange(shape[axis]), repeats)))
    x, times = expand_dims(a, axis + 1), int(np.ravel(repeats)[0])
    return reshape(broadcast_to(x, shape=(*shape[:axis + 1], times, *shape[axis + 1:])),
                   shape=(*shape[:axis], shape[axis] * times, *shape[axis + 1:]))


PADDED_BY_INDEX = ("edge", "reflect", "symmetric", "wrap")
PADDED_BY = {"mean": mean, "maximum": max_, "minimum": min_}


@composed(np.pad)
def pad(array, pad_width, mode="constant", constant_values=0, reflect_type="even"):
    """array with entries around it: constants, entries of its own by `mode`, or its mean, maximum or minimum along each
    axis in turn."""
    widths = np.broadcast_to(pad_width, (np.ndim(array), 2))
    if mode == "constant":
        return _pad_with_constants(array, widths, constant_values)
    if reflect_type != "even" or mode not in (*PADDED_BY_INDEX, *PADDED_BY):
        raise ValueError(f"pad with mode {mode!r} and reflect_type {reflect_type!r} is not available on Tensors: "
                         f"modes are constant, {', '.join((*PADDED_BY_INDEX, *PADDED_BY))}; concatenate does the rest")
    for axis, width in enumerate(widths):
        if mode in PADDED_BY:
            edge = PADDED_BY[mode](array, axis=axis, keepdims=True)
            array = concatenate([repeat(edge, width[0], axis), array, repeat(edge, width[1], axis)], axis)
        else:
            index = np.pad(np.arange(np.shape(array)[axis]), width, mode)
            array = getitem(array, index=_index_along(axis, np.ndim(array), index))
    return array


def _pad_with_constants(x, widths, constants):
    lengths = np.shape(x)
    index = tuple([slice(before, before + n) for (before, _), n in zip(widths.tolist(), lengths, strict=True)])
    padded = scatter(x, index=index, shape=tuple((widths.sum(axis=1) + lengths).tolist()))
    if not np.any(constants):
        return padded
    return padded + np.pad(np.zeros(lengths, padded.dtype), widths, constant_values=constants)


@composed(np.resize)
def resize(a, new_shape):
    """The entries of a, again and again, in a new shape."""
    shape = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    return reshape(getitem(ravel(a), index=np.arange(math.prod(shape)) % max(1, np.size(a))), shape=shape)


if hasattr(np, "unstack"):                              # since NumPy 2.1
    @composed(np.unstack)
    def unstack(x, /, *, axis=0):
        """The slices of x along an axis, as a tuple."""
        return tuple([getitem(x, index=_index_along(axis, np.ndim(x), i)) for i in range(np.shape(x)[axis])])


NUMPY.update({np.dsplit: dsplit, np.concatenate: concatenate, np.stack: stack, np.array_split: array_split,
              np.hsplit: hsplit, np.vsplit: vsplit})


@composed(np.apply_along_axis)
def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """func1d of every vector of arr along an axis; its results stand there in their place."""
    axis = normalized_axes(axis, np.ndim(arr))[0]
    x = moveaxis(arr, axis, -1)
    lead = np.shape(x)[:-1]
    if 0 in lead:
        raise ValueError(f"apply_along_axis needs at least one vector along axis {axis}, got shape {np.shape(arr)}")
    found = stack([func1d(x[i], *args, **kwargs) for i in np.ndindex(lead)])
    own = np.ndim(found) - 1
    y = reshape(found, shape=(*lead, *np.shape(found)[1:]))
    return moveaxis(y, [len(lead) + i for i in range(own)], [axis + i for i in range(own)]) if own else y
