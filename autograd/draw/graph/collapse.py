"""Make large pictures readable: draw sets of vertices as one, with a summary of what they hold."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatch

import numpy as np

from ..format import number, plural
from .picture import Edge, Picture, Vertex, common, magnitude


def limited(picture: Picture, max_nodes: int) -> Picture:
    """The picture with at most `max_nodes` vertices: the ones nearest to the result, all older ones folded into one."""
    if max_nodes < 2:
        raise ValueError(f"max_nodes must be at least 2 (the result and the summary of the rest), got {max_nodes}")
    if len(picture.vertices) <= max_nodes:
        return picture
    hidden = {v.id for v in picture.vertices[:len(picture.vertices) - max_nodes + 1]}
    return contracted(picture, [hidden])


def collapsed(picture: Picture, depth: int | None, patterns: Sequence[str]) -> Picture:
    """The picture with module groups drawn as one vertex: those nested deeper than `depth` modules, and those whose
    path or title matches one of the patterns."""
    _check_patterns(picture, patterns)
    parts: dict[tuple[str, ...], set[int]] = {}
    for v in picture.vertices:
        for level, group in enumerate(v.group):
            path = group.partition(" · ")[0]
            if (depth is not None and level >= depth) or any(fnmatch(x, p) for p in patterns for x in (path, group)):
                parts.setdefault(v.group[:level + 1], set()).add(v.id)
                break
    return contracted(picture, list(parts.values()), [prefix[-1] for prefix in parts]) if parts else picture


def _check_patterns(picture: Picture, patterns: Sequence[str]) -> None:
    """Raise ValueError for a pattern that matches no module."""
    titles = {group for v in picture.vertices for group in v.group}
    names = titles | {title.partition(" · ")[0] for title in titles}
    for pattern in patterns:
        if not any(fnmatch(name, pattern) for name in names):
            known = ", ".join(sorted({title.partition(" · ")[0] for title in titles})[:8]) or "none: draw(model, x)"
            raise ValueError(f"collapse: no module here is called {pattern!r}; there are {known}")


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
        members = sorted(parts[part]) if part is not None else [v.id]
        ids.update(dict.fromkeys(members, len(vertices)))
        origin = tuple(i for m in members for i in picture.vertices[m].origin or (m,))
        vertices.append(replace(made, id=len(vertices), origin=origin))
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
    inside = [v for i in sorted(members) for v in picture.vertices[i].inside or (picture.vertices[i],)]
    ops = [v for v in inside if v.op is not None]
    leaves = [v for v in inside if v.kind == "parameter"]
    notes = [", ".join(_times(n, label) for label, n in Counter(v.label for v in ops).most_common(5))]
    if leaves:
        entries = sum(int(np.prod(v.shape, dtype=int)) for v in leaves)
        notes.append(f"{plural(len(leaves), 'parameter')} ({plural(entries, 'value')})")
        sizes = [magnitude(v.grad) for v in leaves if v.grad is not None]
        notes += [f"their gradients, root mean square: {_range(sizes)}"] if sizes else []
    heading = title or f"… {plural(len(ops), 'more op')}"
    outer = common([picture.vertices[i].group for i in members])
    return Vertex(-1, "summary", heading, group=outer[:outer.index(title)] if title in outer else outer,
                  notes=[note for note in notes if note], inside=inside)


def _times(n: int, label: str) -> str:
    """How often an op occurs; one that is a formula in brackets.

    >>> _times(1, "@"), _times(3, "tanh"), _times(2, "x W + b")
    ('@', '3 tanh', '2 (x W + b)')
    """
    return label if n == 1 else f"{n} ({label})" if " " in label else f"{n} {label}"


def _range(sizes: list[float]) -> str:
    low, high = number(min(sizes)), number(max(sizes))
    return low if low == high else f"{low} … {high}"
