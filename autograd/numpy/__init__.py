"""NumPy's names for our differentiable functions: `import autograd.numpy as np`. On plain arrays they act as NumPy."""
from numpy import arange, array, e, eye, float32, float64, full, inf, linspace, nan, newaxis, ones, pi, zeros

from ..ops.elementwise import (
    absolute,
    add,
    clip,
    cos,
    divide,
    equal,
    exp,
    expm1,
    greater,
    greater_equal,
    isfinite,
    isnan,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    positive,
    power,
    sign,
    sin,
    sqrt,
    square,
    subtract,
    tanh,
    where,
)
from ..ops.elementwise import absolute as abs
from ..ops.linalg import dot, matmul
from ..ops.reduce import argmax, argmin, broadcast_to, max, mean, min, std, sum, var
from ..ops.shape import concatenate, expand_dims, moveaxis, ravel, reshape, squeeze, stack, swapaxes, transpose

__all__ = [
    "abs", "absolute", "add", "arange", "argmax", "argmin", "array", "broadcast_to", "clip", "concatenate", "cos",
    "divide", "dot", "e", "equal", "exp", "expand_dims", "expm1", "eye", "float32", "float64", "full", "greater",
    "greater_equal", "inf", "isfinite", "isnan", "less", "less_equal", "linspace", "log", "log1p", "logical_and",
    "logical_not", "logical_or", "matmul", "max", "maximum", "mean", "min", "minimum", "moveaxis", "multiply", "nan",
    "negative", "newaxis", "not_equal", "ones", "pi", "positive", "power", "ravel", "reshape", "sign", "sin", "sqrt",
    "square", "squeeze", "stack", "std", "subtract", "sum", "swapaxes", "tanh", "transpose", "var", "where", "zeros",
]
