"""How ops run on many examples at once: by what they declare, or by a rule of their own; else one after the other.

A rule is a function (op, args, params, level, size) of arguments some of which are examples of this level: their
`whole` has `size` of them along its first axis. It gives what it computed for all, one array or several.
"""
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.domain import AnyShape, Axes, Axis, Exactly, Index, Permutation
from ..core.primitive import Primitive
from ..ops.fused import softmax_cross_entropy
from ..ops.joining import stack
from ..ops.products import matmul
from ..ops.reductions import broadcast_to
from ..ops.shape import reshape
from .carried import Carried, constant


def all_at_once(op: Primitive, args: Sequence[Any], params: dict[str, Any], level: int, size: int) -> Any:
    """An op on all examples: one array, or several of an op with several outputs."""
    return (RULES.get(op.name) or _declared(op))(op, args, params, level, size)


def is_of(x: Any, level: int) -> bool:
    """Whether x stands for the examples of this level."""
    return isinstance(x, Carried) and x.level == level


def _declared(op: Primitive) -> Callable[..., Any]:
    """The rule that follows from the declaration."""
    shapes = op.shapes
    if shapes is None:
        return _elementwise
    if isinstance(shapes, AnyShape):
        return _along_axes
    return _one_by_one if isinstance(shapes, Exactly) else _with_core_axes


def _wholes(args: Sequence[Any], level: int, cores: Sequence[int]) -> list[Any]:
    """The arrays of all examples; where they have fewer axes before their core than another, ones between."""
    leading = [len(np.shape(x)) - core for x, core in zip(args, cores, strict=True)]
    most = max(leading)
    return [_padded(x.whole, most - n) if is_of(x, level) else x for x, n in zip(args, leading, strict=True)]


def _padded(whole: Any, missing: int) -> Any:
    shape = np.shape(whole)
    return reshape(whole, shape=(shape[0], *(1,) * missing, *shape[1:])) if missing else whole


def _elementwise(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    return op(*_wholes(args, level, [0] * len(args)), **params)


def _with_core_axes(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    """An op with a signature such as "(m?,k),(k,n?)->(m?,n?)": further axes come before those that it names."""
    inputs, outputs = ([re.findall(r"\w+\??", part) for part in re.findall(r"\(([^)]*)\)", side)]
                       for side in op.shapes.split("->"))
    absent: set[str] = set()
    filled = []
    for x, core in zip(args, inputs, strict=True):
        gone = [name for name in core if name.endswith("?")][:max(0, len(core) - len(np.shape(x)))]
        absent.update(gone)
        for place, name in enumerate(core):
            if name in gone:
                x = np.expand_dims(x, place - len(core) if place < len(core) - 1 else -1)
        filled.append(x)
    y = op(*_wholes(filled, level, [len(core) for core in inputs]), **params)
    return [_squeezed(part, core, absent) for part, core in zip(y, outputs, strict=True)] if op.several \
        else _squeezed(y, outputs[0], absent)


def _squeezed(y: Any, core: list[str], absent: set[str]) -> Any:
    axes = tuple(place - len(core) for place, name in enumerate(core) if name in absent)
    return np.squeeze(y, axes) if axes else y


def _along_axes(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    """An op on arrays of one shape: its parameters name axes, which are one further on."""
    wholes = [x.whole if is_of(x, level) else broadcast_to(x, shape=(size, *np.shape(x))) for x in args]
    ndim = len(np.shape(args[0]))
    if op.name in ("argmax", "argmin"):
        return _argument(op, wholes[0], params, ndim, size)
    return op(*wholes, **{name: _further(op.params.get(name), value, ndim) for name, value in params.items()})


def _argument(op: Primitive, whole: Any, params: dict, ndim: int, size: int) -> Any:
    axis = params["axis"]
    if axis is not None:
        return op(whole, **params | {"axis": axis % ndim + 1})
    y = op(reshape(whole, shape=(size, -1)), axis=1)
    return reshape(y, shape=(size, *(1,) * ndim)) if params["keepdims"] else y


def _further(kind: Any, value: Any, ndim: int) -> Any:
    """A parameter of one example as that of all."""
    if isinstance(kind, Axis):
        return value % (ndim + kind.extra) + 1
    if isinstance(kind, Axes):
        axes = range(ndim) if value is None else (value,) if isinstance(value, int) else value
        return tuple(axis % ndim + 1 for axis in axes)
    if isinstance(kind, Permutation):
        return (0, *(axis % ndim + 1 for axis in (range(ndim - 1, -1, -1) if value is None else value)))
    if isinstance(kind, Index):
        return (slice(None), *(value if isinstance(value, tuple) else (value,)))
    return value


def _one_by_one(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    """A loop, for ops that declare to take no further axes."""
    each = [op(*[x.whole[i] if is_of(x, level) else x for x in args], **params) for i in range(size)]
    return [stack([constant(y) for y in column]) for column in zip(*each, strict=True)] if op.several \
        else stack([constant(y) for y in each])


# ---- ops that need more than their declaration says -----------------------------------------------------------------

def _linear(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    x, w, b = args
    if not (is_of(w, level) or is_of(b, level)):
        return op(x.whole, w, b)
    return (matmul(x, w) + b).whole


def _mean_cross_entropy(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    return np.mean(_losses(args, level, size), axis=1)


def _softmax_cross_entropy(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    return _losses(args, level, size)


def _losses(args: Sequence, level: int, size: int) -> Any:
    """The losses of all rows of all examples (examples, rows)."""
    x, labels = (v.whole if is_of(v, level) else broadcast_to(v, shape=(size, *np.shape(v))) for v in args)
    n, classes = np.shape(x)[1:]
    y = softmax_cross_entropy(reshape(x, shape=(size * n, classes)), np.reshape(labels, (size * n,)))
    return reshape(y, shape=(size, n))


def _broadcast_to(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    shape = params["shape"]
    return op(_padded(args[0].whole, len(shape) - len(np.shape(args[0]))), shape=(size, *shape))


def _sum_to(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    shape, lead = params["shape"], len(np.shape(args[0])) - len(params["shape"])
    return reshape(op(args[0].whole, shape=(size, *(1,) * lead, *shape)), shape=(size, *shape))


def _reshape(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    return op(args[0].whole, shape=(size, *_known(params["shape"], np.shape(args[0]))))


def _known(shape: Any, of: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without -1: with no examples NumPy could not tell it."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    rest = int(np.prod([n for n in shape if n >= 0], dtype=int))
    return tuple(int(np.prod(of, dtype=int)) // rest if n < 0 and rest else max(n, 0) for n in shape)


def _getitem(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    x, index = args[0], params["index"]
    if (places := _places(index, level, size if is_of(x, level) else None)) is not None:
        return op(x.whole if is_of(x, level) else x, index=places)
    if _is_scattered(index):
        return _one_by_one(op, args, params, level, size)
    return op(x.whole, index=_further(op.params["index"], index, 0))


def _scatter(op: Primitive, args: Sequence, params: dict, level: int, size: int) -> Any:
    g, index, shape = args[0], params["index"], params["shape"]
    whole = g.whole if is_of(g, level) else broadcast_to(g, shape=(size, *np.shape(g)))
    if (places := _places(index, level, size)) is not None:
        return op(whole, index=places, shape=(size, *shape))
    if _is_scattered(index):
        return _one_by_one(op, args, params, level, size)
    return op(whole, index=_further(op.params["index"], index, 0), shape=(size, *shape))


def _places(index: Any, level: int, size: int | None) -> Any:
    """An index that differs from example to example as that of all, beside the numbers of the examples if these are to
    be indexed too; None for one that is the same for all."""
    parts = index if isinstance(index, tuple) else (index,)
    if not any(is_of(part, level) for part in parts):
        return None
    if not all(is_of(part, level) or isinstance(part, int | np.ndarray) for part in parts):
        raise NotImplementedError("vmap takes indices that differ from example to example beside integers and arrays "
                                  "alone, not beside slices; use take_along_axis")
    wholes = tuple(part.whole if is_of(part, level) else part for part in parts)
    places = tuple(getattr(whole, "_value", whole) for whole in wholes)
    if size is None:
        return places if isinstance(index, tuple) else places[0]
    most = max(np.ndim(part) for part in places)
    return np.arange(size).reshape((size, *(1,) * (most - 1))), *places


def _is_scattered(index: Any) -> bool:
    """Whether arrays in an index have slices between them: then NumPy puts their axes first."""
    parts = index if isinstance(index, tuple) else (index,)
    places = [k for k, part in enumerate(parts) if isinstance(part, np.ndarray | list)]
    numbers = [k for k, part in enumerate(parts) if isinstance(part, int | np.integer)] if places else []
    found = sorted(places + numbers)
    return bool(found) and found[-1] - found[0] + 1 != len(found)


RULES: dict[str, Callable[..., Any]] = {
    "where": _elementwise, "linear": _linear, "mean_cross_entropy": _mean_cross_entropy,
    "softmax_cross_entropy": _softmax_cross_entropy, "broadcast_to": _broadcast_to, "sum_to": _sum_to,
    "reshape": _reshape, "getitem": _getitem, "scatter": _scatter}
"""By op. The signatures of where, linear and the losses name no axes for examples; the others' parameters are shapes
and places."""
