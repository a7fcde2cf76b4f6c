"""Figures of training: `nn.figures.plot` by its short name."""
from .figures.plot import *  # noqa: F403
from .figures.plot import __all__  # noqa: F401
