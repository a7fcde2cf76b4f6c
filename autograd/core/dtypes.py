"""Precision: float16 is computed in float32 where it would overflow, and numbers that are metadata widen nothing."""
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np
from numpy import ndarray

PYTHON = frozenset({int, float, bool, type(None), str, tuple})
HALF, SINGLE = np.dtype(np.float16), np.dtype(np.float32)


def wide(x: Any) -> Any:
    """x, but float16 as float32: float16 ends at 65 504, and a sum of ones in it stops growing at 2048."""
    return x.astype(SINGLE) if getattr(x, "dtype", None) is HALF else x


def narrow(y: Any, x: Any) -> Any:
    """A result y of `wide(x)` in x's own precision."""
    return y.astype(HALF) if getattr(x, "dtype", None) is HALF else y


def float16_in_float32(kernel: Callable) -> Callable:
    """A kernel that computes float16 in float32 and rounds once, at the end; x, its first input, decides."""
    @wraps(kernel)
    def rounded_once(x, *args, **params):
        if getattr(x, "dtype", None) is not HALF:
            return kernel(x, *args, **params)
        with np.errstate(over="ignore"):                # what float16 cannot hold is inf
            y = kernel(x.astype(SINGLE), *args, **params)
            return tuple([part.astype(HALF) for part in y]) if y.__class__ is tuple else y.astype(HALF)
    return rounded_once


def python_number(x: Any) -> Any:
    """A NumPy scalar or 0-d array of numbers as the Python number it holds, anything else as it is: np.float64(2) makes
    float64 of a float32 array, 2.0 does not."""
    if x.__class__ not in PYTHON and isinstance(x, np.generic | ndarray) and not x.ndim:
        return float(x) if x.dtype.kind == "f" else x.item() if x.dtype.kind in "iub" else x
    return x


def joint_dtype(xs: Sequence) -> np.dtype | None:
    """The floating dtype of arrays and Python numbers in one array, where numbers widen nothing; else None."""
    dtype = np.result_type(*[x.dtype if hasattr(x, "dtype") else x for x in xs]) if xs else None
    return dtype if dtype and dtype.kind == "f" else None


def dtype_of(dtype: Any) -> np.dtype:
    """What NumPy understands as a dtype. TypeError for the rest."""
    try:
        return np.dtype(dtype)
    except TypeError:
        raise TypeError(f"{dtype!r} is no dtype that NumPy knows: write float, np.float32 or 'float32'") from None


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


def is_array(x: Any) -> bool:
    """Whether x is an array, NumPy's scalars and anything with its protocols included."""
    return isinstance(x, ndarray | np.generic) or hasattr(x, "__array_function__")


def holds_numbers(x: Any) -> bool:
    """Whether x is a number or an array of numbers, complex ones included."""
    if isinstance(dtype := getattr(x, "dtype", None), np.dtype):
        return dtype.kind in "fiubc"
    return isinstance(x, int | float | complex) or dtype is not None
