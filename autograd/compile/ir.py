"""A traced computation as plain data: numbered values, and the calls of NumPy that make them, in order."""
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of this number, among the arguments of a call."""
    id: int


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value before it is computed. `dtype` is float or int for Python's numbers."""
    shape: tuple[int, ...]
    dtype: np.dtype | type
    name: str = ""

    @property
    def is_array(self) -> bool:
        return isinstance(self.dtype, np.dtype) and self.shape != ()

    @property
    def size(self) -> int:
        """How many entries it has."""
        return math.prod(self.shape)

    @property
    def is_floating(self) -> bool:
        """Whether it is an array, or a NumPy scalar, of real numbers."""
        return isinstance(self.dtype, np.dtype) and self.dtype.kind == "f"


@dataclass(frozen=True, slots=True)
class Call:
    """`outputs = function(*args, **params)`; Refs stand for values, at any depth of tuples, lists and dicts."""
    function: Callable[..., Any]
    args: tuple[Any, ...]
    params: dict[str, Any]
    outputs: tuple[int, ...]
    several: bool = False
    effect: bool = False
    """Whether it does something besides, as a random generator that moves on: made each time, and in its order."""
    origin: str = ""
    """The op that made it, or whose gradient did; of letters, digits and spaces alone."""

    def reads(self) -> Iterator[int]:
        """The numbers of the values it is given."""
        yield from refs_in((self.args, self.params))


@dataclass(slots=True)
class Program:
    """Inputs, constants, calls, and what comes out.

    `results` are the values that the caller gets; `updates` are pairs (input, value): when all is computed, the memory
    of that input takes that value. `guards` are pairs (value, truth): what the trace took for granted of numbers.
    """
    values: list[Value] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    constants: dict[int, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    updates: list[tuple[int, int]] = field(default_factory=list)
    guards: list[tuple[int, bool]] = field(default_factory=list)
    own: set[int] = field(default_factory=set)
    """The constants that nobody else holds: they never change."""
    lent: list[int] = field(default_factory=list)
    """The results for which each call is lent memory: that of the gradients before, which nobody looked at."""

    watched: list[int] = field(default_factory=list)
    """Values in which a nan must be noticed, in them or in what is made of them, before anything is updated."""

    def add(self, value: Value) -> int:
        """The number of a new value."""
        self.values.append(value)
        return len(self.values) - 1

    def needed(self) -> set[int]:
        """The values that must be there at the end."""
        return {*self.results, *(i for pair in self.updates for i in pair), *(i for i, _ in self.guards)}

    def used(self) -> set[int]:
        """The values that something reads, or that come out."""
        return self.needed() | {i for call in self.calls for i in call.reads()}


def refs_in(x: Any) -> Iterator[int]:
    """The numbers of all Refs in nested arguments."""
    if x.__class__ is Ref:
        yield x.id
    elif isinstance(x, tuple | list):
        for part in x:
            yield from refs_in(part)
    elif isinstance(x, dict):
        yield from refs_in(tuple(x.values()))
    elif isinstance(x, slice):
        yield from refs_in((x.start, x.stop, x.step))


def substitute(x: Any, of: Callable[[int], Any]) -> Any:
    """Nested arguments with `of(id)` for each Ref."""
    if x.__class__ is Ref:
        return of(x.id)
    if x.__class__ in (tuple, list):
        return type(x)([substitute(part, of) for part in x])
    if x.__class__ is dict:
        return {key: substitute(part, of) for key, part in x.items()}
    if x.__class__ is slice:
        return slice(*substitute((x.start, x.stop, x.step), of))
    return x


def written(x: Any, index: Any, value: Any) -> np.ndarray:
    """`x[index] = value`, in a copy of x."""
    x = np.array(x)
    x[index] = value
    return x


def added_at(x: Any, index: Any, value: Any) -> np.ndarray:
    """`np.add.at(x, index, value)`, in a copy of x."""
    x = np.array(x)
    np.add.at(x, index, value)
    return x


def run(program: Program, inputs: list[Any]) -> tuple[list[Any], list[Any]]:
    """Results and new values of the updated inputs, call by call: the meaning of a Program, slow and plain."""
    known = dict(program.constants) | dict(zip(program.inputs, inputs, strict=True))
    for call in program.calls:
        args, params = substitute((call.args, call.params), known.__getitem__)
        y = call.function(*args, **params)
        known.update(zip(call.outputs, y if call.several else (y,), strict=True))
    return [known[i] for i in program.results], [known[i] for _, i in program.updates]


def verify(program: Program) -> None:
    """ValueError for a call that reads what no earlier one made, or makes what is there already."""
    known = {*program.inputs, *program.constants}
    for call in program.calls:
        if missing := [i for i in call.reads() if i not in known]:
            raise ValueError(f"{name_of(call.function)} reads value {missing[0]} before it is made")
        if twice := known.intersection(call.outputs):
            raise ValueError(f"{name_of(call.function)} makes value {twice.pop()} a second time")
        known.update(call.outputs)
    if not program.needed() <= known:
        raise ValueError(f"value {min(program.needed() - known)} comes out and is never made")


def name_of(function: Callable) -> str:
    """How NumPy calls one of its functions: `np.add`, `np.linalg.solve`, `np.add.reduce`; a plain name for others."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{function.__name__}"
    name = getattr(function, "__name__", "function")
    if isinstance(function, np.ufunc):
        return f"np.{name}" if getattr(np, name, None) is function else name
    module = (getattr(function, "__module__", "") or "").split(".")
    if module[0] == "numpy":
        for place in (".".join(["np", *module[1:]]), "np"):
            if _found(f"{place}.{name}") is function:
                return f"{place}.{name}"
    return name


def _found(dotted: str) -> Any:
    here: Any = np
    for part in dotted.split(".")[1:]:
        here = getattr(here, part, None)
    return here
