"""Small computations and models that several tests of pages show."""
import numpy as np

from autograd import Tensor
from nn import MLP, LayerNorm, Linear, Module, ModuleList, mse_loss

X = Tensor([[1.0, 2.0], [3.0, 4.0]], name="x")


def leaf(value, name=None):
    return Tensor(value, requires_grad=True, name=name)


def scalars():
    a, b, c = leaf(2.0, "a"), leaf(-3.0, "b"), leaf(10.0, "c")
    return (a, b, c), ((a * b + c) * a * 0.1).tanh()


class Block(Module):
    """Modules within a module, and a way around them."""

    def __init__(self, width, rng):
        self.norm, self.inner = LayerNorm(width), MLP([width, width, width], rng=rng)

    def forward(self, x):
        return x + self.inner(self.norm(x))


class Tower(Module):
    def __init__(self, height, width, rng=0):
        rng = np.random.default_rng(rng)
        self.first = Linear(4, width, rng=rng)
        self.blocks = ModuleList([Block(width, rng) for _ in range(height)])

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return x


def network():
    model = MLP([2, 3, 1], activation="tanh", rng=0)
    return model, lambda x: mse_loss(model(x), [[0.5], [1.0]])
