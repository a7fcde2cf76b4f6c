"""Passes: each keeps the meaning of a Program, and a broken one is noticed."""
import operator

import numpy as np
import pytest

from autograd.compile import passes
from autograd.compile.dialects.numpy import Source
from autograd.compile.ir import Call, Program, Ref, Value, run, verify
from autograd.compile.passes.buffers import plan_buffers
from autograd.compile.symbol import Tape

FUNCTIONS = [
    lambda x, w: np.exp(x - np.max(x, axis=1, keepdims=True)) @ w,
    lambda x, w: (x @ w).T @ (x @ w) + np.ones_like(x, shape=(2, 2)) * 0.5,
    lambda x, w: np.where(x > 0, x, 0.0) * 2 - np.where(x > 0, x, 0.0),
    lambda x, w: changed(np.zeros_like(x), x[:2]) + x,
    lambda x, w: np.sum(x * x, axis=0) / 3 + np.max(w) - np.reshape(w, (-1,))[:3],
]


def changed(y, rows):
    y[1:3] = rows
    y[0] += rows[1]
    return y


def traced(f, seed=0):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=(4, 3)), rng.normal(size=(3, 2))]
    tape = Tape()
    y = f(*(tape.input(a) for a in arrays))
    tape.program.results = [y.id]
    return tape.program, arrays, f(*arrays)


def printed(program, arrays):
    return Source(*plan_buffers(program)).function()(*arrays)[0]


@pytest.mark.parametrize("f", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_a_program_means_what_the_function_does(f):
    program, arrays, expected = traced(f)
    verify(program)
    assert (run(program, arrays)[0][0] == expected).all()


@pytest.mark.parametrize("f", FUNCTIONS, ids=range(len(FUNCTIONS)))
@pytest.mark.parametrize("each", passes.PASSES, ids=lambda each: each.__name__)
def test_each_pass_keeps_the_meaning(each, f):
    program, arrays, expected = traced(f)
    assert (run(each(program), arrays)[0][0] == expected).all()


@pytest.mark.parametrize("f", FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_printed_and_planned_it_gives_the_same_twice(f):
    program, arrays, expected = traced(f)
    step = Source(*plan_buffers(passes.optimised(program))).function()
    first = step(*arrays)[0]
    assert (first == expected).all() and (step(*arrays)[0] == expected).all()
    assert (first == expected).all()                    # what was given out is not written to by the next call


def test_equal_calls_are_made_once_and_dead_ones_not_at_all():
    program, *_ = traced(FUNCTIONS[2])
    before = len(program.calls)
    assert before - len(passes.optimised(program).calls) == 2       # x > 0 and where, each twice


def test_memory_is_used_again():
    tape = Tape()
    x = tape.input(np.ones((4, 4)))
    y = x
    for _ in range(10):
        y = np.exp(y) + 1
    tape.program.results = [(y * 2).id]
    assert len(plan_buffers(tape.program)[1].buffers) == 1


def test_a_value_that_is_read_later_keeps_its_memory():
    tape = Tape()
    x = tape.input(np.ones((2, 2)))
    y = x * 2
    z = np.exp(y.T)
    tape.program.results = [(z + y).id]
    assert (printed(tape.program, [np.eye(2)]) == np.exp(2 * np.eye(2)) + 2 * np.eye(2)).all()


def test_updates_read_what_was_there_before():
    """x, y = y + 1, x + 1: neither may be written before the other is read."""
    tape = Tape()
    x, y = tape.input(np.zeros(3)), tape.input(np.zeros(3))
    a, b = y + 1, x + 1
    tape.program.updates = [(x.id, a.id), (y.id, b.id)]
    arrays = [np.zeros(3), np.full(3, 10.0)]
    Source(*plan_buffers(passes.optimised(tape.program))).function()(*arrays)
    assert arrays[0].tolist() == [11.0] * 3 and arrays[1].tolist() == [1.0] * 3


@pytest.mark.parametrize("rows", [3, 500, 501, 700])
def test_large_updates_run_block_by_block(rows):
    tape, rng = Tape(), np.random.default_rng(0)
    w, g, c = (rng.normal(size=shape) for shape in ((rows, 100), (rows, 100), (rows, 1)))
    x, y, z = map(tape.input, (w, g, c))
    tape.program.updates = [(x.id, (x - 0.1 * (y * z + 0.5 * x)).id)]
    source = Source(*plan_buffers(passes.optimised(tape.program)))
    assert ("for k in range" in source.text) == (rows * 100 > 16_384)
    expected = w - 0.1 * (g * c + 0.5 * w)
    source.function()(w, g, c)
    assert (w == expected).all()


@pytest.mark.parametrize("calls, told", [
    ([Call(np.exp, (Ref(5),), {}, (1,))], "reads value 5"),
    ([Call(np.exp, (Ref(0),), {}, (1,)), Call(np.exp, (Ref(0),), {}, (1,))], "a second time")])
def test_verify_finds_a_program_that_makes_no_sense(calls, told):
    program = Program([Value((2,), np.dtype(float))] * 2, inputs=[0], calls=calls, results=[1])
    with pytest.raises(ValueError, match=told):
        verify(program)


def test_verify_finds_a_result_that_is_not_made():
    with pytest.raises(ValueError, match="never made"):
        verify(Program([Value((2,), np.dtype(float))] * 2, inputs=[0], results=[1]))


def test_constants_that_look_alike_are_not_merged():
    tape = Tape()
    x = tape.input(np.ones(2))
    tape.program.results = [(np.copysign(x, 0.0) + np.copysign(x, -0.0)).id]
    assert (printed(passes.optimised(tape.program), [np.ones(2)]) == 0).all()


def test_a_method_of_a_list_prints():
    tape = Tape()
    x = tape.input(np.ones((2, 3)))
    tape.program.results = [tape.call(operator.getitem, (x, (slice(None), None, 0)), {}).id]
    assert printed(tape.program, [np.arange(6.0).reshape(2, 3)]).tolist() == [[0.0], [3.0]]
