"""Plain data that says where an op is defined: `autograd.core.domain` by its short name."""
from .core.domain import *  # noqa: F403
from .core.domain import __all__  # noqa: F401
