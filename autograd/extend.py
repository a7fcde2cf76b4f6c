"""Ops in the way of HIPS autograd: a bare function is made a primitive, and its rules are defined afterwards.

A thin face on `autograd.primitive`, which declares all at once and checks more; for code that was written for the older
package. `from autograd.extend import primitive, defvjp, defjvp`.
"""
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

from .core.primitive import Primitive
from .core.primitive import primitive as declare
from .core.tensor import Tensor


class Extended:
    """A function and the rules defined for it, by the positions of its arguments. Call it like the function."""

    def __init__(self, f: Callable[..., Any]):
        update_wrapper(self, f)
        self.function = f
        self.vjps: dict[int, Callable[..., Any] | None] = {}
        self.jvps: dict[int, Callable[..., Any] | None] = {}
        self.constant = False
        self.op: Primitive = declare(vjp=_vjp_of(self), jvp=None, name=f"{f.__module__}.{f.__qualname__}",
                                     label=f.__name__)(_kernel_of(self))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        places = tuple(i for i, x in enumerate(args) if isinstance(x, Tensor))
        if not places:
            return self.function(*args, **kwargs)
        call = Call(places, args, kwargs)
        if self.constant:
            return self.function(*call.filled([args[i].data for i in places]), **kwargs)
        return self.op(*[args[i] for i in places], call=call)

    def __repr__(self) -> str:
        return f"<primitive {self.function.__qualname__}>"


class Call:
    """The arguments of one call, with places for those that are differentiated."""

    def __init__(self, places: tuple[int, ...], args: tuple, kwargs: dict[str, Any]):
        self.places, self.args, self.kwargs = places, args, kwargs

    def filled(self, xs: Sequence[Any]) -> list[Any]:
        """All positional arguments, with these in the places."""
        args = [*self.args]
        for i, x in zip(self.places, xs, strict=True):
            args[i] = x
        return args


def _kernel_of(extended: Extended) -> Callable[..., Any]:
    def kernel(*xs: Any, call: Call) -> Any:
        return extended.function(*call.filled(xs), **call.kwargs)
    return kernel


def _vjp_of(extended: Extended) -> Callable[..., Any]:
    def rule(i: int, g: Any, y: Any, *xs: Any, call: Call) -> Any:
        place = call.places[i]
        if place not in extended.vjps:
            raise NotImplementedError(f"no vjp is defined for argument {place} of {extended.function.__name__}: "
                                      f"defvjp({extended.function.__name__}, lambda ans, *args: lambda g: ...)")
        make = extended.vjps[place]
        return g * 0.0 if make is None else make(y, *call.filled(xs), **call.kwargs)(g)
    return rule


def primitive(f: Callable[..., Any]) -> Extended:
    """A function of arrays as an op. Its arguments may be anything; those that are Tensors are differentiated.

    >>> import numpy as np
    >>> from autograd import grad
    >>> from autograd.extend import defvjp, primitive
    >>> @primitive
    ... def cube(x):
    ...     return np.power(x, 3)
    >>> defvjp(cube, lambda ans, x: lambda g: g * 3 * x ** 2)
    >>> grad(cube)(2.0)
    12.0
    """
    if not callable(f):
        raise TypeError(f"primitive takes a function, got {f!r:.60}")
    return Extended(f)


def notrace_primitive(f: Callable[..., Any]) -> Extended:
    """A function of arrays outside the graph: no derivative, and none is asked for."""
    extended = primitive(f)
    extended.constant = True
    return extended


def defvjp(fun: Extended, *makers: Callable[..., Any] | None, argnums: Sequence[int] | None = None) -> None:
    """Define vjps: `maker(ans, *args, **kwargs)` gives the function of the cotangent g; None where there is none.

    Args:
        fun: a function that `primitive` made. makers: for the arguments in order, or for those that `argnums` names.
    """
    _define(fun, "vjps", makers, argnums)


def defvjp_argnum(fun: Extended, maker: Callable[..., Any]) -> None:
    """Define the vjps of all arguments at once: `maker(argnum, ans, args, kwargs)` gives the function of g."""
    checked = _checked(fun)
    checked.vjps = _ByArgnum(maker)


class _ByArgnum(dict):
    """The vjp of each argument, from one maker of all."""

    def __init__(self, maker: Callable[..., Any]):
        super().__init__()
        self.maker = maker

    def __contains__(self, argnum: object) -> bool:
        return True

    def __getitem__(self, argnum: int) -> Callable[..., Any]:
        return lambda ans, *args, **kwargs: self.maker(argnum, ans, args, kwargs)


def defjvp(fun: Extended, *rules: Callable[..., Any] | None, argnums: Sequence[int] | None = None) -> None:
    """Define jvps: `rule(g, ans, *args, **kwargs)` is the tangent of the result where argument i moves along g."""
    _define(fun, "jvps", rules, argnums)
    fun.op.jvp = _JvpRules(fun)                         # read like a tuple of rules, by the place among the arrays


class _JvpRules:
    def __init__(self, fun: Extended):
        self.fun = fun

    def __getitem__(self, i: int) -> Callable[..., Any]:
        def rule(t: Any, y: Any, *xs: Any, call: Call) -> Any:
            jvp = self.fun.jvps.get(call.places[i])
            if jvp is None:
                raise NotImplementedError(f"no jvp is defined for argument {call.places[i]} of {self.fun!r}")
            return jvp(t, y, *call.filled(xs), **call.kwargs)
        return rule


def _define(fun: Any, kind: str, rules: Sequence[Any], argnums: Sequence[int] | None) -> None:
    places = range(len(rules)) if argnums is None else argnums
    if len(places) != len(rules):
        raise ValueError(f"{len(rules)} rules for {len(places)} arguments: give one for each of argnums")
    setattr(_checked(fun), kind, dict(zip(places, rules, strict=True)))


def _checked(fun: Any) -> Extended:
    if not isinstance(fun, Extended):
        raise TypeError(f"rules are defined for what autograd.extend.primitive made, got {fun!r:.60}")
    return fun
