"""Triangles, inverses, systems of equations, determinants and powers of matrices, over stacks of them."""
import math
from functools import reduce

import numpy as np

from ...core.domain import AnyShape, Choice, Real, Regular
from ...core.dtypes import float16_in_float32
from ...core.primitive import LINEAR, primitive
from ..comparison import equal, where
from ..composed import composed
from ..products import matmul
from ..reductions import sum
from ..shape import expand_dims, moveaxis, ravel, reshape, squeeze
from ..shape import matrix_transpose as _t


@primitive(vjp=(lambda g, y, x, k: tril(g, k=k),), jvp=LINEAR, shapes=AnyShape(min_dims=2),
           params={"k": Choice((0, -1, 1))}, numpy=np.tril)
def tril(x, *, k=0):
    """The lower triangle of matrices: 0 above their k-th diagonal."""
    return np.tril(x, k)


@primitive(vjp=(lambda g, y, x, k: triu(g, k=k),), jvp=LINEAR, shapes=AnyShape(min_dims=2),
           params={"k": Choice((0, -1, 1))}, numpy=np.triu)
def triu(x, *, k=0):
    """The upper triangle of matrices: 0 below their k-th diagonal."""
    return np.triu(x, k)


@primitive(vjp=(lambda g, y, x: -(_t(y) @ g @ _t(y)),), jvp=(lambda t, y, x: -(y @ t @ y),), domain=(Regular(),),
           shapes="(n,n)->(n,n)", latex="{%s}^{-1}", numpy=np.linalg.inv)
@float16_in_float32
def inv(x):
    """The inverse of matrices, x (..., n, n).

    Rule: -y^T g y^T (Giles 2008, "Collected matrix derivative results", 2.2.3). Raises LinAlgError for a singular x.
    """
    return np.linalg.inv(x)


@primitive(vjp=(lambda g, y, x: -(_t(y) @ g @ _t(y)),), jvp=(lambda t, y, x: -(y @ t @ y),), domain=(Regular(),),
           shapes="(n,n)->(n,n)", latex="{%s}^{-1}")
@float16_in_float32
def inverse_or_inf(x):
    """`inv` that gives inf for a singular matrix, for rules of ops that are defined there."""
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        regular, y = np.linalg.slogdet(x)[0] != 0, np.full_like(x, np.inf)
        y[regular] = np.linalg.inv(x[regular])
        return y


def _slogdet_vjp(g, y, x):
    """g x^-T: the sign has no derivative. A cotangent of 0 stays 0 where x is singular."""
    if g[1] is None:
        return x * 0.0
    g, inverse = expand_dims(g[1], (-2, -1)), _t(inverse_or_inf(x))
    return g * where(equal(inverse, np.inf) & equal(g, 0.0), 0.0, inverse)


def _slogdet_jvp(t, y, x):
    return y[0] * 0.0, sum(_t(inverse_or_inf(x)) * t, axis=(-2, -1))


@primitive(vjp=(_slogdet_vjp,), jvp=(_slogdet_jvp,),
           domain=(Regular(),), shapes="(n,n)->(),()", outputs=("sign", "logabsdet"),
           latex=r"\operatorname{slogdet}(%s)", numpy=np.linalg.slogdet)
@float16_in_float32
def slogdet(x):
    """Sign and logarithm of the absolute value of determinants: x (..., n, n) gives two outputs (...).

    Rule: the logarithm's is g x^-T (Giles 2008, "Collected matrix derivative results", 2.2.4), the sign's 0.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> x = Tensor([[2.0, 0.0], [0.0, 4.0]], requires_grad=True)
    >>> sign, log = np.linalg.slogdet(x)
    >>> log.backward()
    >>> x.grad.tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    return tuple(np.linalg.slogdet(x))


@primitive(vjp=(lambda g, y, x, b: -(solve_matrix(_t(x), g) @ _t(y)), lambda g, y, x, b: solve_matrix(_t(x), g)),
           jvp=(lambda t, y, x, b: -solve_matrix(x, t @ y), lambda t, y, x, b: solve_matrix(x, t)),
           domain=(Regular(), Real()), shapes="(n,n),(n,k)->(n,k)", name="solve", latex="{%s}^{-1} %s")
@float16_in_float32
def solve_matrix(x, b):
    """y with x y = b, x (..., n, n) and b (..., n, k)."""
    return np.linalg.solve(x, b.astype(np.float32) if getattr(b, "dtype", None) == np.float16 else b)


@composed(np.linalg.solve)
def solve(a, b):
    """x with a x = b, for a (..., n, n) and b (n) or (..., n, k). LinAlgError for a singular a.

    Rule: g_b = a^-T g, g_a = -g_b x^T (Giles 2008, "Collected matrix derivative results", 2.3.1).
    """
    return squeeze(solve_matrix(a, expand_dims(b, -1)), -1) if np.ndim(b) == 1 else solve_matrix(a, b)


def _cofactors(g, y, x):
    """det(x) x^-T; nan where x is singular, but 0 if g is 0."""
    if np.shape(x)[-1] < 2:
        return np.ones_like(x)
    inverse = _t(inverse_or_inf(x))
    unknown = where(equal(g, 0), 0.0, np.nan)
    return expand_dims(y, (-2, -1)) * where(equal(inverse, np.inf), unknown, inverse)


def _det_vjp(g, y, x):
    g = expand_dims(g, (-2, -1))
    return g * _cofactors(g, y, x)


@primitive(vjp=(_det_vjp,), jvp=(lambda t, y, x: sum(t * _cofactors(t, y, x), axis=(-2, -1)),), domain=(Regular(),),
           shapes="(n,n)->()", latex=r"\det %s", numpy=np.linalg.det)
@float16_in_float32
def det(x):
    """The determinants of matrices, x (..., n, n).

    Rule: g det(x) x^-T (Giles 2008, "Collected matrix derivative results", 2.2.4). At a singular matrix of more than
    one row the derivative is nan: shift the diagonal.
    """
    return np.linalg.det(x)


@composed(np.linalg.matrix_power)
def matrix_power(a, n):
    """The n-th power of square matrices, of the inverse for n < 0, by repeated squaring."""
    if n < 0:
        return matrix_power(inv(a), -n)
    if n == 0:
        return a * 0.0 + np.eye(np.shape(a)[-1], dtype=a.dtype)
    half = matrix_power(a, n // 2) if n > 1 else None
    return a if half is None else half @ half @ a if n % 2 else half @ half


@composed(np.linalg.multi_dot)
def multi_dot(arrays):
    """The product of several matrices, from left to right; the first and the last may be vectors."""
    return reduce(matmul, arrays)


@composed(np.linalg.tensorsolve)
def tensorsolve(a, b, axes=None):
    """x with tensordot(a, x, x.ndim) = b; `axes` of a are moved to its end before."""
    if axes is not None:
        a = moveaxis(a, axes, range(np.ndim(a) - len(axes), np.ndim(a)))
    shape = np.shape(a)[np.ndim(b):]
    n = math.prod(shape)
    return reshape(solve(reshape(a, shape=(n, n)), ravel(b)), shape=shape)


@composed(np.linalg.tensorinv)
def tensorinv(a, ind=2):
    """The inverse of a as the matrix of its first `ind` axes and the others."""
    first, others = np.shape(a)[:ind], np.shape(a)[ind:]
    return reshape(inv(reshape(a, shape=(math.prod(first), math.prod(others)))), shape=(*others, *first))
