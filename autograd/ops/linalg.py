"""Inverse, log-determinant and QR decomposition of matrices, over stacks of them."""
import numpy as np

from ..core.domain import AnyShape, Choice, Regular
from ..core.dtypes import float16_in_float32
from ..core.primitive import LINEAR, primitive
from .comparison import equal, where
from .reductions import sum
from .shape import expand_dims
from .shape import matrix_transpose as _t


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


def _symmetric_from_lower(x):
    """Mirror the lower triangle of x: a symmetric matrix."""
    return tril(x) + _t(x - triu(x))


def _qr_vjp(g, y, x):
    (gq, gr), (q, r) = g, y
    if np.shape(x)[-2] < np.shape(x)[-1]:
        raise ValueError(f"the derivative of qr needs at least as many rows as columns, got shape {np.shape(x)}")
    if gq is None:
        m = r @ _t(gr)
        return q @ _symmetric_from_lower(m) @ _t(inv(r))
    m = -(_t(gq) @ q) if gr is None else r @ _t(gr) - _t(gq) @ q
    return (gq + q @ _symmetric_from_lower(m)) @ _t(inv(r))


def _qr_jvp(t, y, x):
    q, r = y
    c = t @ inv(r)
    s = _t(q) @ c
    turned = tril(s, k=-1)
    turned = turned - _t(turned)
    return q @ turned + c - q @ s, triu((s - turned) @ r)


@primitive(vjp=(_qr_vjp,), jvp=(_qr_jvp,), domain=(Regular(),), shapes="(m,n)->(m,n),(n,n)", outputs=("Q", "R"),
           latex=r"\operatorname{qr}(%s)", numpy=np.linalg.qr)
@float16_in_float32
def qr(x):
    """x = Q R with orthonormal columns Q and upper triangular R: x (..., m, n), m >= n, gives (..., m, n), (..., n, n).

    Rule: (gQ + Q copyltu(M)) R^-T with M = R gR^T - gQ^T Q, where copyltu mirrors the lower triangle (Walter & Lehmann
    2010, "Algorithmic differentiation of linear algebra functions"; Seeger et al. 2017, "Auto-differentiating linear
    algebra", for LQ). The tangent, Q W + (I - Q Q^T) dx R^-1 with W skew, is of the same papers. Both need full column
    rank: LinAlgError without it, ValueError for m < n. Signs are LAPACK's; where they jump, as at a matrix that is
    triangular already, the derivative is that of the signs taken.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> x = Tensor([[3.0], [4.0]], requires_grad=True)
    >>> q, r = np.linalg.qr(x)
    >>> abs(r[0, 0]).backward()
    >>> np.round(x.grad.data, 6).tolist()
    [[0.6], [0.8]]
    """
    return tuple(np.linalg.qr(x))
