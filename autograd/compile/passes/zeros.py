"""The guard of "a zero upstream gradient stays zero through a singular derivative", made free where all is finite.

The engine writes, after each rule that may be singular, `where((g == 0) & (c != c), 0, c)`. It changes something only
if c holds a nan, and a nan in c is still there in what is computed from it. So the Program without these guards runs
first; only if what it gives is not finite the Program with all guards runs instead, before anything is updated.
"""
from dataclasses import replace

import numpy as np

from ..ir import Call, Program, Ref, substitute
from .dead import remove_dead


def split_zero_guards(program: Program) -> tuple[Program, bool]:
    """The Program without guards of zeros, and whether there were any."""
    made = {i: call for call in program.calls for i in call.outputs}
    guarded = {call.outputs[0]: call.args[2].id for call in program.calls if _is_guard(call, made)}
    if not guarded:
        return program, False

    def source(i: int) -> int:
        while i in guarded:
            i = guarded[i]
        return i

    calls = [Call(call.function, *substitute((call.args, call.params), lambda i: Ref(source(i))), call.outputs,
                  call.several) for call in program.calls if call.outputs[0] not in guarded]
    return remove_dead(replace(program, calls=calls, results=[source(i) for i in program.results],
                               updates=[(i, source(j)) for i, j in program.updates])), True


def _is_guard(call: Call, made: dict[int, Call]) -> bool:
    """where((g == 0) & (c != c), 0.0, c)."""
    if call.function is not np.where or len(call.args) != 3 or call.args[1] != 0 or call.args[2].__class__ is not Ref:
        return False
    c, both = call.args[2], made.get(call.args[0].id) if call.args[0].__class__ is Ref else None
    if both is None or both.function is not np.bitwise_and:
        return False
    zero, odd = (made.get(x.id) if x.__class__ is Ref else None for x in both.args)
    return (zero is not None and zero.function is np.equal and zero.args[1] == 0
            and odd is not None and odd.function is np.not_equal and odd.args == (c, c))
