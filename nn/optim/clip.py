"""Keeping gradients in bounds, between `backward` and `step`."""
import math
from collections.abc import Iterable

import numpy as np

from autograd import Tensor


def _values(params: Iterable[Tensor]) -> list[tuple[Tensor, np.ndarray]]:
    return [(p, p.grad.data) for p in params if p.grad is not None]


def grad_norm(params: Iterable[Tensor]) -> float:
    """The Euclidean norm of all gradients as one vector; 0 if there are none."""
    return math.sqrt(sum(float(np.vdot(g, g)) for _, g in _values(params)))


def clip_grad_norm(params: Iterable[Tensor], limit: float) -> float:
    """Scale all gradients together so that their norm is at most limit; returns the norm before (Pascanu et al. 2013).

    FloatingPointError, and nothing changed, if the norm is not finite.

    >>> from nn import Parameter, clip_grad_norm
    >>> w = Parameter([0.0, 0.0])
    >>> w.grad = [3.0, 4.0]
    >>> clip_grad_norm([w], 1.0)
    5.0
    >>> w.grad
    Tensor([0.6 0.8])
    """
    params = list(params)
    norm = grad_norm(params)
    if not math.isfinite(norm):
        raise FloatingPointError(f"the norm of the gradients is {norm}: training has diverged. Lower the rate, scale "
                                 "the inputs, or find the place with autograd.detect_anomaly()")
    if norm > limit:
        for p, g in _values(params):
            p.grad = g * (limit / norm)
    return norm


def clip_grad_value(params: Iterable[Tensor], limit: float) -> None:
    """Limit every entry of every gradient to [-limit, limit].

    >>> from nn import Parameter, clip_grad_value
    >>> w = Parameter([0.0, 0.0])
    >>> w.grad = [3.0, -0.5]
    >>> clip_grad_value([w], 1.0)
    >>> w.grad
    Tensor([ 1.  -0.5])
    """
    for p, g in _values(params):
        p.grad = np.clip(g, -limit, limit)
