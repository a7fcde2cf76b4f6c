"""QR, Cholesky, eigenvalue and singular value decompositions and the pseudo-inverse, over stacks of matrices."""
import numpy as np

from ...core.domain import Choice, Definite, Regular, Separated
from ...core.dtypes import float16_in_float32
from ...core.primitive import primitive
from ...core.values import beside
from ..comparison import equal, where
from ..composed import composed
from ..reductions import sum
from ..shape import expand_dims
from ..shape import matrix_transpose as _t
from .solving import inv, solve_matrix, tril, triu


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


def _symmetric(x):
    return (x + _t(x)) / 2


def _lower_half(x):
    """The lower triangle with half of the diagonal."""
    return (tril(x) + tril(x, k=-1)) / 2


def _cholesky_vjp(g, y, x):
    return _symmetric(solve_matrix(_t(y), _t(solve_matrix(_t(y), _t(_lower_half(_t(y) @ g))))))


def _cholesky_jvp(t, y, x):
    return y @ _lower_half(solve_matrix(y, _t(solve_matrix(y, _symmetric(t)))))


@primitive(vjp=(_cholesky_vjp,), jvp=(_cholesky_jvp,), domain=(Definite(),), shapes="(n,n)->(n,n)",
           latex=r"\operatorname{chol}(%s)", numpy=np.linalg.cholesky)
@float16_in_float32
def cholesky(x):
    """The lower triangular L with L L^T = x, for symmetric positive definite matrices x (..., n, n).

    The symmetric part of x is decomposed, so that the gradient is symmetric. LinAlgError if it is not definite.
    Rule: sym(L^-T Φ(L^T g) L^-1), where Φ takes the lower triangle with half of the diagonal (Murray 2016,
    "Differentiation of the Cholesky decomposition", eq. 10).
    """
    return np.linalg.cholesky((x + np.swapaxes(x, -1, -2)) / 2)


def _identity(w):
    """The identity matrix for a stack of vectors w, where w is."""
    return beside(np.eye(np.shape(w)[-1], dtype=w.dtype), w)


def _diagonal_matrix(w):
    return expand_dims(w, -1) * _identity(w)


def _diagonal(x, w):
    """The diagonals of matrices x, as vectors like w."""
    return sum(x * _identity(w), axis=-1)


def _over_gaps(m, w):
    """m_ij / (w_j - w_i), 0 on the diagonal. Where w_i = w_j vectors have no derivative: nan, but 0 if m_ij is 0."""
    gaps = expand_dims(w, -2) - expand_dims(w, -1)
    equal_values = equal(gaps, 0)
    reciprocal = where(equal_values, np.nan, 1 / where(equal_values, 1.0, gaps))
    return where(equal(_identity(w), 1) | (equal_values & equal(m, 0)), 0.0, reciprocal) * m


def _eigh_vjp(g, y, x):
    (gw, gv), (w, v) = g, y
    inner = 0.0 if gw is None else _diagonal_matrix(gw)
    if gv is not None:
        inner = inner + _over_gaps(_t(v) @ gv, w)
    return _symmetric(v @ inner @ _t(v))


def _eigh_jvp(t, y, x):
    w, v = y
    moved = _t(v) @ _symmetric(t) @ v
    return _diagonal(moved, w), v @ _over_gaps(moved, w)


@primitive(vjp=(_eigh_vjp,), jvp=(_eigh_jvp,), domain=(Definite(),), shapes="(n,n)->(n),(n,n)", name="eigh",
           outputs=("eigenvalues", "eigenvectors"), latex=r"\operatorname{eigh}(%s)")
@float16_in_float32
def _eigh(x):
    """Eigenvalues in increasing order and eigenvectors in columns of the symmetric part of x."""
    return tuple(np.linalg.eigh((x + np.swapaxes(x, -1, -2)) / 2))


@composed(np.linalg.eigh)
def eigh(a, UPLO="L"):
    """Eigenvalues in increasing order and orthonormal eigenvectors, in columns, of symmetric matrices a (..., n, n).

    The symmetric part of a is decomposed, so that the gradient is symmetric. Rule: V (diag(g_w) + F ∘ V^T g_V) V^T with
    F_ij = 1 / (w_j - w_i) (Giles 2008, 3.1). Where eigenvalues are equal the eigenvectors have no derivative: a
    gradient that comes through them is nan, one through the eigenvalues alone is finite.
    """
    return _eigh(a)


@composed(np.linalg.eigvalsh)
def eigvalsh(a, UPLO="L"):
    """The eigenvalues of symmetric matrices a (..., n, n), in increasing order."""
    return _eigh(a)[0]


def _svd_vjp(g, y, x):
    (gu, gs, gv), (u, s, vt) = g, y
    v, inner = _t(vt), 0.0 if gs is None else _diagonal_matrix(gs)
    outside = 0.0
    if gu is not None:
        skew = _over_gaps(_t(u) @ gu, s * s)
        inner = inner + (skew + _t(skew)) * expand_dims(s, -2)
        outside = outside + (gu - u @ (_t(u) @ gu)) / expand_dims(s, -2) @ vt
    if gv is not None:
        skew = _over_gaps(vt @ _t(gv), s * s)
        inner = inner + expand_dims(s, -1) * (skew + _t(skew))
        outside = outside + u / expand_dims(s, -2) @ (gv - gv @ v @ vt)
    return u @ inner @ vt + outside


def _svd_jvp(t, y, x):
    u, s, vt = y
    v = _t(vt)
    moved = _t(u) @ t @ v
    row, column = expand_dims(s, -2), expand_dims(s, -1)
    turned_u = _over_gaps(moved * row + column * _t(moved), s * s)
    turned_v = _over_gaps(column * moved + _t(moved) * row, s * s)
    du = u @ turned_u + (t @ v - u @ moved) / row
    dv = v @ turned_v + (_t(t) @ u - v @ _t(moved)) / row
    return du, _diagonal(moved, s), _t(dv)


@primitive(vjp=(_svd_vjp,), jvp=(_svd_jvp,), domain=(Separated(),), shapes="(m,n)->(m,n),(n),(n,n)", name="svd",
           outputs=("U", "S", "Vh"), latex=r"\operatorname{svd}(%s)")
@float16_in_float32
def _svd(x):
    """The reduced singular value decomposition."""
    return tuple(np.linalg.svd(x, full_matrices=False))


@composed(np.linalg.svd)
def svd(a, full_matrices=True, compute_uv=True):
    """a = U diag(S) Vh with orthonormal columns U and rows Vh, and singular values S in decreasing order.

    The full matrices of an a that is not square have no derivative: ValueError, give full_matrices=False. Where
    singular values are equal or 0, singular vectors have no derivative: a gradient that comes through them is
    nan, one through the values alone is finite. Rule: Townsend 2016, "Differentiating the singular value
    decomposition".
    """
    if not compute_uv:
        return _svd(a)[1]
    if full_matrices and np.shape(a)[-1] != np.shape(a)[-2]:
        raise ValueError(f"svd of shape {np.shape(a)}: the full U and Vh have no derivative, give full_matrices=False")
    return _svd(a)


def _pinv_vjp(g, y, x, rcond):
    yt, gt = _t(y), _t(g)
    left, right = gt - x @ (y @ gt), gt - (gt @ y) @ x
    return -(yt @ g @ yt) + left @ y @ yt + yt @ y @ right


def _pinv_jvp(t, y, x, rcond):
    yt, tt = _t(y), _t(t)
    return -(y @ t @ y) + y @ yt @ (tt - tt @ x @ y) + (tt - y @ x @ tt) @ yt @ y


@primitive(vjp=(_pinv_vjp,), jvp=(_pinv_jvp,), domain=(Regular(),), shapes="(m,n)->(n,m)",
           params={"rcond": Choice((None, 1e-15))}, name="pinv", latex="{%s}^{+}")
@float16_in_float32
def _pinv(x, *, rcond=None):
    """The pseudo-inverse."""
    return np.linalg.pinv(x) if rcond is None else np.linalg.pinv(x, rcond)


@composed(np.linalg.pinv)
def pinv(a, rcond=None):
    """The pseudo-inverse of matrices a (..., m, n): (..., n, m).

    Rule: Golub & Pereyra 1973, "The differentiation of pseudo-inverses", eq. 4.12, for changes that keep the rank.
    """
    return _pinv(a, rcond=rcond)


def svdvals(x, /):
    """The singular values of matrices x (..., m, n), in decreasing order."""
    return svd(x, compute_uv=False)


if hasattr(np.linalg, "svdvals"):                       # since NumPy 2
    svdvals = composed(np.linalg.svdvals)(svdvals)
