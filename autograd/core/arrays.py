"""Arrays of other libraries: which ones ops run on, and the two doors between them and NumPy's memory.

A protocol array speaks NumPy's protocols (`__array_ufunc__` and `__array_function__`): NumPy's functions and Python's
operators compute with it where it is, CuPy's on a device, Dask's in pieces. Kernels, rules, losses and optimisers use
these alone, besides `shape`, `dtype`, `ndim`, `size`, `T`, `reshape`, `astype` and indexing. They neither ask for a
value nor bring in arrays of NumPy's memory.
"""
from functools import singledispatch
from typing import Any

import numpy as np
from numpy import ndarray


def is_protocol_array(x: Any) -> bool:
    """Whether x is another library's array that NumPy's functions work on."""
    return x.__class__ is not ndarray and hasattr(x, "__array_function__") and hasattr(x, "__array_ufunc__") \
        and not isinstance(x, ndarray) and not hasattr(x, "__carry__")


def on_host(x: Any) -> bool:
    """Whether the values of an array, number or Tensor are in NumPy's memory, to be looked at."""
    return not is_protocol_array(getattr(x, "_value", x))


def asanyarray(x: Any) -> Any:
    """x as an array: NumPy's and protocol arrays as they are, numbers and sequences as NumPy makes them."""
    return x if x.__class__ is ndarray or is_protocol_array(x) else np.asarray(x)


def zeros(shape: tuple[int, ...], like: Any) -> Any:
    """Zeros of a shape, of the dtype of an array or number, and where that is."""
    if is_protocol_array(like):
        return np.zeros_like(like, shape=shape)
    return np.zeros(shape, like.dtype if hasattr(like, "dtype") else type(like))


@singledispatch
def to_host(x: Any) -> ndarray:
    """The values of an array, number or Tensor in NumPy's memory: the explicit way out of a device.

    Arrays of NumPy are returned as they are. CuPy's and Dask's are known; register what another library needs:

        to_host.register(TheirArray)(lambda x: x.to_numpy())

    Raises:
        TypeError: an array that gives no values.

    >>> to_host(2.0)
    array(2.)
    """
    for way in ("get", "compute"):                      # CuPy's and Dask's
        if hasattr(x, way) and is_protocol_array(x):
            return np.asarray(getattr(x, way)())
    return np.asarray(x)


def beside(x: Any, array: Any) -> Any:
    """The way in: an array of NumPy's, put where the values of an array or Tensor are; as it is if they are NumPy's."""
    array = getattr(array, "_value", array)
    return x if not is_protocol_array(array) or is_protocol_array(x) else np.asarray(x, like=array)
