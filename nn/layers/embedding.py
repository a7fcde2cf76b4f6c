"""A vector for each of a set of ids."""
from autograd import as_tensor
from autograd.core.values import on_host

from ..checks import as_array, generator
from ..init import Initialiser, Rng, initialiser, normal
from ..module import Module
from ..parameter import Parameter
from ..sizes import positive_int


class Embedding(Module):
    """A learned vector for each of `entries` ids: ids (...) integers give (..., features).

    Args:
        entries: how many ids there are. features: length of a vector.
        rng: Generator or seed. init: initialiser, by default N(0, 1).

    Raises:
        TypeError: ids that are not integers. IndexError: ids outside [0, entries).

    >>> from nn import Embedding
    >>> Embedding(10, 4, rng=0)([[1, 2, 3], [4, 5, 6]]).shape
    (2, 3, 4)
    """

    def __init__(self, entries: int, features: int, *, rng: Rng = None, init: str | Initialiser | None = None):
        positive_int(entries=entries, features=features)
        start = initialiser(normal(1.0) if init is None else init)
        self.weight = Parameter(start((entries, features), generator(rng)), name="E")

    def forward(self, ids):
        ids = as_array("ids", ids) if on_host(ids) else as_tensor(ids)
        if ids.dtype.kind not in "iu":
            raise TypeError(f"Embedding takes integer ids, got {ids.dtype}; use ids.astype(int)")
        if on_host(ids) and ids.size and not 0 <= ids.min() <= ids.max() < self.weight.shape[0]:
            raise IndexError(f"ids must be in [0, {self.weight.shape[0]}), got {ids.min()}..{ids.max()}")
        return self.weight[ids]

    def config(self) -> dict:
        entries, features = self.weight.shape
        return {"entries": entries, "features": features}
