"""Tensor: a value that remembers how it was computed. Operators, NumPy protocols, and the user's side of backward."""
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
from numpy import ndarray

from .dtypes import dtype_of
from .methods import NumpyMethods
from .modes import enable_grad
from .node import GraphError, born, describe, next_id
from .operators import is_operand, unary
from .ownership import GIVEN_OUT, SHARED_WITH_CALLER, become_leaf, copy_if_shared, give_out, own_memory, read_only
from .primitive import NUMPY, REGISTRY, Primitive
from .record import FOREIGN, apply, as_constant, make_constant, result_class
from .reverse import accumulate_grads, seed_of, sweep
from .traces import OPEN_TRACES, warn_if_traced
from .values import as_real_array, asanyarray, is_mutable, is_protocol_array, to_host, to_stored


@result_class
class Tensor(NumpyMethods):
    """An immutable array or scalar that records the ops applied to it.

    Args:
        data: number, nested sequence, array or Tensor; copied. Any shape, also () and empty. An array of another
            library that speaks NumPy's protocols, such as CuPy's, stays where it is (see `autograd.to_host`).
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
        self._value = to_stored(as_real_array(data, dtype, copy=True))
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
            g = self._grad = make_constant(g)
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

    def detach(self) -> "Tensor":
        """The same value outside the graph: a leaf that requires no grad. No copy."""
        value = give_out(self)
        shared = self._id == SHARED_WITH_CALLER and is_mutable(value)
        twin = make_constant(value, SHARED_WITH_CALLER if shared else None)
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
        array = as_real_array(value, self.dtype, copy=True)
        if array.shape != self.shape:
            raise ValueError(f"cannot assign shape {array.shape} to {describe(self)}: shapes must be equal")
        self._renew(to_stored(array))

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
            seed = (+gradient).astype(self.dtype) if follows else make_constant(seed)
            accumulate_grads(sweep(self, seed, create_graph=True), create_graph=True)

    # ---- NumPy and Python protocols ---------------------------------------------------------------------------------

    __hash__ = object.__hash__
    __carry__ = staticmethod(apply)

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

    def __setitem__(self, index, value):
        raise TypeError("a Tensor's value is immutable: build the new one with where(mask, value, x), concatenate or "
                        "stack; or, for a leaf, x.assign(array)")

    def __reduce__(self):
        """Pickle and copy: a leaf with its gradient; a computed tensor as its value, without the graph."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "a copy or pickle of x")
        g = getattr(self, "_grad", None) if self.is_leaf else None
        return _restore, (type(self), self._value, self._needs and self.is_leaf, self.name, getattr(g, "_value", g))

    # ---- methods: every one is a declared op -------------------------------------------------------------------------

    def __eq__(self, other):
        return _compared(self, other, "equal", AllEqual)

    def __ne__(self, other):
        return _compared(self, other, "not_equal", AnyUnequal)

    def __getitem__(self, index) -> "Tensor":
        if index.__class__ in FOREIGN:
            return FOREIGN[index.__class__](REGISTRY["getitem"], (self,), {"index": index})
        return apply(REGISTRY["getitem"], (self,), {"index": index})

    exp, log, sqrt, tanh = unary("exp"), unary("log"), unary("sqrt"), unary("tanh")
    abs, sigmoid, relu = unary("absolute"), unary("sigmoid"), unary("relu")
    floor, ceil = unary("floor"), unary("ceil")

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
    return x if isinstance(x, Tensor) else as_constant(x)


def _restore(cls, value, needs, name, g):
    x = make_constant(to_stored(as_real_array(value, copy=True)), face=cls)
    x._needs = needs
    if name is not None:
        x._name = name
    if g is not None:
        x._grad = g
    return x


def _compared(x: Tensor, other, name: str, face: type[Tensor]):
    if not is_operand(other):
        return NotImplemented
    try:
        y = REGISTRY[name](x, other)
        return y if y.__class__ in FOREIGN else make_constant(y._value, face=face)
    except ValueError:                          # shapes that cannot meet: nothing is equal
        return make_constant(name == "not_equal", face=face)


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
