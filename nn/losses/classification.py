"""Losses of probabilities, and of scores of two classes."""
import numpy as np

from autograd import Tensor, bce_with_logits, relu, sigmoid, where
from autograd.core.values import on_host

from .reduce import matched, reduced
from .verify import warn_twice, within_0_and_1


def hinge_loss(score, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """max(0, 1 - target · score) for targets -1 and 1: that of the support vector machine (Cortes & Vapnik 1995).

    Raises ValueError for other targets, and as `mse_loss`.
    """
    x, t, weights = matched("hinge_loss", score, target, reduction, sample_weight)
    if on_host(t) and not np.isin(t.data, (-1, 1)).all():
        raise ValueError(f"hinge_loss: targets must be -1 and 1, got {np.unique(t.data)[:5]}; write "
                         "2 * target - 1 for 0, 1")
    return reduced(relu(1 - x * t), reduction, weights)


def bce_loss(probability, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Binary cross-entropy of probabilities: the mean of -t ln p - (1 - t) ln(1 - p).

    Where p comes out of a sigmoid, give `bce_with_logits_loss` what went into it: that stays exact.

    Raises ValueError for a probability or target outside [0, 1], and as `mse_loss`.

    >>> from nn import bce_loss
    >>> round(bce_loss([0.9, 0.2, 0.6], [1, 0, 1]).item(), 4)
    0.2798
    """
    p, t, weights = matched("bce_loss", probability, target, reduction, sample_weight)
    within_0_and_1("bce_loss", "targets", t.data)
    within_0_and_1("bce_loss", "probabilities", p.data)
    return reduced(-_times_log(t, p) - _times_log(1 - t, 1 - p), reduction, weights)


def bce_with_logits_loss(logits, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Binary cross-entropy of σ(logits): the mean of -t ln σ(x) - (1 - t) ln(1 - σ(x)) over all entries.

    Computed from the logits, so it is finite for any of them. Do not apply a sigmoid before.

    Args:
        logits: array or Tensor of any shape. target: the same shape, each 0 or 1, or a probability between.
        reduction, sample_weight: see `nn.losses`.

    Raises ValueError for a target outside [0, 1], and as `mse_loss`. Warns, UserWarning, where the logits come out of a
    sigmoid.

    >>> from nn import bce_with_logits_loss
    >>> bce_with_logits_loss([0.0, 1000.0], [1.0, 1.0]).item()      # (ln 2 + 0) / 2
    0.34657...
    """
    if getattr(logits, "op", None) is sigmoid:
        warn_twice("bce_with_logits_loss", "sigmoid")
    x, t, weights = matched("bce_with_logits_loss", logits, target, reduction, sample_weight)
    within_0_and_1("bce_with_logits_loss", "targets", t.data)
    return reduced(bce_with_logits(x, t), reduction, weights)


def kl_div_loss(log_probability, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Kullback-Leibler divergence Σ t (ln t - ln p) per row, averaged over rows: shapes (n, classes), ln p and t.

    Raises ValueError for a target outside [0, 1], other shapes, and as `mse_loss`.
    """
    x, t, weights = matched("kl_div_loss", log_probability, target, reduction, sample_weight)
    if x.ndim != 2:
        raise ValueError(f"kl_div_loss takes (n, classes), got {np.shape(log_probability)}")
    within_0_and_1("kl_div_loss", "probabilities", t.data)
    return reduced(_times_log(t, t).sum(axis=1) - expected(t, x), reduction, weights)


def _times_log(t: Tensor, p: Tensor) -> Tensor:
    """t ln p, with 0 ln 0 = 0."""
    return t * where((t.data > 0) | (p.data > 0), p, 1.0).log()


def expected(t: Tensor, x: Tensor) -> Tensor:
    """Σ t x of each row, with 0 · -∞ = 0: what is impossible may be ruled out."""
    possible = (t.data > 0) | (x.data > -np.inf)
    return (t * (x if on_host(possible) and possible.all() else where(possible, x, 0.0))).sum(axis=1)
