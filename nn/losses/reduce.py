"""What all losses do first and last: keep the rows that count, and make one number of their losses."""
import numpy as np

from autograd import Tensor, where
from autograd.core.values import beside, on_host

from .report import note
from .verify import same_shape
from .weights import EQUAL, Weights, weights_of

REDUCTIONS = "mean", "sum", "none"


def check_reduction(loss: str, reduction: str) -> None:
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        raise ValueError(f'{loss}: reduction must be "mean", "sum" or "none", got {reduction!r}')


def matched(loss: str, prediction, target, reduction: str, sample_weight) -> tuple[Tensor, Tensor, Weights]:
    """Prediction and target of the rows that count, of one shape and dtype, and the weights of these rows."""
    check_reduction(loss, reduction)
    x, t = same_shape(loss, prediction, target)
    weights = weights_of(loss, sample_weight, x, t)
    return weights.rows(x), weights.rows(t), weights


def reduced(losses: Tensor, reduction: str = "mean", weights: Weights = EQUAL, share=None) -> Tensor:
    """The losses (rows, ...) of the rows that count as one number, or as one for each row of the batch.

    Args:
        share: numbers (rows); the mean is Σ weight · loss / Σ weight · share.
    """
    if reduction == "mean":
        return _mean(losses, weights, share)
    if weights.values is not None:
        losses = _products(losses, weights.values)
    return weights.spread(losses) if reduction == "none" else note(losses.sum(), None)


def _mean(losses: Tensor, weights: Weights, share) -> Tensor:
    rows = losses.shape[0] if losses.shape else 1
    if weights.values is None and share is None:
        return note(losses.mean(), rows)
    if not rows:
        return note(losses.sum(), 0.0)                      # a batch of ignored rows alone teaches nothing
    w = beside(np.ones(rows), losses) if weights.values is None else weights.values
    divisor = w if share is None else w * share
    total = np.sum(divisor)
    if on_host(total) and not (total := float(total)):
        raise ValueError("the mean of the loss divides by weights that are all 0: sample_weight, times class_weight, "
                         'must be more than 0 somewhere; or take reduction="sum"')
    return note(_products(losses, w / np.mean(divisor)).mean(), total)


def _products(losses: Tensor, w) -> Tensor:
    """Weights times losses. A weight may be 0 in a row that is not left out; times an infinite loss it is 0 then."""
    column = _column(w.astype(losses.dtype), losses)
    if not isinstance(w, Tensor) and on_host(w):
        return losses * column
    return where((getattr(column, "data", column) > 0) | np.isfinite(losses.data), losses, 0.0) * column


def _column(w, losses: Tensor):
    return w.reshape((-1,) + (1,) * (losses.ndim - 1))
