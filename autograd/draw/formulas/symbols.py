"""Choose symbols for the nodes of a graph; for a multi-layer perceptron, those of the textbooks."""
import re
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np

from ..graph.picture import Picture, Vertex


@dataclass
class Symbols:
    """`of` is each vertex's symbol, `delta` that of the derivative of the cost by it where the textbooks have one.

    `inlined` vertices have no line of their own on the way back, `merged` ones (the product in x W + b) none at all.
    """
    of: dict[int, str]
    delta: dict[int, str]
    inlined: set[int]
    merged: set[int]


def symbols(picture: Picture, every: bool = False) -> Symbols:
    """A symbol for every vertex: that of its place in a perceptron, else its name, else its number as v₁, v₂ ...

    `every`: no vertex is inlined or merged, for a derivation that shows each step on its own.
    """
    found = Symbols({}, {}, set(), set())
    for v in picture.vertices:
        if v.id == picture.result:
            found.of[v.id] = from_name(v.name) if v.name else "C"
        elif v.name and re.search(r"\w", v.name):
            found.of[v.id] = from_name(v.name)
        elif v.is_output and v.label[0].isalpha():                      # "Q of qr"
            found.of[v.id] = from_name(v.label.partition(" of ")[0])
    taken = list(found.of.values())
    for v in picture.vertices:
        if v.id in found.of and taken.count(found.of[v.id]) > 1:        # two called alike are told apart by number
            del found.of[v.id]
    _name_layers(picture, found)
    if every:
        found.inlined, found.merged = set(), set()
    unnamed = [v.id for v in picture.vertices if v.id not in found.of and not (v.kind == "constant" and not v.shape)]
    outputs = [v.id for v in picture.vertices if v.outputs is not None]
    unnamed = [v for v in unnamed if v not in outputs]
    taken = list(found.of.values())
    numbered = (tex for k in count(1) if (tex := f"v_{{{k}}}") not in taken)        # somebody may call a leaf v1
    found.of.update(zip(sorted(unnamed, key=found.merged.__contains__), numbered, strict=False))     # those last
    found.of.update((v, ", ".join(output_symbols(picture, v, found.of))) for v in outputs)
    return found


def output_symbols(picture: Picture, call: int, of: dict[int, str]) -> list[str]:
    """The symbols of a call's outputs; of unused outputs the declared names, or a blank."""
    vertex = picture.vertices[call]
    used: dict[int, str] = {}
    for e in reversed(picture.out_of()[call]):
        output = picture.vertices[picture.edges[e].target]
        used.setdefault(output.params["index"], of[output.id])
    names = vertex.op.outputs or (r"\cdot",) * len(vertex.outputs or ())
    return [used.get(i) or (from_name(n) if n[0].isalpha() else r"\cdot") for i, n in enumerate(names)]


def from_name(name: str) -> str:
    """A name as LaTeX: one letter stays, digits at its end become an index, longer words are upright.

    >>> from_name("w"), from_name("W1"), from_name("loss")
    ('w', 'W_{1}', '\\\\mathrm{loss}')
    """
    safe = " ".join(re.sub(r"[^\w.]|_", " ", name).split()) or "?"
    letters = safe.rstrip("0123456789")
    digits = safe[len(letters):]
    if not letters:
        return rf"\mathrm{{{safe}}}"
    base = letters if len(letters) == 1 else rf"\mathrm{{{letters.strip()}}}"
    return f"{base}_{{{digits}}}" if digits else base


def _name_layers(picture: Picture, found: Symbols) -> None:
    """z = a W + b and a = σ(z), layer by layer, if that is what the graph is."""
    chain = affine_maps(picture)
    if not chain or (len(chain) == 1 and not picture.vertices[chain[0][1]].shape):
        return
    vertices, into, used = picture.vertices, picture.into(), picture.out_of()
    result = found.of[picture.result]
    for i, (z, w, b) in enumerate(chain, 1):
        letter = "W" if vertices[w].shape else "w"
        found.of[z], found.of[w] = f"z^{{({i})}}", f"{letter}^{{({i})}}"
        found.delta[z] = rf"\delta^{{({i})}}"
        if b is not None:
            found.of[b] = f"b^{{({i})}}"
        users = {picture.edges[e].target for e in used[z]}                 # usually one: the activation
        if len(users) == 1 and is_activation(vertices[a := users.pop()], into):
            found.of[a] = f"a^{{({i})}}"
            if i < len(chain):
                found.inlined.add(a)
        if vertices[z].op.name == "add":
            found.merged.add(picture.edges[into[z][0]].source)
    found.inlined |= found.merged
    found.of[picture.result] = result
    found.delta.pop(picture.result, None)
    _name_data(picture, found, into[min(found.merged, default=chain[0][0])])


def _name_data(picture: Picture, found: Symbols, edges: list[int]) -> None:
    """Name the input of the first layer x and the only other data y, unless they have names."""
    nameless = [v.id for v in picture.vertices if v.kind == "input" and not v.name]
    entering = [v for v in nameless if v in {picture.edges[e].source for e in edges}]
    for symbol, vertices in (("x", entering), ("y", [v for v in nameless if v not in entering])):
        if len(vertices) == 1 and symbol not in found.of.values():
            found.of[vertices[0]] = symbol


def is_activation(vertex: Vertex, into: list[list[int]]) -> bool:
    return vertex.op is not None and vertex.op.elementwise and len(into[vertex.id]) == 1


def affine_maps(picture: Picture) -> list[tuple[int, int, int | None]]:
    """(pre-activation, weight, bias) of each layer, first to last, if the picture is one chain of them, else []."""
    into = picture.into()
    found: dict[int, Affine] = {}
    for v in picture.vertices:
        affine = _affine(picture, v, into)
        if affine is not None:
            found[v.id] = affine
            if v.op.name == "add":                                  # its product is no layer of its own
                found.pop(picture.edges[into[v.id][0]].source, None)
    chain = list(found.values())
    for (_, z, _, _), (x, _, _, _) in pairwise(chain):
        if x != z and not (is_activation(picture.vertices[x], into) and picture.edges[into[x][0]].source == z):
            return []
    return [(z, w, b) for _, z, w, b in chain]


Affine = tuple[int, int, int, int | None]
"""(x, z, W, b) of z = x W + b; b is None for x W alone."""


def _affine(picture: Picture, vertex: Vertex, into: list[list[int]]) -> Affine | None:
    """The affine map that this vertex is the result of, with parameters W and b."""
    sources = [picture.edges[e].source for e in into[vertex.id]]
    name = getattr(vertex.op, "name", "")
    if name == "linear" and _is_weight(picture.vertices[sources[1]]):
        return sources[0], vertex.id, sources[1], sources[2]
    product = _product(picture, sources[0] if name == "add" else vertex.id, into)
    if product is None or (name == "add" and picture.vertices[sources[1]].kind != "parameter"):
        return None
    return product[0], vertex.id, product[1], sources[1] if name == "add" else None


def _product(picture: Picture, v: int, into: list[list[int]]) -> tuple[int, int] | None:
    """(x, W) if v is a matrix product x @ W, or a product of scalars w x, with a parameter as the weight."""
    name = getattr(picture.vertices[v].op, "name", "")
    if name not in ("matmul", "multiply"):
        return None
    x, w = (picture.edges[e].source for e in into[v])
    if name == "multiply" and picture.vertices[x].kind == "parameter":
        x, w = w, x
    weight, other = picture.vertices[w], picture.vertices[x]
    scalars = name == "multiply" and not weight.shape + other.shape and other.kind not in ("parameter", "constant")
    return (x, w) if weight.kind == "parameter" and (scalars or (name == "matmul" and _is_weight(weight))) else None


def _is_weight(vertex: Vertex) -> bool:
    return vertex.kind == "parameter" and np.ndim(vertex.value) == 2
