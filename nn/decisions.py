"""What a classifier decides, as figures: `nn.figures.decisions` by its short name."""
from .figures.decisions import *  # noqa: F403
from .figures.decisions import __all__  # noqa: F401
