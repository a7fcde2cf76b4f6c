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
from .carried import Carried, surroundings
from .containers import is_container, is_leaf, leaves_of, rebuilt

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
        run = Run(f, given, _distinct(places, len(given)), kwargs)
        grads = run.pulled(lambda: run.gradients(run.y, warns=not run.warned))
        run.close()
        value = run.value(plain=not any(isinstance(x, Tensor) for g in grads for x in leaves_of(g)))
        return value, (tuple(grads) if many else grads[0])
    return differentiated


class Run:
    """One run of a function on variables of its own, in place of the leaves of some of its arguments."""

    def __init__(self, f: Callable[..., Any], given: Sequence[Any], places: Sequence[int], kwargs: dict):
        self.outer, self.around = bool(mode() & RECORD), surroundings.get()
        self.arguments = [argument_of(f, given, i) for i in places]
        with enable_grad():
            variables = [[_variable(x) for x in leaves_of(argument)] for argument in self.arguments]
            args: list[Any] = list(given)
            for i, argument, own in zip(places, self.arguments, variables, strict=True):
                args[i] = rebuilt(argument, own)
            self.nodes = [_node(v) for own in variables for v in own]
            with traced(self.nodes) as trace:
                self.y = f(*args, **kwargs)
        self.warned = bool(trace.lines)

    def pulled(self, pull: Callable[[], list]) -> list:
        """What `pull` gives, a gradient for each variable, in the containers of the arguments."""
        with enable_grad():
            found = iter(pull() if self.around is None else map(self.around.wrapped, pull()))
        return [rebuilt(x, [next(found) for _ in leaves_of(x)], as_gradient=True) for x in self.arguments]

    def gradients(self, y: Any, seed: Any = None, *, warns: bool = False) -> list:
        """The gradients of y in the variables, to be differentiated again where they depend on more than these."""
        if isinstance(y, Carried):
            return y.gradients(lambda inside, g: self.gradients(inside, g, warns=warns), seed)
        again = self.outer and (_depends_on_more(y, self.nodes) or getattr(seed, "_needs", False))
        return gradients(y, self.nodes, create_graph=again, warns=warns, seed=seed)

    def close(self) -> None:
        """From now on nobody can ask for a gradient of the variables."""
        for v in self.nodes:
            v._needs = v._needs and not v.is_leaf

    def value(self, *, plain: bool) -> Any:
        """The result, cut off the graph unless somebody outside may differentiate it; plain numbers and arrays."""
        kept = self.y if self.outer and not plain else rebuilt(self.y, [_cut(y) for y in leaves_of(self.y)])
        return rebuilt(kept, [_plain(y) for y in leaves_of(kept)]) if plain else kept


def grad(f: Callable[..., Any], argnum: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The gradient of a function: `grad(f)(x)` is df/dx at x.

    Args:
        f: function of numbers, arrays or Tensors that returns one number.
        argnum: which positional argument to differentiate in; several give a tuple of gradients.

    Returns:
        A function of f's arguments. The gradient has its argument's shape and dtype. It is a number or array where
        the argument is one, and a Tensor, differentiable again, where the result still depends on Tensors that require
        grad (as inside another `grad`). Of a list, tuple, dict or dataclass it is a container of the same kind, of a
        module of `nn` a dict {name: gradient}.

    Warns:
        UserWarning: something that depends on the argument leaves the graph as a plain number (`float(x)`,
            `x.item()`, `math.sin(x)`), or f returns one. Printing, comparing and `x.detach()` are no reason to.

    Raises:
        TypeError: f's result is not a number, the argument is not floating and holds nothing that is, or `argnum` is
            not an integer or a sequence of integers.
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


def gradients(y, variables: Sequence[Tensor], *, create_graph: bool = False, warns: bool = True, seed: Any = None
              ) -> list:
    """dy/dv for each of the nodes `variables`, each in memory of its own; zeros where y does not depend on one.

    Of a y that is no single number, the products of the cotangent `seed` with its Jacobians. Touches no `.grad`. Warns,
    unless told otherwise, of a y that is a plain number.
    """
    if seed is None:
        _check_number(y)
    if not isinstance(y, Tensor) or not y.requires_grad:            # constant in the variables
        if warns and not isinstance(y, Tensor):
            warn_at(users_frame(), LEFT_GRAPH_WARNING)
        return [_zero(v) for v in variables]
    start = seed_of(y, seed)
    if create_graph:
        start = seed if isinstance(seed, Tensor) else make_constant(start)
    grads = sweep(y, start, variables, create_graph=create_graph)
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


def places_of(argnum: int | Sequence[int], count: int) -> tuple[int, ...]:
    """The positions that argnum names among `count` arguments, each once; TypeError or ValueError if it names none."""
    return _distinct(_places(argnum)[1], count)


def _distinct(places: tuple[int, ...], count: int) -> tuple[int, ...]:
    """The places, unless an argument is named twice: which gradient each copy shall get is not defined."""
    if len({i % count if count else i for i in places}) < len(places):
        raise ValueError(f"argnum={places} names an argument twice; name each once")
    return places


def argument_of(f: Any, args: Sequence[Any], i: int) -> Any:
    """Argument i of f, which holds something to differentiate in; TypeError, saying what it is, if it does not."""
    name = getattr(f, "__name__", f)
    try:
        x = args[i]
    except IndexError:
        raise TypeError(f"grad needs positional argument {i} of {name}, got {len(args)} argument(s)") from None
    if isinstance(x, Collection) and not isinstance(x, str) and not hasattr(x, "__array__") and not leaves_of(x):
        holds = "that holds no floating numbers" if is_container(x) else "that gradients do not look into"
        raise TypeError(f"grad differentiates in numbers and arrays, and argument {i} of {name} is a "
                        f"{type(x).__name__} {holds}; pass np.array(...), or a list, tuple or dict of arrays")
    return x if is_container(x) else _checked(x)


def _checked(x: Any) -> Any:
    """A number or array to differentiate in; TypeError for one that is not floating."""
    return x if is_leaf(x) else Tensor(x, requires_grad=True)


def _variable(x: Any) -> Tensor:
    """A node of its own in place of a leaf, so that the function may use that in other ways too."""
    around = surroundings.get()
    if around is None:
        return _own_node(x)
    return around.variable(x, _own_node)


def _own_node(x: Any) -> Tensor:
    if isinstance(x, Carried):
        return x.with_inner(_own_node(x.inner))
    if isinstance(x, Tensor) and x.requires_grad:
        return +x
    return Tensor(x, requires_grad=True)


def _node(x: Any) -> Any:
    """The node itself, of a variable that transforms around follow."""
    while isinstance(x, Carried):
        x = x.inner
    return x


def _cut(y: Any) -> Any:
    """A result without its graph."""
    if isinstance(y, Carried):
        return y.mapped(_cut)
    return y.detach() if isinstance(y, Tensor) else y


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
