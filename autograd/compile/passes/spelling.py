"""The same calls in NumPy's quickest spelling: products of matrices as dot, reductions as methods of ufuncs."""
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import Call, Program, Ref, Value

REDUCTIONS: dict[Callable, Callable] = {np.sum: np.add.reduce, np.max: np.maximum.reduce, np.amax: np.maximum.reduce,
                                        np.min: np.minimum.reduce, np.amin: np.minimum.reduce,
                                        np.prod: np.multiply.reduce}


def respell(program: Program) -> Program:
    """The Program with each call in its quickest spelling; the values stay the same to the last bit."""
    return replace(program, calls=[_respelled(call, program.values) for call in program.calls])


def _respelled(call: Call, values: list[Value]) -> Call:
    if call.function is np.matmul and not call.params:
        ranks = [len(values[x.id].shape) if x.__class__ is Ref else -1 for x in call.args]
        if ranks in ([2, 2], [2, 1], [1, 2], [1, 1]):
            return replace(call, function=np.dot)
    if call.function in REDUCTIONS and len(call.args) == 1 and call.params.keys() <= {"axis", "keepdims"}:
        x = call.args[0]
        if x.__class__ is Ref and values[x.id].is_floating:
            params: dict[str, Any] = {"axis": call.params.get("axis")}
            if call.params.get("keepdims"):
                params["keepdims"] = True
            return replace(call, function=REDUCTIONS[call.function], params=params)
    return call
