"""How much each row counts. A weight of 0 means that the row is ignored: its loss is never computed.

Multiplying by 0 would not do: 0 · nan and 0 · ∞ are nan, in the value and again in each gradient.
"""
from typing import NamedTuple

import numpy as np

from autograd import Tensor, as_tensor
from autograd.core.values import beside, on_host
from autograd.ops.indexing import scatter

from .verify import real_numbers


class Weights(NamedTuple):
    """The weights of the rows that count.

    Attributes:
        values: one for each of these rows, as array or, where gradients reach them, as Tensor; None if all are 1.
        kept: which rows of the batch these are, as mask (n); None for all.
    """
    values: np.ndarray | Tensor | None = None
    kept: np.ndarray | None = None

    def rows(self, x: Tensor) -> Tensor:
        """The rows of x that count."""
        return x if self.kept is None else x[self.kept]

    def spread(self, losses: Tensor) -> Tensor:
        """Losses of all rows of the batch, 0 where a row does not count, from those of the rows that do."""
        if self.kept is None:
            return losses
        return scatter(losses, index=self.kept, shape=(len(self.kept), *losses.shape[1:]))


EQUAL = Weights()


def weights_of(loss: str, sample_weight, *data: Tensor) -> Weights:
    """The weights of the rows of x, t, ... (n, ...), from (n) numbers.

    A derivative in a weight is that row's loss, at 0 too. So a weight of 0 that requires grad leaves out its row only
    if there is a nan in it.
    """
    if sample_weight is None:
        return EQUAL
    w, shape = real_numbers(loss, "sample_weight", sample_weight), data[0].shape
    if not shape or w.shape != shape[:1]:
        raise ValueError(f"{loss}: sample_weight must be ({shape[0] if shape else 'n'},), one per row of predictions "
                         f"{shape}, got {w.shape}")
    w = w.astype(data[0].dtype) if w.requires_grad else beside(w.data.astype(float), data[0])
    if not on_host(w):                                  # how many rows count would depend on values
        return Weights(w)
    values = _array(w)
    if not ((values >= 0) & (values < np.inf)).all():
        raise ValueError(f"{loss}: sample_weight must be finite and at least 0 everywhere, got {values.min()}.."
                         f"{values.max()}")
    ignored = values == 0
    if isinstance(w, Tensor):
        ignored &= np.any([_has_nan(x) for x in data], axis=0)
    return Weights(w[~ignored], ~ignored) if ignored.any() else Weights(w)


def _has_nan(x: Tensor) -> np.ndarray:
    return np.isnan(x.data.reshape(len(x.data), -1)).any(axis=1)


def _array(w) -> np.ndarray:
    return as_tensor(w).data
