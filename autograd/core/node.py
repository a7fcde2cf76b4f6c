"""Node: one value of the graph and where it came from; its errors, and how they name it."""
from itertools import count
from typing import Any

import numpy as np

from .values import shape_and_dtype, to_host

next_id = count(1).__next__
"""Each node takes its id from here, and a leaf a new one when it is assigned."""


class GraphError(RuntimeError):
    """The graph cannot be differentiated: freed, built on values changed since, or not there at all."""


class RuleError(TypeError):
    """A vjp rule returned something that is not a cotangent of its input."""


class AnomalyError(FloatingPointError):
    """Under `detect_anomaly`: the first value that is not finite."""


class Node:
    """One value of the graph and where it came from. `Tensor` is its public face.

    `_value` is an array of at least one axis, a Python float, int or bool for 0-d data of the default dtypes, or a
    NumPy scalar for other 0-d data. `_inputs` are Nodes, constants too; a leaf has none and `_op` None. `_params` is
    the op's metadata, or None for an op on Python floats without any. Set only where there is something: `_residual`,
    `_name`, `_line`, `_grad` on computed nodes, `_views` (see `ownership`), `_born` (the first id of a leaf, for an
    assigned one gets another).
    """
    __slots__ = ("__weakref__", "_born", "_grad", "_id", "_inputs", "_line", "_name", "_needs", "_op", "_params",
                 "_residual", "_value", "_views")
    _value: Any
    _needs: bool
    _op: Any
    _inputs: tuple["Node", ...]
    _params: dict[str, Any] | None
    _id: int
    _born: int
    _residual: Any
    _grad: Any
    _views: Any
    _name: str | None
    _line: str


FREED: tuple = (None,)
"""The inputs of a node after `backward(retain_graph=False)`: not empty, for it is no leaf."""


def born(x: Node) -> int:
    """The id with which a node was made: whatever depends on it has a larger one."""
    return getattr(x, "_born", x._id)


def describe(node: Node) -> str:
    """How errors name a node: by name, op and form."""
    op, value = node._op, node._value
    if value.__class__ is tuple:
        return f"the outputs of {op.name} (shapes {', '.join(str(shape_and_dtype(part)[0]) for part in value)})"
    shape, dtype = shape_and_dtype(value)
    origin = (node._params or {}).get("called", f"result of {op.name}") if op else "leaf"
    name = getattr(node, "_name", None)
    return f"{f'tensor {name!r}' if name else 'a tensor'} ({origin}, shape {shape}, {dtype})"


def at_line(node: Node) -> str:
    return f"; called at {node._line}" if hasattr(node, "_line") else "; record_lines() shows the line that called it"


def check_finite(value, op: Any, line: str, what: str) -> None:
    """AnomalyError, naming op and line, if the value of an array or Node is not finite."""
    value = getattr(value, "_value", value)
    if isinstance(value, tuple | list):                 # of several outputs
        for i, part in enumerate(value):
            if part is not None:
                check_finite(part, op, line, f"{what} ({op.outputs[i] if op.outputs else i})")
    elif not np.isfinite(value := to_host(value)).all():
        bad = "nan" if np.isnan(value).any() else "inf"
        raise AnomalyError(f"{op.name} gave {bad} as {what}; called at {line}. If the value is masked out afterwards, "
                           "mask the input too: where(ok, f(where(ok, x, safe)), other)")
