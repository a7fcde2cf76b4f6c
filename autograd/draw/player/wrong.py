"""A second backward pass through the same graph, with wrong rules of some ops: where do the two differ?"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ... import graph as recorded
from ...core.primitive import Primitive
from ...core.reverse import unbroadcast
from ..graph.picture import Picture, Vertex
from ..graph.several_outputs import join_outputs, split_outputs

SAME = 1e-9
"""Contributions that differ by less, relative to the larger, are the same."""


@dataclass
class Wrong:
    """Contributions of edges and gradients of vertices that differ from the right ones; the edge where they first do,
    None if they nowhere do; the ops whose rules were replaced."""
    ops: list[str]
    contributions: dict[int, Any] = field(default_factory=dict)
    gradients: dict[int, Any] = field(default_factory=dict)
    first: int | None = None


def wrong_backward(graph: Picture, wrong: Any) -> Wrong:
    """What the backward pass gives with these rules: {op or its name: rule, or a tuple with one for each input}.

    TypeError if `wrong` is something else; ValueError if the graph has no such op, or a rule's answer has the wrong
    shape.
    """
    rules = _rules(wrong, graph)
    found, arrived, into = Wrong(list(rules)), _starts(graph), graph.into()
    for vertex in reversed(graph.vertices):
        edges = [e for e in into[vertex.id] if graph.edges[e].contribution is not None]
        if vertex.id not in arrived or not edges:
            continue
        sent = _sent(graph, vertex, arrived[vertex.id], edges, rules)
        for e, c in zip(edges, sent, strict=True):
            edge = graph.edges[e]
            arrived[edge.source] = arrived[edge.source] + c if edge.source in arrived else c
            if not _same(c, edge.contribution):
                found.contributions[e] = c
                found.first = e if found.first is None else found.first
    found.gradients = {v: g for v, g in arrived.items() if not _same(g, graph.vertices[v].arrived)}
    return found


def _rules(wrong: Any, graph: Picture) -> dict[str, tuple]:
    """{name of an op: its rules by place}."""
    if callable(wrong) and hasattr(wrong, "__name__"):
        wrong = {wrong.__name__: wrong}
    if not isinstance(wrong, Mapping) or not wrong:
        raise TypeError('wrong must say whose rule is replaced: wrong={"tanh": lambda g, y, x: g * (1 - y)}, or a '
                        f"function called like the op, got {wrong!r:.60}")
    ops = {v.op.name for v in graph.vertices if v.op is not None}
    rules: dict[str, tuple] = {}
    for op, rule in wrong.items():
        name = op.name if isinstance(op, Primitive) else op
        if name not in ops:
            raise ValueError(f"wrong: this graph has no op called {name!r}; there are {', '.join(sorted(ops))}")
        rules[name] = tuple(rule) if isinstance(rule, tuple | list) else (rule,)
        if not all(r is None or callable(r) for r in rules[name]):
            raise TypeError(f"wrong: the rule of {name} must be a function of (g, y, *inputs), or a tuple of them with "
                            f"None where the right one stays, got {rule!r:.60}")
    return rules


def _starts(graph: Picture) -> dict[int, Any]:
    """The cotangents that gradients start from: what has arrived without having been sent."""
    out = graph.out_of()
    found = {}
    for v in graph.seeds:
        sent = [c for e in out[v] if (c := graph.edges[e].contribution) is not None]
        found[v] = graph.vertices[v].arrived - sum(sent) if sent else graph.vertices[v].arrived
    return found


def _sent(graph: Picture, vertex: Vertex, g: Any, edges: list[int], rules: dict[str, tuple]) -> list[Any]:
    """What an op sends back along its edges for the cotangent g."""
    node = graph.nodes[vertex.id]
    given = g if vertex.outputs is None else split_outputs(g, vertex.outputs)
    right = recorded.contributions(node, given)
    sent = [join_outputs(c, recorded.value(x)) for x, c in right]
    for i, e in enumerate(edges):
        replaced: Callable | None = dict(enumerate(rules.get(vertex.op.name, ()))).get(graph.edges[e].place)
        if replaced is not None:
            sent[i] = _by_rule(replaced, given, node, vertex, graph.vertices[graph.edges[e].source])
    return sent


def _by_rule(rule: Callable, g: Any, node: Any, vertex: Vertex, source: Vertex) -> Any:
    values = [recorded.value(x) for x in recorded.inputs(node)]
    with np.errstate(all="ignore"):
        c = np.asarray(rule(g, vertex.argument, *values, **vertex.params), dtype=float)
    lead = c.ndim - len(source.shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(source.shape, c.shape[lead:], strict=True)):
        raise ValueError(f"wrong: the rule of {vertex.op.name} gives shape {c.shape} for an input of shape "
                         f"{source.shape}")
    return np.asarray(unbroadcast(c, source.shape)) if c.shape != source.shape else c


def _same(a: Any, b: Any) -> bool:
    scale = max(np.max(np.abs(b), initial=0.0), np.max(np.abs(a), initial=0.0)) if np.all(np.isfinite(a)) else 0.0
    return bool(np.allclose(a, b, rtol=SAME, atol=SAME * scale if np.isfinite(scale) else 0.0, equal_nan=True))
