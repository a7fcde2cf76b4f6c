"""Training state in one file, written whole or not at all, from which training goes on bit for bit."""
import json
from pathlib import Path
from typing import Any

import numpy as np

from .module import Module
from .stored import read_arrays, write_arrays


def write(path: Path, tree: Any) -> None:
    """Write nested dicts and lists of numbers, strings and arrays as one safetensors file."""
    arrays: dict[str, np.ndarray] = {}
    skeleton = _taken_apart(tree, arrays)
    write_arrays(path, arrays, {"state": json.dumps(skeleton)})


def read(path: Path) -> Any:
    """What `write` wrote. ValueError if the file is damaged or something else."""
    arrays, metadata = read_arrays(path)
    if "state" not in metadata:
        raise ValueError(f"{path} is not a checkpoint of training")
    return _put_together(json.loads(metadata["state"]), arrays)


def _taken_apart(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = tree
        return {"array": name}
    if isinstance(tree, dict):
        return {"dict": {str(k): _taken_apart(v, arrays) for k, v in tree.items()}}
    if isinstance(tree, list | tuple):
        return [_taken_apart(v, arrays) for v in tree]
    return tree.item() if isinstance(tree, np.generic) else tree


def _put_together(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, dict):
        if "array" in tree:
            return arrays[tree["array"]]
        return {k: _put_together(v, arrays) for k, v in tree["dict"].items()}
    return [_put_together(v, arrays) for v in tree] if isinstance(tree, list) else tree


def generators(model: Module) -> dict[str, np.random.Generator]:
    """The random generators among the attributes of a model's modules, by path."""
    return {f"{path}.{name}": x for path, module in model.named_modules() for name, x in vars(module).items()
            if isinstance(x, np.random.Generator)}
