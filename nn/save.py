"""Keeping networks: weights and architecture in one safetensors file, never pickle; the architecture as JSON beside it.

The JSON is for readers. `load` takes the architecture from the weights' own file, so that no crash and no copying about
can bring the weights of one model together with the architecture of another.
"""
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.files import as_path, check_readable, write_file
from autograd.optional import optional

from . import activations, containers, conv, dropout, embedding, linear, mlp, norm, perceptron, recurrent, scalers
from .module import Module, contents

BUILT_IN: dict[str, type[Module]] = {
    name: kind for file in (activations, containers, conv, dropout, embedding, linear, mlp, norm, perceptron, recurrent,
                             scalers)
    for name, kind in vars(file).items() if isinstance(kind, type) and issubclass(kind, Module)
}
"""The classes that a JSON architecture may name."""


def save(model: Module, path: str | os.PathLike) -> None:
    """Write the weights to `path` (name it *.safetensors), and the architecture with them if the model is made of
    built-in modules that share no weights. To be read, that is also written to the same name with .json. Files appear
    complete or not at all.

    Raises:
        ImportError: safetensors is missing.
        TypeError: something that is not a Module. ValueError: a path that ends in .json, or a folder.
        FileNotFoundError: the path's folder does not exist.
    """
    if not isinstance(model, Module):
        raise TypeError(f"save takes a Module and then a path, as save(model, 'model.safetensors'), got {model!r}")
    path = as_path(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder: name a file in it, such as {path / 'model.safetensors'}")
    architecture, beside = None if _shares(model) else _described(model), path.with_suffix(".json")
    if beside == path:
        raise ValueError(f"{path} is the name of the architecture beside the weights: name the weights *.safetensors")
    text = json.dumps(architecture, indent=1, default=lambda number: number.tolist()) + "\n"        # NumPy's own
    write_arrays(path, model.state_dict(), {"architecture": text})
    if architecture is not None:
        write_file(beside, text)
    elif _is_ours(beside):                              # of the model that was here before
        beside.unlink()


def load(path: str | os.PathLike, into: Module | None = None) -> Module:
    """The model that `save` wrote: built from its architecture, or the given one with the weights assigned.

    Args:
        path: the safetensors file. into: a model of the same architecture; needed for classes of your own.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a file is damaged or of another kind, or the weights do not fit; then nothing is loaded.
    """
    path = as_path(path)
    state, metadata = read_arrays(path)
    if into is None:
        into = _built(path, metadata)
        dtypes = {a.dtype for name, a in state.items() if a.dtype.kind == "f"}
        if len(dtypes) == 1:
            into.astype(dtypes.pop())
    into.load_state_dict(state)
    return into


# ---- architecture --------------------------------------------------------------------------------------------------

def _shares(model: Module) -> bool:
    """Whether weights are in two places at once: built from a description, they would be two."""
    inside = [x for _, m in model.named_modules() for _, x in contents(m) if isinstance(x, Tensor) or x._tensors()]
    return len({id(x) for x in inside}) < len(inside)


def _described(layer) -> dict[str, Any] | None:
    """A module as plain data; None if it is not built in, or holds something that is not."""
    if not isinstance(layer, Module):
        name = activations.name_of(layer)
        return {"function": name} if activations.NAMED.get(name) is layer else None
    name, config = type(layer).__name__, layer.config()
    if BUILT_IN.get(name) is not type(layer) or not _faithful(layer, config):
        return None
    if isinstance(layer, containers.Sequential | containers.ModuleList):
        inside = [_described(x) for x in layer]
        return None if None in inside else {"class": name, "layers": inside}
    return {"class": name, **config}


def _faithful(layer: Module, config: dict) -> bool:
    """Whether activations given as functions are among those with a name."""
    return all(config[k] in activations.NAMED for k in ("activation", "output") if k in config)


def _is_ours(path: Path) -> bool:
    """Whether a file is there that `save` wrote as an architecture."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["class"] in BUILT_IN
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _build(description: Mapping[str, Any]):
    config = dict(description)
    if "function" in config:
        return activations.activation(config["function"])
    kind = BUILT_IN.get(config.pop("class", ""))
    if kind is None:
        raise ValueError(f"unknown class in {description}")
    if issubclass(kind, containers.Sequential):
        return kind(*(_build(x) for x in config["layers"]))
    if issubclass(kind, containers.ModuleList):
        return kind(_build(x) for x in config["layers"])
    return kind(**{k: tuple(v) if k in ("size", "stride", "padding") and isinstance(v, list) else v
                   for k, v in config.items()})


def _built(path: Path, metadata: Mapping[str, str]) -> Module:
    """The model of a file of weights, which holds its architecture; that of older ones is only in the JSON beside."""
    text, weights = metadata.get("architecture"), path
    try:
        if text is None:
            path = path.with_suffix(".json")
            text = path.read_text(encoding="utf-8") if path.exists() else "null"
        description = json.loads(text)
        if description is not None:
            return _build(description)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} does not describe a network: {error}") from error
    raise ValueError(f"{weights} holds no architecture: only those of built-in modules that share no weights do. Make "
                     "the model yourself and call load(path, into=model)")


# ---- files ---------------------------------------------------------------------------------------------------------

def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], metadata: dict[str, str] | None = None) -> None:
    """Write a safetensors file, complete or not at all."""
    tensors = {name: np.ascontiguousarray(a).reshape(np.shape(a)) for name, a in arrays.items()}
    write_file(path, _safetensors().numpy.save(tensors, metadata))


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """(arrays, metadata) of a safetensors file; ValueError if it is damaged or of another kind."""
    library = _safetensors()
    check_readable(path)
    try:
        with library.safe_open(path, "numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}     # noqa: SIM118
    except library.SafetensorError as error:
        raise ValueError(f"{path} is damaged or not a safetensors file: {error}") from error


def _safetensors() -> Any:
    with optional("safetensors", "keeping weights needs"):
        import safetensors
        import safetensors.numpy
    return safetensors
