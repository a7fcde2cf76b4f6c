"""Values: arrays, NumPy's scalars and Python's numbers, what is which, and one as the other.

A Node holds an array of at least one axis, a Python float, int or bool for 0-d data of the default dtypes, or a NumPy
scalar for other 0-d data. An array is NumPy's, or a *protocol array* of another library: one that speaks NumPy's
protocols (`__array_ufunc__` and `__array_function__`). NumPy's functions and Python's operators compute with it where
it is, CuPy's on a device, Dask's in pieces. Kernels, rules, losses and optimisers use these alone, besides `shape`,
`dtype`, `ndim`, `size`, `T`, `reshape`, `astype` and indexing: they neither ask for a value nor bring in arrays of
NumPy's memory. `to_host` and `beside` are the two doors between them and NumPy's memory.
"""
from functools import singledispatch
from typing import Any

import numpy as np
from numpy import ndarray

from .dtypes import dtype_of


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
    return as_array(x) if isinstance(x, list | tuple) else np.asarray(x)


def beside(x: Any, array: Any) -> Any:
    """The way in: an array of NumPy's, put where the values of an array or Tensor are; as it is if they are NumPy's."""
    array = getattr(array, "_value", array)
    return x if not is_protocol_array(array) or is_protocol_array(x) else np.asarray(x, like=array)


NUMBERS = {float: np.float64, int: np.int64, bool: np.bool_}
"""What NumPy calls Python's numbers."""


DTYPES = {kind: np.dtype(kind) for kind in (float, int, bool)}


PYTHON = frozenset({int, float, bool, type(None), str, tuple})


_NUMPYS_OWN: frozenset[Any] = frozenset(NUMBERS.values())


_IMMUTABLE = (float, int, np.generic, tuple)


NUMPY_2 = np.lib.NumpyVersion(np.__version__) >= "2.0.0"


def shape_and_dtype(value) -> tuple[tuple[int, ...], np.dtype]:
    """(shape, dtype) of anything a Node may hold."""
    if value.__class__ in DTYPES:
        return (), DTYPES[value.__class__]
    if value.__class__ is tuple:                        # of several outputs
        return (len(value),), np.dtype(object)
    try:
        return value.shape, value.dtype
    except AttributeError:
        value = np.asarray(value)
        return value.shape, value.dtype


def cast(c: Any, dtype: np.dtype) -> Any:
    """c in the given dtype, 0-d values of the default dtypes as Python numbers."""
    if hasattr(c, "astype") and (c.ndim or not isinstance(c, ndarray | np.generic)):    # no 0-d array of NumPy's
        return c if c.dtype == dtype else c.astype(dtype)
    return float(c) if dtype == np.float64 else dtype.type(c)


_vdot = np.vdot


def has_nan(value) -> bool:
    """Whether there is a nan in value: one pass, no temporary. Other libraries' arrays are not asked: there may be."""
    if value.__class__ is ndarray:
        value = _vdot(value, value)
    elif is_protocol_array(value):
        return True
    return value != value


def as_real_array(data, dtype=None, *, copy: bool = False):
    """Data as an array (or anything with NumPy's protocols) of real numbers; TypeError for other data."""
    if hasattr(data, "_value"):
        data = data._value
    if data.__class__ is not ndarray and is_protocol_array(data):
        array = data.astype(data.dtype if dtype is None else dtype_of(dtype)) if copy or dtype is not None else data
    else:
        if isinstance(data, list | tuple) and _holds_nodes(data):
            raise TypeError("a sequence of Tensors cannot become the data of a Tensor without leaving the graph; "
                            "use stack(...) or concatenate(...)")
        if hasattr(data, "filled"):
            raise TypeError("a masked array would lose its mask: take data.filled(value), or where(mask, x, value)")
        if dtype is not None:                           # which would make nan of None and 3 of "3"
            dtype, data = dtype_of(dtype), real_numbers(as_array(data), data)
        array = as_array(data, dtype, copy)
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
    return real_numbers(array, data)


def _holds_nodes(data) -> bool:
    return any(hasattr(x, "_value") or (isinstance(x, list | tuple) and _holds_nodes(x)) for x in data)


def as_array(data: Any, dtype: Any = None, copy: bool = False) -> ndarray:
    """Data as an array of whatever dtype. ValueError for a ragged sequence, TypeError for an array on a device."""
    if data.__class__ is not ndarray and hasattr(data, "__dlpack__") and not isinstance(data, ndarray | np.generic):
        raise TypeError(f"a {type(data).__module__}.{type(data).__name__} is an array without NumPy's protocols "
                        "(__array_ufunc__ and __array_function__), so ops cannot run on it: pass its values, "
                        "np.asarray(x)")
    try:
        return np.array(data, dtype) if copy else np.asarray(data, dtype)
    except ValueError:
        raise ValueError("a ragged sequence, whose rows have different lengths or shapes, is no array of numbers: pad "
                         "or cut them to one length") from None


def real_numbers(array: Any, data: Any, kinds: str = "fiub") -> Any:
    """An array of numbers itself; TypeError, showing the data that it was made of, for others."""
    if array.dtype.kind not in kinds:
        given = "" if isinstance(data, ndarray) else f", got {repr(data)[:60]}"
        raise TypeError(f"data of dtype {array.dtype} is not supported: a Tensor holds real numbers, integers or "
                        f"booleans{given}")
    return array


def to_stored(value: Any) -> Any:
    """A value as a Node holds it: 0-d data of the default dtypes becomes a Python number."""
    if value.__class__ is ndarray:
        if value.ndim:
            return value
        return to_stored(value[()])
    if value.__class__ is tuple:                        # of an op with several outputs
        return tuple(map(to_stored, value))
    return value.item() if value.__class__ in _NUMPYS_OWN else value


def narrowed(value, inputs: list, params: dict):
    """NumPy 1 lets a Python float widen a float32 scalar to float64; here, as in NumPy 2, it does not."""
    if value.__class__ is tuple:
        return tuple([narrowed(part, inputs, params) for part in value])
    strong = [x.dtype for x in inputs if hasattr(x, "dtype")]
    if value.__class__ is float and strong and "dtype" not in params:
        dtype = np.result_type(*strong)
        return dtype.type(value) if dtype.kind == "f" and dtype != np.float64 else value
    return value


def is_mutable(value) -> bool:
    """Whether somebody may change what a Node holds: an array, and neither a number nor a tuple of outputs."""
    return value.__class__ is ndarray or not isinstance(value, _IMMUTABLE)


def python_number(x: Any) -> Any:
    """A NumPy scalar or 0-d array of numbers as the Python number it holds, anything else as it is: np.float64(2) makes
    float64 of a float32 array, 2.0 does not."""
    if x.__class__ not in PYTHON and isinstance(x, np.generic | ndarray) and not x.ndim:
        return float(x) if x.dtype.kind == "f" else x.item() if x.dtype.kind in "iub" else x
    return x


def is_array(x: Any) -> bool:
    """Whether x is an array, NumPy's scalars and anything with its protocols included."""
    return isinstance(x, ndarray | np.generic) or hasattr(x, "__array_function__")


def holds_numbers(x: Any) -> bool:
    """Whether x is a number or an array of numbers, complex ones included."""
    if isinstance(dtype := getattr(x, "dtype", None), np.dtype):
        return dtype.kind in "fiubc"
    return isinstance(x, int | float | complex) or dtype is not None
