"""vmap: a function of one example as a function of many at once. Ops run once on all of them."""
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from ..core.constants import OF_FOREIGN, outside_graph
from ..core.primitive import Primitive
from ..core.values import shape_and_dtype
from ..ops.joining import stack
from ..ops.reductions import broadcast_to
from ..ops.shape import moveaxis
from .batching import all_at_once, is_of
from .carried import Carried, Surroundings, constant, next_level, refuse_conversions, surroundings
from .containers import is_array_leaf, leaves_of, rebuilt


class Unknown:
    """The value of one example among many: a shape and a dtype, and no memory to look into."""
    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype):
        self.shape, self.dtype = shape, dtype

    ndim = property(lambda self: len(self.shape))

    def __array__(self, *args: Any, **params: Any) -> Any:
        raise TypeError("vmap runs a function once for all examples, so it cannot look at the values of one: use "
                        "where(condition, x, y), or a loop")

    __array_ufunc__ = __array_function__ = __array__

    def __repr__(self) -> str:
        return f"<{self.dtype} array of shape {self.shape}, one of many>"


class Batched(Carried):
    """Many examples on their way through `vmap`: `whole` has one axis more, the first."""
    __slots__ = ("whole",)

    def __init__(self, whole: Any, level: int):
        shape, dtype = shape_and_dtype(getattr(whole, "_value", whole))
        super().__init__(Unknown(shape[1:], dtype), level)
        self.whole = whole

    def carry(self, op: Primitive, args: Sequence[Any], params: dict[str, Any]) -> Any:
        return _carry(op, args, params, self.level)

    @property
    def inner(self) -> Any:
        return self.whole

    def with_inner(self, x: Any) -> "Batched":
        return Batched(x, self.level)

    def mapped(self, f: Callable[[Any], Any]) -> "Batched":
        return Batched(f(self.whole), self.level)

    def gradients(self, of: Callable[[Any, Any], list], seed: Any) -> list:
        """Of all examples at once; `Maps.wrapped` makes gradients of each."""
        shape = np.shape(self.whole)
        if seed is None:
            return of(self.whole, np.ones(shape, self.dtype))
        return of(self.whole, seed.whole if is_of(seed, self.level) else broadcast_to(seed, shape=shape))

    def detach(self) -> "Batched":
        return Batched(getattr(self.whole, "detach", lambda: self.whole)(), self.level)

    def __repr__(self) -> str:
        return f"<{self._value.shape} of {np.shape(self.whole)[0]} examples>"


refuse_conversions(Batched, "vmap", "would need one example's number: use autograd.numpy's functions, and where(...) "
                                    "for a branch", ("__bool__", "__index__"))


def vmap(f: Callable[..., Any], in_axes: Any = 0, out_axes: int = 0) -> Callable[..., Any]:
    """A function of many examples, from f, a function of one: ops run once on all (as `jax.vmap`).

    Args:
        f: function of arrays, Tensors and containers of them.
        in_axes: which axis of the arguments counts examples; None for an argument that is the same for all. One for all
            arguments, or a tuple with one for each.
        out_axes: where that axis is in the results.

    Returns:
        A function of the same arguments with that axis more. It may be given to `grad`, `jvp` and `vmap`, and these
        may be used in f: `vmap(grad(loss), in_axes=(None, 0, 0))` gives a gradient for each example.

    Random numbers that f draws are the same for all examples.

    Raises:
        ValueError: arguments of different numbers of examples, or none that has an axis of them.
        TypeError: f asks for the number in an array, as a branch does.

    >>> import numpy as np
    >>> from autograd import vmap
    >>> vmap(lambda x, w: x @ w, in_axes=(0, None))(np.eye(2), np.array([3.0, 4.0]))
    array([3., 4.])
    """
    if not callable(f):
        raise TypeError(f"vmap takes a function, got {f!r:.60}; write vmap(f)(x)")

    @wraps(f)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        axes = _axes_of(in_axes, len(args))
        leaves = [leaves_of(x, is_array_leaf) for x in args]
        sizes = {np.shape(x)[axis] for own, axis in zip(leaves, axes, strict=True) if axis is not None
                 for x in own if _has_axis(x, axis)}
        if len(sizes) != 1:
            raise ValueError(f"vmap needs one number of examples in the arguments, found {sorted(sizes) or 'none'}: "
                             "in_axes says which axis counts them, None that there is none")
        level, size = next_level(), sizes.pop()
        around = surroundings.get()
        token = surroundings.set(Maps((*(around.levels if isinstance(around, Maps) else ()), (level, size))))
        try:
            y = f(*[x if axis is None else rebuilt(x, [_batched(v, axis, level) for v in own], is_array_leaf)
                    for x, own, axis in zip(args, leaves, axes, strict=True)], **kwargs)
        finally:
            surroundings.reset(token)
        plain = not any(isinstance(x, Carried) or getattr(x, "_needs", False) for own in leaves for x in own)
        is_result = lambda x: is_array_leaf(x) or isinstance(x, float)
        results = [_result(x, level, size, out_axes, plain) for x in leaves_of(y, is_result)]
        return rebuilt(y, results, is_result)
    return mapped


def _axes_of(in_axes: Any, count: int) -> tuple:
    axes = tuple(in_axes) if isinstance(in_axes, tuple | list) else (in_axes,) * count
    if len(axes) != count or not all(axis is None or isinstance(axis, int) for axis in axes):
        raise ValueError(f"in_axes is an axis or None, or a tuple of one for each of {count} arguments; got "
                         f"{in_axes!r}")
    return axes


def _has_axis(x: Any, axis: int) -> bool:
    if not -np.ndim(x) <= axis < np.ndim(x):
        raise ValueError(f"vmap counts examples along axis {axis}, and an argument has the shape {np.shape(x)}")
    return True


def _batched(x: Any, axis: int, level: int) -> Batched:
    return Batched(moveaxis(x, axis, 0) if axis else x, level)


def _result(x: Any, level: int, size: int, axis: int, plain: bool) -> Any:
    """All examples' results as one array, with their axis where it is wanted."""
    if is_of(x, level):
        whole = x.whole
    else:
        whole = broadcast_to(x, shape=(size, *np.shape(x)))
    whole = moveaxis(whole, 0, axis) if axis else whole
    needed = isinstance(whole, Carried) or getattr(whole, "_needs", False)
    return whole if needed or not plain else getattr(whole, "_value", whole)


class Maps(Surroundings):
    """(level, number of examples) of the calls of `vmap` under way, outermost first."""

    def __init__(self, levels: tuple[tuple[int, int], ...]):
        self.levels = levels

    def variable(self, x: Any, make: Callable[[Any], Any]) -> Any:
        """A variable for each example: one on the array x, repeated, is batched like any other."""
        if isinstance(x, Carried) and x.__class__ is not Batched and x.level > self.levels[-1][0]:
            return x.with_inner(self.variable(x.inner, make))           # of a jvp inside
        own = set()
        while x.__class__ is Batched:
            own.add(x.level)
            x = x.whole
        missing = [(place, size) for place, (level, size) in enumerate(self.levels) if level not in own]
        v = make(x) if not missing else _repeated(x, missing) if x.__class__ is np.ndarray \
            else make(_spread(x, missing))
        return self.wrapped(v)

    def wrapped(self, g: Any) -> Any:
        """What was computed for all examples at once, as the value of each; inside a pair of a younger `jvp`."""
        for level, _ in self.levels:
            g = _wrapped(g, level)
        return g


def _wrapped(g: Any, level: int) -> Any:
    if isinstance(g, Carried) and g.__class__ is not Batched and g.level > level:
        return g.mapped(lambda x: _wrapped(x, level))
    return Batched(g, level)


def _repeated(x: np.ndarray, missing: list[tuple[int, int]]) -> Any:
    """A leaf that shows one array of its own many times."""
    v = constant(_spread(x.copy(), missing))
    v._needs, v._born = True, v._id                     # no copy: the memory is nobody else's
    return v


def _spread(x: Any, missing: list[tuple[int, int]]) -> Any:
    for place, size in missing:
        x = moveaxis(broadcast_to(x, shape=(size, *np.shape(x))), 0, place)
    return x


# ---- one op ---------------------------------------------------------------------------------------------------------

def _carry(op: Primitive, args: Sequence[Any], params: dict[str, Any], level: int) -> Any:
    """An op on examples: on all at once, by a rule of its own or by what it declares; else one after the other."""
    size = next(np.shape(x.whole)[0] for x in (*args, *params.values()) if is_of(x, level))
    y = all_at_once(op, args, params, level, size)
    return op._packed(tuple(Batched(part, level) for part in y)) if op.several else Batched(y, level)


# ---- NumPy's functions outside the graph ---------------------------------------------------------------------------

OF_SHAPE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like}


def _outside(function: Callable, args: tuple, params: dict) -> Any:
    """A function that needs no derivative, example by example; one that looks at shapes alone gives all the same."""
    found = [x for x in leaves_of([*args, *params.values()], is_array_leaf) if isinstance(x, Batched)]
    level = max(x.level for x in found)
    if function in OF_SHAPE:
        like = np.broadcast_to(np.zeros((), args[0].dtype), args[0].shape)
        return constant(function(like, *args[1:], **params))
    size = next(np.shape(x.whole)[0] for x in found if x.level == level)
    each = []
    for i in range(size):
        of_one = lambda x, i=i: x.whole[i] if is_of(x, level) else x
        own = [of_one(x) for x in leaves_of([args, params], is_array_leaf)]
        given, named = rebuilt([args, params], own, is_array_leaf)
        each.append(constant(outside_graph(function)(*given, **named)))
    return Batched(stack(each), level)


OF_FOREIGN[Batched] = _outside
