"""Several steps in one op: faster, or exact where the steps one by one would overflow."""
import math
from functools import lru_cache

import numpy as np
from numpy import ndarray

from ..core.domain import AnyShape, Axis, Exactly, Labels, Real
from ..core.dtypes import float16_in_float32, joint_dtype, wide
from ..core.primitive import ELEMENTWISE, SYMMETRIC, primitive
from ..core.values import NUMBERS, asanyarray, is_protocol_array
from .exponential import exp, sigmoid
from .products import left_cotangent, matmul, product, right_cotangent, rows
from .reductions import sum, total_of


def column_sums(g, *_):
    """g summed over all axes but the last, as a matrix product: BLAS adds columns faster than a reduction does."""
    if g.ndim != 2:
        g = rows(g)
    if g.__class__ is ndarray:
        return g.T.dot(_ones(g.shape[0], g.dtype))
    return g.T @ np.ones_like(g, shape=g.shape[:1])


@primitive(vjp=(left_cotangent, right_cotangent, column_sums),
           jvp=(lambda t, y, x, w, b: matmul(t, w), lambda t, y, x, w, b: matmul(x, t), lambda t, y, x, w, b: t),
           shapes=Exactly("(m,k),(k,n),(n)->(m,n)"), label="x W + b", latex=r"%s\,%s + %s")
def linear(x, w, b):
    """x w + b: the affine map of a layer. x (..., k), w (k, n), b (n) give (..., n)."""
    y = product(x, w)
    if b.dtype is y.dtype:
        y += b
        return y
    return y + b


@lru_cache(maxsize=16)
def _ones(n, dtype):
    return np.ones(n, dtype)


@lru_cache(maxsize=16)
def _arange(n):
    return np.arange(n)


def _minus_max(x, axis):
    """x minus its maximum along an axis: then no exponential overflows."""
    return x - np.max(x, axis=axis, keepdims=True)


@primitive(vjp=(lambda g, y, x, axis: y * (g - sum(g * y, axis=axis, keepdims=True)),), jvp=SYMMETRIC,
           shapes=AnyShape(min_dims=1, min_side=1), params={"axis": Axis()})
@float16_in_float32
def softmax(x, *, axis=-1):
    """e^x / Σ e^x along an axis, without overflow."""
    e = np.exp(_minus_max(x, axis))
    e /= total_of(e)(e, axis=axis, keepdims=True)
    return e


@primitive(vjp=(lambda g, y, x, axis: g - exp(wide(y)) * sum(wide(g), axis=axis, keepdims=True),),
           jvp=(lambda t, y, x, axis: t - sum(t * exp(y), axis=axis, keepdims=True),),
           shapes=AnyShape(min_dims=1, min_side=1), params={"axis": Axis()})
@float16_in_float32
def log_softmax(x, *, axis=-1):
    """ln softmax(x) along an axis: x - logsumexp(x), without overflow."""
    shifted = _minus_max(x, axis)
    return shifted - np.log(total_of(shifted)(np.exp(shifted), axis=axis, keepdims=True))


@primitive(vjp=(lambda g, y, r, x, labels: r * g.reshape((-1, 1)), None),
           jvp=(lambda t, y, r, x, labels: sum(t * r, axis=-1), None), residual=lambda x, labels: _error(x, labels),
           domain=(Real(), Labels(of=0)), shapes=Exactly("(n,c),(n)->(n)"), label="softmax CE",
           latex=r"\operatorname{CE}(%s, %s)")
@float16_in_float32
def softmax_cross_entropy(x, labels):
    """-ln softmax(x)[label], one loss per row. x (n, c) logits, labels (n) integers of [0, c); gives (n).

    Raises ValueError for labels out of range, TypeError for labels that are not integers.
    """
    return _losses_and_errors(x, labels)


@primitive(vjp=(lambda g, y, r, x, labels: wide(g) / max(1, labels.shape[0]) * r, None),
           jvp=(lambda t, y, r, x, labels: sum(wide(t) * r) / labels.shape[0], None),
           residual=lambda x, labels: _error(x, labels), domain=(Real(), Labels(of=0)),
           shapes=Exactly("(n,c),(n)->()"), label="mean CE", latex=r"\overline{\operatorname{CE}}(%s, %s)")
@float16_in_float32
def mean_cross_entropy(x, labels):
    """The mean of `softmax_cross_entropy` over the rows, in one op."""
    losses, errors = _losses_and_errors(x, labels)
    n, dtype = x.shape[0], losses.dtype
    total = _ones(n, dtype).dot(losses) if losses.__class__ is ndarray else np.ones_like(losses) @ losses
    return total / dtype.type(n), errors                # NumPy 1 widens f4 / int


def _error(x, labels):
    """softmax(x) - one_hot(labels): the derivative of the cross-entropy."""
    return softmax(x) - one_hot(labels, x.shape[-1], x.dtype)


def _losses_and_errors(x, labels):
    """The cross-entropies (n) and, on the way, their derivative `_error` (n, c).

    Where no exponential leaves its range, there is no need to take each row's maximum from it first; then
    ln(Σ e^x / e^x[label]) is also exact where a row is nearly certain, and never below 0.
    """
    if x.__class__ is not ndarray and is_protocol_array(x):
        return _losses_and_errors_without_branches(x, labels)
    picked = _label_indices(x, labels)
    if x.dtype.kind != "f":                             # unsigned integers would wrap around
        x = x.astype(float)
    limit = _safe_exp_limit(x.dtype, x.shape[1])
    mild = np.vdot(x, x) < limit * limit or np.abs(x).max(initial=0) < limit
    if not mild:
        x = x - np.maximum.reduce(x.T.copy()).reshape((-1, 1))      # along the first axis: NumPy's loops run over rows
    errors = np.exp(x)
    total = errors.dot(_ones(x.shape[1], errors.dtype))
    chosen = errors.take(picked)
    losses = np.log(total / chosen) if mild else np.log(total) - x.take(picked)
    errors.put(picked, chosen - total)
    errors /= total.reshape((-1, 1))
    return losses, errors


def _losses_and_errors_without_branches(x, labels):
    """The same, to the last digit, without branches on values: both ways are computed, `where` chooses."""
    check_labels(x, labels)
    x = x if x.dtype.kind == "f" else x.astype(float)
    mild = np.max(np.abs(x)) < _safe_exp_limit(x.dtype, x.shape[1]) if x.size else True
    x = x - np.where(mild, 0, np.max(x, axis=1, keepdims=True))
    e, (n, classes) = np.exp(x), x.shape
    total = e @ np.ones_like(x, shape=(classes,))
    picked = np.ravel_multi_index((np.arange(n, like=labels), labels), (n, classes))    # an error if out of range
    chosen, own = np.take(e, picked), np.take(x, picked)
    with np.errstate(divide="ignore"):                  # of the way not taken
        losses = np.where(mild, np.log(total / chosen), np.log(total) - own)
    errors = np.where(_is_label(labels, classes), (chosen - total).reshape((-1, 1)), e)
    return losses, errors / total.reshape((-1, 1))


@lru_cache(maxsize=16)
def _safe_exp_limit(dtype, classes) -> float:
    """The largest |x| for which neither Σ e^x nor its ratio to the least e^x overflows."""
    return 0.49 * math.log(np.finfo(dtype).max / max(1, classes))


def _label_indices(x, labels):
    """The index of each row's label in x (n, c), flattened."""
    try:
        n, classes = x.shape
        if labels.shape == (n,) and labels.dtype.kind in "iu":
            return np.ravel_multi_index((_arange(n), labels), (n, classes))
    except (AttributeError, ValueError):                # a number, another shape, or a label out of range
        pass
    check_labels(np.asarray(x), np.asarray(labels))


def check_labels(x, labels) -> None:
    """Raise for labels of a wrong shape or dtype, and of NumPy's arrays for labels out of range."""
    if x.ndim != 2 or x.shape[:1] != labels.shape:
        raise ValueError(f"logits must be (n, c) and labels (n), got {x.shape} and {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers (class ids), got {labels.dtype}; use labels.astype(int)")
    if isinstance(labels, ndarray) and labels.size and not 0 <= labels.min() <= labels.max() < x.shape[-1]:
        raise ValueError(f"labels must be in [0, {x.shape[-1]}), one per column of the logits, got "
                         f"{labels.min()}..{labels.max()}")


def one_hot(labels, classes: int, dtype=float):
    """Rows with a single 1 at the label: labels (n) integers give (n, classes). They are not checked."""
    return _is_label(asanyarray(getattr(labels, "_value", labels)), classes).astype(dtype)


def _is_label(labels, classes: int):
    """True in (n, classes) at the labels."""
    return labels.reshape((-1, 1)) == np.arange(classes, like=labels)


@primitive(vjp=(lambda g, y, x, target: g * (sigmoid(x) - target), lambda g, y, x, target: -g * x), jvp=ELEMENTWISE,
           domain=(Real(), Real(0, 1)), label="BCE", latex=r"\operatorname{BCE}(%s, %s)")
def bce_with_logits(x, target):
    """Binary cross-entropy -t ln σ(x) - (1 - t) ln(1 - σ(x)) of logits x and targets t in [0, 1], elementwise.

    Finite for any x: computed as max(x, 0) - x t + ln(1 + e^-|x|)."""
    if x.__class__ in NUMBERS:                          # of which NumPy's functions make float64
        x = np.asarray(x, joint_dtype((x, target)))
    return np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))

