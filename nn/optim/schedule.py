"""Learning rates that change: plain functions from the number of the step, from 0, to the rate.

`fit(schedule=...)` counts updates, and epochs if the schedule is wrapped in `per_epoch`:

    fit(..., epochs=60, schedule=schedule.per_epoch(schedule.cosine(0.1, steps=60)))

The rate is that of the optimiser's group with the highest lr; groups with a lower one get theirs in proportion. In a
loop of your own, count what you like:

    rate = schedule.cosine(0.1, steps=60)
    for epoch in range(60):
        optimizer.lr = rate(epoch)
"""
import math
from collections.abc import Callable, Mapping

from ..checks import at_least_0, check, check_state
from ..sizes import positive_int, whole

__all__ = ["PerEpoch", "Plateau", "constant", "cosine", "exponential", "one_cycle", "per_epoch", "step_decay",
           "warm_up"]

Schedule = Callable[[int], float]


def constant(lr: float) -> Schedule:
    """Always lr."""
    at_least_0(lr=lr)
    return lambda step: lr


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """lr · factor^⌊step / every⌋: a drop each `every` steps.

    >>> [step_decay(1.0, every=2, factor=0.5)(i) for i in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    at_least_0(lr=lr, factor=factor)
    positive_int(every=every)
    return lambda step: lr * factor ** (step // every)


def exponential(lr: float, factor: float) -> Schedule:
    """lr · factor^step.

    >>> exponential(1.0, 0.5)(3)
    0.125
    """
    at_least_0(lr=lr, factor=factor)
    return lambda step: lr * factor ** step


def cosine(lr: float, steps: int, final: float = 0.0) -> Schedule:
    """From lr down to final over `steps` steps along half a cosine, then final (Loshchilov & Hutter 2017, eq. 5).

    >>> rate = cosine(1.0, steps=4)
    >>> [round(rate(i), 3) for i in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    at_least_0(lr=lr, final=final)
    positive_int(steps=steps)
    return _of_length(steps, lambda step: final + (lr - final) * (1 + math.cos(math.pi * min(step / steps, 1.0))) / 2)


def warm_up(schedule: Schedule, steps: int) -> Schedule:
    """A straight rise to schedule(0) over `steps` steps, then the schedule from its beginning (Goyal et al. 2017).

    >>> [warm_up(constant(1.0), 4)(i) for i in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    if not callable(schedule) or isinstance(schedule, PerEpoch | Plateau):
        remedy = "; write per_epoch(warm_up(...))" if isinstance(schedule, PerEpoch) else ""
        raise TypeError("warm_up takes a schedule, such as constant(0.1), and the steps of the rise, got "
                        f"{schedule!r}{remedy}")
    positive_int(steps=steps)
    return lambda step: schedule(0) * (step + 1) / steps if step < steps else schedule(step - steps)


def one_cycle(peak: float, steps: int, rise: float = 0.3, start: float = 1 / 25, final: float = 1e-4) -> Schedule:
    """Up to the peak and down again, each along half a cosine (Smith & Topin 2019).

    Args:
        peak: the highest rate. steps: length of the cycle.
        rise: fraction of the steps in which it rises, below 1.
        start, final: first and last rate, as fractions of the peak.

    >>> rate = one_cycle(1.0, steps=10)
    >>> [round(rate(i), 4) for i in (0, 3, 10)]
    [0.04, 1.0, 0.0001]
    """
    at_least_0(peak=peak, start=start, final=final)
    positive_int(steps=steps)
    check("rise", rise, lambda v: 0 <= v < 1, "in [0, 1)")
    top = rise * steps
    up, down = cosine(peak * start, 1, peak), cosine(peak, 1, peak * final)
    return _of_length(steps, lambda step: up(step / top) if step < top                          # type: ignore[arg-type]
                      else down((step - top) / (steps - top)))                                  # type: ignore[arg-type]


def _of_length(steps: int, rate: Schedule) -> Schedule:
    """A schedule that tells `fit` after how many steps it ends."""
    rate.steps = steps                                                                          # type: ignore[attr-defined]
    return rate


class PerEpoch:
    """What `per_epoch` gives: the same schedule, with the mark that `fit` looks for."""

    def __init__(self, schedule: Schedule):
        self.schedule = schedule

    def __call__(self, epoch: int) -> float:
        return self.schedule(epoch)

    def __repr__(self) -> str:
        return f"per_epoch({self.schedule!r})"


def per_epoch(schedule: Schedule) -> PerEpoch:
    """A schedule whose steps are epochs: `fit` calls it with the number of the epoch instead of that of the update.

    >>> rate = per_epoch(cosine(1.0, steps=4))
    >>> [round(rate(epoch), 3) for epoch in range(4)]
    [1.0, 0.854, 0.5, 0.146]
    """
    if not callable(schedule) or isinstance(schedule, Plateau):
        raise TypeError(f"per_epoch takes a schedule, such as cosine(0.1, steps=60), got {schedule!r}")
    return PerEpoch(schedule)


class Plateau:
    """A rate that drops when a measure stops improving: call it with the validation loss after each epoch.

    Args:
        lr: the first rate. factor: what it is multiplied by. patience: epochs without improvement that are tolerated.
        least: improvements smaller than this do not count. floor: the rate never goes below.

    >>> rate = Plateau(1.0, factor=0.5, patience=1)
    >>> [rate(loss) for loss in (3.0, 2.0, 2.0, 2.0, 2.0, 2.0)]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, lr: float, factor: float = 0.1, patience: int = 10, least: float = 1e-4, floor: float = 0.0):
        check("factor", factor, lambda v: 0 <= v < 1, "in [0, 1), for the rate to drop")
        whole("patience", patience)
        at_least_0(lr=lr, least=least, floor=floor)
        self.lr, self.factor, self.patience, self.least, self.floor = lr, factor, patience, least, floor
        self.best, self.waited = math.inf, 0

    def __call__(self, loss: float) -> float:
        check("the measure that a Plateau is called with", loss, lambda v: float(v) is not None, "a number")
        if loss < self.best - self.least:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.lr, self.waited = max(self.lr * self.factor, self.floor), 0
        return self.lr

    def state_dict(self) -> dict[str, float]:
        """What it remembers of the epochs so far."""
        return {"lr": self.lr, "best": self.best, "waited": self.waited}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """ValueError, and nothing changed, for anything else."""
        check_state("Plateau", state, "lr", "best", "waited")
        lr, best, waited = state["lr"], state["best"], state["waited"]
        whole("waited", waited)                                                                 # type: ignore[arg-type]
        if not all(isinstance(x, int | float) for x in (lr, best)) or not lr >= 0:
            raise ValueError(f"a Plateau needs a rate of at least 0 and the best loss, got {lr!r} and {best!r}")
        self.lr, self.best, self.waited = lr, best, waited                                      # type: ignore[assignment]
