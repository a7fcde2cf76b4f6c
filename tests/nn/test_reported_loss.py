"""The loss that fit and evaluate report: that of all rows at once, whatever the batches."""
from functools import partial

import numpy as np
import pytest

from nn import MLP, SGD, cross_entropy_loss, evaluate, fit, mse_loss

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X @ [1.0, -2.0, 0.5] > 0).astype(int)

LOSSES = {
    "sum": lambda z, y: cross_entropy_loss(z, y, reduction="sum"),
    "class weights": partial(cross_entropy_loss, class_weight=[1.0, 7.0]),
    "class weights and smoothing": partial(cross_entropy_loss, class_weight=[1.0, 7.0], label_smoothing=0.2),
    "weights of rows": lambda z, y: cross_entropy_loss(z, y, sample_weight=1.0 + 3 * (y == 0)),
    "ignored rows": lambda z, y: cross_entropy_loss(z, np.where(y, y, -100), sample_weight=y == 1),
    "a multiple of a weighted mean": lambda z, y: 2 * cross_entropy_loss(z, y, class_weight=[1.0, 7.0]) + 1,
    "two means": lambda z, y: cross_entropy_loss(z, y) + 0.1 * mse_loss(z[:, 0], 1.0 * y),
    "a sum over the rows": lambda z, y: cross_entropy_loss(z, y, reduction="sum") / len(y),
    "a mean of one's own": lambda z, y: (z * z).mean(),
    "unreduced": lambda z, y: cross_entropy_loss(z, y, reduction="none").mean(),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("size", [7, 16, 1000])
def test_the_reported_loss_is_that_of_all_rows_at_once(loss, size):
    """Sums averaged by rows, and weighted means too, were neither a sum nor a mean of the data."""
    model = MLP([3, 4, 2], rng=0)
    expected = pytest.approx(loss(model(X), Y).item(), rel=1e-12)
    assert evaluate(model, (X, Y), loss, batch_size=size)["loss"] == expected
    history = fit(model, (X, Y), loss, SGD(model.parameters(), lr=0.0), 1, batch_size=size, validation=(X, Y),
                  progress=False, rng=0)
    assert history.last("loss") == expected
    assert history.last("val_loss") == expected


def test_means_over_different_weights_are_averaged_by_rows():
    def loss(z, y):
        return cross_entropy_loss(z, y) + cross_entropy_loss(z, y, class_weight=[1.0, 7.0])
    model, parts = MLP([3, 4, 2], rng=0), [(X[:10], Y[:10]), (X[10:14], Y[10:14])]
    one, other = (loss(model(x), y).item() for x, y in parts)
    assert evaluate(model, parts, loss)["loss"] == pytest.approx((10 * one + 4 * other) / 14, rel=1e-13)


@pytest.mark.parametrize("pack", [lambda y: (y, y), lambda y: [y], lambda y: {"class": y}])
def test_batches_of_several_targets_count_as_many_rows_as_they_hold(pack):
    """They counted as many as there are targets, so a batch of 4 as much as one of 10."""
    model = MLP([3, 4, 2], rng=0)
    parts = [(X[:10], pack(Y[:10])), (X[10:14], pack(Y[10:14]))]
    expected = np.square(model(X[:14]).data).mean()
    assert evaluate(model, parts, lambda z, y: (z * z).mean())["loss"] == pytest.approx(expected, rel=1e-13)


def test_a_loss_inside_a_loss_of_another_training_is_not_counted():
    """A callback that evaluates, or a loss that trains, has a report of its own."""
    model = MLP([3, 4, 2], rng=0)

    def loss(z, y):
        evaluate(model, (X, Y), LOSSES["class weights"])
        return cross_entropy_loss(z, y)
    assert evaluate(model, (X, Y), loss, batch_size=7)["loss"] == pytest.approx(cross_entropy_loss(model(X), Y).item())


@pytest.mark.parametrize("loss", [lambda z, y: 1.0, lambda z, y: z], ids=["float", "vector"])
def test_evaluate_too_needs_one_number_as_a_tensor(loss):
    with pytest.raises(TypeError, match="one number, as a Tensor"):
        evaluate(MLP([3, 2], rng=0), (X, Y), loss)


def test_weights_that_are_all_0_leave_nothing_to_learn_from():
    model = MLP([3, 4, 2], rng=0)
    with pytest.raises(ValueError, match="all rows have weight 0"):
        fit(model, (X, Y), lambda z, y: cross_entropy_loss(z, y, sample_weight=0.0 * y), SGD(model.parameters()), 1)
