"""scikit-learn estimators: `nn.sklearn.estimators` by its short name."""
from .sklearn.estimators import *  # noqa: F403
from .sklearn.estimators import __all__  # noqa: F401
