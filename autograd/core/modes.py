"""What the engine does while ops run: record the graph or not, note the caller's lines, look for anomalies.

The state is one small integer in a context variable, so that threads and coroutines never see each other's, and so
that an op call reads it once.
"""
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any

from ..support.arguments import check_function

RECORD, LINES, ANOMALY = 1, 2, 4

_mode: ContextVar[int] = ContextVar("autograd_mode", default=RECORD)
_left: ContextVar[tuple[int, ...]] = ContextVar("autograd_modes_left", default=())
"""The modes that the blocks around have left behind, innermost last. Kept in the context, not in the object that opens
a block: threads and coroutines may share that."""
mode = _mode.get


class _Switched:
    """Flags on or off: as a context manager in its block, as a decorator while the function runs."""

    def __init__(self, on: int = 0, off: int = 0):
        self.on, self.off = on, off

    def __enter__(self) -> None:
        before, left = mode(), _left.get()
        try:
            _left.set((*left, before))
            _mode.set(before & ~self.off | self.on)
        except BaseException:                           # an interrupt: the block is not entered, and never left
            _left.set(left)
            _mode.set(before)
            raise

    def __exit__(self, *error) -> None:
        *left, before = _left.get()
        try:
            _left.set(tuple(left))
        finally:                                        # after an interrupt, too
            _mode.set(before)

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        check_function("what is decorated", f, "a function; around a block of code, write `with ...:`")
        if isgeneratorfunction(f) or iscoroutinefunction(f) or isasyncgenfunction(f):
            raise TypeError(f"{f.__name__} runs after the decorator is done, being a generator or a coroutine; write "
                            "the with statement inside it (in a generator, not across a yield)")

        @wraps(f)
        def switched(*args, **kwargs):
            with self:
                return f(*args, **kwargs)
        return switched


def no_grad():
    """Context manager and decorator: ops inside record nothing, their results require no grad.

    >>> from autograd import Tensor, no_grad
    >>> x = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     (x * x).requires_grad
    False
    """
    return _Switched(off=RECORD)


def enable_grad():
    """Context manager and decorator: ops inside record again, also within `no_grad`.

    >>> from autograd import Tensor, enable_grad, no_grad
    >>> x = Tensor(2.0, requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     (x * x).requires_grad
    True
    """
    return _Switched(on=RECORD)


def record_lines():
    """Context manager and decorator: each op remembers the line of your program that called it, as `file:line`.

    `draw` shows it when the mouse is over a node, `play` beside each step, and errors of a backward pass name it. Both
    do this by themselves where they call your function; use it for a graph that you build. Outside it costs nothing,
    inside some microseconds per op.

    >>> from autograd import Tensor, record_lines
    >>> x = Tensor(2.0, requires_grad=True, name="x")
    >>> with record_lines():
    ...     y = x.tanh()
    >>> x.assign(3.0)
    >>> y.backward()                                        # doctest: +ELLIPSIS
    Traceback (most recent call last):
    autograd.core.node.GraphError: tensor 'x' ... was assigned ... after tanh used the old one; called at ...
    """
    return _Switched(on=LINES)


def detect_anomaly():
    """Context manager and decorator that stops at the first value that is not finite.

    The forward pass is checked first, op by op, then the backward pass, contribution by contribution. The error, an
    `AnomalyError`, names the op and the line of your program that called it. Costs time: for debugging only.

    >>> from autograd import Tensor, detect_anomaly
    >>> x = Tensor([1.0, float("inf")], requires_grad=True)
    >>> with detect_anomaly():
    ...     x * 2                                           # doctest: +ELLIPSIS
    Traceback (most recent call last):
    autograd.core.node.AnomalyError: multiply gave inf as its value; called at ...
    """
    return _Switched(on=ANOMALY | LINES)
