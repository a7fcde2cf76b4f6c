"""The checker for other frameworks' functions. Each adapter imports its framework when it is called."""
from .integrations.jax import check_jax
from .integrations.torch import check_torch

__all__ = ["check_jax", "check_torch"]
