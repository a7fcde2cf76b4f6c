"""What ONNX calls our ops and layers: one rule each, for operator set 18.

A rule is a function (onnx, step, *inputs) -> name of the result. `onnx(kind, *inputs, **attributes)` adds one ONNX
operator and gives the name of its output; inputs are such names, or numbers, arrays and Tensors, which become
constants.
"""
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..layers.containers import Flatten
from ..layers.conv import AvgPool2d, Conv2d, MaxPool2d
from ..layers.norm import BatchNorm1d, LayerNorm
from ..module import Module

Rule = Callable[..., str]


class Step(NamedTuple):
    """One step of a network: what computed it (a Primitive or one of LAYERS), its metadata, and the shapes of the
    inputs and of the result, -1 where the length is the batch's."""
    source: Any
    params: dict[str, Any]
    inputs: list[tuple[int, ...]]
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


def _round(onnx, step, x):
    if step.params["decimals"]:
        raise ValueError(f"round to {step.params['decimals']} decimals: ONNX rounds to integers only")
    return onnx("Round", x)


def _clip(onnx, step, x):
    low, high = step.params["low"], step.params["high"]
    if np.ndim(low) or np.ndim(high):
        return onnx("Min", onnx("Max", x, low), high)       # Clip takes single numbers only
    return onnx("Clip", x, low, high)


def _getitem(onnx, step, x):
    """Slices, all at once; then the axes that are read at one place go, and new ones come."""
    index, shape = _spelled_out(step.params["index"], len(step.inputs[0])), step.inputs[0]
    read = [p for p in index if p is not None]
    cuts = [(*_ends(p, n), axis) for axis, (p, n) in enumerate(zip(read, shape, strict=True)) if p != slice(None)]
    if cuts:
        starts, ends, steps, along = (np.array(column, np.int64) for column in zip(*cuts, strict=True))
        x = onnx("Slice", x, starts, ends, along, steps)
    gone = [axis for axis, p in enumerate(read) if _is_int(p)]
    new = [axis for axis, p in enumerate(p for p in index if not _is_int(p)) if p is None]
    for kind, axes in (("Squeeze", gone), ("Unsqueeze", new)):
        if axes:
            x = onnx(kind, x, np.array(axes, np.int64))
    return x


def _spelled_out(index, ndim: int) -> list:
    """An integer or slice for each axis, and None for new ones; ValueError for an index that holds anything else."""
    parts = list(index) if isinstance(index, tuple) else [index]
    odd = [p for p in parts if not (_is_int(p) or p is None or p is Ellipsis or isinstance(p, slice))]
    if odd:
        raise ValueError("an index that is exported is made of integers, slices, ... and None; this one holds "
                         f"{type(odd[0]).__name__}: {odd[0]!r}. Take slices and concatenate them")
    at = parts.index(Ellipsis) if Ellipsis in parts else len(parts)
    axes = sum(p is not None and p is not Ellipsis for p in parts)
    return parts[:at] + [slice(None)] * (ndim - axes) + parts[at + 1:]


def _is_int(part) -> bool:
    return isinstance(part, int | np.integer) and not isinstance(part, bool)


def _ends(part, n: int) -> tuple[int, int, int]:
    """(start, end, step) along an axis of length n, -1 for the batch, of a slice or of the one place of an integer."""
    if _is_int(part):
        return part, part + 1 if part != -1 else END, 1
    if n != -1:
        start, end, step = part.indices(n)                  # where -1 is before the first place, there the last one
        return (0, 0, 1) if start < 0 else (start, end if end >= 0 else -END, step)
    if part == slice(None, None, -1):
        return END, -END, -1
    raise ValueError(f"{part} would take other rows of another batch: cut the data instead, not the batch")


END = np.iinfo(np.int64).max
"""Beyond the end of any axis."""

OPS: dict[str, Rule] = {
    ours: _same(theirs) for ours, theirs in {
        "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow", "negative": "Neg",
        "absolute": "Abs", "sign": "Sign", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos",
        "tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "softplus": "Softplus", "erf": "Erf", "prelu": "PRelu",
        "maximum": "Max", "minimum": "Min", "where": "Where", "matmul": "MatMul", "positive": "Identity",
        "astype": "Identity", "floor": "Floor", "ceil": "Ceil", "rint": "Round",
    }.items()
} | {
    "linear": _linear, "round": _round,
    "square": lambda onnx, step, x: onnx("Mul", x, x),
    "silu": lambda onnx, step, x: onnx("Mul", x, onnx("Sigmoid", x)),
    "leaky_relu": lambda onnx, step, x: onnx("PRelu", x, step.params["slope"]),
    "clip": _clip, "elu": _elu, "gelu": _gelu, "reshape": _reshape, "transpose": _transpose, "getitem": _getitem,
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
