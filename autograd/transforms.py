"""Functions to functions: from f, its gradient. Names and calling conventions of HIPS autograd."""
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .engine import computed_below, own, seed_of, sweep
from .flow import cotangents
from .modes import RECORD, enable_grad, mode
from .record import stored, wrap
from .tensor import Tensor

CUT = ("the function returned a plain number, whose gradient is 0. If it depends on the argument, something in it "
       "leaves the graph: float(x), x.item(), math.sin(x), a[i] = x on an array. Use autograd.numpy, or stack([...]) "
       "to build an array")


def value_and_grad(f: Callable[..., Any], argnum: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that returns `(f(*args), gradient)`, like `grad` but with the value.

    >>> from autograd import value_and_grad
    >>> value_and_grad(lambda x: x ** 3)(2.0)
    (8.0, 12.0)
    """
    many = not isinstance(argnum, int)
    places = (argnum,) if isinstance(argnum, int) else tuple(argnum)

    @wraps(f)
    def differentiated(*args, **kwargs):
        outer = bool(mode() & RECORD)
        with enable_grad():
            args = list(args)
            variables = [_variable(f, args, i) for i in places]
            for i, x in zip(places, variables, strict=True):
                args[i] = x
            y = f(*args, **kwargs)
            grads = gradients(y, variables, create_graph=outer and _depends_on_more(y, variables))
        plain = not any(isinstance(g, Tensor) for g in grads)
        value = y if outer or not isinstance(y, Tensor) else y.detach()
        return (_plain(value) if plain else value), (tuple(grads) if many else grads[0])
    return differentiated


def grad(f: Callable[..., Any], argnum: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The gradient of a function: `grad(f)(x)` is df/dx at x.

    Args:
        f: function of numbers, arrays or Tensors that returns one number.
        argnum: which positional argument to differentiate in; several give a tuple of gradients.

    Returns:
        A function of f's arguments. The gradient has its argument's shape and dtype. It is a number or array where
        the argument is one, and a Tensor, differentiable again, where the result still depends on Tensors that require
        grad (as inside another `grad`).

    Raises:
        TypeError: f's result is not a number, or the argument is not floating.

    >>> from autograd import grad
    >>> grad(lambda x: x ** 3)(2.0)
    12.0
    >>> grad(grad(lambda x: x ** 3))(2.0)
    12.0
    """
    with_value = value_and_grad(f, argnum)

    @wraps(f)
    def differentiated(*args, **kwargs):
        return with_value(*args, **kwargs)[1]
    return differentiated


def gradients(y, variables: Sequence[Tensor], *, create_graph: bool = False) -> list:
    """dy/dv for each of the nodes `variables`, each in memory of its own; zeros where y does not depend on one.
    Touches no `.grad`."""
    if not isinstance(y, Tensor) or not y.requires_grad:            # constant in the variables
        if np.size(y) != 1:
            raise TypeError(_not_scalar(y))
        if not isinstance(y, Tensor):
            warnings.warn(CUT, UserWarning, stacklevel=4)
        return [_zero(v) for v in variables]
    if y.size != 1:
        raise TypeError(_not_scalar(y))
    seed = seed_of(y, None)
    grads = sweep(y, wrap(seed), variables, create_graph=True) if create_graph else cotangents(y, seed, variables)
    held: set[int] = set()
    return [own(grads[v], held) if v in grads else _zero(v) for v in variables]


def _variable(f, args, i) -> Tensor:
    try:
        x = args[i]
    except IndexError:
        raise TypeError(f"grad needs positional argument {i} of {getattr(f, '__name__', f)}, got {len(args)} "
                        "argument(s)") from None
    if isinstance(x, Tensor) and x.requires_grad:
        return +x                               # a node of its own, so that f may use x by other ways too
    return Tensor(x, requires_grad=True)


def _depends_on_more(y, variables) -> bool:
    if not isinstance(y, Tensor) or not y.requires_grad:
        return False
    own = set(variables)
    return any(x._needs and not x._inputs and x not in own for node in computed_below(y) for x in node._inputs)


def _zero(v: Tensor):
    return stored(np.zeros(v.shape, v.dtype))


def _plain(y):
    return y._value if isinstance(y, Tensor) else y


def _not_scalar(y) -> str:
    return f"grad is for functions with one number as result, got shape {np.shape(y)}; reduce it, e.g. with sum or mean"
