"""Numbers beside arrays become 0-d arrays, which ufuncs take without a conversion at each call."""
from dataclasses import replace

import numpy as np

from ..ir import Call, Program, Ref, Value


def store_scalars(program: Program) -> Program:
    """The Program with Python's numbers among operands of ufuncs as constants of the dtype in which they count."""
    program = replace(program, values=[*program.values], constants=dict(program.constants))
    known: dict[tuple, int] = {}
    return replace(program, calls=[_stored(call, program, known) for call in program.calls])


def _stored(call: Call, program: Program, known: dict[tuple, int]) -> Call:
    if not isinstance(call.function, np.ufunc) or len(call.args) != 2 or call.params:
        return call
    number = next((k for k, x in enumerate(call.args) if x.__class__ in (int, float)), None)
    other = call.args[1 - number] if number is not None else None
    if number is None or other.__class__ is not Ref or not program.values[other.id].is_array:
        return call
    if not program.values[other.id].is_floating:            # an integer array and a float meet in another dtype
        return call
    dtype = program.values[other.id].dtype
    key = dtype, repr(call.args[number])
    if key not in known:
        known[key] = program.add(Value((), dtype))
        program.constants[known[key]] = np.array(call.args[number], dtype)
    args = [*call.args]
    args[number] = Ref(known[key])
    return replace(call, args=tuple(args))
