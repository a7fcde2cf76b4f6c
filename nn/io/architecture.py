"""What a model is made of, as plain data that JSON can keep, and the model built from it again.

A description has the class, the constructor's arguments (`Module.config()`) and, as "attributes", what was changed
since. What it would build is compared with the model, so that no change is lost without a word.
"""
import inspect
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import Tensor

from ..init import blank
from ..layers import (
    activations,
    containers,
    conv,
    dropout,
    embedding,
    linear,
    mlp,
    norm,
    perceptron,
    recurrent,
    scalers,
)
from ..module import Module, contents

BUILT_IN: dict[str, type[Module]] = {
    name: kind for file in (activations, containers, conv, dropout, embedding, linear, mlp, norm, perceptron, recurrent,
                             scalers)
    for name, kind in vars(file).items() if isinstance(kind, type) and issubclass(kind, Module)
}
"""The classes that a description may name."""

MAX_DEPTH = 100
"""How deep modules may be nested, so that Python's own limit is far."""

NOT_BUILT = {"training", "frozen", "_hooks"}
"""Attributes that are states of use, not of the architecture."""


class Indescribable(ValueError):
    """No description would build this model. `changed`: it is built in, but was changed afterwards."""

    def __init__(self, reason: str, changed: bool = False):
        super().__init__(reason)
        self.changed = changed


def describe(model: Module) -> dict[str, Any]:
    """The description of a model of built-in modules that share no weights; Indescribable, with the reason, for others.

    >>> from nn import Linear
    >>> describe(Linear(3, 2, bias=False))
    {'class': 'Linear', 'inputs': 3, 'outputs': 2, 'bias': False}
    """
    tensors = [x for _, m in model.named_modules() for _, x in contents(m) if isinstance(x, Tensor) or x._tensors()]
    if len({id(x) for x in tensors}) < len(tensors):
        raise Indescribable("modules share weights")
    description = _described(model, "the model", 0)
    if '"attributes"' in _text(description):
        build(_copied(description), sum(x.size for x in model._tensors().values()))
    return description


def build(description: Any, entries: int) -> Module:
    """The model of a description, its weights 0; ValueError if it is not one, or not of about so many weights."""
    with blank(4 * entries + 2 ** 20):                      # parts that "attributes" replace are made as well
        model = _built(description, 0)
    if not isinstance(model, Module):
        raise ValueError(f"a description of a network names its class, got {description!r:.60}")
    return model


def is_description(data: Any) -> bool:
    """Whether this has the form of a description."""
    kind = BUILT_IN.get(str(data.get("class"))) if isinstance(data, dict) else None
    if kind is None:
        return False
    arguments = {k: v for k, v in data.items() if k not in ("class", "attributes")}
    if _holds_layers(kind):
        return arguments.keys() == {"layers"} and isinstance(arguments["layers"], list)
    try:
        return inspect.signature(kind).bind(**arguments) is not None
    except TypeError:
        return False


# ---- from a model to its description -------------------------------------------------------------------------------

def _described(x, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise Indescribable(f"modules are nested more than {MAX_DEPTH} deep", changed=True)
    if isinstance(x, Module):
        return _described_module(x, where, depth)
    if isinstance(x, list):
        return [_described(item, f"{where}.{i}", depth + 1) for i, item in enumerate(x)]
    if isinstance(x, tuple):
        return {"tuple": _described(list(x), where, depth)}
    if x is None or isinstance(x, bool | int | float | str | np.generic):
        return x.item() if isinstance(x, np.generic) else x
    for name, function in activations.NAMED.items():
        if function is x:
            return {"function": name}
    if callable(x):
        raise Indescribable(f"{where} is a function of your own")
    raise Indescribable(f"{where} is {x!r:.60}, which is neither a module nor plain data", changed=True)


def _described_module(module: Module, where: str, depth: int) -> dict[str, Any]:
    kind = type(module)
    if BUILT_IN.get(kind.__name__) is not kind:
        raise Indescribable(f"{where} is {kind.__name__}, a class of your own")
    if isinstance(module, containers.Sequential | containers.ModuleList):
        description = {"layers": [_described(x, f"{where}.{i}", depth + 1) for i, x in enumerate(module)]}
        differing = sorted(vars(module).keys() - vars(kind()).keys() - NOT_BUILT)
    else:
        description = _arguments(module, where)
        differing = _differing(module, _twin(kind, description, where))
    changed = {name: _changed(module, name, where, depth) for name in differing}
    return {"class": kind.__name__, **description} | ({"attributes": changed} if changed else {})


def _arguments(module: Module, where: str) -> dict[str, Any]:
    try:
        arguments = dict(module.config())
    except Exception as error:                              # a part was replaced by one of another kind
        raise Indescribable(f"{where} was changed: {error}", changed=True) from error
    return {k: "identity" if k in ("activation", "output") and v not in activations.NAMED else v
            for k, v in arguments.items()}                  # a function of no name is an attribute that differs


def _twin(kind: type[Module], arguments: dict[str, Any], where: str) -> Module:
    """What the description of an unchanged module would build."""
    try:
        with blank():
            return kind(**_copied(arguments))
    except (ValueError, TypeError) as error:
        raise Indescribable(f"{where} was changed: {error}", changed=True) from error


def _changed(module: Module, name: str, where: str, depth: int) -> Any:
    if name not in vars(module):
        raise Indescribable(f"{where} has no {name} any more", changed=True)
    if not _settable(type(module), name):
        raise Indescribable(f"{where} has a {name} of its own", changed=True)
    return _described(vars(module)[name], f"{where}.{name}", depth + 1)


def _settable(kind: type[Module], name: str) -> bool:
    """Whether an attribute of this name stands for data, and not in front of a method."""
    return name.isidentifier() and not name.startswith("_") and not hasattr(kind, name)


def _differing(module: Module, twin: Module) -> list[str]:
    a, b = vars(module), vars(twin)
    return [name for name in dict.fromkeys([*a, *b]) if name not in NOT_BUILT
            and not (name in a and name in b and _same(a[name], b[name]))]


def _same(a: Any, b: Any) -> bool:
    """Whether the two compute the same, with weights of the same values."""
    if isinstance(a, Module):
        return type(a) is type(b) and not _differing(a, b)
    if isinstance(a, Tensor):
        return type(a) is type(b) and a.shape == b.shape
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.random.Generator):
        return isinstance(b, np.random.Generator)
    try:
        return a is b or bool(a == b or (a != a and b != b))
    except Exception:                                       # of whatever is not plain data
        return False


def _text(description: Any) -> str:
    return json.dumps(description, indent=1, default=lambda number: number.tolist()) + "\n"         # NumPy's own


def _copied(description: Any) -> Any:
    """As it comes back from a file."""
    return json.loads(_text(description))


# ---- from a description to a model ---------------------------------------------------------------------------------

def _built(x: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError(f"modules are nested more than {MAX_DEPTH} deep")
    if isinstance(x, list):
        return [_built(item, depth + 1) for item in x]
    if not isinstance(x, Mapping):
        return x
    if x.keys() == {"function"}:
        return activations.activation(x["function"])
    if x.keys() == {"tuple"}:
        return tuple(_built(x["tuple"], depth))
    kind = BUILT_IN.get(str(x.get("class")))
    if kind is None:
        raise ValueError(f"unknown class in {x!r:.100}")
    return _built_module(kind, {k: v for k, v in x.items() if k != "class"}, depth)


def _built_module(kind: type[Module], arguments: dict[str, Any], depth: int) -> Module:
    changed = arguments.pop("attributes", {})
    module = _of_layers(kind, _built(arguments["layers"], depth)) if _holds_layers(kind) else kind(**arguments)
    for name, value in changed.items():
        if not _settable(kind, name):
            raise ValueError(f"{kind.__name__} has no attribute {name} to be set")
        setattr(module, name, _built(value, depth + 1))
    return module


def _of_layers(kind: Any, layers: list) -> Module:
    return kind(*layers) if issubclass(kind, containers.Sequential) else kind(layers)


def _holds_layers(kind: type[Module]) -> bool:
    return issubclass(kind, containers.Sequential | containers.ModuleList)
