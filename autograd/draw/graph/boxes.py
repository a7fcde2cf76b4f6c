"""Split a picture into nested boxes: modules, runs of equal blocks, stretches of a long computation.

However large a picture is, what lies directly in one box is little enough to be laid out and read; so a page can open
and close boxes.
"""
from dataclasses import dataclass, field, replace
from math import ceil, log

from .collapse import contracted
from .picture import Picture, Vertex
from .repeats import without_repeats

ROOM = 40
"""A box with more than this in it gets further boxes; only then are repeats of more than calls looked for."""


@dataclass(slots=True)
class Box:
    """Something that can be opened: a "module", a "run" of equal blocks, a "stretch". `id` counts on from the vertices'
    ids; `outer` is the box it lies in, None for the whole picture; `members` are all vertices in it, `inside` what is
    seen when it is open: ids of vertices and boxes."""
    id: int
    way: str
    outer: int | None
    summary: Vertex
    members: list[int]
    inside: list[int] = field(default_factory=list)


def boxes(graph: Picture) -> list[Box]:
    """All boxes, outer ones first. The first is the whole picture."""
    start, into = len(graph.vertices), graph.into()
    found = [Box(start, "module", None, Vertex(start, "summary", "everything"), list(range(start)))]
    todo = [(found[0], 0, True)]
    while todo:
        box, level, fresh = todo.pop()
        for summary, members, way in _contents(graph, into, box.members, level, fresh):
            if len(members) == 1:
                box.inside += members
                continue
            inner = Box(start + len(found), way, box.id, summary, members)
            inner.summary = replace(summary, id=inner.id, group=(), origin=())
            found.append(inner)
            box.inside.append(inner.id)
            todo.append((inner, level + (way == "module"), way != "run"))
    return found


def _contents(graph: Picture, into: list[list[int]], members: list[int], level: int,
              fresh: bool) -> list[tuple[Vertex, list[int], str]]:
    """What lies in a box: (a vertex or summary, ids of the vertices it stands for, how these belong together)."""
    part = _part_of(graph, members, into)
    modules: dict[tuple[str, ...], set[int]] = {}
    for v in part.vertices:
        if len(v.group) > level:
            modules.setdefault(v.group[:level + 1], set()).add(v.id)
    seen = contracted(part, list(modules.values()), [path[-1] for path in modules])
    ways = {v.origin: "module" for v in seen.vertices}
    if fresh:
        seen = without_repeats(seen, calls_only=len(seen.vertices) <= ROOM)
        ways |= {v.origin: "run" for v in seen.vertices if v.origin not in ways}
    if len(seen.vertices) > ROOM:
        seen = _in_chunks(seen)
    return [(v, [members[i] for i in v.origin], ways.get(v.origin, "stretch")) for v in seen.vertices]


def _part_of(graph: Picture, members: list[int], into: list[list[int]]) -> Picture:
    """The picture of some of the vertices, numbered anew."""
    ids = {v: i for i, v in enumerate(members)}
    vertices = [replace(graph.vertices[v], id=i, origin=()) for v, i in ids.items()]
    between = (graph.edges[e] for v in members for e in into[v] if graph.edges[e].source in ids)
    edges = [replace(e, source=ids[e.source], target=ids[e.target]) for e in between]
    return Picture(vertices, edges, len(vertices) - 1, graph.seeded)


def _in_chunks(picture: Picture) -> Picture:
    """Cut the picture into equal stretches in the order of computation; their number keeps nested boxes small."""
    n = len(picture.vertices)
    levels = ceil(log(n) / log(ROOM))
    size = ceil(n ** ((levels - 1) / levels))
    stretches = [set(range(i, min(i + size, n))) for i in range(0, n, size)]
    return contracted(picture, stretches, [_title(picture, sorted(part)) for part in stretches])


def _title(picture: Picture, part: list[int]) -> str:
    """The labels of the first and the last op of a stretch."""
    names = [v.name or v.label for i in part if (v := picture.vertices[i]).op or v.kind == "summary"]
    return " … ".join(dict.fromkeys(names[:1] + names[-1:])) or f"{len(part)} values"
