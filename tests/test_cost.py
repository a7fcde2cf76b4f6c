"""What eager code costs, counted instead of timed, so that a slower machine changes nothing and a slower engine fails.

Counted are calls of Python and C functions, but for those that NumPy makes inside, and blocks of memory that a graph
keeps. Both are the same in every run. Calls depend on the version of Python, comprehensions being some before 3.12:
3.11 to 3.13 were counted, with NumPy 1.26 and 2.
"""
import gc
import operator
import sys
from collections.abc import Callable

import numpy as np
import pytest

from autograd import Tensor
from autograd.core.primitive import REGISTRY, SAME
from nn import MLP, SGD, cross_entropy_loss, mse_loss

NUMPY = np.__file__.removesuffix("__init__.py")
HEADROOM = 1.05



# ---- programs: each prepares and returns what runs it, and that what to keep and of how many ops or steps ------------

def array(*shape: int, requires_grad: bool = True) -> Tensor:
    return Tensor(np.random.default_rng(0).normal(size=shape), requires_grad=requires_grad)


def repeated(count: int, work: Callable) -> tuple[list, int]:
    return [work() for _ in range(count)], count


def array_op():
    """`x + b` of two small arrays, recorded."""
    x, b = array(8), array(8)
    return lambda: repeated(1000, lambda: x + b)


def number_beside_array():
    """`x * 2.0` of a small array, recorded."""
    x = array(8)
    return lambda: repeated(1000, lambda: x * 2.0)


def reduction():
    """`x.sum(axis=0)` of a small array, recorded."""
    x = array(8, 3)
    return lambda: repeated(1000, lambda: x.sum(axis=0))


def float_op():
    """`x * w` of two scalars, recorded."""
    x, w = array(), array()
    return lambda: repeated(1000, lambda: x * w)


def float_function():
    """`x.tanh()` of a scalar, recorded."""
    x = array()
    return lambda: repeated(1000, lambda: x.tanh())


def chain(x: Tensor, length: int = 1000) -> Tensor:
    y = x
    for _ in range(length):
        y = y + x
    return y


def array_backward():
    """One op of the backward pass of a chain of sums of small arrays."""
    y = chain(array(8)).sum()
    return lambda: (y.backward(), 1000)


def float_backward():
    """One op of the backward pass of a chain of sums of scalars."""
    y = chain(array())
    return lambda: (y.backward(), 1000)


def training_step(loss_of, y: np.ndarray, last: int):
    model = MLP([64, 32, last], rng=0)
    optimizer, x = SGD(model.parameters(), lr=0.01), array(32, 64, requires_grad=False)

    def step() -> Tensor:
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss
    return lambda: repeated(100, step)


def classifying_step(loss=cross_entropy_loss):
    """A step of SGD of an MLP 64-32-10 with cross-entropy, on 32 rows."""
    return training_step(loss, np.arange(32) % 10, 10)


def regressing_step():
    """A step of SGD of an MLP 64-32-1 with the mean squared error, on 32 rows."""
    return training_step(mse_loss, np.zeros((32, 1)), 1)


# ---- counting ------------------------------------------------------------------------------------------------------

def calls(program: Callable) -> int:
    """How many functions the program calls per op or step; those that NumPy calls are its own affair."""
    found = 0

    def note(frame, event, _):
        nonlocal found
        caller = frame.f_back if event == "call" else frame
        found += event in ("call", "c_call") and not (caller and caller.f_code.co_filename.startswith(NUMPY))

    work = program()
    work()                                                  # what is made once is there from now on
    work = program()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        _kept, count = work()
    finally:
        sys.setprofile(before)
    return found // count


def blocks(program: Callable) -> int:
    """How many blocks of memory the program's graph keeps per op or step: the least of a few runs, for others threads
    allocate too."""
    def once() -> int:
        work = program()
        before = sys.getallocatedblocks()
        _kept, count = work()
        return round((sys.getallocatedblocks() - before) / count)
    enabled = gc.isenabled()
    gc.disable()
    try:
        return min(once() for _ in range(4))
    finally:
        if enabled:
            gc.enable()


# ---- limits --------------------------------------------------------------------------------------------------------

LIMITS = {                                                  # calls before and from Python 3.12 on, blocks
    array_op: (9, 9, 3),
    number_beside_array: (21, 19, 6),
    reduction: (21, 18, 5),
    float_op: (5, 5, 3),
    float_function: (6, 6, 3),
    array_backward: (12, 12, 1),
    float_backward: (5, 5, 1),
    classifying_step: (201, 194, 22),
    regressing_step: (244, 240, 29),
}
"""What was measured, under NumPy 1.26 where that takes more. A change that needs less should lower them."""


def most_calls(program: Callable) -> float:
    return LIMITS[program][sys.version_info >= (3, 12)] * HEADROOM


def most_blocks(program: Callable) -> float:
    return LIMITS[program][2] * HEADROOM


@pytest.mark.parametrize("program", LIMITS, ids=lambda p: p.__name__)
def test_calls(program):
    assert calls(program) <= most_calls(program), program.__doc__


@pytest.mark.parametrize("program", LIMITS, ids=lambda p: p.__name__)
def test_blocks_of_memory(program):
    assert blocks(program) <= most_blocks(program), program.__doc__


# ---- that all this can fail: what is worse goes over a limit that is what was measured before -----------------------

@pytest.fixture
def add(monkeypatch):
    """The op of sums, to be made worse: add(kernel=..., vjp_rules=...)."""
    return lambda **parts: [monkeypatch.setattr(REGISTRY["add"], name, part) for name, part in parts.items()]


def test_a_needless_call_per_op_is_noticed(add):
    before = calls(array_op)
    add(kernel=lambda x, w: operator.add(x, w))
    assert calls(array_op) > before * HEADROOM


@pytest.mark.parametrize("program", [array_backward, float_backward], ids=lambda p: p.__name__)
def test_a_needless_call_per_op_of_the_backward_pass_is_noticed(add, program):
    before = calls(program)
    add(vjp_rules=(lambda *args: SAME(*args),) * 2)
    assert calls(program) > before * HEADROOM


def test_a_needless_object_per_op_is_noticed(add):
    before = blocks(array_op)
    add(kernel=lambda x, w: (x + w)[:])                     # a view keeps the array that it looks into
    assert blocks(array_op) > before * HEADROOM


def test_a_loss_computed_for_nothing_is_noticed():
    def twice(x, t):
        cross_entropy_loss(x, t)
        return cross_entropy_loss(x, t)
    assert calls(lambda: classifying_step(twice)) > calls(classifying_step) * HEADROOM


def test_a_call_inside_numpy_is_not_counted():
    def program():
        return lambda: repeated(100, lambda: np.linalg.norm([[1.0, 2.0]]))
    assert calls(program) <= 4
