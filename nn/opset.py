"""What ONNX calls our ops and layers: one rule each, for operator set 18.

A rule is a function (onnx, step, *inputs) -> name of the result. `onnx(kind, *inputs, **attributes)` adds one ONNX
operator and gives the name of its output; inputs are such names, or numbers, arrays and Tensors, which become
constants.
"""
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .containers import Flatten
from .conv import AvgPool2d, Conv2d, MaxPool2d
from .module import Module
from .norm import BatchNorm1d, LayerNorm

Rule = Callable[..., str]


class Step(NamedTuple):
    """One step of a network: what computed it (a Primitive or one of LAYERS), its metadata, and the shape of the
    result, -1 where it is the batch's."""
    source: Any
    params: dict[str, Any]
    shape: tuple[int, ...]


def _same(kind: str, **names: str) -> Rule:
    """ONNX has the op as it is; `names` says what our metadata are called there: `attribute="parameter"`."""
    def rule(onnx, step, *inputs):
        return onnx(kind, *inputs, **{theirs: step.params[ours] for theirs, ours in names.items()})
    return rule


def _reduction(kind: str) -> Rule:
    def rule(onnx, step, x):
        axis = step.params["axis"]
        axes = () if axis is None else (np.atleast_1d(np.array(axis, np.int64)),)
        return onnx(kind, x, *axes, keepdims=int(step.params["keepdims"]))
    return rule


def _linear(onnx, step, x, w, b):
    if len(step.shape) == 2:
        return onnx("Gemm", x, w, b)
    return onnx("Add", onnx("MatMul", x, w), b)


def _gelu(onnx, step, x):
    """x Φ(x) = x / 2 · (1 + erf(x / √2)); an operator of its own only from operator set 20 on."""
    return onnx("Mul", onnx("Mul", x, 0.5), onnx("Add", onnx("Erf", onnx("Mul", x, 0.5 ** 0.5)), 1.0))


def _elu(onnx, step, x):
    """alpha outside the operator: its attributes are float32, also in a network of float64."""
    alpha = step.params["alpha"]
    if alpha == 1:
        return onnx("Elu", x)
    return onnx("Add", onnx("Relu", x), onnx("Mul", onnx("Elu", onnx("Min", x, 0.0)), alpha))


def _reshape(onnx, step, x):
    if step.shape.count(-1) > 1:
        raise ValueError(f"reshape to {step.shape}: only one axis may depend on the size of the batch")
    return onnx("Reshape", x, np.array(step.shape, np.int64))


def _transpose(onnx, step, x):
    axes = step.params["axes"]
    return onnx("Transpose", x, perm=list(reversed(range(len(step.shape))) if axes is None else axes))


OPS: dict[str, Rule] = {
    ours: _same(theirs) for ours, theirs in {
        "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow", "negative": "Neg",
        "absolute": "Abs", "sign": "Sign", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos",
        "tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "softplus": "Softplus", "erf": "Erf", "prelu": "PRelu",
        "maximum": "Max", "minimum": "Min", "where": "Where", "matmul": "MatMul", "positive": "Identity",
        "astype": "Identity",
    }.items()
} | {
    "linear": _linear,
    "square": lambda onnx, step, x: onnx("Mul", x, x),
    "silu": lambda onnx, step, x: onnx("Mul", x, onnx("Sigmoid", x)),
    "leaky_relu": lambda onnx, step, x: onnx("PRelu", x, step.params["slope"]),
    "clip": lambda onnx, step, x: onnx("Clip", x, step.params["low"], step.params["high"]),
    "elu": _elu, "gelu": _gelu, "reshape": _reshape, "transpose": _transpose,
    "softmax": _same("Softmax", axis="axis"), "log_softmax": _same("LogSoftmax", axis="axis"),
    "concatenate": _same("Concat", axis="axis"),
    "sum": _reduction("ReduceSum"), "mean": _reduction("ReduceMean"), "max": _reduction("ReduceMax"),
    "min": _reduction("ReduceMin"), "logsumexp": _reduction("ReduceLogSumExp"),
}
"""By the name of the op."""


def _conv(onnx, step, x):
    layer = step.source
    (top, left), bias = layer.padding, () if layer.bias is None else (layer.bias,)
    return onnx("Conv", x, layer.weight, *bias, kernel_shape=layer.size, strides=layer.stride,
                pads=(top, left, top, left))


def _pool(kind: str) -> Rule:
    return lambda onnx, step, x: onnx(kind, x, kernel_shape=step.source.size, strides=step.source.stride)


def _batch_norm(onnx, step, x):
    layer = step.source
    return onnx("BatchNormalization", x, layer.weight, layer.bias, layer.running_mean, layer.running_var,
                epsilon=layer.eps)


def _layer_norm(onnx, step, x):
    return onnx("LayerNormalization", x, step.source.weight, step.source.bias, epsilon=step.source.eps)


LAYERS: dict[type[Module], Rule] = {
    Conv2d: _conv, MaxPool2d: _pool("MaxPool"), AvgPool2d: _pool("AveragePool"), BatchNorm1d: _batch_norm,
    LayerNorm: _layer_norm, Flatten: lambda onnx, step, x: onnx("Flatten", x),
}
"""Layers that are one operator there but many here: these are not taken apart into ops."""
