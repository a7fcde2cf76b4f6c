"""Penalties on weights, as terms of the loss."""
from autograd import Tensor, absolute, square


def l2_penalty(params) -> Tensor:
    """½ Σ w² over all given parameters: add `alpha * l2_penalty(...)` to the loss (weight decay is its gradient).

    >>> from nn import Parameter, l2_penalty
    >>> l2_penalty([Parameter([3.0, 4.0])]).item()
    12.5
    """
    return 0.5 * sum(square(p).sum() for p in params)


def l1_penalty(params) -> Tensor:
    """Σ |w| over all given parameters. For weights that become exactly 0, use `ProximalSGD` instead.

    >>> from nn import Parameter, l1_penalty
    >>> l1_penalty([Parameter([3.0, -4.0])]).item()
    7.0
    """
    return 1.0 * sum(absolute(p).sum() for p in params)


def elastic_net_penalty(params, l1_ratio: float = 0.5) -> Tensor:
    """l1_ratio · Σ|w| + (1 - l1_ratio) · ½ Σ w² (Zou & Hastie 2005)."""
    params = list(params)
    return l1_ratio * l1_penalty(params) + (1 - l1_ratio) * l2_penalty(params)
