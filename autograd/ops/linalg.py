"""Matrix products."""
import numpy as np

from ..domain import Real
from ..primitive import MULTILINEAR, primitive
from .shape import expand_dims, squeeze, swapaxes


def _left(g, x, w):
    """Cotangent of x in x @ w, before broadcast batch axes are summed."""
    if np.ndim(w) == 1:
        return g * w if np.ndim(x) == 1 else expand_dims(g, -1) * w
    if np.ndim(x) == 1:
        return squeeze(matmul(expand_dims(g, -2), swapaxes(w, -1, -2)), -2)
    return matmul(g, swapaxes(w, -1, -2))


def _right(g, x, w):
    """Cotangent of w in x @ w, before broadcast batch axes are summed."""
    if np.ndim(x) == 1:
        return g * x if np.ndim(w) == 1 else expand_dims(x, -1) * expand_dims(g, -2)
    if np.ndim(w) == 1:
        return squeeze(matmul(swapaxes(x, -1, -2), expand_dims(g, -1)), -1)
    return weight_cotangent(g, x, w)


def weight_cotangent(g, x, w):
    """xᵀ g; with batched x against one matrix w, all batches in a single product instead of a sum of products."""
    if np.ndim(w) == 2 < np.ndim(x):
        x, g = x.reshape((-1, np.shape(x)[-1])), g.reshape((-1, np.shape(g)[-1]))
    return matmul(swapaxes(x, -1, -2), g)


@primitive(vjp=(lambda g, y, x, w: _left(g, x, w), lambda g, y, x, w: _right(g, x, w)), jvp=MULTILINEAR,
           domain=(Real(), Real()), shapes="(m?,k),(k,n?)->(m?,n?)", label="@", latex=r"%s\,%s", numpy=np.matmul)
def matmul(x, w):
    """Matrix product over the last two axes; 1-D inputs are vectors, leading axes broadcast."""
    return np.matmul(x, w)
