"""Recording: apply an op to Tensors and remember it in the graph, and the factories that make Tensor's operators.

There is one generic factory per arity over the declared primitives. It keeps scalar graphs light: two Python floats
meet in `op.scalar` and the result is one Node with one tuple of inputs; everything else goes through `apply`.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from ..support.caller import line_of, users_frame
from .isolation import KernelError
from .modes import ANOMALY, LINES, RECORD, mode
from .node import Node, check_finite, describe, next_id
from .op_error import REFUSALS, op_error
from .ownership import SHARED_WITH_CALLER, add_view, copy_if_shared
from .primitive import Primitive, outputs_of
from .values import (
    NUMPY_2,
    as_real_array,
    is_mutable,
    is_protocol_array,
    narrowed,
    python_number,
    shape_and_dtype,
    to_stored,
)

_new = object.__new__
RESULT: type[Node] = Node
NO_PARAMS: dict[str, Any] = {}
_USUAL = frozenset(map(np.dtype, "?bhilqBHILQefd"))
"""Those of arrays that need no conversion: of real numbers, in this machine's byte order."""

_SIMPLE = frozenset({int, bool, float, type(None), str})


FOREIGN: dict[type, Any] = {}
"""Classes of Nodes on which an op does something else, and what: (op, args, params) -> result. They have no `_id`."""


def result_class(cls):
    """Class decorator: results of ops are of this class."""
    global RESULT
    RESULT = cls
    return cls


# ---- values --------------------------------------------------------------------------------------------------------

def snapshot(value):
    """Metadata as the graph keeps it: index arrays are copied, Tensors give their value."""
    if isinstance(value, Node):
        if value._needs or (value.__class__ in FOREIGN and shape_and_dtype(value._value)[1].kind == "f"):
            raise TypeError(f"{describe(value)} is differentiated but was given as a parameter, through which no "
                            "gradient flows; detach() it")
        value = python_number(value._value)
    if isinstance(value, ndarray) or is_protocol_array(value):
        return copy_if_shared(value)
    if isinstance(value, tuple | list):
        return type(value)(snapshot(v) for v in value)
    return value


def make_constant(value, id: int | None = None, face: type[Node] | None = None) -> Any:
    """A constant with this value, not copied."""
    node = _new(face or RESULT)
    node._value, node._needs, node._grad = value, False, None
    node._op, node._inputs, node._params = None, (), NO_PARAMS
    node._id = next_id() if id is None else id
    return node


# ---- recording -----------------------------------------------------------------------------------------------------

def record(op: Primitive, inputs: tuple, params: dict | None, value, residual=None) -> Any:
    """A new node of the graph: value = op(*inputs, **params)."""
    node = _new(RESULT)
    node._value = value
    node._needs = True
    node._op = op
    node._inputs = inputs
    node._params = params
    node._id = next_id()
    if op.residual:
        node._residual = residual
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
    if values is None:
        return FOREIGN[shared](op, args, params)
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
    y, residual = y if op.residual else (y, None)
    if y.__class__ is not ndarray or not y.ndim:
        y = to_stored(y) if NUMPY_2 else narrowed(to_stored(y), values, params)
    state = mode()
    if needs and state & RECORD and op.differentiable:
        if shared or op.inert:
            _prepare(op, args, shared)
        result = record(op, args, params, y, residual)
    else:
        result = make_constant(y, SHARED_WITH_CALLER if shared and is_mutable(y) else None)     # perhaps its view
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


def _with_constants(args: Sequence) -> tuple[Any, Any, bool, Any]:
    """Arguments some of which are not Nodes, those as constants; their values, whether one needs a gradient, and
    whether one is borrowed. If one is foreign: the arguments, None, False and the class of that one."""
    for x in args:
        if x.__class__ in FOREIGN:
            return args, None, False, x.__class__
    try:
        args = tuple([x if isinstance(x, Node) else as_constant(_operand(x, args)) for x in args])
    except (TypeError, ValueError) as error:            # which is about the data, not about a missing attribute
        raise error from None
    needs = borrowed = False
    for x in args:
        needs, borrowed = needs or x._needs, borrowed or not x._id
    return args, [x._value for x in args], needs, borrowed


def _operand(x, args: Sequence):
    """x, as a Python number if it is a number beside real Nodes: np.int32(2) makes float64 of float32, 2 does not."""
    if getattr(x, "ndim", 1) or not isinstance(x, np.generic | ndarray):
        return x
    beside_real = any(isinstance(w, Node) and shape_and_dtype(w._value)[1].kind == "f" for w in args)
    return python_number(x) if beside_real else x


def as_constant(x) -> Any:
    """An argument that is not a Node as one."""
    if x.__class__ is float:
        return make_constant(x)
    value = x if x.__class__ is ndarray and x.ndim and x.dtype in _USUAL else to_stored(as_real_array(x))
    return make_constant(value, SHARED_WITH_CALLER if is_mutable(value) else None)


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
