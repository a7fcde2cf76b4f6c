"""Where results go: memory that is kept from call to call, and used again as soon as nothing reads it any more."""
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..ir import Call, Program, added_at, written
from ..symbol import VIEWS

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
    blocks: dict[int, tuple[int, int]] = field(default_factory=dict)
    """For the calls of large updates, by output: (rows at a time, of how many). A loop ends with the call that writes
    to the input."""


def plan_buffers(program: Program) -> tuple[Program, Plan]:
    """Buffers for the results of calls, none for what the caller keeps; and the Program with updates in place last.

    A value's memory is free after the last call that reads it or a view of it. An elementwise call may write where an
    operand of its shape lies that dies with it. The last call of an update writes into the updated memory itself.
    """
    root = _roots(program)
    plan = Plan(root=root)
    program = _updates_in_place(program, root, plan)
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


BLOCK = 16_384
"""Entries of a large array that an update takes at a time, so that what it computes stays in the processor's cache."""

WRITES = {written, added_at}
"""Changes in place, made in a copy where the value before the change is still read, or is not the program's own."""


def _roots(program: Program) -> dict[int, int]:
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
    return not call.several and ((isinstance(call.function, np.ufunc) and call.function.signature is None)
                                 or call.function in INTO) and "out" not in call.params


def _updates_in_place(program: Program, root: dict[int, int], plan: Plan) -> Program:
    """The call that makes an input's new value writes it there, if it is elementwise, nothing else needs that value,
    and no such call before or after it reads what the other replaces. These calls come last."""
    used = {root[i] for i in program.results} | {root[i] for call in program.calls for i in call.reads()
                                                 if root[i] not in program.inputs}
    made_by = {i: call for call in program.calls for i in call.outputs}
    readers: dict[int, set[int]] = {}
    for call in program.calls:
        for i in call.reads():
            readers.setdefault(i, set()).add(call.outputs[0])
    moved: list[Call] = []
    replaced: set[int] = set()
    for old, new in program.updates:
        update, value, was = made_by.get(new), program.values[new], program.values[old]
        if update is None or not isinstance(update.function, np.ufunc) or not _may_write(update) or not value.is_array \
                or (was.shape, was.dtype) != (value.shape, value.dtype) or new in used or old in program.results \
                or replaced & {root[i] for i in update.reads()} or any(old in map(root.get, c.reads()) for c in moved):
            continue
        group = _leading_to(update, program, made_by, readers)
        if any(replaced & {root[i] for i in c.reads()} for c in group):
            group = []
        if group:
            rows = max(1, BLOCK // (value.size // value.shape[0]))
            plan.blocks |= {c.outputs[0]: (rows, value.shape[0]) for c in (*group, update)}
        moved += [*group, update]
        replaced.add(old)
        plan.out[new] = ("input", old)
    return replace(program, calls=[call for call in program.calls if call not in moved] + moved)


def _leading_to(update: Call, program: Program, made_by: dict[int, Call], readers: dict[int, set[int]]) -> list[Call]:
    """The elementwise calls that only this update of a large array needs, in their order: they may run with it, block
    by block. None for a small array."""
    value = program.values[update.outputs[0]]
    if value.size <= BLOCK or len(value.shape) < 2:
        return []
    needed, inside = program.needed(), {update.outputs[0]}
    group: list[Call] = []
    for i in (queue := [*update.reads()]):                              # grows as it is read
        call, found = made_by.get(i), program.values[i]
        if call is not None and isinstance(call.function, np.ufunc) and _may_write(call) and i not in inside \
                and (found.shape, found.dtype) == (value.shape, value.dtype) and i not in needed \
                and readers[i] <= inside:
            inside.add(i)
            group.append(call)
            queue.extend(call.reads())
    return [call for call in program.calls if call in group]
