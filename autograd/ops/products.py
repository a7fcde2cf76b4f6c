"""Matrix products."""
import math

import numpy as np
from numpy import ndarray

from ..core.domain import Choice, Exactly
from ..core.keywords import with_numpys_keywords
from ..core.primitive import MULTILINEAR, NUMPY, primitive
from .arithmetic import multiply
from .shape import expand_dims, matrix_transpose, squeeze, transpose


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
        return g.dot(w.T) if g.__class__ is ndarray else g @ w.T
    if w.ndim == 1:
        return expand_dims(g, -1) * w
    if x.ndim == 1:
        return squeeze(expand_dims(g, -2) @ matrix_transpose(w), -2)
    return g @ matrix_transpose(w)


def right_cotangent(g, y, x, w, b=None):
    """Cotangent of w in y = x @ w (+ b), before broadcast batch axes are summed: xᵀ g."""
    if x.ndim == 2 == w.ndim:
        return x.T.dot(g) if g.__class__ is ndarray else x.T @ g
    if x.ndim == 1:
        return expand_dims(g, -1) * x if w.ndim == 1 else expand_dims(x, -1) * expand_dims(g, -2)
    if w.ndim == 1:
        return squeeze(matrix_transpose(x) @ expand_dims(g, -1), -1)
    if w.ndim == 2 < x.ndim:                    # all batches in a single product, not a sum of products
        x, g = rows(x), rows(g)
    return matrix_transpose(x) @ g


@primitive(vjp=(left_cotangent, right_cotangent), jvp=MULTILINEAR, shapes="(m?,k),(k,n?)->(m?,n?)", label="@",
           latex=r"%s\,%s", numpy=np.matmul)
def matmul(x, w):
    """Matrix product over the last two axes; 1-D inputs are vectors, leading axes broadcast."""
    return product(x, w)


def _other_axes(ndim: int, axes) -> tuple[int, ...]:
    return tuple(i for i in range(ndim) if i not in axes)


def _tensordot_vjp_left(g, y, x, w, axes):
    """Cotangent of x: g with w over the axes that w gave to y, axes put where x has them."""
    a, b = axes
    kept, free = _other_axes(np.ndim(x), a), _other_axes(np.ndim(w), b)
    c = tensordot(g, w, axes=(tuple(range(len(kept), len(kept) + len(free))), free))
    return transpose(c, axes=_inverse_permutation((*kept, *(a[b.index(i)] for i in sorted(b)))))


def _tensordot_vjp_right(g, y, x, w, axes):
    """Cotangent of w: g with x over the axes that x gave to y, axes put where w has them."""
    a, b = axes
    kept, free = _other_axes(np.ndim(w), b), _other_axes(np.ndim(x), a)
    c = tensordot(g, x, axes=(tuple(range(len(free))), free))
    return transpose(c, axes=_inverse_permutation((*kept, *(b[a.index(i)] for i in sorted(a)))))


def _inverse_permutation(order: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that brings axes in this order to their places."""
    return tuple(sorted(range(len(order)), key=order.__getitem__))


@primitive(vjp=(_tensordot_vjp_left, _tensordot_vjp_right), jvp=MULTILINEAR, shapes=Exactly("(a,b,c),(d,c,b)->(a,d)"),
           params={"axes": Choice((((1, 2), (2, 1)), ((2, 1), (1, 2))))}, name="tensordot", latex=r"%s : %s")
def _tensordot(x, w, *, axes):
    """Sum of products over pairs of axes."""
    return np.tensordot(x, w, axes=axes)


@with_numpys_keywords(np.tensordot)
def tensordot(a, b, axes=2):
    """Sum of products over the last `axes` axes of a and the first of b, or over axes[0] of a with axes[1] of b.

    The other axes of a and then those of b are the result's, as in `np.tensordot`.

    >>> import numpy as np
    >>> from autograd.numpy import tensordot
    >>> tensordot(np.ones((2, 3, 4)), np.ones((5, 4, 3)), axes=((1, 2), (2, 1))).shape
    (2, 5)
    """
    n, m = np.ndim(a), np.ndim(b)
    if isinstance(axes, int):
        axes = tuple(range(n - axes, n)), tuple(range(axes))
    try:
        left, right = ((i,) if isinstance(i, int) else tuple(i) for i in axes)
        pairs = tuple(i % n for i in left), tuple(i % m for i in right)
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise ValueError(f"tensordot cannot pair axes {axes!r} of shapes {np.shape(a)} and {np.shape(b)}") from error
    return _tensordot(a, b, axes=pairs)


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


NUMPY.update({np.dot: dot, np.tensordot: tensordot})
