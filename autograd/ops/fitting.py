"""What a line or a polynomial is fitted with: covariances, polynomials, least squares."""
import numpy as np

from .composed import composed
from .joining import stack, vstack
from .linalg.decompositions import pinv
from .reductions import mean
from .shape import expand_dims, ravel, transpose


@composed(np.cov)
def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    """The covariances of variables, which are the rows of m, or with rowvar=False its columns, and of y likewise. The
    divisor is n - ddof, by default n - 1, with `bias` n."""
    rows = _variables(m, rowvar) if y is None else vstack([_variables(m, rowvar), _variables(y, rowvar)])
    ddof = int(not bias) if ddof is None else ddof
    n = np.shape(rows)[1]
    if n <= ddof:
        raise ValueError(f"cov needs more than {ddof} observations, got {n} in an array of shape {np.shape(rows)}")
    centred = rows - mean(rows, axis=1, keepdims=True)
    y = centred @ transpose(centred) / (n - ddof)
    return y[0, 0] if np.shape(y) == (1, 1) else y


def _variables(m, rowvar):
    if np.ndim(m) > 2:
        raise ValueError(f"cov and corrcoef take a vector or a matrix, got shape {np.shape(m)}")
    return expand_dims(m, 0) if np.ndim(m) == 1 else m if rowvar else transpose(m)


@composed(np.corrcoef)
def corrcoef(x, y=None, rowvar=True):
    """Pearson's correlations of variables, which are the rows of x, or with rowvar=False its columns, and of y."""
    c = cov(x, y, rowvar)
    if not np.ndim(c):
        return c / c
    deviations = np.sqrt(np.diagonal(c))
    return c / expand_dims(deviations, 1) / deviations


@composed(np.polyval)
def polyval(p, x):
    """The polynomial p[0] x^n + ... + p[n] at x, by Horner's scheme; derivatives in the coefficients and in x."""
    if np.ndim(p) != 1:
        raise ValueError(f"polyval takes a vector of coefficients, got shape {np.shape(p)}")
    y = x * 0.0
    for i in range(len(p)):
        y = y * x + p[i]
    return y


@composed(np.vander)
def vander(x, N=None, increasing=False):
    """The matrix of powers of a vector's entries, the highest first, or last with `increasing`."""
    if np.ndim(x) != 1:
        raise ValueError(f"vander takes a vector, got shape {np.shape(x)}")
    n = len(x) if N is None else N
    if not n:
        return stack([x], 1)[:, :0]
    powers = [x ** i for i in range(n)]
    return stack(powers if increasing else powers[::-1], 1)


@composed(np.linalg.lstsq)
def lstsq(a, b, rcond=None):
    """x that makes |a x - b|² smallest, the squared residuals of the columns of b, and, outside the graph, rank and
    singular values. The derivative is that of the pseudoinverse: Golub and Pereyra (1973); the rank must stay."""
    if np.ndim(a) != 2 or np.ndim(b) not in (1, 2) or len(a) != len(b):
        raise ValueError(f"lstsq takes a matrix (m, n) and a vector (m,) or matrix (m, k), got shapes {np.shape(a)} "
                         f"and {np.shape(b)}")
    x = pinv(a, np.finfo(a.dtype).eps * max(np.shape(a)) if rcond is None else rcond) @ b
    rank, values = np.linalg.lstsq(_plain(a), _plain(b), rcond=rcond)[2:]
    left = a @ x - b
    squares = ravel(np.sum(left * left, axis=0))
    return x, squares if rank == np.shape(a)[1] < np.shape(a)[0] else squares[:0], int(rank), values


def _plain(x):
    return np.asarray(getattr(x, "_value", x))
