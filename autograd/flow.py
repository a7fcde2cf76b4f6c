"""The backward pass as it mostly is: of plain values, to all leaves that need them.

It finds what `engine.sweep` finds, with the steps of `pull` written out and the cotangents kept in the nodes instead of
a dict: small arrays and scalars would pay for every container and call. Only one pass at a time can keep them there;
one that comes while another runs (of another thread, or inside a rule) takes `sweep`.
"""
from collections.abc import Sequence
from threading import Lock
from typing import Any

from numpy import ndarray

from .engine import GraphError, Node, computed_below, deposit, fitted, free, has_nan, pull, retried, serial_of, sweep
from .modes import RECORD, mode
from .primitive import SAME

REACHED = 0.0
"""What a node keeps from when the pass has found it until the first contribution to its cotangent."""

_flowing = Lock()


def backpropagate(root: Node, seed, retain: bool) -> None:
    """Add the cotangents of root's leaves to their `.grad`; if the graph is retained, set those of inner nodes.

    If a rule fails, leaves keep the `.grad` they had and inner nodes have none.
    """
    if not _begin(root):
        grads = sweep(root, seed, retain=retain)
        deposit(grads, grads)
        return
    order: list[Node] = [root]
    leaves: list[Node] = []
    inner: list[Node] = []
    try:
        _reach(order, leaves)
        computed = order[:] if retain else ()
        try:
            _flow(order, seed, retain, inner if retain else None)
        except BaseException:
            for node in computed:
                node._grad = None
            raise
        deposit(inner + leaves)
    finally:
        _end(order, leaves, inner)


def cotangents(root: Node, seed, targets: Sequence[Node]) -> dict[Node, Any]:
    """The cotangents of those targets that root depends on. Touches no `.grad`."""
    if _begin(root):                                    # and go on if the targets are all there is to find
        order: list[Node] = [root]
        leaves: list[Node] = []
        try:
            _reach(order, leaves)
            if set(targets).issuperset(leaves) and all(x._needs and not x._inputs for x in targets):
                _flow(order, seed, True, None)
                return {x: x._pending for x in leaves}
        finally:
            _end(order, leaves)
    return sweep(root, seed, targets)


def _begin(root: Node) -> bool:
    """Whether this pass is of the ordinary kind and alone; then it must `_end`."""
    return mode() == RECORD and root._op is not None and _flowing.acquire(False)


def _end(*found: list[Node]) -> None:
    for nodes in found:
        for x in nodes:
            x._pending = None
    _flowing.release()


def _reach(order: list[Node], leaves: list[Node]) -> None:
    """Find and mark what the only node in order depends on: computed nodes, in topological order, and leaves. What is
    marked is in a list before, so that an interrupt leaves no mark behind."""
    order[0]._pending = REACHED
    append, found = order.append, leaves.append
    try:
        for node in order:                              # grows as it is read
            for x in node._inputs:
                if x._inputs:
                    if x._pending is None:
                        append(x)
                        x._pending = REACHED
                elif x._serial > node._serial:          # assigned after node had used it
                    raise GraphError
                elif x._pending is None and x._needs:
                    found(x)
                    x._pending = REACHED
    except (GraphError, AttributeError):                # or there was None, the input of a freed node
        try:
            computed_below(order[0])
        except GraphError as what_is_wrong:
            raise what_is_wrong from None
        raise
    order.sort(key=serial_of)


def _flow(order: list[Node], seed, retain: bool, inner: list | None) -> None:
    order[-1]._pending = seed
    summed: set[Node] = set()
    while order:
        if order[-1]._params is None:
            _through_floats(order, retain, inner is not None)
        else:
            _through_arrays(order, retain, inner, summed)


def _through_floats(order: list[Node], retain: bool, keep: bool) -> None:
    """Up to the next op that is not on one or two Python floats."""
    for node in reversed(order):                        # which holds it until it is done with: no interrupt loses it
        if node._params is not None:
            return
        inputs, g, rules = node._inputs, node._pending, node._op.vjp_rules
        node._pending = None
        if keep:
            node._grad = g
        try:
            if len(inputs) == 2:
                x, w = inputs
                r, s = rules
                c = None if not x._needs else g if r is SAME else r(g, node._value, x._value, w._value)
                d = None if not w._needs else g if s is SAME else s(g, node._value, x._value, w._value)
            else:
                x, = inputs
                c, d = rules[0](g, node._value, x._value) if x._needs else None, None
        except (ArithmeticError, ValueError):           # NumPy has an answer where Python has none
            c = d = None
            for x, e in pull(node, g):
                x._pending += e
        if c is not None:
            x._pending += c if c.__class__ is float and c == c else fitted(c, g, node, 0)
        if d is not None:
            w._pending += d if d.__class__ is float and d == d else fitted(d, g, node, 1)
        if not retain:
            free(node)
        order.pop()


def _through_arrays(order: list[Node], retain: bool, inner: list | None, summed: set[Node]) -> None:
    """Up to the next op on Python floats."""
    for node in reversed(order):
        op, inputs, params, g = node._op, node._inputs, node._params, node._pending
        if params is None:
            return
        if inner is None:
            node._pending = None
        else:
            inner.append(node)
        args = [g, node._value, node._residual] if op.residual else [g, node._value]
        for x in inputs:
            args.append(x._value)
        i = -1                                          # by hand, for enumerate takes longer
        for x in inputs:
            i += 1
            if x._needs:
                rule, v = op.vjp_rules[i], x._value
                try:
                    c = rule(*args, **params) if params else rule(*args)
                except (ArithmeticError, ValueError):
                    c = retried(rule, args, params)
                if not (c.__class__ is ndarray is v.__class__ and c.shape == v.shape and c.dtype is v.dtype) \
                        or (op.singular and has_nan(c)):
                    c = fitted(c, g, node, i)           # anything but the ordinary array
                if x._pending is REACHED:
                    x._pending = c
                elif c.__class__ is ndarray and x in summed:
                    x._pending += c                     # in place: a sum of our own
                else:
                    x._pending = x._pending + c
                    summed.add(x)
        if not retain:
            free(node)
        order.pop()
