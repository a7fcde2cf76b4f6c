"""Tooltips of a drawing: what has no room in the picture."""
from typing import Any

import numpy as np

from ..format import about, clean, clipped, shape, source_line
from ..graph.picture import Edge, Vertex
from .node_label import metadata

MOST_TEXT = 600


def of_vertex(vertex: Vertex) -> str:
    """The line that called the op, the op's own first words, value and gradient in all digits."""
    what = vertex.label if vertex.op else vertex.name or vertex.label or vertex.kind
    head = f"{vertex.name} = {what}" if vertex.op and vertex.name else what
    lines = [f"{head} {metadata(vertex)}".rstrip(), source_line(vertex.line) or "", about(vertex.op), *vertex.notes]
    if vertex.kind != "summary" and vertex.outputs is None:
        form = f" ({shape(vertex.shape)} {vertex.dtype})" if vertex.shape else ""
        lines.append(f"value{form} {_digits(vertex.value)}")
    if vertex.grad is not None and vertex.outputs is None:
        lines.append(f"grad {_digits(vertex.grad)}")
    return _safe(lines)


def of_edge(edge: Edge, source: Vertex, target: Vertex, back: bool) -> str:
    """From where to where, and what flows back."""
    ends = [v.name or v.label or v.kind for v in (source, target)]
    if not back:
        return _safe([f"{ends[0]} → {ends[1]}"])
    return _safe([f"gradient, {ends[1]} → {ends[0]}", _digits(edge.contribution)])


def _digits(value: Any) -> str:
    return repr(value) if type(value) in (float, int, bool) else np.array2string(np.asarray(value), threshold=40)


def _safe(lines: list[str]) -> str:
    """As an attribute of DOT: no escape sequences, lines kept."""
    text = clipped("\n".join(line for line in lines if line), MOST_TEXT)
    return clean(text).replace("\\", "\\\\") or " "
