"""Joining and splitting arrays."""
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from ..core.domain import AnyShape, Axis, Sections
from ..core.dtypes import HALF, SINGLE, joint_dtype
from ..core.keywords import with_numpys_keywords
from ..core.primitive import LINEAR, NUMPY, primitive
from ..core.values import is_protocol_array
from .indexing import getitem
from .shape import astype, ravel


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


NUMPY.update({np.concatenate: concatenate, np.stack: stack, np.array_split: array_split, np.hsplit: hsplit,
              np.vsplit: vsplit})
