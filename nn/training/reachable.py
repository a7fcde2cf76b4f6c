"""What a training reaches besides parameters: random generators, plain values, objects with a state of their own.

Found by walking attributes, containers, closures, and the global names that functions use, at any depth.
"""
import io
import random
import sys
import threading
from collections import UserList, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from autograd import Tensor

from ..module import Module
from ..parameter import Parameter
from .random_state import GLOBAL, draws_from, is_generator, seed_sequence, spawn_until

SCALARS = frozenset({bool, int, float, str, type(None)})
SEQUENCES = (list, tuple, deque, set, frozenset)
MOST_ENTRIES, MOST_BYTES = 10_000, 2 ** 24
"""What is larger is data, not state."""

LIBRARIES = sys.stdlib_module_names | {"numpy", "scipy", "sklearn", "matplotlib", "pandas", "tqdm", "IPython", "torch",
                                       "PIL"}
OURS = {"autograd", "nn"}
TRANSPARENT = UserList, Mapping, SimpleNamespace, threading.local
"""Classes of libraries whose attributes are the user's."""


def any_names(here: Mapping, values: Mapping) -> bool:
    """Attributes and entries of dicts come to be."""
    return True


def same_names(here: Mapping, values: Mapping) -> bool:
    """Variables of a function and entries of a list do not."""
    return values.keys() <= here.keys()


def same_types(here: Mapping, values: Mapping) -> bool:
    return all(type(here.get(name)) is type(value) for name, value in values.items())


class Holder:
    """A place with named values: an object's attributes, a dict, a function's closure or the globals it uses.

    `fits(here, values)` tells whether values that were read there before can be put back.
    """

    def __init__(self, read: Callable[[], Mapping], write: Callable[[Any, Any], Any],
                 fits: Callable[[Mapping, Mapping], bool] = any_names):
        self.read, self.write, self.fits = read, write, fits

    def put(self, key, value) -> None:
        """Set a value, a container in place: others may hold it too."""
        if not _filled(self.read().get(key), value):
            self.write(key, value)


class Found:
    """One walk. `generators`, `objects`, `holders` and `containers` by path; ValueError for an iterator, whose state
    nobody can read."""

    def __init__(self, roots: Mapping[str, Any], saved: Iterable[Any], skipped: Iterable[Any]):
        self.generators: dict[str, Any] = {}
        self.objects: dict[str, Any] = {}
        self.holders: dict[str, Holder] = {}
        self.containers: dict[str, Any] = {}
        self.saved, self.seen = {id(x) for x in saved}, {id(x): x for x in skipped}
        self.stack = list(roots.items())[::-1]
        while self.stack:
            self._visit(*self.stack.pop())

    def _visit(self, path: str, x) -> None:
        if type(x) in SCALARS or isinstance(x, np.ndarray | np.generic | type) or id(x) in self.seen:
            return
        self.seen[id(x)] = x                                        # kept alive, so that ids stay theirs
        if isinstance(x, random.SystemRandom):
            raise ValueError(f"{path} is a SystemRandom, which has no state to keep: use random.Random or a Generator")
        if is_generator(x):
            while path in self.generators:                          # as under the keys 1 and "1"
                path += "'"
            self.generators[path] = x
            self._push([(f"{path}.seeds", seed_sequence(x))])
        elif isinstance(x, np.random.SeedSequence):
            self.holders[path] = Holder(lambda: {"children": x.n_children_spawned}, lambda _, n: spawn_until(x, n),
                                        same_types)
        elif isinstance(x, Parameter):
            self.holders[path] = Holder(lambda: {"requires_grad": x.requires_grad}, partial(setattr, x), same_types)
        elif is_generator(getattr(x, "__self__", None)):            # a method such as rng.normal
            self._push([(path, x.__self__)])
        elif not isinstance(x, Tensor | ModuleType | BuiltinFunctionType):
            self._look_into(path, x)

    def _look_into(self, path: str, x) -> None:
        if isinstance(x, FunctionType):
            self._function(path, x)
        elif isinstance(x, MethodType):
            self._push([(path, x.__self__), (f"{path}.{x.__name__}", x.__func__)])
        elif isinstance(x, partial):
            self._push([(path, x.func), (f"{path}.keywords", x.keywords)])
            self._entries(f"{path}.args", x.args)
        elif isinstance(x, dict):
            self._hold(path, x)
        elif isinstance(x, Mapping) and not hasattr(x, "__dict__"):
            self._push((f"{path}.{key}", y) for key, y in x.items())
        elif isinstance(x, SEQUENCES):
            self.containers[path] = x
            if not is_plain(x):                                     # else it is a value of what holds it
                self._entries(path, x)
        elif isinstance(x, Iterator) and not isinstance(x, io.IOBase) and not hasattr(x, "__dict__"):
            raise ValueError(f"{path} is an iterator ({type(x).__name__}), whose place a checkpoint cannot keep: use a "
                             "list, a counter as an attribute, or a Generator")
        elif hasattr(x, "__dict__"):
            self._object(path, x)
        elif top_package(type(x).__module__) not in OURS | LIBRARIES:
            self.holders[path] = Holder(lambda: _slots(x), partial(setattr, x))
            self._push((f"{path}.{name}", y) for name, y in _slots(x).items())
            self._classes(path, x)

    def _object(self, path: str, x) -> None:
        origin = top_package(type(x).__module__)
        if origin in LIBRARIES and not isinstance(x, TRANSPARENT):
            self._push((f"{path}.{name}", y) for name, y in vars(x).items() if is_generator(y))
            return
        if id(x) not in self.saved and callable(getattr(x, "state_dict", None)) and hasattr(x, "load_state_dict"):
            self.objects[path] = x
            if isinstance(x, Module):
                self.saved |= {id(m) for _, m in x.named_modules()}
            elif origin in OURS:                                    # whose state is complete
                return
        if origin in OURS:
            if isinstance(x, Module):
                self.holders[path] = Holder(lambda: {"frozen": x.frozen}, partial(setattr, x), same_types)
            self._push((f"{path}.{name}", y) for name, y in vars(x).items())
        else:
            self._hold(path, vars(x))
            self._classes(path, x)

    def _classes(self, path: str, x) -> None:
        """What the user's classes of an object hold, and what their functions use."""
        for kind in type(x).__mro__:
            if top_package(kind.__module__) not in OURS | LIBRARIES:
                self.holders[f"class {kind.__qualname__}"] = Holder(partial(vars, kind), partial(setattr, kind))
                self._push((f"{path}.{name}", y) for name, value in vars(kind).items() for y in [_function_of(value)]
                           if name[:2] != "__" or isinstance(y, FunctionType))

    def _entries(self, path: str, x) -> None:
        """Of a list or tuple some entries of which are not plain: those that are can change, too."""
        if len(x) <= MOST_ENTRIES:
            if not isinstance(x, set | frozenset):
                self.holders[path] = Holder(lambda: dict(enumerate(x)), getattr(x, "__setitem__", _unchangeable),
                                            same_names)
            self._push((f"{path}.{i}", entry) for i, entry in enumerate(x))

    def _hold(self, path: str, entries: dict) -> None:
        self.holders[path] = Holder(lambda: entries, entries.__setitem__)
        self._push((f"{path}.{name}", y) for name, y in entries.items() if len(entries) <= MOST_ENTRIES)

    def _function(self, path: str, f: FunctionType) -> None:
        if top_package(f.__module__) in LIBRARIES:
            return
        cells = {name: cell for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True)
                 if _is_set(cell)}
        names, scope = set(_names(f.__code__)), f.__globals__
        ours = top_package(f.__module__) in OURS
        used = [] if ours else sorted(n for n in names & scope.keys() if not n.startswith("__"))
        for module in {scope[n] for n in used if isinstance(scope[n], ModuleType)}:
            for source in (module, getattr(module, "random", None)):
                if isinstance(source, ModuleType) and source in GLOBAL and draws_from(GLOBAL[source], names):
                    self._push([(f"global {source.__name__}", GLOBAL[source])])
        self.holders[f"{path}()"] = Holder(lambda: {name: cell.cell_contents for name, cell in cells.items()},
                                           lambda name, value: setattr(cells[name], "cell_contents", value), same_names)
        self.holders[f"{path} globals"] = Holder(lambda: {n: scope[n] for n in used}, scope.__setitem__)
        self._hold(f"{path}.__dict__", vars(f))
        self._push((f"{path}.{name}", cell.cell_contents) for name, cell in cells.items())
        self._push((f"{path}.{n}", scope[n]) for n in used)
        self._entries(f"{path}.defaults", f.__defaults__ or ())
        self._push([(f"{path}.options", f.__kwdefaults__)])

    def _push(self, children: Iterable[tuple[str, Any]]) -> None:
        self.stack += list(children)[::-1]


def generators(model: Module) -> dict[str, Any]:
    """The random generators that a model holds, by path."""
    return Found({"model": model}, (), ()).generators


def is_plain(x) -> bool:
    """Whether x is numbers, texts, arrays and constant Tensors in containers, small enough to be state."""
    stack, count = [x], 0
    while stack:
        x, count = stack.pop(), count + 1
        if count > MOST_ENTRIES:
            return False
        if type(x) in SEQUENCES:
            stack += x
        elif type(x) is dict:
            stack += chain(x.keys(), x.values())
        elif isinstance(x, np.ndarray | np.generic) or is_constant(x):
            if x.dtype.kind not in "biuf" or x.size * x.dtype.itemsize > MOST_BYTES:
                return False
        elif type(x) not in SCALARS:
            return False
    return True


def is_constant(x) -> bool:
    """Whether x is a Tensor that no gradient reaches, such as what a network remembers of the last batch."""
    return type(x) is Tensor and not x.requires_grad


def _filled(old, new) -> bool:
    """Whether a mutable container could take the contents of another of its kind."""
    if old is new:
        return True
    if type(old) is not type(new) or old is None:
        return False
    if isinstance(old, np.ndarray) and old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable:
        old[...] = new
    elif isinstance(old, list | deque):
        old.clear(), old.extend(new)
    elif isinstance(old, dict | set):
        old.clear(), old.update(new)
    else:
        return False
    return True


def _unchangeable(_, value) -> None:
    """A number in a tuple stays; what can be filled has been filled."""


def _function_of(attribute) -> Any:
    """The function in a method of a class or a property; anything else as it is."""
    if isinstance(attribute, staticmethod | classmethod):
        return attribute.__func__
    return attribute.fget if isinstance(attribute, property) else attribute


def _slots(x) -> dict[str, Any]:
    listed = [kind.__dict__.get("__slots__", ()) for kind in type(x).__mro__]
    return {name: getattr(x, name) for slots in listed for name in ([slots] if isinstance(slots, str) else slots)
            if hasattr(x, name)}


def _names(code: CodeType) -> Iterator[str]:
    """The global names and attributes that a function and those defined in it use."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_set(cell) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:                                              # assigned later
        return False


@lru_cache
def top_package(module: str | None) -> str:
    return (module or "").partition(".")[0]
