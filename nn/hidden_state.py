"""State that a training reaches besides parameters: random generators, counters, objects with a state of their own.

Found by walking attributes, containers, closures, and the global names that functions use, at any depth.
"""
import hashlib
import io
import pickle
import random
import sys
import warnings
from collections import UserList, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd import Tensor

from .module import Module
from .parameter import Parameter

GLOBAL = {random: random.random.__self__, np.random: np.random.random.__self__}                 # type: ignore[attr-defined]
"""The generators behind functions such as `random.random` and `np.random.normal`."""

SCALARS = frozenset({bool, int, float, str, type(None)})
SEQUENCES = (list, tuple, deque, set, frozenset)
MOST_ENTRIES, MOST_BYTES = 10_000, 2 ** 24
"""What is larger is data, not state."""

LIBRARIES = sys.stdlib_module_names | {"numpy", "scipy", "sklearn", "matplotlib", "pandas", "tqdm", "IPython", "torch",
                                       "PIL"}
OURS = {"autograd", "nn"}


class Holder:
    """A place with named plain values: an object's attributes, a dict, a function's closure or the globals it uses."""

    def __init__(self, read: Callable[[], Mapping], write: Callable[[Any, Any], Any]):
        self.read, self.write = read, write

    def values(self) -> dict[Any, Any]:
        return {key: value for key, value in self.read().items() if is_plain(value)}

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
        elif isinstance(x, Parameter):
            self.holders[path] = Holder(lambda: {"requires_grad": x.requires_grad}, lambda _, flag: setattr(
                x, "requires_grad", flag))
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
            self._push([(path, x.func), (f"{path}.args", x.args), (f"{path}.keywords", x.keywords)])
        elif isinstance(x, dict):
            self._hold(path, x)
        elif isinstance(x, Mapping) and not hasattr(x, "__dict__"):
            self._push((f"{path}.{key}", y) for key, y in x.items())
        elif isinstance(x, SEQUENCES):
            self.containers[path] = x
            if len(x) <= MOST_ENTRIES and not set(map(type, x)) <= SCALARS:
                self._push((f"{path}.{i}", entry) for i, entry in enumerate(x))
        elif isinstance(x, Iterator) and not isinstance(x, io.IOBase) and not hasattr(x, "__dict__"):
            raise ValueError(f"{path} is an iterator ({type(x).__name__}), whose place a checkpoint cannot keep: use a "
                             "list, a counter as an attribute, or a Generator")
        elif hasattr(x, "__dict__"):
            self._object(path, x)
        elif top_package(type(x).__module__) not in OURS | LIBRARIES:
            self.holders[path] = Holder(lambda: _slots(x), lambda name, value: setattr(x, name, value))
            self._push((f"{path}.{name}", y) for name, y in _slots(x).items())

    def _object(self, path: str, x) -> None:
        origin = top_package(type(x).__module__)
        if origin in LIBRARIES and not isinstance(x, UserList | Mapping):
            self._push((f"{path}.{name}", y) for name, y in vars(x).items() if is_generator(y))
            return
        if id(x) not in self.saved and callable(getattr(x, "state_dict", None)) and hasattr(x, "load_state_dict"):
            self.objects[path] = x
            if isinstance(x, Module):
                self.saved |= {id(m) for _, m in x.named_modules()}
        if origin not in OURS:
            self._hold(path, vars(x))
            for kind in type(x).__mro__:
                if top_package(kind.__module__) not in OURS | LIBRARIES:
                    self.holders[f"class {kind.__qualname__}"] = Holder(partial(vars, kind), partial(setattr, kind))
                    self._push((f"{path}.{name}", getattr(y, "__func__", y)) for name, y in vars(kind).items()
                               if not name.startswith("__") or name == "__call__")
        else:
            if isinstance(x, Module):
                self.holders[path] = Holder(lambda: {"frozen": x.frozen}, lambda _, flag: setattr(x, "frozen", flag))
            self._push((f"{path}.{name}", y) for name, y in vars(x).items())

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
                if isinstance(source, ModuleType) and source in GLOBAL and _draws(GLOBAL[source], names):
                    self._push([(f"global {source.__name__}", GLOBAL[source])])
        self.holders[f"{path}()"] = Holder(lambda: {name: cell.cell_contents for name, cell in cells.items()},
                                           lambda name, value: setattr(cells[name], "cell_contents", value))
        self.holders[f"{path} globals"] = Holder(lambda: {n: scope[n] for n in used}, scope.__setitem__)
        self._hold(f"{path}.__dict__", vars(f))
        self._push((f"{path}.{name}", cell.cell_contents) for name, cell in cells.items())
        self._push((f"{path}.{n}", scope[n]) for n in used)
        self._push([(f"{path}.defaults", f.__defaults__), (f"{path}.options", f.__kwdefaults__)])

    def _push(self, children: Iterable[tuple[str, Any]]) -> None:
        self.stack += list(children)[::-1]


class HiddenState:
    """What `Found` finds now, compared with what there was when training began: only what changed is kept, so that
    settings may be others when it goes on.

    Args:
        roots: what is searched, by name. saved: objects whose state is kept elsewhere. skipped: what is not searched.
    """

    def __init__(self, roots: Mapping[str, Any], saved: Iterable[Any], skipped: Iterable[Any]):
        self.roots, self.saved, self.skipped = roots, list(saved), list(skipped)
        found = self._find()
        self.generators, self.objects = set(found.generators), set(found.objects)
        self.lengths = {path: len(x) for path, x in found.containers.items()}
        self.before = {path: {k: fingerprint(v) for k, v in holder.values().items()}
                       for path, holder in found.holders.items()}

    def _find(self) -> Found:
        return Found(self.roots, self.saved, self.skipped)

    def state_dict(self) -> dict[str, Any]:
        """ValueError, naming it, for a generator that came to be during the training and so would be another one."""
        found = self._find()
        new = [path for path in found.generators if path not in self.generators and not path.startswith("callbacks")]
        if new:
            raise ValueError(f"the random generator {new[0]} came to be during training: a checkpoint cannot bring it "
                             "back. Make it before fit, as in __init__")
        changed = {path: {k: v for k, v in holder.values().items() if self.before[path].get(k) != fingerprint(v)}
                   for path, holder in found.holders.items() if path in self.before}
        return {"generators": {path: get_state(x) for path, x in found.generators.items() if path in self.generators},
                "objects": {path: x.state_dict() for path, x in found.objects.items() if path in self.objects},
                "values": {path: values for path, values in changed.items() if values},
                "lost": [path for path, x in found.containers.items()
                         if self.lengths.get(path, len(x)) != len(x) and not is_plain(x)]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Generators and objects; `set_values` has the rest. ValueError if they are not those of the state."""
        found = self._find()
        for kind, here in (("generators", found.generators), ("objects", found.objects), ("values", found.holders)):
            there = state[kind].keys()
            odd = sorted(there - here.keys() if kind == "values" else there ^ here.keys())
            if odd:
                raise ValueError(f"the checkpoint belongs to another model, data or other callbacks: {odd[0]} is only "
                                 f"{'in the checkpoint' if odd[0] in there else 'here'}")
        if not all(isinstance(values, Mapping) for values in state["values"].values()):
            raise ValueError("the checkpoint's values must be dicts by name")
        lost = ", ".join(state["lost"])
        for path, saved in state["generators"].items():
            try:
                set_state(found.generators[path], saved)
            except (TypeError, ValueError, KeyError) as error:
                raise ValueError(f"the checkpoint holds no state of the {type(found.generators[path]).__name__} "
                                 f"{path}: {error}") from error
        for path, saved in state["objects"].items():
            found.objects[path].load_state_dict(saved)
        if lost:
            warnings.warn("a checkpoint keeps numbers, texts and arrays, but no objects such as copies of a model, so "
                          f"these begin as they are now: {lost}", stacklevel=7)

    def set_values(self, state: Mapping[str, Any]) -> None:
        """The values of a state that `load_state_dict` has verified: this cannot fail."""
        holders = self._find().holders
        for path, values in state["values"].items():
            for key, value in values.items():
                holders[path].put(key, value)


def generators(model: Module) -> dict[str, Any]:
    """The random generators that a model holds, by path."""
    return Found({"model": model}, (), ()).generators


def is_generator(x) -> bool:
    return isinstance(x, np.random.Generator | np.random.RandomState | np.random.BitGenerator | random.Random)


def get_state(generator) -> Any:
    """The whole state of a random generator as plain data."""
    if isinstance(generator, random.Random):
        return generator.getstate()
    return generator.get_state(legacy=False) if isinstance(generator, np.random.RandomState) else _bits(generator).state


def set_state(generator, state) -> None:
    """TypeError or ValueError for that of another kind."""
    if isinstance(generator, random.Random):
        generator.setstate(state)
    elif isinstance(generator, np.random.RandomState):
        generator.set_state(state)
    else:
        _bits(generator).state = state


def _bits(generator):
    return getattr(generator, "bit_generator", generator)


def is_plain(x) -> bool:
    """Whether x is numbers, texts and arrays in containers, small enough to be state."""
    stack, count = [x], 0
    while stack:
        x, count = stack.pop(), count + 1
        if count > MOST_ENTRIES:
            return False
        if type(x) in SEQUENCES:
            stack += x
        elif type(x) is dict:
            stack += chain(x.keys(), x.values())
        elif isinstance(x, np.ndarray | np.generic):
            if x.dtype.kind not in "biuf" or x.nbytes > MOST_BYTES:
                return False
        elif type(x) not in SCALARS:
            return False
    return True


def fingerprint(x) -> bytes:
    return hashlib.blake2b(pickle.dumps(x, 5)).digest()


def _filled(old, new) -> bool:
    """Whether a mutable container could take the contents of another of its kind."""
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


def _draws(generator, names: set[str]) -> bool:
    """Whether code with these names draws from a global generator, rather than makes one of its own."""
    drawn = {n for n in names if hasattr(generator, n)}
    return bool(drawn - {"random"}) or ("random" in drawn and not names & {"default_rng", "Random"})


def _is_set(cell) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:                                              # assigned later
        return False


@lru_cache
def top_package(module: str | None) -> str:
    return (module or "").partition(".")[0]
