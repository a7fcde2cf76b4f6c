"""Pictures of computational graphs: drawn, stepped through, derived. `graph.py` is the model they all read."""
from .dot import draw
from .explain import explain
from .network import draw_network

__all__ = ["draw", "draw_network", "explain"]
