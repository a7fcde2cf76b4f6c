"""Values that stand for more than one array: what `jvp` and `vmap` send through a function."""
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from itertools import count
from typing import Any

import numpy as np

from ..core.primitive import Primitive
from ..core.record import FOREIGN, make_constant
from ..core.tensor import Tensor
from ..core.values import to_stored

next_level = count(1).__next__
"""Each transform under way has a level of its own; of nested ones the inner one, which is younger, sees an op first."""


class Carried(Tensor):
    """Base class. `level` is that of the transform; `_value` has the shape and dtype that the function sees. There is
    no `_id`, so that `apply` turns to FOREIGN."""
    __slots__ = ("level",)
    level: int

    def __init__(self, value: Any, level: int):
        self._value = np.float64(value) if value.__class__ is float else value
        self._needs, self._op, self._inputs, self._params, self._grad = False, None, (), {}, None
        self.level = level

    def carry(self, op: Primitive, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """The result of an op on arguments of which this one has the highest level."""
        raise NotImplementedError

    @property
    def inner(self) -> Any:
        """The value inside that a gradient is taken in."""
        raise NotImplementedError

    def with_inner(self, x: Any) -> "Carried":
        """The same with another value inside."""
        raise NotImplementedError

    def mapped(self, f: Callable[[Any], Any]) -> "Carried":
        """The same with f of each value inside."""
        raise NotImplementedError

    def gradients(self, of: Callable[[Any, Any], list], seed: Any) -> list:
        """The gradients of this value, given `of(y, cotangent)` for a value inside."""
        raise NotImplementedError


class Surroundings:
    """What calls of `vmap` around a function do to the variables that a gradient in it makes."""

    def variable(self, x: Any, make: Callable[[Any], Any]) -> Any:
        """A variable in place of x, made by `make` of what is inside."""
        raise NotImplementedError

    def wrapped(self, g: Any) -> Any:
        """A gradient in such a variable, as the function sees it."""
        raise NotImplementedError


surroundings: ContextVar[Surroundings | None] = ContextVar("surroundings", default=None)


def carried(op: Primitive, args: Sequence[Any], params: dict[str, Any]) -> Any:
    """An op on Carried values: the one of the highest level decides."""
    top = max((x for x in (*args, *params.values()) if isinstance(x, Carried)), key=lambda x: x.level)
    return top.carry(op, args, params)


def refuse_conversions(cls: type[Carried], transform: str, lost: str, names: Sequence[str] = ()) -> None:
    """Have conversions to plain numbers raise, where something would be lost."""
    for name, what in {"__float__": "float(x)", "__int__": "int(x)", "__array__": "np.asarray(x)", "item": "x.item()",
                       "numpy": "x.numpy()", "tolist": "x.tolist()", "backward": "x.backward()",
                       **dict.fromkeys(names, "a branch on x")}.items():
        setattr(cls, name, _refused(what, transform, lost))
    FOREIGN[cls] = carried


def _refused(what: str, transform: str, lost: str) -> Callable[..., Any]:
    def refuse(self: Carried, *args: Any, **params: Any) -> Any:
        raise TypeError(f"{what} of a value that {transform} follows {lost}")
    return refuse


def constant(y: Any) -> Any:
    """A plain value as a Tensor."""
    return y if isinstance(y, Tensor) else make_constant(to_stored(y))
