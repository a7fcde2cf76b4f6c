"""The graph and its backward pass: Node, topological order, the chain rule, the sweep.

Values are immutable and every node is younger than its inputs, so *creation order is a topological order*: sorting
the nodes that a result depends on by their id is all it takes. The same ids tell whether a value that a graph was built
on has been replaced since.
"""
from _thread import RLock  # which `threading` offers too, at the cost of its import
from collections import deque
from collections.abc import Iterable
from inspect import unwrap
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
from numpy import ndarray

from .dtypes import narrow, wide
from .modes import ANOMALY, mode
from .node import FREED, GraphError, Node, RuleError, at_line, born, check_finite, describe
from .outputs import Cotangents
from .ownership import unshare
from .primitive import SAME, outputs_of
from .values import DTYPES, as_array, beside, cast, has_nan, is_protocol_array, shape_and_dtype

_NUMBER_OF_ONE = frozenset({float, np.float32, np.float16})
"""What a Node holds that is one real number."""

_id_of, _value_of = attrgetter("_id"), attrgetter("_value")
_accumulating = RLock()


def topological_order(root: Node, since: int = 0) -> list[Node]:
    """The computed nodes that root depends on, inputs first, root itself last if it is computed. With `since`, only
    those younger than that id.

    Raises GraphError if one was freed or if a leaf was assigned after a node used it.
    """
    seen, order = {root}, [root] if root._inputs else []
    add, append = seen.add, order.append
    for node in order:                                  # grows as it is read
        inputs = node._inputs
        if inputs is FREED:
            raise GraphError(f"{describe(node)} was freed by an earlier backward(retain_graph=False); compute it "
                             "again, or pass retain_graph=True the first time")
        for x in inputs:
            if x._inputs:
                if x not in seen and x._id > since:
                    add(x)
                    append(x)
            elif x._id > node._id:
                raise GraphError(f"{describe(x)} was assigned a new value after {node._op.name} used the old one"
                                 f"{at_line(node)}; compute the result again before calling backward")
    order.sort(key=_id_of)
    return order


def leading_to(targets: Iterable[Node], order: list[Node]) -> tuple[list[Node], set[Node] | None]:
    """The part of an order through which its end depends on targets, and the nodes on those paths, targets included;
    None for these if that is every node that needs a gradient."""
    wanted, kept, complete = set(targets), [], True
    for node in order:
        leads = False
        for x in node._inputs:
            if x in wanted:
                leads = True
            elif x._needs:
                complete = False
        if leads:
            wanted.add(node)
            kept.append(node)
    return kept, None if complete and all(x._needs for x in wanted) else wanted


def sweep(root: Node, seed, targets=None, *, create_graph: bool = False, retain: bool = True) -> dict[Node, Any]:
    """The backward pass: the cotangent of every node that root depends on, given root's.

    Visits each node once, youngest first, so that a node's cotangent is complete when its turn comes. Changes nothing
    in the graph, unless retain is False: then nodes are freed as it goes and only leaves are in the result. With
    targets, computes only what leads to them. With create_graph the seed is a Tensor, rules run on Tensors and so are
    the results; otherwise all are plain values.
    """
    if targets is None:
        order, wanted = topological_order(root), None
    else:
        order, wanted = leading_to(targets, topological_order(root, min(map(born, targets), default=root._id)))
    grads, summed, anomaly = {root: seed}, set(), mode() & ANOMALY
    only_floats = None if create_graph or anomaly or wanted is not None else True
    while order:
        node = order[-1]
        if only_floats and node._params is None:
            _through_floats(order, grads, retain)
            continue
        order.pop()
        found = vjp_at(node, grads[node], wanted, create_graph)
        if anomaly:
            _check_finite_cotangents(node, found)
        for x, c in found:
            if x not in grads:
                grads[x] = c
            elif x in summed:
                grads[x] += c                           # in place: a sum of our own
            else:
                grads[x] = grads[x] + c
                if c.__class__ is ndarray or c.__class__ is Cotangents:
                    summed.add(x)
        if not retain:
            del grads[node]
            free(node)
    return grads


def _through_floats(order: list[Node], grads: dict[Node, Any], retain: bool) -> None:
    """The run of ops on Python floats at the end of an order: `vjp_at`, without a container for one or two numbers."""
    get, done = grads.get, 0
    for node in reversed(order):
        if node._params is not None:
            break
        done += 1
        inputs, g, d = node._inputs, grads[node], None
        try:
            if len(inputs) == 2:
                x, w = inputs
                r, s = node._op.vjp_rules
                c = None if not x._needs else g if r is SAME else r(g, node._value, x._value, w._value)
                d = None if not w._needs else g if s is SAME else s(g, node._value, x._value, w._value)
            else:
                x, = inputs
                c = node._op.vjp_rules[0](g, node._value, x._value) if x._needs else None
        except (ArithmeticError, ValueError):           # NumPy has an answer where Python has none
            for x, c in vjp_at(node, g):
                grads[x] = get(x, 0.0) + c
            c = d = None
        if c is not None:
            grads[x] = get(x, 0.0) + (c if c.__class__ is float and c == c else validated_cotangent(c, g, node, 0))
        if d is not None:
            grads[w] = get(w, 0.0) + (d if d.__class__ is float and d == d else validated_cotangent(d, g, node, 1))
        if not retain:
            del grads[node]
            free(node)
    del order[len(order) - done:]


def free(node: Node) -> None:
    """Drop what a node that backward passes are done with holds on to."""
    node._inputs = FREED
    if node._op.residual:
        node._residual = None


def vjp_at(node: Node, g, wanted=None, create_graph: bool = False) -> list[tuple[Node, Any]]:
    """The chain rule at one node: what each input that needs a gradient (or is wanted) gets of its cotangent g."""
    op, inputs, params = node._op, node._inputs, node._params
    values: Any
    if create_graph:
        known, values = [g, outputs_of(node, op) if op.several else node], inputs
    else:
        known, values = [g, node._value], [*map(_value_of, inputs)]
    if op.residual:
        known.append(op.residual(*inputs, **params or {}) if create_graph else node._residual)
    args, found, i = (*known, *values), [], -1          # counted by hand: enumerate takes longer
    for x, v, rule in zip(inputs, values, op.vjp_rules):    # noqa: B905    those of a variadic op have no end
        i += 1
        if not (x._needs if wanted is None else x in wanted and rule):
            continue
        try:
            c = rule(*args, **params) if params else rule(*args)
        except (ArithmeticError, ValueError):
            c = _with_numpy_scalars(rule, args, params or {})
        if not (c.__class__ is ndarray is v.__class__ and c.shape == v.shape and c.dtype is v.dtype) \
                or (op.singular and has_nan(c)):
            c = validated_cotangent(c, g, node, i)      # anything but the ordinary array
        found.append((x, c))
    return found


def _with_numpy_scalars(rule, args, params):
    """A rule on Python floats where Python raises, as for 1/0: with NumPy's scalars the answer is inf or nan."""
    if args[0].__class__ is not float:
        raise
    return rule(*(np.float64(v) if v.__class__ is float else v for v in args), **params)


def seed_of(root: Node, gradient) -> Any:
    """The cotangent a backward pass starts from, as a plain value of root's shape and dtype, verified and private."""
    if gradient is None and root._needs and (kind := root._value.__class__) in _NUMBER_OF_ONE:
        return kind(1)
    shape, dtype = shape_and_dtype(root._value)
    if not root._needs:
        raise GraphError(f"{describe(root)} does not depend on any tensor that requires grad: create those with "
                         "requires_grad=True, and compute it outside no_grad()")
    if gradient is None:
        if any(n != 1 for n in shape):
            raise ValueError(f"backward() of {describe(root)} needs a gradient of its shape; only a result with one "
                             "element has the natural seed 1. Pass backward(gradient), or reduce: .sum().backward()")
        return cast(np.ones_like(root._value), dtype)
    seed = _private(getattr(gradient, "_value", gradient))
    if seed.shape != shape or seed.dtype.kind not in "fiu":
        raise ValueError(f"backward(gradient): got shape {seed.shape} and dtype {seed.dtype}, but {describe(root)} "
                         "needs real numbers of its own shape")
    if seed.__class__ is ndarray and np.isnan(seed).any():
        raise ValueError("backward(gradient): the gradient contains nan, so every result would be nan")
    return cast(beside(seed.astype(dtype), root._value), dtype)


def _private(gradient):
    return gradient.astype(gradient.dtype) if is_protocol_array(gradient) else as_array(gradient, copy=True)


def accumulate_grads(grads: dict[Node, Any], create_graph: bool = False) -> None:
    """Put what a sweep gave into the nodes' `.grad`: added on leaves, fresh on inner nodes, no two sharing memory.

    One thread at a time, so that two passes that meet in a leaf both count; and all in a single call into C, which no
    interrupt can split.
    """
    if create_graph:                                    # an inner node would hold itself by the graph of its gradient
        grads = {node: g._value if node._inputs else g for node, g in grads.items() if g.__class__ is not Cotangents}
    unshare(grads)
    with _accumulating:
        for node in grads:
            if not node._inputs and node._grad is not None:
                before = node._grad if create_graph else getattr(node._grad, "_value", node._grad)
                grads[node] = before + grads[node]
        deque(map(setattr, grads, repeat("_grad"), grads.values()), maxlen=0)


def validated_cotangent(c, g, node: Node, i: int):
    """A rule's answer as the cotangent of input i: verified, zero where g is, in the input's shape and dtype."""
    op, x = node._op, node._inputs[i]
    if c.__class__ is Cotangents:
        return c
    value = getattr(c, "_value", c)
    shape, dtype = shape_and_dtype(x._value)
    if value.__class__ not in DTYPES and not hasattr(value, "dtype"):
        raise RuleError(_complaint(node, i, f"is {value!r:.40}, needs an array of shape {shape}"))
    got_shape, got_dtype = shape_and_dtype(value)
    g = getattr(g, "_value", g)
    g_shape, g_dtype = (None, dtype) if g.__class__ is Cotangents else shape_and_dtype(g)
    if got_shape != shape and not (_stretches(shape, got_shape) and _broadcast_by(node, got_shape)):
        raise RuleError(_complaint(node, i, f"has shape {got_shape}, needs {shape}"))
    least = 0 if g.__class__ is float else min(dtype.itemsize, g_dtype.itemsize)        # a float bends to others' dtype
    if got_dtype.kind != "f" or got_dtype.itemsize < least:
        raise RuleError(_complaint(node, i, f"has dtype {got_dtype}, needs {dtype}"))
    if op.singular and got_shape == g_shape and has_nan(value):
        c = np.where((g == 0) & (value != value), 0.0, c)       # elsewhere c still follows g, as its graph shows
    if got_shape != shape:
        c = unbroadcast(c, shape)
    return cast(c, dtype)


def unbroadcast(c, shape: tuple[int, ...]):
    """Sum c over the axes along which `shape` was broadcast: the adjoint of broadcasting."""
    lead = len(c.shape) - len(shape)
    axes = tuple(range(lead)) + tuple(i + lead for i, n in enumerate(shape) if n == 1 != c.shape[i + lead])
    c = narrow((np.add.reduce if c.__class__ is ndarray else np.sum)(wide(c), axis=axes), c)
    return c if c.shape == shape else c.reshape(shape)


def _stretches(shape, bigger) -> bool:
    lead = len(bigger) - len(shape)
    return lead >= 0 and all(n in (1, m) for n, m in zip(shape, bigger[lead:], strict=True))


def _broadcast_by(node: Node, shape) -> bool:
    """Whether a cotangent of this shape can come of broadcasting: of an elementwise op's inputs (then it has the
    output's shape), or of batch axes (unless the signature says there are none, `Exactly`)."""
    shapes, y = node._op.shapes, node._value
    outputs = y if y.__class__ is tuple else (y,)
    return shapes.__class__ is str or (shapes is None and any(shape == shape_and_dtype(part)[0] for part in outputs))


def _check_finite_cotangents(node: Node, found: list) -> None:
    found_for = {x for x, _ in found}
    places = [i for i, x in enumerate(node._inputs) if x in found_for]
    for i, (_, c) in zip(places, found, strict=True):
        check_finite(c, node._op, getattr(node, "_line", "?"), f"the gradient of its input {i}")


def _complaint(node: Node, i: int, fault: str) -> str:
    rule = getattr(unwrap(node._op.vjp_rules[i]), "__code__", None)
    where = f" (rule at {rule.co_filename}:{rule.co_firstlineno})" if rule else ""
    return f"the vjp rule of {node._op.name} for input {i} returned a cotangent that {fault}{where}{at_line(node)}"

