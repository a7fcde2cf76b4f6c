"""retrograd: automatic differentiation that shows its work, on NumPy alone. The public names of the engine.

Where to find what:

    Tensor, as_tensor, to_host          values that remember how they were computed
    grad, jvp, vjp, jacobian, hessian, ...                  functions to functions
    no_grad, enable_grad, detect_anomaly, record_lines      what happens while ops run
    primitive, ELEMENTWISE, LINEAR, ...                     declare an op of your own
    relu, softmax, linear, ...          ops that NumPy does not have
    autograd.numpy                      NumPy's functions, differentiable, under NumPy's names
    autograd.domain                     where an op is defined: what its inputs may be
    autograd.check, gradcheck           is this gradient right?
    draw, play, explain, draw_network   see the graph, step through it, read its chain rule
    compile, export                     a function as a flat NumPy program; that as a module

Networks are in the package `nn`.
"""
from typing import TYPE_CHECKING

from .core.modes import detect_anomaly, enable_grad, no_grad, record_lines
from .core.node import AnomalyError, GraphError, RuleError
from .core.primitive import ELEMENTWISE, LINEAR, MULTILINEAR, PIECEWISE_LINEAR, SAME, SYMMETRIC, Primitive, primitive
from .core.tensor import Tensor, as_tensor
from .core.values import to_host
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
from .ops.activations import elu, gelu, hardtanh, leaky_relu, prelu, relu, selu, silu, softplus
from .ops.exponential import sigmoid
from .ops.fused import bce_with_logits, linear, log_softmax, mean_cross_entropy, softmax, softmax_cross_entropy
from .ops.reductions import broadcast_to, logsumexp
from .ops.special import erf
from .ops.windows import overlap_add, windows
from .support.on_demand import on_demand
from .transforms.containers import flatten
from .transforms.gradient import grad, value_and_grad

__version__ = "0.1.0"

__all__ = [
    "AnomalyError", "ELEMENTWISE", "GradcheckError", "GraphError", "LINEAR", "MULTILINEAR", "PIECEWISE_LINEAR",
    "Primitive", "RuleError", "SAME", "SYMMETRIC", "Tensor", "absolute", "as_tensor", "bce_with_logits",
    "broadcast_to", "clip", "compile", "concatenate", "cos", "deriv", "detect_anomaly", "draw", "draw_network",
    "elementwise_grad", "elu", "enable_grad", "erf", "exp", "expand_dims", "explain", "expm1", "export", "flatten",
    "gelu", "grad", "grad_and_aux", "grad_named", "gradcheck", "hardtanh", "hessian", "hessian_tensor_product",
    "hessian_vector_product", "holomorphic_grad", "jacobian", "jvp", "leaky_relu", "linear", "log", "log1p",
    "log_softmax", "logsumexp", "make_ggnvp", "make_hvp", "make_jvp", "make_vjp", "matmul", "maximum", "mean",
    "mean_cross_entropy", "minimum", "moveaxis", "multigrad_dict", "no_grad", "overlap_add", "play", "prelu",
    "primitive", "record_lines", "relu", "reshape", "selu", "sigmoid", "sign", "silu", "sin", "softmax",
    "softmax_cross_entropy", "softplus", "sqrt", "square", "squeeze", "stack", "std", "swapaxes", "tanh",
    "tensor_jacobian_product", "to_host", "transpose", "value_and_grad", "var", "vector_jacobian_product", "vjp",
    "vmap", "where", "windows",
]

if TYPE_CHECKING:
    from .check import GradcheckError, gradcheck
    from .compile import compile, export
    from .draw import draw, draw_network, play
    from .draw.explain.explain import explain
    from .transforms.batch import vmap
    from .transforms.forward import jvp
    from .transforms.products import (
        deriv,
        elementwise_grad,
        grad_and_aux,
        grad_named,
        hessian,
        hessian_tensor_product,
        hessian_vector_product,
        holomorphic_grad,
        jacobian,
        make_ggnvp,
        make_hvp,
        make_jvp,
        make_vjp,
        multigrad_dict,
        tensor_jacobian_product,
        vector_jacobian_product,
        vjp,
    )
else:
    __getattr__, __dir__ = on_demand(__name__, {"check": ["GradcheckError", "gradcheck"],
                                                "compile": ["export"],
                                                "draw": ["draw_network", "explain", "play"],
                                                "transforms.batch": ["vmap"], "transforms.forward": ["jvp"],
                                                "transforms.products": [
                                                    "deriv", "elementwise_grad", "grad_and_aux", "grad_named",
                                                    "hessian", "hessian_tensor_product", "hessian_vector_product",
                                                    "holomorphic_grad", "jacobian", "make_ggnvp", "make_hvp",
                                                    "make_jvp", "make_vjp", "multigrad_dict",
                                                    "tensor_jacobian_product", "vector_jacobian_product", "vjp"]})
