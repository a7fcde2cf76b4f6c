"""Neural networks as graphs: modules, losses and optimisers on top of `autograd`."""
from . import init, plot, schedule
from .data import batches
from .linear import Linear
from .losses import bce_with_logits_loss, cross_entropy_loss, mse_loss
from .mlp import MLP
from .module import Module
from .optim import SGD, Optimizer, unrolled
from .parameter import Buffer, Parameter
from .perceptron import NotSeparable, Perceptron

__all__ = [
    "Buffer", "Linear", "MLP", "Module", "NotSeparable", "Optimizer", "Parameter", "Perceptron", "SGD", "batches",
    "bce_with_logits_loss", "cross_entropy_loss", "init", "mse_loss", "plot",
    "schedule", "unrolled",
]
