"""Keeping gradients in bounds, between `backward` and `step`."""
import math
from collections.abc import Iterable
from functools import reduce
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.core.dtypes import wide
from autograd.core.values import on_host, to_host

from ..checks import check
from .base import listed


def _values(params: Iterable[Tensor] | Tensor) -> list[tuple[Tensor, np.ndarray]]:
    params = [params] if isinstance(params, Tensor) else list(listed(params))
    for p in params:
        if not isinstance(p, Tensor):
            raise TypeError(f"gradients belong to Tensors, got {p!r}; pass model.parameters()")
    return [(p, wide(p.grad.data)) for p in params if p.grad is not None]


def grad_norm(params: Iterable[Tensor] | Tensor) -> float:
    """The Euclidean norm of all gradients as one vector; 0 if there are none."""
    return to_host(_norm([g for _, g in _values(params)])).item()


def _norm(arrays: list) -> Any:
    """A number; of arrays on a device, a number there."""
    if not all(map(on_host, arrays)):
        return _norm_elsewhere(arrays)
    norm = math.sqrt(sum(float(np.vdot(a, a)) for a in arrays))
    if 0 < norm < math.inf:
        return norm
    top = max((float(abs(a).max(initial=0)) for a in arrays), default=0.0)      # squares overflow or vanish before
    return top * math.sqrt(sum(float(np.vdot(a / top, a / top)) for a in arrays)) if 0 < top < math.inf else top


def _norm_elsewhere(arrays: list) -> Any:
    arrays = [a for a in arrays if a.size]
    top = reduce(np.maximum, [np.max(abs(a)) for a in arrays])
    top = np.where(top == 0, 1, top)                                    # squares overflow or vanish before
    return top * np.sqrt(sum(np.vdot(a / top, a / top) for a in arrays))


def clip_grad_norm(params: Iterable[Tensor] | Tensor, limit: float) -> float:
    """Scale all gradients together so that their norm is at most limit; returns the norm before (Pascanu et al. 2013).

    ValueError for a limit that is not above 0; FloatingPointError if the norm is not finite. Then nothing is changed.
    Of another library's arrays the norm is one too, and a norm that is not finite makes them nan.

    >>> from nn import Parameter, clip_grad_norm
    >>> w = Parameter([0.0, 0.0])
    >>> w.grad = [3.0, 4.0]
    >>> clip_grad_norm([w], 1.0)
    5.0
    >>> w.grad
    Tensor([0.6 0.8])
    """
    check("limit", limit, lambda v: 0 < v < math.inf, "greater than 0")
    values = _values(params)
    norm = _norm([g for _, g in values])
    if not on_host(norm):
        for p, g in values:
            p.grad = g * (limit / np.maximum(norm, limit))
        return norm
    if not math.isfinite(norm):
        raise FloatingPointError(f"the norm of the gradients is {norm}: training has diverged. Lower the rate, scale "
                                 "the inputs, or find the place with autograd.detect_anomaly()")
    if norm > limit:
        for p, g in values:
            p.grad = g * (limit / norm)
    return norm


def clip_grad_value(params: Iterable[Tensor] | Tensor, limit: float) -> None:
    """Limit every entry of every gradient to [-limit, limit]. ValueError for a limit that is not above 0.

    >>> from nn import Parameter, clip_grad_value
    >>> w = Parameter([0.0, 0.0])
    >>> w.grad = [3.0, -0.5]
    >>> clip_grad_value([w], 1.0)
    >>> w.grad
    Tensor([ 1.  -0.5])
    """
    check("limit", limit, lambda v: 0 < v < math.inf, "greater than 0")
    for p, g in _values(params):
        p.grad = np.clip(g, -limit, limit)
