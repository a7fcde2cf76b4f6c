"""Recording: apply an op to Tensors and remember it in the graph, and the factories that make Tensor's operators.

There is one generic factory per arity over the declared primitives. It keeps scalar graphs light: two Python floats
meet in `op.scalar` and the result is one Node with one tuple of inputs; everything else goes through `apply`.
"""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from ..support.caller import line_of, users_frame
from .answers import KernelError
from .arrays import is_protocol_array
from .dtypes import as_array, dtype_of, python_number, real_numbers
from .modes import ANOMALY, LINES, RECORD, mode
from .op_error import REFUSALS, op_error
from .ownership import SHARED_WITH_CALLER, add_view, copy_if_shared
from .primitive import NUMBERS, NUMPY, REGISTRY, Primitive, outputs_of
from .reverse import Node, check_finite, describe, form, next_id

_new = object.__new__
_result: type[Node] = Node
_NO_PARAMS: dict[str, Any] = {}
_DEFAULT = frozenset(NUMBERS.values())
_IMMUTABLE = (float, int, np.generic, tuple)
_OPERANDS = (Node, float, int, ndarray, np.generic, list, tuple)
_USUAL = frozenset(map(np.dtype, "?bhilqBHILQefd"))
"""Those of arrays that need no conversion: of real numbers, in this machine's byte order."""

_SIMPLE = frozenset({int, bool, float, type(None), str})
NUMPY_2 = np.lib.NumpyVersion(np.__version__) >= "2.0.0"


def result_class(cls):
    """Class decorator: results of ops are of this class."""
    global _result
    _result = cls
    return cls


# ---- values --------------------------------------------------------------------------------------------------------

def real(data, dtype=None, *, copy: bool = False):
    """Data as an array (or anything with NumPy's protocols) of real numbers; TypeError for other data."""
    if isinstance(data, Node):
        data = data._value
    if data.__class__ is not ndarray and is_protocol_array(data):
        array = data.astype(data.dtype if dtype is None else dtype_of(dtype)) if copy or dtype is not None else data
    else:
        if isinstance(data, list | tuple) and _holds_nodes(data):
            raise TypeError("a sequence of Tensors cannot become the data of a Tensor without leaving the graph; "
                            "use stack(...) or concatenate(...)")
        if hasattr(data, "filled"):
            raise TypeError("a masked array would lose its mask: take data.filled(value), or where(mask, x, value)")
        if dtype is not None:                           # which would make nan of None and 3 of "3"
            dtype, data = dtype_of(dtype), real_numbers(as_array(data), data)
        array = as_array(data, dtype, copy)
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
    return real_numbers(array, data)


def _holds_nodes(data) -> bool:
    return any(isinstance(x, Node) or (isinstance(x, list | tuple) and _holds_nodes(x)) for x in data)


def stored(value):
    """A value as a Node holds it: 0-d data of the default dtypes becomes a Python number."""
    if value.__class__ is ndarray:
        if value.ndim:
            return value
        value = value[()]
    if value.__class__ is tuple:                        # of an op with several outputs
        return tuple(map(stored, value))
    return value.item() if value.__class__ in _DEFAULT else value


def narrowed(value, inputs: list, params: dict):
    """NumPy 1 lets a Python float widen a float32 scalar to float64; here, as in NumPy 2, it does not."""
    if value.__class__ is tuple:
        return tuple([narrowed(part, inputs, params) for part in value])
    strong = [x.dtype for x in inputs if hasattr(x, "dtype")]
    if value.__class__ is float and strong and "dtype" not in params:
        dtype = np.result_type(*strong)
        return dtype.type(value) if dtype.kind == "f" and dtype != np.float64 else value
    return value


def snapshot(value):
    """Metadata as the graph keeps it: index arrays are copied, Tensors give their value."""
    if isinstance(value, Node):
        if value._needs:
            raise TypeError(f"{describe(value)} requires grad but was given as a parameter, through which no gradient "
                            "flows; detach() it")
        value = python_number(value._value)
    if isinstance(value, ndarray) or is_protocol_array(value):
        return copy_if_shared(value)
    if isinstance(value, tuple | list):
        return type(value)(snapshot(v) for v in value)
    return value


def wrap(value, id: int | None = None, face: type[Node] | None = None) -> Any:
    """A constant with this value, not copied."""
    node = _new(face or _result)
    node._value, node._needs, node._grad = value, False, None
    node._op, node._inputs, node._params = None, (), _NO_PARAMS
    node._id = next_id() if id is None else id
    return node


# ---- recording -----------------------------------------------------------------------------------------------------

def record(op: Primitive, inputs: tuple, params: dict | None, value) -> Any:
    """A new node of the graph: value = op(*inputs, **params)."""
    node = _new(_result)
    node._value = value
    node._needs = True
    node._op = op
    node._inputs = inputs
    node._params = params
    node._id = next_id()
    return node


def apply(op: Primitive, args: tuple, params: dict) -> Any:
    """Evaluate op on arguments some of which are Nodes; record it if a gradient may be asked for later."""
    values, needs, shared = [], False, False
    try:
        for x in args:
            values.append(x._value)
            if x._needs:
                needs = True
            elif not x._id:                             # SHARED_WITH_CALLER
                shared = True
    except AttributeError:
        args, values, needs, shared = _with_constants(args)
    if params and params is not op.defaults:
        params = {name: v if v.__class__ in _SIMPLE else snapshot(v) for name, v in params.items()}
    try:
        if op.scalar is not None and values[0].__class__ is not ndarray:
            y = op.evaluate(values, params)
        else:
            y = op.kernel(*values, **params) if params else op.kernel(*values)
    except KernelError:
        raise
    except REFUSALS as error:
        raise op_error(op.name, values, params, error, [getattr(x, "_name", None) for x in args]) from error
    if op.residual:
        y, residual = y
    if y.__class__ is not ndarray or not y.ndim:
        y = stored(y) if NUMPY_2 else narrowed(stored(y), values, params)
    state = mode()
    if needs and state & RECORD and op.differentiable:
        if shared or op.inert:
            _prepare(op, args, shared)
        result = record(op, args, params, y)
        if op.residual:
            result._residual = residual
    else:
        result = wrap(y, SHARED_WITH_CALLER if shared and is_mutable(y) else None)     # perhaps its view
    if y.__class__ is ndarray and y.base is not None and op.arity == 1:
        add_view(args[0], result)
    if state & LINES:
        _note_line(result, op, state)
    return _outputs(result, op, args, shared) if op.several else result


def _outputs(call: Node, op: Primitive, args: Sequence, shared: bool) -> tuple:
    """The outputs as nodes, which may be views of the input."""
    outputs = outputs_of(call, op)
    for y in outputs:
        if y._value.__class__ is ndarray:
            if shared and not y._needs:
                y._id = SHARED_WITH_CALLER
            if y._value.base is not None and op.arity == 1:
                add_view(args[0], y)
    return outputs


def _note_line(result: Node, op: Primitive, state: int) -> None:
    result._line = line_of(users_frame())
    if state & ANOMALY:
        check_finite(result._value, op, result._line, "its value")


def _with_constants(args: Sequence) -> tuple[tuple, list, bool, bool]:
    """Arguments some of which are not Nodes, those as constants; their values, whether one needs a gradient, and
    whether one is borrowed."""
    try:
        args = tuple([x if isinstance(x, Node) else constant(_operand(x, args)) for x in args])
    except (TypeError, ValueError) as error:            # which is about the data, not about a missing attribute
        raise error from None
    needs = borrowed = False
    for x in args:
        needs, borrowed = needs or x._needs, borrowed or not x._id
    return args, [x._value for x in args], needs, borrowed


def _operand(x, args: Sequence):
    """x, as a Python number if it is a number beside real Nodes: np.int32(2) makes float64 of float32, 2 does not."""
    if not getattr(x, "ndim", 1) and isinstance(x, np.generic | ndarray):
        return python_number(x) if any(isinstance(w, Node) and form(w._value)[1].kind == "f" for w in args) else x
    return x


def constant(x) -> Any:
    """An argument that is not a Node as one."""
    if x.__class__ is float:
        return wrap(x)
    value = x if x.__class__ is ndarray and x.ndim and x.dtype in _USUAL else stored(real(x))
    return wrap(value, SHARED_WITH_CALLER if is_mutable(value) else None)


def is_mutable(value) -> bool:
    """Whether somebody may change what a Node holds: an array, and neither a number nor a tuple of outputs."""
    return value.__class__ is ndarray or not isinstance(value, _IMMUTABLE)


def _copy_shared(args: Sequence) -> None:
    """Before a graph depends on them: arrays that a caller may still write to become copies of our own."""
    for x in args:
        if x._id == SHARED_WITH_CALLER:
            x._value, x._id = copy_if_shared(x._value), next_id()


def _prepare(op: Primitive, args: Sequence, shared: bool) -> None:
    """Before a graph depends on its inputs."""
    if shared:
        _copy_shared(args)
    _refuse_inert(op, args)


def _refuse_inert(op: Primitive, args: Sequence) -> None:
    for i in op.inert:
        if args[i]._needs:
            raise TypeError(f"{op.name} is not differentiable in input {i}, but {describe(args[i])} requires grad; "
                            "detach() it")


# ---- what Tensor's operators and methods are made of ----------------------------------------------------------------

def is_operand(x) -> bool:
    return isinstance(x, _OPERANDS) or getattr(x, "__array_ufunc__", None) is not None


def operator(name: str, reflected: bool = False) -> Callable[..., Any]:
    """The method of a binary operator, for any primitive of two inputs."""
    def general(self, other):
        if not is_operand(other):
            return NotImplemented
        return apply(REGISTRY[name], (other, self) if reflected else (self, other), {})
    general.__name__ = general.__qualname__ = name
    return general


def binary(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The same, and the reflected one, for a differentiable primitive with a `scalar` kernel."""
    straight = _binary(name, operator(name))
    general = operator(name, reflected=True)

    def reflected(self, other):
        if self._value.__class__ is float and (other.__class__ is float or other.__class__ is int):
            return straight(wrap(float(other)), self)
        return general(self, other)
    reflected.__name__ = reflected.__qualname__ = name
    return straight, reflected


def _binary(name: str, general: Callable[..., Any]) -> Callable[..., Any]:
    """`general` with what two Python floats need written out."""
    def look_up(a, b):                                  # at the first call: ops are declared later
        nonlocal op, scalar
        op = REGISTRY[name]
        scalar = op.scalar
        return scalar(a, b)
    op, scalar = None, look_up

    def fast(self, other):
        a = self._value
        if a.__class__ is not float:
            if other.__class__ is _result:              # an operand for sure
                return apply(REGISTRY[name], (self, other), _NO_PARAMS)
            return general(self, other)
        if other.__class__ is _result or isinstance(other, Node):
            w = other
        elif other.__class__ is float or other.__class__ is int:
            w = wrap(float(other))
        else:
            return general(self, other)
        b = w._value
        if b.__class__ is not float or not (self._needs or w._needs) or mode() != RECORD:
            return general(self, other)
        try:
            value = scalar(a, b)
        except (ArithmeticError, ValueError):           # general gives NumPy's inf or nan
            return general(self, other)
        node = _new(_result)
        node._value = value
        node._needs = True
        node._op = op
        node._inputs = (self, w)
        node._params = None
        node._id = next_id()
        return node
    fast.__name__ = fast.__qualname__ = name
    return fast


def unary(name: str) -> Callable[..., Any]:
    """The method of a primitive of one input without metadata."""
    def method(self):
        op = REGISTRY[name]
        a = self._value
        if a.__class__ is float and self._needs and mode() == RECORD and op.scalar is not None and op.differentiable:
            try:
                return record(op, (self,), None, op.scalar(a))
            except (ArithmeticError, ValueError):
                pass
        return apply(op, (self,), {})
    method.__name__ = method.__qualname__ = name
    return method


def method(function: Callable) -> Callable[..., Any]:
    """The method that does what a NumPy function does to its first argument."""
    def call(self, *args, **params):
        return NUMPY[function](self, *args, **params)
    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = f"`autograd.numpy.{function.__name__}` of self."
    return call
