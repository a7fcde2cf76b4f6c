"""The hyper-gradient is right, and descending along it finds what the sweep of fixed rates finds."""

import pytest


def test_hyper_gradient_against_differences(demo):
    for engine, difference in demo["compared"]:
        assert float(engine) == pytest.approx(difference, rel=1e-5, abs=1e-9)


def test_every_start_finds_the_best_fixed_rate(demo):
    best = demo["sweep"].min()
    for path in demo["paths"].values():
        assert path[-1, 1] < best + 1e-3 and path[-1, 1] < path[0, 1]
        assert 1.5 < path[-1, 0] < 2.5


def test_one_step_by_hand(demo):
    """After one step w - r g the derivative by log r is -r g · (gradient of the validation loss there)."""
    from autograd import grad
    from nn import SGD, Parameter, unrolled
    w0, rate = 3.0, 0.1

    def trained(log_rate):
        return unrolled(SGD([Parameter(w0)], lr=demo["exp"](log_rate)), lambda p: p[0] ** 2, 1)[0] ** 3
    w1 = w0 - rate * 2 * w0
    assert float(grad(trained)(demo["np"].log(rate))) == pytest.approx(3 * w1 ** 2 * -rate * 2 * w0)


def test_file(demo, wrote):
    wrote(".png")
