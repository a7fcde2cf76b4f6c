"""What depends on no input is computed once: constants, and arrays that depend on the shape of a value alone.

An array that the function brought along is no such constant: whoever holds it may change it.
"""
import operator
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import Call, Program, Value, substitute

OF_SHAPE = {np.zeros_like, np.ones_like, np.full_like, np.empty_like}
"""Functions that look at the shape and dtype of their first argument, and at nothing in it."""

LARGEST = 65_536
"""Entries that a constant may have; larger ones are made when they are needed."""


def fold_constants(program: Program) -> Program:
    """The Program with the calls on constants alone made now."""
    constants, calls, own = dict(program.constants), [], {*program.own}
    for call in program.calls:
        y = _folded(call, {i: constants[i] for i in own & constants.keys()}, program.values)
        if y is None:
            calls.append(call)
        else:
            constants[call.outputs[0]] = y
            own.add(call.outputs[0])
    return replace(program, constants=constants, calls=calls, own=own)


def _folded(call: Call, constants: dict[int, Any], values: list[Value]) -> Any:
    out = values[call.outputs[0]]
    if call.several or call.effect or np.prod(out.shape, dtype=int) > LARGEST or call.function is operator.getitem:
        return None
    args = call.args
    if call.function in OF_SHAPE and len([*call.reads()]) == 1 and call.params.get("shape", ()) is not None:
        like = values[next(call.reads())]
        args = (np.broadcast_to(np.ones((), like.dtype), like.shape), *args[1:])
    elif not all(i in constants for i in call.reads()):
        return None
    with np.errstate(all="ignore"):
        y = call.function(*substitute(args, constants.__getitem__), **substitute(call.params, constants.__getitem__))
    return np.ascontiguousarray(y) if isinstance(y, np.ndarray) and y.ndim else y
