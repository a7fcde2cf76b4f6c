"""Ownership: who may write to which array. This file decides it, by explicit marks; nothing else does.

| an array                             | is marked              | so that                                              |
|--------------------------------------|------------------------|------------------------------------------------------|
| made by us: by an op, by `Tensor`    | nothing                | it is used as it is; a leaf is written in place      |
| handed in by a caller                | SHARED_WITH_CALLER     | it is copied when a graph comes to depend on it      |
| handed in, but frozen by us          | in `_frozen`, if large | it is used as it is: nobody can write to it          |
| another library's                    | nothing: its views are | it is copied when a graph comes to depend on it, by  |
|                                      | not known to us        | `data`, and before a leaf is written in place        |
| a leaf's, given out (data, detach)   | GIVEN_OUT              | the leaf is copied before it is written in place     |
| a leaf's, seen by a view (w.T, w[0]) | in the leaf's `_views` | the same, while one of the views is alive            |
| seen by a view of such a view        | in the same `_views`   | the same                                             |
| a view that is given out             | gets memory of its own | the leaf it came from need not know                  |
| a cotangent: the answer of a rule    | nothing                | it becomes `.grad` as it is; views, and what another |
|                                      |                        | `.grad` holds, are copied                            |

Ops declared outside of our packages get read-only arrays and their answers are copied (see `primitive`), so that for
cotangents the table needs to know nothing about them.
"""
from typing import Any
from weakref import WeakSet, WeakValueDictionary

import numpy as np
from numpy import ndarray

from .values import is_protocol_array

SHARED_WITH_CALLER = 0
"""The id of a Tensor on somebody else's array (`as_tensor`, or an array as operand), until a graph depends on it."""

GIVEN_OUT = (True,)
"""The `_views` of a leaf whose memory somebody outside may hold for good."""

_frozen: WeakValueDictionary[int, ndarray] = WeakValueDictionary()

SMALL = 2 ** 15
"""Bytes that are copied sooner than a mark is set and taken away."""


def freeze(array: ndarray) -> ndarray:
    """Our own array, made read-only for ever: if it is large, graphs need no copy of it, nor of its views."""
    array.flags.writeable = False
    if array.nbytes > SMALL:
        _frozen[id(array)] = array
    return array


def copy_if_shared(array: ndarray) -> ndarray:
    """A caller's array as a graph may keep it: a copy, unless we froze its memory.

    That it is read-only means little: whoever set the flag can take it back, or write through another view."""
    if array.__class__ is not ndarray:
        return array.astype(array.dtype)
    owner = array
    while owner.base is not None and owner.base.__class__ is ndarray:
        owner = owner.base
    return array if _frozen.get(id(owner)) is owner else array.copy()


def give_out(node: Any) -> Any:
    """A node's value, to be seen from outside as long as it pleases."""
    value = node._value
    if value.__class__ is ndarray and node._id != SHARED_WITH_CALLER:
        if value.base is not None:
            value = node._value = value.copy()
        if node._op is None:
            node._views = GIVEN_OUT
    return value


def add_view(x: Any, result: Any) -> None:
    """Note that the result of an op on x is a view, perhaps of the memory of a leaf that will be updated in place.

    All that see the memory of one leaf share one set, views of views too: so no chain of them is walked."""
    views = getattr(x, "_views", None)
    if not views and x._op is None and x._needs:
        views = x._views = WeakSet()
    if views is not None and views is not GIVEN_OUT:
        views.add(result)
        result._views = views


def own_memory(node: Any) -> Any:
    """A leaf's value, to be written in place: first copied, if it can be seen from elsewhere."""
    value = node._value
    if value.__class__ is ndarray and (value.base is not None or getattr(node, "_views", None)):
        value = node._value = value.copy()
        node._views = None
    elif value.__class__ is not ndarray and is_protocol_array(value):
        value = value.astype(value.dtype)
    return value


def become_leaf(node: Any) -> None:
    """A constant is about to require grad: what it is a view of must not change it, and nobody has noted its views."""
    value = node._value
    if value.__class__ is ndarray and value.base is not None:
        node._value = value.copy()
    node._views = GIVEN_OUT


def unshare(cotangents: dict) -> None:
    """Give each of these cotangents memory of its own: views are copied, and what stands there a second time."""
    held: set[int] = set()
    hold = held.add
    for node, c in cotangents.items():
        if c.__class__ is float:
            continue
        if (i := id(c)) in held or (c.__class__ is ndarray and c.base is not None):
            cotangents[node] = c.copy() if c.__class__ is ndarray else +c
        else:
            hold(i)


class ReadOnly(ndarray):
    """What `Tensor.data` gives: an array that says what to write instead of a change. What is computed from it is an
    ordinary array."""

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return array.view(ndarray) if array.ndim else array[()]

    def __repr__(self) -> str:
        return repr(self.view(ndarray))

    def __reduce__(self):
        return self.view(ndarray).__reduce__()


def _refusing(name: str):
    change = getattr(ndarray, name)

    def refuse(self, *args):
        if self.flags.writeable:                        # a copy that somebody made
            return change(self, *args)
        raise ValueError("x.data is read-only: write `with no_grad(): x -= step`, x.assign(array) or x.data = array to "
                         "change a leaf, and x.numpy() for an array of your own")
    return refuse


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"):
    if hasattr(ndarray, f"__i{_name}__"):
        setattr(ReadOnly, f"__i{_name}__", _refusing(f"__i{_name}__"))
ReadOnly.__setitem__ = _refusing("__setitem__")         # type: ignore[method-assign]


def read_only(value: Any) -> Any:
    """A read-only view of a value; of another library's array, which cannot be made one, a copy."""
    if value.__class__ is not ndarray and is_protocol_array(value):
        return value.astype(value.dtype)
    view = np.asarray(value).view(ReadOnly)
    view.flags.writeable = False
    return view
