"""NumPy's functions that are compositions of declared ops: these need no rule of their own."""
from collections.abc import Callable
from functools import wraps
from typing import Any

from ..core.primitive import NUMPY
from ..support.keywords import with_numpys_keywords


def composed(*functions: Callable) -> Callable[[Callable], Callable[..., Any]]:
    """Decorator: a composition of ops that stands for NumPy's functions on Tensors. Plain values go to NumPy's own."""
    def declare(ours: Callable) -> Callable[..., Any]:
        on_tensors, on_arrays = with_numpys_keywords(functions[0])(ours), functions[0]

        @wraps(ours)
        def call(*args, **params):
            function = on_tensors if _carries(args) or _carries(tuple(params.values())) else on_arrays
            return function(*args, **params)
        NUMPY.update(dict.fromkeys(functions, call))
        return call
    return declare


def _carries(x: Any) -> bool:
    """Whether x is a Tensor or formula, or a list or tuple that holds one."""
    return any(map(_carries, x)) if x.__class__ in (list, tuple) else hasattr(x, "__carry__")
