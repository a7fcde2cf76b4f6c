"""Films: figures that change from frame to frame: `nn.figures.film` by its short name."""
from .figures.film import *  # noqa: F403
from .figures.film import __all__  # noqa: F401
