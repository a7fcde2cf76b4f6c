"""What the player shows, as plain data for its page: vertices, edges, and a step for every single event."""
import linecache
import math
import os
from typing import Any

import numpy as np

from .derive import Derivation, shown
from .graph import Picture
from .label import metadata, thumbnail
from .layers import symbols
from .mathml import mathml, plain
from .replay import checks
from .text import clean, number

MOST_ENTRIES, MOST_ROWS, MOST_COLUMNS = 400, 12, 24


def scene(graph: Picture) -> dict[str, Any]:
    """Everything the page needs besides the drawing. Names the vertices of the picture by their symbols."""
    called = symbols(graph, every=True)
    derivation, verdicts = Derivation(graph, called), checks(graph)
    before = [v.name for v in graph.vertices]
    for v in graph.vertices:
        if v.id in called.of:
            v.name = plain(called.of[v.id])
            v.label = v.label if v.op else v.name
    return {"vertices": [_vertex(v, verdicts.get(v.id), name) for v, name in zip(graph.vertices, before, strict=True)],
            "result": graph.result,
            "edges": [{"source": e.source, "target": e.target, "place": e.place, "contribution": array(e.contribution)}
                      for e in graph.edges],
            "steps": list(_steps(graph, derivation))}


def _vertex(v, check, called: str | None) -> dict[str, Any]:
    found = {"index": list(check.index), "gradient": finite(check.gradient), "difference": finite(check.difference),
             "digits": check.digits} if check else None
    return {"id": v.id, "kind": v.kind, "name": clean(v.name or number(v.value)), "label": clean(v.label),
            "called": clean(called) if called and called != v.name else "", "group": [clean(g) for g in v.group],
            "op": v.op.name if v.op else None, "about": _about(v.op), "metadata": clean(metadata(v)) if v.op else "",
            "line": source_line(v.line), "dtype": v.dtype, "value": array(v.value), "grad": array(v.arrived),
            "check": found}


def source_line(line: str | None) -> str | None:
    """`file.py:12` as the file's name, the number, and what stands there, if it can be read."""
    if line is None:
        return None
    path, _, number = line.rpartition(":")
    text = linecache.getline(path, int(number)).strip() if number.isdigit() else ""
    return clean(f"{os.path.basename(path)}:{number}  {text}".rstrip())


def _about(op) -> str:
    return clean((op.__doc__ or "").strip().split("\n")[0]) if op else ""


def _steps(graph: Picture, derivation: Derivation):
    """One step for each op forward, the seed, and each contribution backward."""
    into = graph.into()
    total: dict[int, Any] = {}
    remaining = [sum(graph.edges[e].contribution is not None for e in edges) for edges in graph.out_of()]
    for step in graph.steps():
        vertex = graph.vertices[step.vertex]
        if step.kind == "forward":
            yield {"kind": "forward", "vertex": step.vertex, "edges": into[step.vertex],
                   **_formulas(derivation.called.of.get(step.vertex, ""), derivation.applied(vertex), vertex.value)}
        elif step.kind == "seed":
            yield {"kind": "seed", "vertex": step.vertex, "edges": [],
                   **_formulas(derivation.derivative(step.vertex), (None, None), vertex.arrived)}
        for e in step.edges if step.kind == "backward" else ():
            source = graph.edges[e].source
            before, c = total.get(source), graph.edges[e].contribution
            total[source] = c if before is None else before + c
            remaining[source] -= 1
            yield {"kind": "backward", "vertex": step.vertex, "edges": [e], "to": source, "sum": array(total[source]),
                   "first": before is None, "last": remaining[source] == 0,
                   **_formulas(derivation.derivative(source), derivation.sent(e), c)}


def _formulas(left: str, right: tuple[str | None, str | None], value: Any) -> dict[str, str]:
    """An equation in symbols, and its right-hand side in numbers with the result, each line only if it says more."""
    symbol, numbers = right
    result = shown(value)
    counted = " = ".join(dict.fromkeys(x for x in (numbers, result) if x and x != symbol))
    return {"symbol": mathml(f"{left} = {symbol or result}"), "numbers": mathml(counted) if symbol and counted else ""}


def array(value: Any) -> dict[str, Any] | None:
    """An array as data: all entries if they are few, else block means; always shape and range."""
    if value is None:
        return None
    a = np.asarray(value, dtype=float)
    rows = thumbnail(a, MOST_ROWS, MOST_COLUMNS) if a.size else np.zeros((0, 0))
    found: dict[str, Any] = {
        "shape": list(a.shape), "rows": [[finite(x) for x in row] for row in rows], "whole": rows.size == a.size,
        "data": [finite(x) for x in a.ravel()] if a.size <= MOST_ENTRIES else None}
    if a.size:
        with np.errstate(all="ignore"):
            found |= {"low": finite(a.min()), "mean": finite(a.mean()), "high": finite(a.max()),
                      "norm": finite(np.linalg.norm(a.ravel()))}
    return found


def finite(x: Any) -> float | str:
    """A number as JSON can hold it: nan and the infinities become words."""
    x = float(x)
    return x if math.isfinite(x) else "nan" if math.isnan(x) else "∞" if x > 0 else "-∞"
