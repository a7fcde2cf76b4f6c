"""Penalties on weights, as terms of the loss."""
from collections.abc import Iterable

from autograd import Tensor, absolute, as_tensor, square

from ..checks import check
from ..module import Module
from .verify import real_numbers


def l2_penalty(params: Iterable) -> Tensor:
    """½ Σ w² over all given parameters: add `alpha * l2_penalty(...)` to the loss (weight decay is its gradient).

    Args:
        params: Tensors or arrays, such as `model.parameters()`; of no parameters the penalty is 0.

    Raises:
        TypeError: a model, or one Tensor, in place of a list of parameters; what is no number.

    >>> from nn import Parameter, l2_penalty
    >>> l2_penalty([Parameter([3.0, 4.0])]).item()
    12.5
    """
    return as_tensor(0.5 * sum(square(p).sum() for p in _listed("l2_penalty", params)))


def l1_penalty(params: Iterable) -> Tensor:
    """Σ |w| over all given parameters. For weights that become exactly 0, use `ProximalSGD` instead.

    Arguments and errors as those of `l2_penalty`.

    >>> from nn import Parameter, l1_penalty
    >>> l1_penalty([Parameter([3.0, -4.0])]).item()
    7.0
    """
    return as_tensor(1.0 * sum(absolute(p).sum() for p in _listed("l1_penalty", params)))


def elastic_net_penalty(params: Iterable, l1_ratio: float = 0.5) -> Tensor:
    """l1_ratio · Σ|w| + (1 - l1_ratio) · ½ Σ w² (Zou & Hastie 2005), l1_ratio in [0, 1]. A term times 0 is left out."""
    check("l1_ratio", l1_ratio, lambda v: 0 <= v <= 1, "in [0, 1]")
    params = _listed("elastic_net_penalty", params)
    if l1_ratio in (0, 1):
        return l1_penalty(params) if l1_ratio else l2_penalty(params)
    return l1_ratio * l1_penalty(params) + (1 - l1_ratio) * l2_penalty(params)


def _listed(name: str, params) -> list[Tensor]:
    if isinstance(params, Tensor):
        raise TypeError(f"{name} takes a list of parameters, got one Tensor; pass [w]")
    if isinstance(params, Module) or not isinstance(params, Iterable):
        raise TypeError(f"{name} takes a list of parameters, got {type(params).__name__}; pass model.parameters()")
    return [real_numbers(name, "parameters", p) for p in params]
