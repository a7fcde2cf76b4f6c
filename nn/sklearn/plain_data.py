"""Estimators as plain data: arrays, numbers, text, lists and dicts, which pickle, copy and skops can all keep.

A network holds ops, which belong to no file: they are found again by the name of the activation.
"""
from typing import Any

import numpy as np

from ..layers.mlp import MLP
from ..optim import SGD, Adam, Optimizer
from ..training.history import History
from ..training.reachable import generators
from .compat import groups_of

KINDS: dict[str, type[Optimizer]] = {"Adam": Adam, "SGD": SGD}


def as_plain_data(state: dict[str, Any]) -> dict[str, Any]:
    """The state of an estimator with the network, the optimiser and the history as plain data. A network that was
    changed by hand, so that its settings do not describe it, stays as it is: for pickle alone."""
    state = dict(state)
    random, model, optimizer = state.get("_random"), state.get("model_"), state.get("optimizer_")
    if random is not None:
        state["_random"] = _plain_random(random, state.get("random_state"))
    if "history_" in state:
        state["history_"] = {"columns": state["history_"].columns, "interrupted": state["history_"].interrupted}
    if model is not None and _is_described(model) and _is_usual(optimizer, model):
        state["model_"] = _plain_model(model)
        state["optimizer_"] = optimizer and optimizer.state_dict()
    return state


def from_plain_data(state: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `as_plain_data`."""
    state = dict(state)
    if isinstance(state.get("_random"), str | dict):
        state["_random"] = _random(state["_random"], state["random_state"])
    if isinstance(state.get("history_"), dict):
        history = History(state["history_"]["columns"])
        history.interrupted = state["history_"]["interrupted"]
        state["history_"] = history
    if isinstance(state.get("model_"), dict):
        model = state["model_"] = _model(state["model_"])
        state["optimizer_"] = state["optimizer_"] and _optimizer(state["optimizer_"], model)
    return state


# ---- the network ---------------------------------------------------------------------------------------------------

def _plain_model(model: MLP) -> dict[str, Any]:
    return {"config": model.config(), "dtype": model.layers[0].weight.dtype.name, "arrays": model.state_dict(),
            "generators": {path: rng.bit_generator.state for path, rng in generators(model).items()}}


def _model(plain: dict[str, Any]) -> MLP:
    model = MLP(**plain["config"], init="zeros").astype(plain["dtype"])
    model.load_state_dict(plain["arrays"])
    for path, rng in generators(model).items():
        rng.bit_generator.state = plain["generators"][path]
    return model.eval()


def _is_described(model) -> bool:
    """Whether its settings say all that there is to a network: they build one of the same modules."""
    if type(model) is not MLP:
        return False
    try:
        twin = MLP(**model.config(), init="zeros")
    except (TypeError, ValueError):                         # an activation without a name
        return False
    return _traits(model) == _traits(twin)


def _traits(model: MLP) -> list:
    ops = [model.activation, model.output]
    return [ops,
            [(path, type(m), repr(m), vars(m).keys() - {"training"}, m._hooks) for path, m in model.named_modules()],
            [(name, p.shape, p.requires_grad) for name, p in model.named_parameters()],
            [type(rng.bit_generator) for rng in generators(model).values()]]


def _is_usual(optimizer, model: MLP) -> bool:
    """Whether an optimiser is none, or one of the kinds and groups that `fit` makes."""
    groups = [list(map(id, group["params"])) for group in groups_of(model)]
    return optimizer is None or (type(optimizer) in KINDS.values()
                                 and [list(map(id, group.params)) for group in optimizer.groups] == groups)


def _optimizer(plain: dict[str, Any], model: MLP) -> Optimizer:
    optimizer = KINDS[plain["kind"]](groups_of(model))
    optimizer.load_state_dict(plain)
    return optimizer


# ---- the source of randomness ----------------------------------------------------------------------------------------

def _plain_random(random: np.random.RandomState, given) -> str | dict[str, Any]:
    """Its state; "given" if the user's random_state is its source, so that both go on as one."""
    if random is given or random._bit_generator is getattr(given, "bit_generator", None):
        return "given"
    return random.get_state(legacy=False)


def _random(plain: str | dict[str, Any], given) -> np.random.RandomState:
    if isinstance(plain, str):
        return given if isinstance(given, np.random.RandomState) else np.random.RandomState(given.bit_generator)
    random = np.random.RandomState(getattr(np.random, plain["bit_generator"])())
    random.set_state(plain)
    return random
