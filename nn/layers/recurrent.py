"""Recurrent cells: one step of a sequence; loop over the steps in Python, the graph follows."""
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, as_tensor, linear, sigmoid, tanh
from autograd.core.values import beside

from ..checks import generator
from ..init import Rng, filled, initialiser
from ..module import Module
from ..parameter import Parameter
from ..sizes import positive_int
from ..state import Rules


class _Cell(Module):
    """W (inputs, gates · hidden), U (hidden, gates · hidden), each gate's U orthogonal, and b."""

    def __init__(self, inputs: int, hidden: int, gates: int, rng: Rng):
        positive_int(inputs=inputs, hidden=hidden)
        rng = generator(rng)
        glorot, orthogonal = initialiser("xavier_uniform"), initialiser("orthogonal")
        self.weight = Parameter(np.hstack([glorot((inputs, hidden), rng) for _ in range(gates)]), name="W")
        self.recurrent = Parameter(np.hstack([orthogonal((hidden, hidden), rng) for _ in range(gates)]), name="U")
        self.bias = Parameter(filled((gates * hidden,), 0.0), name="b")

    def _verified(self, x) -> Tensor:
        x, inputs = as_tensor(x), self.weight.shape[0]
        if x.ndim != 2 or x.shape[1] != inputs:
            remedy = {1: "; write x[None] for a single row", 3: "; give it one step after the other"}.get(x.ndim, "")
            raise ValueError(f"{type(self).__name__} takes x (n, {inputs}), got shape {x.shape}{remedy}")
        return x

    def _pre_activation(self, x: Tensor, h) -> Tensor:
        return linear(x, self.weight, self.bias) + self._state("h", x, h) @ self.recurrent

    def _state(self, name: str, x: Tensor, state) -> Tensor:
        state, needed = as_tensor(state), (x.shape[0], self.recurrent.shape[0])
        if state.shape not in (needed, (1, needed[1])):
            raise ValueError(f"the state {name} must be {needed}, got shape {state.shape}")
        return state

    def _start(self) -> Any:
        """A row of zeros, for each of any number of sequences."""
        return beside(np.zeros((1, self.recurrent.shape[0]), self.weight.dtype), self.weight)

    def config(self) -> dict:
        return {"inputs": self.weight.shape[0], "hidden": self.recurrent.shape[0]}


class RNNCell(_Cell):
    """h' = tanh(x W + h U + b), the simple recurrent unit (Elman 1990).

    Args:
        inputs: features of x. hidden: length of the state. rng: Generator or seed.

    x (n, inputs) and h (n, hidden), by default zeros, give the next h.

    >>> import numpy as np
    >>> from nn import RNNCell
    >>> cell, h = RNNCell(3, 5, rng=0), None
    >>> for x in np.ones((7, 2, 3)):            # 7 steps of 2 sequences
    ...     h = cell(x, h)
    >>> h.shape
    (2, 5)
    """

    from_torch: ClassVar[Rules] = {"weight": np.transpose, "recurrent": np.transpose}

    def __init__(self, inputs: int, hidden: int, *, rng: Rng = None):
        super().__init__(inputs, hidden, 1, rng)

    def forward(self, x, h=None):
        x = self._verified(x)
        return tanh(self._pre_activation(x, self._start() if h is None else h))


def _gates_from_torch(a: np.ndarray) -> np.ndarray:
    """The gates in our order, i, f, o and the candidate; PyTorch's are rows and have o last."""
    i, f, candidate, o = np.split(a.T, 4, axis=-1)
    return np.concatenate([i, f, o, candidate], axis=-1)


class LSTMCell(_Cell):
    """The long short-term memory (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000), open at first.

        i, f, o = σ(...), σ(...), σ(...);   c' = f c + i tanh(...);   h' = o tanh(c')      each ... is x W + h U + b

    Args:
        inputs: features of x. hidden: length of the states. rng: Generator or seed.

    x (n, inputs) and the pair (h, c) of (n, hidden) each, by default zeros, give the next pair. The columns of W, U and
    b belong to the gates i, f, o and the candidate, in this order; the forget gate's bias is 1 at first.
    """

    from_torch: ClassVar[Rules] = dict.fromkeys(("weight", "recurrent", "bias"), _gates_from_torch)

    def __init__(self, inputs: int, hidden: int, *, rng: Rng = None):
        super().__init__(inputs, hidden, 4, rng)
        bias = self.bias.numpy()
        bias[hidden:2 * hidden] = 1
        self.bias.assign(bias)

    def forward(self, x, state=None):
        x = self._verified(x)
        if not (state is None or (isinstance(state, tuple | list) and len(state) == 2)):
            raise ValueError("the state of an LSTMCell is the pair (h, c) that it returned at the step before")
        h, c = (self._start(), self._start()) if state is None else state
        z, n, c = self._pre_activation(x, h), self.recurrent.shape[0], self._state("c", x, c)
        gates = sigmoid(z[:, :3 * n])
        c = gates[:, n:2 * n] * c + gates[:, :n] * tanh(z[:, 3 * n:])
        return gates[:, 2 * n:] * tanh(c), c
