"""Dropout."""
from autograd import as_tensor
from autograd.core.values import beside

from ..checks import check, generator
from ..init import Rng
from ..module import Module


class Dropout(Module):
    """In training, sets each entry to 0 with probability p and scales the others by 1 / (1 - p); after `eval`, nothing.

    The scaling keeps the expected value, so nothing changes at the time of use (Srivastava et al. 2014, §10).

    Args:
        p: probability of an entry to be dropped, in [0, 1).
        rng: Generator or seed of the masks. It is part of the module: pickles and checkpoints keep its state.

    >>> from autograd import Tensor
    >>> from nn import Dropout
    >>> layer = Dropout(0.5, rng=0)
    >>> layer(Tensor([1.0, 1.0, 1.0, 1.0]))
    Tensor([2. 0. 0. 0.])
    >>> layer.eval()(Tensor([1.0, 1.0]))
    Tensor([1. 1.])
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None):
        check("the probability p of dropping", p, lambda v: 0 <= v < 1, "in [0, 1)")
        self.p = p
        self.rng = generator(rng)

    def forward(self, x):
        x = as_tensor(x)
        if not self.training or not self.p:
            return x
        kept = self.rng.random(x.shape) >= self.p
        return x * beside((kept / (1 - self.p)).astype(x.dtype if x.dtype.kind == "f" else float), x)

    def config(self) -> dict:
        return {"p": self.p}
