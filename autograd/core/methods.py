"""The methods of ndarray that a Tensor has by NumPy's functions, and those that it cannot have, with what to write."""
from collections.abc import Callable
from typing import Any

import numpy as np

from .constants import outside_graph
from .conversions import Conversions
from .node import describe
from .operators import Operand, method
from .primitive import NUMPY

IMMUTABLE = "a Tensor's value is immutable"
NO_MEMORY = "a Tensor is a value, not a piece of memory; x.detach().data is a read-only array"
REFUSED_METHODS = {
    "sort": f"{IMMUTABLE}: np.sort(x) gives the sorted entries, np.argsort(x) their places",
    "partition": f"{IMMUTABLE}: np.partition(x, kth) gives the new value",
    "put": f"{IMMUTABLE}: write where(mask, value, x)",
    "fill": f"{IMMUTABLE}: np.full_like(x, value) gives a new one; for a leaf, x.assign(array)",
    "resize": f"{IMMUTABLE}: np.resize(x, shape) repeats the entries, x.reshape(shape) keeps them",
    "view": "for another shape write x.reshape(shape), for another dtype x.astype(dtype)",
    **dict.fromkeys(("byteswap", "getfield", "setfield", "setflags", "tofile", "tobytes", "dump", "dumps"), NO_MEMORY),
}
"""Method of ndarray -> what to write on Tensors."""


def _refused(name: str) -> Callable[..., Any]:
    def call(self, *args, **params):
        raise TypeError(f"{describe(self)}.{name}() is not available: {REFUSED_METHODS[name]}")
    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Not available: {REFUSED_METHODS[name]}."
    return call


class NumpyMethods(Operand, Conversions):
    """What ndarray has as methods, on Tensors."""
    __slots__ = ()

    sum, mean, var, std = method(np.sum), method(np.mean), method(np.var), method(np.std)
    max, min, argmax, argmin = method(np.max), method(np.min), method(np.argmax), method(np.argmin)
    prod, cumsum, cumprod, trace = method(np.prod), method(np.cumsum), method(np.cumprod), method(np.trace)
    clip, squeeze, ravel, diagonal = method(np.clip), method(np.squeeze), method(np.ravel), method(np.diagonal)
    swapaxes, dot, repeat, take = method(np.swapaxes), method(np.dot), method(np.repeat), method(np.take)
    round, copy, choose = method(np.round), method(np.copy), method(np.choose)
    any, all, argsort = outside_graph(np.any), outside_graph(np.all), outside_graph(np.argsort)
    nonzero, searchsorted = outside_graph(np.nonzero), outside_graph(np.searchsorted)
    argpartition = outside_graph(np.argpartition)

    def flatten(self, order: str = "C") -> Any:
        """All entries as a vector, rows first, or columns ("F")."""
        if order.__class__ is not str:
            raise TypeError(f"flatten takes an order, 'C' or 'F', as NumPy's does, got {order!r}: to flatten only some "
                            "axes write x.reshape(len(x), -1) or another shape")
        return NUMPY[np.reshape](self, -1) if order == "C" else NUMPY[np.reshape](self, -1, order=order)

    def compress(self, condition, axis=None) -> Any:
        """The slices along an axis, or the entries of the vector of all, where a vector of booleans is true."""
        return NUMPY[np.compress](condition, self, axis)

    def conjugate(self) -> Any:
        """The value itself: it is real."""
        return self

    conj = conjugate

    @property
    def real(self) -> Any:
        """The value itself."""
        return self

    @property
    def imag(self) -> Any:
        """0, outside the graph: values are real."""
        return outside_graph(np.zeros_like)(self)

    @property
    def mT(self) -> Any:
        """The last two axes swapped: the transposes of a stack of matrices."""
        if self.ndim < 2:
            raise ValueError(f"mT takes an array of at least two axes, got {describe(self)}")
        return NUMPY[np.swapaxes](self, -1, -2)

    @property
    def flat(self) -> Any:
        """An iterator over the entries, each a scalar of the graph."""
        return iter(NUMPY[np.reshape](self, -1))

    @property
    def itemsize(self) -> int:
        """Bytes of one entry."""
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all entries."""
        return self.size * self.dtype.itemsize


for _name in REFUSED_METHODS:
    setattr(NumpyMethods, _name, _refused(_name))
