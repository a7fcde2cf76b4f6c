"""The affine map, the layer that everything else is built of."""
from typing import ClassVar

import numpy as np

from autograd import linear, matmul

from ..checks import check_flags, generator
from ..init import Initialiser, Rng, initialiser
from ..module import Module
from ..parameter import Parameter
from ..sizes import positive_int
from ..state import Rules


class Linear(Module):
    """The affine map z = x W + b.

    Args:
        inputs, outputs: number of features in and out.
        bias: whether there is a b.
        rng: Generator or seed for the initial weights.
        init, bias_init: initialisers of W and of b, each a name or a function (shape, rng); b starts at 0 by default.

    Attributes:
        weight: Parameter (inputs, outputs). bias: Parameter (outputs), or None.

    x may be (..., inputs), array or Tensor, and gives (..., outputs). ValueError if the last axis does not fit.

    >>> from nn import Linear
    >>> layer = Linear(3, 2, rng=0)
    >>> layer([[1.0, 0.0, 2.0]]).shape
    (1, 2)
    """

    from_torch: ClassVar[Rules] = {"weight": np.transpose}

    def __init__(self, inputs: int, outputs: int, bias: bool = True, *, rng: Rng = None,
                 init: str | Initialiser = "xavier_uniform", bias_init: str | Initialiser = "zeros"):
        positive_int(inputs=inputs, outputs=outputs)
        check_flags(bias=bias)
        rng = generator(rng)                    # one for both: a seed given to each would draw the same
        self.weight = Parameter(initialiser(init)((inputs, outputs), rng), name="W")
        self.bias = Parameter(initialiser(bias_init)((outputs,), rng), name="b") if bias else None

    def forward(self, x):
        if self.bias is None:
            return matmul(x, self.weight)
        return linear(x, self.weight, self.bias)

    def config(self) -> dict:
        inputs, outputs = self.weight.shape
        return {"inputs": inputs, "outputs": outputs} | ({} if self.bias is not None else {"bias": False})
