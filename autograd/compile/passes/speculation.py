"""What is nearly always so is taken for granted, looked at once, and only if it is not so the whole Program runs.

Two things are nearly always so. A derivative is finite: the engine writes, after each rule that may be singular,
`where((g == 0) & (c != c), 0, c)`, so that a zero upstream gradient stays zero; it changes something only if c holds a
nan, and a nan in c is still there in what is computed from it. And a kernel that has a quick way for moderate numbers
writes `where(moderate, quick, careful)` with one truth value: it is true.
"""
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import Call, Program, Ref, substitute
from .dead import remove_dead


def speculate(program: Program) -> Program:
    """The Program that takes all this for granted: its guards are truth values that must come out as True, and it
    watches the values that must be finite. The same Program if there is nothing to gain."""
    if any(call.effect for call in program.calls):          # random numbers are drawn once
        return program
    made = {i: call for call in program.calls for i in call.outputs}
    readers = _readers(program)
    same: dict[int, int] = {}
    truths: dict[int, None] = {}
    watched: dict[int, None] = {}
    for call in program.calls:
        out = call.outputs[0]
        if _is_zero_guard(call, made):
            same[out] = call.args[2].id
            watched[same[out]] = None
        elif _is_choice(call, program):
            if call.args[1].__class__ is Ref and _alike(program, call.args[1].id, out):
                same[out] = call.args[1].id
            elif _is_zero(call.args[1]) and out in readers and all(_takes_away(r, out, program) for r in readers[out]):
                same |= {r.outputs[0]: r.args[0].id for r in readers[out]}
            else:
                continue
            truths[call.args[0].id] = None

    def source(i: int) -> int:
        while i in same:
            i = same[i]
        return i

    calls = []
    for call in program.calls:
        if call.outputs[0] not in same:
            args, params = substitute((call.args, call.params), lambda i: Ref(source(i)))
            calls.append(replace(call, args=args, params=params))
    fast = replace(program, calls=calls, results=[*map(source, program.results)],
                   lent=[*map(source, program.lent)], guards=[(source(i), True) for i in truths],
                   watched=[*map(source, watched)],
                   updates=[(i, source(j)) for i, j in program.updates])
    return remove_dead(fast)


def _readers(program: Program) -> dict[int, list[Call]]:
    readers: dict[int, list[Call]] = {}
    for call in program.calls:
        for i in set(call.reads()):
            readers.setdefault(i, []).append(call)
    return readers


def _is_choice(call: Call, program: Program) -> bool:
    """where(truth, x, y) with one truth value."""
    return (call.function is np.where and len(call.args) == 3 and call.args[0].__class__ is Ref
            and program.values[call.args[0].id].shape == () and program.values[call.outputs[0]].shape != ())


def _takes_away(call: Call, i: int, program: Program) -> bool:
    """x - value, in x's shape."""
    return (call.function is np.subtract and call.args[1] == Ref(i) and call.args[0].__class__ is Ref
            and call.args[0].id != i and _alike(program, call.args[0].id, call.outputs[0]))


def _alike(program: Program, i: int, j: int) -> bool:
    x, y = program.values[i], program.values[j]
    return (x.shape, x.dtype) == (y.shape, y.dtype)


def _is_zero(x: Any) -> bool:
    return x.__class__ in (int, float) and x == 0


def _is_zero_guard(call: Call, made: dict[int, Call]) -> bool:
    """where((g == 0) & (c != c), 0.0, c)."""
    if call.function is not np.where or len(call.args) != 3 or not _is_zero(call.args[1]) \
            or call.args[0].__class__ is not Ref or call.args[2].__class__ is not Ref:
        return False
    c, both = call.args[2], made.get(call.args[0].id)
    if both is None or both.function is not np.bitwise_and:
        return False
    zero, odd = (made.get(x.id) if x.__class__ is Ref else None for x in both.args)
    return (zero is not None and zero.function is np.equal and odd is not None and odd.function is np.not_equal
            and odd.args == (c, c))
