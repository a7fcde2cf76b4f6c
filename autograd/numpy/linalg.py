"""`numpy.linalg`'s names for our differentiable functions."""
from numpy.linalg import LinAlgError

from ..ops.linalg import inv, qr, slogdet

__all__ = ["LinAlgError", "inv", "qr", "slogdet"]
