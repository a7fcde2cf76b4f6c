"""Reading by index and its adjoint, adding at an index. Every NumPy index: ints, slices, None, ..., arrays, masks."""
import numpy as np

from ..core.domain import AnyShape, Index, Shape
from ..core.dtypes import narrow, wide
from ..core.primitive import LINEAR, primitive
from ..core.values import asanyarray, is_array, zeros


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
