"""Gradient descent seen from outside: `nn.figures.landscape` by its short name."""
from .figures.landscape import *  # noqa: F403
from .figures.landscape import __all__  # noqa: F401
