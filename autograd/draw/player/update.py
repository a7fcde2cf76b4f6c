"""The optimiser's update after the backward pass, computed on copies: parameters after it, and the result before and
after."""
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.values import to_host
from ..format import number
from ..graph.picture import Picture
from .numeric_check import recomputed


@dataclass(frozen=True)
class Update:
    """`after`: {vertex of a parameter: its new value}; `rates`: {vertex: η} where the update is exactly w - η g;
    `result`: the new value of the result; `called`: what the optimiser is."""
    after: dict[int, Any]
    rates: dict[int, float]
    result: Any
    called: str


def update_of(graph: Picture, optimizer: Any) -> Update:
    """What `optimizer.step()` would do after this backward pass. Neither it nor its parameters change.

    TypeError if it has no parameters and no step that needs nothing; ValueError if the graph uses none of its
    parameters.
    """
    _check(optimizer)
    vertex_of = {node: i for i, node in enumerate(graph.nodes)}
    ids = [vertex_of.get(p) for p in optimizer.params]
    used = [v for v in ids if v is not None and graph.vertices[v].arrived is not None]
    if not used:
        raise ValueError("optimizer: this computation uses none of its parameters, so there is no update to show")
    moved = deepcopy(optimizer)
    for p, v in zip(moved.params, ids, strict=True):
        p.grad = None if v is None else graph.vertices[v].arrived
    moved.step()
    after = {v: to_host(p.data) for p, v in zip(moved.params, ids, strict=True) if v in used}
    lr = {v: group.lr for group in moved.groups for p, v in zip(moved.params, ids, strict=True)
          if any(p is q for q in group.params)}
    rates = {v: float(lr[v]) for v, w in after.items() if _is_plain(graph.vertices[v], w, lr[v])}
    return Update(after, rates, recomputed(graph, after)[graph.result], type(optimizer).__name__)


def _check(optimizer: Any) -> None:
    if not all(hasattr(optimizer, name) for name in ("params", "groups", "step")):
        raise TypeError(f"optimizer must be an nn optimiser whose step() needs nothing, such as SGD or Adam, got "
                        f"{type(optimizer).__name__}")


def _is_plain(vertex: Any, after: Any, lr: Any) -> bool:
    """Whether the update is the gradient step with this rate, to rounding."""
    return np.allclose(after, vertex.value - float(lr) * np.asarray(vertex.arrived), rtol=1e-6, atol=0)


def update_formula(symbol: str, derivative: str, update: Update, v: int) -> str:
    """w ← w − η ∂C/∂w; for other rules than the plain one w ← w + Δ, with the name of the optimiser."""
    if v in update.rates:
        return rf"{symbol} \leftarrow {symbol} - {number(update.rates[v])} \cdot {derivative}"
    return rf"{symbol} \leftarrow {symbol} + \Delta_{{\mathrm{{{update.called}}}}}"
