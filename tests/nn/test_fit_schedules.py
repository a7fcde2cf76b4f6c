"""Schedules in fit: which group gets which rate at which update, and what is said when they leave none."""
import numpy as np
import pytest

from nn import MLP, SGD, Adam, Dataset, cross_entropy_loss, fit, schedule

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X @ [1.0, -2.0, 0.5] > 0).astype(int)


def trained(epochs, **options):
    model = MLP([3, 8, 2], rng=0)
    options = {"rng": 0, "progress": False, "batch_size": 16} | options
    return model, fit(model, (X, Y), cross_entropy_loss, Adam(model.parameters(), lr=0.02), epochs, **options)


def test_schedules_set_the_rate_of_every_update():
    rates = []
    _, history = trained(2, schedule=lambda step: rates.append(step) or 0.1 / (step + 1))
    assert rates == list(range(8)) and history["lr"] == [0.1 / 4, 0.1 / 8]


def test_plateau_watches_the_validation_loss():
    _, history = trained(8, validation=(X, Y), schedule=schedule.Plateau(0.02, factor=0.5, patience=0, least=10.0))
    assert history["lr"][0] == 0.02 and history.last("lr") == pytest.approx(0.02 * 0.5 ** 7)


def two_groups(first, second):
    model = MLP([3, 8, 2], rng=0)
    groups = [{"params": model.layers[0].parameters(), "lr": first}, {"params": model.layers[1].parameters(),
                                                                      "lr": second}]
    return model, SGD(groups)


@pytest.mark.parametrize("rate", [schedule.cosine(0.1, 12), schedule.Plateau(0.1, patience=0, least=9.0)])
def test_a_layer_frozen_by_its_rate_stays_under_a_schedule(rate):
    """A schedule gave every group its rate, also one with lr=0."""
    model, optimizer = two_groups(0.0, 0.5)
    before = model.layers[0].weight.numpy(), model.layers[1].weight.numpy()
    for _ in range(2):                                  # the second training finds the rates of the first
        fit(model, (X, Y), cross_entropy_loss, optimizer, 3, batch_size=16, schedule=rate, progress=False, rng=0)
        assert np.array_equal(model.layers[0].weight.data, before[0])
    assert not np.array_equal(model.layers[1].weight.data, before[1])


def test_a_schedule_keeps_the_proportion_of_the_groups_and_the_history_shows_them():
    model, optimizer = two_groups(0.02, 0.2)
    rates = schedule.per_epoch(schedule.step_decay(0.4, every=1, factor=0.5))
    history = fit(model, (X, Y), cross_entropy_loss, optimizer, 3, schedule=rates, progress=False, rng=0)
    assert history["lr"] == history["lr_1"] == [0.4, 0.2, 0.1]
    assert history["lr_0"] == pytest.approx([0.04, 0.02, 0.01], rel=1e-15)
    assert [axes.get_ylabel() for axes in history.plot().axes] == ["loss"]


def test_a_rate_that_a_callback_sets_is_the_groups_own_from_then_on():
    """Thawing a layer in mid-training: the schedule put its lr back to 0."""
    model, optimizer = two_groups(0.0, 0.1)

    def thaw(training):
        if training.epoch == 1:
            training.optimizer.groups[0].lr = 0.05
    history = fit(model, (X, Y), cross_entropy_loss, optimizer, 3, schedule=schedule.constant(0.1), callbacks=[thaw],
                  progress=False)
    assert history["lr_0"] == [0.0, 0.05, 0.05] and history["lr_1"] == [0.1] * 3


def test_plateau_sets_the_rate_of_the_first_epoch_too():
    """It ran with the optimizer's own."""
    model, rates = MLP([3, 2], rng=0), []
    fit(model, (X, Y), lambda z, y: rates.append(optimizer.lr) or cross_entropy_loss(z, y),
        optimizer := SGD(model.parameters(), lr=0.3), 1, schedule=schedule.Plateau(0.1), progress=False)
    assert set(rates) == {0.1}


def test_a_schedule_has_nothing_to_scale_where_all_rates_are_zero():
    model, optimizer = two_groups(0.0, 0.0)
    with pytest.raises(ValueError, match="every group has lr=0"):
        fit(model, (X, Y), cross_entropy_loss, optimizer, 1, schedule=schedule.constant(0.1), progress=False)


@pytest.mark.parametrize("rate", [schedule.cosine(0.1, 5), schedule.one_cycle(0.1, 5)])
def test_a_schedule_over_as_many_updates_as_there_are_epochs_warns(rate):
    model = MLP([3, 2], rng=0)
    for data in ((X, Y), Dataset(X, Y), [(X[i::4], Y[i::4]) for i in range(4)]):
        with pytest.warns(UserWarning, match=r"5 epochs have 20: give it steps=20, or wrap it in nn.sched") as seen:
            fit(model, data, cross_entropy_loss, SGD(model.parameters()), 5, batch_size=16, schedule=rate,
                progress=False)
        assert len(seen) == 1


@pytest.mark.parametrize("rate", [schedule.exponential(0.1, 0.001), lambda i: 0.1 * max(0.0, 1 - i / 3)])
def test_an_epoch_without_any_rate_warns_once(rate):
    with pytest.warns(UserWarning, match=r"no rate above \S+ in epoch \d, so nothing was learned.*epoch has 4") as seen:
        trained(9, schedule=rate)
    assert len(seen) == 1


@pytest.mark.filterwarnings("error")
def test_schedules_over_all_updates_or_by_epoch_do_not_warn():
    trained(5, schedule=schedule.cosine(0.1, 20))
    _, history = trained(5, schedule=schedule.per_epoch(schedule.cosine(0.1, 5)))
    assert history["lr"] == [schedule.cosine(0.1, 5)(i) for i in range(5)]
