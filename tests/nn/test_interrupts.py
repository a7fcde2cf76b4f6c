"""Ctrl-C and other signals in fit: an update is whole or not at all, wherever in it they arrive."""
import signal
import threading

import numpy as np
import pytest

from nn import MLP, SGD, Adam, EarlyStopping, cross_entropy_loss, fit

X = np.random.default_rng(0).normal(size=(32, 3))
Y = np.arange(32) % 2
BATCHES = [(X[i:i + 8], Y[i:i + 8]) for i in range(0, 32, 8)]


class Interrupted(SGD):
    """Sends a signal while it updates the k-th parameter."""
    seen, at, number = 0, 0, signal.SIGINT

    def __init__(self, params, at, number=signal.SIGINT):
        super().__init__(params, lr=0.1)
        self.at, self.number = at, number
        self.rule = self.signalling_rule

    def signalling_rule(self, s, t, w, g, *slots):
        self.seen += 1
        if self.seen == self.at:
            signal.raise_signal(self.number)
        return SGD.rule(s, t, w, g, *slots)


def net():
    return MLP([3, 4, 4, 2], norm="batch", rng=0)


def state(model):
    return np.concatenate([a.ravel() for a in model.state_dict().values()])


def after(updates):
    """The state after so many updates."""
    model = net()
    for batch in BATCHES[:updates]:
        fit(model, [batch], cross_entropy_loss, SGD(model.parameters(), lr=0.1), 1, progress=False)
    return state(model)


def interrupted(loss=cross_entropy_loss, at=0, **options):
    model = net()
    history = fit(model, BATCHES, loss, Interrupted(model.parameters(), at), 3, progress=False, **options)
    assert history.interrupted
    return state(model)


@pytest.mark.parametrize("at", [1, 2, 5, 10, 11, 15, 20])
def test_a_signal_within_the_optimizers_step_waits_for_its_end(at):
    """Some parameters were updated and others not."""
    per_update = len(net().parameters())
    assert per_update == 10 and np.array_equal(interrupted(at=at), after(1 + (at - 1) // per_update))


def test_one_within_the_computation_waits_for_the_update_and_a_second_one_does_not():
    """The running statistics of BatchNorm were updated and the parameters not."""
    def loss(z, y):
        signal.raise_signal(signal.SIGINT)
        return cross_entropy_loss(z, y)
    assert np.array_equal(interrupted(loss), after(1))

    def endless(z, y):
        while True:
            signal.raise_signal(signal.SIGINT)
    assert np.array_equal(interrupted(endless)[:62], state(net())[:62])


def test_what_an_own_handler_raises_waits_too_and_handlers_are_put_back():
    def handler(number, frame):
        raise TimeoutError
    before = signal.signal(signal.SIGTERM, handler)
    model = net()
    try:
        with pytest.raises(TimeoutError):
            fit(model, BATCHES, cross_entropy_loss, Interrupted(model.parameters(), 3, signal.SIGTERM), 1,
                progress=False)
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)
    assert np.array_equal(state(model), after(1)) and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_that_is_set_during_the_training_stays():
    def handler(number, frame):
        pass
    before = signal.getsignal(signal.SIGTERM)
    model = net()
    try:
        fit(model, BATCHES, cross_entropy_loss, SGD(model.parameters()), 1, progress=False,
            callbacks=[lambda training: signal.signal(signal.SIGTERM, handler)])
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_the_best_parameters_are_restored_whole():
    """A second Ctrl-C, while EarlyStopping put them back, left some of the last epoch."""
    class Stopping(EarlyStopping):
        def finish(self, training):
            signal.raise_signal(signal.SIGINT)
            super().finish(training)
    stopping, seen, model = Stopping("loss"), [], net()
    history = fit(model, BATCHES, cross_entropy_loss, SGD(model.parameters(), lr=1.0), 5, progress=False,
                  callbacks=[stopping, lambda training: seen.append(state(training.model))])
    assert history.interrupted and np.array_equal(state(model), seen[stopping.best_epoch - 1])


def test_a_training_may_run_within_the_step_of_another():
    inner = []

    def loss(z, y):
        other = net()
        inner.append(fit(other, BATCHES, cross_entropy_loss, Interrupted(other.parameters(), 3), 1, progress=False))
        return cross_entropy_loss(z, y)
    assert np.array_equal(interrupted(loss), after(1)) and inner[0].epochs == 1


def test_fit_works_in_another_thread():
    model = net()
    thread = threading.Thread(target=fit, args=(model, BATCHES, cross_entropy_loss, SGD(model.parameters(), lr=0.1), 1),
                              kwargs={"progress": False})
    thread.start(), thread.join()
    assert np.array_equal(state(model), after(4))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer signals")
def test_parameters_are_at_one_update_whenever_the_signal_comes():
    """Every parameter of a model notes the updates it has seen: they must agree."""
    def handler(number, frame):
        raise KeyboardInterrupt
    before = signal.signal(signal.SIGALRM, handler)
    try:
        for i in range(30):
            model = MLP([3, *[4] * 20, 2], rng=0)
            optimizer = Adam(model.parameters())
            timer = iter([0.002 + 0.0007 * i])          # from the first update on: before, nothing would catch it

            def loss(z, y, timer=timer):
                for seconds in timer:
                    signal.setitimer(signal.ITIMER_REAL, seconds)
                return cross_entropy_loss(z, y)
            history = fit(model, BATCHES, loss, optimizer, 10 ** 6, progress=False)
            assert history.interrupted and len(set(optimizer.ages)) == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
