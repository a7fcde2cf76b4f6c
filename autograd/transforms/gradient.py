"""Functions to functions: from f, its gradient. Names and calling conventions of HIPS autograd."""
from collections.abc import Callable, Collection, Sequence
from functools import wraps
from operator import index
from typing import Any

import numpy as np

from ..core.modes import RECORD, enable_grad, mode
from ..core.node import born
from ..core.ownership import unshare
from ..core.record import make_constant
from ..core.reverse import seed_of, sweep, topological_order
from ..core.tensor import Tensor
from ..core.traces import traced
from ..core.values import to_stored
from ..support.caller import users_frame, warn_at

LEFT_GRAPH_WARNING = (
    "the function returned a plain number, whose gradient is 0. If it depends on the argument, something in it leaves "
    "the graph: float(x), x.item(), math.sin(x), a[i] = x on an array. Use autograd.numpy, or stack([...]) to build an "
    "array")


def value_and_grad(f: Callable[..., Any], argnum: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that returns `(f(*args), gradient)`, like `grad` but with the value.

    >>> from autograd import value_and_grad
    >>> value_and_grad(lambda x: x ** 3)(2.0)
    (8.0, 12.0)
    """
    if not callable(f):
        raise TypeError(f"grad takes a function, got {f!r:.60}; write grad(f)(x)")
    many, places = _places(argnum)

    @wraps(f)
    def differentiated(*given, **kwargs):
        outer = bool(mode() & RECORD)
        with enable_grad():
            args: list[Any] = list(given)
            variables = [_variable(f, args, i) for i in _distinct(places, len(args))]
            for i, x in zip(places, variables, strict=True):
                args[i] = x
            with traced(variables) as trace:
                y = f(*args, **kwargs)
            grads = gradients(y, variables, create_graph=outer and _depends_on_more(y, variables),
                              warns=not trace.lines)
            for x in variables:
                x._needs = x._needs and not x.is_leaf           # nobody else can ask for a gradient of it
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

    Warns:
        UserWarning: something that depends on the argument leaves the graph as a plain number (`float(x)`,
            `x.item()`, `math.sin(x)`), or f returns one. Printing, comparing and `x.detach()` are no reason to.

    Raises:
        TypeError: f's result is not a number, the argument is not floating or is a container, or `argnum` is not an
            integer or a sequence of integers.
        ValueError: an argument is named twice.

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


def gradients(y, variables: Sequence[Tensor], *, create_graph: bool = False, warns: bool = True) -> list:
    """dy/dv for each of the nodes `variables`, each in memory of its own; zeros where y does not depend on one.
    Touches no `.grad`. Warns, unless told otherwise, of a y that is a plain number."""
    _check_number(y)
    if not isinstance(y, Tensor) or not y.requires_grad:            # constant in the variables
        if warns and not isinstance(y, Tensor):
            warn_at(users_frame(), LEFT_GRAPH_WARNING)
        return [_zero(v) for v in variables]
    seed = seed_of(y, None)
    grads = sweep(y, make_constant(seed) if create_graph else seed, variables, create_graph=create_graph)
    found = {i: grads[v] if v in grads else _zero(v) for i, v in enumerate(variables)}
    unshare(found)
    return [*found.values()]


def _places(argnum) -> tuple[bool, tuple[int, ...]]:
    """Whether several arguments are meant, and which."""
    try:
        return False, (index(argnum),)
    except TypeError:
        pass
    try:
        places = tuple(map(index, argnum))
        if not places:
            raise TypeError
        return True, places
    except TypeError:
        raise TypeError(f"argnum is the position of an argument, or a sequence of positions, got {argnum!r:.60}; the "
                        "arguments themselves come later: grad(f)(x)") from None


def _distinct(places: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The places, unless an argument is named twice: which gradient each copy shall get is not defined."""
    if len({i % count if count else i for i in places}) < len(places):
        raise ValueError(f"argnum={places} names an argument twice; name each once")
    return places


def _variable(f, args, i) -> Tensor:
    name = getattr(f, "__name__", f)
    try:
        x = args[i]
    except IndexError:
        raise TypeError(f"grad needs positional argument {i} of {name}, got {len(args)} argument(s)") from None
    if isinstance(x, Collection) and not isinstance(x, str) and not hasattr(x, "__array__"):
        raise TypeError(f"grad differentiates in numbers and arrays, and argument {i} of {name} is a "
                        f"{type(x).__name__}; pass np.array(...), or each array as an argument of its own and "
                        "argnum=(0, 1, ...)")
    if isinstance(x, Tensor) and x.requires_grad:
        return +x                               # a node of its own, so that f may use x by other ways too
    return Tensor(x, requires_grad=True)


def _depends_on_more(y, variables) -> bool:
    if not isinstance(y, Tensor) or not y.requires_grad:
        return False
    if any(x._inputs for x in variables):
        return True
    oldest, own = min(map(born, variables)), set(variables)
    inside = topological_order(y, oldest)
    own.update(inside)
    return any(x._needs and x not in own for node in inside for x in node._inputs)


def _zero(v: Tensor):
    return to_stored(np.zeros_like(v._value))


def _plain(y):
    return y._value if isinstance(y, Tensor) else y


def _check_number(y) -> None:
    """TypeError, naming what came, unless y is one real number, also one in an array or Tensor."""
    array = hasattr(y, "dtype")
    if y.size == 1 and y.dtype.kind in "fiu" if array else isinstance(y, float | int) and not isinstance(y, bool):
        return
    came = f"shape {y.shape} and dtype {y.dtype}" if array else f"{y!r:.60} ({type(y).__name__})"
    raise TypeError(f"grad is for functions with one real number as result, got {came}; return one, reduced with "
                    "sum or mean, or stack([...]).sum() of several")
