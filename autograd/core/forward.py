"""Forward mode at one node: the tangent of an op's result, by the jvp rules that the op declares."""
from collections.abc import Mapping
from typing import Any

import numpy as np

from .node import Node
from .values import shape_and_dtype


def jvp_at(node: Node, tangents: Mapping[Any, Any]) -> Any:
    """The tangent of a node from those of its inputs; zero for an input that has none.

    Raises NotImplementedError if the op declares no jvp rule, TypeError if a rule for several outputs gives no tuple.
    """
    return _total([_pushed(node, i, tangents[x]) for i, x in enumerate(node._inputs) if x in tangents], node)


def _pushed(node: Node, i: int, t: Any) -> Any:
    rule = node._op.jvp_rule(i)
    if rule is None:
        raise NotImplementedError(f"{node._op.name} declares no jvp rule")
    residual = (node._residual,) if node._op.residual else ()
    pushed = rule(t, node._value, *residual, *(x._value for x in node._inputs), **(node._params or {}))
    return np.where(t == 0, 0.0, pushed) if node._op.elementwise else pushed        # 0 stays 0 at a singular point


def _total(parts: list, node: Node) -> Any:
    """The sum of tangents of one node; of the tuples of tangents of several outputs, output by output."""
    if node._value.__class__ is not tuple:
        return sum(parts, np.zeros(*shape_and_dtype(node._value)))
    for part in parts:
        if not isinstance(part, tuple) or len(part) != len(node._value):
            raise TypeError(f"the jvp rule of {node._op.name} must return a tuple of {len(node._value)} tangents, one "
                            f"for each output, got {part!r:.60}")
    return tuple(sum(column, np.zeros(*shape_and_dtype(y))) for y, *column in zip(node._value, *parts, strict=True))
