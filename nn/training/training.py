"""A training under way: one update, its whole state, and what is said when it diverges."""
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, no_grad
from autograd.core.values import on_host, to_host
from autograd.graph import birth, inputs, is_leaf, name, needs_grad, next_id, topological_order

from ..losses.report import weighed
from ..module import Module
from ..optim import Optimizer, clip_grad_norm
from ..optim.schedule import PerEpoch, Plateau, Schedule
from .arguments import as_batch
from .hidden_state import HiddenState
from .history import History
from .interrupts import Interrupts
from .resume import hidden_state, restore, state_of

Metric = Callable[[np.ndarray, np.ndarray], float]


class Diverged(FloatingPointError):
    """The loss is no finite number any more."""


@dataclass
class Training:
    """A training under way, as callbacks see it. Set `stop` to end it after this epoch."""
    model: Module
    loss: Callable[[Any, Any], Tensor]
    optimizer: Optimizer
    metrics: Mapping[str, Metric]
    rng: np.random.Generator
    callbacks: Sequence[Callable[["Training"], Any]] = ()
    schedule: Schedule | Plateau | None = None
    clip_norm: float | None = None
    history: History = field(default_factory=History)
    epoch: int = 0
    steps: int = 0
    stop: bool = False
    data: Any = None
    validation: Any = None
    interrupts: Interrupts = field(default_factory=Interrupts)
    epoch_rates: list[float] = field(default_factory=list)          # that the schedule gave in this epoch
    looked_at_leaves: bool = False                                  # of the first loss, for those that nobody trains
    warned: bool = False                                            # about the schedule
    compiled: bool = False

    def step(self, batch: tuple) -> tuple[float, float | None, Any]:
        """One update; the loss, its weight (see `losses.report`) and what the model gave before it. A signal such as
        Ctrl-C waits for its end."""
        self.interrupts.begin()
        try:
            return self._step(batch)
        finally:
            self.interrupts.end()

    def _step(self, batch: tuple) -> tuple[float, float | None, Any]:
        if self.schedule is not None and not isinstance(self.schedule, Plateau):
            rate = self.schedule(self.epoch if isinstance(self.schedule, PerEpoch) else self.steps)
            self.optimizer.scale_lr(rate)
            self.epoch_rates.append(rate)
        *inputs, target = batch = as_batch(batch)

        def checked(loss: Any, since: int = 0) -> float:
            """The loss as a number; this waits for a device."""
            value = loss.item()
            if not np.isfinite(value):
                raise Diverged(_explained(self, inputs, target, value))
            if not self.looked_at_leaves:
                self.looked_at_leaves = True
                _warn_of_untrained(self, loss, since)
            return value

        if self.compiled and self.looked_at_leaves:
            loss, weight, output = self.program(*batch)
            value = checked(loss)
        else:
            value, weight, output = _passes(self.model, self.loss, self.optimizer, checked)(*batch)
        weight = weight if on_host(weight) else to_host(weight).item()
        if self.clip_norm is not None:
            clip_grad_norm(self.optimizer.params, self.clip_norm)
        self.interrupts.write()
        self.optimizer.step()
        self.steps += 1
        return value, weight, output

    @cached_property
    def program(self) -> Callable[..., tuple]:
        """Forward and backward pass of a batch, compiled: (loss, weight, output)."""
        return autograd.compile(_passes(self.model, self.loss, self.optimizer, lambda loss, since: loss))

    def rates(self) -> list[float]:
        """The learning rate of each group."""
        return [float(group.lr) for group in self.optimizer.groups]

    @cached_property
    def hidden(self) -> HiddenState:
        """State besides the parameters, compared with what it was when first asked for."""
        return hidden_state(self)

    def state_dict(self) -> dict[str, Any]:
        """Everything that decides how training goes on."""
        return state_of(self)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave. ValueError, and nothing changed, if the model, the optimiser, or what else
        the training holds is another."""
        restore(self, state)


def _passes(model: Module, loss: Callable[[Any, Any], Tensor], optimizer: Optimizer,
            look: Callable[[Tensor, int], Any]) -> Callable[..., tuple]:
    """A function of a batch that runs forward and backward pass, gradients in the parameters; it gives what
    `look(loss, next id before)` makes of the loss between the two, the weight of the loss, and the output."""
    def run(*batch: Any) -> tuple[Any, Any, Any]:
        *inputs, target = batch
        since = next_id()
        optimizer.zero_grad()
        output = model(*inputs)
        value, weight = weighed(loss, output, target)
        seen = look(value, since)
        value.backward(retain_graph=False)
        return seen, weight, output
    return run


def _warn_of_untrained(training: Training, loss: Tensor, since: int) -> None:
    """If the loss depends on leaves that were there before the update, require grad, and are in no optimizer."""
    trained = {id(p) for p in training.optimizer.params}
    leaves = {id(x): x for node in topological_order(loss) for x in inputs(node)
              if needs_grad(x) and is_leaf(x) and id(x) not in trained and birth(x) < since}
    if not leaves:
        return
    names = {id(p): path for path, p in training.model.named_parameters()}
    unseen = not leaves.keys() <= names.keys()
    listed = ", ".join(f"{names.get(i) or name(x) or 'a tensor'} {x.shape}"
                       for i, x in list(leaves.items())[:8])
    remedy = ("model.parameters() finds layers and Parameters in attributes of modules and in lists, tuples, dicts and "
              "dataclasses there, not in sets, closures and other objects" if unseen else "Give them to the optimizer")
    warnings.warn("the loss depends on tensors that require grad but are not in the optimizer, so they stay as they "
                  f"are: {listed}{' and more' * (len(leaves) > 8)}. {remedy}. If that is meant, freeze them by "
                  "module.freeze() or requires_grad = False", stacklevel=9)


def _explained(training: Training, inputs: list, target, value: float) -> str:
    """Which step and layer the first number that is not finite came out of, and what to do about it."""
    for x in (*inputs, target):
        if to_host(x).dtype.kind == "f" and not np.isfinite(to_host(x)).all():
            return f"the loss is {value} at update {training.steps + 1}: the data hold nan or inf; clean them first"
    where = _first_not_finite(training.model, inputs) or "in the loss itself; the output of the model is still finite"
    return (f"the loss is {value} at update {training.steps + 1} (epoch {training.epoch + 1}), {where}. Lower the rate "
            f"(now {max(training.rates()):g}), scale inputs and targets, or set clip_norm")


def _first_not_finite(model: Module, inputs: list) -> str:
    found: list[str] = []

    def look(path: str):
        def hook(module, _inputs, y):
            given = y.values() if isinstance(y, Mapping) else y if isinstance(y, tuple | list) else (y,)
            if not all(np.isfinite(to_host(t)).all() for t in given if isinstance(t, Tensor)):
                found.append(f"first in the output of {path} {type(module).__name__}".replace("  ", " "))
        return hook
    undo = [module.on_call(look(path)) for path, module in model.named_modules()]
    try:
        with no_grad(), np.errstate(all="ignore"):
            model(*inputs)
    finally:
        for remove in undo:
            remove()
    return found[0] if found else ""
