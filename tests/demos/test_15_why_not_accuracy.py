"""The accuracy is flat between its jumps, the log loss is not; the squared error has several valleys in the weight."""
import numpy as np
import pytest


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.fixture(scope="module")
def by_hand(demo):
    """The neuron's training in plain NumPy: the watched probability, the losses, the weights and the bias."""
    x, y = demo["x"], demo["y"][:, 0]
    start = demo["Linear"](256, 1, init=demo["init"].normal(0.001), rng=0)
    w, b, watched, losses = start.weight.numpy()[:, 0].copy(), start.bias.item(), [], []
    for _ in range(demo["EPOCHS"]):
        a = sigmoid(x @ w + b)
        watched.append(a[demo["WATCHED"]])
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        w, b = w - 0.03 * x.T @ (a - y) / len(x), b - 0.03 * np.mean(a - y)
    return watched, losses, w, b


def test_the_watched_dog_during_training(demo, by_hand):
    watched, losses, *_ = by_hand
    assert demo["watched"] == pytest.approx(watched, rel=1e-9) and demo["losses"] == pytest.approx(losses, rel=1e-9)
    assert 0.48 < watched[0] < 0.53 and watched[-1] > 0.96 and demo["y"][demo["WATCHED"]] == 1


def right_answers(demo, by_hand, values):
    """The percentage for each value of the turned weight."""
    _, _, w, b = by_hand
    w = np.tile(w, (len(values), 1))
    w[:, demo["PIXEL"]] = values
    return 100 * np.mean((demo["x"] @ w.T + b > 0) == demo["y"], axis=0)


def test_the_staircase(demo, by_hand):
    values = np.linspace(demo["low"], demo["high"], 400)
    assert [demo["accuracy"](v) for v in values] == pytest.approx(right_answers(demo, by_hand, values))
    assert len(demo["jumps"]) > 30
    a, b = demo["jumps"][demo["tread"]:demo["tread"] + 2]
    flat = right_answers(demo, by_hand, np.linspace(a + 1e-9, b - 1e-9, 1000))
    assert len(set(flat)) == 1 and set(demo["on_step"][0]) == set(flat)
    for jump in demo["jumps"]:                                  # one picture changes sides at each, nowhere else
        before, after = right_answers(demo, by_hand, [jump - 1e-9, jump + 1e-9])
        assert abs(after - before) == pytest.approx(100 / len(demo["y"]))


def test_on_the_same_step_the_loss_moves(demo, by_hand):
    _, _, w, b = by_hand
    w, x, y = w.copy(), demo["x"], demo["y"][:, 0]
    for value, loss in zip(demo["moved"], demo["on_step"][1], strict=True):
        w[demo["PIXEL"]] = value
        a = sigmoid(x @ w + b)
        assert loss == pytest.approx(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)), rel=1e-9)
    assert max(demo["on_step"][1]) - min(demo["on_step"][1]) > 1e-3


def test_convex_in_the_prediction_not_in_the_weight(demo):
    x, y, w = demo["X"], demo["Y"], demo["grid"]
    a = sigmoid(w * x + demo["B"])
    squared = np.mean(x * x * a * (1 - a) * (a * (1 - a) + (a - y) * (1 - 2 * a)), axis=1)
    curvature = {f.__name__: c for f, c in demo["curvature"].items()}
    assert curvature["squared_error"] == pytest.approx(squared, abs=1e-12)
    assert curvature["cross_entropy"] == pytest.approx(np.mean(x * x * a * (1 - a), axis=1), abs=1e-12)
    assert squared.min() < -0.01 and curvature["cross_entropy"].min() > 0
    assert demo["in_prediction"] == pytest.approx(1)


def valleys(values):
    return np.flatnonzero((values[1:-1] < values[:-2]) & (values[1:-1] < values[2:])) + 1


def test_each_start_ends_in_the_valley_below_it(demo):
    x, y = demo["X"], demo["Y"]
    fine = np.linspace(-8, 20, 28_001)
    a = sigmoid(fine[:, None] * x + demo["B"])
    losses = {"squared_error": np.mean(0.5 * (y - a) ** 2, axis=1),
              "cross_entropy": -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a), axis=1)}
    for f, path in demo["paths"].items():
        places = fine[valleys(losses[f.__name__])]
        assert len(places) == {"squared_error": 3, "cross_entropy": 1}[f.__name__]
        assert np.abs(path[-1][:, None] - places).min(axis=1).max() < 0.01
        assert len(set(np.round(path[-1], 1))) == len(places)               # every valley is found by some start


def test_picture(demo, wrote):
    wrote(".png")
