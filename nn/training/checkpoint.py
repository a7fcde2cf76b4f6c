"""Training state in one file, written whole or not at all, from which training goes on bit for bit."""
import json
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

from ..io.stored import read_arrays, write_arrays

if TYPE_CHECKING:
    from pathlib import Path


def write(path: "Path", tree: Any) -> None:
    """Write nested dicts and lists of numbers, strings and arrays as one safetensors file."""
    arrays: dict[str, np.ndarray] = {}
    skeleton = _taken_apart(tree, arrays)
    write_arrays(path, arrays, {"state": json.dumps(skeleton)})


def check(tree: Any) -> None:
    """ValueError, naming it, for what cannot be written."""
    _taken_apart(tree, {})


def read(path: "Path") -> Any:
    """What `write` wrote. ValueError if the file is damaged or something else."""
    arrays, metadata = read_arrays(path)
    if "state" not in metadata:
        raise ValueError(f"{path} is not a checkpoint of training")
    try:
        return _put_together(json.loads(metadata["state"]), arrays)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error!r}") from error


CONTAINERS: dict[str, Any] = {"tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}


def _taken_apart(tree: Any, arrays: dict[str, np.ndarray], path: str = "state") -> Any:
    """The tree with its arrays named and the containers that JSON lacks marked."""
    kind = type(tree).__name__
    if isinstance(tree, np.ndarray | np.generic):
        arrays[f"a{len(arrays)}"] = np.asarray(tree)
        return {"array" if isinstance(tree, np.ndarray) else "scalar": f"a{len(arrays) - 1}"}
    if isinstance(tree, Tensor):
        return {"tensor": _taken_apart(tree.numpy(), arrays)}
    if isinstance(tree, dict) and all(type(key) is str for key in tree):
        return {"dict": {key: _taken_apart(x, arrays, f"{path}.{key}") for key, x in tree.items()}}
    if isinstance(tree, dict):
        return {"pairs": _taken_apart([list(pair) for pair in tree.items()], arrays, path)}
    if kind in CONTAINERS:
        return {kind: _taken_apart(list(tree), arrays, path)}
    if isinstance(tree, list | tuple):
        return [_taken_apart(x, arrays, f"{path}.{i}") for i, x in enumerate(tree)]
    if not isinstance(tree, bool | int | float | str | type(None)):
        raise ValueError(f"a checkpoint keeps numbers, texts, arrays and containers of them, and {path} is {tree!r}")
    return tree


def _put_together(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, list):
        return [_put_together(x, arrays) for x in tree]
    if not isinstance(tree, dict):
        return tree
    (kind, x), = tree.items()
    if kind in ("array", "scalar"):
        return arrays[x] if kind == "array" else arrays[x][()]
    if kind == "tensor":
        return Tensor(_put_together(x, arrays))
    if kind == "dict":
        return {key: _put_together(value, arrays) for key, value in x.items()}
    return dict(_put_together(x, arrays)) if kind == "pairs" else CONTAINERS[kind](_put_together(x, arrays))
