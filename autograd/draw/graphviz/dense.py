"""Whether a model is a chain of dense layers, found by running it on one sample and reading the recorded graph."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ... import graph
from ...core.modes import enable_grad
from ...core.tensor import Tensor
from ...core.values import as_real_array
from ..graph.module_calls import models_in

INSTEAD = "Use draw(model, x)"


@dataclass
class DenseCall:
    """One call of a dense layer: what it received and what it gave."""
    layer: Any
    received: Any
    output: Any


def chain_of_dense_layers(model: Any, x: Any = None) -> tuple[list[Any], list[np.ndarray] | None]:
    """The layers in the order of their calls; and, of a sample x, what each received and the output.

    TypeError, with the reason, if the model is something else: has other weights (a convolution, a recurrent cell),
    uses a layer twice, or feeds a layer from anything but the one before it (a skip connection).
    """
    if isinstance(model, dict) or not models_in(model):
        raise TypeError(f"draw_network needs a model made of modules, got {type(model).__name__}")
    layers = _dense_layers(model)
    sample = _sample(x, layers[0].weight)
    calls, y = _calls(model, layers, sample)
    _verify(calls, layers, sample, y)
    values = [*(call.received for call in calls), y]
    return [call.layer for call in calls], None if x is None else [np.ravel(graph.value(v)) for v in values]


def _refuse(why: str) -> TypeError:
    return TypeError(f"draw_network needs a chain of weight matrices, each fed by the one before; {why}. {INSTEAD}")


def _dense_layers(model: Any) -> list[Any]:
    """The modules with a weight matrix; there must be no other parameter of two or more axes."""
    layers = [m for _, m in model.named_modules() if len(getattr(getattr(m, "weight", None), "shape", ())) == 2]
    matrices = {id(m.weight) for m in layers}
    for path, parameter in model.named_parameters():
        if parameter.ndim >= 2 and id(parameter) not in matrices:
            raise _refuse(f"in this {type(model).__name__}, {path} has shape {parameter.shape} and is none")
    if not layers:
        raise _refuse(f"this {type(model).__name__} has none")
    return layers


def _sample(x: Any, weight: Any) -> Tensor:
    """x, or zeros, as one sample that the graph records."""
    features = weight.shape[0]
    given = np.zeros((1, features)) if x is None else np.atleast_2d(np.asarray(as_real_array(x), dtype=float))
    if given.shape != (1, features):
        raise ValueError(f"x must be one sample of {features} features, got shape {given.shape}")
    return Tensor(given, requires_grad=True, dtype=weight.dtype)


def _calls(model: Any, layers: list[Any], sample: Tensor) -> tuple[list[DenseCall], Any]:
    """Each call of a layer while the model computes on the sample, and the output."""
    calls: list[DenseCall] = []
    remove = [layer.on_call(lambda m, inputs, y: calls.append(DenseCall(m, inputs[0], y))) for layer in layers]
    try:
        with _evaluating(model), enable_grad(), np.errstate(all="ignore"):
            return calls, model(sample)
    except Exception as error:                          # the model is the user's: it may raise anything
        raise _refuse(f"this {type(model).__name__} takes no sample of shape {sample.shape}: {error}") from error
    finally:
        for undo in remove:
            undo()


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Inside, no module drops units or updates statistics."""
    modes = [(m, m.training) for _, m in model.named_modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _verify(calls: list[DenseCall], layers: list[Any], sample: Tensor, y: Any) -> None:
    """Raise TypeError unless each layer is called once and depends on the sample through the one before alone."""
    counts = {id(layer): sum(call.layer is layer for call in calls) for layer in layers}
    if set(counts.values()) != {1}:
        raise _refuse(f"here layers are called {' and '.join(map(str, sorted(set(counts.values()))))} times")
    if not isinstance(y, Tensor) or y.size != calls[-1].layer.weight.shape[1]:
        raise _refuse("here the output is something else than the last layer's")
    if calls[0].received.size != sample.size:
        raise _refuse("here the first layer receives something else than the sample")
    for before, call in pairwise(calls):
        if before.layer.weight.shape[1] != call.layer.weight.shape[0]:
            raise _refuse(f"this model has {[call.layer.weight.shape for call in calls]}")
    starts = [sample, *(call.output for call in calls)]
    ends = [*(call.received for call in calls), y]
    for start, end in zip(starts, ends, strict=True):
        if not _depends_on_only(end, start, starts):
            raise _refuse("here something else than the layer before, such as a skip connection, leads to a layer")


def _depends_on_only(end: Any, start: Any, starts: list[Any]) -> bool:
    """Whether every way from `end` to what the sample reaches passes `start`, and there is one."""
    todo, seen, met = [end], set(), False
    while todo:
        node = todo.pop()
        if node is start:
            met = True
        elif any(node is other for other in starts):
            return False
        elif id(node) not in seen:
            seen.add(id(node))
            todo += [x for x in graph.inputs(node) if graph.op(node)]
    return met
