"""What a kernel declared outside of our packages may return: real numbers, not None, a list or a text."""
from collections.abc import Callable
from functools import wraps
from typing import Any


class KernelError(TypeError):
    """A kernel returned something else than declared."""


def verified(kernel: Callable, name: str, residual: bool, outputs: tuple[str, ...] | None) -> Callable:
    """The kernel; KernelError if it returns something else than declared."""
    @wraps(kernel)
    def call(*args, **params):
        y, *cached = _tuple(kernel(*args, **params), name, 2, "its output and what it caches") if residual else \
            (kernel(*args, **params),)
        if outputs is not None:
            y = _tuple(y, name, len(outputs), f"its outputs {', '.join(outputs)}" if outputs else "its outputs")
        for part in (y,) if outputs is None else y:
            _check_numbers(part, name)
        return (y, *cached) if residual else y
    return call


def _tuple(answer: Any, name: str, length: int, what: str) -> tuple:
    """A tuple of so many, any number for 0, perhaps one with names, as a plain one."""
    if not isinstance(answer, tuple) or not answer or len(answer) != (length or len(answer)):
        found = f"a tuple of {len(answer)}" if isinstance(answer, tuple) else _shown(answer)
        raise KernelError(f"the kernel of {name} returned {found}: as declared it must return a tuple of "
                          f"{length or 'one or more'}, {what}")
    return tuple(answer)


def _check_numbers(y: Any, name: str) -> None:
    if hasattr(y, "__carry__") or hasattr(y, "filled"):
        raise KernelError(f"the kernel of {name} returned a {type(y).__name__}: it must return a plain array; a Tensor "
                          "would leave the graph, a masked array lose its mask")
    if not isinstance(y, float | int) and getattr(getattr(y, "dtype", None), "kind", None) not in tuple("fiub"):
        raise KernelError(f"the kernel of {name} returned {_shown(y)}: it must return real numbers, in an array or "
                          "one; is its return statement missing?")


def _shown(y: Any) -> str:
    return f"an array of dtype {y.dtype}" if hasattr(y, "dtype") else f"{y!r:.60} ({type(y).__name__})"
