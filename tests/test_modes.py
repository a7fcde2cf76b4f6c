"""The modes are local to their context and restored on the way out, whatever happens."""
import asyncio
import sys
import threading

import numpy as np
import pytest

from autograd import (
    AnomalyError,
    GraphError,
    Tensor,
    detect_anomaly,
    enable_grad,
    exp,
    log,
    no_grad,
    primitive,
    record_lines,
    sqrt,
    where,
)
from autograd.core import modes


def leaf(value):
    return Tensor(value, requires_grad=True)


@pytest.mark.parametrize("value", [1.0, [1.0, 2.0]])
def test_no_grad_records_nothing_and_is_restored(value):
    x = leaf(value)
    with no_grad():
        assert not (x * x).requires_grad and not x.exp().requires_grad and (x * x).is_leaf
        with enable_grad():
            assert (x * x).requires_grad
        assert not (x * x).requires_grad
    assert (x * x).requires_grad


def test_no_grad_is_restored_after_an_exception():
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (leaf(1.0) * 2).requires_grad


class Interrupted:
    """A context variable at whose k-th setting an interrupt arrives, once it is set."""

    def __init__(self, variable, at):
        self.get, self.variable, self.at = variable.get, variable, at

    def set(self, value):
        self.variable.set(value)
        self.at -= 1
        if self.at == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("variable, at", [("_mode", 1), ("_left", 1), ("_left", 2)])
def test_an_interrupt_on_the_way_in_or_out_leaves_recording_on(variable, at, monkeypatch):
    """In a notebook it stayed off for good."""
    monkeypatch.setattr(modes, variable, Interrupted(getattr(modes, variable), at))
    with pytest.raises(KeyboardInterrupt), no_grad():
        pass
    assert modes.mode() == modes.RECORD and modes._left.get() == ()


def test_as_decorators():
    x = leaf(1.0)

    @no_grad()
    def without(depth):
        return without(depth - 1) if depth else x * 2

    @enable_grad()
    def within():
        return x * 2
    assert not without(3).requires_grad
    with no_grad():
        assert within().requires_grad
    assert (x * 2).requires_grad


def test_what_runs_after_the_decorator_cannot_be_decorated():
    def generator():
        yield 1

    async def coroutine():
        pass

    async def both():
        yield 1
    for f in (generator, coroutine, both):
        with pytest.raises(TypeError, match=f"{f.__name__} runs after.*with statement inside"):
            no_grad()(f)


def test_one_mode_object_used_twice():
    mode = no_grad()
    with mode, mode:
        assert not (leaf(1.0) * 2).requires_grad
    assert (leaf(1.0) * 2).requires_grad


def test_one_mode_object_shared_by_threads_is_restored_in_each():
    shared, inside, first_left, seen = no_grad(), threading.Barrier(2), threading.Event(), []

    def work(first):
        with shared:
            inside.wait(5)                              # both are in before one leaves
            if not first:
                first_left.wait(5)
        first_left.set()
        seen.append((leaf(1.0) * 2).requires_grad)
    threads = [threading.Thread(target=work, args=(first,)) for first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert seen == [True, True]


def test_one_mode_object_shared_by_coroutines_is_restored_in_each():
    shared, seen = no_grad(), []

    async def work(steps):
        with shared:
            for _ in range(steps):
                await asyncio.sleep(0)
        seen.append((leaf(1.0) * 2).requires_grad)

    async def main():
        await asyncio.gather(work(3), work(1), work(2))
    asyncio.run(main())
    assert seen == [True] * 3


def test_coroutines_do_not_see_each_others_mode():
    x, seen = leaf(1.0), []

    async def without():
        with no_grad():
            await asyncio.sleep(0)
            seen.append((x * 2).requires_grad)
            await asyncio.sleep(0)

    async def within():
        for _ in range(3):
            seen.append((x * 2).requires_grad)
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(without(), within())
    asyncio.run(main())
    assert seen == [True, False, True, True]


def test_another_thread_in_no_grad_does_not_change_mine():
    inside, done = threading.Event(), threading.Event()

    def other():
        with no_grad():
            inside.set()
            done.wait(5)
    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(5)
    assert (leaf(1.0) * 2).requires_grad
    done.set()
    thread.join()


def test_threads_that_share_their_leaves_lose_no_gradient(in_threads):
    leaves = [Tensor(np.ones(50), requires_grad=True) for _ in range(8)]

    def work():
        for _ in range(300):
            product = leaves[0]
            for x in leaves[1:]:
                product = product * x
            product.sum().backward()

    in_threads(work)
    assert all((x.grad.data == 1200).all() for x in leaves)


def test_threads_build_and_sweep_their_own_graphs():
    wrong = []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(50):
            a = rng.normal(size=(4, 4))
            x = leaf(a)
            y = x
            for _ in range(20):
                y = y * 1.5 + x
            y.sum().backward()
            factor = 1.5 ** 20 + sum(1.5 ** k for k in range(20))
            if not np.allclose(x.grad.data, factor):
                wrong.append(seed)
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


@pytest.mark.parametrize("value", [2.0, [2.0, 3.0]])
def test_recorded_lines_are_named_by_errors_and_only_those(value):
    x = leaf(value)
    with record_lines():
        y = (x * x).tanh() if isinstance(value, float) else (x * x).tanh().sum()
    later = y * 1.0
    here = sys._getframe().f_lineno - 2
    assert [n._line for n in (y, *y._inputs)] == [f"{__file__}:{here}"] * 2 and not hasattr(later, "_line")
    x.assign(value)
    with pytest.raises(GraphError, match=rf"called at .*test_modes\.py:{here}"):
        y.backward()


def test_recording_lines_does_not_mind_what_is_not_finite():
    with record_lines(), np.errstate(all="ignore"):
        assert log(leaf(0.0)).item() == -np.inf


def test_anomaly_in_the_forward_pass_names_op_and_line():
    message = r"log gave nan.*test_modes\.py:\d+"
    with detect_anomaly(), np.errstate(all="ignore"), pytest.raises(AnomalyError, match=message):
        log(leaf([1.0, -1.0]))


def test_anomaly_in_the_backward_pass_names_the_forward_line():
    @primitive(vjp=(lambda g, y, x: g * np.inf,), name="explodes")
    def explodes(x):
        return x * 1

    with detect_anomaly():
        y = explodes(leaf([1.0])).sum()
        with pytest.raises(AnomalyError, match=r"explodes gave inf as the gradient of its input 0.*test_modes\.py:\d+"):
            y.backward()


def test_anomaly_mode_names_the_double_where():
    x = leaf([-1.0, 4.0])
    with detect_anomaly(), np.errstate(all="ignore"), pytest.raises(AnomalyError, match=r"where\(ok, f\(where"):
        where(x > 0, sqrt(x), x)


def test_anomaly_on_scalars_and_silence_on_finite_graphs():
    with detect_anomaly():
        y = exp(leaf(1.0)) * 2
        y.backward()
        with np.errstate(all="ignore"), pytest.raises(AnomalyError, match="exp gave inf"):
            exp(leaf(1000.0))
