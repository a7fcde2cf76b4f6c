"""The same call made twice on the same values is made once: common subexpressions."""
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import Program, Ref, substitute


def merge_duplicates(program: Program) -> Program:
    """The Program with each distinct call once. Values are immutable, so equal calls give equal values."""
    first: dict[Any, tuple[int, ...]] = {}
    same: dict[int, int] = {}
    calls = []
    for call in program.calls:
        args, params = substitute((call.args, call.params), lambda i: Ref(same.get(i, i)))
        key = None if call.effect else _key((call.function, args, params))
        if key is not None and key in first:
            same.update(zip(call.outputs, first[key], strict=True))
            continue
        calls.append(replace(call, args=args, params=params))
        if key is not None:
            first[key] = call.outputs
    return replace(program, calls=calls, results=[same.get(i, i) for i in program.results],
                   updates=[(i, same.get(j, j)) for i, j in program.updates],
                   lent=[same.get(i, i) for i in program.lent],
                   watched=[same.get(i, i) for i in program.watched],
                   guards=[(same.get(i, i), truth) for i, truth in program.guards])


def _key(x: Any) -> Any:
    """Something hashable that is equal for equal arguments only; None if there is nothing of the kind."""
    if isinstance(x, tuple | list):
        parts = tuple(map(_key, x))
        return None if None in parts else (type(x), parts)
    if isinstance(x, dict):
        return _key(tuple(sorted(x.items())))
    if isinstance(x, slice):
        return ("slice", _key((x.start, x.stop, x.step)))
    if isinstance(x, float | np.generic):
        return type(x), repr(x)                             # 0.0 is not -0.0, and 1.0 not 1
    try:
        hash(x)
    except TypeError:
        return None
    return ("None",) if x is None else (type(x), x)
