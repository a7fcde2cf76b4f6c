"""Passes: functions from Program to Program that keep its meaning. One file each."""
from collections.abc import Callable

from ..ir import Program, verify
from .constants import fold_constants
from .dead import remove_dead
from .duplicates import merge_duplicates
from .scalars import store_scalars
from .speculation import speculate
from .spelling import respell

__all__ = ["optimised", "remove_dead", "speculate"]

PASSES: tuple[Callable[[Program], Program], ...] = (fold_constants, merge_duplicates, remove_dead, respell,
                                                   store_scalars)
"""In the order in which they run."""


def optimised(program: Program) -> Program:
    """The Program after all passes, each one's result verified."""
    for each in PASSES:
        program = each(program)
        verify(program)
    return program
