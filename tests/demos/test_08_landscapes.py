"""What the pictures claim holds in the numbers."""

import numpy as np
import pytest


def test_learning_rates_creep_arrive_oscillate_and_diverge(demo):
    for name, rate in demo["RATES"].items():            # on w² a step multiplies w by 1 - 2 α
        np.testing.assert_allclose(demo["runs"][name], 2 * (1 - 2 * rate) ** np.arange(13), rtol=1e-12)
    assert abs(demo["runs"]["too low"][-1]) > 1 and abs(demo["runs"]["right"][-1]) < 1e-3
    assert np.all(np.diff(np.sign(demo["runs"]["high"])) != 0) and abs(demo["runs"]["high"][-1]) < 1
    assert np.all(np.diff(np.abs(demo["runs"]["too high"])) > 0)


def test_the_start_decides_the_valley(demo):
    ends = [path[-1] for path in demo["in_valleys"]]
    assert len({round(float(w), 2) for w in ends}) == 3 and ends[1] == pytest.approx(ends[2], abs=1e-3)
    np.testing.assert_allclose(0.1 * np.array(ends) + 1.5 * np.cos(1.5 * np.array(ends)), 0, atol=1e-4)


def test_saddle_holds_only_who_comes_on_its_axis(demo):
    np.testing.assert_allclose(demo["stuck"][-1], [0, 0], atol=1e-4)
    np.testing.assert_allclose(demo["freed"][-1], [0, np.sqrt(2)], atol=1e-4)


def test_mini_batches_are_noisy_and_get_there(demo):
    cost = demo["cost"]
    costs = [cost(p).item() for p in demo["noisy"]]
    assert np.mean(np.diff(costs) > 0) > 0.2                                # it often climbs
    full = [cost(p).item() for p in demo["full"]]
    assert np.all(np.diff(full) < 0)                                        # full batch never does
    assert np.mean(costs[-16:]) < 1.1 * full[-1] and np.mean(costs[32:48]) < full[3]


def test_pictures(demo, wrote):
    wrote("_rate.png", "_shapes.png", "_sgd.png")
