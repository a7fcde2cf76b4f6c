"""Where a gradient got lost or blew up: the strongest way from the result to a leaf, factor by factor."""
from itertools import groupby
from typing import Any

import numpy as np

from .graph import Picture, Vertex, magnitude
from .mathml import plain
from .text import number

SMALL, LARGE = 1e-3, 1e3


def trails(graph: Picture, targets: list[int], index: Any, symbol: dict[int, str]) -> list[str]:
    """Remarks on the gradients of the targets: one line for each, and one for each factor that decides it."""
    remarks = []
    for v in targets:
        vertex, edges = graph.vertices[v], strongest(graph, v)
        name = plain(symbol[v])
        if index is not None:
            remarks.append(f"∂C/∂{name}[{_written(index)}] = {number(_entry(vertex, index))}")
            remarks.append(f"{name}: {_way(graph, edges, symbol)}")
        focus = _unit(graph, vertex, edges, index)
        notes = [_remark(graph, e, focus if depth == len(edges) - 2 else None) for depth, e in enumerate(edges)]
        remarks += [f"{name}: {note}" for note in notes if note]
        remarks += [f"{name}: {note}" for note in _repeated(graph, edges)]
    return list(dict.fromkeys(remarks))


def _way(graph: Picture, edges: list[int], symbol: dict[int, str]) -> str:
    """The vertices on the way back, each with the op before it and by how much that changed the gradient's norm."""
    steps = [plain(symbol.get(graph.result, "C"))]
    for e in edges:
        edge = graph.edges[e]
        target = graph.vertices[edge.target]
        before, after = _norm(target.arrived), _norm(edge.contribution)
        gain = number(after / before) if before else "0 of 0"
        steps.append(f"{plain(symbol.get(edge.source, target.label))} ({target.label}: × {gain})")
    return " → ".join(steps)


def _norm(value: Any) -> float:
    return magnitude(value) * np.size(value) ** 0.5


def strongest(graph: Picture, v: int) -> list[int]:
    """The edges from the result back to v, taking at each fan-out the one that brings most."""
    used = graph.out_of()
    edges: list[int] = []
    while True:
        flowing = [e for e in used[v] if graph.edges[e].contribution is not None]
        if not flowing:
            return edges[::-1]
        edges.append(max(flowing, key=lambda e: _size(graph.edges[e].contribution)))
        v = graph.edges[edges[-1]].target


def _size(value: Any) -> float:
    size = magnitude(value)
    return size if size == size else float("inf")


def local_factors(graph: Picture, e: int) -> np.ndarray | None:
    """Contribution over cotangent, entry by entry, where the op is elementwise in this input; NaN where both are 0."""
    edge = graph.edges[e]
    target = graph.vertices[edge.target]
    if not target.op.elementwise or np.shape(edge.contribution) != np.shape(target.arrived):
        return None
    with np.errstate(all="ignore"):
        return np.asarray(edge.contribution, float) / np.asarray(target.arrived, float)


def _remark(graph: Picture, e: int, unit: int | None) -> str:
    """What an elementwise op did to the gradient that passed through it, in words; nothing if nothing special."""
    factors = local_factors(graph, e)
    if factors is None:
        return ""
    what = "entries"
    if unit is not None and factors.ndim == 2 and factors.shape[1] > unit:
        factors, what = factors[:, unit], f"rows of unit {unit}"
    known = np.abs(factors[np.isfinite(factors)])
    label = graph.vertices[graph.edges[e].target].label
    if not known.size:
        return ""
    dead = int((known == 0).sum())
    if dead and known.size > 1:
        return f"{label} inactive (factor 0) for {dead} of {known.size} {what}"
    if dead:
        return f"{label} inactive: factor 0"
    if known.max() < SMALL:
        return f"{label} saturated: factor {number(known.max())}" + (" at most" if known.size > 1 else "")
    return f"{label} blew it up: factor {number(known.max())}" if known.max() > LARGE else ""


def _repeated(graph: Picture, edges: list[int]) -> list[str]:
    """(0.1)^5: one scalar factor several times in a row."""
    factors = [local_factors(graph, e) for e in edges]
    single = [float(np.ravel(f)[0]) for f in factors if f is not None and f.size == 1 and f.ravel()[0] != 1]
    remarks = []
    for factor, run in groupby(single, key=lambda f: float(f"{f:.3g}")):
        times = len(list(run))
        if times >= 3 and abs(factor) != 1 and np.isfinite(factor):
            remarks.append(f"factor {number(factor)}, {times} times in a row: ({number(factor)})^{times} = "
                           f"{number(factor ** times)}")
    return remarks


def _unit(graph: Picture, vertex: Vertex, edges: list[int], index: Any) -> int | None:
    """The unit of its layer that an entry of a weight or bias belongs to."""
    if index is None or not edges or not vertex.shape:
        return None
    last = index[-1] if isinstance(index, tuple) else index
    op = graph.vertices[graph.edges[edges[-1]].target].op.name
    return int(last) if op in ("linear", "matmul", "add") and isinstance(last, int | np.integer) else None


def _entry(vertex: Vertex, index: Any) -> Any:
    try:
        value = np.asarray(vertex.arrived)[index]
    except IndexError as error:
        raise IndexError(f"index {index} does not fit wrt of shape {vertex.shape}") from error
    if np.ndim(value):
        raise IndexError(f"index {index} must name one entry of wrt, whose shape is {vertex.shape}")
    return value


def _written(index: Any) -> str:
    return ", ".join(map(str, index)) if isinstance(index, tuple) else str(index)
