"""Calls whose outputs nothing needs are left out."""
from dataclasses import replace

from ..ir import Program


def remove_dead(program: Program) -> Program:
    """The Program without calls that no result, update or guard depends on."""
    needed, kept = program.needed(), []
    for call in reversed(program.calls):
        if call.effect or needed.intersection(call.outputs):
            kept.append(call)
            needed.update(call.reads())
    constants = {i: array for i, array in program.constants.items() if i in needed}
    return replace(program, calls=kept[::-1], constants=constants)
