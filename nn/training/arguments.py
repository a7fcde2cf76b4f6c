"""What `fit`, `evaluate` and `lr_range_test` are given, verified before anything changes."""
import math
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor
from autograd.support.files import as_path

from ..checks import check
from ..data.loader import DataLoader, Dataset, are_columns
from ..module import Module, check_module
from ..optim import LBFGS, Optimizer
from ..sizes import positive_int, whole
from .history import is_setting

if TYPE_CHECKING:
    from pathlib import Path


def check_parts(model: Module, optimizer: Optimizer) -> None:
    """A model, and an optimiser of its parameters."""
    check_module(model)
    if isinstance(optimizer, LBFGS):
        raise TypeError("fit updates from one batch at a time, and LBFGS tries several steps on all data: loop over "
                        "optimizer.step(closure) yourself, as its documentation shows")
    if not isinstance(optimizer, Optimizer):
        raise TypeError("the optimizer must be one made of the model's parameters, such as SGD(model.parameters(), "
                        f"lr=0.1), got {optimizer!r}")
    if not {id(p) for p in model.parameters()} & {id(p) for p in optimizer.params}:
        raise ValueError("the optimizer has none of the model's parameters, so nothing would be learned: make it of "
                         "model.parameters(), of this model and not of a copy")


def check_functions(loss, metrics, callbacks=(), schedule=None) -> None:
    """A loss, and functions in the containers that they belong in."""
    if not callable(loss):
        raise TypeError(f"loss must be a function of (output, y), such as nn.cross_entropy_loss, got {loss!r}")
    _check_metrics(metrics)
    listed = isinstance(callbacks, Iterable) and not isinstance(callbacks, str | Mapping)
    odd = [c for c in callbacks if isinstance(c, type) or not callable(c)] if listed else [callbacks]
    if odd:
        raise TypeError("callbacks must be a list of functions of the Training, or of objects such as EarlyStopping(), "
                        f"got {odd[0]!r}")
    if schedule is not None and not callable(schedule):
        raise TypeError("schedule must be a function from the number of the update to the rate, such as "
                        f"nn.schedule.cosine(0.1, steps=1000), got {schedule!r}; a constant rate is the optimizer's lr")


def _check_metrics(metrics) -> None:
    named = isinstance(metrics, Mapping) and all(isinstance(name, str) for name in metrics)
    if not named or not all(map(callable, metrics.values())):
        raise TypeError('metrics must be {name: function of (output, y)}, such as {"accuracy": nn.metrics.accuracy}, '
                        f"got {metrics!r}")
    taken = sorted(name for name in metrics if name == "loss" or is_setting(name))
    if taken:
        raise ValueError(f"the history has a column {taken[0]!r} already: give this metric another name")


def check_numbers(epochs, batch_size, clip_norm) -> None:
    """How often, how many, how long at most."""
    whole("epochs", epochs)
    positive_int(batch_size=batch_size)
    if clip_norm is not None:
        check("clip_norm", clip_norm, lambda v: not isinstance(v, bool) and 0 < v < math.inf,
              "a number greater than 0, or None")


def checkpoint_file(checkpoint: str | os.PathLike | None) -> "Path | None":
    """The path of a checkpoint; an error for what is no path, or lies in no folder."""
    if checkpoint is None:
        return None
    kept = as_path(checkpoint)
    if not kept.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {kept.parent} for the checkpoint: make it first")
    return kept


def check_data(data: Any, validation: Any = None) -> None:
    """Arrays, or what gives batches."""
    if validation is not None:
        check_data(validation)
    needed = "data must be arrays (x, y), a Dataset or DataLoader, or an iterable of batches (x, y)"
    if isinstance(data, np.ndarray | np.generic | Tensor | Mapping | str) or (are_columns(data) and len(data) < 2):
        raise TypeError(f"{needed}, got one {type(data).__name__}; to learn x itself, pass (x, x)")
    if not isinstance(data, Iterable | Dataset | DataLoader) and not hasattr(data, "__getitem__"):
        raise TypeError(f"{needed}, got {data!r}")
    if isinstance(data, tuple | list) and not are_columns(data) and any(hasattr(a, "shape") for a in data):
        raise TypeError(f"{needed}, got ({', '.join(type(a).__name__ for a in data)})")


def as_batch(batch: Any) -> tuple:
    """A batch as a tuple of inputs and a target. TypeError for what is none."""
    if not isinstance(batch, tuple | list) or len(batch) < 2:
        raise TypeError("a batch must be a tuple of inputs and target, such as (x, y), got "
                        + (f"{len(batch)} of them" if isinstance(batch, tuple | list) else f"{batch!r:.60}"))
    return tuple(batch)
