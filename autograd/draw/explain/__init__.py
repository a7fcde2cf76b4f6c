"""`explain`: the chain rule of one graph, in symbols and in numbers."""
from .explain import Explanation, explain

__all__ = ["Explanation", "explain"]
