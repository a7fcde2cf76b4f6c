"""The checker for other frameworks' functions. Each adapter imports its framework when it is called."""
from .jax import check_jax
from .torch import check_torch

__all__ = ["check_jax", "check_torch"]
