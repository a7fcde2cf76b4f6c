"""What happens inside a network, as figures: `nn.figures.pictures` by its short name."""
from .figures.pictures import *  # noqa: F403
from .figures.pictures import __all__  # noqa: F401
