"""Matrix products."""
import math

import numpy as np
from numpy import ndarray

from ..keywords import with_numpys_keywords
from ..primitive import MULTILINEAR, NUMPY, primitive
from .elementwise import multiply
from .shape import expand_dims, squeeze


def product(x, w):
    """x @ w of arrays; of two matrices by the method `dot`, which reaches BLAS sooner than a ufunc does."""
    matrices = x.__class__ is w.__class__ is ndarray and x.ndim == 2 == w.ndim
    return x.dot(w) if matrices else np.matmul(x, w)


def rows(x):
    """x (..., k) as a matrix (n, k)."""
    return x.reshape((math.prod(x.shape[:-1]), x.shape[-1]))            # not -1, which is ambiguous if k is 0


def left_cotangent(g, y, x, w, b=None):
    """Cotangent of x in y = x @ w (+ b), before broadcast batch axes are summed: g wᵀ."""
    if x.ndim == 2 == w.ndim:
        return g.dot(w.T)
    if w.ndim == 1:
        return expand_dims(g, -1) * w
    if x.ndim == 1:
        return squeeze(expand_dims(g, -2) @ w.swapaxes(-1, -2), -2)
    return g @ w.swapaxes(-1, -2)


def right_cotangent(g, y, x, w, b=None):
    """Cotangent of w in y = x @ w (+ b), before broadcast batch axes are summed: xᵀ g."""
    if x.ndim == 2 == w.ndim:
        return x.T.dot(g)
    if x.ndim == 1:
        return expand_dims(g, -1) * x if w.ndim == 1 else expand_dims(x, -1) * expand_dims(g, -2)
    if w.ndim == 1:
        return squeeze(x.swapaxes(-1, -2) @ expand_dims(g, -1), -1)
    if w.ndim == 2 < x.ndim:                    # all batches in a single product, not a sum of products
        x, g = rows(x), rows(g)
    return x.swapaxes(-1, -2) @ g


@primitive(vjp=(left_cotangent, right_cotangent), jvp=MULTILINEAR, shapes="(m?,k),(k,n?)->(m?,n?)", label="@",
           latex=r"%s\,%s", numpy=np.matmul)
def matmul(x, w):
    """Matrix product over the last two axes; 1-D inputs are vectors, leading axes broadcast."""
    return product(x, w)


@with_numpys_keywords(np.dot)
def dot(a, b):
    """`np.dot` of vectors and matrices, which is `matmul`; 0-d arguments multiply.

    Raises ValueError for b of more than two axes, where NumPy pairs axes as nobody expects: use `matmul`.
    """
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return multiply(a, b)
    if np.ndim(b) > 2:
        raise ValueError(f"dot takes a vector or matrix on the right, got shape {np.shape(b)}; use matmul (a @ b)")
    return matmul(a, b)


NUMPY[np.dot] = dot
