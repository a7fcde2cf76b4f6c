"""Tensor: a value that remembers how it was computed. Operators, NumPy protocols, and the user's side of backward."""
import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
from numpy import ndarray

from .arrays import asanyarray, is_protocol_array, to_host
from .constants import CONSTANT_FUNCTIONS, outside_graph
from .dtypes import dtype_of
from .keywords import given_keywords
from .modes import RECORD, enable_grad, mode
from .ownership import GIVEN_OUT, SHARED_WITH_CALLER, become_leaf, copy_if_shared, give_out, own_memory, read_only
from .primitive import NUMPY, REGISTRY, Primitive
from .record import (
    apply,
    binary,
    constant,
    is_mutable,
    is_operand,
    method,
    operator,
    real,
    result_class,
    stored,
    unary,
    wrap,
)
from .reverse import GraphError, Node, accumulate_grads, born, describe, form, next_id, seed_of, sweep
from .traces import OPEN_TRACES, warn_if_traced


def in_place(name: str):
    """The method of `w -= step` and the like: an assignment, of a leaf that requires grad, where nothing is recorded.

    Elsewhere x += y is x = x + y, as for any immutable value."""
    def update(self, other):
        if self._op is not None or not self._needs:
            return NotImplemented
        if mode() & RECORD:
            raise TypeError(f"{describe(self)} is changed in place while its graph is recorded: write the update "
                            "under `with no_grad():`, or x = x + step for a new Tensor")
        self.assign(apply(REGISTRY[name], (self, other), {}))
        return self
    update.__name__ = update.__qualname__ = f"in-place {name}"
    return update


REDUCTIONS = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min, np.logical_and: np.all, np.logical_or: np.any}
"""What `ufunc.reduce` means."""


@result_class
class Tensor(Node):
    """An immutable array or scalar that records the ops applied to it.

    Args:
        data: number, nested sequence, array or Tensor; copied. Any shape, also () and empty. An array of another
            library that speaks NumPy's protocols, such as CuPy's, stays where it is (see `autograd.core.arrays`).
        requires_grad: whether `backward` shall leave a gradient in `.grad`. Needs a floating dtype.
        dtype: NumPy dtype, default NumPy's choice for the data. Complex and object data are refused.
        name: how drawings and errors call it.

    0-d data of dtype float64, int64 and bool is held as a Python number and, like one, never changes the dtype of what
    it meets: a float32 array times a 0-d float64 Tensor is float32.

    Raises:
        TypeError: data that is not real numbers, or integers asked to require grad.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    Tensor([2. 4.])
    """
    __slots__ = ()

    def __init__(self, data, requires_grad: bool = False, *, dtype=None, name: str | None = None):
        if OPEN_TRACES and isinstance(data, Tensor) and data._needs:
            warn_if_traced(data, "Tensor(x)")
        self._value = stored(real(data, dtype, copy=True))
        self._needs, self._op, self._inputs, self._params, self._grad = False, None, (), {}, None
        self._id = self._born = next_id()
        if name is not None:
            self.name = name
        if requires_grad is not False:
            self.requires_grad = requires_grad
            self._views = None                          # nobody has seen it yet

    # ---- what it is -------------------------------------------------------------------------------------------------

    @property
    def data(self) -> ndarray:
        """The value as a read-only array of shape `shape` and dtype `dtype`; setting it is `assign`."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.data")
        return read_only(give_out(self))

    @data.setter
    def data(self, value) -> None:
        self.assign(value)

    @property
    def shape(self) -> tuple[int, ...]:
        value = self._value
        return value.shape if value.__class__ is ndarray else form(value)[0]

    @property
    def dtype(self) -> np.dtype:
        value = self._value
        return value.dtype if value.__class__ is ndarray else form(value)[1]

    @property
    def ndim(self) -> int:
        value = self._value
        return value.ndim if value.__class__ is ndarray else len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def name(self) -> str | None:
        """How drawings and errors call it; may be set."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a tensor's name is a string, got {name!r:.60}")
        self._name = name

    @property
    def op(self) -> Primitive | None:
        """The primitive that computed it; None for a leaf."""
        return self._op

    @property
    def is_leaf(self) -> bool:
        return self._op is None

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to it. May be set on a leaf of floating dtype."""
        return self._needs

    @requires_grad.setter
    def requires_grad(self, flag: bool) -> None:
        if not isinstance(flag, bool | int | np.bool_):
            raise TypeError(f"requires_grad is True or False, got {flag!r:.60}")
        if self._op is not None and not flag:
            raise GraphError(f"{describe(self)} is computed from tensors that require grad; use detach()")
        if flag and self.dtype.kind != "f":
            raise TypeError(f"a tensor of dtype {self.dtype} cannot require grad: gradients need real numbers. Write "
                            "the data as floats (1.0 instead of 1) or pass dtype=float")
        if flag and not self._needs:
            if self._id == SHARED_WITH_CALLER:
                self._renew(copy_if_shared(self._value))
            self._born = self._id
            become_leaf(self)
        self._needs = bool(flag)

    @property
    def grad(self) -> "Tensor | None":
        """d(result)/d(self) after `result.backward()`, same shape and dtype; None before, or if self is not part of it.

        Accumulates over calls on a leaf until set to None; on an inner node it is that of the last call, None if a rule
        failed in it.
        """
        g = getattr(self, "_grad", None)
        if g is not None and not isinstance(g, Tensor):
            g = self._grad = wrap(g)
        return g

    @grad.setter
    def grad(self, value) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                value = Tensor(value, dtype=self.dtype)
            elif value.dtype != self.dtype:
                value = value.astype(self.dtype)
            if value.shape != self.shape:
                raise ValueError(f"a gradient of shape {value.shape} for {describe(self)}: shapes must be equal; write "
                                 f"g.reshape({self.shape}) if the entries belong together")
        self._grad = value

    def __repr__(self) -> str:
        value = repr(self._value) if is_protocol_array(self._value) else np.array2string(
            np.asarray(self._value), separator=" ", threshold=20, prefix="Tensor(") \
            if self.shape else repr(np.asarray(self._value).item())
        dtype = "" if self.dtype == np.float64 else f", {self.dtype}"
        needs = ", requires_grad=True" if self._needs and self.is_leaf else ""
        op = f", op={(self._params or {}).get('called', self._op.name)}" if self._op else ""
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({value}{dtype}{needs}{op}{name})"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        """In a notebook: the text and, if it was computed and can be drawn, its graph."""
        text = {"text/plain": repr(self)}
        return text | import_module("autograd.draw.notebook").shown(self) if self._inputs else text

    # ---- taking the value out, replacing it -------------------------------------------------------------------------

    def numpy(self) -> ndarray:
        """A copy of the value as an array of your own, outside the graph."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.numpy()")
        return np.array(to_host(self._value))

    def item(self) -> float | int | bool:
        """The value of a tensor with one element, as a Python number. ValueError for others."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.item()")
        value = self._value
        return value if value.__class__ is float else self._only_entry("item()")

    def _only_entry(self, asked: str) -> float | int | bool:
        if self.size != 1:
            raise ValueError(f"{asked} is for a tensor with one entry, not for {describe(self)}: index or reduce it; "
                             "tolist() gives all entries")
        return to_host(self._value).item()

    def _number(self, asked: str) -> Any:
        """What Python turns into a number, without being asked to leave a device: its library decides."""
        return self._value if is_protocol_array(self._value) else self._only_entry(asked)

    def tolist(self) -> Any:
        """The value as nested lists of Python numbers."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.tolist()")
        return to_host(self._value).tolist()

    def detach(self) -> "Tensor":
        """The same value outside the graph: a leaf that requires no grad. No copy."""
        value = give_out(self)
        shared = self._id == SHARED_WITH_CALLER and is_mutable(value)
        twin = wrap(value, SHARED_WITH_CALLER if shared else None)
        twin._views = GIVEN_OUT
        return twin

    def assign(self, value) -> None:
        """Replace a leaf's value by a copy of `value`, which must have its shape; the dtype stays.

        Results computed before keep their values, but can no longer be differentiated.

        Raises:
            GraphError: not a leaf.
            ValueError: another shape.
        """
        if self._op is not None:
            raise GraphError(f"{describe(self)} is computed: assign to the leaves it comes from, or detach() it first")
        array = real(value, self.dtype, copy=True)
        if array.shape != self.shape:
            raise ValueError(f"cannot assign shape {array.shape} to {describe(self)}: shapes must be equal")
        self._renew(stored(array))

    def writable(self) -> Any:
        """The leaf's own memory, to be updated in place by an optimiser; a fresh copy if anybody else can see it.

        Marks the leaf as assigned. A 0-d leaf gives its number: hand the updated one to `assign`.
        """
        self._id = next_id()
        return own_memory(self)

    def _renew(self, value) -> None:
        self._born, self._value, self._id = born(self), value, next_id()

    # ---- backward ---------------------------------------------------------------------------------------------------

    def backward(self, gradient=None, *, create_graph: bool = False, retain_graph: bool = True) -> None:
        """Differentiate self with respect to every leaf below that requires grad, adding to the leaves' `.grad`.

        Args:
            gradient: the cotangent to start from, in self's shape; needed unless self has one element (then 1).
            create_graph: record the backward pass too, so that gradients can be differentiated again. The graph then
                hangs on the leaves' `.grad`: set it to None when done, or use `grad`, which leaves nothing behind.
            retain_graph: keep the graph and inner nodes' `.grad`; False frees the graph as the sweep goes.

        Raises:
            GraphError: self does not depend on a tensor that requires grad; the graph was freed; a leaf was assigned.
            ValueError: no gradient for a non-scalar, one of another shape, or one with nan in it.

        >>> from autograd import Tensor
        >>> x = Tensor(3.0, requires_grad=True)
        >>> y = x ** 2
        >>> y.backward(); y.backward()
        >>> x.grad
        Tensor(12.0)
        """
        seed = seed_of(self, gradient)
        if not create_graph:
            accumulate_grads(sweep(self, seed, retain=retain_graph))
            return
        with enable_grad():
            follows = isinstance(gradient, Tensor) and gradient.requires_grad
            seed = (+gradient).astype(self.dtype) if follows else wrap(seed)
            accumulate_grads(sweep(self, seed, create_graph=True), create_graph=True)

    # ---- NumPy and Python protocols ---------------------------------------------------------------------------------

    __array_priority__ = 1000
    __hash__ = object.__hash__
    __carry__ = staticmethod(apply)

    def __array_ufunc__(self, ufunc, way, *args, **params):
        if way == "reduce" and ufunc in REDUCTIONS:
            return ours(REDUCTIONS[ufunc])(*args, **{"axis": 0, **params})
        if way != "__call__":
            raise TypeError(f"np.{ufunc.__name__} with the method {way} is not available on Tensors: their values are "
                            "immutable, and reductions are functions (sum, max, ...)")
        return ours(ufunc)(*args, **params)

    def __array_function__(self, function, types, args, params):
        return ours(function)(*args, **given_keywords(params))

    def __array__(self, dtype=None, copy=None):
        if self._needs:
            raise TypeError(f"turning {describe(self)} into an array would silently drop its gradient; say "
                            "x.detach() if that is meant, or stack([...]) for an array of Tensors")
        return np.array(self._value, dtype)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a 0-d Tensor has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator["Tensor"]:
        return (self[i] for i in range(len(self)))

    def __float__(self) -> float:
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "float(x), as by math.sin(x),")
        value = self._value
        return value if value.__class__ is float else float(self._number("float(x)"))

    def __int__(self) -> int:
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "int(x)")
        value = self._number("int(x)")
        if value != value or value in (math.inf, -math.inf):
            raise ValueError(f"{describe(self)} is {value}, which is no integer")
        return int(value)

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.ndim:
            raise TypeError(f"{describe(self)} is no integer, as an index or a count must be; write int(x) if it shall "
                            "become one")
        return int(self._value)

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(f"{describe(self)} has no one truth value: ask x.any() or x.all()")
        return bool(self._value)

    def __format__(self, spec: str) -> str:
        if spec and self.size != 1:
            raise TypeError(f"the format {spec!r} is for one number, not for {describe(self)}: reduce it, or format "
                            "its entries")
        try:
            return format(self._only_entry("a format"), spec) if spec else repr(self)
        except ValueError as error:
            raise ValueError(f"{spec!r} is no format for {describe(self)}: {error}") from None

    def __contains__(self, value) -> bool:
        return bool(np.any(self.data == getattr(value, "_value", value)))

    def __setitem__(self, index, value):
        raise TypeError("a Tensor's value is immutable: build the new one with where(mask, value, x), concatenate or "
                        "stack; or, for a leaf, x.assign(array)")

    def __reduce__(self):
        """Pickle and copy: a leaf with its gradient; a computed tensor as its value, without the graph."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "a copy or pickle of x")
        g = getattr(self, "_grad", None) if self.is_leaf else None
        return _restore, (type(self), self._value, self._needs and self.is_leaf, self.name, getattr(g, "_value", g))

    # ---- operators and methods: every one is a declared op ----------------------------------------------------------

    __add__, __radd__ = binary("add")
    __sub__, __rsub__ = binary("subtract")
    __mul__, __rmul__ = binary("multiply")
    __truediv__, __rtruediv__ = binary("divide")
    __pow__, __rpow__ = binary("power")
    __iadd__, __isub__, __imul__ = in_place("add"), in_place("subtract"), in_place("multiply")
    __itruediv__, __ipow__, __imatmul__ = in_place("divide"), in_place("power"), in_place("matmul")
    __matmul__, __rmatmul__ = operator("matmul"), operator("matmul", reflected=True)
    __neg__, __pos__, __abs__ = unary("negative"), unary("positive"), unary("absolute")
    __lt__, __le__ = operator("less"), operator("less_equal")
    __gt__, __ge__ = operator("greater"), operator("greater_equal")
    __and__, __rand__ = operator("bitwise_and"), operator("bitwise_and", reflected=True)
    __or__, __ror__ = operator("bitwise_or"), operator("bitwise_or", reflected=True)
    __invert__ = unary("invert")
    __floordiv__, __rfloordiv__ = operator("floor_divide"), operator("floor_divide", reflected=True)
    __mod__, __rmod__ = operator("remainder"), operator("remainder", reflected=True)
    __ifloordiv__, __imod__ = in_place("floor_divide"), in_place("remainder")

    def __divmod__(self, other):
        return (self // other, self % other) if is_operand(other) else NotImplemented

    def __rdivmod__(self, other):
        return (other // self, other % self) if is_operand(other) else NotImplemented

    def __round__(self, decimals: int | None = None) -> "Tensor":
        return NUMPY[np.round](self, decimals=decimals or 0)

    def __eq__(self, other):
        return _compared(self, other, "equal", AllEqual)

    def __ne__(self, other):
        return _compared(self, other, "not_equal", AnyUnequal)

    def __getitem__(self, index) -> "Tensor":
        return apply(REGISTRY["getitem"], (self,), {"index": index})

    exp, log, sqrt, tanh = unary("exp"), unary("log"), unary("sqrt"), unary("tanh")
    abs, sigmoid, relu = unary("absolute"), unary("sigmoid"), unary("relu")
    sum, mean, var, std = method(np.sum), method(np.mean), method(np.var), method(np.std)
    max, min, argmax, argmin = method(np.max), method(np.min), method(np.argmax), method(np.argmin)
    clip, squeeze, ravel = method(np.clip), method(np.squeeze), method(np.ravel)
    swapaxes, dot = method(np.swapaxes), method(np.dot)
    round, copy, floor, ceil = method(np.round), method(np.copy), unary("floor"), unary("ceil")
    any, all, argsort = outside_graph(np.any), outside_graph(np.all), outside_graph(np.argsort)
    nonzero, searchsorted = outside_graph(np.nonzero), outside_graph(np.searchsorted)

    def reshape(self, *shape, order: str = "C") -> "Tensor":
        """The same entries in another shape: `x.reshape(2, 3)`, `x.reshape((2, -1))`; rows first, or columns ("F")."""
        lengths = shape[0] if len(shape) == 1 else shape
        return NUMPY[np.reshape](self, lengths) if order == "C" else NUMPY[np.reshape](self, lengths, order=order)

    def transpose(self, *axes) -> "Tensor":
        """Axes in another order, by default reversed: `x.transpose(1, 0)`, `x.transpose((1, 0))`."""
        return NUMPY[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)

    @property
    def T(self) -> "Tensor":
        """Axes reversed."""
        return NUMPY[np.transpose](self)

    def astype(self, dtype, *, copy: bool = True) -> "Tensor":
        """The same values in another dtype. The gradient comes back in self's; to integers or booleans none flows.

        `copy` is taken as NumPy takes it; values being immutable, it makes no difference."""
        dtype = dtype_of(dtype)
        if dtype.kind != "f":
            return Tensor(asanyarray(self._value).astype(dtype))
        return REGISTRY["astype"](self, dtype=dtype)


def as_tensor(x: Any) -> Tensor:
    """x as a Tensor: a Tensor is returned as it is, an array is shared, not copied.

    As soon as a recorded graph depends on the result, it takes a private copy if anybody else can write to the array:
    later changes to the array never reach a gradient.

    >>> import numpy as np
    >>> from autograd import as_tensor
    >>> as_tensor(np.ones(2)) + 1
    Tensor([2. 2.])
    """
    return x if isinstance(x, Tensor) else constant(x)


def ours(function):
    """What stands for a NumPy function on Tensors; TypeError, saying how to declare it, if nothing does."""
    try:
        return NUMPY[function]
    except KeyError:
        if function in CONSTANT_FUNCTIONS:
            return outside_graph(function)
        name = _full_name(function)
        raise TypeError(f"{name} has no derivative here. Declare one: @primitive(vjp=..., numpy={name}), or leave the "
                        "graph with x.detach().data if none is needed") from None


def _full_name(function) -> str:
    name = function.__name__                    # a ufunc does not know its module
    module = getattr(function, "__module__", None) or ("numpy" if getattr(np, name, None) is function else "")
    return f"{module}.{name}".removeprefix(".").replace("numpy.", "np.", 1)


def _compared(x: Tensor, other, name: str, face: type[Tensor]):
    if not is_operand(other):
        return NotImplemented
    try:
        return wrap(REGISTRY[name](x, other)._value, face=face)
    except ValueError:                          # shapes that cannot meet: nothing is equal
        return wrap(name == "not_equal", face=face)


def _restore(cls, value, needs, name, g):
    x = wrap(stored(real(value, copy=True)), face=cls)
    x._needs = needs
    if name is not None:
        x._name = name
    if g is not None:
        x._grad = g
    return x


class AllEqual(Tensor):
    """What == gives: elementwise, but as a truth value "all equal", so that `t in [a, b]` never raises."""
    __slots__ = ()

    def __bool__(self) -> bool:
        return bool(np.all(self._value))


class AnyUnequal(Tensor):
    """What != gives: elementwise, but as a truth value the opposite of ==."""
    __slots__ = ()

    def __bool__(self) -> bool:
        return bool(np.any(self._value))


to_host.register(Tensor)(lambda x: to_host(x.data))
