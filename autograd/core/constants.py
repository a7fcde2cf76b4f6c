"""NumPy's functions that need no derivative: they run on plain values, and their results are outside the graph."""
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .node import Node, describe
from .record import make_constant
from .values import asanyarray, is_protocol_array, to_stored

CONSTANT_FUNCTIONS = frozenset({
    np.all, np.any, np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isneginf, np.isposinf, np.isin,
    np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj,
    np.argsort, np.argpartition, np.lexsort, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted,
    np.digitize,
    np.zeros_like, np.ones_like, np.empty_like, np.zeros, np.ones, np.empty, np.eye, np.identity,
    np.can_cast, np.common_type, np.shares_memory, np.may_share_memory,
    np.array2string, np.array_repr, np.array_str, np.save, np.savez, np.savez_compressed, np.savetxt,
})
"""What they return is a truth value, an order, a count, a form or a text: constant wherever it is differentiable."""


OF_FOREIGN: dict[type, Callable[..., Any]] = {}
"""Classes of Nodes that have no plain value, and what such a function does with them: (function, args, params)."""


def outside_graph(function: Callable) -> Callable[..., Any]:
    """The NumPy function, for Tensors: arrays and numbers in its result are Tensors too."""
    @wraps(function)
    def constant(*args, **params):
        for x in args:
            if x.__class__ in OF_FOREIGN:
                return OF_FOREIGN[x.__class__](function, args, params)
        try:
            y = function(*_plain(args), **_plain(params))
        except (ValueError, IndexError, TypeError) as error:
            raise _named(error, function, args) from error
        return y if y is params.get("out") else _constant(y)
    return constant


def _named(error: Exception, function: Callable, args: tuple) -> Exception:
    kinds = (np.exceptions.AxisError, IndexError, ValueError, TypeError)        # NumPy's own take no message
    kind = next(k for k in kinds if isinstance(error, k))
    given = ", ".join(describe(x) if isinstance(x, Node) else f"{x!r:.40}" for x in args)
    return kind(f"np.{function.__name__} cannot take {given} ({error})")


def _plain(x):
    if isinstance(x, Node):
        return asanyarray(x._value)
    if isinstance(x, dict):
        return {key: _plain(v) for key, v in x.items()}
    return type(x)(map(_plain, x)) if x.__class__ in (list, tuple) else x


def _constant(y):
    if isinstance(y, tuple):
        return tuple(map(_constant, y))
    return make_constant(to_stored(y)) if isinstance(y, np.ndarray | np.generic) or is_protocol_array(y) else y
