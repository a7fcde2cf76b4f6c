"""Losses of predicted numbers."""
import numpy as np

from autograd import Tensor, absolute, clip, exp, maximum, square
from autograd.core.values import on_host

from ..checks import check
from .reduce import matched, reduced


def mse_loss(prediction, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Mean squared error: the mean of (prediction - target)² over all entries.

    Args:
        prediction, target: arrays or Tensors of the same shape, any shape.
        reduction, sample_weight: see `nn.losses`.

    Raises:
        ValueError: shapes differ; another reduction; weights that do not fit.
        TypeError: what is no array of real numbers.

    >>> from nn import mse_loss
    >>> mse_loss([15.0, 18, 20, 22, 25], [17.0, 20, 18, 21, 20])
    Tensor(7.6)
    """
    x, t, weights = matched("mse_loss", prediction, target, reduction, sample_weight)
    return reduced(square(x - t), reduction, weights)


def mae_loss(prediction, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Mean absolute error: the mean of |prediction - target|. Arguments and errors as those of `mse_loss`.

    >>> from nn import mae_loss
    >>> mae_loss([15.0, 18, 20, 22, 25], [17.0, 20, 18, 21, 20])
    Tensor(2.4)
    """
    x, t, weights = matched("mae_loss", prediction, target, reduction, sample_weight)
    return reduced(absolute(x - t), reduction, weights)


def huber_loss(prediction, target, *, delta: float = 1.0, reduction: str = "mean", sample_weight=None) -> Tensor:
    """½ e² where the error |e| ≤ delta, else delta (|e| - ½ delta): outliers pull with bounded force (Huber 1964).

    >>> from nn import huber_loss
    >>> huber_loss([0.5, 3.0], [0.0, 0.0], reduction="none")
    Tensor([0.125 2.5  ])
    """
    check("delta", delta, lambda v: v > 0, "greater than 0")
    x, t, weights = matched("huber_loss", prediction, target, reduction, sample_weight)
    e = x - t
    pull = clip(e, -delta, delta)                           # the derivative
    return reduced(pull * (e - 0.5 * pull), reduction, weights)


def quantile_loss(prediction, target, *, q: float = 0.5, reduction: str = "mean", sample_weight=None) -> Tensor:
    """q e where the target is e above the prediction, (1 - q) e where it is below: least for the q-quantile.

    (Koenker & Bassett 1978; also called pinball loss.) q is in (0, 1).
    """
    check("q", q, lambda v: 0 < v < 1, "in (0, 1)")
    x, t, weights = matched("quantile_loss", prediction, target, reduction, sample_weight)
    e = t - x
    return reduced(maximum(q * e, (q - 1) * e), reduction, weights)


def poisson_loss(log_rate, target, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """-ln of the Poisson probability of counts, less a constant: e^x - t x for the logarithm x of the rate.

    Raises ValueError for counts below 0, and as `mse_loss`.
    """
    x, t, weights = matched("poisson_loss", log_rate, target, reduction, sample_weight)
    if on_host(t) and not np.minimum.reduce(t.data, None, initial=0) >= 0:
        raise ValueError(f"poisson_loss: targets are counts, so at least 0, got {t.data.min()}")
    return reduced(exp(x) - t * x, reduction, weights)
