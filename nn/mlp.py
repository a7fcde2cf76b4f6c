"""The multi-layer perceptron: affine maps with an activation between them."""
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .activations import Activation, activation, suited_init
from .init import Initialiser, Rng
from .linear import Linear
from .module import Module


class MLP(Module):
    """A feed-forward network: Linear layers of the given sizes with an activation after all but the last.

    The last layer gives logits, as the losses `bce_with_logits_loss` and `cross_entropy_loss` want them; for
    regression they are the prediction.

    Args:
        sizes: features in, units of each hidden layer, outputs: [64, 32, 10]. At least two.
        activation: name ("relu", "tanh", "sigmoid", "leaky_relu", "gelu", "softplus", "identity") or a function.
        rng: Generator or seed for the initial weights.
        init: initialiser of the weights; default He's for ReLU and its kin, Glorot's for sigmoid and tanh.

    x is (n, sizes[0]), array or Tensor, and gives (n, sizes[-1]).

    >>> from nn import MLP
    >>> model = MLP([2, 3, 1], activation="tanh", rng=0)
    >>> model([[70.0, 25.0]]).shape
    (1, 1)
    >>> sum(p.size for p in model.parameters())
    13
    """

    def __init__(self, sizes: Sequence[int], activation: str | Activation = "relu", *, rng: Rng = None,
                 init: str | Initialiser | None = None):
        sizes = list(sizes)
        if len(sizes) < 2:
            raise ValueError(f"MLP needs the sizes of at least input and output, such as [64, 32, 10], got {sizes}")
        rng = np.random.default_rng(rng)
        self.activation = _activation(activation)
        self.layers = [Linear(n, m, rng=rng, init=init or suited_init(activation))
                       for n, m in pairwise(sizes)]
        self.sizes = sizes

    def forward(self, x):
        *hidden, last = self.layers
        for layer in hidden:
            x = self.activation(layer(x))
        return last(x)

    def config(self) -> dict:
        return {"sizes": self.sizes, "activation": getattr(self.activation, "__name__", repr(self.activation))}


_activation = activation
