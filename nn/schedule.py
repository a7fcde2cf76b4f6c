"""Learning rates that change: `nn.optim.schedule` by its short name."""
from .optim.schedule import *  # noqa: F403
from .optim.schedule import __all__  # noqa: F401
