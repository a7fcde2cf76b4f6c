"""Functions to functions: from f, its gradient."""
from .gradient import grad, gradients, value_and_grad

__all__ = ["grad", "gradients", "value_and_grad"]
