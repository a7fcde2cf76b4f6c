"""Check gradients by finite differences: run the picture's ops again with one number changed a little."""
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...check.evidence.differences import central_differences
from ..graph.picture import Picture

MOST_EVALUATIONS = 100_000
"""Ops that are run again, at most; some tens of microseconds each."""


@dataclass(frozen=True)
class Check:
    """At the entry `index` of a node: the gradient, the finite difference, and in how many digits they agree. At a kink
    `slopes` are those to the left and right; each number between them is admissible as the gradient."""
    index: tuple[int, ...]
    gradient: float
    difference: float
    digits: int
    slopes: tuple[float, float] | None = None


def checks(graph: Picture) -> dict[int, Check]:
    """For each vertex with a gradient, the check of its largest entry; leaves first, as many as take
    moments."""
    into, found, spent = graph.into(), {}, 0
    for v in sorted(graph.vertices, key=lambda v: v.op is not None):
        cost = 2 * (len(graph.vertices) - v.id)                              # at most: the ops after it, twice
        if v.arrived is not None and np.size(v.arrived) and v.outputs is None and spent + cost <= MOST_EVALUATIONS:
            found[v.id] = _check(graph, v.id, into)
            spent += cost
    return found


def _check(graph: Picture, v: int, into: list[list[int]]) -> Check:
    vertex = graph.vertices[v]
    g = np.asarray(vertex.arrived, dtype=float)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(np.nan_to_num(g))), g.shape))
    x = np.array(vertex.value, dtype=float)
    step, unit = np.finfo(float).eps ** (1 / 3) * max(1.0, abs(float(x[index]))), np.zeros_like(x)
    unit[index] = 1.0
    with np.errstate(all="ignore"):
        slopes = central_differences(lambda x: _result(graph, v, x, into), x, unit, np.array([step]))
    difference = float(slopes[0, 0])
    digits = agreeing_digits(float(g[index]), difference)
    with np.errstate(all="ignore"):
        sides = None if digits > KINK_DIGITS else _one_sided(graph, v, x, step * unit, into)
    return Check(index, float(g[index]), difference, digits, sides)


KINK_DIGITS = 2
"""Slopes to both sides of a point that agree in no more digits than these are those of a kink."""


def _one_sided(graph: Picture, v: int, x: np.ndarray, h: np.ndarray, into: list[list[int]]) -> tuple | None:
    """The slopes to the left and to the right; None where they are equal or not finite."""
    below, here, above = (_result(graph, v, y, into)[0] for y in (x - h, x, x + h))
    left, right = float(here - below) / h.sum(), float(above - here) / h.sum()
    is_kink = agreeing_digits(left, right) <= KINK_DIGITS and 1e-3 * max(1.0, abs(here)) < abs(left - right) < math.inf
    return (float(left), float(right)) if is_kink else None


def recomputed(graph: Picture, moved: dict[int, Any], into: list[list[int]] | None = None) -> dict[int, Any]:
    """The values of all vertices that depend on some, when these have other values."""
    into, values = into or graph.into(), dict(moved)
    for u in graph.vertices[min(moved) + 1:]:
        sources = [graph.edges[e].source for e in into[u.id]]
        if u.id not in moved and any(s in values for s in sources):
            y = u.op.evaluate([values.get(s, graph.vertices[s].argument) for s in sources], u.params)
            values[u.id] = y[0] if u.op.residual else y
    return values


def _result(graph: Picture, v: int, moved: Any, into: list[list[int]]) -> np.ndarray:
    """The result, weighted by the seed, when vertex v has another value."""
    end = graph.vertices[graph.result]
    y = recomputed(graph, {v: moved}, into).get(end.id, end.value)
    return np.array([np.sum(np.asarray(end.arrived, float) * np.asarray(y, float))])


def agreeing_digits(a: float, b: float) -> int:
    """In how many significant digits two numbers agree, at most 15.

    >>> agreeing_digits(1.0, 1.001), agreeing_digits(2.0, -2.0), agreeing_digits(0.0, 0.0)
    (3, 0, 15)
    """
    if a == b:
        return 15
    if not (math.isfinite(a) and math.isfinite(b)):
        return 0
    return min(15, max(0, round(-math.log10(abs(a - b) / max(abs(a), abs(b))))))
