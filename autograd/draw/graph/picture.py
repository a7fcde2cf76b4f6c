"""The picture of a computation as plain data: vertices, edges, groups, and the steps forward and backward in order.

Every renderer reads this and nothing else. Building it runs a sweep of its own through the engine and changes nothing
in the user's graph: no `.grad` is written, no value touched. All walks are loops, so that depth does not matter.
"""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import numpy as np

from ... import graph
from ...core.tensor import Tensor
from ...core.values import as_real_array
from .module_calls import Span, groups
from .several_outputs import join_outputs

KINDS = ("parameter", "input", "constant", "op", "result", "summary")


@dataclass(slots=True)
class Vertex:
    """One value. `grad` is None as long as there is none; `arrived` is what the edges of this picture bring to it;
    `inside` is what a summary stands for, `origin` the ids of all that in the picture it was folded from. `outputs` are
    those of the call of an op of several: then `value`, `arrived` and contributions are these end to end, and each
    output that is used is a vertex of its own."""
    id: int
    kind: str
    label: str
    name: str | None = None
    value: Any = None
    shape: tuple[int, ...] = ()
    dtype: str = ""
    grad: Any = None
    arrived: Any = None
    op: Any = None
    params: dict[str, Any] = field(default_factory=dict)
    line: str | None = None
    group: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    inside: list["Vertex"] = field(default_factory=list)
    origin: tuple[int, ...] = ()
    outputs: tuple | None = None

    @property
    def argument(self) -> Any:
        """The value as ops and rules take it."""
        return self.value if self.outputs is None else self.outputs

    @property
    def is_output(self) -> bool:
        """Whether it is one of several outputs of the call that it comes from."""
        return self.op is not None and self.op.name == "output_of"


@dataclass(slots=True)
class Edge:
    """An input of an op. `place` says which: x * x has two edges, with places 0 and 1.

    `contribution` is what flows back along it, None if no gradient was asked for or none flows.
    """
    source: int
    target: int
    place: int
    contribution: Any = None


@dataclass(slots=True)
class Step:
    """One moment of the computation: "forward" computes `vertex`, "seed" starts at the result, "backward" sends the
    contributions of `edges` out of `vertex`."""
    kind: str
    vertex: int
    edges: list[int]


@dataclass(slots=True)
class Picture:
    """Vertices in an order in which each comes after its inputs; edges; steps. `result` is the youngest of the
    `results`; `seeds` are those that gradients start from."""
    vertices: list[Vertex]
    edges: list[Edge]
    result: int
    seeded: bool = False
    nodes: list[Tensor] = field(default_factory=list)
    seeds: tuple[int, ...] = ()

    @property
    def results(self) -> list[int]:
        """The vertices that were asked for, oldest first."""
        return [v.id for v in self.vertices if v.kind == "result" or v.id == self.result]

    def steps(self) -> list[Step]:
        """Forward, oldest first; then, if there are gradients, the seed and the way back, youngest first."""
        into = self.into()
        computed = [v.id for v in self.vertices if into[v.id]]
        steps = [Step("forward", v, into[v]) for v in computed]
        if self.seeded:
            steps += [Step("seed", v, []) for v in self.seeds]
            flows = {v: [e for e in into[v] if self.edges[e].contribution is not None] for v in computed}
            steps += [Step("backward", v, flows[v]) for v in reversed(computed) if flows[v]]
        return steps

    def into(self) -> list[list[int]]:
        """For each vertex the edges that enter it: its inputs, in order."""
        return self._edges_by("target")

    def out_of(self) -> list[list[int]]:
        """For each vertex the edges that leave it: the ops that use it, in the order in which gradients return."""
        return [list(reversed(edges)) for edges in self._edges_by("source")]

    def _edges_by(self, end: str) -> list[list[int]]:
        sides: list[list[int]] = [[] for _ in self.vertices]
        for i, edge in enumerate(self.edges):
            sides[getattr(edge, end)].append(i)
        return sides


def picture(root: Any, grad: Any = None, names: Any = None, spans: Sequence[Span] = (),
            accept: Callable[[int], None] | None = None) -> Picture:
    """The picture of everything root was computed from.

    Args:
        root: a Tensor; or a list, tuple or dict of Tensors, which are all results in one picture.
        grad: None shows the gradients that a call of `backward` has left in `.grad`, so none before it; True computes
            them for this picture, an array does so starting from it as the cotangent of root; False leaves them out.
            Of several results, True starts from each that requires grad, and what they bring is added up; a list or
            dict like root's says True, False or an array for each.
        names: {name: Tensor}, or anything with `named_parameters()`, or a dict with such objects among its values, as
            `locals()` gives: how to call leaves and results.
        spans: the module calls that made the graph, see `scope.watched`; groups vertices.
        accept: called with the number of vertices before anything is computed; raises if they are too many.

    Raises:
        TypeError: root holds something else than Tensors, or nothing.
        ValueError: grad does not have an entry for each result.
        GraphError: a gradient is asked for where none can be: root needs none, the graph was freed, or a leaf was
            assigned since. Without gradients of its own, the picture shows what is known of such a graph, with notes.
    """
    roots = _roots(root)
    nodes = _in_order(roots, whole=grad is not None and grad is not False)
    if accept is not None:
        accept(len(nodes))
    ids = {node: i for i, node in enumerate(nodes)}
    called = {node: name for node, name in roots.items() if name} | _names(names)
    vertices = [_vertex(i, node, node in roots, called) for i, node in enumerate(nodes)]
    made_in = groups(nodes, list(spans)) if spans else {}
    for vertex, node in zip(vertices, nodes, strict=True):
        vertex.group = made_in.get(node, ())
    edges = [Edge(ids[x], ids[node], place) for node in nodes for place, x in enumerate(known_inputs(node))]
    changed = _note_changes(vertices, nodes, ids)
    seeds = _seeds(root, list(roots), grad)
    found = Picture(vertices, edges, max(ids[r] for r in roots), bool(seeds), nodes, tuple(ids[r] for r in seeds))
    _group_leaves(found)
    if changed and grad is None:
        _show_held_gradients(found)
    elif seeds:
        _fill_in_gradients(found, seeds, own=grad is not None)
    return found


def _roots(root: Any) -> dict[Tensor, str | None]:
    """The results, each with the key that it has in a dict."""
    if isinstance(root, Tensor):
        return {root: None}
    named = isinstance(root, Mapping)
    items = list(root.items()) if named else [(None, y) for y in root] if isinstance(root, list | tuple) else []
    wrong = [type(y).__name__ for _, y in items if not isinstance(y, Tensor)]
    if not items or wrong:
        raise TypeError(f"draw needs a Tensor, several in a list or dict, or a function and its inputs; got "
                        f"{type(root).__name__}{f' with {wrong[0]} in it' if wrong else ''}. For a model write "
                        "draw(model, x)")
    return {y: None if name is None else str(name) for name, y in items}


def _in_order(roots: Iterable[Tensor], whole: bool = True) -> list[Tensor]:
    """All nodes below the roots, each leaf just before its first use; GraphError if the `whole` graph is needed and
    was freed in part."""
    order: dict[Tensor, None] = {}
    roots = list(roots)
    below = graph.topological_order if whole else _computed_below
    found = {*roots, *(node for root in roots for node in below(root))}
    for node in sorted(found, key=graph.birth):
        order.update(dict.fromkeys(x for x in known_inputs(node) if graph.is_leaf(x)))
        order[node] = None
    return list(order)


def known_inputs(node: Tensor) -> tuple[Tensor, ...]:
    """What a node was computed from; () also after `backward(retain_graph=False)`."""
    return () if graph.is_freed(node) else graph.inputs(node)


def _computed_below(root: Tensor) -> set[Tensor]:
    """The computed nodes that root depends on, as far as they are known."""
    found, todo = {root}, [root]
    while todo:
        new = {x for x in known_inputs(todo.pop()) if not graph.is_leaf(x)} - found
        found |= new
        todo += new
    return found


FREED = "its inputs are gone: backward(retain_graph=False)"
ASSIGNED = "assigned since it was used: this is its new value"


def _note_changes(vertices: list[Vertex], nodes: list[Tensor], ids: dict[Tensor, int]) -> bool:
    """Note at each vertex what became of the graph after it was computed, and tell whether there is such a thing."""
    assigned = {ids[x] for node in nodes for x in known_inputs(node) if graph.birth(x) > graph.birth(node)}
    for vertex, node in zip(vertices, nodes, strict=True):
        vertex.notes += [FREED] * graph.is_freed(node) + [ASSIGNED] * (vertex.id in assigned)
    return bool(assigned) or any(map(graph.is_freed, nodes))


def _show_held_gradients(picture: Picture) -> None:
    """What `.grad` holds. What each op sent to it can no longer be computed."""
    picture.seeded = False
    for vertex, node in zip(picture.vertices, picture.nodes, strict=True):
        vertex.grad = join_outputs(graph.grad(node), vertex.outputs)


def _vertex(i: int, node: Tensor, is_root: bool, called: dict[Tensor, str]) -> Vertex:
    held, op = graph.value(node), graph.op(node)
    value, several = join_outputs(held), isinstance(held, tuple)
    shape, dtype = (value.shape, value.dtype) if several else graph.shape_and_dtype(node)
    name = called.get(node) or graph.name(node)
    label = graph.label(node) if op else name or ""
    return Vertex(i, _kind(node, is_root, name), label, name, value, shape, str(dtype), op=op,
                  params=graph.metadata(node), line=graph.line(node), outputs=held if several else None)


def _kind(node: Tensor, is_root: bool, name: str | None) -> str:
    if graph.op(node):
        return "result" if is_root else "op"
    if graph.needs_grad(node):
        return "parameter"
    return "input" if name or graph.shape_and_dtype(node)[0] else "constant"


def _group_leaves(picture: Picture) -> None:
    """Put a parameter or constant into the group of all ops that use it; inputs stay outside."""
    used = picture.out_of()
    for vertex in picture.vertices:
        if vertex.kind in ("parameter", "constant") and used[vertex.id]:
            users = [picture.vertices[picture.edges[e].target].group for e in used[vertex.id]]
            vertex.group = common(users)
            path = vertex.group[-1].partition(" · ")[0] if vertex.group else ""
            vertex.label = vertex.label.removeprefix(f"{path}.")            # its box tells the rest


def common(groups: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The longest group that all of these lie in."""
    levels = takewhile(lambda level: len(set(level)) == 1, zip(*groups, strict=False))
    return tuple(level[0] for level in levels)


def _names(names: Any) -> dict[Tensor, str]:
    """{node: name} from a mapping of Tensors and models, or from one model."""
    if names is None:
        return {}
    found: dict[Tensor, str] = {}
    if hasattr(names, "named_parameters"):
        names = {"": names}
    if not isinstance(names, Mapping):
        raise TypeError("names must be a dict of Tensors, or a model with named_parameters(), got "
                        f"{type(names).__name__}")
    for name, thing in names.items():
        if not isinstance(name, str):
            raise TypeError(f"names must be texts, got {name!r}")
        if isinstance(thing, Tensor):
            found.setdefault(thing, name)
        elif hasattr(thing, "named_parameters") and not isinstance(thing, type):
            prefix = f"{name}." if name else ""
            for path, parameter in dict(thing.named_parameters()).items():
                found.setdefault(parameter, prefix + path)
    return found


def _seeds(y: Any, roots: list[Tensor], grad: Any) -> dict[Tensor, Any]:
    """The cotangent to start from for each result that has one; {} for a picture without gradients."""
    if grad is False:
        return {}
    if grad is None:
        held = {root: g for root in roots if (g := graph.grad(root)) is not None}
        inner = {node for root in held for node in _computed_below(root) if node is not root}
        return {root: graph.seed(root, g) for root, g in held.items() if root not in inner}
    if isinstance(y, Tensor):
        if grad is True and y.size != 1 and graph.needs_grad(y):
            raise ValueError(f"the result has shape {y.shape}, and gradients start from one number: take "
                             "y.sum() or an entry, or give grad=, a cotangent of that shape")
        return {y: _seed(y, grad)}
    if grad is True:
        grad = [graph.needs_grad(root) for root in roots]
    elif isinstance(y, Mapping) and isinstance(grad, Mapping) and grad.keys() <= y.keys():
        grad = [grad.get(name, False) for name in y]
    if not isinstance(grad, list | tuple) or len(grad) != len(y):
        raise ValueError(f"grad must be True, False, None, or say for each of the {len(y)} results which of these or "
                         f"what array; got {grad!r:.60}")
    asked = [(r, g) for r, g in zip(y.values() if isinstance(y, Mapping) else y, grad, strict=True)
             if g is not None and g is not False]
    return {root: _seed(root, g) for root, g in asked}


def _seed(root: Tensor, grad: Any) -> Any:
    if grad is True:
        return graph.seed(root, None)
    try:
        return graph.seed(root, as_real_array(grad))
    except (TypeError, ValueError) as error:
        raise type(error)(f"grad must be True, False, None or a cotangent of the result: {error}") from None


def _fill_in_gradients(picture: Picture, seeds: dict[Tensor, Any], own: bool) -> None:
    """Fill in contributions and gradients: the sweeps' where the picture makes its own, else what `.grad` holds."""
    grads: dict[Tensor, Any] = {}
    for root, seed in seeds.items():
        for node, g in graph.cotangents(root, seed).items():
            grads[node] = grads[node] + g if node in grads else g
    into = picture.into()
    for vertex, node in zip(picture.vertices, picture.nodes, strict=True):
        vertex.arrived = join_outputs(grads.get(node), vertex.outputs)
        vertex.grad = vertex.arrived if own else join_outputs(graph.grad(node), vertex.outputs)
        if not graph.is_leaf(node) and node in grads:
            needing = [e for e, x in zip(into[vertex.id], graph.inputs(node), strict=True) if graph.needs_grad(x)]
            for e, (x, c) in zip(needing, graph.contributions(node, grads[node]), strict=True):
                picture.edges[e].contribution = join_outputs(c, graph.value(x))


def magnitude(value: Any) -> float:
    """Root mean square of a value's entries: how large a gradient is, whatever its shape."""
    a = np.asarray(value, dtype=float)
    if not a.size:
        return 0.0
    top = float(np.max(np.abs(a)))
    if not 0.0 < top < np.inf:                          # squares of the rest could neither help nor stay finite
        return top
    return top * float(np.sqrt(np.mean((a / top) ** 2)))
