"""Normalisation layers."""

from autograd import Tensor, as_tensor, square
from autograd.core.dtypes import narrow, wide
from autograd.ops.reductions import centred, mean

from ..checks import at_least_0, check
from ..init import filled
from ..module import Module
from ..parameter import Buffer, Parameter
from ..sizes import positive_int


class LayerNorm(Module):
    """Each row to mean 0 and variance 1, then scaled and shifted: (x - mean) / √(var + eps) · weight + bias.

    Mean and (biased) variance are over the last axis (Ba et al. 2016).

    Args:
        features: length of the last axis. eps: keeps constant rows finite.

    Attributes:
        weight, bias: Parameters (features), 1 and 0 at first.
    """

    def __init__(self, features: int, eps: float = 1e-5):
        positive_int(features=features)
        at_least_0(eps=eps)
        self.weight = Parameter(filled((features,), 1.0), name="scale")
        self.bias = Parameter(filled((features,), 0.0), name="shift")
        self.eps = eps

    def forward(self, x):
        x = as_tensor(x)
        _check_features("LayerNorm", x, self.weight.size)
        c = centred(wide(x), axis=-1)
        return _normalised(c, square(c).mean(axis=-1, keepdims=True), self.eps, x) * self.weight + self.bias

    def config(self) -> dict:
        return {"features": self.weight.size, "eps": self.eps}


class BatchNorm1d(Module):
    """Each feature to mean 0 and variance 1 over the batch, then scaled and shifted (Ioffe & Szegedy 2015).

    In training, mean and (biased) variance are the batch's, and running ones follow them: running ← (1 - momentum) ·
    running + momentum · batch, with the unbiased variance. In `eval`, the running ones are used.

    Args:
        features: number of columns of x (n, features). momentum: how fast the running statistics follow.
        eps: keeps constant columns finite.

    Attributes:
        weight, bias: Parameters (features). running_mean, running_var: Buffers (features).

    Raises:
        ValueError: x is not (n, features), or a single row in training, which has no variance.
    """

    def __init__(self, features: int, momentum: float = 0.1, eps: float = 1e-5):
        positive_int(features=features)
        at_least_0(eps=eps)
        check("momentum, the weight of a new batch,", momentum, lambda v: 0 <= v <= 1, "in [0, 1]")
        self.weight = Parameter(filled((features,), 1.0), name="scale")
        self.bias = Parameter(filled((features,), 0.0), name="shift")
        self.running_mean, self.running_var = Buffer(filled((features,), 0.0)), Buffer(filled((features,), 1.0))
        self.momentum, self.eps = momentum, eps

    def forward(self, x):
        x = as_tensor(x)
        if x.ndim != 2:
            raise ValueError(f"BatchNorm1d takes (n, features), got shape {x.shape}")
        _check_features("BatchNorm1d", x, self.weight.size)
        c, var = self._statistics(x) if self.training else (wide(x) - self.running_mean, self.running_var)
        return _normalised(c, var, self.eps, x) * self.weight + self.bias

    def _statistics(self, x) -> tuple[Tensor, Tensor]:
        """x less the batch's mean, and the batch's variance; the running ones follow."""
        n = x.shape[0]
        if n < 2:
            raise ValueError("BatchNorm1d needs at least two rows in training: one has no variance. Take another batch "
                             "size, leave out a last smaller one by DataLoader(..., drop_last=True), or call eval()")
        c = centred(wide(x), axis=0)
        var = square(c).mean(axis=0)
        follow = self.momentum
        self.running_mean.assign((1 - follow) * self.running_mean.data + follow * mean(x.data, axis=0))
        self.running_var.assign((1 - follow) * self.running_var.data + follow * var.data * (n / (n - 1)))
        return c, var

    def config(self) -> dict:
        return {"features": self.weight.size, "momentum": self.momentum, "eps": self.eps}


def _normalised(c: Tensor, var: Tensor, eps: float, x: Tensor) -> Tensor:
    """(x - mean) / √(var + eps) in x's dtype. float16 cannot hold the variance of hundreds, nor a small eps."""
    return narrow(c / (wide(var) + eps).sqrt(), x)


def _check_features(layer: str, x, features: int) -> None:
    if not x.ndim or x.shape[-1] != features:
        raise ValueError(f"{layer} was made for {features} features, got shape {x.shape}")
