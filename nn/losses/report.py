"""The loss that is reported of many batches, from that of each.

A loss of this package notes what its number is: a sum over rows, or a mean and the weight that it stands for. So the
report of an epoch is what the loss of all its rows at once would be, however they are cut into batches.
"""
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from autograd import Tensor
from autograd.core.values import on_host

Note = tuple[Tensor, float | None]
"""A reduced loss and the Σ weight that it was divided by; None for a sum."""

_notes: ContextVar[list[Note] | None] = ContextVar("notes", default=None)


def note(loss: Tensor, weight: float | None) -> Tensor:
    """The loss, noted for whoever reports it."""
    notes = _notes.get()
    if notes is not None:
        notes.append((loss, weight))
    return loss


def weighed(loss: Callable[[Any, Any], Any], output, target) -> tuple[Tensor, float | None]:
    """loss(output, target), and what it weighs among those of other batches; None if it is to be added to them.

    The weight is what all means in it were divided by. It is the number of rows where they differ, where the function
    takes none of this package's losses, and where it changes a sum before it returns it.

    Raises:
        TypeError: the function gives no single number as a Tensor.
    """
    notes: list[Note] = []
    token = _notes.set(notes)
    try:
        value = loss(output, target)
    finally:
        _notes.reset(token)
    if not isinstance(value, Tensor) or value.shape:
        raise TypeError(f"the loss must give one number, as a Tensor, got {value!r}; reduce it with mean() or sum()")
    weights = [weight for _, weight in notes]
    if len(weights) > 1:                                # of which some, on a device, cannot be compared
        weights = list({*weights}) if all(map(on_host, weights)) else []
    if len(weights) != 1 or (weights[0] is None and value is not notes[-1][0]):
        return value, _rows(target)
    return value, weights[0]


def _rows(target) -> int:
    """How many rows a batch has; its targets may be several arrays, in a tuple, list or dict."""
    parts = list(target.values()) if isinstance(target, Mapping) else target
    if isinstance(parts, tuple | list) and parts and getattr(parts[0], "shape", ()):
        parts = parts[0]
    shape = getattr(parts, "shape", None)
    return shape[0] if shape else len(parts) if shape is None and hasattr(parts, "__len__") else 1


def reported(values: Sequence[float], weights: Sequence[float | None]) -> float:
    """The loss of all batches together: sums are added, means averaged by weight.

    Raises:
        ValueError: all weights are 0.

    >>> reported([1.0, 4.0], [3, 1]), reported([1.0, 4.0], [None, None])
    (1.75, 5.0)
    """
    known = [w for w in weights if w is not None]
    if len(known) < len(weights):
        return sum(values)
    if not any(known):
        raise ValueError("there is nothing to learn from: all rows have weight 0")
    return sum(v * w for v, w in zip(values, known, strict=True)) / sum(known)
