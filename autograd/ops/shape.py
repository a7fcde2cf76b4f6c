"""Ops that move entries without changing them, and `astype`, which changes only their precision."""
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from ..core.constants import outside_graph
from ..core.domain import AnyShape, Axis, Choice, Permutation, Sections, Shape
from ..core.dtypes import HALF, SINGLE, joint_dtype
from ..core.keywords import with_numpys_keywords
from ..core.node import Node
from ..core.primitive import LINEAR, NUMPY, primitive
from ..core.values import is_protocol_array
from .arithmetic import positive
from .indexing import getitem
from .reductions import broadcast_to


@primitive(vjp=(lambda g, y, x, shape: reshape(g, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"shape": Shape("same size")}, latex=r"\operatorname{reshape}(%s)", numpy=np.reshape)
def reshape(x, *, shape):
    """The same entries, in C order, in another shape; one length may be -1."""
    if shape is None:
        raise TypeError("a shape is needed")
    return np.reshape(x, shape)


def _inverse(axes):
    return None if axes is None else tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


@primitive(vjp=(lambda g, y, x, axes: transpose(g, axes=_inverse(axes)),), jvp=LINEAR, shapes=AnyShape(),
           params={"axes": Permutation()}, label="T", latex="{%s}^{T}", numpy=np.transpose)
def transpose(x, *, axes=None):
    """Axes in another order, by default reversed. A view: nothing is copied."""
    return np.transpose(x, axes)


@primitive(vjp=lambda i, g, y, *xs, axis: _piece(i, g, xs, axis), jvp=LINEAR, shapes=AnyShape(min_dims=1),
           params={"axis": Axis()}, name="concatenate", latex=r"\operatorname{concat}(%s)")
def _concatenate(*xs, axis=0):
    """Arrays joined along an existing axis."""
    return _joined(np.concatenate, xs, axis)


def _joined(function, xs, axis):
    """Arrays joined in their floating dtype, which numbers among them do not widen. Dask's functions take no dtype."""
    return function(xs, axis=axis) if is_protocol_array(xs[0]) else function(xs, axis=axis, dtype=joint_dtype(xs))


def _piece(i, g, xs, axis):
    lengths = [np.shape(x)[axis] for x in xs]
    start = sum(lengths[:i])
    return getitem(g, index=_along(axis, np.ndim(g), slice(start, start + lengths[i])))


def _along(axis, ndim, entry):
    return (slice(None),) * (axis % ndim) + (entry,)


@primitive(vjp=lambda i, g, y, *xs, axis: getitem(g, index=_along(axis, np.ndim(g), i)), jvp=LINEAR, shapes=AnyShape(),
           params={"axis": Axis(extra=1)}, name="stack", latex=r"\operatorname{stack}(%s)")
def _stack(*xs, axis=0):
    """Arrays of one shape joined along a new axis."""
    return _joined(np.stack, xs, axis)


def _rejoined(g, y, x, indices_or_sections, axis):
    """The pieces' cotangents side by side, zeros where none arrived."""
    return _concatenate(*(np.zeros_like(part) if c is None else c for c, part in zip(g, y, strict=True)), axis=axis)


@primitive(vjp=(_rejoined,), jvp=LINEAR, shapes=AnyShape(min_dims=1), params={"indices_or_sections": Sections(),
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


@primitive(vjp=(lambda g, y, x, dtype: g,), jvp=LINEAR, shapes=AnyShape(), params={"dtype": Choice((np.dtype(float),))})
def astype(x, *, dtype):
    """The values in another floating dtype. The gradient comes back in x's own."""
    return x.astype(dtype) if is_protocol_array(x) else np.array(x, dtype)


@with_numpys_keywords(np.concatenate)
def concatenate(arrays: Sequence, axis: int | None = 0, *, dtype=None):
    """Join arrays along an existing axis, or with None all their entries as vectors. `arrays` is a sequence of arrays,
    Tensors or both.

    >>> from autograd import Tensor, concatenate
    >>> concatenate([Tensor([1.0]), [2.0, 3.0]])
    Tensor([1. 2. 3.])
    """
    arrays = _sequence(arrays, "concatenate")
    joined = _concatenate(*_vectors(arrays)) if axis is None else _concatenate(*arrays, axis=axis)
    return joined if dtype is None else joined.astype(dtype)


def _sequence(arrays, name: str) -> list:
    try:
        arrays = list(arrays)
    except TypeError:
        raise TypeError(f"{name} takes a sequence of arrays, got {arrays!r:.60}; write {name}([a, b])") from None
    if not arrays:
        raise ValueError(f"{name} got no arrays: it takes one or more, by which shape and dtype are known")
    return arrays


def _vectors(arrays: Sequence) -> list:
    """Each of the arrays as a vector; numbers among them take the dtype of the others."""
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
    joined = _stack(*_sequence(arrays, "stack"), axis=axis)
    return joined if dtype is None else joined.astype(dtype)


def array_split(ary, indices_or_sections, axis=0):
    """`split` into parts that need not be equal: the first ones are longer by one."""
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


def swapaxes(a, axis1: int, axis2: int):
    """a with two axes exchanged."""
    return transpose(a, axes=_shape_after(np.swapaxes, a, range(np.ndim(a)), axis1, axis2))


def moveaxis(a, source, destination):
    """a with axes moved to new places, the others staying in order."""
    return transpose(a, axes=_shape_after(np.moveaxis, a, range(np.ndim(a)), source, destination))


def expand_dims(a, axis):
    """a with new axes of length 1."""
    return reshape(a, shape=_shape_after(np.expand_dims, a, np.shape(a), axis))


def squeeze(a, axis=None):
    """a without its axes of length 1, or without the given ones."""
    return reshape(a, shape=_shape_after(np.squeeze, a, np.shape(a), axis))


def _shape_after(function, a, lengths, *args) -> tuple[int, ...]:
    """The lengths of the axes after NumPy's function has ordered, added or removed some."""
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


if hasattr(np, "astype"):                               # since NumPy 2.1
    NUMPY[np.astype] = with_numpys_keywords(np.astype)(as_dtype)
NUMPY.update({np.copy: copy, np.copyto: copyto, np.full_like: full_like, np.result_type: result_type,
              np.shape: lambda a: a.shape, np.ndim: lambda a: a.ndim, np.size: size,
              np.concatenate: concatenate, np.stack: stack, np.array_split: array_split, np.hsplit: hsplit,
              np.vsplit: vsplit, np.swapaxes: swapaxes, np.moveaxis: moveaxis,
              np.expand_dims: expand_dims, np.squeeze: squeeze, np.ravel: ravel})
