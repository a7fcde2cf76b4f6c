"""Operand: Python's operators and NumPy's protocols, wired to the declared ops.

There is one generic factory per arity over the declared primitives. It keeps scalar graphs light: two Python floats
meet in `op.scalar` and the result is one Node with one tuple of inputs; everything else goes through `apply`.
"""
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from ..support.keywords import given_keywords
from . import record as recording
from .constants import CONSTANT_FUNCTIONS, REFUSED, outside_graph
from .modes import RECORD, mode
from .node import Node, describe, next_id
from .primitive import NUMPY, REGISTRY
from .record import NO_PARAMS, apply, make_constant, record

_new = object.__new__

_OPERANDS = (Node, float, int, ndarray, np.generic, list, tuple)


def is_operand(x) -> bool:
    return isinstance(x, _OPERANDS) or getattr(x, "__array_ufunc__", None) is not None


def operator(name: str, reflected: bool = False) -> Callable[..., Any]:
    """The method of a binary operator, for any primitive of two inputs."""
    def general(self, other):
        if not is_operand(other):
            return NotImplemented
        return apply(REGISTRY[name], (other, self) if reflected else (self, other), {})
    general.__name__ = general.__qualname__ = name
    return general


def binary(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The same, and the reflected one, for a differentiable primitive with a `scalar` kernel."""
    straight = _binary(name, operator(name))
    general = operator(name, reflected=True)

    def reflected(self, other):
        if self._value.__class__ is float and (other.__class__ is float or other.__class__ is int):
            return straight(make_constant(float(other)), self)
        return general(self, other)
    reflected.__name__ = reflected.__qualname__ = name
    return straight, reflected


def _binary(name: str, general: Callable[..., Any]) -> Callable[..., Any]:
    """`general` with what two Python floats need written out."""
    op: Any = None
    scalar: Any = None

    def look_up(a, b):                                  # at the first call: ops are declared later
        nonlocal op, scalar
        op = REGISTRY[name]
        scalar = op.scalar
        return scalar(a, b)
    scalar = look_up

    def fast(self, other):
        a = self._value
        if a.__class__ is not float:
            if other.__class__ is recording.RESULT:              # an operand for sure
                return apply(REGISTRY[name], (self, other), NO_PARAMS)
            return general(self, other)
        if other.__class__ is recording.RESULT or isinstance(other, Node):
            w = other
        elif other.__class__ is float or other.__class__ is int:
            w = make_constant(float(other))
        else:
            return general(self, other)
        b = w._value
        if b.__class__ is not float or not (self._needs or w._needs) or mode() != RECORD:
            return general(self, other)
        try:
            value = scalar(a, b)
        except (ArithmeticError, ValueError):           # general gives NumPy's inf or nan
            return general(self, other)
        node = _new(recording.RESULT)
        node._value = value
        node._needs = True
        node._op = op
        node._inputs = (self, w)
        node._params = None
        node._id = next_id()
        return node
    fast.__name__ = fast.__qualname__ = name
    return fast


def unary(name: str) -> Callable[..., Any]:
    """The method of a primitive of one input without metadata."""
    def method(self):
        op = REGISTRY[name]
        a = self._value
        if a.__class__ is float and self._needs and mode() == RECORD and op.scalar is not None and op.differentiable:
            try:
                return record(op, (self,), None, op.scalar(a))
            except (ArithmeticError, ValueError):
                pass
        return apply(op, (self,), {})
    method.__name__ = method.__qualname__ = name
    return method


def method(function: Callable) -> Callable[..., Any]:
    """The method that does what a NumPy function does to its first argument."""
    def call(self, *args, **params):
        return NUMPY[function](self, *args, **params)
    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = f"`autograd.numpy.{function.__name__}` of self."
    return call


def in_place(name: str):
    """The method of `w -= step` and the like: an assignment, of a leaf that requires grad, where nothing is recorded.

    Elsewhere x += y is x = x + y, as for any immutable value."""
    def update(self, other):
        if self._op is not None or not self._needs:
            return NotImplemented
        if mode() & RECORD:
            raise TypeError(f"{describe(self)} is changed in place while its graph is recorded: write the update "
                            "under `with no_grad():`, or x = x + step for a new Tensor")
        self.assign(apply(REGISTRY[name], (self, other), {}))
        return self
    update.__name__ = update.__qualname__ = f"in-place {name}"
    return update


REDUCTIONS = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min, np.logical_and: np.all, np.logical_or: np.any}
"""What `ufunc.reduce` means."""


def ours(function):
    """What stands for a NumPy function on Tensors; TypeError, saying how to declare it, if nothing does."""
    try:
        return NUMPY[function]
    except KeyError:
        if function in CONSTANT_FUNCTIONS:
            return outside_graph(function)
        name = _full_name(function)
        if function.__name__ in REFUSED and name.startswith("np."):
            raise TypeError(f"{name} is not available on Tensors: {REFUSED[function.__name__]}") from None
        raise TypeError(f"{name} has no derivative here. Declare one: @primitive(vjp=..., numpy={name}), or leave the "
                        "graph with x.detach().data if none is needed") from None


def _full_name(function) -> str:
    name = function.__name__                    # a ufunc does not know its module
    module = getattr(function, "__module__", None) or ("numpy" if getattr(np, name, None) is function else "")
    return f"{module}.{name}".removeprefix(".").replace("numpy.", "np.", 1)


class Operand:
    """Python's operators and NumPy's protocols for a class of values. Every one is a declared op, or none."""
    __slots__ = ()
    __array_priority__ = 1000

    def __array_ufunc__(self, ufunc, way, *args, **params):
        if way == "reduce" and ufunc in REDUCTIONS:
            return ours(REDUCTIONS[ufunc])(*args, **{"axis": 0, **params})
        if way != "__call__":
            raise TypeError(f"np.{ufunc.__name__} with the method {way} is not available on Tensors: their values are "
                            "immutable, and reductions are functions (sum, max, ...)")
        return ours(ufunc)(*args, **params)

    def __array_function__(self, function, types, args, params):
        return ours(function)(*args, **given_keywords(params))

    __add__, __radd__ = binary("add")
    __sub__, __rsub__ = binary("subtract")
    __mul__, __rmul__ = binary("multiply")
    __truediv__, __rtruediv__ = binary("divide")
    __pow__, __rpow__ = binary("power")
    __iadd__, __isub__, __imul__ = in_place("add"), in_place("subtract"), in_place("multiply")
    __itruediv__, __ipow__, __imatmul__ = in_place("divide"), in_place("power"), in_place("matmul")
    __matmul__, __rmatmul__ = operator("matmul"), operator("matmul", reflected=True)
    __neg__, __pos__, __abs__ = unary("negative"), unary("positive"), unary("absolute")
    __lt__, __le__ = operator("less"), operator("less_equal")
    __gt__, __ge__ = operator("greater"), operator("greater_equal")
    __and__, __rand__ = operator("bitwise_and"), operator("bitwise_and", reflected=True)
    __or__, __ror__ = operator("bitwise_or"), operator("bitwise_or", reflected=True)
    __invert__ = unary("invert")
    __floordiv__, __rfloordiv__ = operator("floor_divide"), operator("floor_divide", reflected=True)
    __mod__, __rmod__ = operator("remainder"), operator("remainder", reflected=True)
    __ifloordiv__, __imod__ = in_place("floor_divide"), in_place("remainder")

    def __divmod__(self, other):
        return (self // other, self % other) if is_operand(other) else NotImplemented

    def __rdivmod__(self, other):
        return (other // self, other % self) if is_operand(other) else NotImplemented

    def __round__(self, decimals: int | None = None) -> Any:
        return NUMPY[np.round](self, decimals=decimals or 0)
