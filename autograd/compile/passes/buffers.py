"""Where results go: memory that is kept from call to call, and used again as soon as nothing reads it any more."""
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..ir import Call, Program, added_at, written
from ..symbol import VIEWS
from .updates import is_elementwise, updates_last

INTO = {np.matmul, np.dot, np.sum, np.max, np.min, np.take, np.clip}
"""Functions, besides ufuncs, that write where out= says."""


@dataclass(slots=True)
class Plan:
    """`out` gives for a value the number of the buffer it is written to, or the input it replaces, as ("input", i), or
    the memory that is lent for it, as ("lent", i)."""
    out: dict[int, Any] = field(default_factory=dict)
    buffers: list[tuple[tuple[int, ...], np.dtype]] = field(default_factory=list)
    root: dict[int, int] = field(default_factory=dict)
    in_place: set[int] = field(default_factory=set)
    blocks: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """For the calls of large updates, by output: (rows at a time, of how many, number of the loop)."""
    late: set[int] = field(default_factory=set)
    """The calls that run when all else is computed and looked at, by output. They are the last."""


def plan_buffers(program: Program) -> tuple[Program, Plan]:
    """Buffers for the results of calls, none for what the caller keeps; and the Program with updates in place last.

    A value's memory is free after the last call that reads it or a view of it. An elementwise call may write where an
    operand of its shape lies that dies with it. The last call of an update writes into the updated memory itself.
    """
    root = roots(program)
    program, late, into, blocks = updates_last(program, root)
    plan = Plan({i: ("input", old) for i, old in into.items()}, root=root, blocks=blocks, late=late)
    last = {root[i]: place for place, call in enumerate(program.calls) for i in (*call.reads(), *call.outputs)}
    kept = {root[i] for i in program.results} | {root[j] for _, j in program.updates}
    for call in program.calls:
        if (i := call.outputs[0]) in program.lent and _may_write(call) and i not in plan.out:
            plan.out[i] = "lent", i
    made = {i for call in program.calls for i in call.outputs}
    free: dict[tuple, list[int]] = {}
    where: dict[int, int] = {}
    for place, call in enumerate(program.calls):
        elementwise = isinstance(call.function, np.ufunc)
        if call.function in WRITES and last[old := root[call.args[0].id]] == place and old in made \
                and not (old in kept or (old in where and call.outputs[0] in kept)):
            plan.in_place.add(call.outputs[0])
            if old in where:
                where[call.outputs[0]] = where.pop(old)
            continue
        dying = {root[i] for i in call.reads() if last[root[i]] == place and root[i] in where}
        if call.outputs[0] in blocks:                       # what was made before a loop is read in all its rounds
            dying = {i for i in dying if i in blocks and blocks[i][2] == blocks[call.outputs[0]][2]}
        if elementwise:                                     # before: the result may take an operand's place
            _release(dying, where, free, plan)
        i = call.outputs[0]
        value = program.values[i]
        if value.is_array and _may_write(call) and i not in plan.out and root[i] not in kept and 0 not in value.shape:
            rows = plan.blocks.get(i, value.shape)[:1]
            key = (*rows, *value.shape[1:]), value.dtype
            plan.out[i] = where[i] = free[key].pop() if free.get(key) else _new(plan, key)
        if not elementwise:
            _release(dying, where, free, plan)
    return program, plan


WRITES = {written, added_at}
"""Changes in place, made in a copy where the value before the change is still read, or is not the program's own."""


def roots(program: Program) -> dict[int, int]:
    """For each value the one in whose memory it may lie."""
    root = {i: i for i in range(len(program.values))}
    for call in program.calls:
        if call.function in VIEWS and (first := next(call.reads(), None)) is not None:
            for i in call.outputs:
                root[i] = root[first]
    return root


def _release(values: set[int], where: dict[int, int], free: dict, plan: Plan) -> None:
    for i in values:
        number = where.pop(i)
        free.setdefault(plan.buffers[number], []).append(number)


def _new(plan: Plan, key: tuple) -> int:
    plan.buffers.append(key)
    return len(plan.buffers) - 1


def _may_write(call: Call) -> bool:
    return is_elementwise(call) or (call.function in INTO and not call.several and "out" not in call.params)
