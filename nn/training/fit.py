"""fit and evaluate: the loop over epochs and batches."""
import os
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, no_grad
from autograd.core.values import on_host, to_host

from ..checks import check_flags, generator
from ..data.loader import DataLoader, Dataset, are_columns
from ..init import Rng
from ..losses import bce_loss
from ..losses.report import reported, weighed
from ..metrics import came_from_sigmoid, take_logits, warn_of_probabilities
from ..module import Module, check_module, evaluating, modes_of, set_modes
from ..optim import Optimizer, grad_norm
from ..optim.schedule import Plateau, Schedule
from ..progress import Progress
from ..sizes import positive_int
from . import checkpoint as file
from .arguments import as_batch, check_data, check_functions, check_numbers, check_parts, checkpoint_file
from .history import History
from .training import Metric, Training

if TYPE_CHECKING:
    from pathlib import Path

NO_DATA = ("there is no data: the iterable of batches is empty. One that can be run through only once, such as a "
           "generator, is empty from the second epoch on")


def fit(model: Module, data, loss: Callable[[Any, Any], Tensor], optimizer: Optimizer, epochs: int, *,
        batch_size: int = 32, validation=None, metrics: Mapping[str, Metric] | None = None,
        callbacks: Sequence[Callable[[Training], Any]] = (), schedule: Schedule | Plateau | None = None,
        clip_norm: float | None = None, checkpoint: str | os.PathLike | None = None, rng: Rng = None,
        progress: bool = True, compile: bool = False) -> History:
    """Train a model; Ctrl-C ends the training after the update under way and returns the history so far.

    Same seed, same result: with seeds, or Generators in the same state, for the model and for `rng`, the same data give
    the same parameters, bit for bit, on one machine with one number of BLAS threads, whatever ran before. Nothing in
    `nn` reads or moves NumPy's global state; without seeds, each run is another.

    Args:
        data: arrays (x, y), or (x1, x2, ..., y) for a model of several inputs, or a `Dataset`, shuffled in each epoch;
            or a `DataLoader`, which shuffles if told to; or an iterable of batches that can be run through again.
        loss: `loss(output, y)` gives one number, such as `cross_entropy_loss`.
        epochs: passes over the data. batch_size: rows per update.
        validation: like data; evaluated after each epoch, without shuffling.
        metrics: {name: metric(output, y)} of arrays; of the training data from the outputs before each update.
        callbacks: functions of the `Training`, called after each epoch; those with `finish` have it called at the end.
            What ended a training ends it again when it is resumed, but for those with `is_over(epoch)`, which decide.
        schedule: the learning rate for each update, or for each epoch if it is a `per_epoch` or a `Plateau` (see
            `nn.schedule`). It is that of the group with the highest lr; the others keep their share of it.
        clip_norm: the largest allowed norm of all gradients together.
        checkpoint: a file to keep everything in after each epoch. If it is there at the start, training goes on from
            it, bit for bit as if it had never stopped: with the state of all random generators, counters and objects
            with a `state_dict` that model, data, loss, metrics, schedule and callbacks reach. Settings such as a
            patience may be others. Data in memory, and arrays of more than 16 MiB outside the model, are not kept.
        rng: Generator or seed of the shuffling.
        progress: whether to show it: a tqdm bar in a terminal, else a plain line per epoch.
        compile: whether forward and backward pass run as a program of NumPy calls (see `autograd.compile`), from the
            second update on: sooner for small networks. Model and loss must not branch on the numbers in arrays.

    Returns:
        A `History`: loss, "val_loss", metrics, the highest learning rate, gradient norm at the last update, seconds;
        where groups have different rates, also "lr_0", "lr_1" and so on. Loss and metrics of the training data are
        from before each update. The model is left in `eval` mode.

        The loss of an epoch is that of all its rows at once, however they are cut into batches: where `loss` returns a
        loss of `nn` with reduction="sum", the sum; where it weighs rows or classes, Σ weight · loss / Σ weight. Other
        functions count as means over rows: the average, by rows, of what they return for each batch. So does a sum that
        `loss` changes before it returns it, as in `mse_loss(y, t, reduction="sum") / len(t)`.

    Raises:
        Diverged: a loss is not finite; the message names the step and the layer.
        ValueError: the optimizer has none of the model's parameters; a batch_size below 1; columns that do not fit; a
            checkpoint of another training, or of one whose state it cannot keep; epochs or a clip_norm out of range.
        TypeError: a loss, metrics, callbacks or schedule that are no functions; a model or optimizer that is none; data
            that are neither arrays nor batches; LBFGS, which does not go batch by batch.
        FileNotFoundError: there is no folder for the checkpoint.

    >>> import numpy as np
    >>> from nn import MLP, SGD, fit, mse_loss
    >>> x = np.linspace(0, 1, 20).reshape(-1, 1)
    >>> model = MLP([1, 8, 1], rng=0)
    >>> history = fit(model, (x, 3 * x), mse_loss, SGD(model.parameters(), lr=0.1), 50, rng=0, progress=False)
    >>> history.epochs, history.last("loss") < 0.01
    (50, True)
    """
    check_parts(model, optimizer)
    check_functions(loss, {} if metrics is None else metrics, callbacks, schedule)
    check_data(data, validation)
    check_numbers(epochs, batch_size, clip_norm)
    check_flags(progress=progress, compile=compile)
    training = Training(model, loss, optimizer, metrics or {}, generator(rng), callbacks, schedule, clip_norm,
                        data=data, validation=validation, compiled=compile)
    kept = checkpoint_file(checkpoint)
    with training.interrupts:
        if kept is not None:
            _resume(training, kept)
        _begin_schedule(training, _updates_per_epoch(data, batch_size), epochs)
        bar, modes = Progress(epochs, training.epoch, progress), modes_of(model)
        try:
            try:
                model.train()
                while training.epoch < epochs and not training.stop:
                    row = _one_epoch(training, batches_of(data, batch_size, training.rng), validation, batch_size)
                    bar.show(training.epoch, row)
                    if kept is not None:
                        file.write(kept, training.state_dict())
            finally:
                with training.interrupts.whole():
                    bar.close()
                    _finish(training)
        except KeyboardInterrupt:
            training.history.interrupted = True
        except Exception:
            if not training.steps:                          # nothing was learned, so nothing is changed
                set_modes(modes)
            raise
    return training.history


def _resume(training: Training, kept: "Path") -> None:
    """Go on from a checkpoint that is there. Before, see that a later one can keep all that there is now."""
    file.check(training.state_dict())
    if kept.exists():
        with training.interrupts.whole():
            training.load_state_dict(file.read(kept))


def _finish(training: Training) -> None:
    training.model.eval()
    for callback in training.callbacks:
        if hasattr(callback, "finish"):
            callback.finish(training)


def _one_epoch(training: Training, parts: Iterable, validation, batch_size: int) -> dict[str, float]:
    start = time.perf_counter()
    if not training.model.training:                         # a callback may have changed it
        training.model.train()
    seen: list[tuple] = []
    training.epoch_rates.clear()
    for batch in parts:
        loss, weight, output = training.step(batch)
        if not (training.epoch or seen) and came_from_sigmoid(output) and take_logits(training.metrics.values()):
            warn_of_probabilities()
        seen.append((loss, weight, _array(output) if training.metrics else None, batch[-1]))
    row = _averages(seen, training.metrics)
    if validation is not None:
        checked = evaluate(training.model, validation, training.loss, training.metrics, batch_size=batch_size)
        row |= {f"val_{name}": value for name, value in checked.items()}
    if isinstance(training.schedule, Plateau):
        training.optimizer.scale_lr(training.schedule(row.get("val_loss", row["loss"])))
    norm = grad_norm(training.optimizer.params)
    row |= _rates(training) | {"grad_norm": norm, "seconds": time.perf_counter() - start}
    training.epoch += 1
    training.history.add(row)
    _warn_of_no_rate(training)
    for callback in training.callbacks:
        callback(training)
    return row


def _begin_schedule(training: Training, updates: int, epochs: int) -> None:
    """Set the first rate of a Plateau. Warn of a schedule that ends after as many updates as there are epochs."""
    if isinstance(training.schedule, Plateau):
        training.optimizer.scale_lr(training.schedule.lr)
    elif getattr(training.schedule, "steps", None) == epochs and updates > 1:
        training.warned = True
        warnings.warn(f"the schedule ends after {epochs} updates, and {epochs} epochs have {epochs * updates}: give it "
                      f"steps={epochs * updates}, or wrap it in nn.schedule.per_epoch(...)", stacklevel=3)


def _updates_per_epoch(data, batch_size: int) -> int:
    """0 for an iterable without length."""
    if are_columns(data) or isinstance(data, Dataset):
        return -(-len(data[0] if are_columns(data) else data) // batch_size)
    return len(data) if hasattr(data, "__len__") else 0


def _warn_of_no_rate(training: Training) -> None:
    """Once, if a schedule left no rate for a whole epoch."""
    rates = training.epoch_rates
    if rates and max(rates) < 1e-12 and not training.warned:
        training.warned = True
        warnings.warn(f"the schedule gave no rate above {max(rates):.2g} in epoch {training.epoch}, so nothing was "
                      f"learned. Schedules count updates, and an epoch has {len(rates)}: give steps in updates, or use "
                      "nn.schedule.per_epoch(...)", stacklevel=4)


def _rates(training: Training) -> dict[str, float]:
    """The highest rate and, where groups have or had different ones, that of each group."""
    rates, own = training.rates(), {group.own_lr() for group in training.optimizer.groups}
    single = len(own) == 1 and "lr_0" not in training.history
    return {"lr": max(rates)} | ({} if single else {f"lr_{i}": rate for i, rate in enumerate(rates)})


def evaluate(model: Module, data, loss: Callable[[Any, Any], Tensor], metrics: Mapping[str, Metric] | None = None, *,
             batch_size: int = 256) -> dict[str, float]:
    """The loss and metrics of a model on data, in order, in `eval` mode and without recording; the mode is put back.

    Args as those of `fit`. Returns {"loss": ..., metric: ...}, the loss as `fit` reports it.
    """
    check_module(model)
    check_functions(loss, {} if metrics is None else metrics)
    positive_int(batch_size=batch_size)
    if loss is bce_loss and take_logits((metrics or {}).values()):
        warn_of_probabilities()
    seen = []
    with evaluating(model), no_grad():
        for *inputs, target in map(as_batch, batches_of(data, batch_size, None)):
            output = model(*inputs)
            value, weight = weighed(loss, output, target)
            weight = weight if on_host(weight) else to_host(weight).item()
            seen.append((value.item(), weight, _array(output) if metrics else None, target))
    return _averages(seen, metrics or {})


def _array(output) -> np.ndarray:
    if isinstance(output, tuple | list | Mapping):
        raise TypeError("metrics are of models with one output, and this one gives a "
                        f"{type(output).__name__}: compute them in a callback")
    return to_host(output)


def batches_of(data, size: int, rng: np.random.Generator | None) -> Iterable:
    """One run through the data: arrays cut into batches, shuffled if there is an rng, and so is a loader that shuffles;
    other iterables as they are."""
    check_data(data)
    if are_columns(data):
        data = Dataset(*data)
    if isinstance(data, Dataset):
        data = DataLoader(data, size, shuffle=True)
    return data.epoch(rng, in_order=rng is None) if isinstance(data, DataLoader) else data


def _averages(seen: list[tuple[float, float | None, Any, Any]], metrics: Mapping[str, Metric]) -> dict[str, float]:
    if not seen:
        raise ValueError(NO_DATA)
    values, weights, outputs, targets = zip(*seen, strict=True)
    averages = {"loss": reported(values, weights)}
    if metrics:
        output, target = np.concatenate(outputs), np.concatenate([*map(to_host, targets)])
        averages |= {name: _number(name, metric(output, target)) for name, metric in metrics.items()}
    return averages


def _number(name: str, value) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"the metric {name!r} must give one number, got {value!r:.60}") from None
