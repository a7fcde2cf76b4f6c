"""Stochastic gradient descent."""
from collections.abc import Iterable

from ..checks import at_least_0, check, check_flags
from .base import Optimizer


class SGD(Optimizer):
    """Stochastic gradient descent with momentum.

    With gradient g, weight decay λ, momentum μ, dampening τ and rate lr:

        g ← g + λ w;   v ← μ v + (1 - τ) g  (v = g at the first step);   g ← g + μ v if nesterov, else v;   w ← w - lr g

    Heavy ball after Polyak (1964); Nesterov's after Sutskever et al. (2013), rewritten so that g is taken at w itself.

    Args:
        params: `model.parameters()`, or groups (see `Optimizer`).
        lr: learning rate. momentum: μ in [0, 1). nesterov: look ahead; needs momentum and no dampening.
        dampening: τ in [0, 1]. weight_decay: λ ≥ 0, the gradient of ½ λ ‖w‖².

    Raises:
        ValueError: a setting out of range.

    >>> from nn import SGD, Parameter
    >>> w = Parameter([1.0, 2.0])
    >>> (w * w).sum().backward()
    >>> SGD([w], lr=0.25).step()
    >>> w
    Tensor([0.5 1. ], requires_grad=True)
    """
    slots = ("velocity",)

    def __init__(self, params: Iterable, lr=0.01, momentum=0.0, nesterov: bool = False, dampening=0.0,
                 weight_decay=0.0):
        super().__init__(params, lr=lr, momentum=momentum, nesterov=nesterov, dampening=dampening,
                         weight_decay=weight_decay)

    def validate(self, s) -> None:
        super().validate(s)
        check("momentum", s.momentum, lambda v: 0 <= v < 1, "in [0, 1)")
        check("dampening", s.dampening, lambda v: 0 <= v <= 1, "in [0, 1]")
        at_least_0(weight_decay=s.weight_decay)
        check_flags(nesterov=s.nesterov)
        if s.nesterov and not (s.momentum > 0 and s.dampening == 0):
            raise ValueError("nesterov needs momentum > 0 and dampening = 0")

    def remembers(self, s) -> int:
        return 1 if s.momentum else 0

    @staticmethod
    def rule(s, t, w, g, v=0.0):
        if s.weight_decay:
            g = g + s.weight_decay * w
        if s.momentum:
            v *= s.momentum
            v += g if t == 1 else (1 - s.dampening) * g
            g = g + s.momentum * v if s.nesterov else v
        w -= s.lr * g
        return w, v
