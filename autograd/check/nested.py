"""Arguments as callers have them (tuples, lists, dicts, modules, plain values) as a flat row of arrays, and back."""
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from .evidence.function_under_test import RejectedRule

PLAIN = np.zeros(0, bool)
"""Stands in a row of arrays for a value that is handed over as it is."""


def is_nested(x) -> bool:
    """Whether x holds several values: a dict, a module, or a sequence with arrays,
            Tensors or other such values in it."""
    if isinstance(x, tuple | list):
        return any(is_nested(part) or hasattr(part, "shape") or isinstance(part, str) for part in x)
    return isinstance(x, dict) or is_module(x)


def is_module(x) -> bool:
    return callable(getattr(x, "named_parameters", None)) and not isinstance(x, type)


def is_plain(x) -> bool:
    """Whether x is no number and no array: None, texts, functions, objects of other kinds."""
    return x is None or isinstance(x, str | bytes | slice) or not (
        hasattr(x, "shape") or hasattr(x, "__float__") or isinstance(x, tuple | list | complex))


def parts_of(x, name: str) -> list[tuple[str, Any]]:
    """The values in a nested one, one level down, each with what it is called."""
    if isinstance(x, dict):
        return [(f"{name}[{key!r}]", value) for key, value in x.items()]
    if is_module(x):
        return [(f"{name}.{path}", p) for path, p in x.named_parameters()]
    return [(f"{name}[{k}]", value) for k, value in enumerate(x)]


def leaves_of(x, name: str) -> list[tuple[str, Any]]:
    """All arrays in x, in order; a stand-in for plain values."""
    if is_nested(x):
        return [leaf for called, part in parts_of(x, name) for leaf in leaves_of(part, called)]
    return [(name, PLAIN if is_plain(x) else x)]


def restored(x, values: Iterator) -> Any:
    """x with other values at its leaves; a module itself, whose parameters `replaced` exchanges."""
    if is_module(x):
        return x
    if isinstance(x, dict):
        return type(x)(zip(x, [restored(part, values) for part in x.values()], strict=True))
    if is_nested(x):
        found = [restored(part, values) for part in x]
        return type(x)(*found) if hasattr(x, "_fields") else type(x)(found)
    value = next(values)
    return x if is_plain(x) or isinstance(x, int) else value


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call and their names."""
    given: tuple
    names: tuple[str, ...]

    @property
    def nested(self) -> bool:
        """Whether any is more than one array or number, or to be handed over as it is."""
        return any(is_nested(x) or is_plain(x) or isinstance(x, int) for x in self.given)

    def leaves(self) -> list[tuple[str, Any]]:
        return [leaf for x, name in zip(self.given, self.names, strict=True) for leaf in leaves_of(x, name)]

    def numbers(self, wrt: Sequence[int] | None) -> tuple[int, ...] | None:
        """The leaves of the arguments with these numbers."""
        if wrt is None:
            return None
        counts = [len(leaves_of(x, "")) for x in self.given]
        starts = np.cumsum([0, *counts])
        return tuple(int(k) for i in wrt if i < len(counts) for k in range(starts[i], starts[i + 1]))

    @contextmanager
    def filled(self, values: Sequence) -> Iterator[list]:
        """The arguments with other values; the parameters of modules are exchanged meanwhile."""
        row, found, undo = iter(values), [], []
        try:
            for x in self.given:
                if is_module(x):
                    undo += [_exchange(x, path, next(row)) for path, _ in [*x.named_parameters()]]
                found.append(restored(x, row))
            yield found
        finally:
            for owner, key, value in reversed(undo):
                _put(owner, key, value)

    def tangents(self, values: Sequence) -> tuple:
        """One tangent for each argument, nested as it is; None for what does not move."""
        return tuple(self._tangent(x, row) for row in [iter(values)] for x in self.given)

    def _tangent(self, x, row: Iterator) -> Any:
        return restored(x, row) if is_nested(x) else next(row)

    def flattened(self, cotangents) -> tuple:
        """A cotangent for each leaf, from one for each argument."""
        if len(self.given) == 1 and is_nested(self.given[0]) and not _one_wrapped(cotangents):
            cotangents = (cotangents,)
        cotangents = cotangents if isinstance(cotangents, tuple | list) else (cotangents,)
        if len(cotangents) != len(self.given):
            raise RejectedRule(f"wrong count: {len(cotangents)} cotangents for {len(self.given)} arguments; give one "
                               "for each, None for one that is not differentiated")
        return tuple(c for c, x, name in zip(cotangents, self.given, self.names, strict=True)
                     for c in matched(c, x, name))


def _one_wrapped(cotangents) -> bool:
    return isinstance(cotangents, tuple | list) and len(cotangents) == 1 and (
        cotangents[0] is None or isinstance(cotangents[0], dict | tuple | list))


def matched(c, x, name: str) -> Iterator:
    """The cotangents of the leaves of x from one nested in the same way; None stands for no cotangent at all."""
    if not is_nested(x):
        yield None if is_plain(x) else c
        return
    parts = parts_of(x, name)
    if c is None:
        found = [None] * len(parts)
    elif isinstance(x, dict) and isinstance(c, dict) and not c.keys() - x.keys():
        found = [c.get(key) for key in x]
    elif not isinstance(x, dict) and isinstance(c, tuple | list) and len(c) == len(parts):
        found = list(c)
    else:
        raise RejectedRule(f"wrong count: the cotangent of {name} must be nested as it is, got {type(c).__name__}")
    for part, (called, value) in zip(found, parts, strict=True):
        yield from matched(part, value, called)


def _exchange(module, path: str, value) -> tuple:
    """Put a value at a dotted path below a module; what undoes it."""
    owner, *keys = module, *path.split(".")
    for key in keys[:-1]:
        owner = _get(owner, key)
    before = _get(owner, keys[-1])
    _put(owner, keys[-1], value)
    return owner, keys[-1], before


def _get(owner, key: str):
    if isinstance(owner, dict):
        return owner[key]
    return owner[int(key)] if key.isdecimal() and not hasattr(owner, key) else getattr(owner, key)


def _put(owner, key: str, value) -> None:
    if isinstance(owner, dict):
        owner[key] = value
    elif key.isdecimal() and not hasattr(owner, key):
        owner[int(key)] = value
    else:
        object.__setattr__(owner, key, value)


def with_flat_arguments(f: Callable[..., Any], arguments: Arguments) -> Callable[..., Any]:
    """f as a function of the leaves, with a flat tuple for a nested result."""
    def of_leaves(*values):
        with arguments.filled(values) as xs:
            return flat_result(f(*xs))
    return of_leaves


def flat_result(y) -> Any:
    """The result itself, or the tuple of its leaves if it is nested deeper than one tuple or list of arrays."""
    simple = not isinstance(y, dict) and not (isinstance(y, tuple | list) and any(map(is_nested, y)))
    return y if simple else tuple(value for _, value in leaves_of(y, "y") if value is not PLAIN)


def flat_rules(forward: Callable[..., Any], vjp: Callable[..., Any], arguments: Arguments) -> tuple:
    """A function and its vjp rule as those of the leaves; a nested cotangent for a nested result."""
    results: list = [None]
    nested = arguments.nested

    def of_leaves(*values):
        if not nested:
            results[0] = forward(*values)
            return flat_result(results[0])
        with arguments.filled(values) as xs:
            results[0] = forward(*xs)
            return flat_result(results[0])

    def pull(g, *values):
        whole = g if flat_result(results[0]) is results[0] else restored(results[0], iter(g))
        if not nested:
            return vjp(whole, *values)
        with arguments.filled(values) as xs:
            return arguments.flattened(vjp(whole, *xs))
    return of_leaves, pull
