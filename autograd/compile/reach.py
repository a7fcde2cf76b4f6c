"""What a function reaches besides its arguments: Tensors, arrays and numbers, in closures, globals and attributes."""
import dis
import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from operator import is_
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ..core.primitive import Primitive
from ..core.tensor import Tensor
from ..support.caller import OUR_PACKAGES

LIBRARIES = sys.stdlib_module_names | OUR_PACKAGES | {"numpy", "scipy", "sklearn", "matplotlib", "pandas", "tqdm"}
"""Functions of these keep no state of the user's."""

OPAQUE = (type, ModuleType, BuiltinFunctionType, str, bytes, Primitive)
"""What holds no state of the user's."""

GENERATORS = (np.random.Generator, np.random.RandomState)


@dataclass(slots=True)
class Place:
    """A number or array in a dict, a list, an object's attributes or a closure."""
    holder: Any
    key: Any
    path: str

    def get(self) -> Any:
        return self.holder[self.key]

    def set(self, value: Any) -> None:
        self.holder[self.key] = value


@dataclass(slots=True)
class TuplePlace(Place):
    """An array in a tuple, which is replaced as a whole."""
    index: int = 0

    def get(self) -> Any:
        return self.holder[self.key][self.index]

    def set(self, value: Any) -> None:
        parts = [*self.holder[self.key]]
        parts[self.index] = value
        self.holder[self.key] = tuple(parts)


class Cell:
    """The variable of a closure, read and written like a dict of one entry."""

    def __init__(self, cell: CellType):
        self.cell = cell

    def __getitem__(self, key: Any) -> Any:
        return self.cell.cell_contents

    def __setitem__(self, key: Any, value: Any) -> None:
        self.cell.cell_contents = value

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Any]:
        yield self.cell.cell_contents


class Slots:
    """The attributes of an object without a dict, read and written like one."""

    def __init__(self, x: Any, names: list[str]):
        self.x, self.names = x, names

    def __getitem__(self, key: Any) -> Any:
        return getattr(self.x, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        object.__setattr__(self.x, key, value)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self.x, name) for name in self.names)


@dataclass(slots=True)
class Reached:
    """All that one walk found. `holders` are the containers looked into, with the keys that count."""
    tensors: dict[int, tuple[Tensor, str]] = field(default_factory=dict)
    arrays: list[Place] = field(default_factory=list)
    numbers: list[Place] = field(default_factory=list)
    generators: list[Place] = field(default_factory=list)
    holders: list[tuple[Any, tuple]] = field(default_factory=list)
    seen: dict[int, Any] = field(default_factory=dict)

    def snapshot(self, variable: set[tuple[int, Any]]) -> Callable[[], bool]:
        """A quick test whether all that was found is still there and of the same form, but for the values of entries
        (id(holder), key) that vary."""
        same_form, same_entries = self._forms(), self._entries(variable)

        def unchanged() -> bool:
            try:
                return same_form() and same_entries()
            except (KeyError, IndexError, ValueError, TypeError):       # an entry is gone, or a variable is empty
                return False
        return unchanged

    def rename(self, x: Any, path: str) -> None:
        """A Tensor found again is called by an attribute, sooner than by its number in a list."""
        if id(x) in self.tensors and self.tensors[id(x)][1][-1:].isdigit() and not path[-1:].isdigit():
            self.tensors[id(x)] = x, path

    def _forms(self) -> Callable[[], bool]:
        """Whether containers have as many entries, Tensors and arrays the dtypes and shapes that they had."""
        entire = [holder for holder, keys in self.holders if len(keys) == len(holder)]
        sizes = [*map(len, entire)]
        tensors = [(t, t._needs, _dtype_of(t._value)) for t, _ in self.tensors.values()]
        arrays = [(p, p.get().shape, p.get().dtype) for p in self.arrays]

        def same() -> bool:
            if [*map(len, entire)] != sizes:
                return False
            for t, needs, dtype in tensors:
                if t._needs is not needs or _dtype_of(t._value) is not dtype:
                    return False
            for p, shape, dtype in arrays:
                array = p.get()
                if array.__class__ is not np.ndarray or array.shape != shape or array.dtype != dtype:
                    return False
            return True
        return same

    def _entries(self, variable: set[tuple[int, Any]]) -> Callable[[], bool]:
        """Whether containers hold the objects that they held, and equal numbers."""
        whole: list[Any] = []
        expected: list[Any] = []
        parts: list[tuple[Any, Any, Any]] = []
        for holder, keys in self.holders:
            fixed = [key for key in keys if (id(holder), key) not in variable]
            if len(fixed) == len(keys) == len(holder):
                whole.append(holder.values() if isinstance(holder, dict) else holder)       # views are live
                expected += whole[-1]
            else:
                parts += [(holder, key, holder[key]) for key in fixed]

        def same() -> bool:
            if not all(map(is_, chain.from_iterable(whole), expected)):
                now = list(chain.from_iterable(whole))
                if len(now) != len(expected) or not all(map(_same, now, expected)):
                    return False
                expected[:] = now
            return all(holder[key] is before or _same(holder[key], before) for holder, key, before in parts)
        return same


def _dtype_of(value: Any) -> Any:
    return value.dtype if hasattr(value, "dtype") else value.__class__


def _same(x: Any, y: Any) -> bool:
    return x is y or (x.__class__ is y.__class__ and x.__class__ in (int, float, str, bool) and x == y)


def reached_by(f: Callable) -> Reached:
    """Walk everything that a function can get at without its arguments, nearest first."""
    found = Reached()
    stack: list[tuple[str, Any]] = [("", f)]
    for path, x in stack:                                       # grows as it is read
        if id(x) in found.seen or isinstance(x, OPAQUE):
            found.rename(x, path)
            continue
        found.seen[id(x)] = x
        stack.extend(_inside(path, x, found))
    return found


def _inside(path: str, x: Any, found: Reached) -> Iterator[tuple[str, Any]]:
    if isinstance(x, Tensor):
        found.tensors[id(x)] = x, path
    elif isinstance(x, FunctionType):
        yield from _function(path, x, found)
    elif isinstance(x, MethodType):
        yield from ((path, x.__self__), (path, x.__func__))
    elif isinstance(x, functools.partial):
        yield from ((path, x.func), (path, x.keywords), (path, x.args))
    elif type(x).__module__ == f"{__package__}.function":           # compiled itself: what it was made of counts
        yield path, x.__wrapped__
    elif isinstance(x, dict):
        yield from _entries(path, x, x.items(), found)
    elif isinstance(x, list):
        yield from _entries(path, x, enumerate(x), found)
    elif isinstance(x, tuple | set | frozenset):
        yield from ((f"{path}_{i}", part) for i, part in enumerate(x))
    elif not isinstance(x, np.ndarray | np.generic):
        if hasattr(x, "__dict__"):
            yield from _entries(path, vars(x), vars(x).items(), found)
        if names := _slots_of(x):
            holder = Slots(x, names)
            yield from _entries(path, holder, [(name, holder[name]) for name in names], found)


def _slots_of(x: Any) -> list[str]:
    """The names of the slots of a user's class that hold something."""
    classes = [c for c in type(x).__mro__ if c.__module__.split(".")[0] not in LIBRARIES - {"__main__"}]
    listed = [vars(c).get("__slots__", ()) for c in classes]
    names = [name for slots in listed for name in ([slots] if isinstance(slots, str) else slots)]
    return [name for name in names if name not in ("__dict__", "__weakref__") and hasattr(x, name)]


def _function(path: str, f: FunctionType, found: Reached) -> Iterator[tuple[str, Any]]:
    if f.__module__ and f.__module__.split(".")[0] in LIBRARIES - {"__main__"} and f.__closure__ is None:
        return
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        try:
            holder = Cell(cell)
            yield from _entries(path, holder, [(name, holder[name])], found)
        except ValueError:                                      # not filled yet
            continue
    if f.__module__ and f.__module__.split(".")[0] in LIBRARIES - {"__main__"}:
        return
    names = [name for name in dict.fromkeys(_names(f.__code__)) if name in f.__globals__]
    yield from _entries(path, f.__globals__, [(name, f.__globals__[name]) for name in names], found)
    yield from ((path, part) for part in (f.__defaults__ or (), f.__kwdefaults__ or {}))
    if hasattr(f, "__wrapped__"):
        yield path, f.__wrapped__


def _names(code: CodeType) -> Iterator[str]:
    """The globals that a function reads; `co_names` has the attributes too."""
    yield from (i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _names(part)


def _entries(path: str, holder: Any, items: Any, found: Reached) -> Iterator[tuple[str, Any]]:
    keys = []
    for key, value in items:
        here = f"{path}_{key}" if path else f"{key}"
        if value.__class__ in (int, float):
            found.numbers.append(Place(holder, key, here))
        elif isinstance(value, GENERATORS):
            found.generators.append(Place(holder, key, here))
        elif value.__class__ is np.ndarray:
            found.arrays.append(Place(holder, key, here))
        elif not isinstance(value, ModuleType | type | BuiltinFunctionType):
            if value.__class__ is tuple:
                found.arrays += [TuplePlace(holder, key, f"{here}_{i}", i) for i, part in enumerate(value)
                                 if part.__class__ is np.ndarray]
            yield here, value
        keys.append(key)
    found.holders.append((holder, tuple(keys)))
