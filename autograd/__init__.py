"""retrograd: automatic differentiation that shows its work, on NumPy alone. The public names of the engine."""
from typing import TYPE_CHECKING

from .core.modes import detect_anomaly, enable_grad, no_grad, record_lines
from .core.primitive import ELEMENTWISE, LINEAR, MULTILINEAR, PIECEWISE_LINEAR, SAME, SYMMETRIC, Primitive, primitive
from .core.reverse import AnomalyError, GraphError, RuleError
from .core.tensor import Tensor, as_tensor
from .numpy import (
    absolute,
    clip,
    concatenate,
    cos,
    exp,
    expand_dims,
    expm1,
    log,
    log1p,
    matmul,
    maximum,
    mean,
    minimum,
    moveaxis,
    reshape,
    sign,
    sin,
    sqrt,
    square,
    squeeze,
    stack,
    std,
    swapaxes,
    tanh,
    transpose,
    var,
    where,
)
from .ops.activations import elu, hardtanh, prelu, selu, silu
from .ops.arithmetic import erf, gelu, leaky_relu, relu, sigmoid, softplus
from .ops.fused import bce_with_logits, linear, log_softmax, mean_cross_entropy, softmax, softmax_cross_entropy
from .ops.reductions import broadcast_to, logsumexp
from .ops.windows import overlap_add, windows
from .support.on_demand import on_demand
from .transforms.gradient import grad, value_and_grad

__all__ = [
    "AnomalyError", "ELEMENTWISE", "GradcheckError", "GraphError", "LINEAR", "MULTILINEAR", "PIECEWISE_LINEAR",
    "Primitive", "RuleError", "SAME", "SYMMETRIC", "Tensor", "absolute", "as_tensor", "bce_with_logits",
    "broadcast_to", "clip", "compile", "concatenate", "cos", "detect_anomaly", "draw", "draw_network", "elu",
    "enable_grad", "erf", "exp", "expand_dims", "explain", "expm1", "gelu", "grad", "gradcheck", "hardtanh",
    "leaky_relu", "linear", "log", "log1p", "log_softmax", "logsumexp", "matmul", "maximum", "mean",
    "mean_cross_entropy", "minimum", "moveaxis", "no_grad", "overlap_add", "play", "prelu", "primitive",
    "record_lines", "relu", "reshape", "selu", "sigmoid", "sign", "silu", "sin", "softmax", "softmax_cross_entropy",
    "softplus", "sqrt", "square", "squeeze", "stack", "std", "swapaxes", "tanh", "transpose", "value_and_grad",
    "var", "where", "windows",
]

if TYPE_CHECKING:
    from .check import GradcheckError, gradcheck
    from .compile import compile
    from .draw import draw, draw_network, explain, play
else:
    __getattr__, __dir__ = on_demand(__name__, {"check": ["GradcheckError", "gradcheck"],
                                                "compile": [],
                                                "draw": ["draw_network", "explain", "play"]})
