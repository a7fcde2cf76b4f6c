"""HIPS autograd's containers: here Python's own are differentiated, so these are they."""
from builtins import dict, isinstance, list, tuple, type  # noqa: UP029

__all__ = ["dict", "isinstance", "list", "tuple", "type"]
