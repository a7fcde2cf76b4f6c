"""Containers: nested lists, tuples, dicts, dataclasses and modules, as flat lists of the leaves in them.

A leaf is a floating number, array or Tensor. Everything else in a container (integers, texts, None) stays as it is. Of
an object with `named_parameters`, such as a module of `nn`, the parameters are the leaves; a gradient in it is a dict
{name: gradient}.
"""
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from ..core.values import is_protocol_array
from ..ops.joining import concatenate


def is_leaf(x: Any) -> bool:
    """Whether x is a floating number, array or Tensor."""
    if isinstance(x, float):
        return True
    known = isinstance(x, Tensor | np.ndarray | np.generic) or is_protocol_array(x)
    return known and x.dtype.kind == "f"


def is_container(x: Any) -> bool:
    """Whether x may hold leaves and is none itself."""
    return isinstance(x, list | tuple | dict) or _is_record(x) or _is_module(x)


def is_array_leaf(x: Any) -> bool:
    """Whether x is an array or Tensor of any dtype, or a number of NumPy's."""
    return isinstance(x, Tensor | np.ndarray | np.generic) or is_protocol_array(x)


def leaves_of(x: Any, which: Callable[[Any], bool] = is_leaf) -> list[Any]:
    """The leaves of x, depth first, in the order of the container; `which` tells what is one."""
    return [*_walk(x, which)]


def rebuilt(x: Any, leaves: Iterable[Any], which: Callable[[Any], bool] = is_leaf, *, as_gradient: bool = False) -> Any:
    """x with other leaves, in their order. With `as_gradient`, what holds a gradient for each leaf of x: a dict for a
    module, which is otherwise copied with other parameters."""
    return _rebuilt(x, iter(leaves), which, as_gradient)


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """All leaves as one vector, and the function that makes the container of such a vector again.

    This is what optimisers and samplers of other libraries take. The vector is an array, or a Tensor where a leaf is
    one; both directions are differentiable.

    >>> from autograd import flatten
    >>> v, unflatten = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> v.tolist(), unflatten(v * 2)["w"]
    ([1.0, 2.0, 3.0], [2.0, 4.0])
    """
    leaves = leaves_of(value)
    shapes = [np.shape(x) for x in leaves]
    ends = np.cumsum([int(np.prod(shape, dtype=int)) for shape in shapes]).tolist()
    vector = concatenate([np.reshape(x, (-1,)) for x in leaves]) if leaves else np.zeros(0)

    def unflatten(v: Any) -> Any:
        if np.shape(v) != (ends[-1] if ends else 0,):
            raise ValueError(f"unflatten takes a vector of {ends[-1] if ends else 0} numbers, got shape {np.shape(v)}")
        parts = [np.reshape(v[a:b], shape) for a, b, shape in zip([0, *ends[:-1]], ends, shapes, strict=True)]
        return rebuilt(value, [_like(part, x) for part, x in zip(parts, leaves, strict=True)])
    return vector, unflatten


def _like(part: Any, leaf: Any) -> Any:
    """A number where the leaf was Python's."""
    return part.item() if isinstance(leaf, float) and isinstance(part, np.ndarray) else part


def _is_record(x: Any) -> bool:
    return hasattr(x, "__dataclass_fields__") and not isinstance(x, type)


def _is_module(x: Any) -> bool:
    return hasattr(x, "named_parameters") and not isinstance(x, type)


def _walk(x: Any, which: Callable[[Any], bool]) -> Iterator[Any]:
    for part in _parts(x):
        if which(part):
            yield part
        elif part is not x:
            yield from _walk(part, which)


def _parts(x: Any) -> Sequence[Any]:
    if _is_module(x):
        return [p for _, p in x.named_parameters()]
    if isinstance(x, dict):
        return [*x.values()]
    if _is_record(x):
        return [getattr(x, name) for name in x.__dataclass_fields__]
    return x if isinstance(x, list | tuple) else [x]


def _rebuilt(x: Any, leaves: Iterator[Any], which: Callable[[Any], bool], as_gradient: bool) -> Any:
    if which(x):
        return next(leaves)
    if _is_module(x):
        named = dict(x.named_parameters())
        new = {name: next(leaves) for name, p in named.items() if which(p)}
        return new if as_gradient else copy.deepcopy(x, {id(named[name]): y for name, y in new.items()})
    if isinstance(x, dict):
        return {key: _rebuilt(part, leaves, which, as_gradient) for key, part in x.items()}
    if _is_record(x):
        new = copy.copy(x)
        for name in x.__dataclass_fields__:
            part = _rebuilt(getattr(x, name), leaves, which, as_gradient)
            object.__setattr__(new, name, part)         # frozen ones too
        return new
    if isinstance(x, list | tuple):
        parts = [_rebuilt(part, leaves, which, as_gradient) for part in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    return x
