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
