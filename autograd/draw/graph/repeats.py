"""Draw repeated blocks once: a chain of equal links, or of equal groups of links, becomes one vertex with ×N."""
from .collapse import contracted
from .picture import Picture, Vertex

LONGEST_BLOCK, FEWEST = 4, 3


def without_repeats(picture: Picture, calls_only: bool = False) -> Picture:
    """The picture with each run of at least three equal blocks, of up to four links each, drawn as one vertex.

    Inputs and constants that such a run alone uses, one for each call say, are inside it. `calls_only`: only runs of
    calls of one module count, such as a recurrent cell's.
    """
    feeds, used = _neighbours(picture)
    parts, titles = [], []
    for chain in _chains(picture, feeds, used):
        kinds = [_kind(picture.vertices[v], calls_only) for v in chain]
        start = 0
        while start < len(chain):
            length, times = _run(kinds, start)
            part = set(chain[start:start + length * times])
            if times >= FEWEST and (not calls_only or picture.vertices[chain[start]].kind == "summary"):
                parts.append(part | _inputs_of(part, picture, feeds, used))
                titles.append(f"{times} × " + " → ".join(name for name, _ in kinds[start:start + length]))
            start += length * times
    return contracted(picture, parts, titles) if parts else picture


def with_calls_rolled_up(picture: Picture) -> Picture:
    """The picture with each run of at least three calls of one module drawn as one vertex."""
    parts: dict[tuple[str, ...], set[int]] = {}
    called = {_module(title) for v in picture.vertices for title in v.group if title != _module(title)}
    for v in picture.vertices:
        for level, title in enumerate(v.group):
            if _module(title) in called:
                parts.setdefault(v.group[:level + 1], set()).add(v.id)
                break
    if not parts:
        return picture
    calls = contracted(picture, list(parts.values()), [path[-1] for path in parts])
    rolled = without_repeats(calls, calls_only=True)
    return picture if rolled is calls else rolled


def _module(title: str) -> str:
    """The title of a call without its number."""
    return title.partition(" (call")[0]


def _kind(vertex: Vertex, whole: bool = False) -> tuple:
    """The key by which two links are equal: their names without the place in the model, and what they hold. `whole`:
    the place counts too."""
    name = _module(vertex.label)
    return name if whole else name.rpartition(" · ")[2], (vertex.kind, *vertex.notes[:2])


def _neighbours(picture: Picture) -> tuple[list[set[int]], list[set[int]]]:
    """For each vertex, those that it uses and those that use it."""
    feeds: list[set[int]] = [set() for _ in picture.vertices]
    used: list[set[int]] = [set() for _ in picture.vertices]
    for e in picture.edges:
        used[e.source].add(e.target)
        feeds[e.target].add(e.source)
    return feeds, used


def _inputs_of(part: set[int], picture: Picture, feeds: list[set[int]], used: list[set[int]]) -> set[int]:
    """The nameless inputs and constants that no other vertex uses."""
    return {s for v in part for s in feeds[v] - part if picture.vertices[s].kind in ("input", "constant")
            and not picture.vertices[s].name and used[s] <= part}


def _chains(picture: Picture, feeds: list[set[int]], used: list[set[int]]) -> list[list[int]]:
    """Maximal paths on which each vertex is used by the next alone and uses the one before alone; a module may use
    leaves too."""
    follows = {}
    for v in picture.vertices:
        sources = {s for s in feeds[v.id] if v.kind != "summary" or feeds[s]}
        if len(sources) == 1 and feeds[source := sources.pop()] and used[source] == {v.id}:
            follows[source] = v.id
    chains = []
    for start in follows.keys() - set(follows.values()):
        chain = [start]
        while chain[-1] in follows:
            chain.append(follows[chain[-1]])
        chains.append(chain)
    return sorted(chains)


def _run(kinds: list[tuple], start: int) -> tuple[int, int]:
    """(block length, repetitions) of the longest run of equal blocks from start; (1, 1) if nothing repeats."""
    best = (1, 1)
    for length in range(1, LONGEST_BLOCK + 1):
        block, times = kinds[start:start + length], 1
        while kinds[start + times * length:start + (times + 1) * length] == block:
            times += 1
        if times >= FEWEST and length * times > best[0] * best[1]:
            best = (length, times)
    return best
