"""Forward mode: a value and its tangent go through a function together, op by op, and no graph is kept."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.node import Node
from ..core.primitive import Primitive
from ..core.record import FOREIGN, snapshot
from ..core.tensor import Tensor
from ..core.values import cast, has_nan, is_protocol_array, shape_and_dtype, to_stored
from ..ops.comparison import where
from ..ops.reductions import broadcast_to
from .carried import Carried, constant, next_level, refuse_conversions
from .containers import is_leaf, leaves_of, rebuilt


class Dual(Carried):
    """A value on its way through `jvp`: `primal`, with its tangent. Ops compute both."""
    __slots__ = ("primal", "tangent")

    def __init__(self, primal: Any, tangent: Any, level: int):
        super().__init__(getattr(primal, "_value", primal), level)
        self.primal, self.tangent = primal, tangent

    def carry(self, op: Primitive, args: Sequence[Any], params: dict[str, Any]) -> Any:
        return _carry(op, args, params, self.level)

    @property
    def inner(self) -> Any:
        return self.primal

    def with_inner(self, x: Any) -> "Dual":
        return Dual(x, self.tangent, self.level)

    def mapped(self, f: Callable[[Any], Any]) -> "Dual":
        return Dual(f(self.primal), f(self.tangent), self.level)

    def gradients(self, of: Callable[[Any, Any], list], seed: Any) -> list:
        """Pairs again: the derivative of the tangent is the tangent of the derivative."""
        seed, moving = (seed.primal, seed.tangent) if seed.__class__ is Dual else (seed, None)
        found, moved = of(self.primal, seed), of(self.tangent, seed)
        if moving is not None:                          # as the product rule says
            moved = [t + more for t, more in zip(moved, of(self.primal, moving), strict=True)]
        return [Dual(g, t, self.level) for g, t in zip(found, moved, strict=True)]

    def detach(self) -> Tensor:
        return self.primal.detach() if isinstance(self.primal, Tensor) else constant(self.primal)

    @property
    def data(self) -> np.ndarray:
        return self.detach().data

    @data.setter
    def data(self, value: Any) -> None:
        raise TypeError("a value that jvp follows cannot be replaced")


refuse_conversions(Dual, "jvp", "would lose its tangent; use autograd.numpy's functions, or say x.detach() where that "
                                "is meant")


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of f and its derivative along tangents, in one run forward: `(f(*primals), J tangents)`.

    No graph is kept, so memory does not grow with the depth of f. Works on functions that take gradients, and inside
    them, to any order. The derivatives are those that ops declare (`jvp=`).

    Args:
        f: function of numbers, arrays, Tensors and containers of them.
        primals: the arguments of f, a tuple or list.
        tangents: as many, each of the shape of its primal; a container where that is one.

    Returns:
        f's result and, in the same containers, its tangent; 0 for what does not depend on the primals.

    Raises:
        ValueError: tangents that do not fit. TypeError: primals that hold no floating numbers.
        NotImplementedError: an op without a jvp rule.

    >>> from autograd import jvp
    >>> jvp(lambda x: x ** 3, (2.0,), (1.0,))
    (8.0, 12.0)
    """
    if not callable(f):
        raise TypeError(f"jvp takes a function, got {f!r:.60}; write jvp(f, (x,), (t,))")
    if not isinstance(primals, tuple | list) or not isinstance(tangents, tuple | list):
        raise TypeError("jvp takes primals and tangents in tuples, one for each argument: jvp(f, (x,), (t,))")
    xs, level = leaves_of(tuple(primals)), next_level()
    ts = _fitting(xs, leaves_of(tuple(tangents)))
    duals = [Dual(x, t, level) for x, t in zip(xs, ts, strict=True)]
    y = f(*rebuilt(tuple(primals), duals))
    leaves = leaves_of(y)
    out = [x.primal if _is_dual(x, level) else x for x in leaves]
    moved = [x.tangent if _is_dual(x, level) else _zero(x) for x in leaves]
    if not any(isinstance(x, Node) for x in (*xs, *ts)):                    # plain in, plain out
        out, moved = [*map(_settled, out)], [*map(_settled, moved)]
    return rebuilt(y, out), rebuilt(y, moved, as_gradient=True)


def _is_dual(x: Any, level: int) -> bool:
    return x.__class__ is Dual and x.level == level


def _fitting(xs: list, ts: list) -> list:
    """Tangents in the dtypes of their primals; ValueError for those of other shapes."""
    if not xs:
        raise TypeError("jvp differentiates in floating numbers and arrays, and the primals hold none")
    if len(xs) != len(ts):
        raise ValueError(f"jvp needs a tangent for each of {len(xs)} primal(s), got {len(ts)} of floating numbers")
    for i, (x, t) in enumerate(zip(xs, ts, strict=True)):
        if np.shape(t) != np.shape(x):
            raise ValueError(f"a tangent has the shape of its primal: primal {i} has {np.shape(x)}, its tangent "
                             f"{np.shape(t)}")
    return [_of_dtype(t, _dtype(x)) for x, t in zip(xs, ts, strict=True)]


def _dtype(x: Any) -> np.dtype:
    return shape_and_dtype(getattr(x, "_value", x))[1]


def _of_dtype(t: Any, dtype: np.dtype) -> Any:
    if _dtype(t) == dtype:
        return t
    return t.astype(dtype) if isinstance(t, Tensor) else cast(np.asarray(t), dtype)


def _zero(x: Any) -> Any:
    return to_stored(np.zeros_like(getattr(x, "_value", x)))


def _settled(x: Any) -> Any:
    """A plain value, unless x still depends on what is differentiated elsewhere."""
    if isinstance(x, Node):
        return x if x._needs or x.__class__ in FOREIGN else x._value
    return to_stored(x) if isinstance(x, np.generic) else x


# ---- one op ---------------------------------------------------------------------------------------------------------

def _carry(op: Primitive, args: Sequence[Any], params: dict[str, Any], level: int) -> Any:
    """An op on Duals: its value, and the tangent of that by the jvp rules."""
    params = {name: snapshot(v) for name, v in params.items()}
    primals = [x.primal if _is_dual(x, level) else x for x in args]
    y, residual = _evaluated(op, primals, params)
    if op.differentiable:
        t = _tangent(op, args, level, (y, *residual, *primals), params)
        if op.several:
            return op._packed(tuple(_dual(part, moved, level) for part, moved in zip(y, t, strict=True)))
        return _dual(y, t, level)
    return tuple(map(constant, y)) if op.several else constant(y)


def _evaluated(op: Primitive, primals: list, params: dict) -> tuple[Any, tuple]:
    """The op's value and, in a tuple, the residual if it has one: on plain values from the kernel itself."""
    if any(isinstance(x, Node) for x in primals):
        return op(*primals, **params), ((op.residual(*primals, **params),) if op.residual else ())
    y = op.evaluate([x if x.__class__ in (float, np.ndarray) or is_protocol_array(x) else to_stored(np.asarray(x))
                     for x in primals], params)
    return (y[0], (y[1],)) if op.residual else (y, ())


def _tangent(op: Primitive, args: Sequence, level: int, given: tuple, params: dict) -> Any:
    parts = []
    for i, x in enumerate(args):
        if _is_dual(x, level):
            rule = op.jvp_rule(i)
            if rule is None:
                if op.vjp_rules[i] is None:
                    continue                                    # no derivative in this input
                raise NotImplementedError(f"{op.name} declares no jvp rule, which forward mode needs; declare one with "
                                          "@primitive(jvp=...), or use vjp")
            moved = rule(x.tangent, *given, **params)
            parts.append(_guarded(moved, x.tangent) if op.singular else moved)
    if op.several:
        return [_sum(column, y) for y, *column in zip(given[0], *parts, strict=True)]
    return _sum(parts, given[0])


def _guarded(moved: Any, t: Any) -> Any:
    """A zero tangent stays zero through a singular derivative."""
    if has_nan(getattr(moved, "_value", moved)):
        return where(t == 0, 0.0, moved)
    return moved


def _sum(parts: list, y: Any) -> Any:
    """Tangents added up, in the shape and dtype of what they are tangents of; None if there are none."""
    if not parts:
        return None
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    shape, dtype = shape_and_dtype(getattr(y, "_value", y))
    total = total if np.shape(total) == shape else broadcast_to(total, shape=shape)
    return _of_dtype(total, dtype)


def _dual(y: Any, t: Any, level: int) -> Any:
    return Dual(y, t, level) if t is not None and is_leaf(y) else constant(y)
