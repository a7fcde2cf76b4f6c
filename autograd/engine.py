"""The graph and its backward pass: Node, topological order, the chain rule, the sweep. (`flow` is its short form.)

Values are immutable and every node is younger than its inputs, so *creation order is a topological order*: sorting
the nodes that a result depends on by their serial number is all it takes. The same numbers tell whether a value that
a graph was built on has been replaced since.
"""
from collections.abc import Iterable
from itertools import count
from operator import attrgetter
from sys import getrefcount
from threading import RLock
from typing import Any

import numpy as np
from numpy import ndarray

from .dtypes import narrow, wide
from .modes import ANOMALY, mode
from .primitive import Primitive

tick = count(1).__next__
"""The clock of the graph: each node takes its serial number from here, and a leaf a new one when it is assigned."""


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
    the op's metadata, or None for an op on Python floats without any. `_pending` is the sum of a cotangent so far while
    `flow` runs through, else None. `_residual`, `_name`, `_line` and, on computed nodes, `_grad` are set only where
    there is something.
    """
    __slots__ = ("__weakref__", "_grad", "_inputs", "_line", "_name", "_needs", "_op", "_params", "_pending",
                 "_residual", "_serial", "_value")
    _value: Any
    _needs: bool
    _op: Any
    _inputs: tuple["Node", ...]
    _params: dict[str, Any] | None
    _serial: int
    _residual: Any
    _grad: Any
    _pending: Any
    _name: str | None
    _line: str


FREED: tuple = (None,)
"""The inputs of a node after `backward(retain_graph=False)`."""

_NUMBERS = {kind: np.dtype(kind) for kind in (float, int, bool)}
serial_of, value_of = attrgetter("_serial"), attrgetter("_value")
_vdot = np.vdot
_depositing = RLock()


def _references() -> int:
    container = [np.empty(0)]
    value = container[0]
    return getrefcount(value)


ALONE = _references()
"""What getrefcount says of a value that one container and one local variable hold: 3, but 2 since Python 3.14."""


def computed_below(root: Node) -> list[Node]:
    """The computed nodes that root depends on, itself included, oldest first: a topological order.

    Raises GraphError if one was freed or if a leaf was assigned after a node used it.
    """
    seen, order = {root}, [root]
    add, append = seen.add, order.append
    for node in order:                                  # grows as it is read
        inputs, serial = node._inputs, node._serial
        if inputs is FREED:
            raise GraphError(f"{describe(node)} was freed by an earlier backward(retain_graph=False); compute it "
                             "again, or pass retain_graph=True the first time")
        for x in inputs:
            if x._inputs:
                if x not in seen:
                    add(x)
                    append(x)
            elif x._serial > serial:
                raise GraphError(f"{describe(x)} was assigned a new value after {node._op.name} used the old one"
                                 f"{_at(node)}; compute the result again before calling backward")
    order.sort(key=serial_of)
    return order


def leading_to(targets, order: list[Node]) -> tuple[list[Node], set[Node]]:
    """The part of an order through which its end depends on a target, and the set of nodes on those paths."""
    wanted, kept = set(targets), []
    for node in order:
        if any(x in wanted for x in node._inputs):
            wanted.add(node)
            kept.append(node)
    return kept, wanted


def sweep(root: Node, seed, targets=None, *, create_graph: bool = False, retain: bool = True) -> dict[Node, Any]:
    """The backward pass: the cotangent of every node below root, given root's.

    Visits each node once, youngest first, so that a node's cotangent is complete when its turn comes. Changes nothing
    in the graph, unless retain is False: then nodes are freed as it goes and only leaves are in the result. With
    targets, computes only what leads to them. With create_graph the seed is a Tensor, rules run on Tensors and so are
    the results; otherwise all are plain values.
    """
    order, wanted, grads = computed_below(root), None, {root: seed}
    if targets is not None:
        order, wanted = leading_to(targets, order)
    while order:
        node = order.pop()                              # nothing here holds it when it is freed
        if node._inputs:
            for x, c in pull(node, grads[node], wanted, create_graph):
                grads[x] = grads[x] + c if x in grads else c
            if not retain:
                del grads[node]
                free(node)
    return grads


def free(node: Node) -> None:
    """Drop what a node that backward passes are done with holds on to."""
    node._inputs = FREED
    if node._op.residual:
        node._residual = None


def pull(node: Node, g, wanted=None, create_graph: bool = False) -> list[tuple[Node, Any]]:
    """The chain rule at one node: what each input that needs it (or is wanted) gets of the node's cotangent g."""
    op, inputs, params = node._op, node._inputs, node._params or {}
    args: list[Any] = [g, node, *inputs] if create_graph else [g, *map(value_of, (node, *inputs))]
    if op.residual:
        args.insert(2, op.residual(*inputs, **params) if create_graph else node._residual)
    contributions = []
    for i, x in enumerate(inputs):
        if x._needs if wanted is None else x in wanted:
            try:
                c = op.vjp_rules[i](*args, **params)
            except (ArithmeticError, ValueError):
                c = retried(op.vjp_rules[i], args, params)
            contributions.append((x, fitted(c, g, node, i)))
    return contributions


def retried(rule, args, params):
    """A rule on Python floats where Python raises, as for 1/0: with NumPy's scalars the answer is inf or nan."""
    if args[0].__class__ is not float:
        raise
    return rule(*(np.float64(v) if v.__class__ is float else v for v in args), **params)


def seed_of(root: Node, gradient) -> Any:
    """The cotangent a backward pass starts from, as a plain value of root's shape and dtype, verified and private."""
    if gradient is None and root._needs and root._value.__class__ is float:
        return 1.0
    shape, dtype = form(root._value)
    if not root._needs:
        raise GraphError(f"{describe(root)} does not depend on any tensor that requires grad: create those with "
                         "requires_grad=True, and compute it outside no_grad()")
    if gradient is None:
        if any(n != 1 for n in shape):
            raise ValueError(f"backward() of {describe(root)} needs a gradient of its shape; only a result with one "
                             "element has the natural seed 1. Pass backward(gradient), or reduce: .sum().backward()")
        gradient = np.ones(shape)
    seed = np.array(getattr(gradient, "_value", gradient))
    if seed.shape != shape or seed.dtype.kind not in "fiu":
        raise ValueError(f"backward(gradient): got shape {seed.shape} and dtype {seed.dtype}, but {describe(root)} "
                         "needs real numbers of its own shape")
    if np.isnan(seed).any():
        raise ValueError("backward(gradient): the gradient contains nan, so every result would be nan")
    return cast(seed.astype(dtype), dtype)


def deposit(nodes: Iterable[Node], grads: dict[Node, Any] | None = None, create_graph: bool = False) -> None:
    """Put cotangents, those that a sweep gave or else the pending ones, into the nodes' `.grad`: added on leaves, fresh
    on inner nodes, no two sharing memory.

    One thread at a time: two backward passes that meet in a leaf both count.
    """
    held: set[int] = set()
    with _depositing:
        for node in nodes:
            g = node._pending if grads is None else grads[node]
            if g.__class__ is ndarray:                  # as `own` does it, without a call for each
                if getrefcount(g) > ALONE or g.base is not None:
                    g = +g
            elif g.__class__ is not float:
                if create_graph and node._inputs:
                    g = g._value                        # with the graph of its gradient it would hold itself
                g = own(g, held)
            if not node._inputs and node._grad is not None:
                g = (node._grad if create_graph else getattr(node._grad, "_value", node._grad)) + g
            node._grad = g


def own(g, held: set[int]):
    """g, which one container holds, or a copy if its memory can be seen from elsewhere. Tensors and numbers are copied
    if they are among those held, to which they are added."""
    if g.__class__ is ndarray:
        return +g if getrefcount(g) > ALONE or g.base is not None else g
    if g.__class__ is not float:
        if id(g) in held:
            g = +g
        held.add(id(g))
    return g


def fitted(c, g, node: Node, i: int):
    """A rule's answer as the cotangent of input i: verified, zero where g is, in the input's shape and dtype."""
    op, x = node._op, node._inputs[i]
    value = getattr(c, "_value", c)
    shape, dtype = form(x._value)
    if value.__class__ not in _NUMBERS and not hasattr(value, "dtype"):
        raise RuleError(_complaint(node, i, f"is {value!r:.40}, needs an array of shape {shape}"))
    got_shape, got_dtype = form(value)
    g = getattr(g, "_value", g)
    g_shape, g_dtype = form(g)
    if got_shape != shape and not (_stretches(shape, got_shape) and _broadcast_by(node, got_shape)):
        raise RuleError(_complaint(node, i, f"has shape {got_shape}, needs {shape}"))
    least = 0 if g.__class__ is float else min(dtype.itemsize, g_dtype.itemsize)        # a float bends to others' dtype
    if got_dtype.kind != "f" or got_dtype.itemsize < least:
        raise RuleError(_complaint(node, i, f"has dtype {got_dtype}, needs {dtype}"))
    if op.singular and got_shape == g_shape and has_nan(value):
        c = np.where((g == 0) & (value != value), 0.0, c)       # elsewhere c still follows g, as its graph shows
    if got_shape != shape:
        c = unbroadcast(c, shape)
    if mode() & ANOMALY:
        check_finite(c, op, getattr(node, "_line", "?"), f"the gradient of its input {i}")
    return cast(c, dtype)


def form(value) -> tuple[tuple[int, ...], np.dtype]:
    """(shape, dtype) of anything a Node may hold."""
    if value.__class__ in _NUMBERS:
        return (), _NUMBERS[value.__class__]
    try:
        return value.shape, value.dtype
    except AttributeError:
        value = np.asarray(value)
        return value.shape, value.dtype


def has_nan(value) -> bool:
    """Whether there is a nan in value: one pass, no temporary."""
    total = _vdot(value, value) if value.__class__ is ndarray else value
    return total != total


def unbroadcast(c, shape: tuple[int, ...]):
    """Sum c over the axes along which `shape` was broadcast: the adjoint of broadcasting."""
    lead = len(c.shape) - len(shape)
    axes = tuple(range(lead)) + tuple(i + lead for i, n in enumerate(shape) if n == 1 != c.shape[i + lead])
    c = narrow(np.add.reduce(wide(c), axis=axes), c)
    return c if c.shape == shape else c.reshape(shape)


def cast(c: Any, dtype: np.dtype) -> Any:
    """c in the given dtype, 0-d values of the default dtypes as Python numbers."""
    if hasattr(c, "astype") and (c.ndim or hasattr(c, "_value")):               # an array, or a Tensor of any shape
        return c if c.dtype == dtype else c.astype(dtype)
    return float(c) if dtype == np.float64 else dtype.type(c)


def _stretches(shape, bigger) -> bool:
    lead = len(bigger) - len(shape)
    return lead >= 0 and all(n in (1, m) for n, m in zip(shape, bigger[lead:], strict=True))


def _broadcast_by(node: Node, shape) -> bool:
    """Whether a cotangent of this shape can come of broadcasting: of an elementwise op's inputs (then it has the
    output's shape), or of batch axes (unless the signature says there are none, `Exactly`)."""
    shapes = node._op.shapes
    return shapes.__class__ is str or (shapes is None and shape == form(node._value)[0])


def check_finite(value, op: Primitive, line: str, what: str) -> None:
    """AnomalyError, naming op and line, if the value of an array or Node is not finite."""
    value = getattr(value, "_value", value)
    if not np.isfinite(value).all():
        bad = "nan" if np.isnan(value).any() else "inf"
        raise AnomalyError(f"{op.name} gave {bad} as {what}; called at {line}. If the value is masked out afterwards, "
                           "mask the input too: where(ok, f(where(ok, x, safe)), other)")


def describe(node: Node) -> str:
    """How errors name a node: by name, op and form."""
    shape, dtype = form(node._value)
    origin = f"result of {node._op.name}" if node._op else "leaf"
    name = getattr(node, "_name", None)
    return f"{f'tensor {name!r}' if name else 'a tensor'} ({origin}, shape {shape}, {dtype})"


def _complaint(node: Node, i: int, fault: str) -> str:
    rule = getattr(node._op.vjp_rules[i], "__code__", None)
    where = f" (rule at {rule.co_filename}:{rule.co_firstlineno})" if rule else ""
    return f"the vjp rule of {node._op.name} for input {i} returned a cotangent that {fault}{where}{_at(node)}"


def _at(node: Node) -> str:
    return f"; called at {node._line}" if hasattr(node, "_line") else "; record_lines() shows the line that called it"
