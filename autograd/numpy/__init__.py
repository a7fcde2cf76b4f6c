"""NumPy's names for our differentiable functions: `import autograd.numpy as np`. On plain arrays they act as NumPy."""
from numpy import (
    all,
    allclose,
    any,
    arange,
    argpartition,
    argsort,
    argwhere,
    array,
    array_equal,
    array_equiv,
    can_cast,
    copy,
    count_nonzero,
    digitize,
    e,
    empty_like,
    eye,
    flatnonzero,
    float32,
    float64,
    full,
    inf,
    isclose,
    iscomplex,
    iscomplexobj,
    isin,
    isneginf,
    isposinf,
    isreal,
    isrealobj,
    lexsort,
    linspace,
    nan,
    ndim,
    newaxis,
    nonzero,
    ones,
    ones_like,
    pi,
    result_type,
    save,
    savez,
    searchsorted,
    shape,
    size,
    zeros,
    zeros_like,
)

from ..ops import spellings  # noqa: F401
from ..ops.arithmetic import absolute, add, divide, multiply, negative, positive, power, sign, sqrt, square, subtract
from ..ops.arithmetic import absolute as abs
from ..ops.comparison import (
    clip,
    equal,
    greater,
    greater_equal,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    not_equal,
    signbit,
    where,
)
from ..ops.exponential import exp, expm1, log, log1p
from ..ops.joining import array_split, concatenate, hsplit, split, stack, vsplit
from ..ops.linalg import tril, triu
from ..ops.products import dot, matmul, tensordot
from ..ops.reductions import argmax, argmin, broadcast_to, max, mean, min, std, sum, var
from ..ops.rounding import ceil, divmod, floor, floor_divide, remainder, rint, round, trunc
from ..ops.rounding import remainder as mod
from ..ops.rounding import round as around
from ..ops.rounding import trunc as fix
from ..ops.shape import expand_dims, full_like, moveaxis, ravel, reshape, squeeze, swapaxes, transpose
from ..ops.trigonometric import cos, sin, tanh
from . import linalg

__all__ = [
    "abs", "absolute", "add", "all", "allclose", "any", "arange", "argmax", "argmin", "argpartition", "argsort",
    "argwhere", "around", "array", "array_equal", "array_equiv", "array_split", "broadcast_to", "can_cast", "ceil",
    "clip", "concatenate", "copy", "cos", "count_nonzero", "digitize", "divide", "divmod", "dot", "e", "empty_like",
    "equal", "exp", "expand_dims", "expm1", "eye", "fix", "flatnonzero", "float32", "float64", "floor", "floor_divide",
    "full", "full_like", "greater", "greater_equal", "hsplit", "inf", "isclose", "iscomplex", "iscomplexobj",
    "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal", "isrealobj", "less", "less_equal",
    "lexsort", "linalg", "linspace", "log", "log1p", "logical_and", "logical_not", "logical_or", "logical_xor",
    "matmul", "max", "maximum", "mean", "min", "minimum", "mod", "moveaxis", "multiply", "nan", "ndim", "negative",
    "newaxis", "nonzero", "not_equal", "ones", "ones_like", "pi", "positive", "power", "ravel", "remainder", "reshape",
    "result_type", "rint", "round", "save", "savez", "searchsorted", "shape", "sign", "signbit", "sin", "size",
    "split", "sqrt", "square", "squeeze", "stack", "std", "subtract", "sum", "swapaxes", "tanh", "tensordot",
    "transpose", "tril", "triu", "trunc", "var", "vsplit", "where", "zeros", "zeros_like",
]
