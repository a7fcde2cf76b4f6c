"""The networks that are timed: one training step through the public API, and by hand."""
from typing import NamedTuple

import numpy as np

import autograd
from autograd import Tensor
from nn import MLP, SGD, Conv2d, bce_with_logits_loss, cross_entropy_loss, mse_loss

from . import hand


class Case(NamedTuple):
    """Sizes of the layers, activation between them, loss, batch size, and the most ours may take of `plain`."""
    sizes: list[int]
    activation: str
    loss: str
    n: int
    target: float
    compiled: tuple[float, float]
    """The same of the compiled step, in float32 and float64."""


CASES = {
    "2-32-32-32-1 sigmoid, BCE, batch 100": Case([2, 32, 32, 32, 1], "sigmoid", "bce", 100, 1.10, (.50, .60)),
    "64-32-10 ReLU, cross-entropy, batch 32": Case([64, 32, 10], "relu", "ce", 32, 1.10, (.45, .50)),
    "2-40-40-40-40-40-1 ReLU, MSE, batch 64": Case([2, 40, 40, 40, 40, 40, 1], "relu", "mse", 64, 1.10,
                                                   (.50, .60)),
    "784-200-10 sigmoid, cross-entropy, batch 10": Case([784, 200, 10], "sigmoid", "ce", 10, 1.10, (.80, .85)),
    "784-200-10 sigmoid, cross-entropy, batch 64": Case([784, 200, 10], "sigmoid", "ce", 64, 1.05, (.93, .93)),
    "one neuron, 12 288 inputs, BCE, batch 1000": Case([12_288, 1], "sigmoid", "bce", 1000, 1.05, (.85, .80)),
}
LOSSES = {"bce": bce_with_logits_loss, "ce": cross_entropy_loss, "mse": mse_loss}


def steps(case: Case, dtype=np.float64, lr: float = 0.1) -> dict:
    """{name: function} that train equal networks on equal data by one step and return the loss: ours, and by hand."""
    sizes, activation, loss, n, *_ = case
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, sizes[0])).astype(dtype)
    target = _target(rng, loss, n, sizes[-1], dtype)
    model, twin = (MLP(sizes, activation=activation, rng=0).astype(dtype) for _ in range(2))
    copies = [[[layer.weight.numpy(), layer.bias.numpy()] for layer in model.layers] for _ in range(3)]
    plain = hand.tuned_mse if loss == "mse" else hand.tuned
    preallocated = hand.Preallocated(copies[1], activation, loss, n)
    programs = {"ours": ours(model, x, target, LOSSES[loss], lr),
                "compiled": compiled(twin, x, target, LOSSES[loss], lr),
                "plain": lambda: plain(copies[0], activation, x, target, lr),
                "preallocated": lambda: preallocated(x, target, lr)}
    if loss != "mse":
        rows = target if loss == "bce" else np.eye(sizes[-1], dtype=dtype)[target]
        programs["textbook"] = lambda: hand.textbook(copies[2], activation, x, rows, lr)
    return programs


def _target(rng, loss: str, n: int, outputs: int, dtype) -> np.ndarray:
    if loss == "ce":
        return rng.integers(0, outputs, n)
    return (rng.integers(0, 2, (n, 1)) if loss == "bce" else rng.normal(size=(n, 1))).astype(dtype)


def ours(model, x, target, loss_fn, lr: float):
    optimizer, X, T = SGD(model.parameters(), lr=lr), Tensor(x), Tensor(target)

    def step():
        optimizer.zero_grad()
        loss = loss_fn(model(X), T)
        loss.backward(retain_graph=False)
        optimizer.step()
        return loss.item()
    return step


def compiled(model, x, target, loss_fn, lr: float):
    """The same step, compiled."""
    optimizer, X, T = SGD(model.parameters(), lr=lr), Tensor(x), Tensor(target)

    @autograd.compile
    def step(x, t):
        optimizer.zero_grad()
        loss = loss_fn(model(x), t)
        loss.backward()
        optimizer.step()
        return loss
    return lambda: step(X, T).item()


CONVOLUTION = "Conv2d 3-16, 3×3 on 16×16, MSE, batch 32"


def convolution_steps(dtype=np.float64, lr: float = 0.1) -> dict:
    """{name: function} as those of `steps`, for one convolution; target is (n, rows, columns, outputs)."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(32, 3, 16, 16)).astype(dtype), rng.normal(size=(32, 14, 14, 16)).astype(dtype)
    model = Conv2d(3, 16, 3, rng=0).astype(dtype)
    K, b = model.weight.numpy(), model.bias.numpy()
    return {"ours": ours(model, x, target.transpose(0, 3, 1, 2), mse_loss, lr),
            "plain": lambda: hand.convolution(K, b, x, target, lr)}
