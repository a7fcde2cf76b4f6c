"""Glass: an array that can be computed with and not looked into, as one on a device or in a compiler's hands.

It speaks NumPy's protocols and Python's operators, and knows its shape and dtype. Whoever asks for a value, branches on
one, or brings in an array of NumPy's memory gets a Leak. Python numbers and 0-d constants are welcome as operands.
"""
import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.core.values import to_host

METADATA = {np.shape, np.ndim, np.size}
INTO_GLASS = {np.asarray, np.arange}
"""What makes glass of metadata or of NumPy's arrays when it is called with like=glass."""


class Leak(AssertionError):
    """A value of Glass was asked for, or an array of NumPy's memory met it."""


def inside(x):
    """What Glass holds, for the eyes of a test; of a Tensor, a tuple or list likewise."""
    x = getattr(x, "_value", x)
    if isinstance(x, tuple | list):
        return type(x)(map(inside, x))
    return x._array if isinstance(x, Glass) else x


def glass(x):
    """Arrays as Glass, in tuples and lists too; anything else as it is."""
    if isinstance(x, tuple | list):
        return type(x)(map(glass, x))
    return Glass(x) if isinstance(x, np.ndarray | np.generic) else x


class Glass(NDArrayOperatorsMixin):
    """Operators in place write into it, as CuPy's do."""

    def __init__(self, array):
        self._array = np.array(array)

    shape = property(lambda self: self._array.shape)
    dtype = property(lambda self: self._array.dtype)
    ndim = property(lambda self: self._array.ndim)
    size = property(lambda self: self._array.size)
    T = property(lambda self: self._wrapped(self._array.T))

    def reshape(self, *shape):
        return self._wrapped(self._array.reshape(*shape))

    def transpose(self, *axes):
        return self._wrapped(self._array.transpose(*axes))

    def astype(self, dtype, copy=True):
        return self._wrapped(self._array.astype(dtype, copy=copy))

    def __getitem__(self, index):
        return self._wrapped(self._array[self._opened(index)])

    def __setitem__(self, index, value):
        self._array[self._opened(index)] = self._opened(value)

    ways: tuple[str, ...] = ("__call__", "at")
    """The methods of ufuncs that it takes. Dask's arrays take no other than a call, nor do CuPy's."""

    def __array_ufunc__(self, ufunc, way, *inputs, **params):
        if way not in self.ways or any(hasattr(x, "__carry__") for x in inputs):
            return NotImplemented
        return self._wrapped(getattr(ufunc, way)(*self._opened(inputs), **self._opened(params)))

    def __array_function__(self, function, types, args, params):
        if not all(issubclass(t, Glass) for t in types):
            return NotImplemented
        if function not in INTO_GLASS:
            args, params = self._opened(args), self._opened(params)
        y = function(*args, **params)
        return y if function in METADATA else self._wrapped(y)

    @classmethod
    def _opened(cls, x):
        """Arguments with what Glass holds."""
        if isinstance(x, tuple | list):
            return type(x)(map(cls._opened, x))
        if isinstance(x, dict):
            return {key: cls._opened(v) for key, v in x.items()}
        if isinstance(x, np.ndarray) and x.ndim:
            raise Leak(f"an array of NumPy's memory, of shape {x.shape}, meets Glass")
        return x._array if isinstance(x, Glass) else x

    @classmethod
    def _wrapped(cls, y):
        """Results, none of which tells a value."""
        if isinstance(y, tuple | list):
            return tuple(map(cls._wrapped, y))
        if isinstance(y, np.ndarray | np.generic):
            made = cls.__new__(cls)
            made._array = np.asarray(y)
            return made
        if isinstance(y, bool | float):
            raise Leak("a NumPy function turns a value of Glass into a Python number")
        return y

    def __repr__(self):
        return f"{type(self).__name__}({self.dtype}, {self.shape})"


def _leak(name):
    def refuse(self, *args, **params):
        raise Leak(f"{name} asks for the values of {self!r}")
    return refuse


for _name in ("__array__", "__float__", "__int__", "__index__", "__bool__", "__len__", "__iter__", "__contains__",
              "item", "tolist"):
    setattr(Glass, _name, _leak(_name))
to_host.register(Glass)(inside)


class FixedGlass(Glass):
    """Glass that cannot be written to: x += y makes another one, as of Dask's arrays and a compiler's symbols."""
    __setitem__ = _leak("a write into memory")
    ways = ("__call__",)


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(FixedGlass, f"__i{_name}__", getattr(Glass, f"__{_name}__"))
