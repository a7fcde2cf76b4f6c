"""Sparse weights: an L1 penalty that reaches exact zeros."""
from collections.abc import Iterable

import numpy as np

from ..checks import at_least_0
from .base import Optimizer


class ProximalSGD(Optimizer):
    """Gradient descent on the loss, then the proximal step of l1 · Σ|w|: weights it pulls past 0 become exactly 0.

        w ← w - lr g;   w ← sign(w) max(|w| - lr l1, 0)

    (ISTA, Daubechies et al. 2004.) A gradient step on |w| would jump around 0 forever instead.

    Args:
        params: `model.parameters()`, or groups (see `Optimizer`): biases are usually given l1=0.
        lr: learning rate. l1: weight of the penalty, at least 0.

    >>> from nn import Parameter, ProximalSGD
    >>> w = Parameter([1.0, 0.25])
    >>> w.grad = [0.0, 0.0]
    >>> ProximalSGD([w], lr=0.5, l1=1.0).step()
    >>> w
    Tensor([0.5 0. ], requires_grad=True)
    """

    def __init__(self, params: Iterable, lr=0.01, l1=0.0):
        super().__init__(params, lr=lr, l1=l1)

    def validate(self, s) -> None:
        super().validate(s)
        at_least_0(l1=s.l1)

    @staticmethod
    def rule(s, t, w, g):
        w -= s.lr * g
        edge = s.lr * s.l1
        w -= np.minimum(np.maximum(w, -edge), edge)         # w - w is an exact 0
        return (w,)
