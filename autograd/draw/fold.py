"""Large pictures made readable: sets of vertices drawn as one, with a summary of what they hold."""
from collections import Counter
from dataclasses import replace

import numpy as np

from .graph import Edge, Picture, Vertex


def limited(picture: Picture, max_nodes: int) -> Picture:
    """The picture with at most `max_nodes` vertices: the ones nearest to the result, all older ones folded into one."""
    if max_nodes < 2:
        raise ValueError(f"max_nodes must be at least 2 (the result and the summary of the rest), got {max_nodes}")
    if len(picture.vertices) <= max_nodes:
        return picture
    hidden = {v.id for v in picture.vertices[:len(picture.vertices) - max_nodes + 1]}
    return contracted(picture, [hidden])


def contracted(picture: Picture, parts: list[set[int]], titles: list[str] | None = None) -> Picture:
    """The picture with each of the disjoint sets `parts` drawn as one vertex, at the place of its last member."""
    part_of = {v: i for i, part in enumerate(parts) for v in part}
    last = {i: max(part) for i, part in enumerate(parts)}
    ids: dict[int, int] = {}
    vertices: list[Vertex] = []
    for v in picture.vertices:
        part = part_of.get(v.id)
        if part is not None and last[part] != v.id:
            continue
        made = v if part is None else _summary(picture, parts[part], titles[part] if titles else None)
        for old in parts[part] if part is not None else (v.id,):
            ids[old] = len(vertices)
        vertices.append(replace(made, id=len(vertices)))
    edges = _kept_edges(picture, ids, vertices)
    return Picture(vertices, edges, ids[picture.result], picture.seeded)


def _kept_edges(picture: Picture, ids: dict[int, int], vertices: list[Vertex]) -> list[Edge]:
    """Edges between what is drawn; those between the same two ends become one where an end is a summary."""
    kept: dict[tuple, Edge] = {}
    for edge in picture.edges:
        source, target = ids[edge.source], ids[edge.target]
        if source == target:
            continue
        folded = "summary" in (vertices[source].kind, vertices[target].kind)
        key = (source, target) if folded else (source, target, edge.place)
        if key not in kept:
            kept[key] = Edge(source, target, edge.place, edge.contribution)
        else:
            kept[key].contribution = _together(kept[key].contribution, edge.contribution)
    return list(kept.values())


def _together(a, b):
    """The sum of two contributions to one vertex; None if they go to different vertices inside a summary."""
    return a + b if a is not None and b is not None and np.shape(a) == np.shape(b) else None


def _summary(picture: Picture, members: set[int], title: str | None) -> Vertex:
    inside = [picture.vertices[i] for i in sorted(members)]
    ops = [v for v in inside if v.op is not None]
    leaves = [v for v in inside if v.kind == "parameter"]
    notes = [", ".join(f"{n} {label}" for label, n in Counter(v.label for v in ops).most_common(5))]
    if leaves:
        entries = sum(int(np.prod(v.shape, dtype=int)) for v in leaves)
        notes.append(f"{_plural(len(leaves), 'parameter')} ({_plural(entries, 'value')})")
    heading = title or f"… {_plural(len(ops), 'more op')}"
    return Vertex(-1, "summary", heading, group=ops[-1].group if ops else (), notes=[note for note in notes if note])


def _plural(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}".replace(",", " ")
