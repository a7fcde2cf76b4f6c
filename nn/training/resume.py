"""The whole state of a training: taken out, compared with the training it returns to, put back whole or not at all."""
from collections.abc import Mapping
from typing import Any

from ..sizes import whole
from .hidden_state import HiddenState
from .history import History


def hidden_state(training) -> HiddenState:
    """Where to look for state besides the parameters and the optimizer's."""
    names = ("model", "rng", "data", "validation", "loss", "optimizer", "metrics", "schedule", "callbacks")
    saved = [training.optimizer, *(module for _, module in training.model.named_modules())]
    return HiddenState({name: getattr(training, name) for name in names}, saved, skipped=[training])


def state_of(training) -> dict[str, Any]:
    """Everything that decides how training goes on, as plain data and arrays."""
    return {"epoch": training.epoch, "steps": training.steps, "stop": training.stop and not _patience_is_over(training),
            "history": training.history.columns, "callbacks": len(training.callbacks),
            "model": training.model.state_dict(), "optimizer": training.optimizer.state_dict(),
            "hidden": training.hidden.state_dict()}


def restore(training, state: Mapping[str, Any]) -> None:
    """Go on from what `state_of` gave. ValueError, and nothing changed, if it does not fit."""
    before = state_of(training)
    try:
        _check(training, state)
        _put(training, state)
    except BaseException as error:
        _put(training, before)
        if isinstance(error, ValueError) or not isinstance(error, Exception):
            raise
        raise ValueError(f"the checkpoint does not fit this training, nothing was loaded: {error!r}") from error


def _check(training, state: Mapping[str, Any]) -> None:
    if state["callbacks"] != len(training.callbacks):
        raise ValueError("the checkpoint belongs to a training with other callbacks or another model: it has "
                         f"{state['callbacks']} callbacks, and here are {len(training.callbacks)}")
    whole("the checkpoint's epoch", state["epoch"])
    whole("the checkpoint's number of updates", state["steps"])
    rows = state["history"].values()
    if type(state["stop"]) is not bool or any(len(row) != state["epoch"] for row in rows) or not all(
            isinstance(x, int | float) for row in rows for x in row):
        raise ValueError(f"the checkpoint's history must have a number for each of its {state['epoch']} epochs")


def _put(training, state: Mapping[str, Any]) -> None:
    training.model.load_state_dict(state["model"])
    training.optimizer.load_state_dict(state["optimizer"])
    training.hidden.load_state_dict(state["hidden"])
    for callback in training.callbacks:
        if hasattr(callback, "check_model"):
            callback.check_model(training.model)
    training.hidden.set_values(state["hidden"])
    training.epoch, training.steps, training.history = state["epoch"], state["steps"], History(state["history"])
    training.stop = state["stop"] or _patience_is_over(training)


def _patience_is_over(training) -> bool:
    return any(hasattr(c, "is_over") and c.is_over(training.epoch) for c in training.callbacks)
