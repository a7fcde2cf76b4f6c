"""The player's data for its page: vertices, edges, and one step for each event."""
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..format import about, clean, number, source_line
from ..formulas.equations import Derivation, shown
from ..formulas.mathml import mathml, plain
from ..formulas.symbols import symbols
from ..graph.picture import Edge, Picture, Vertex
from ..graphviz.node_label import metadata, thumbnail
from .local import local_derivatives
from .neurons import neurons
from .numeric_check import checks
from .strongest import Way, strongest_ways
from .update import Update, update_formula, update_of
from .wrong import Wrong, wrong_backward


@dataclass(frozen=True)
class Detail:
    """How much a page tells: arrays of up to `entries` are sent whole, and as numbers up to 48; larger ones as block
    means, at most rows × columns; `numbers`: whether formulas are also written with their numbers."""
    entries: int
    rows: int
    columns: int
    numbers: bool


SMALL, MANY = Detail(400, 12, 24, True), Detail(48, 6, 8, False)
SMALL_UP_TO = 300
MOST_SENT = 15_000
"""Numbers of values that a page holds one by one; as many again of gradients."""
WRITTEN_OUT = 48


def player_data(graph: Picture, optimizer: Any = None, wrong: Any = None) -> dict[str, Any]:
    """All data of the page besides its boxes. Names the vertices of the picture by their symbols."""
    compared = None if wrong is None else wrong_backward(graph, wrong)
    update = None if optimizer is None else update_of(graph, optimizer)
    called = symbols(graph, every=True)
    derivation, verdicts = Derivation(graph, called), checks(graph)
    before = [v.name for v in graph.vertices]
    for v in graph.vertices:
        if v.id in called.of:
            v.name = plain(called.of[v.id])
            v.label = v.label if v.op else v.name
    detail = _detail(graph)
    local = local_derivatives(graph)
    kept, counts = strongest_ways(graph)
    return {"ways": [[_way(way, v) for way in ways] for v, ways in zip(graph.vertices, kept, strict=True)],
            "counts": [number(n) if n < 10_000 else format(n, ".3g") for n in counts],
            "vertices": [_vertex(v, verdicts.get(v.id), name, detail)
                         for v, name in zip(graph.vertices, before, strict=True)],
            "result": graph.result, "seeded": graph.seeded,
            "edges": [_edge(e, graph, local.get(i), detail) for i, e in enumerate(graph.edges)],
            "steps": [*_steps(graph, derivation, detail), *_update_steps(graph, derivation, update)],
            "network": neurons(graph), "updated": {} if update is None else _updated(update, graph, detail),
            "wrong": None if compared is None else _compared(compared, detail),
            "remarks": list(_remarks(graph, verdicts, detail))}


def _compared(wrong: Wrong, detail: Detail) -> dict[str, Any]:
    """The backward pass with a wrong rule, where it differs from the right one."""
    return {"ops": wrong.ops, "first": wrong.first,
            "edges": {e: array(c, detail) for e, c in wrong.contributions.items()},
            "vertices": {v: array(g, detail) for v, g in wrong.gradients.items()}}


def _detail(graph: Picture) -> Detail:
    """As much as a page can hold: of many numbers, those of small arrays alone are sent one by one."""
    if len(graph.vertices) > SMALL_UP_TO:
        return MANY
    sent = sum(np.size(v.value) for v in graph.vertices if np.size(v.value) <= SMALL.entries)
    return SMALL if sent <= MOST_SENT else replace(SMALL, entries=MANY.entries)


def _remarks(graph: Picture, verdicts: dict[int, Any], detail: Detail):
    """What the page leaves out."""
    gradients = sum(v.arrived is not None for v in graph.vertices)
    if not detail.numbers:
        yield f"This graph has {len(graph.vertices)} nodes, so formulas are in symbols only."
    if detail.entries < SMALL.entries:
        yield f"Arrays of more than {detail.entries} entries are shown as up to {detail.rows} × {detail.columns} means."
    if len(verdicts) < gradients:
        yield f"{len(verdicts)} of {gradients} gradients were compared with finite differences; all would take long."


def _vertex(v, check, called: str | None, detail: Detail) -> dict[str, Any]:
    found = {"index": list(check.index), "gradient": finite(check.gradient), "difference": finite(check.difference),
             "digits": check.digits, "slopes": check.slopes and list(check.slopes)} if check else None
    return {"id": v.id, "kind": v.kind, "name": clean(v.name or number(v.value)), "label": clean(v.label),
            "called": clean(called) if called and called != v.name else "", "group": [clean(g) for g in v.group],
            "op": v.op.name if v.op else None, "about": about(v.op), "metadata": clean(metadata(v)) if v.op else "",
            "line": source_line(v.line), "dtype": v.dtype, "value": array(v.value, detail),
            "grad": array(v.arrived, detail), "check": found}


def _way(way: Way, v: Vertex) -> list[Any]:
    """[edge, number of the way before, what it brings: a number to a number, else its share of the gradient]."""
    return [way.edge, way.before, finite(way.share if v.shape else way.brings)]


def _edge(e: Edge, graph: Picture, local: Any, detail: Detail) -> dict[str, Any]:
    """An edge; its contribution is "all" where it is all that the source gets; `local`, its derivative, is a number
    or for each entry of the target [entry of the source, derivative, ...]."""
    whole = graph.vertices[e.source].arrived
    alone = e.contribution is not None and np.array_equal(e.contribution, whole, equal_nan=True)
    return {"source": e.source, "target": e.target, "place": e.place,
            "contribution": "all" if alone else array(e.contribution, detail), "local": _finite_local(local)}


def _finite_local(local: Any) -> Any:
    if isinstance(local, list):
        return [[finite(x) if i % 2 else x for i, x in enumerate(row)] for row in local]
    return None if local is None else finite(local)


def _steps(graph: Picture, derivation: Derivation, detail: Detail):
    """One step for each op forward, the seed, and each contribution backward, with the sum so far if more will come."""
    into = graph.into()
    total: dict[int, Any] = {}
    parts: list[list[int]] = [[] for _ in graph.vertices]
    remaining = [sum(graph.edges[e].contribution is not None for e in edges) for edges in graph.out_of()]
    for step in graph.steps():
        vertex = graph.vertices[step.vertex]
        if step.kind == "forward":
            left = derivation.called.of.get(step.vertex, "")
            yield {"kind": "forward", "vertex": step.vertex, "edges": into[step.vertex],
                   **_formulas(left, derivation.applied(vertex), vertex.argument, detail)}
        elif step.kind == "seed":
            yield {"kind": "seed", "vertex": step.vertex, "edges": [],
                   **_formulas(derivation.derivative(step.vertex), (None, None), vertex.arrived, detail)}
        for e in step.edges if step.kind == "backward" else ():
            source = graph.edges[e].source
            parts[source].append(e)
            before, c = total.get(source), graph.edges[e].contribution
            total[source] = c if before is None else before + c
            remaining[source] -= 1
            last = remaining[source] == 0
            yield {"kind": "backward", "vertex": step.vertex, "edges": [e], "to": source, "first": before is None,
                   "last": last, "sum": None if last else array(total[source], detail), "part": len(parts[source]),
                   **_contribution_equation(derivation, e, c, len(parts[source]) == 1 and last, detail)}


def _updated(update: Update, graph: Picture, detail: Detail) -> dict[int, Any]:
    """{vertex: value after the update}, of the parameters and the result."""
    return {v: array(x, detail) for v, x in [*update.after.items(), (graph.result, update.result)]}


def _update_steps(graph: Picture, derivation: Derivation, update: Update | None):
    """One step for each parameter that the optimiser moves, and one for the result after it."""
    if update is None:
        return
    for v in update.after:
        formula = update_formula(derivation.called.of[v], derivation.derivative(v), update, v)
        yield {"kind": "update", "vertex": v, "edges": [], "by": update.called, "rate": update.rates.get(v),
               "symbol": mathml(formula), "numbers": ""}
    before = graph.vertices[graph.result].value
    yield {"kind": "update", "vertex": graph.result, "edges": [], "by": update.called, "rate": None, "symbol": mathml(
        rf"{derivation.called.of[graph.result]}: {shown(before)} \rightarrow {shown(update.result)}"), "numbers": ""}


def _contribution_equation(derivation: Derivation, e: int, c: Any, alone: bool, detail: Detail) -> dict[str, str]:
    """What a contribution is; it is the derivative by its source where it is `alone`, else one of the terms of it. What
    an output hands to its call is its own derivative."""
    edge, graph = derivation.graph.edges[e], derivation.graph
    if graph.vertices[edge.target].is_output:
        return _formulas(derivation.derivative(edge.target), (None, None), graph.vertices[edge.target].arrived, detail)
    return _formulas(derivation.derivative(edge.source) if alone else None, derivation.sent(e), c, detail)


def _formulas(left: str | None, right: tuple[str | None, str | None], value: Any, detail: Detail) -> dict[str, str]:
    """An equation in symbols, and its right-hand side in numbers with the result, which may come on a line of its own;
    each only if it says more."""
    symbol, numbers = right
    result = shown(value)
    counted = list(dict.fromkeys(x for x in (numbers, result) if x and x != symbol))
    told = [mathml(f"= {x}" if i else x) for i, x in enumerate(counted)] if detail.numbers and symbol else []
    said = symbol or result
    return {"symbol": mathml(f"{left} = {said}" if left else said), "numbers": " ".join(told)}


def array(value: Any, detail: Detail = SMALL) -> dict[str, Any] | None:
    """An array as data: shape and range; `data`, all entries, if they are few; `rows`, its block means in three digits,
    if they are many."""
    if value is None:
        return None
    a = np.asarray(value, dtype=float)
    found: dict[str, Any] = {"shape": list(a.shape)}
    if a.size <= detail.entries:
        found["data"] = [finite(x) for x in a.ravel()]
    if a.size > WRITTEN_OUT:
        found["rows"] = [[finite(format(x, ".3g")) for x in row] for row in thumbnail(a, detail.rows, detail.columns)]
    if a.ndim and a.size:
        with np.errstate(all="ignore"):
            found |= {"low": finite(a.min()), "mean": finite(a.mean()), "high": finite(a.max())}
    return found


def finite(x: Any) -> float | str:
    """A number as JSON can hold it: nan and the infinities become words."""
    x = float(x)
    return x if math.isfinite(x) else "nan" if math.isnan(x) else "∞" if x > 0 else "-∞"
