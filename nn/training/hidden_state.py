"""State of a training besides parameters: what changed of all that it reaches is kept, and put back."""
import copy
import pickle
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograd import Tensor

from .random_state import get_state, is_generator, set_state
from .reachable import Found, is_plain


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
        self.before = {path: {key: _mark(value) for key, value in holder.read().items()}
                       for path, holder in found.holders.items()}

    def _find(self) -> Found:
        return Found(self.roots, self.saved, self.skipped)

    def _changed(self, found: Found) -> Iterator[tuple[str, Any, Any]]:
        """(path of the holder, key, value) of all values that were others when training began."""
        for path, before in self.before.items():
            if path in found.holders:
                for key, value in found.holders[path].read().items():
                    if not (key in before and _same(before[key], value)):
                        yield path, key, value

    def state_dict(self) -> dict[str, Any]:
        """ValueError, naming it, for a generator that came to be during the training and so would be another one."""
        found = self._find()
        new = [path for path in found.generators if path not in self.generators and not path.startswith("callbacks")]
        if new:
            raise ValueError(f"the random generator {new[0]} came to be during training: a checkpoint cannot bring it "
                             "back. Make it before fit, as in __init__")
        lost = [path for path, x in found.containers.items()
                if self.lengths.get(path, len(x)) != len(x) and not is_plain(x)]
        values: dict[str, dict] = {}
        for path, key, value in self._changed(found):
            if not is_plain(key):
                lost.append(path)
            elif is_plain(value):
                values.setdefault(path, {})[key] = copy.deepcopy(value)
            elif not (is_generator(value) or isinstance(value, Tensor)):    # of a graph, such as activations shown
                lost.append(f"{path}.{key}")
        return {"generators": {path: get_state(x) for path, x in found.generators.items() if path in self.generators},
                "objects": {path: x.state_dict() for path, x in found.objects.items() if path in self.objects},
                "values": values, "lost": list(dict.fromkeys(lost))}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Generators and objects; `set_values` has the rest. ValueError if they are not those of the state."""
        found = self._find()
        _check_names(found, state)
        _check_values(found, state["values"])
        lost = ", ".join(state["lost"])
        for path, saved in state["generators"].items():
            _load_generator(path, found.generators[path], saved)
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
                holders[path].put(key, copy.deepcopy(value))


def _check_names(found: Found, state: Mapping[str, Any]) -> None:
    for kind, here in (("generators", found.generators), ("objects", found.objects), ("values", found.holders)):
        there = state[kind].keys()
        odd = sorted(there - here.keys() if kind == "values" else there ^ here.keys())
        if odd:
            raise ValueError(f"the checkpoint belongs to another model, data or other callbacks: {odd[0]} is only "
                             f"{'in the checkpoint' if odd[0] in there else 'here'}")


def _check_values(found: Found, there: Mapping[str, Any]) -> None:
    for path, values in there.items():
        if not isinstance(values, Mapping):
            raise ValueError("the checkpoint's values must be dicts by name")
        if not found.holders[path].fits(found.holders[path].read(), values):
            raise ValueError(f"the checkpoint's values of {path} do not fit what is there now: {values!r:.100}")


def _load_generator(path: str, generator, state) -> None:
    try:
        set_state(generator, state)
    except (TypeError, ValueError, KeyError) as error:
        raise ValueError(f"the checkpoint holds no state of the {type(generator).__name__} {path}: {error}") from error


def _mark(value) -> Any:
    """What tells later whether a value has changed: of an object, the object itself."""
    import hashlib

    return hashlib.blake2b(pickle.dumps(value, 5)).digest() if is_plain(value) else value


def _same(mark, value) -> bool:
    return mark == _mark(value) if isinstance(mark, bytes) and is_plain(value) else mark is value
