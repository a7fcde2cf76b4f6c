"""Every public callable, called badly: one clear error of our own, and nothing changed.

A row is the text of a call and a fragment that the error's message must hold. The error must have been raised on
purpose: by a `raise` in our code, or in scikit-learn's where its contract is ours (`sklearn`). Python speaks for itself
about the user's own line (an unknown keyword, an operand of another kind), and about a file that is not there.
"""
import linecache
import re
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import nn

from . import data, estimators, files, layers, losses, modules, ops, pictures, tensors, training
from .surface import public_callables
from .world import snapshot, surroundings, world

ROOT = Path(__file__).parents[2]
TABLES = (ops, tensors, modules, layers, losses, training, data, pictures, files, estimators)
EXPECTED = (TypeError, ValueError, KeyError, IndexError, AttributeError, ImportError, OSError, RuntimeError)
INTERNAL = (RecursionError, UnicodeError)
CALL = "<bad call>"


def rows_of(table) -> list[tuple[str, str, str]]:
    """(callable, call, fragment) of each line of a table."""
    return [(name, *map(str.strip, line.rpartition(" | ")[::2]))
            for name, lines in table.ROWS.items() for line in lines.splitlines() if line.strip()]


ROWS = [row for table in TABLES for row in rows_of(table)]


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _, _ in ROWS))
def test_bad_calls_are_refused(name, tmp_path):
    faults = []
    for i, (_, call, fragment) in enumerate(row for row in ROWS if row[0] == name):
        (folder := tmp_path / str(i)).mkdir()
        faults.append(fault_of(name, call, fragment, folder))
    assert not any(faults), "\n".join(filter(None, faults))


def fault_of(name: str, call: str, fragment: str, folder: Path) -> str | None:
    """What is wrong with the answer to a bad call; None if nothing is."""
    names = world(folder)
    before = snapshot(names), surroundings()
    error = outcome(call, names)
    if error is None:
        return f"{call}: accepted"
    if not isinstance(error, EXPECTED) or isinstance(error, INTERNAL) or not is_deliberate(error, name):
        return f"{call}: raw {type(error).__name__}: {error}"
    if fragment not in str(error):
        return f"{call}: {fragment!r} is not in {error}"
    return None if (snapshot(names), surroundings()) == before else f"{call}: half changed"


@pytest.mark.parametrize("call", GOOD := [line for table in TABLES for line in table.GOOD.strip().splitlines()])
def test_a_good_call_is_accepted(call, tmp_path):
    assert outcome(call.strip(), world(tmp_path)) is None


def test_every_public_callable_is_called_badly():
    called = {name for name, _, _ in ROWS}
    takes_anything = {name for table in TABLES for name in getattr(table, "TAKES_ANYTHING", "").split()}
    assert public_callables() - takes_anything - called == set()
    assert (called | takes_anything) - public_callables() == set()


def test_no_call_stands_twice():
    assert [call for call, count in Counter(call for _, call, _ in ROWS).items() if count > 1] == []


def test_the_judge_tells_raw_errors_from_ours():
    for call in ("[][1]", "np.ones(2)[5]", "np.concatenate([])", "np.random.default_rng(-1)", "1 / 0"):
        assert not is_deliberate(outcome(f"run(lambda: {call})", {"np": np, "run": lambda call: next(map(call, [0]))}))
    assert is_deliberate(outcome("nn.Linear(0, 1)", {"nn": nn}))
    assert outcome("1 + 1", {}) is None


def outcome(call: str, names: dict) -> Exception | None:
    """What the call raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            eval(compile(call, CALL, "eval"), dict(names))
    except Exception as error:
        return error
    return None


def is_deliberate(error: Exception, name: str = "") -> bool:
    """Whether somebody meant to raise it: see above."""
    file, line = _innermost(error)
    signature = re.match(r"(?:\w+\.)?(\w+)\(\) (?:missing|takes|got an unexpected)", str(error))
    if file == CALL or (signature and signature[1] in (name.rpartition(".")[2], "__init__", "forward")):
        return isinstance(error, TypeError | AttributeError)
    if isinstance(error, OSError):
        return error.filename is not None or _raised_by_us(file, line)
    return _raised_by_us(file, line) or ("/sklearn/" in file and _raises(file, line))


def _innermost(error: Exception) -> tuple[str, int]:
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _raised_by_us(file: str, line: int) -> bool:
    return bool(re.match(rf"{re.escape(str(ROOT))}/(autograd|nn)/", file)) and _raises(file, line)


def _raises(file: str, line: int) -> bool:
    return linecache.getline(file, line).lstrip().startswith("raise ")
