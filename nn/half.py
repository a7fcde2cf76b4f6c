"""Layers that compute float16 in float32, where an eps below 6e-8 would vanish and squares above 65504 be infinite."""
import numpy as np

from autograd import Tensor


def widened(x: Tensor) -> Tensor:
    """float16 as float32; others as they are."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def narrowed_like(x: Tensor, y: Tensor) -> Tensor:
    """y in float16 if x is."""
    return y.astype(np.float16) if x.dtype == np.float16 else y
