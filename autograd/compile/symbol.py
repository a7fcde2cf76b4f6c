"""Symbol: an array with shape and dtype and no numbers. It speaks NumPy's protocols and Python's operators, and writes
each call made on it into a Program. The ordinary engine, run on Symbols, is the trace."""
import operator
import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..core.record import apply
from ..core.reverse import vjp_at
from ..support.caller import line_of, users_frame
from .ir import Call, Program, Ref, Value, added_at, refs_in, substitute, written


class TraceError(RuntimeError):
    """The function asks for what a trace does not have: the numbers in an array."""


tracing: ContextVar[bool] = ContextVar("tracing", default=False)
"""Whether a function is being traced: one that is compiled itself then runs as it is."""

METADATA = {np.shape: lambda x: x.shape, np.ndim: lambda x: x.ndim, np.size: lambda x: x.size}
TAKE_DATA = {np.asarray, np.array, np.arange}
"""What brings data of NumPy's beside a Symbol when called with like=Symbol: a constant of the Program."""

DEPENDS_ON_VALUES = {np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.compress, np.extract, np.count_nonzero}
"""The shape, or the number, that they give depends on values."""

PYTHONS: dict[Any, Any] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.power: operator.pow, np.negative: operator.neg, np.positive: operator.pos, np.absolute: operator.abs,
    np.floor_divide: operator.floordiv, np.remainder: operator.mod, np.less: operator.lt, np.less_equal: operator.le,
    np.greater: operator.gt, np.greater_equal: operator.ge, np.equal: operator.eq, np.not_equal: operator.ne}
"""What Python's operators do where all operands are Python's numbers."""

NUMBERS = (float, int)

_getitem: Callable[..., Any] = operator.getitem

VIEWS = frozenset({np.transpose, np.reshape, operator.getitem, np.expand_dims, np.squeeze, np.swapaxes, np.moveaxis,
                   np.broadcast_to, np.ravel})
"""Functions whose result may lie in the memory of their first argument."""


class Tape:
    """The Program that is being written, and the values its calls are made of."""

    def __init__(self) -> None:
        self.program = Program()
        self.shared: dict[int, tuple[int, Any]] = {}
        self.views: dict[int, list[int]] = {}
        self.parts: dict[int, tuple[Symbol, Any]] = {}
        """Of a value that indexing gave: the array and the index."""
        self.stale: set[int] = set()

    def input(self, value: Any, name: str = "") -> "Symbol":
        """A Symbol for an argument: an array, a NumPy scalar or a Python number."""
        example = value if value.__class__ in NUMBERS else example_of(np.shape(value), np.asarray(value).dtype, value)
        symbol = self._symbol(example, name)
        self.program.inputs.append(symbol.id)
        return symbol

    def name(self, i: int) -> str:
        """What an input is called."""
        return self.program.values[i].name

    def _symbol(self, example: Any, name: str = "") -> "Symbol":
        dtype = example.__class__ if example.__class__ in (float, int, bool) else example.dtype
        return Symbol(self, self.program.add(Value(np.shape(example), dtype, name)), example)

    def draw(self, method: Callable, example: Any, args: tuple, params: dict[str, Any]) -> Any:
        """Write down a call that has an effect of its own, as of a random generator."""
        refs = _lifted((args, params), self)
        symbol = self._symbol(_forgotten(example))
        self.program.calls.append(Call(method, refs[0], refs[1], (symbol.id,), effect=True))
        return symbol

    def write(self, x: "Symbol", function: Callable, index: Any, value: Any) -> None:
        """Write down a change of x in place, as `written` and `added_at` make it."""
        self.replace(x, self.call(function, (x, index, value), {}))

    def replace(self, x: "Symbol", y: "Symbol") -> None:
        """From now on x is the value y, and so is what x is a part of; its views are not to be read any more."""
        if x.id in self.parts:
            whole, index = self.parts[x.id]
            self.write(whole, written, index, y)
            x.id = self.call(_getitem, (whole, index), {}).id
            return
        if x.id in {view for views in self.views.values() for view in views}:
            raise TraceError(_refusal(x, "a write into a view", "write into the array itself"))
        self.stale.update(self.views.get(x.id, ()))
        x.id = y.id

    def current(self, x: "Symbol") -> int:
        """The number of a Symbol's value, as it is now."""
        if x.id in self.stale:
            self._refresh(x)
        return x.id

    def _refresh(self, x: "Symbol") -> None:
        """Make a view of an array that was changed in place show what is there now."""
        if x.id not in self.parts:
            raise TraceError(_refusal(x, "a view of an array that was changed in place", "take the view afterwards"))
        x.id = self.call(_getitem, self.parts[x.id], {}).id

    def call(self, function: Callable, args: tuple, params: dict[str, Any]) -> Any:
        """Write the call down; Symbols for what it gives."""
        refs = _lifted((args, params), self)
        of_linalg = (getattr(function, "__module__", "") or "").startswith("numpy.linalg")
        examples = _opened((args, params), solvable=of_linalg)
        with np.errstate(all="ignore"):
            y = function(*examples[0], **examples[1])
        several = isinstance(y, tuple | list)
        outputs = [self._symbol(_forgotten(part)) for part in (y if several else (y,))]
        self.program.calls.append(Call(function, refs[0], refs[1], tuple(s.id for s in outputs), several,
                                       origin=_origin()))
        if function in VIEWS and args[0].__class__ is Symbol:
            self.views.setdefault(args[0].id, []).append(outputs[0].id)
            if function is _getitem and _is_basic(args[1]):
                self.parts[outputs[0].id] = args[0], args[1]
        return type(y)(*outputs) if hasattr(y, "_fields") else type(y)(outputs) if several else outputs[0]

    def constant(self, array: Any) -> int:
        """The number of an array that the function brings along."""
        if id(array) not in self.shared:
            i = self.program.add(Value(np.shape(array), array.dtype))
            self.program.constants[i] = array
            self.shared[id(array)] = i, array           # kept alive, so that its id stays its own
        return self.shared[id(array)][0]


class Symbol(NDArrayOperatorsMixin):
    """An array, or a Python number, that is known when the Program runs."""
    __slots__ = ("example", "id", "tape")

    def __init__(self, tape: Tape, id: int, example: Any):
        self.tape, self.id, self.example = tape, id, example

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.example)

    @property
    def dtype(self) -> np.dtype:
        return np.asarray(self.example).dtype

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: int(np.prod(self.shape, dtype=int)))
    T = property(lambda self: self.tape.call(np.transpose, (self,), {}))
    nbytes = property(lambda self: self.size * self.dtype.itemsize)

    def reshape(self, *shape: Any) -> "Symbol":
        shape = shape[0] if len(shape) == 1 else shape
        return self.tape.call(np.reshape, (self, shape), {})

    def transpose(self, *axes: Any) -> "Symbol":
        axes = axes[0] if len(axes) == 1 else axes
        return self.tape.call(np.transpose, (self, axes) if axes else (self,), {})

    def astype(self, dtype: Any, copy: bool = True) -> "Symbol":
        same = self.dtype == dtype and self.example.__class__ not in NUMBERS
        return self if same else self.tape.call(astype, (self, np.dtype(dtype)), {})

    def __getitem__(self, index: Any) -> "Symbol":
        self._refuse_masks(index)
        return self.tape.call(_getitem, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        if np.ndim(value):
            self._refuse_masks(index)
        self.tape.write(self, written, index, value)

    def _refuse_masks(self, index: Any) -> None:
        for part in index if isinstance(index, tuple) else (index,):
            if isinstance(part, np.ndarray | np.generic | Symbol) and part.dtype.kind == "b":
                raise TraceError(_refusal(self, "indexing by a mask", "the shape depends on values: use where(...)"))

    def __array_ufunc__(self, ufunc: np.ufunc, way: str, *inputs: Any, **params: Any) -> Any:
        if any(hasattr(x, "__carry__") for x in inputs):
            return NotImplemented
        if way == "at" and ufunc is np.add and inputs[0].__class__ is Symbol:
            return inputs[0].tape.write(inputs[0], added_at, *inputs[1:])
        if way == "at" or params.get("out") is not None:
            raise TraceError(_refusal(self, f"np.{ufunc.__name__} into memory", "leave out= away"))
        if way == "__call__" and not params and all(_is_number(x) for x in inputs):
            return self.tape.call(PYTHONS.get(ufunc, ufunc), inputs, {})
        function: Any = ufunc if way == "__call__" else getattr(ufunc, way)
        return self.tape.call(function, inputs, params)

    def __array_function__(self, function: Callable, types: Any, args: tuple, params: dict[str, Any]) -> Any:
        if not all(issubclass(t, Symbol | np.ndarray) for t in types):
            return NotImplemented
        if function in METADATA:
            return METADATA[function](*args)
        if function in TAKE_DATA and not list(refs_in(_lifted((args, params), self.tape))):
            return self._constant(function(*args, **params), function in (np.arange, np.array))
        if function in DEPENDS_ON_VALUES:
            raise TraceError(_refusal(self, f"np.{function.__name__}", "its result's shape depends on values"))
        if "out" in params and params["out"] is not None:
            raise TraceError(_refusal(self, f"np.{function.__name__} into memory", "leave out= away"))
        return self.tape.call(function, args, params)

    def _constant(self, array: np.ndarray, own: bool) -> "Symbol":
        i = self.tape.constant(array)
        if own:
            self.tape.program.own.add(i)
        return Symbol(self.tape, i, example_of(array.shape, array.dtype, array))

    def __bool__(self) -> bool:
        if self.example.__class__ in (bool, *NUMBERS):          # of numbers: true until a call finds it otherwise
            self.tape.program.guards.append((self.id, bool(self.example)))
            return bool(self.example)
        raise TraceError(_refusal(self, "a branch on a value", "use where(condition, x, y)"))

    def __repr__(self) -> str:
        return f"Symbol({np.dtype(self.dtype)}, {self.shape})"

    __hash__ = object.__hash__


def _refused(name: str, remedy: str) -> Callable[..., Any]:
    def refuse(self: Symbol, *args: Any, **params: Any) -> Any:
        raise TraceError(_refusal(self, name, remedy))
    return refuse


for _name, _what in {"__array__": "np.asarray(x)", "__float__": "float(x), as by math's functions,",
                     "__int__": "int(x)", "__index__": "an index", "__iter__": "iteration", "item": "x.item()",
                     "tolist": "x.tolist()", "__format__": "a format"}.items():
    setattr(Symbol, _name, _refused(_what, "compute with autograd.numpy's functions, or leave it out of the function"))


def _method(function: Callable) -> Callable[..., Any]:
    def call(self: Symbol, *args: Any, **params: Any) -> Any:
        return self.__array_function__(function, (Symbol,), (self, *args), params)
    return call


for _function in (np.sum, np.mean, np.prod, np.max, np.min, np.var, np.std, np.any, np.all, np.dot, np.ravel, np.take,
                  np.squeeze, np.clip, np.cumsum, np.argmax, np.argmin, np.argsort, np.swapaxes, np.repeat, np.round,
                  np.copy):
    setattr(Symbol, {"amax": "max", "amin": "min"}.get(_function.__name__, _function.__name__), _method(_function))

def _origin() -> str:
    """The op that is being applied, or whose rule runs, as the stack shows."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code in _ENGINE:
            name = re.sub(r"\W+", " ", frame.f_locals["op"].name, flags=re.ASCII).strip()
            return f"{_ENGINE[frame.f_code]}{name}"
        frame = frame.f_back                                    # type: ignore[assignment]
    return ""


_ENGINE = {apply.__code__: "", vjp_at.__code__: "gradient of "}


def _in_place(binary: Callable) -> Callable[..., Any]:
    def change(self: Symbol, other: Any) -> Any:
        y = binary(self, other)
        if y is NotImplemented or not self.shape:               # numbers are immutable
            return y
        if y.shape != self.shape or not np.can_cast(y.dtype, self.dtype, "same_kind"):
            raise ValueError(f"an array of shape {self.shape} and {self.dtype} cannot become {y.shape}, {y.dtype} in "
                             f"place, at {line_of(users_frame())}: write x = x + y")
        self.tape.replace(self, y.astype(self.dtype))
        return self
    return change


for _name in ("add", "sub", "mul", "truediv", "pow", "matmul", "floordiv", "mod"):
    setattr(Symbol, f"__i{_name}__", _in_place(getattr(Symbol, f"__{_name}__")))


def _refusal(x: Symbol, what: str, remedy: str) -> str:
    return (f"{what} is not possible in a compiled function, where an array (here of shape {x.shape}, {x.dtype}) has "
            f"no values yet, at {line_of(users_frame())}: {remedy}")


def astype(x: Any, dtype: np.dtype) -> Any:
    """`x.astype(dtype)`, of numbers too."""
    return np.asarray(x).astype(dtype)[()]


def example_of(shape: tuple[int, ...], dtype: np.dtype, value: Any = None) -> Any:
    """Something of this shape and dtype without memory of its own: ones, or zeros where it may be an index."""
    one = np.zeros((), dtype) if dtype.kind in "iub" else np.ones((), dtype)
    return np.broadcast_to(one, shape) if shape or isinstance(value, np.ndarray) else one[()]


def _forgotten(y: Any) -> Any:
    """The example that stays of a result: Python's numbers as they are, for guards; no arrays."""
    if y.__class__ in (float, int, bool):
        return y
    return example_of(y.shape, y.dtype, y)


def _is_basic(index: Any) -> bool:
    """Whether indexing gives a view."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is Ellipsis or isinstance(part, int | slice) for part in parts)


def _is_number(x: Any) -> bool:
    return (x.example if x.__class__ is Symbol else x).__class__ in NUMBERS


def _lifted(x: Any, tape: Tape) -> Any:
    """Arguments with Refs for Symbols, and for arrays that the function brings along."""
    if x.__class__ is Symbol:
        return Ref(tape.current(x))
    if isinstance(x, np.ndarray):
        return Ref(tape.constant(x))
    if x.__class__ in (tuple, list):
        return type(x)([_lifted(part, tape) for part in x])
    if isinstance(x, dict):
        return {key: _lifted(part, tape) for key, part in x.items() if key != "like"}
    if x.__class__ is slice:
        return slice(*_lifted((x.start, x.stop, x.step), tape))
    return x


def _opened(x: Any, solvable: bool) -> Any:
    """Arguments with examples for Symbols; matrices that have an inverse for functions of linear algebra."""
    if x.__class__ is Symbol:
        if solvable and x.ndim >= 2 and x.shape[-1] == x.shape[-2]:
            return x.example + np.eye(x.shape[-1], dtype=x.dtype)
        return x.example
    if x.__class__ in (tuple, list):
        return type(x)([_opened(part, solvable) for part in x])
    if isinstance(x, dict):
        return {key: _opened(part, solvable) for key, part in x.items() if key != "like"}
    if x.__class__ is slice:
        return slice(*_opened((x.start, x.stop, x.step), solvable))
    return x


__all__ = ["Symbol", "Tape", "TraceError", "astype", "substitute"]
