"""The neuron's chain of derivatives, and what it learns, over several seeds."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs

from nn import Linear


def test_the_chain_of_one_sample(demo):
    a, y = demo["a"].item(), 1.0
    dz = (a - y) * a * (1 - a)
    assert demo["a"].grad.item() == pytest.approx(a - y) and demo["z"].grad.item() == pytest.approx(dz)
    assert [demo[p].grad.item() for p in ("w1", "w2", "b")] == pytest.approx([dz * 1.0, dz * 2.0, dz], rel=1e-12)


def test_the_vectorised_gradient(demo):
    np.testing.assert_allclose(demo["neuron"].weight.grad.data, demo["by_formula"], rtol=1e-10)


def test_a_hundred_steps_by_hand(demo):
    """Training ends where plain NumPy's does, step by step by the formulas of the textbook."""
    x, y = make_blobs(n_samples=100, n_features=2, centers=2, random_state=0)
    start = Linear(2, 1, rng=0)
    w, b, losses = start.weight.numpy()[:, 0].copy(), start.bias.item(), []
    for _ in range(100):
        a = 1 / (1 + np.exp(-(x @ w + b)))
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        w, b = w - 0.1 * x.T @ (a - y) / 100, b - 0.1 * np.mean(a - y)
    assert demo["losses"] == pytest.approx(losses, rel=1e-12)
    assert demo["neuron"].weight.numpy()[:, 0] == pytest.approx(w, rel=1e-12)
    assert demo["neuron"].bias.item() == pytest.approx(b, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_it_learns_the_clouds(demo, seed):
    neuron, losses = demo["train"](seed)
    assert np.all(np.diff(losses) < 0) and losses[-1] < 0.27
    assert demo["accuracy"](neuron) >= 0.85                     # the clouds overlap: no line gets all of them


def test_the_new_point_and_the_pictures(demo, output, wrote):
    assert demo["p_new"] > 0.75                                 # deep in the cloud of class 1
    svg = (output / "10_one_neuron_graph.svg").read_text(encoding="utf-8")
    assert all(f">{name}<" in svg for name in ("x1", "w1", "x2", "w2", "b", "y"))
    assert svg.count('id="backward') >= 10                      # the red arrows
    wrote(".png")
