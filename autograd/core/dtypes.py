"""Precision: float16 is computed in float32 where it would overflow, and numbers that are metadata widen nothing."""
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

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

