"""The networks that are timed: one training step through the public API, and by hand."""
import numpy as np

from autograd import Tensor
from nn import MLP, SGD, bce_with_logits_loss, cross_entropy_loss

from . import hand

CASES = {
    "2-32-32-32-1 sigmoid, BCE, 100 points": ([2, 32, 32, 32, 1], "sigmoid", 100),
    "64-32-10 ReLU, cross-entropy, batch 32": ([64, 32, 10], "relu", 32),
    "784-200-10 ReLU, cross-entropy, batch 64": ([784, 200, 10], "relu", 64),
}


def steps(sizes, activation, n, lr=0.1):
    """(ours, textbook, tuned): functions that train equal networks on equal data by one step and return the loss."""
    rng = np.random.default_rng(0)
    binary = sizes[-1] == 1
    x = rng.normal(size=(n, sizes[0]))
    target = rng.integers(0, 2, (n, 1)).astype(float) if binary else rng.integers(0, sizes[-1], n)
    rows = target if binary else np.eye(sizes[-1])[target]
    model = MLP(sizes, activation=activation, rng=0)
    textbook, tuned = ([[layer.weight.numpy(), layer.bias.numpy()] for layer in model.layers] for _ in range(2))
    loss_fn = bce_with_logits_loss if binary else cross_entropy_loss
    optimizer, X, T = SGD(model.parameters(), lr=lr), Tensor(x), Tensor(target)

    def ours():
        optimizer.zero_grad()
        loss = loss_fn(model(X), T)
        loss.backward(retain_graph=False)
        optimizer.step()
        return loss.item()
    return (ours, lambda: hand.textbook(textbook, activation, x, rows, lr),
            lambda: hand.tuned(tuned, activation, x, target, lr))
