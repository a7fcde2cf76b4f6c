"""Reading by index and its adjoint, adding at an index; diagonals. Every NumPy index: ints, slices, None, ..., arrays,
masks."""
import numpy as np

from ..core.domain import AnyShape, Index, Shape
from ..core.dtypes import narrow, wide
from ..core.primitive import LINEAR, primitive
from ..core.values import asanyarray, is_array, zeros
from .composed import composed
from .reductions import sum
from .shape import moveaxis, ravel


@primitive(vjp=(lambda g, y, x, index: scatter(g, index=index, shape=np.shape(x)),), jvp=LINEAR, shapes=AnyShape(),
           params={"index": Index()}, label="[ ]", latex="%s[\\cdot]")
def getitem(x, *, index):
    """x[index]. Entries that are read several times add up their gradients."""
    return x[index] if isinstance(x, np.ndarray) else asanyarray(x)[index]


@primitive(vjp=(lambda g, y, x, index, shape: getitem(g, index=index),), jvp=LINEAR, shapes=AnyShape(),
           params={"index": Index(), "shape": Shape("indexed")}, label="scatter", latex=r"\operatorname{scatter}(%s)")
def scatter(x, *, index, shape):
    """Zeros of `shape` to which x is added at index, repeated entries adding up: the adjoint of `getitem`."""
    if not _may_repeat(index):
        y = zeros(shape, x)
        y[index] = x
        return y
    y = zeros(shape, wide(x))
    np.add.at(y, index, x)
    return narrow(y, x)


def _may_repeat(index) -> bool:
    """Whether the index may name an entry twice. Numbers, slices, None, ... and masks do not."""
    return not all(p is None or p is ... or isinstance(p, slice | int | np.generic)
                   or (is_array(p) and (p.dtype.kind == "b" or not p.ndim))
                   for p in (index if isinstance(index, tuple) else (index,)))


@composed(np.diagonal)
def diagonal(a, offset=0, axis1=0, axis2=1):
    """The diagonals of the matrices in two axes, `offset` above the main one, along a last axis."""
    if np.ndim(a) < 2:
        raise ValueError(f"diagonal takes an array of at least two axes, got shape {np.shape(a)}")
    x = moveaxis(a, (axis1, axis2), (-2, -1))
    n, m = np.shape(x)[-2:]
    i = np.arange(max(0, min(n + min(offset, 0), m - max(offset, 0))))
    return getitem(x, index=(..., i - min(offset, 0), i + max(offset, 0)))


@composed(np.diag)
def diag(v, k=0):
    """The k-th diagonal of a matrix, or the matrix with a vector on its k-th diagonal and 0 elsewhere."""
    if np.ndim(v) == 2:
        return diagonal(v, k)
    if np.ndim(v) != 1:
        raise ValueError(f"diag takes a vector or a matrix, got shape {np.shape(v)}")
    i, n = np.arange(np.size(v)), np.size(v) + abs(k)
    return scatter(v, index=(i - min(k, 0), i + max(k, 0)), shape=(n, n))


@composed(np.diagflat)
def diagflat(v, k=0):
    """The matrix with all entries of v on its k-th diagonal and 0 elsewhere."""
    return diag(ravel(v), k)


@composed(np.trace)
def trace(a, offset=0, axis1=0, axis2=1, dtype=None):
    """The sums of the diagonals of the matrices in two axes."""
    entries = diagonal(a, offset, axis1, axis2)
    return sum(entries if dtype is None else entries.astype(dtype), axis=-1)


def of_last_axes(function, ours):
    """NumPy's function of the same name in `linalg`, whose matrices are in the last two axes."""
    @composed(function)
    def of_matrices(x, /, *, offset=0):
        return ours(x, offset, -2, -1)
    return of_matrices


if hasattr(np.linalg, "diagonal"):                      # since NumPy 2
    of_last_axes(np.linalg.diagonal, diagonal), of_last_axes(np.linalg.trace, trace)
