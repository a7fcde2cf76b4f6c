"""The strongest paths from the result to each vertex, and how many there are.

A backward sweep that keeps the paths apart: at each vertex the few strongest, each with the cotangent that it brings
alone. For numbers these are the strongest of all, since what follows multiplies every path by the same factor.
"""
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import graph as recorded
from ..graph.picture import Picture
from ..graph.several_outputs import join_outputs, split_outputs

KEPT = 3
MOST_NUMBERS = 20_000_000
"""Entries of all values together; beyond, no paths are followed."""


@dataclass(frozen=True)
class Way:
    """A path that ends at a vertex: by `edge` from the way number `before` of the edge's target, with the cotangent it
    brings, and its share <brings, gradient> / <gradient, gradient>; the shares of all ways sum to 1."""
    edge: int | None
    before: int
    brings: Any
    share: float


def strongest_ways(graph: Picture) -> tuple[list[list[Way]], list[int]]:
    """For each vertex its strongest ways, strongest first, and the number of all ways; none without gradients."""
    kept: list[list[Way]] = [[] for _ in graph.vertices]
    counts = [0] * len(graph.vertices)
    if sum(np.size(v.value) for v in graph.vertices) > MOST_NUMBERS:
        return kept, counts
    into = graph.into()
    for s in graph.seeds:
        kept[s].append(Way(None, 0, graph.vertices[s].arrived, 1.0))
        counts[s] = 1
    with np.errstate(all="ignore"):
        for v in reversed(graph.vertices):
            kept[v.id] = sorted(kept[v.id], key=_strength, reverse=True)[:KEPT]
            flowing = [e for e in into[v.id] if graph.edges[e].contribution is not None]
            for e in flowing:
                counts[graph.edges[e].source] += counts[v.id]
            for k, way in enumerate(kept[v.id] if flowing else ()):
                g = way.brings if v.outputs is None else split_outputs(way.brings, v.outputs)
                for e, (x, c) in zip(flowing, recorded.contributions(graph.nodes[v.id], g), strict=True):
                    source, c = graph.edges[e].source, join_outputs(c, recorded.value(x))
                    kept[source].append(Way(e, k, c, _share(c, graph.vertices[source].arrived)))
    return kept, counts


def _strength(way: Way) -> float:
    return abs(way.share) if np.isfinite(way.share) else float(np.sum(np.abs(way.brings)))


def _share(c: Any, whole: Any) -> float:
    c, whole = np.ravel(c).astype(float), np.ravel(whole).astype(float)
    square = float(whole @ whole)
    return float(c @ whole) / square if square else float("nan")
