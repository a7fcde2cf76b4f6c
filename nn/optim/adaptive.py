"""Optimisers that scale each entry's step by the gradients it has seen."""
import math
from collections.abc import Iterable

import numpy as np

from ..checks import at_least_0, check
from .base import Optimizer, rule_dtype


class Adagrad(Optimizer):
    """Steps shrink with the sum of squared gradients (Duchi et al. 2011).

        v ← v + g²;   w ← w - lr g / (√v + ε)

    Args:
        params: `model.parameters()`, or groups (see `Optimizer`).
        lr: learning rate. eps: ε > 0. weight_decay: λ ≥ 0, g ← g + λ w first.
    """
    slots = ("sum",)

    def __init__(self, params: Iterable, lr=0.01, eps=1e-10, weight_decay=0.0):
        super().__init__(params, lr=lr, eps=eps, weight_decay=weight_decay)

    def validate(self, s) -> None:
        super().validate(s)
        check_common(s)

    @staticmethod
    def rule(s, t, w, g, v):
        if s.weight_decay:
            g = g + s.weight_decay * w
        v += g * g
        w -= s.lr * g / (np.sqrt(v) + s.eps)
        return w, v


class RMSprop(Optimizer):
    """Steps are divided by a running root mean square of the gradients (Hinton 2012, lecture 6e).

        v ← α v + (1 - α) g²;   u ← μ u + g / (√v + ε);   w ← w - lr u

    Args:
        params: `model.parameters()`, or groups (see `Optimizer`).
        lr: learning rate. alpha: α in [0, 1). momentum: μ in [0, 1). eps: ε > 0.
        weight_decay: λ ≥ 0, g ← g + λ w first.
    """
    slots = ("mean_square", "velocity")

    def __init__(self, params: Iterable, lr=0.01, alpha=0.99, momentum=0.0, eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr=lr, alpha=alpha, momentum=momentum, eps=eps, weight_decay=weight_decay)

    def validate(self, s) -> None:
        super().validate(s)
        check_common(s)
        check("alpha", s.alpha, lambda v: 0 <= v < 1, "in [0, 1)")
        check("momentum", s.momentum, lambda v: 0 <= v < 1, "in [0, 1)")

    def remembers(self, s) -> int:
        return 2 if s.momentum else 1

    @staticmethod
    def rule(s, t, w, g, v, u=0.0):
        if s.weight_decay:
            g = g + s.weight_decay * w
        v *= s.alpha
        v += (1 - s.alpha) * g * g
        scaled = g / (np.sqrt(v) + s.eps)
        if s.momentum:
            u *= s.momentum
            u += scaled
            scaled = u
        w -= s.lr * scaled
        return w, v, u


class Adam(Optimizer):
    """Running means of the gradient and its square, freed of their bias to 0 (Kingma & Ba 2015, algorithm 1).

        m ← β₁ m + (1 - β₁) g;   v ← β₂ v + (1 - β₂) g²;   w ← w - lr m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)

    Args:
        params: `model.parameters()`, or groups (see `Optimizer`).
        lr: learning rate. betas: (β₁, β₂), each in [0, 1). eps: ε > 0. weight_decay: λ ≥ 0, g ← g + λ w first.

    >>> from nn import Adam, Parameter
    >>> w = Parameter([1.0, 2.0])
    >>> (w * w).sum().backward()
    >>> Adam([w], lr=0.5).step()            # the first step is lr in each entry
    >>> w
    Tensor([0.5 1.5], requires_grad=True)
    """
    slots = ("mean", "mean_square")

    def __init__(self, params: Iterable, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def validate(self, s) -> None:
        super().validate(s)
        check_common(s)
        check_betas(s)

    @staticmethod
    def rule(s, t, w, g, m, v):
        if s.weight_decay:
            g = g + s.weight_decay * w
        return adam_step(s, t, w, g, m, v)


def adam_step(s, t, w, g, m, v):
    """Adam without weight decay."""
    b1, b2 = s.betas
    m *= b1
    m += (1 - b1) * g
    v *= b2
    v += (1 - b2) * g * g
    c = (1 - b2 ** t) ** 0.5                    # √(v / c²) + ε = (√v + c ε) / c: one pass over the entries less
    w -= s.lr * c / (1 - b1 ** t) * m / (np.sqrt(v) + s.eps * c)
    return w, m, v


class AdamW(Adam):
    """Adam with weight decay that does not pass through the scaling: w ← (1 - lr λ) w first (Loshchilov & Hutter 2019).

    Args as those of `Adam`.
    """

    def __init__(self, params: Iterable, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, lr, betas, eps, weight_decay)

    @staticmethod
    def rule(s, t, w, g, m, v):
        w *= 1 - s.lr * s.weight_decay
        return adam_step(s, t, w, g, m, v)


class Lion(Optimizer):
    """Steps of equal size in every entry, in the direction of an interpolated momentum (Chen et al. 2023, algorithm 2).

        w ← w - lr (sign(β₁ m + (1 - β₁) g) + λ w);   m ← β₂ m + (1 - β₂) g

    Args:
        params: `model.parameters()`, or groups (see `Optimizer`).
        lr: learning rate, three to ten times smaller than Adam's. betas: (β₁, β₂), each in [0, 1). weight_decay: λ ≥ 0.
    """
    slots = ("momentum",)

    def __init__(self, params: Iterable, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, lr=lr, betas=betas, weight_decay=weight_decay)

    def validate(self, s) -> None:
        super().validate(s)
        check_betas(s)
        at_least_0(weight_decay=s.weight_decay)

    @staticmethod
    def rule(s, t, w, g, m):
        b1, b2 = s.betas
        direction = np.sign(b1 * m + (1 - b1) * g)
        w -= s.lr * (direction + s.weight_decay * w)
        m *= b2
        m += (1 - b2) * g
        return w, m


def check_common(s) -> None:
    check("eps", s.eps, lambda v: math.isfinite(v) and all(0 < rule_dtype(p).type(v) < math.inf for p in s.params),
          "greater than 0, in the parameters' dtype too")
    at_least_0(weight_decay=s.weight_decay)


def check_betas(s) -> None:
    check("betas", s.betas, lambda v: len(v) == 2 and all(0 <= b < 1 for b in v), "two numbers in [0, 1)")
