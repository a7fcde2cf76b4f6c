"""L-BFGS against known minima, and the learning-rate range test."""
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from nn import LBFGS, MLP, SGD, Linear, Parameter, bce_with_logits_loss, l2_penalty, lr_range_test, mse_loss, plot


def minimised(params, f, steps):
    optimizer = LBFGS(params)

    def closure():
        optimizer.zero_grad()
        loss = f()
        loss.backward()
        return loss
    return [optimizer.step(closure) for _ in range(steps)]


def test_the_bent_valley_of_rosenbrock():
    w = Parameter([-1.2, 1.0])
    losses = minimised([w], lambda: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2, 60)
    np.testing.assert_allclose(w.data, [1, 1], atol=1e-8)
    assert losses == sorted(losses, reverse=True)


def test_logistic_regression_has_the_weights_that_scikit_learn_finds():
    x, y = load_breast_cancer(return_X_y=True)
    x, layer = StandardScaler().fit_transform(x), Linear(30, 1, rng=0)
    n, target = len(x), y[:, None].astype(float)
    minimised(layer.parameters(), lambda: bce_with_logits_loss(layer(x), target) + l2_penalty([layer.weight]) / n, 200)
    theirs = LogisticRegression(C=1.0, tol=1e-12, max_iter=10_000).fit(x, y)
    np.testing.assert_allclose(layer.weight.data[:, 0], theirs.coef_[0], rtol=1e-4, atol=1e-5)
    assert layer.bias.item() == pytest.approx(theirs.intercept_[0], rel=1e-4)


def test_at_the_minimum_it_stays():
    w = Parameter([0.0])
    minimised([w], lambda: (w * w).sum(), 3)
    assert w.item() == 0.0


@pytest.mark.parametrize("settings", [{"lr": 0}, {"memory": 0}, {"attempts": 0}])
def test_bad_settings(settings):
    with pytest.raises(ValueError, match="must be"):
        LBFGS([Parameter([1.0])], **settings)


@pytest.mark.parametrize("params, error", [([], ValueError), ([np.ones(2)], TypeError), (Parameter([1.0]), TypeError)])
def test_parameters_that_are_none(params, error):
    with pytest.raises(error, match=r"pass model\.parameters\(\)"):
        LBFGS(params)


def test_range_test_sweeps_the_rates_stops_when_it_diverges_and_changes_nothing():
    x = np.random.default_rng(0).normal(size=(64, 3))
    model = MLP([3, 8, 1], rng=0)
    optimizer, before = SGD(model.parameters(), lr=0.123, momentum=0.9), model.state_dict()
    history = lr_range_test(model, (x, x[:, :1]), mse_loss, optimizer, low=1e-5, high=1e3, steps=80, rng=0)
    rates = history["lr"]
    assert rates[0] == pytest.approx(1e-5) and rates[-1] < 100 and min(history["loss"]) < 0.5 * history["loss"][0]
    np.testing.assert_allclose(np.diff(np.log(rates)), np.log(1e8) / 79)
    assert optimizer.lr == 0.123 and optimizer.state == [[], [], [], []]
    assert all(np.array_equal(a, before[name]) for name, a in model.state_dict().items())
    ax, = plot.rate_range(history).axes
    assert (ax.get_xscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "learning rate", "loss")


@pytest.mark.parametrize("data", [(np.ones((0, 2)), np.ones((0, 1))), ((x, x[:, :1]) for x in [np.ones((8, 2))])],
                         ids=["no rows", "generator"])
def test_range_test_without_data_ends(data):
    model = MLP([2, 1], rng=0)
    with pytest.raises(ValueError, match="there is no data"):
        lr_range_test(model, data, mse_loss, SGD(model.parameters()), steps=3)
