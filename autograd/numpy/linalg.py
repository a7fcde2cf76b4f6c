"""`numpy.linalg`'s names for our differentiable functions."""
from numpy.linalg import LinAlgError

from ..ops.fitting import lstsq
from ..ops.linalg.decompositions import cholesky, eigh, eigvalsh, pinv, qr, svd, svdvals
from ..ops.linalg.norms import cond, matrix_norm, norm, vector_norm
from ..ops.linalg.solving import det, inv, matrix_power, multi_dot, slogdet, solve, tensorinv, tensorsolve

__all__ = [
    "LinAlgError", "cholesky", "cond", "det", "eigh", "eigvalsh", "inv", "lstsq", "matrix_norm", "matrix_power",
    "multi_dot", "norm", "pinv", "qr", "slogdet", "solve", "svd", "svdvals", "tensorinv", "tensorsolve", "vector_norm",
]
