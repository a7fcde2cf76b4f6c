"""Local derivatives entry by entry: what the rule of an op gives for each entry of its result on its own."""
from typing import Any

import numpy as np

from ... import graph as recorded
from ..graph.picture import Picture

MOST_ENTRIES = 64
"""Of a result, so many and no more are differentiated one by one."""
MOST_NUMBERS, MOST_CALLS = 30_000, 6_000
"""Of one page: derivatives that are not zero, and calls of rules."""

Rows = list[list[float]]
"""For each entry of a result [i, d, i, d, ...]: the entries i of an input that it depends on, and the derivatives d."""


def local_derivatives(graph: Picture) -> dict[int, Any]:
    """{edge: derivative of its target by its source}: a number between numbers, else Rows, as long as they are few.

    Ops on numbers come first; an op of several outputs has none.
    """
    into, calls, numbers = graph.into(), 0, 0
    found: dict[int, Any] = {}
    for v in sorted(graph.vertices, key=lambda v: np.size(v.value)):
        size = np.size(v.value)
        if v.op is None or v.outputs is not None or v.is_output or not 0 < size <= MOST_ENTRIES:
            continue
        calls += size
        if size > 1 and (calls > MOST_CALLS or numbers > MOST_NUMBERS):
            break
        for place, rows in _rows_of(graph, v.id).items():
            e = into[v.id][place]
            scalar = size == 1 == np.size(graph.vertices[graph.edges[e].source].value)
            found[e] = rows[0][1] if scalar and rows[0] else 0.0 if scalar else rows
            numbers += sum(map(len, rows)) // 2
    return found


def _rows_of(graph: Picture, v: int) -> dict[int, Rows]:
    """{place of an input: Rows} for the inputs that have a rule and hold real numbers."""
    node = graph.nodes[v]
    inputs = recorded.inputs(node)
    wanted = {x for x in inputs if recorded.shape_and_dtype(x)[1].kind == "f"}
    places = [i for i, (x, rule) in enumerate(zip(inputs, node_rules(node), strict=False)) if rule and x in wanted]
    units = np.eye(np.size(recorded.value(node))).reshape(-1, *recorded.shape_and_dtype(node)[0])
    found: dict[int, Rows] = {place: [] for place in places}
    with np.errstate(all="ignore"):
        for unit in units:
            for place, (_, c) in zip(places, recorded.contributions(node, _like(unit, node), wanted), strict=True):
                found[place].append(_not_zero(c))
    return found


def node_rules(node: Any) -> Any:
    """The rules of the op that computed a node, one for each input; of a variadic op they have no end."""
    op = recorded.op(node)
    return op.vjp_rules if op is not None else ()


def _like(unit: np.ndarray, node: Any) -> Any:
    """A cotangent of the node's kind: a Python float for a number."""
    shape, dtype = recorded.shape_and_dtype(node)
    return unit.astype(dtype) if shape else float(unit)


def _not_zero(c: Any) -> list[float]:
    flat = np.ravel(np.asarray(c, dtype=float))
    where = np.flatnonzero(flat)
    return [x for i in where.tolist() for x in (i, float(flat[i]))]
