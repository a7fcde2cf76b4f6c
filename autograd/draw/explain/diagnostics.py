"""Remarks on saturated, dead and exploding ops: which local derivatives made a gradient small or large."""
from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np

from ..format import number
from ..formulas.mathml import plain
from ..graph.picture import Picture, magnitude
from ..limits import AMPLIFYING, SATURATED
from .paths import Paths

ORDERS, TIMES = 6, 3
"""Factors of one op, at least so many, that together make so many orders of magnitude are remarked upon."""
ENOUGH_ROWS, MOST = 8, 0.9
"""In fewer rows than these a unit may well be inactive by chance; then nearly all entries must be."""


def remarks_on_paths(found: Paths) -> list[str]:
    """Remarks on the gradient of one entry: saturated, dead or exploding ops on each of its paths."""
    notes = [_note(step.op, step.factors, "rows" if step.unit is not None else "entries", step.unit)
             for path in found.strongest for step in path.steps]
    for path in found.strongest[:1]:
        gains = [(step.op, float(magnitude(step.factors))) for step in path.steps]
        single = [float(step.factors[0]) for step in path.steps if step.factors.size == 1 and step.factors[0] != 1]
        notes += _repeated(single) or _together(gains)
    return [f"{found.name}: {note}" for note in dict.fromkeys(notes) if note]


def remarks(graph: Picture, targets: list[int], symbol: Mapping[int, str]) -> list[str]:
    """The same for whole arrays, on the path that contributes most to each."""
    found: list[str] = []
    for v in targets:
        edges = strongest(graph, v)
        factors = [local_factors(graph, e) for e in edges]
        ops = [graph.vertices[graph.edges[e].target].label for e in edges]
        notes = [_note(op, f) or _dead_units(op, f) for op, f in zip(ops, factors, strict=True) if f is not None]
        single = [float(np.ravel(f)[0]) for f in factors if f is not None and f.size == 1 and f.ravel()[0] != 1]
        notes += _repeated(single) or _together([(op, _gain(graph, e)) for op, e in zip(ops, edges, strict=True)])
        found += [f"{plain(symbol[v])}: {note}" for note in notes if note]
    return list(dict.fromkeys(found))


def strongest(graph: Picture, v: int) -> list[int]:
    """The edges from the result to v; at each fan-out the one with the largest contribution."""
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


def _gain(graph: Picture, e: int) -> float:
    """The norm of the gradient after an edge over the norm before it."""
    before, after = graph.vertices[graph.edges[e].target].arrived, graph.edges[e].contribution
    norms = [magnitude(x) * np.size(x) ** 0.5 for x in (before, after)]
    return norms[1] / norms[0] if norms[0] else 0.0


def local_factors(graph: Picture, e: int) -> np.ndarray | None:
    """Contribution over cotangent, entry by entry, where the op is elementwise in this input; NaN where both are 0."""
    edge = graph.edges[e]
    target = graph.vertices[edge.target]
    if not target.op.elementwise or np.shape(edge.contribution) != np.shape(target.arrived):
        return None
    with np.errstate(all="ignore"):
        return np.asarray(edge.contribution, float) / np.asarray(target.arrived, float)


def _note(op: str, factors: np.ndarray, what: str = "entries", unit: int | None = None) -> str:
    """Describe a saturated, dead or exploding op; '' if neither."""
    known = np.abs(factors[np.isfinite(factors)])
    if not known.size:
        return ""
    of = f"{what} of unit {unit}" if unit is not None else what
    if not known.any():
        everywhere = f" (factor 0) for {known.size} of {known.size} {of}"
        return f"{op} inactive{everywhere if known.size > 1 else ': factor 0'}"
    if known.max() < SATURATED:
        return f"{op} saturated: factor {number(known.max())}" + (f" at most, in {of}" if known.size > 1 else "")
    return f"{op} blew it up: factor {number(known.max())}" if known.max() > AMPLIFYING else ""


def _dead_units(op: str, factors: np.ndarray) -> str:
    """Describe dead units: columns whose local derivatives are 0 in all rows; '' if there are none."""
    if factors.ndim == 2 and len(factors) >= ENOUGH_ROWS and (dead := int((factors == 0).all(axis=0).sum())):
        return f"{op} inactive (factor 0) for all {len(factors)} rows in {dead} of {factors.shape[1]} units"
    dead, known = int((factors == 0).sum()), int(np.isfinite(factors).sum())
    return f"{op} inactive (factor 0) for {dead} of {known} entries" if dead > MOST * known else ""


def _repeated(factors: list[float]) -> list[str]:
    """Remark on one scalar factor several times in a row: (0.1)^5."""
    found = []
    for factor, run in groupby(factors, key=lambda f: float(f"{f:.3g}")):
        times = len(list(run))
        if times >= TIMES and abs(factor) != 1 and np.isfinite(factor):
            found.append(f"factor {number(factor)}, {times} times in a row: ({number(factor)})^{times} = "
                         f"{number(factor ** times)}")
    return found


def _together(gains: list[tuple[str, float]]) -> list[str]:
    """Remark on many moderate factors whose product is tiny or huge: those of the op that contributes most."""
    orders: dict[str, float] = defaultdict(float)
    for op, gain in gains:
        orders[op] += np.log10(gain) if 0 < gain < np.inf else 0.0
    total = sum(orders.values())
    if abs(total) < ORDERS:
        return []
    op = min(orders, key=lambda op: orders[op] if total < 0 else -orders[op])
    of_op = [gain for name, gain in gains if name == op]
    if len(of_op) < TIMES:
        return []
    return [f"{op}, {len(of_op)} times: factors {number(min(of_op))} … {number(max(of_op))}, together "
            f"{number(10 ** orders[op])}"]
