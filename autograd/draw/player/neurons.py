"""The layers of a chain of dense layers, for the classical picture of neurons."""
from typing import Any

import numpy as np

from ..formulas.symbols import affine_maps, is_activation
from ..graph.picture import Picture

MOST_UNITS, MOST_ROWS = 16, 64


def neurons(graph: Picture) -> dict[str, Any] | None:
    """{"input": vertex, "layers": [{"z", "w", "b", "a"}]} by vertices, `b` and `a` None where a layer has none.

    None for what is no chain of dense layers of few units, or has a way around a layer.
    """
    chain, into, used = affine_maps(graph), graph.into(), graph.out_of()
    if not chain:
        return None
    x = graph.edges[into[graph.edges[used[chain[0][1]][0]].target][0]].source
    layers = [{"z": z, "w": w, "b": b, "a": _activation(graph, z, into, used)} for z, w, b in chain]
    passed_on: list[Any] = [x, *(layer["z"] if layer["a"] is None else layer["a"] for layer in layers[:-1])]
    if any(len(used[v]) != 1 for v in passed_on) or not all(_is_readable(graph.vertices[v].value) for v in
                                                            (x, *(z for z, _, _ in chain))):
        return None
    return {"input": x, "layers": layers}


def _activation(graph: Picture, z: int, into: list[list[int]], used: list[list[int]]) -> int | None:
    """The one op that uses z, if it is an activation."""
    users = [graph.edges[e].target for e in used[z]]
    return users[0] if len(users) == 1 and is_activation(graph.vertices[users[0]], into) else None


def _is_readable(value: Any) -> bool:
    shape = np.shape(value)
    return 1 <= len(shape) <= 2 and 0 < shape[-1] <= MOST_UNITS and 0 < shape[0] <= MOST_ROWS
