"""NumPy's way to call our ops: its names and order of arguments, and the keywords that our ops do not have.

Such a keyword is dropped where it has NumPy's default, put into other ops where a spelling is declared, as those of
`ops.spellings`, and else refused with a remedy. A call by an op's own names never comes here.
"""
import inspect
from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any

import numpy as np

from .clashes import AS_IN_TORCH, TORCH_KEYWORDS, from_torch

SPELLINGS: dict[Callable, Callable] = {}
"""NumPy function -> one of ours with its names, where a keyword takes more than one op."""

RENAMED = {"a_min": "low", "a_max": "high", "newshape": "shape"}
NO_VALUE = getattr(np, "_NoValue", None)                # what NumPy's own functions hand on for "not given"
REMEDIES = {
    "out": "the graph would not know of a Tensor written into an array. For w.data -= step write "
           "w.assign(w.data - step), or take an optimiser",
    "where": "nothing would be there where it is false: take f(x[mask]) or where(mask, f(x), other)",
    "dtype": "convert with astype(dtype), before or after", "casting": "convert with astype(dtype)",
    "order": "entries are in C order: transpose before or after", "subok": "the result is a Tensor",
    "signature": "convert with astype(dtype)", "initial": "add it to the result, or take maximum(result, initial)",
    "axes": "transpose before or after", "axis": "transpose before or after", "keepdims": "reshape the result",
    "mean": "it is computed from x, of which it is a function", "copy": "values are immutable: leave it to us",
    "device": "values are in NumPy's memory", "like": "the result is a Tensor",
    "mode": "the reduced form alone is differentiable",
}


def spelling_of(*functions: Callable) -> Callable[[Callable], Callable]:
    """Decorator: NumPy's functions may be called on Tensors with this one's keywords."""
    def declare(ours: Callable) -> Callable:
        SPELLINGS.update(dict.fromkeys(functions, ours))
        return ours
    return declare


def with_numpys_keywords(function: Callable) -> Callable[[Callable], Callable]:
    """Decorator of a function that has NumPy's names: of its keywords those not there are dropped or refused."""
    def declare(ours: Callable) -> Callable:
        @wraps(ours)
        def call(*args, **params):
            params = from_torch(function.__name__, params) if params else params
            if params and params.keys() - (accepted := _signature(ours).parameters.keys()):
                params = _accepted(function, accepted, params)
            return ours(*args, **params)
        return call
    return declare


def respelled(op, args: tuple, params: dict) -> Any:
    """The result of a call that op's own names do not allow, read by NumPy's. TypeError if they do not either."""
    if op.numpy is None and (op.name not in AS_IN_TORCH or TORCH_KEYWORDS.isdisjoint(params)):
        raise op.misuse(args, params)
    params = from_torch(op.name, params)
    if op.numpy is None:
        return op(*args, **params)
    if not any(hasattr(x, "__carry__") for x in (*args, *params.values())):
        return op.numpy(*args, **params)
    given = _numpys_arguments(op, args, params)
    spelling = SPELLINGS.get(op.numpy)
    if spelling is not None:
        return spelling(**_accepted(op.numpy, _signature(spelling).parameters, given))
    names = list(given)[:op.arity]                      # of the arrays
    rest = _accepted(op.numpy, op.metadata, {RENAMED.get(k, k): v for k, v in given.items() if k not in names})
    return op(*(given[name] for name in names), **rest)


def _numpys_arguments(op, args: tuple, params: dict) -> dict:
    """What is given, by NumPy's names: those of its function or, as for `a.clip(min=0)`, of the spelling."""
    for function in filter(None, (op.numpy, SPELLINGS.get(op.numpy))):
        try:
            given = _signature(function).bind(*args, **params).arguments
        except TypeError:
            continue
        others = given.pop("kwargs", {})                # those of ufuncs, which np.clip hands on
        if others.keys() <= REMEDIES.keys():
            return given | others
    refused = [name for name in params if name in REMEDIES]
    if refused and isinstance(op.numpy, np.ufunc):      # some have keywords of their own
        raise _refusal(op.numpy, refused[0])
    raise op.misuse(args, params)


def given_keywords(params: dict) -> dict:
    """Those that are given: NumPy's own functions hand on a placeholder for the others."""
    return {name: v for name, v in params.items() if v is not NO_VALUE}


def ordered_metadata(op) -> int:
    """How many of op's metadata NumPy takes at the same position: `np.sum(x, 0, True)` is no keepdims."""
    if op.numpy is None or isinstance(op.numpy, np.ufunc) or op.arity is None:
        return len(op.metadata)
    names = [RENAMED.get(name, name) for name in _signature(op.numpy).parameters][op.arity:]
    pairs = list(zip(op.metadata, names, strict=False))
    return next((i for i, (ours, numpys) in enumerate(pairs) if ours != numpys), len(pairs))


def _accepted(function: Callable, names: Iterable[str], given: dict) -> dict:
    """What is given without what says nothing; TypeError for what has no such name."""
    defaults = _signature(function).parameters
    meant = {k: v for k, v in given.items() if not _is_default(v, getattr(defaults.get(k), "default", NO_VALUE))}
    for name in meant:
        if name not in names:
            raise _refusal(function, name)
    return meant


def _is_default(value, default) -> bool:
    return value is NO_VALUE or value is default or (value.__class__ in (str, bool) and value == default)


def _refusal(function: Callable, name: str) -> TypeError:
    remedy = REMEDIES.get(name, "it is not among the keywords supported here")
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return TypeError(f"{module}.{function.__name__} with {name}= is not available on Tensors: {remedy}")


def _unary(x, /, out=None, *, where=True, casting="same_kind", order="K", dtype=None, subok=True, signature=None):
    """The signature of NumPy's ufuncs."""


def _binary(x, w, /, out=None, *, where=True, casting="same_kind", order="K", dtype=None, subok=True, signature=None):
    """The same for two inputs."""


def _builtin(*args, out=None, dtype=None, casting="same_kind"):
    """What NumPy 1 does not tell of its functions in C."""


@cache
def _signature(function: Callable) -> inspect.Signature:
    if isinstance(function, np.ufunc):
        return inspect.signature(_unary if function.nin == 1 else _binary)
    try:
        return inspect.signature(function)
    except ValueError:
        return inspect.signature(SPELLINGS.get(function, _builtin))
