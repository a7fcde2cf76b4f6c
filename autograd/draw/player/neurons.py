"""The layers of a chain of dense layers, for the classical picture of neurons."""
from typing import Any

import numpy as np

from ..formulas.symbols import affine_maps, is_activation
from ..graph.picture import Picture

MOST_UNITS, MOST_ROWS = 16, 64


def neurons(graph: Picture) -> dict[str, Any] | None:
    """{"input": vertex, "layers": [{"z", "w", "b", "a"}]} by vertices, `b` and `a` None where a layer has none.

    None for what is no chain of dense layers of few units.
    """
    chain, into, used = affine_maps(graph), graph.into(), graph.out_of()
    shapes = [graph.vertices[v].shape for z, w, _ in chain for v in (z, w)]
    if not chain or any(not 1 <= len(s) <= 2 or s[-1] > MOST_UNITS for s in shapes):
        return None
    layers = []
    for z, w, b in chain:
        users = {graph.edges[e].target for e in used[z]}
        a = users.pop() if len(users) == 1 else None
        layers.append({"z": z, "w": w, "b": b, "a": a if a and is_activation(graph.vertices[a], into) else None})
    product = graph.edges[used[chain[0][1]][0]].target
    x = graph.edges[into[product][0]].source
    passed_on = [x, *(layer["z"] if layer["a"] is None else layer["a"] for layer in layers[:-1])]
    if any(len(used[v]) != 1 for v in passed_on):                   # a way around a layer
        return None
    readable = np.ndim(graph.vertices[x].value) in (1, 2) and np.shape(graph.vertices[x].value)[-1] <= MOST_UNITS
    return {"input": x, "layers": layers} if readable and len(graph.vertices[x].value) <= MOST_ROWS else None
