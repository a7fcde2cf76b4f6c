"""Show Tensors and models in a notebook as drawings, where drawing is possible."""
from typing import Any

from ..core.node import GraphError
from ..core.tensor import Tensor
from ..graph import is_freed
from .graphviz.dot import draw
from .graphviz.network import draw_network

MAX_NODES = 60


def shown(thing: Any) -> dict[str, str]:
    """The drawing of a computed Tensor, or of a model that is a chain of layers, by MIME type; {} if there is none.

    Never raises for want of graphviz, of `dot` or of a graph: the notebook then shows the text.
    """
    if isinstance(thing, Tensor) and is_freed(thing):
        return {}
    try:
        drawn = draw(thing, max_nodes=MAX_NODES) if isinstance(thing, Tensor) else draw_network(thing)
        return {"image/svg+xml": drawn.pipe("svg", encoding="utf-8")}
    except (ImportError, RuntimeError, TypeError, GraphError):
        return {}
