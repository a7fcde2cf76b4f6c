"""The multi-layer perceptron: affine maps with an activation between them."""
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ..checks import generator
from ..init import Initialiser, Rng
from ..module import Module
from . import activations
from .activations import Activation, name_of, suited_init
from .dropout import Dropout
from .linear import Linear
from .norm import BatchNorm1d, LayerNorm

NORMS = {"batch": BatchNorm1d, "layer": LayerNorm}


class MLP(Module):
    """A feed-forward network: Linear layers of the given sizes with an activation after all but the last.

    The last layer gives logits, as the losses `bce_with_logits_loss` and `cross_entropy_loss` want them; for
    regression they are the prediction.

    Args:
        sizes: features in, units of each hidden layer, outputs: [64, 32, 10]. At least two.
        activation: of the hidden layers, a name ("relu", "tanh", "sigmoid", "gelu", ...) or a function.
        output: activation of the last layer, by default none.
        dropout: probability of dropping a hidden unit in training.
        norm: "batch" or "layer" normalises the hidden pre-activations.
        rng: Generator or seed of the initial weights and of dropout.
        init: initialiser of the weights; default He's for ReLU and its kin, Glorot's for sigmoid and tanh.
        bias_init: initialiser of the biases, such as `nn.init.normal(1.0)`; by default they start at 0.

    x is (n, sizes[0]), array or Tensor, and gives (n, sizes[-1]).

    >>> from nn import MLP
    >>> model = MLP([2, 3, 1], activation="tanh", rng=0)
    >>> model([[70.0, 25.0]]).shape
    (1, 1)
    >>> sum(p.size for p in model.parameters())
    13
    """

    def __init__(self, sizes: Sequence[int], activation: str | Activation = "relu", *,
                 output: str | Activation = "identity", dropout: float = 0.0, norm: str | None = None, rng: Rng = None,
                 init: str | Initialiser | None = None, bias_init: str | Initialiser = "zeros"):
        listed = isinstance(sizes, Iterable) and not isinstance(sizes, Mapping | str)
        self.sizes: list[int] = list(sizes) if listed else [sizes]              # type: ignore[list-item]
        if len(self.sizes) < 2:
            raise ValueError("MLP needs the sizes of at least input and output in one list, as MLP([64, 32, 10]), got "
                             f"{sizes!r}")
        if norm is not None and norm not in tuple(NORMS):
            raise ValueError(f'norm must be None, "batch" or "layer", got {norm!r}')
        rng = generator(rng)
        self.activation, self.output = activations.activation(activation), activations.activation(output)
        self.norm = norm
        init = suited_init(activation) if init is None else init
        self.layers = [Linear(n, m, rng=rng, init=init, bias_init=bias_init)
                       for n, m in pairwise(self.sizes)]
        self.norms = [NORMS[norm](n) for n in self.sizes[1:-1]] if norm else []
        drop = Dropout(dropout, rng=rng)
        self.dropout = drop if drop.p else None

    def forward(self, x):
        *hidden, last = self.layers
        activation, norms, dropout = self.activation, self.norms, self.dropout
        for i, layer in enumerate(hidden):
            x = layer(x)
            x = activation(norms[i](x) if norms else x)
            if dropout is not None:
                x = dropout(x)
        return self.output(last(x))

    def config(self) -> dict:
        optional = {"output": (name_of(self.output), "identity"), "norm": (self.norm, None),
                    "dropout": (getattr(self.dropout, "p", 0.0), 0.0)}
        return {"sizes": self.sizes, "activation": name_of(self.activation)} | {
            name: value for name, (value, default) in optional.items() if value != default}
