"""`compile`: a function whose calls run as flat NumPy programs, one for each form of its arguments."""
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import update_wrapper
from typing import Any

import numpy as np

from ..core.modes import mode
from ..core.tensor import Tensor
from .explain import explain
from .symbol import TraceError, tracing
from .trace import Step, trace

MOST_PROGRAMS = 16
"""Forms of arguments for which programs are kept; the one not used for longest goes."""


class CompiledFunction:
    """What `compile` returns: call it like the function. `source` is the program of the last call."""

    def __init__(self, f: Callable[..., Any]):
        update_wrapper(self, f)
        self.__name__: str = getattr(f, "__name__", repr(f))
        self._f, self._lock = f, threading.RLock()
        self._steps: OrderedDict[Any, Step] = OrderedDict()
        self._varying: set = set()
        self._warm, self._traces = False, 0
        self._last: Step | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if tracing.get():
            return self._f(*args, **kwargs)
        leaves: list[Any] = []
        form = mode(), *[_form(x, leaves) for x in args], *[(key, _form(x, leaves)) for key, x in kwargs.items()]
        with self._lock:
            step = self._steps.get(form)
            if step is None or not step.unchanged() or (step.holds is not None and not step.holds(leaves)):
                if not self._warm or any(getattr(x, "requires_grad", False) for x in _leaves((args, kwargs))):
                    result = self._f(*args, **kwargs)   # the first call makes state that does not exist before
                    self._warm = True
                    return _detached(result)
                step = self._traced(form, step, args, kwargs)
            self._last = step
            return step.run(leaves)

    def _traced(self, form: Any, old: Step | None, args: tuple, kwargs: dict) -> Step:
        if old is not None:
            self._varying |= old.varied()
        self._traces += 1
        if self._traces in (16, 64, 256):
            warnings.warn(f"{self.__name__} was traced {self._traces} times: each form of arguments (shapes, dtypes, "
                          "structure) and each change of what it reaches needs a program of its own", stacklevel=3)
        given = args, kwargs
        step = trace(self._f, [*_leaves(given)], lambda new: _rebuilt(given, iter(new)), self._varying)
        self._steps[form] = step
        self._steps.move_to_end(form)
        while len(self._steps) > MOST_PROGRAMS:
            self._steps.popitem(last=False)
        return step

    def latest(self) -> Step:
        """What was traced for the last call. RuntimeError before there is anything."""
        if self._last is None:
            raise RuntimeError(f"{self.__name__} has no program yet: call it twice, the first call runs as usual")
        return self._last

    @property
    def source(self) -> str:
        """The program as Python text. RuntimeError before there is one."""
        return self.latest().source

    def explain(self) -> str:
        """What the program of the last call does: NumPy calls, memory, arithmetic. RuntimeError before there is one."""
        return explain(self.latest())

    def __repr__(self) -> str:
        return f"<compiled {self.__name__}, {len(self._steps)} program(s)>"


def compile(f: Callable[..., Any]) -> CompiledFunction:
    """The function f, run as a flat program of NumPy calls.

    The first call runs f as usual. The next one traces it: f is run once on Symbols, which have shapes and no numbers,
    so that forward and backward pass and updates of an optimiser become a list of NumPy calls. It is printed as source,
    with memory that is used again, and run from then on.

    Args:
        f: function of arrays, Tensors, numbers and nested tuples, lists and dicts of them. It may reach models,
            optimisers and other state by closures, globals and attributes; their Tensors, arrays and numbers are read
            and written as f would.

    Returns:
        A `CompiledFunction`. Its results have no graph. Arguments of other shapes, dtypes or structure get programs of
        their own.

    Raises:
        TraceError: f asks for the numbers in an array, as a branch, `float(x)` or a mask as index does; or it draws
            random numbers by anything but the methods of a `numpy.random.Generator`.

    >>> import numpy as np
    >>> import autograd
    >>> w = autograd.Tensor([1.0, 2.0], requires_grad=True)
    >>> @autograd.compile
    ... def gradient(x):
    ...     return autograd.grad(lambda x: (w * x * x).sum())(x)
    >>> [gradient(np.array([3.0, 4.0])) for _ in range(2)][1]
    Tensor([ 6. 16.])
    """
    if not callable(f):
        raise TypeError(f"compile takes a function, got {f!r:.60}")
    return CompiledFunction(f)


def _form(x: Any, leaves: list[Any]) -> Any:
    """The structure, shapes and dtypes of an argument, as something hashable; its plain values are appended."""
    kind = x.__class__
    value = x._value if kind is Tensor else x
    if value.__class__ is np.ndarray:
        leaves.append(value)
        return kind, value.shape, value.dtype, kind is Tensor and x._needs
    if isinstance(x, Tensor):                               # of a subclass, or 0-d
        leaves.append(x._value)
        return kind, np.shape(x._value), x.dtype, x._value.__class__, x._needs
    if value.__class__ in (float, int) or isinstance(value, np.generic | np.ndarray):
        leaves.append(value)
        return kind, np.shape(value), getattr(value, "dtype", None)
    if isinstance(x, tuple | list):
        return kind, *[_form(part, leaves) for part in x]
    if isinstance(x, dict):
        return kind, *[(key, _form(part, leaves)) for key, part in x.items()]
    try:
        hash(x)
    except TypeError:
        raise TraceError(f"a compiled function takes arrays, Tensors, numbers and tuples, lists and dicts of them, got "
                         f"{kind.__name__}; reach it by a closure instead") from None
    return x


def _leaves(x: Any) -> Iterator[Any]:
    """The arrays, Tensors and numbers in nested arguments."""
    if isinstance(x, tuple | list):
        for part in x:
            yield from _leaves(part)
    elif isinstance(x, dict):
        yield from _leaves(tuple(x.values()))
    elif isinstance(x, Tensor | np.ndarray | np.generic) or x.__class__ in (float, int):
        yield x


def _rebuilt(x: Any, leaves: Any) -> Any:
    """Nested arguments with other leaves."""
    if isinstance(x, Tensor | np.ndarray | np.generic) or x.__class__ in (float, int):
        return next(leaves)
    if isinstance(x, tuple | list):
        parts = [_rebuilt(part, leaves) for part in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    if isinstance(x, dict):
        return {key: _rebuilt(part, leaves) for key, part in x.items()}
    return x


def _detached(x: Any) -> Any:
    """Results without their graph."""
    if isinstance(x, Tensor):
        return x.detach() if x.requires_grad else x
    if isinstance(x, tuple | list):
        parts = [_detached(part) for part in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    return {key: _detached(part) for key, part in x.items()} if x.__class__ is dict else x
