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
        answer = kernel(*args, **params)
        y = _part(answer, name, 2, "its output and what it caches")[0] if residual else answer
        for part in _part(y, name, len(outputs), ", ".join(outputs)) if outputs else (y,):
            _check_numbers(part, name)
        return answer
    return call


def _part(answer: Any, name: str, length: int, what: str) -> tuple:
    if answer.__class__ is not tuple or len(answer) != length:
        raise KernelError(f"the kernel of {name} returned {_shown(answer)}: as declared it must return a tuple of "
                          f"{length}, {what}")
    return answer


def _check_numbers(y: Any, name: str) -> None:
    if not isinstance(y, float | int) and getattr(getattr(y, "dtype", None), "kind", None) not in tuple("fiub"):
        raise KernelError(f"the kernel of {name} returned {_shown(y)}: it must return real numbers, in an array or "
                          "one; is its return statement missing?")


def _shown(y: Any) -> str:
    return f"an array of dtype {y.dtype}" if hasattr(y, "dtype") else f"{y!r:.60} ({type(y).__name__})"
