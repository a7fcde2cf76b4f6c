"""Each rule, written again in NumPy as in its paper, walks the same way through the valley and through the network."""
import numpy as np
import pytest
from sklearn.datasets import load_digits

from nn import batches


def heavy_ball(w, slope, lr, steps):
    """Polyak (1964): the step before is repeated, shortened."""
    path = [w, w - lr * slope(w)]
    for _ in range(steps - 1):
        path.append(path[-1] - lr * slope(path[-1]) + 0.9 * (path[-1] - path[-2]))
    return path


def nesterov(w, slope, lr, steps):
    """Sutskever et al. (2013), equations 3 and 4; the path is that of θ + μ v, where the slopes are taken."""
    theta, v, path = w, 0 * w, [w]
    for _ in range(steps):
        v = 0.9 * v - lr * slope(theta + 0.9 * v)
        theta = theta + v
        path.append(theta + 0.9 * v)
    return path


def gradient_descent(w, slope, lr, steps):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - lr * slope(path[-1]))
    return path


def rmsprop(w, slope, lr, steps):
    path, v = [w], 0 * w
    for _ in range(steps):
        g = slope(path[-1])
        v = 0.9 * v + 0.1 * g ** 2
        path.append(path[-1] - lr * g / (np.sqrt(v) + 1e-8))
    return path


def adam(w, slope, lr, steps):
    """Kingma & Ba (2015), algorithm 1."""
    path, m, v = [w], 0 * w, 0 * w
    for t in range(1, steps + 1):
        g = slope(path[-1])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g ** 2
        path.append(path[-1] - lr * m / (1 - 0.9 ** t) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8))
    return path


RULES = {"SGD": gradient_descent, "momentum": heavy_ball, "Nesterov": nesterov, "RMSprop": rmsprop, "Adam": adam}
every_rule = pytest.mark.parametrize("name", RULES)
CURVATURE = np.array([1.0, 100.0])


def valley(name, lr):
    path = np.array(RULES[name](np.array([-4.0, 1.0]), lambda w: CURVATURE * w, lr, 60))
    return path, 0.5 * path ** 2 @ CURVATURE


@every_rule
def test_the_path_through_the_valley(demo, name):
    path, cost = valley(name, demo["best"][name])
    rows, _ = demo["walks"][name]
    np.testing.assert_allclose(rows[:, :2], path, atol=1e-9)
    np.testing.assert_allclose(rows[:, 2], cost, atol=1e-9)


@every_rule
@pytest.mark.filterwarnings("ignore:overflow")
def test_the_rate_is_the_best_of_those_tried(demo, name):
    costs = [valley(name, lr)[1][-1] for lr in demo["RATES"]]
    assert demo["best"][name] == demo["RATES"][np.nanargmin(costs)]


def test_memory_pays_in_a_valley(demo):
    costs = {name: valley(name, demo["best"][name])[1][-1] for name in RULES}
    assert all(costs[name] < costs["SGD"] / 50 for name in RULES if name != "SGD")


def test_what_is_kept_per_parameter(demo):
    assert {name: notes.shape[1:] for name, (_, notes) in demo["walks"].items()} == {
        "SGD": (0,), "momentum": (1, 2), "Nesterov": (1, 2), "RMSprop": (1, 2), "Adam": (2, 2)}
    n = 64 * 32 + 32 + 32 * 10 + 10
    assert demo["counts"] == {"SGD": 0, "momentum": n, "Nesterov": n, "RMSprop": n, "Adam": 2 * n}


def test_the_notes_are_what_their_names_say(demo):
    """Summed up from all gradients so far, without a recursion."""
    fade = np.arange(61)[:, None] - np.arange(61)
    for name, k, keep, share in (("momentum", 0, 0.9, 1.0), ("RMSprop", 0, 0.9, 0.1), ("Adam", 0, 0.9, 0.1),
                                 ("Adam", 1, 0.999, 0.001)):
        rows, notes = demo["walks"][name]
        g = CURVATURE * rows[:, :2]
        weights = share * np.where(fade >= 0, keep ** np.maximum(fade, 0), 0)
        squared = name == "RMSprop" or k == 1
        np.testing.assert_allclose(notes[:, k], weights @ (g ** 2 if squared else g), rtol=1e-9, atol=1e-9)


def network_losses(demo, name, lr):
    """Of each batch: a ReLU layer and a softmax, with the gradients written out."""
    images, labels = load_digits(return_X_y=True)
    images, start = images / 16, [p.numpy() for p in demo["MLP"]([64, 32, 10], rng=0).parameters()]
    shapes, rng, losses = [p.shape for p in start], np.random.default_rng(0), []
    order = [batch for _ in range(4) for batch in batches(images, labels, size=64, rng=rng)]
    ends = np.cumsum([p.size for p in start])

    def slope(flat):
        x, y = order[len(losses)]
        w1, b1, w2, b2 = (part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True))
        h = np.maximum(x @ w1 + b1, 0)
        p = np.exp(h @ w2 + b2)
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.mean(np.log(p[np.arange(len(y)), y])))
        d2 = (p - np.eye(10)[y]) / len(y)
        d1 = d2 @ w2.T * (h > 0)
        return np.concatenate([(x.T @ d1).ravel(), d1.sum(axis=0), (h.T @ d2).ravel(), d2.sum(axis=0)])

    RULES[name](np.concatenate([p.ravel() for p in start]), slope, lr, len(order))
    return losses


@every_rule
def test_the_network(demo, name):
    found, expected = demo["runs"][name][0], network_losses(demo, name, demo["NETWORK_RATES"][name])
    assert len(found) == len(expected) == 4 * 29
    assert found[:40] == pytest.approx(expected[:40], rel=1e-6)             # later, rounding has grown
    assert np.mean(found[-29:]) == pytest.approx(np.mean(expected[-29:]), rel=0.02)


@every_rule
def test_the_rate_of_the_network_is_better_than_its_neighbours(demo, name):
    lr = demo["NETWORK_RATES"][name]
    lower, here, higher = (np.mean(network_losses(demo, name, lr * factor)[-29:]) for factor in (1 / 3, 1, 3))
    assert here < lower and here < higher


def test_pictures(demo, wrote):
    wrote(".png", "_network.png")
