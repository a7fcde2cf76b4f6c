"""Neural networks as graphs: modules, losses and optimisers on top of `autograd`."""
from . import installed  # noqa: F401       first of all: is `autograd` the package that came with this one?

# isort: split
from typing import TYPE_CHECKING

from autograd.support.on_demand import on_demand

from . import init
from .io.save import load, save
from .layers.activations import (
    ELU,
    GELU,
    SELU,
    Hardtanh,
    Identity,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from .layers.containers import Flatten, ModuleList, Sequential
from .layers.conv import AvgPool2d, Conv2d, MaxPool2d
from .layers.dropout import Dropout
from .layers.embedding import Embedding
from .layers.linear import Linear
from .layers.mlp import MLP
from .layers.norm import BatchNorm1d, LayerNorm
from .layers.perceptron import NotSeparable, Perceptron
from .layers.recurrent import LSTMCell, RNNCell
from .layers.scalers import MinMaxScaler, StandardScaler
from .losses import (
    bce_loss,
    bce_with_logits_loss,
    cross_entropy_loss,
    elastic_net_penalty,
    hinge_loss,
    huber_loss,
    kl_div_loss,
    l1_penalty,
    l2_penalty,
    mae_loss,
    mse_loss,
    nll_loss,
    poisson_loss,
    quantile_loss,
)
from .module import Module
from .optim import (
    LBFGS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Lion,
    Optimizer,
    ProximalSGD,
    RMSprop,
    clip_grad_norm,
    clip_grad_value,
    grad_norm,
    unrolled,
)
from .parameter import Buffer, Parameter
from .summary import summary

__all__ = [
    "Adagrad", "Adam", "AdamW", "AvgPool2d", "BatchNorm1d", "Buffer", "Conv2d", "DataLoader", "Dataset", "Diverged",
    "Dropout", "ELU", "EarlyStopping", "Embedding", "Flatten", "GELU", "Hardtanh", "History", "Identity", "LBFGS",
    "LSTMCell", "LayerNorm", "LeakyReLU", "Linear", "Lion", "LogSoftmax", "MLP", "MaxPool2d", "MinMaxScaler",
    "Module", "ModuleList", "NotSeparable", "Optimizer", "PReLU", "Parameter", "Perceptron", "ProximalSGD",
    "RMSprop", "RNNCell", "ReLU", "SELU", "SGD", "Sequential", "SiLU", "Sigmoid", "Softmax", "Softplus",
    "StandardScaler", "Tanh", "Training", "balanced_class_weight", "batches", "bce_loss", "bce_with_logits_loss",
    "class_counts", "clip_grad_norm", "clip_grad_value", "cross_entropy_loss", "datasets", "elastic_net_penalty",
    "evaluate", "export_onnx", "fit", "grad_norm", "hinge_loss", "huber_loss", "init", "kl_div_loss", "l1_penalty",
    "l2_penalty", "load", "lr_range_test", "mae_loss", "memory_map", "metrics", "mse_loss", "nll_loss", "noisy",
    "one_hot", "over_sample", "plot", "poisson_loss", "quantile_loss", "read_csv", "read_digits", "read_idx",
    "read_pictures", "rotated", "save", "schedule", "shifted", "summary", "train_test_split", "under_sample",
    "unrolled",
]

if TYPE_CHECKING:
    from . import datasets, metrics, plot, schedule
    from .data.loader import DataLoader, Dataset, batches
    from .data.memmap import memory_map
    from .data.sampling import (
        balanced_class_weight,
        class_counts,
        noisy,
        one_hot,
        over_sample,
        rotated,
        shifted,
        under_sample,
    )
    from .datasets import read_csv, read_digits, read_idx, read_pictures, train_test_split
    from .io.onnx import export_onnx
    from .training.callbacks import EarlyStopping
    from .training.fit import evaluate, fit
    from .training.history import History
    from .training.lr_finder import lr_range_test
    from .training.training import Diverged, Training
else:
    __getattr__, __dir__ = on_demand(__name__, {
        "data.sampling": ["balanced_class_weight", "class_counts", "noisy", "one_hot", "over_sample", "rotated",
                          "shifted", "under_sample"],
        "training.callbacks": ["EarlyStopping"],
        "data.loader": ["DataLoader", "Dataset", "batches"],
        "datasets": ["read_csv", "read_digits", "read_idx", "read_pictures", "train_test_split"],
        "io.onnx": ["export_onnx"],
        "training.history": ["History"],
        "data.memmap": ["memory_map"],
        "metrics": [],
        "plot": [],
        "schedule": [],
        "training.lr_finder": ["lr_range_test"],
        "training.fit": ["evaluate", "fit"],
        "training.training": ["Diverged", "Training"],
    })
