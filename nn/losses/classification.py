"""Losses of predicted classes."""
import numpy as np

from autograd import (
    Tensor,
    as_tensor,
    bce_with_logits,
    log_softmax,
    mean_cross_entropy,
    relu,
    sigmoid,
    softmax,
    softmax_cross_entropy,
    where,
)

from .reduce import check_within, matched, of_dtype, plain, reduced, shape_of, warn_twice


def hinge_loss(score, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """max(0, 1 - target · score) for targets -1 and 1: that of the support vector machine (Cortes & Vapnik 1995)."""
    x, t = matched("hinge_loss", score, target)
    if not np.isin(t.data, (-1, 1)).all():
        raise ValueError(f"hinge_loss: targets must be -1 and 1, got {np.unique(plain(target))[:5]}; write "
                         "2 * target - 1 for 0, 1")
    return reduced(relu(1 - x * t), reduction, sample_weight)


def bce_loss(probability, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Binary cross-entropy of probabilities: the mean of -t ln p - (1 - t) ln(1 - p).

    Where p comes out of a sigmoid, give `bce_with_logits_loss` what went into it: that stays exact.

    Raises:
        ValueError: shapes differ, or a probability or target is outside [0, 1].

    >>> from nn import bce_loss
    >>> round(bce_loss([0.9, 0.2, 0.6], [1, 0, 1]).item(), 4)
    0.2798
    """
    p, t = matched("bce_loss", probability, target)
    check_within("bce_loss", "targets", t.data)
    check_within("bce_loss", "probabilities", p.data)
    return reduced(-_times_log(t, p) - _times_log(1 - t, 1 - p), reduction, sample_weight)


def bce_with_logits_loss(logits, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Binary cross-entropy of σ(logits): the mean of -t ln σ(x) - (1 - t) ln(1 - σ(x)) over all entries.

    Computed from the logits, so it is finite for any of them. Do not apply a sigmoid before.

    Args:
        logits: array or Tensor of any shape. target: the same shape, each 0 or 1, or a probability between.
        reduction, sample_weight: see `nn.losses`.

    Raises:
        ValueError: shapes differ, or a target outside [0, 1].
    Warns:
        UserWarning: the logits come out of a sigmoid.

    >>> from nn import bce_with_logits_loss
    >>> bce_with_logits_loss([0.0, 1000.0], [1.0, 1.0]).item()      # (ln 2 + 0) / 2
    0.34657...
    """
    x, t = matched("bce_with_logits_loss", logits, target)
    if x.op is sigmoid:
        warn_twice("bce_with_logits_loss", "sigmoid")
    check_within("bce_with_logits_loss", "targets", t.data)
    return reduced(bce_with_logits(x, t), reduction, sample_weight)


def cross_entropy_loss(logits, target, *, label_smoothing: float = 0.0, class_weight=None, reduction: str = "mean",
                       sample_weight=None) -> Tensor:
    """Cross-entropy of softmax(logits): the mean over rows of -ln softmax(x)[label].

    Computed from the logits, so it is finite for any of them. Do not apply a softmax before.

    Args:
        logits: (n, classes), array or Tensor.
        target: (n) integers of [0, classes); or (n, classes) probabilities, such as one-hot rows.
        label_smoothing: s in [0, 1) mixes each target with the even distribution (Szegedy et al. 2016, §7).
        class_weight: (classes) weights; rows of a class count that much, and the mean divides by the sum of weights.
        reduction, sample_weight: see `nn.losses`.

    Raises:
        ValueError: shapes do not fit, a label out of range, a weight below 0.
        TypeError: labels that are not integers.
    Warns:
        UserWarning: the logits come out of a softmax.

    >>> from nn import cross_entropy_loss
    >>> cross_entropy_loss([[2.0, 1.0, -1.0, 3.0]], [3]).item()         # -ln .6572
    0.4197...
    """
    x = as_tensor(logits)
    if x.op is softmax:
        warn_twice("cross_entropy_loss", "softmax")
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must be in [0, 1), got {label_smoothing}")
    shape = shape_of(target)
    hard = len(shape) != 2 or shape != x.shape
    if hard and reduction == "mean" and sample_weight is class_weight is None and not label_smoothing:
        return _hard_cross_entropies(mean_cross_entropy, x, target)
    losses = _hard_cross_entropies(softmax_cross_entropy, x, target) if hard else _soft_cross_entropies(x, target)
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing * log_softmax(x).mean(axis=1)
    if class_weight is not None:
        sample_weight = _class_weights(class_weight, target, x.shape[1], sample_weight)
    return reduced(losses, reduction, sample_weight)


def _hard_cross_entropies(op, x: Tensor, labels) -> Tensor:
    try:
        return op(x, labels)
    except (ValueError, TypeError) as error:
        shape, other = x.shape, shape_of(labels)
        if len(shape) == 2 and other == shape[:1]:
            raise type(error)(f"cross_entropy_loss: {error.__cause__ or error}") from None
    remedy = "; write labels[:, 0]" if other == (*shape[:1], 1) else ""
    raise ValueError("cross_entropy_loss: logits must be (n, classes) and labels (n,), or (n, classes) "
                     f"probabilities, got {shape} and {other}{remedy}")


def _soft_cross_entropies(x: Tensor, target) -> Tensor:
    log_p = log_softmax(x)
    t = of_dtype(target, log_p.dtype)
    check_within("cross_entropy_loss", "probabilities", t.data)
    if not np.allclose(t.data.sum(axis=1), 1, atol=1e-6):
        raise ValueError("cross_entropy_loss: each row of target probabilities must sum to 1")
    return -_expected(t, log_p)


def _class_weights(class_weight, target, classes: int, sample_weight):
    """The weight of each row's class, times its own."""
    if np.shape(class_weight) != (classes,):
        raise ValueError(f"class_weight must be ({classes},), one weight per class, as balanced_class_weight gives "
                         f"them, got {class_weight!r}")
    weights, t = np.asarray(class_weight, float), as_tensor(target)
    if not (weights >= 0).all():
        raise ValueError(f"class_weight must be at least 0 everywhere, got {class_weight!r}")
    rows = t @ weights if t.ndim == 2 else weights[t.data]
    return rows if sample_weight is None else rows * as_tensor(sample_weight)


def nll_loss(log_probability, labels, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """-log_probability[label], averaged over rows: for log-probabilities (n, classes), as `log_softmax` gives them.

    Raises as `cross_entropy_loss`, which does both steps in one.
    """
    x, t = as_tensor(log_probability), plain(labels)
    if x.ndim != 2 or t.shape != x.shape[:1]:
        raise ValueError("nll_loss: log-probabilities must be (n, classes) and labels (n,), got "
                         f"{x.shape} and {t.shape}")
    if t.dtype.kind not in "iu" or (t.size and not 0 <= t.min() <= t.max() < x.shape[1]):
        raise ValueError(f"nll_loss: labels must be integers of [0, {x.shape[1]})")
    return reduced(-x[np.arange(len(t)), t], reduction, sample_weight)


def kl_div_loss(log_probability, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Kullback-Leibler divergence Σ t (ln t - ln p) per row, averaged over rows: shapes (n, classes), ln p and t."""
    x, t = matched("kl_div_loss", log_probability, target)
    if x.ndim != 2:
        raise ValueError(f"kl_div_loss takes (n, classes), got {x.shape}")
    check_within("kl_div_loss", "probabilities", t.data)
    return reduced(_times_log(t, t).sum(axis=1) - _expected(t, x), reduction, sample_weight)


def _times_log(t: Tensor, p: Tensor) -> Tensor:
    """t ln p, with 0 ln 0 = 0."""
    return t * where((t.data > 0) | (p.data > 0), p, 1.0).log()


def _expected(t: Tensor, x: Tensor) -> Tensor:
    """Σ t x of each row, with 0 · -∞ = 0: what is impossible may be ruled out."""
    possible = (t.data > 0) | (x.data > -np.inf)
    return (t * (x if possible.all() else where(possible, x, 0.0))).sum(axis=1)
