"""Schedules: their formulas at the points that define them."""
import pytest

from nn import schedule


def rates(rate, *steps):
    return [pytest.approx(rate(i), abs=1e-12) for i in steps]


def test_constant_step_and_exponential():
    assert rates(schedule.constant(0.3), 0, 99) == [0.3, 0.3]
    assert rates(schedule.step_decay(0.8, every=10, factor=0.5), 0, 9, 10, 20) == [0.8, 0.8, 0.4, 0.2]
    assert rates(schedule.exponential(0.8, 0.5), 0, 2) == [0.8, 0.2]


def test_cosine_starts_ends_and_stays():
    assert rates(schedule.cosine(0.5, steps=10, final=0.1), 0, 5, 10, 11) == [0.5, 0.3, 0.1, 0.1]


def test_warm_up_rises_straight_to_where_the_schedule_begins():
    rate = schedule.warm_up(schedule.exponential(0.8, 0.5), steps=4)
    assert rates(rate, 0, 1, 3, 4, 5) == [0.2, 0.4, 0.8, 0.8, 0.4]
    with pytest.raises(TypeError, match=r"such as constant\(0\.1\), and the steps of the rise, got 0\.1"):
        schedule.warm_up(0.1, 5)


def test_one_cycle_peaks_where_the_rise_ends():
    rate = schedule.one_cycle(0.5, steps=100, rise=0.25, start=0.1, final=0.01)
    assert rates(rate, 0, 25, 100, 200) == [0.05, 0.5, 0.005, 0.005]
    values = [rate(i) for i in range(101)]
    assert values[:26] == sorted(values[:26]) and values[25:] == sorted(values[25:], reverse=True)


def test_plateau_waits_drops_and_stops_at_the_floor():
    rate = schedule.Plateau(1.0, factor=0.1, patience=2, floor=0.05)
    assert [rate(1.0) for _ in range(10)] == pytest.approx([1, 1, 1, .1, .1, .1, .05, .05, .05, .05])


def test_plateau_ignores_tiny_improvements():
    rate = schedule.Plateau(1.0, factor=0.5, patience=0, least=0.01)
    assert [rate(x) for x in (1.0, 0.995, 0.5)] == [1.0, 0.5, 0.5]


@pytest.mark.parametrize("make, message", [
    (lambda: schedule.cosine(0.1, 0), "steps must be a positive integer"),
    (lambda: schedule.step_decay(0.1, every=0), "every must be a positive integer"),
    (lambda: schedule.one_cycle(0.1, 0), "steps must be"),
    (lambda: schedule.one_cycle(0.1, 10, rise=1.0), r"\[0, 1\)"),
    (lambda: schedule.Plateau(0.1, factor=2), r"factor must be in \[0, 1\), for the rate to drop, got 2"),
    (lambda: schedule.Plateau(0.1, patience=-1), "patience must be a whole number of at least 0, got -1")])
def test_settings_that_would_divide_by_zero_in_the_midst_of_training(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make, message", [
    (lambda: schedule.per_epoch(0.1), r"per_epoch takes a schedule, .*got 0\.1"),
    (lambda: schedule.per_epoch(schedule.Plateau(0.1)), "per_epoch takes a schedule"),
    (lambda: schedule.warm_up(schedule.Plateau(0.1), 3), "warm_up takes a schedule"),
    (lambda: schedule.warm_up(schedule.per_epoch(schedule.constant(0.1)), 3), r"write per_epoch\(warm_up")])
def test_wrappers_refuse_what_counts_something_else(make, message):
    with pytest.raises(TypeError, match=message):
        make()
