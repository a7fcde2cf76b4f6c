"""Warn where a value that a gradient is being taken through becomes a plain number, which has no gradient.

`grad` and its kin open a trace while the user's function runs. Outside of one a conversion costs nothing more.
"""
import dis
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from ..support.caller import is_ours, line_of, warn_at
from .modes import RECORD, mode
from .node import Node

BINARY_OP = dis.opmap["BINARY_OP"]
COPYING = frozenset({"copy", "copyreg", "pickle"})


class Trace:
    """The variables of the gradients being taken, and the lines warned of so far."""

    def __init__(self, variables: Iterable[Node]):
        self.variables, self.lines = frozenset(variables), set[str]()


_trace: ContextVar[Trace | None] = ContextVar("autograd_trace", default=None)
current_trace = _trace.get

OPEN_TRACES: set[Trace] = set()
"""Those of all threads: where it is empty, as outside of `grad`, a conversion looks no further."""


@contextmanager
def traced(variables: Iterable[Node]) -> Iterator[Trace]:
    """While a function of these variables runs; those of an outer gradient stay watched."""
    outer = current_trace()
    trace = Trace([*variables, *(outer.variables if outer else ())])
    try:                                                # from here on: an interrupt may come between any two lines
        _trace.set(trace)
        OPEN_TRACES.add(trace)
        yield trace
    finally:
        try:
            _trace.set(outer)
        finally:
            OPEN_TRACES.discard(trace)


def warn_if_traced(x: Node, how: str) -> None:
    """Warn, at the line that converted x, if x depends on a variable of the trace. Not under `no_grad`, not for
    conversions by our own code, and once per line."""
    trace, frame = current_trace(), _converting_frame()
    if trace is None or not mode() & RECORD or is_ours(frame) or _formats(frame):
        return
    line = line_of(frame)
    if line not in trace.lines and depends_on(x, trace.variables):
        trace.lines.add(line)
        warn_at(frame, f"{how} leaves the graph: in the gradient the number, and all that is computed from it, counts "
                       "as constant. Use autograd.numpy's functions on x itself, or x.detach() where this is meant")


def depends_on(x: Node, variables: frozenset) -> bool:
    seen = {x}
    below = [x]
    for node in below:                                  # grows as it is read
        if node in variables:
            return True
        fresh = [i for i in node._inputs if i is not None and i._needs and i not in seen]
        seen.update(fresh)
        below += fresh
    return False


def _converting_frame() -> FrameType:
    frame = sys._getframe(3)                            # past warn_if_traced and the Tensor's method
    while frame.f_back and frame.f_globals.get("__name__") in COPYING:
        frame = frame.f_back
    return frame


def _formats(frame: FrameType) -> bool:
    """Whether the number is for a text, as in `"%.2f" % x`: other operators reach a Tensor's own methods."""
    return frame.f_code.co_code[frame.f_lasti] == BINARY_OP
