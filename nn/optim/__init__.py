"""Optimisers: each one update rule, in place on arrays and differentiable on Tensors."""
from .base import Optimizer
from .sgd import SGD
from .unrolled import unrolled

__all__ = ["Optimizer", "SGD", "unrolled"]
