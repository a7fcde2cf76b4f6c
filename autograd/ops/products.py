"""Products of vectors and matrices, and Einstein's sums, which are such products one after another."""
import math

import numpy as np
from numpy import ndarray

from ..core.domain import Choice, Exactly
from ..core.primitive import MULTILINEAR, NUMPY, primitive
from ..support.keywords import with_numpys_keywords
from .arithmetic import multiply
from .composed import composed
from .indexing import diagonal, getitem
from .joining import flip, stack
from .reductions import sum
from .shape import expand_dims, matrix_transpose, moveaxis, ravel, reshape, squeeze, transpose
from .windows import windows

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What einsum names axes by."""


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


@composed(np.outer, np.linalg.outer)
def outer(a, b):
    """The products of each entry of a with each of b, both as vectors: (n), (m) give (n, m)."""
    return reshape(a, shape=(-1, 1)) * reshape(b, shape=(1, -1))


@composed(np.inner)
def inner(a, b):
    """Sums of products over the last axes of both; numbers multiply."""
    return tensordot(a, b, (-1, -1)) if np.ndim(a) and np.ndim(b) else a * b


@composed(np.vdot)
def vdot(a, b, /):
    """The sum of products of all entries, both as vectors."""
    return matmul(ravel(a), ravel(b))


@composed(np.kron)
def kron(a, b):
    """The Kronecker product: blocks of b times the entries of a."""
    ndim = max(np.ndim(a), np.ndim(b))
    n, m = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    left = reshape(a, shape=[side for k in n for side in (k, 1)])
    right = reshape(b, shape=[side for k in m for side in (1, k)])
    return reshape(left * right, shape=[k * j for k, j in zip(n, m, strict=True)])


@composed(np.cross, np.linalg.cross)
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The cross product of vectors of three entries along an axis of each."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    if np.shape(a)[axisa] != 3 or np.shape(b)[axisb] != 3:
        raise ValueError(f"cross takes vectors of 3 entries, got {np.shape(a)[axisa]} and {np.shape(b)[axisb]}")
    x, w = ([getitem(v, index=i) for i in range(3)] for v in (moveaxis(a, axisa, 0), moveaxis(b, axisb, 0)))
    return stack([x[i - 2] * w[i - 1] - x[i - 1] * w[i - 2] for i in range(3)], axisc)


def _full_convolution(a, v):
    """a (n), v (m), m <= n: all n + m - 1 sums of the windows of a with v reversed."""
    m = np.shape(v)[0]
    found = windows(reshape(a, shape=(1, -1)), size=(1, m), padding=(0, m - 1))
    return matmul(reshape(found, shape=(-1, m)), flip(v))


@composed(np.convolve)
def convolve(a, v, mode="full"):
    """The convolution of vectors (n) and (m): all n + m - 1 sums, the max(n, m) middle ones with mode "same", or with
    "valid" those in which all of the shorter one takes part."""
    a, v = (reshape(x, shape=(-1,)) for x in (a, v))
    if not np.size(a) or not np.size(v):
        raise ValueError(f"convolve and correlate need entries on both sides, got shapes {np.shape(a)}, {np.shape(v)}")
    a, v = (v, a) if np.size(v) > np.size(a) else (a, v)
    n, m = np.size(a), np.size(v)
    found = {"full": slice(None), "same": slice((m - 1) // 2, (m - 1) // 2 + n), "valid": slice(m - 1, n)}
    if mode not in found:
        raise ValueError(f"mode must be one of {', '.join(found)}, got {mode!r}")
    return getitem(_full_convolution(a, v), index=found[mode])


@composed(np.correlate)
def correlate(a, v, mode="valid"):
    """The sums of a with v moved along it, at the places that `convolve` names."""
    return convolve(a, flip(v), mode)


if hasattr(np, "vecdot"):                               # since NumPy 2
    @composed(np.vecdot, np.linalg.vecdot)
    def vecdot(x1, x2, /, *, axis=-1):
        """Sums of products along an axis; other axes broadcast."""
        return sum(moveaxis(x1, axis, -1) * moveaxis(x2, axis, -1), axis=-1)

if hasattr(np, "matvec"):                               # since NumPy 2.2
    @composed(np.matvec)
    def matvec(x1, x2, /):
        """Matrices times vectors; leading axes broadcast."""
        return squeeze(matmul(x1, expand_dims(x2, -1)), -1)

    @composed(np.vecmat)
    def vecmat(x1, x2, /):
        """Vectors times matrices; leading axes broadcast."""
        return squeeze(matmul(expand_dims(x1, -2), x2), -2)


# ---- Einstein's sums ------------------------------------------------------------------------------------------------

@composed(np.einsum)
def einsum(*operands, optimize=False):
    """Sums of products over named indices, as `np.einsum("ij,jk->ik", a, b)`: repeated letters, "...", implied outputs
    and lists of numbers for letters are all read as NumPy reads them. Operands are taken from left to right.

    >>> import numpy as np
    >>> from autograd.numpy import einsum
    >>> einsum("ij,j->i", np.ones((2, 3)), np.ones(3))
    array([3., 3.])
    """
    inputs, output, arrays = _parsed(operands)
    terms = [_with_distinct_letters(x, letters) for x, letters in zip(arrays, inputs, strict=True)]
    longest: dict[str, int] = {}
    for x, letters in terms:
        for letter, n in zip(letters, np.shape(x), strict=True):
            longest[letter] = n if longest.get(letter, 1) == 1 else longest[letter]
    terms = [_without_broadcast_axes(x, letters, longest) for x, letters in terms]
    while len(terms) > 1:
        (x, s), (w, r), *rest = terms
        needed = {*output, *(letter for _, letters in rest for letter in letters)}
        first, second = _summed(x, s, {*r} | needed), _summed(w, r, {*s} | needed)
        terms = [_product(first, second, needed), *rest]
    x, letters = _summed(terms[0][0], terms[0][1], {*output})
    missing = [letter for letter in output if letter not in letters]
    x = reshape(x, shape=(*np.shape(x), *[1 for _ in missing]))
    letters += "".join(missing)
    return transpose(x, axes=tuple([letters.index(letter) for letter in output]))


def _parsed(operands) -> tuple[list[str], str, list]:
    """The letters of each operand and of the output, without "...", and the operands."""
    if not isinstance(operands[0], str):
        operands = _with_letters(operands)
    subscripts, *arrays = operands
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(arrays):
        raise ValueError(f"einsum: {subscripts!r} names {len(terms)} operands, {len(arrays)} are given")
    rest = [c for c in LETTERS if c not in subscripts]
    extra = [np.ndim(x) - len(term.replace("...", "")) for x, term in zip(arrays, terms, strict=True)]
    wide = max([n for n, term in zip(extra, terms, strict=True) if "..." in term], default=0)
    if any(n < 0 or (n and "..." not in term) for n, term in zip(extra, terms, strict=True)):
        raise ValueError(f"einsum: {subscripts!r} does not fit operands of {[np.ndim(x) for x in arrays]} axes")
    dots = "".join(rest[:wide])
    if not arrow:
        single = sorted(c for c in {*inputs} - {*",."} if inputs.count(c) == 1)
        output = "..." * ("..." in inputs) + "".join(single)
    found = [term.replace("...", dots[wide - n:]) for n, term in zip(extra, terms, strict=True)]
    output = output.replace("...", dots)
    if len({*output}) < len(output) or {*output} - {*"".join(found)}:
        raise ValueError(f"einsum: the output of {subscripts!r} must name indices of the operands, each once")
    return found, output, arrays


def _with_letters(operands) -> list:
    """`einsum(x, [0, 1], w, [1, 2], [0, 2])` with letters for the numbers."""
    def word(numbers):
        return "".join("..." if n is Ellipsis else LETTERS[n] for n in numbers)
    arrays, lists = operands[0:len(operands) // 2 * 2:2], operands[1::2]
    output = "->" + word(operands[-1]) if len(operands) % 2 else ""
    return [",".join(map(word, lists)) + output, *arrays]


def _with_distinct_letters(x, letters: str):
    """An operand and its letters after its diagonals are taken."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            if np.shape(x)[first] != np.shape(x)[second]:
                raise ValueError(f"einsum: index {letter!r} has lengths {np.shape(x)[first]} and {np.shape(x)[second]}")
            x = moveaxis(diagonal(x, 0, first, second), -1, first)
            letters = letters[:second] + letters[second + 1:]
    return x, letters


def _without_broadcast_axes(x, letters: str, longest: dict[str, int]):
    """An operand without those axes of length 1 that others have longer."""
    for letter, n in zip(letters, np.shape(x), strict=True):
        if n not in (1, longest[letter]):
            raise ValueError(f"einsum: index {letter!r} has lengths {n} and {longest[letter]}")
    kept = [(c, n) for c, n in zip(letters, np.shape(x), strict=True) if n == longest[c]]
    return reshape(x, shape=[n for _, n in kept]), "".join(c for c, _ in kept)


def _summed(x, letters: str, needed: set[str]):
    """An operand summed over the letters that nothing needs."""
    axes = tuple([i for i, letter in enumerate(letters) if letter not in needed])
    return (sum(x, axis=axes), "".join(c for c in letters if c in needed)) if axes else (x, letters)


def _product(first, second, needed: set[str]):
    """The product of two operands as one matrix product: shared letters that are needed are batches."""
    (x, s), (w, r) = first, second
    shared = [c for c in s if c in r]
    batch, inner = "".join(c for c in shared if c in needed), "".join(c for c in shared if c not in needed)
    left, right = "".join(c for c in s if c not in r), "".join(c for c in r if c not in s)
    lengths = {**dict(zip(s, np.shape(x), strict=True)), **dict(zip(r, np.shape(w), strict=True))}

    def arranged(v, letters, *groups):
        v = transpose(v, axes=tuple([letters.index(c) for group in groups for c in group]))
        first, *rest = groups
        return reshape(v, shape=[*(lengths[c] for c in first), *(math.prod(lengths[c] for c in g) for g in rest)])
    y = matmul(arranged(x, s, batch, left, inner), arranged(w, r, batch, inner, right))
    letters = batch + left + right
    return reshape(y, shape=[lengths[c] for c in letters]), letters


NUMPY.update({np.dot: dot, np.tensordot: tensordot})

if hasattr(np.linalg, "matmul"):                        # since NumPy 2
    composed(np.linalg.matmul)(lambda x1, x2, /: matmul(x1, x2))
    composed(np.linalg.tensordot)(lambda x1, x2, /, *, axes=2: tensordot(x1, x2, axes))
