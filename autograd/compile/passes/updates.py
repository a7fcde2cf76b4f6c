"""Updates come last: what leads to new values of inputs alone runs when all else is computed and looked at, and writes
where the old values are. So a call that fails has changed nothing."""
from dataclasses import replace

import numpy as np

from ..ir import Call, Program

BLOCK = 16_384
"""Entries of a large array that updates take at a time, so that what they compute stays in the processor's cache."""


def updates_last(program: Program, root: dict[int, int]) -> tuple[Program, set[int], dict[int, int], dict[int, tuple]]:
    """The Program with the calls of updates last; these, by output; for those that write into an input, that input; and
    for those that run some rows at a time (rows, of how many, number of the loop)."""
    late = _late(program)
    groups = _groups([call for call in program.calls if call.outputs[0] in late], program)
    ordered = [call for group in groups for call in group]
    into = _in_place(ordered, program, root)
    blocks = {call.outputs[0]: (*rows, n) for n, group in enumerate(groups)
              if (rows := _rows(group, program, into)) for call in group}
    early = [call for call in program.calls if call.outputs[0] not in late]
    return replace(program, calls=early + ordered), late, into, blocks


def is_elementwise(call: Call) -> bool:
    """Whether NumPy can write the result where out= says, entry by entry."""
    return isinstance(call.function, np.ufunc) and call.function.signature is None and not call.several \
        and "out" not in call.params


def _late(program: Program) -> set[int]:
    """The elementwise calls that lead to updates alone, by output. What is watched is computed before."""
    readers: dict[int, list[int]] = {}
    for call in program.calls:
        for i in call.reads():
            readers.setdefault(i, []).append(call.outputs[0])
    early = {*program.results, *(i for i, _ in program.guards)} | _ancestors(program)
    new, late = {j for _, j in program.updates}, set[int]()
    for call in reversed(program.calls):
        i = call.outputs[0]
        leads = late.issuperset(readers.get(i, ())) and (i in new or i in readers)
        if leads and is_elementwise(call) and i not in early:
            late.add(i)
    return late


def _ancestors(program: Program) -> set[int]:
    """The watched values, and all that they are made of."""
    found = {*program.watched}
    for call in reversed(program.calls):
        if found.intersection(call.outputs):
            found.update(call.reads())
    return found


def _groups(calls: list[Call], program: Program) -> list[list[Call]]:
    """Calls that share arrays which they make, in their order; numbers, which several groups may read, first."""
    numbers = [call for call in calls if not program.values[call.outputs[0]].shape]
    group: dict[int, list[Call]] = {}
    for call in calls:
        if call in numbers:
            continue
        mine = [call]
        for i in call.reads():
            if i in group and group[i] is not mine:
                mine = _joined(group, group[i], mine)
        group[call.outputs[0]] = mine
    return [numbers] * bool(numbers) + [*{id(g): sorted(g, key=calls.index) for g in group.values()}.values()]


def _joined(group: dict[int, list[Call]], first: list[Call], second: list[Call]) -> list[Call]:
    first += second
    for call in second:
        group[call.outputs[0]] = first
    return first


def _in_place(ordered: list[Call], program: Program, root: dict[int, int]) -> dict[int, int]:
    """For updates whose last call may write into the input: {new value: input}. Nothing reads the old value later."""
    place = {call.outputs[0]: k for k, call in enumerate(ordered)}
    last_read = {root[i]: k for k, call in enumerate(ordered) for i in call.reads()}
    copied = {root[j] for _, j in program.updates if j not in place}
    into: dict[int, int] = {}
    for old, new in program.updates:
        value, was = program.values[new], program.values[old]
        if new in place and new not in into and was.is_array and (was.shape, was.dtype) == (value.shape, value.dtype) \
                and last_read.get(old, -1) <= place[new] and old not in copied:
            into[new] = old
    return into


def _rows(group: list[Call], program: Program, into: dict[int, int]) -> tuple[int, int] | None:
    """How many rows of how many a group takes at a time, if its arrays are large and of one shape."""
    outputs = [call.outputs[0] for call in group]
    value = program.values[outputs[0]]
    new = {j for _, j in program.updates}
    if value.size <= BLOCK or len(value.shape) < 2 or any(i in new and i not in into for i in outputs) \
            or len({(program.values[i].shape, program.values[i].dtype) for i in outputs}) > 1:
        return None
    return max(1, BLOCK // (value.size // value.shape[0])), value.shape[0]


__all__ = ["BLOCK", "is_elementwise", "updates_last"]
