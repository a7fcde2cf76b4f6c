"""Rosenblatt's perceptron: one unit with a step, and the learning rule that came before gradients."""
import math
import warnings

import numpy as np

from autograd import as_tensor

from ..checks import check, generator, numbers
from ..init import Rng, filled
from ..module import Module
from ..parameter import Parameter
from ..sizes import positive_int


class NotSeparable(UserWarning):
    """The perceptron still made mistakes when it stopped: most likely no straight line separates the classes."""


class Perceptron(Module):
    """One unit with a step activation: 1 where x w + b > 0, else 0 (Rosenblatt 1958).

    The step has no useful derivative, so no gradient can train it; `fit` is Rosenblatt's own rule. It stops with no
    mistake left if a straight line separates the classes (Novikoff 1962), and never settles if none does, as for XOR.

    Args:
        inputs: number of features.

    Attributes:
        weight: Parameter (inputs). bias: Parameter ().
        mistakes: after `fit`, the number of wrong predictions in each pass over the data.
        converged: after `fit`, whether the last pass was without mistake.

    >>> from nn import Perceptron
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
    >>> unit = Perceptron(2).fit(x, y)
    >>> unit(x)
    Tensor([0 0 0 1], int64)
    >>> unit.converged, unit.mistakes[-1]
    (True, 0)
    """

    def __init__(self, inputs: int):
        positive_int(inputs=inputs)
        self.weight = Parameter(filled((inputs,), 0.0), name="w")
        self.bias = Parameter(0.0, name="b")
        self.mistakes: list[int] = []
        self.converged = False

    def score(self, x):
        """The pre-activation x w + b: a graph op, differentiable. x (n, inputs) gives (n)."""
        x = as_tensor(x)
        if not x.ndim or x.shape[-1] != self.weight.size:
            raise ValueError(f"Perceptron takes x (n, {self.weight.size}), got shape {x.shape}")
        return x @ self.weight + self.bias

    def forward(self, x):
        """The class of each row, 0 or 1: outside the graph. x (n, inputs) gives (n) integers."""
        return (self.score(x) > 0) * 1

    def fit(self, x, y, *, lr: float = 1.0, epochs: int = 1000, rng: Rng = None) -> "Perceptron":
        """Rosenblatt's rule, one sample at a time, until a pass makes no mistake: w += lr (y - prediction) x.

        Args:
            x: (n, inputs) numbers. y: (n) labels 0 or 1.
            lr: size of a correction. epochs: passes before giving up; a single pass is a step, and judged by nobody.
            rng: Generator or seed to shuffle each pass; None keeps the given order.

        Warns:
            NotSeparable: a mistake was left after the last of several passes.
        Raises:
            ValueError: shapes that do not fit, labels other than 0 and 1, no epochs.
        """
        x, y = self._verified(x, y)
        positive_int(epochs=epochs)
        check("lr", lr, lambda v: 0 < v < math.inf, "greater than 0")
        w, b = self.weight.numpy(), self.bias.item()
        order, rng = np.arange(len(x)), None if rng is None else generator(rng)
        self.mistakes, self.converged = [], False
        while len(self.mistakes) < epochs and not self.converged:
            w, b, wrong = _one_pass(w, b, x, y, order if rng is None else rng.permutation(len(x)), lr)
            self.mistakes.append(wrong)
            self.converged = not wrong
        self.weight.assign(w)
        self.bias.assign(b)
        if not self.converged and epochs > 1:
            warnings.warn(f"{self.mistakes[-1]} of {len(x)} still wrong after {epochs} passes: probably no straight "
                          "line separates the classes. Use a network with a hidden layer, such as MLP", NotSeparable, 2)
        return self

    def _verified(self, x, y) -> tuple[np.ndarray, np.ndarray]:
        x, y = numbers("x", x).astype(float), numbers("y", y)
        if x.ndim != 2 or x.shape[1] != self.weight.size or y.shape != x.shape[:1]:
            raise ValueError(f"fit needs x of shape (n, {self.weight.size}) and y of shape (n,), got {x.shape} and "
                             f"{y.shape}")
        if not np.isin(y, (0, 1)).all():
            raise ValueError(f"labels must be 0 and 1, got {np.unique(y)[:5]}")
        if not np.isfinite(x).all():
            raise ValueError("x holds nan or inf: fill or leave out what is missing first")
        return x, y.astype(int)                             # unsigned ones would make 0 - 1 a large number

    def config(self) -> dict:
        return {"inputs": self.weight.size}


def _one_pass(w, b, x, y, order, lr):
    """(w, b, number of mistakes) after showing each sample once."""
    wrong = 0
    for i in order:
        error = y[i] - (x[i] @ w + b > 0)
        if error:
            w, b, wrong = w + lr * error * x[i], b + lr * error, wrong + 1
    return w, b, wrong
