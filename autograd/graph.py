"""Read the recorded graph: what each Tensor was computed from, and how gradients flow through it.

A node is a Tensor. It has an op and inputs, or it is a leaf. These functions read nodes and change nothing: no value,
no `.grad`. Arrays they return may be those of the graph itself: copy them before you write.

>>> from autograd import Tensor, graph
>>> w, x = Tensor(3.0, requires_grad=True, name="w"), Tensor(2.0, name="x")
>>> y = (w * x).tanh()
>>> [graph.op(node).name for node in graph.topological_order(y)]
['multiply', 'tanh']
>>> float(graph.cotangents(w * x)[w])
2.0
"""
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .core import reverse, values
from .core.forward import jvp_at
from .core.modes import enable_grad
from .core.node import FREED, GraphError, describe, next_id
from .core.outputs import Cotangents
from .core.primitive import Primitive
from .core.record import make_constant
from .core.reverse import vjp_at
from .core.tensor import Tensor

__all__ = ["GraphError", "birth", "contributions", "cotangents", "grad", "inputs", "is_freed", "is_leaf", "jvp",
           "label", "line", "metadata", "name", "needs_grad", "next_id", "op", "recorded_vjp", "seed",
           "shape_and_dtype", "topological_order", "value"]


# ---- one node ------------------------------------------------------------------------------------------------------

def inputs(node: Tensor) -> tuple[Tensor, ...]:
    """The nodes that a node was computed from, in the order of the op's arguments; () for a leaf.

    Constants are nodes too. An input that is used twice is there twice. After `backward(retain_graph=False)` the inputs
    are forgotten: GraphError.

    >>> from autograd import Tensor, graph
    >>> x = Tensor(2.0, requires_grad=True, name="x")
    >>> [graph.name(i) for i in graph.inputs(x * x)]
    ['x', 'x']
    """
    if is_freed(node):
        raise GraphError(f"{describe(node)} was freed by backward(retain_graph=False); compute it again, or "
                         "pass retain_graph=True")
    found: Any = node._inputs
    return found


def is_leaf(node: Tensor) -> bool:
    """Whether a node was created rather than computed."""
    return not node._inputs


def is_freed(node: Tensor) -> bool:
    """Whether `backward(retain_graph=False)` has dropped the inputs of a node."""
    return node._inputs is FREED


def op(node: Tensor) -> Primitive | None:
    """The primitive that computed a node; None for a leaf.

    >>> from autograd import Tensor, graph
    >>> graph.op(Tensor(2.0, requires_grad=True).exp()).name
    'exp'
    """
    return node._op


def metadata(node: Tensor) -> dict[str, Any]:
    """The keyword arguments of the op that computed a node, such as axis; {} for a leaf. The dict is a copy.

    >>> from autograd import Tensor, graph
    >>> graph.metadata(Tensor([1.0, 2.0], requires_grad=True).sum(axis=0))["axis"]
    0
    """
    return dict(node._params or {})


def label(node: Tensor) -> str:
    """The short text for a node in drawings: of its op, or of which output it is; the name of a leaf, or ""."""
    return metadata(node).get("called", node._op.label) if node._op else name(node) or ""


def name(node: Tensor) -> str | None:
    """The name that `Tensor(..., name=)` gave; None if it has none."""
    return getattr(node, "_name", None)


def line(node: Tensor) -> str | None:
    """The line, as "file:number", that computed a node under `record_lines()`; None outside of it."""
    return getattr(node, "_line", None)


def value(node: Tensor) -> Any:
    """What a node holds: an array (read-only), a number if it is 0-d, a tuple of those for an op of several outputs.

    >>> from autograd import Tensor, graph
    >>> graph.value(Tensor(2.0))
    2.0
    """
    return _readonly(node._value)


def _readonly(held: Any) -> Any:
    if held.__class__ is tuple:
        return tuple(map(_readonly, held))
    if held.__class__ is not np.ndarray:
        return held
    view = held.view()
    view.flags.writeable = False
    return view


def shape_and_dtype(node: Tensor) -> tuple[tuple[int, ...], np.dtype]:
    """(shape, dtype) of a node. An op of several outputs has shape (number of outputs,) and dtype object.

    >>> from autograd import Tensor, graph
    >>> graph.shape_and_dtype(Tensor([1.0, 2.0]))
    ((2,), dtype('float64'))
    """
    return values.shape_and_dtype(node._value)


def needs_grad(node: Tensor) -> bool:
    """Whether gradients flow to a node: it is a leaf with requires_grad, or depends on one."""
    return node._needs


def grad(node: Tensor) -> Any:
    """The gradient that `backward` left in `.grad`, as a plain value; None if there is none."""
    held = getattr(node, "_grad", None)
    return getattr(held, "_value", held)


def birth(node: Tensor) -> int:
    """The number of a node in the order of creation: inputs have smaller ones. `assign` gives a leaf a new number.

    >>> from autograd import Tensor, graph
    >>> x = Tensor(2.0, requires_grad=True)
    >>> graph.birth(x) < graph.birth(x * x)
    True
    """
    return node._id


# ---- the whole graph -----------------------------------------------------------------------------------------------

def topological_order(y: Tensor) -> list[Tensor]:
    """The computed nodes that y depends on through gradients, inputs first, y last; leaves are their inputs.

    GraphError if the graph was freed, or a leaf assigned after its use.

    >>> from autograd import Tensor, graph
    >>> x = Tensor(0.0, requires_grad=True)
    >>> [graph.label(node) for node in graph.topological_order(x.exp().tanh())]
    ['exp', 'tanh']
    """
    order: Any = reverse.topological_order(y)
    return order


def seed(y: Tensor, gradient: Any = None) -> Any:
    """The cotangent that a backward pass from y starts with: 1, or the given array, verified and copied.

    ValueError if y has several entries and no gradient is given, or its shape differs; GraphError if y needs no
    gradient.

    >>> from autograd import Tensor, graph
    >>> graph.seed(Tensor(2.0, requires_grad=True) * 3)
    1.0
    """
    return reverse.seed_of(y, gradient)


def cotangents(y: Tensor, gradient: Any = None, targets: Iterable[Tensor] | None = None) -> dict[Tensor, Any]:
    """The backward pass as plain values: {node: dy/dnode} for y and all nodes below it that need a gradient.

    Args:
        y: the result. gradient: its cotangent, 1 by default for a result of one entry.
        targets: only these are wanted, so that only the paths to them are computed.

    Raises what `seed` and `topological_order` raise. `.grad` is not touched.

    >>> from autograd import Tensor, graph
    >>> w, x = Tensor(3.0, requires_grad=True), Tensor(2.0, requires_grad=True)
    >>> found = graph.cotangents(w * x)
    >>> found[w], found[x]
    (2.0, 3.0)
    """
    found: Any = reverse.sweep(y, seed(y, gradient), targets)
    return found


def contributions(node: Tensor, cotangent: Any, wanted: Iterable[Tensor] | None = None) -> list[tuple[Tensor, Any]]:
    """The chain rule at one node: [(input, vjp)] of each input that needs a gradient, in order.

    The cotangent of an input is the sum of what its uses contribute.

    Args:
        node: a computed node. cotangent: in its shape; of an op of several outputs a tuple, None where none arrives.
        wanted: only these inputs.

    Raises ValueError if the cotangent has another shape, RuleError if a rule returns no cotangent of its input.

    >>> from autograd import Tensor, graph
    >>> x = Tensor(3.0, requires_grad=True)
    >>> [c for _, c in graph.contributions(x * x, 1.0)]
    [3.0, 3.0]
    """
    inputs(node)
    found: Any = vjp_at(node, _cotangent_of(node._value, cotangent), None if wanted is None else set(wanted))
    return found


def _cotangent_of(held: Any, g: Any) -> Any:
    """g as the engine holds a cotangent of this value."""
    if held.__class__ is tuple:
        return Cotangents(None if c is None or values.shape_and_dtype(v)[1].kind != "f" else _cotangent_of(v, c)
                          for v, c in zip(held, g, strict=True))
    shape, dtype = values.shape_and_dtype(held)
    if np.shape(g) != shape:
        raise ValueError(f"a cotangent has the shape of its node, {shape}; got {np.shape(g)}")
    return values.cast(g if hasattr(g, "dtype") else np.asarray(g), dtype)


def jvp(node: Tensor, tangents: Mapping[Tensor, Any]) -> Any:
    """The tangent of a node from tangents of its inputs, {input: tangent}; an input without one does not move.

    NotImplementedError if the op declares no jvp rule.

    >>> from autograd import Tensor, graph
    >>> w, x = Tensor(3.0, requires_grad=True), Tensor(2.0, requires_grad=True)
    >>> float(graph.jvp(w * x, {w: 1.0}))
    2.0
    """
    inputs(node)
    return jvp_at(node, tangents)


def recorded_vjp(node: Tensor, place: int) -> tuple[Sequence[Tensor | None], Any]:
    """The vjp rule for the input at `place`, recorded as a graph of the cotangent, in which it is linear.

    Returns ([cotangent of each output], vjp). A cotangent is 1 everywhere, a Tensor that requires grad, and None for
    an output of integers. The vjp is a Tensor, or a plain value if the rule does not depend on them. Its backward
    pass multiplies a tangent of the input by the local derivative.

    >>> from autograd import Tensor, graph
    >>> x = Tensor(0.0, requires_grad=True)
    >>> (g,), c = graph.recorded_vjp(x.tanh(), 0)
    >>> float(c.item()), graph.cotangents(c)[g]
    (1.0, 1.0)
    """
    held, several = node._value, node._value.__class__ is tuple
    given = [_unit_cotangent(v) for v in (held if several else (held,))]
    residual = [node._residual] if node._op.residual else []
    values = [make_constant(v) for v in (*residual, *(x._value for x in inputs(node)))]
    y = tuple(map(make_constant, held)) if several else make_constant(held)
    with enable_grad():
        c = node._op.vjp_rules[place](tuple(given) if several else given[0], y, *values, **metadata(node))
    return given, c


def _unit_cotangent(held: Any) -> Tensor | None:
    shape, dtype = values.shape_and_dtype(held)
    return Tensor(np.ones(shape, dtype), requires_grad=True) if dtype.kind == "f" else None
