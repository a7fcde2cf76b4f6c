"""Optimisers: each one update rule, in place on arrays and differentiable on Tensors."""
from .adaptive import Adagrad, Adam, AdamW, Lion, RMSprop
from .base import Optimizer
from .clip import clip_grad_norm, clip_grad_value, grad_norm
from .lbfgs import LBFGS
from .proximal import ProximalSGD
from .sgd import SGD
from .unrolled import unrolled

__all__ = [
    "LBFGS", "SGD", "Adagrad", "Adam", "AdamW", "Lion", "Optimizer", "ProximalSGD", "RMSprop", "clip_grad_norm",
    "clip_grad_value", "grad_norm", "unrolled",
]
