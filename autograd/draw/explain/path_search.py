"""Find and count the paths from a result back to one entry of a leaf, the strongest first."""
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import graph as recorded
from ...core.reverse import unbroadcast
from ..graph.picture import Picture
from ..graph.several_outputs import join_outputs, split_outputs

MOST_STEPS = 20_000
"""About how often a rule is run in a search."""
MOST_FACTORS = 256
"""Entries of a stop up to which all local derivatives are looked at; of more, as many evenly spread ones."""


@dataclass
class Stop:
    """Entries (flat indices) of a vertex that a path passes, and what of the cotangent arrives there on this path."""
    vertex: int
    entries: np.ndarray
    flow: np.ndarray
    edge: int | None = None
    before: "Stop | None" = None
    label: int = 0

    def way(self) -> list["Stop"]:
        """All stops from the result to this one."""
        stops = [self]
        while (before := stops[-1].before) is not None:
            stops.append(before)
        return stops[::-1]


def single_entries(graph: Picture) -> list[np.ndarray]:
    """Labels that make each entry a stop of its own."""
    return [np.arange(np.size(v.value)) for v in graph.vertices]


def neurons(graph: Picture) -> list[np.ndarray]:
    """Labels that make the entries of one neuron one stop: a column, in a batch of images a channel. The losses of
    the rows of a batch are one stop too."""
    found, rowwise, into = [], set(), graph.into()
    for v in graph.vertices:
        sources = [graph.vertices[graph.edges[e].source] for e in into[v.id]]
        data = [s for s in sources if s.kind != "parameter"]
        if len(v.shape) == 1 and any(s.shape[:1] == v.shape and (len(s.shape) > 1 or s.id in rowwise) for s in data):
            rowwise.add(v.id)
        if v.outputs is not None:                       # each output is a stop
            found.append(np.repeat(np.arange(len(v.outputs)), [np.size(y) for y in v.outputs]))
            continue
        of_entry = np.zeros(v.shape, int)
        if v.shape and v.id not in rowwise:
            axis = unit_axis(v.shape)
            of_entry += np.arange(v.shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(v.shape))])
        found.append(of_entry.ravel())
    return found


def unit_axis(shape: tuple[int, ...]) -> int:
    """The axis that neurons are counted along: the last, of images (n, channels, height, width) the second."""
    return 1 if len(shape) == 4 else len(shape) - 1


class Search:
    """Follows the paths to one entry. `labels` says for each vertex which entries are one stop."""

    def __init__(self, graph: Picture, target: int, entry: int, labels: list[np.ndarray],
                 reach: dict[int, np.ndarray] | None = None):
        self.graph, self.target, self.labels = graph, target, labels
        self.edges: dict[int, list[int]] = {target: []}         # of each vertex on the way, those that lead on
        for e in sorted(range(len(graph.edges)), key=lambda e: (graph.edges[e].target, graph.edges[e].place)):
            edge = graph.edges[e]
            if edge.source in self.edges and edge.contribution is not None and edge.target != target:
                self.edges.setdefault(edge.target, []).append(e)
        self.reach = self._reached(entry) if reach is None else reach

    def _reached(self, entry: int) -> dict[int, np.ndarray]:
        """For each vertex between, how much each entry changes with the chosen one, by absolute values; where a slope
        is zero, as in an inactive ReLU, the smallest number: a path leads there too."""
        start = np.zeros(np.size(self.graph.vertices[self.target].value))
        start[entry] = 1.0
        moved = {self.target: start}
        for v in sorted(self.edges.keys() - {self.target}):
            reached = [self._reach_through(e, moved[self.graph.edges[e].source]) for e in self.edges[v]]
            moved[v] = np.sum(reached, axis=0)
        return moved

    def _reach_through(self, e: int, moved: np.ndarray) -> np.ndarray:
        moving = moved > 0
        amount, reached = np.abs(self._jvp_rows(e, [moved, np.where(moving, _distinct_weights(moved.size), 0.0)]))
        source, target = self.graph.edges[e].source, self.graph.vertices[self.graph.edges[e].target]
        if target.op.elementwise:
            reached += np.broadcast_to(moving.reshape(self._shape(source)), target.shape).ravel()
        least = np.finfo(float).tiny
        return np.where(reached > 0, np.clip(np.nan_to_num(amount), least, 1 / least), 0.0)

    def _jvp_rows(self, e: int, tangents: Iterable[np.ndarray]) -> np.ndarray:
        """Tangents of an input (flat) through one op, a row for each: the transpose of its vjp rule, which is linear
        in the cotangent g."""
        edge, node = self.graph.edges[e], self.graph.nodes[self.graph.edges[e].target]
        target = self.graph.vertices[edge.target]
        if target.is_output:
            marked = split_outputs(np.arange(self.labels[edge.source].size), recorded.value(recorded.inputs(node)[0]))
            return np.stack(list(tangents))[:, np.ravel(np.asarray(marked[target.params["index"]], int))]
        with np.errstate(all="ignore"):
            given, c = recorded.recorded_vjp(node, edge.place)
            if not getattr(c, "requires_grad", False):
                return np.zeros((len(list(tangents)), np.size(target.value)))
            leaves = [g for g in given if g is not None]
            source = self.graph.vertices[edge.source].shape
            seeds = [np.broadcast_to(t.reshape(source), c.shape) for t in tangents]
            pulled = [recorded.cotangents(c, seed, leaves) for seed in seeds]
            rows = [tuple(None if g is None else found.get(g) for g in given) for found in pulled]
            return np.stack([join_outputs(row, target.outputs or (target.value,)) for row in rows])

    def start(self) -> Stop:
        seed = np.ravel(np.asarray(self.graph.vertices[self.graph.result].arrived, float))
        return Stop(self.graph.result, np.arange(seed.size), seed)

    def onward(self, stop: Stop) -> Iterator[Stop]:
        """The next stops of a path."""
        node = self.graph.nodes[stop.vertex]
        brought = self._contributions(stop.vertex, stop.entries, stop.flow)
        distinct = _distinct_weights(stop.entries.size)
        touched = brought if stop.flow.all() else self._contributions(stop.vertex, stop.entries, distinct)
        for e, flow, leads in zip(self.edges[stop.vertex], brought, touched, strict=True):
            source = self.graph.edges[e].source
            leads = leads != 0
            if self.graph.vertices[stop.vertex].op.elementwise:
                here = _spread(stop.entries, 1.0, node)
                leads |= np.ravel(unbroadcast(here, self._shape(source))) != 0
            entries = np.flatnonzero(leads & (self.reach[source] > 0))
            labels = self.labels[source][entries]
            for label in np.unique(labels):
                chosen = entries[labels == label]
                yield Stop(source, chosen, flow[chosen], e, stop, int(label))

    def _contributions(self, v: int, entries: np.ndarray, flow: Any) -> list[np.ndarray]:
        """The contribution of each edge, for a cotangent with these entries."""
        wanted = {self.graph.nodes[self.graph.edges[e].source] for e in self.edges[v]}
        node = self.graph.nodes[v]
        return [np.ravel(np.asarray(join_outputs(c, recorded.value(x)), float))
                for x, c in recorded.contributions(node, _spread(entries, flow, node), wanted)]

    def _shape(self, v: int) -> tuple[int, ...]:
        return self.graph.vertices[v].shape

    def count(self, most: int) -> int | None:
        """Count the paths; visits each stop once. None if there are more stops than `most`."""
        stops = {v: np.flatnonzero(self.reach[v]) for v in self.edges}
        if sum(np.unique(self.labels[v][reached]).size for v, reached in stops.items()) > most:
            return None
        ways: dict[tuple[int, int], int] = defaultdict(int)
        for v in sorted(self.edges):
            labels = self.labels[v][stops[v]]
            for label in np.unique(labels):
                here = stops[v][labels == label]
                ways[v, int(label)] = 1 if v == self.target else sum(
                    ways[s.vertex, s.label] for s in self.onward(Stop(v, here, _distinct_weights(here.size))))
        return sum(n for (v, _), n in ways.items() if v == self.graph.result)

    def strongest(self, most: int) -> list[Stop]:
        """The ends of the strongest paths, by a beam search that visits the youngest vertex first."""
        beam = max(2 * most, min(200, MOST_STEPS // len(self.edges)))
        waiting: dict[int, list[Stop]] = defaultdict(list)
        waiting[self.graph.result].append(self.start())
        for v in sorted(self.edges, reverse=True):
            followed = sorted(waiting[v], key=self._promise, reverse=True)
            if v == self.target:
                return followed[:most]
            for stop in followed[:beam]:
                for following in self.onward(stop):
                    waiting[following.vertex].append(following)
            del waiting[v]
        return []

    def _promise(self, stop: Stop) -> float:
        """Estimate the size of the paths that begin with this stop; at the target, the exact size."""
        return float(np.nan_to_num(np.abs(stop.flow) @ self.reach[stop.vertex][stop.entries], posinf=np.inf))

    def factors(self, stop: Stop, following: Stop) -> np.ndarray:
        """The local derivatives between the entries of two stops: of an elementwise op in all rows, else where there
        is one that is not zero."""
        e = following.edge
        assert e is not None
        place, op = self.edges[stop.vertex].index(e), self.graph.vertices[stop.vertex].op
        if op.elementwise and self._shape(stop.vertex) == self._shape(following.vertex):
            alike = np.flatnonzero((self.labels[stop.vertex] == stop.label) & (self.reach[stop.vertex] > 0))
            return self._contributions(stop.vertex, alike, 1.0)[place][alike]
        if following.entries.size < stop.entries.size:
            units = np.zeros((min(following.entries.size, MOST_FACTORS), self.labels[following.vertex].size))
            units[np.arange(len(units)), _spaced(following.entries)] = 1.0
            found = self._jvp_rows(e, units)[:, stop.entries].ravel()
        else:
            found = np.concatenate([self._contributions(stop.vertex, _spaced(stop.entries)[i:i + 1], 1.0)[place]
                                    [following.entries] for i in range(min(stop.entries.size, MOST_FACTORS))])
        return found[found != 0] if found.any() else found[:1]


def _distinct_weights(n: int) -> np.ndarray:
    """Distinct positive weights, to detect dependence without cancellation."""
    return 1.0 + np.arange(1, n + 1) * 0.6180339887498949 % 1.0


def _spaced(entries: np.ndarray) -> np.ndarray:
    """At most MOST_FACTORS of the entries, evenly spread."""
    return entries[np.linspace(0, entries.size - 1, min(entries.size, MOST_FACTORS)).astype(int)]


def _spread(entries: np.ndarray, values: Any, node: Any) -> Any:
    """An array like a node's value with these entries and zeros elsewhere; one for each of several outputs."""
    held = recorded.value(node)
    several = isinstance(held, tuple)
    whole = np.zeros(sum(map(np.size, held)) if several else np.size(held))
    whole[entries] = values
    return split_outputs(whole, held) if several else whole.reshape(np.shape(held))
