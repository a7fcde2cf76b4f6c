"""L-BFGS: for small problems without noise, where the full gradient is cheap and a precise minimum is wanted."""
import math
from collections import deque
from collections.abc import Callable, Iterable

import numpy as np

from autograd import Tensor
from autograd.core.values import beside, to_host

from ..checks import check, check_function
from ..sizes import positive_int
from .base import make_group, once


class LBFGS:
    """Limited-memory BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with backtracking by Armijo's condition.

    Args:
        params: `model.parameters()`. memory: how many past steps shape the next.
        lr: the first step length that is tried. attempts: how often it is halved before giving up.

    >>> from nn import LBFGS, Parameter
    >>> w = Parameter([3.0, -2.0])
    >>> optimizer = LBFGS([w])
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (w[0] - 1) ** 2 + 10 * (w[1] - 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> for _ in range(20):
    ...     loss = optimizer.step(closure)
    >>> w.data.round(6)
    array([1., 2.])
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1.0, memory: int = 10, attempts: int = 30):
        self.params = make_group({"params": params}, {}).params
        once(self.params)
        check("lr", lr, lambda v: 0 < v < math.inf, "greater than 0")
        positive_int(memory=memory, attempts=attempts)
        self.lr, self.attempts = lr, attempts
        self.pairs: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=memory)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.params:
            p.grad = None

    def step(self, closure: Callable[[], Tensor]) -> float:
        """One step; returns the loss before it. The parameters stay where they are if no step makes the loss smaller.

        Args:
            closure: zeroes the gradients, computes the loss, calls backward, and returns the loss.
        """
        loss, x, g = _loss(closure), self._flat(), self._gradient()
        d = -self._inverse_hessian_times(g)
        slope = float(d @ g)
        if slope >= 0:                                          # no descent: past steps mislead, so forget them
            self.pairs.clear()
            d, slope = -g, -float(g @ g)
        length = self.lr if self.pairs else min(self.lr, 1 / max(1e-300, np.abs(g).sum()))
        for _ in range(self.attempts):
            self._assign(x + length * d)
            new = _loss(closure)
            if new <= loss + 1e-4 * length * slope:
                self._remember(length * d, self._gradient() - g)
                return loss
            length /= 2
        self._assign(x)
        return loss

    def _inverse_hessian_times(self, g: np.ndarray) -> np.ndarray:
        """The two-loop recursion."""
        q, weights = g.copy(), []
        for s, y in reversed(self.pairs):
            weights.append((s @ q) / (s @ y))
            q -= weights[-1] * y
        if self.pairs:
            s, y = self.pairs[-1]
            q *= (s @ y) / (y @ y)
        for (s, y), a in zip(self.pairs, reversed(weights), strict=True):
            q += (a - (y @ q) / (s @ y)) * s
        return q

    def _remember(self, s: np.ndarray, y: np.ndarray) -> None:
        if s @ y > 1e-12 * np.sqrt((s @ s) * (y @ y)):           # only where the curvature is positive
            self.pairs.append((s, y))

    def _flat(self) -> np.ndarray:
        return np.concatenate([to_host(p).ravel() for p in self.params]).astype(float)

    def _gradient(self) -> np.ndarray:
        return np.concatenate([np.zeros(p.size) if p.grad is None else to_host(p.grad).ravel() for p in self.params],
                              dtype=float)

    def _assign(self, x: np.ndarray) -> None:
        start = 0
        for p in self.params:
            p.assign(beside(x[start:start + p.size].reshape(p.shape), p))
            start += p.size


def _loss(closure: Callable[[], Tensor]) -> float:
    check_function("closure", closure, "a function without arguments that returns the loss")
    loss = closure()
    if not isinstance(loss, Tensor) or loss.size != 1:
        raise TypeError(f"the closure must return the loss, a Tensor of one number, got {loss!r}")
    return loss.item()
