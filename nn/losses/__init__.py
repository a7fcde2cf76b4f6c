"""Losses: graph ops that reduce predictions and targets, of exactly the same shape, to one number.

All take `reduction`: "mean" over all entries (over rows for class ids), "sum", or "none" for one value each; and
`sample_weight` (n), one weight per row: the mean is then Σ weight · loss / Σ weight. A row of weight 0 is ignored: it
may hold nan or a label that is none, and nothing flows back to it; the mean over no row is 0. Losses are in the dtype
of the prediction; where targets and weights are Tensors, gradients reach them too.

What a value may be (labels in range, targets in [0, 1], weights of at least 0) is verified in NumPy's memory alone, not
in another library's arrays: a look at them would wait for their device at each batch. There a label out of range gives
an infinite loss, and a row of weight 0 counts nothing but must hold numbers.
"""
from .classification import bce_loss, bce_with_logits_loss, hinge_loss, kl_div_loss
from .cross_entropy import cross_entropy_loss, nll_loss
from .penalty import elastic_net_penalty, l1_penalty, l2_penalty
from .regression import huber_loss, mae_loss, mse_loss, poisson_loss, quantile_loss

__all__ = [
    "bce_loss", "bce_with_logits_loss", "cross_entropy_loss", "elastic_net_penalty", "hinge_loss", "huber_loss",
    "kl_div_loss", "l1_penalty", "l2_penalty", "mae_loss", "mse_loss", "nll_loss", "poisson_loss", "quantile_loss",
]
