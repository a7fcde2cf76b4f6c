"""Draw repeated blocks once: a chain of equal links, or of equal groups of links, becomes one vertex with ×N."""
from .collapse import contracted
from .picture import Picture, Vertex

LONGEST_BLOCK, FEWEST = 4, 3


def without_repeats(picture: Picture) -> Picture:
    """The picture with each run of at least three equal blocks, of up to four links each, drawn as one vertex."""
    parts, titles = [], []
    for chain in _chains(picture):
        kinds = [_kind(picture.vertices[v]) for v in chain]
        start = 0
        while start < len(chain):
            length, times = _run(kinds, start)
            if times >= FEWEST:
                parts.append(set(chain[start:start + length * times]))
                titles.append(f"{times} × " + " → ".join(name for name, _ in kinds[start:start + length]))
            start += length * times
    return contracted(picture, parts, titles) if parts else picture


def _kind(vertex: Vertex) -> tuple:
    """The key by which two links are equal: their names without the place in the model, and what they hold."""
    return vertex.label.rpartition(" · ")[2].partition(" (call")[0], (vertex.kind, *vertex.notes[:2])


def _chains(picture: Picture) -> list[list[int]]:
    """Maximal paths on which each vertex is used by the next alone and uses, constants aside, the one before alone."""
    feeds: list[list[int]] = [[] for _ in picture.vertices]
    used: list[set[int]] = [set() for _ in picture.vertices]
    for e in picture.edges:
        used[e.source].add(e.target)
        feeds[e.target].append(e.source)
    follows = {}
    for v in picture.vertices:
        sources = set(feeds[v.id])
        if len(sources) == 1 and used[(source := sources.pop())] == {v.id} and feeds[source]:
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
