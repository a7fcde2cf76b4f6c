"""Keeping networks: weights and architecture in one safetensors file, never pickle; the architecture as JSON beside it.

The JSON is for readers. `load` takes the architecture from the weights' own file, so that no crash and no copying about
can bring the weights of one model together with the architecture of another.
"""
import json
import os
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograd.support.files import as_path, check_readable, check_writable, write_file

from ..module import Module, check_module
from ..state import LAYOUTS, convert
from .architecture import Indescribable, build, describe, is_description
from .stored import Stored, opened, read_arrays, write_arrays

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load", "read_arrays", "save", "write_arrays"]

MAX_JSON = 2 ** 24
"""No architecture takes more bytes than this."""


def save(model: Module, path: str | os.PathLike) -> None:
    """Write the weights to `path` (name it *.safetensors), and the architecture with them if the model is made of
    built-in modules that share no weights, replaced and changed ones included. To be read, that is also written to the
    same name with .json, unless another file has that name. Files appear complete or not at all.

    Warns:
        UserWarning: a built-in module was changed in a way that no architecture can tell, such as by a `forward` of its
            own, or modules are nested more than 100 deep; then only the weights are saved.
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
    beside = path.with_suffix(".json")
    if beside == path:
        raise ValueError(f"{path} is the name of the architecture beside the weights: name the weights *.safetensors")
    check_writable(path)
    description, notes = _notes(model)
    write_arrays(path, model.state_dict(), notes)
    if description is None:
        if _is_ours(beside):                            # of the model that was here before
            beside.unlink()
    elif _is_ours(beside) or not os.path.lexists(beside):
        write_file(beside, notes["architecture"])


def load(path: str | os.PathLike, into: Module | None = None, *, layout: str | None = None) -> Module:
    """The model that `save` wrote: built from its architecture, or the given one with the weights assigned.

    Args:
        path: the safetensors file. into: a model of the same architecture; needed for classes of your own.
        layout: of a file that `save` did not write: "torch" if PyTorch did, whose Linear has its weight the other way
            round; "retrograd" for weights (inputs, outputs). Needed where square weights leave it open.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a file is damaged or of another kind, or the weights do not fit; then nothing is loaded.
    """
    path = as_path(path)
    if layout not in LAYOUTS:
        raise ValueError(f'layout must be "retrograd", "torch" or None, got {layout!r}')
    if into is not None:
        check_module(into)
    with opened(path) as file:
        model = _built(file) if into is None else into
        layout = _layout(file, model, layout, ours=into is None or _says_ours(file.metadata))
        model._fitting(file.shapes, True, layout)       # before anything is read
        arrays = file.read()
        if into is None:
            _prepare(model, file)
        model.load_state_dict(arrays, layout=layout)
    return model


# ---- architecture --------------------------------------------------------------------------------------------------

def _notes(model: Module) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """The description, if there is one, and all that the file says beside the weights."""
    try:
        description, reason = describe(model), {}
    except Indescribable as error:
        description, reason = None, {"no_architecture": str(error)}
        if error.changed:
            warnings.warn(f"only the weights are saved, without an architecture: {error}. Load them by load(path, "
                          "into=model)", stacklevel=3)
    text = json.dumps(description, indent=1, default=lambda number: number.tolist()) + "\n"         # NumPy's own
    return description, {"architecture": text, "layout": "retrograd", "frozen": json.dumps(_frozen(model))} | reason


def _frozen(model: Module) -> list[str]:
    """The paths of frozen modules and parameters."""
    return [*(path for path, m in model.named_modules() if m.frozen),
            *(path for path, p in model.named_parameters() if not p.requires_grad)]


def _prepare(model: Module, file: Stored) -> None:
    """Give a new model the dtypes of the file, and freeze what was frozen."""
    for name, x in model._tensors().items():
        dtype = file.shapes[name].dtype
        if x.dtype.kind == dtype.kind == "f" and x.dtype != dtype:
            convert(x, dtype)
    frozen = _frozen_in(file)
    for path, module in model.named_modules():
        if path in frozen:
            module.frozen, module.training = True, False
    for path, p in model.named_parameters():
        p.requires_grad = path not in frozen


def _frozen_in(file: Stored) -> set[str]:
    try:
        return {str(path) for path in json.loads(file.metadata.get("frozen", "[]"))}
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{file.path} is damaged: what it says is frozen are no names: {error}") from error


def _is_ours(path: "Path") -> bool:
    """Whether a file is there that `save` wrote as an architecture."""
    try:
        check_readable(path)
        return path.stat().st_size < MAX_JSON and is_description(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return False


def _built(file: Stored) -> Module:
    """The model of a file of weights, which holds its architecture; that of older ones is only in the JSON beside."""
    text, path = file.metadata.get("architecture"), file.path
    try:
        if text is None:
            path = path.with_suffix(".json")
            text = path.read_text(encoding="utf-8") if path.is_file() else "null"
        description = json.loads(text)
        if description is not None:
            return build(description, sum(a.size for a in file.shapes.values()))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} does not describe a network: {error}") from error
    reason = file.metadata.get("no_architecture", "it was not written by save")
    raise ValueError(f"{file.path} holds no architecture, which only built-in modules that share no weights have: "
                     f"{reason}. Make the model yourself and call load(path, into=model)")


# ---- layout --------------------------------------------------------------------------------------------------------

def _says_ours(metadata: Mapping[str, str]) -> bool:
    """Whether `save` wrote the file: a note says so, or in older ones the architecture."""
    if metadata.get("layout") == "retrograd":
        return True
    try:
        description = json.loads(metadata.get("architecture", ""))
    except (ValueError, RecursionError):
        return False
    return description is None or is_description(description)


def _layout(file: Stored, model: Module, layout: str | None, ours: bool) -> str:
    """How the file's matrices are laid out. ValueError if nothing tells, or the file tells something else."""
    if ours and layout == "torch":
        raise ValueError(f'{file.path} was written by save, not by PyTorch: load it without layout="torch"')
    if ours or layout is not None:
        return layout or "retrograd"
    shapes = {name: x.shape for name, x in model._tensors().items() if name in model._torch_rules() and x.ndim == 2}
    square = [name for name, shape in shapes.items() if shape[0] == shape[1]]
    if square and not any(a != b and name in file.shapes and file.shapes[name].shape == (a, b)
                          for name, (a, b) in shapes.items()):
        raise ValueError(f"{file.path} does not say how its matrices are laid out, and {', '.join(square[:5])} are "
                         'square: pass layout="torch" if PyTorch wrote it, layout="retrograd" if they are (inputs, '
                         "outputs)")
    return "retrograd"
