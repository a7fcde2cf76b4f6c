"""`numpy.linalg`'s names for our differentiable functions."""
from numpy.linalg import LinAlgError

from ..ops.decompositions import inv, qr, slogdet

__all__ = ["LinAlgError", "inv", "qr", "slogdet"]
