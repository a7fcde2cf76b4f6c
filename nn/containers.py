"""Modules made of modules."""
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd import as_tensor

from .module import Module


class Sequential(Module):
    """Modules, or functions, applied one after the other.

    >>> from nn import Linear, ReLU, Sequential
    >>> model = Sequential(Linear(2, 3, rng=0), ReLU(), Linear(3, 1, rng=1))
    >>> model([[1.0, 2.0]]).shape, len(model), model[1]
    ((1, 1), 3, ReLU())
    """

    def __init__(self, *layers: Callable[[Any], Any]):
        for layer in layers:
            if isinstance(layer, type) and issubclass(layer, Module):
                raise TypeError(f"Sequential takes modules, and {layer.__name__} is a class of them: call it, as "
                                f"{layer.__name__}(...)")
            if not callable(layer):
                raise TypeError(f"Sequential takes modules and functions, got {layer!r}; layers in a list are given "
                                "as Sequential(*layers)")
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i):
        return Sequential(*self.layers[i]) if isinstance(i, slice) else self.layers[i]

    def __iter__(self) -> Iterator:
        return iter(self.layers)


class ModuleList(Module):
    """A list of modules. A plain list as an attribute does the same; this one exists for those used to it."""

    def __init__(self, modules: Iterable[Module] = ()):
        self.items = list(modules)

    def append(self, module: Module) -> "ModuleList":
        """Add a module at the end; returns self."""
        self.items.append(module)
        return self

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i):
        return ModuleList(self.items[i]) if isinstance(i, slice) else self.items[i]

    def __iter__(self) -> Iterator[Module]:
        return iter(self.items)


class Flatten(Module):
    """All axes after the first as one: (n, a, b, ...) gives (n, a · b · ...)."""

    def forward(self, x):
        x = as_tensor(x)
        return x.reshape((x.shape[0], math.prod(x.shape[1:])))         # -1 has no meaning for a batch of no rows
