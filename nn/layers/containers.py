"""Modules made of modules."""
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd import as_tensor

from ..module import Module
from ..sizes import is_integer


class Sequential(Module):
    """Modules, or functions, applied one after the other.

    >>> from nn import Linear, ReLU, Sequential
    >>> model = Sequential(Linear(2, 3, rng=0), ReLU(), Linear(3, 1, rng=1))
    >>> model([[1.0, 2.0]]).shape, len(model), model[1]
    ((1, 1), 3, ReLU())
    """

    def __init__(self, *layers: Callable[[Any], Any]):
        for layer in layers:
            check_made("Sequential", layer)
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
        return Sequential(*self.layers[i]) if isinstance(i, slice) else _at("Sequential", self.layers, i)

    def __iter__(self) -> Iterator:
        return iter(self.layers)


class ModuleList(Module):
    """A list of modules. A plain list as an attribute does the same; this one exists for those used to it."""

    def __init__(self, modules: Iterable[Module] = ()):
        if isinstance(modules, str | Module) or not isinstance(modules, Iterable):
            raise TypeError(f"ModuleList takes modules in a list, as ModuleList([layer, ...]), got {modules!r}")
        self.items = [_module(m) for m in modules]

    def append(self, module: Module) -> "ModuleList":
        """Add a module at the end; returns self."""
        self.items.append(_module(module))
        return self

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i):
        return ModuleList(self.items[i]) if isinstance(i, slice) else _at("ModuleList", self.items, i)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.items)


class Flatten(Module):
    """All axes after the first as one: (n, a, b, ...) gives (n, a · b · ...)."""

    def forward(self, x):
        x = as_tensor(x)
        if not x.ndim:
            raise ValueError("Flatten takes (n, ...), got one number")
        return x.reshape((x.shape[0], math.prod(x.shape[1:])))         # -1 has no meaning for a batch of no rows


def _module(layer) -> Module:
    """The module itself; TypeError for what is none."""
    check_made("ModuleList", layer)
    if not isinstance(layer, Module):
        raise TypeError(f"ModuleList takes modules, got {layer!r}; a function may stand in a Sequential")
    return layer


def check_made(container: str, layer) -> None:
    """TypeError for a class in the place of a module."""
    if isinstance(layer, type) and issubclass(layer, Module):
        raise TypeError(f"{container} takes modules, and {layer.__name__} is a class of them: call it, as "
                        f"{layer.__name__}(...)")


def _at(container: str, layers: list, i):
    if not is_integer(i):
        raise TypeError(f"the index of a {container} is an integer or a slice, got {i!r}")
    if not -len(layers) <= i < len(layers):
        raise IndexError(f"this {container} has {len(layers)} layer(s), got index {i}")
    return layers[i]
