"""`compile`: a function whose calls run as flat NumPy programs, one for each form of its arguments."""
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import numpy as np

from ..core.modes import mode
from ..core.tensor import Tensor
from .symbol import TraceError
from .trace import Step, trace

MOST_PROGRAMS = 16
"""Forms of arguments for which programs are kept; the one not used for longest goes."""


class CompiledFunction:
    """What `compile` returns: call it like the function. `source` is the program of the last call."""

    def __init__(self, f: Callable[..., Any]):
        update_wrapper(self, f)
        self._f, self._lock = f, threading.RLock()
        self._steps: OrderedDict[Any, Step] = OrderedDict()
        self._varying: set = set()
        self._warm, self._traces, self._last = False, 0, None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves: list[Any] = []
        form = mode(), _form((args, kwargs), leaves)
        with self._lock:
            if not self._warm or any(isinstance(x, Tensor) and x.requires_grad for x in leaves):
                result = self._f(*args, **kwargs)       # the first call makes state that does not exist before
                self._warm = True
                return _detached(result)
            step = self._steps.get(form)
            values = [x._value if isinstance(x, Tensor) else x for x in leaves]
            if step is None or not step.unchanged() or (step.holds is not None and not step.holds(values)):
                step = self._traced(form, step, leaves, args, kwargs)
            self._last = step
            return step.run(values)

    def _traced(self, form: Any, old: Step | None, leaves: list[Any], args: tuple, kwargs: dict) -> Step:
        if old is not None:
            self._varying |= old.varied()
        self._traces += 1
        if self._traces in (16, 64, 256):
            warnings.warn(f"{self.__name__} was traced {self._traces} times: each form of arguments (shapes, dtypes, "
                          "structure) and each change of what it reaches needs a program of its own", stacklevel=3)
        step = trace(self._f, leaves, lambda new: _rebuilt((args, kwargs), iter(new)), self._varying)
        self._steps[form] = step
        self._steps.move_to_end(form)
        while len(self._steps) > MOST_PROGRAMS:
            self._steps.popitem(last=False)
        return step

    @property
    def source(self) -> str:
        """The program as Python text. RuntimeError before there is one."""
        if self._last is None:
            raise RuntimeError(f"{self.__name__} has no program yet: call it twice, the first call runs as usual")
        return self._last.source

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
            random numbers.

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
    """The structure, shapes and dtypes of nested arguments, as something hashable; their leaves are appended."""
    value = x._value if isinstance(x, Tensor) else x
    if value.__class__ is np.ndarray or isinstance(value, np.generic):
        leaves.append(x)
        return x.__class__, value.shape, value.dtype
    if value.__class__ in (float, int):
        leaves.append(x)
        return x.__class__, value.__class__
    if isinstance(x, tuple | list):
        return type(x), *[_form(part, leaves) for part in x]
    if isinstance(x, dict):
        return dict, *[(key, _form(part, leaves)) for key, part in x.items()]
    try:
        hash(x)
    except TypeError:
        raise TraceError(f"a compiled function takes arrays, Tensors, numbers and tuples, lists and dicts of them, got "
                         f"{type(x).__name__}; reach it by a closure instead") from None
    return x


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
