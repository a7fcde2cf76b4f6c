"""Hidden layers part the circles, one neuron cannot, for every seed."""
import numpy as np
import pytest
from sklearn.datasets import make_circles


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_circles(run, wrote, seed):
    demo = run("--seed", seed)
    points, labels = make_circles(n_samples=100, noise=0.1, factor=0.3, random_state=0)
    assert np.array_equal(demo["points"], points) and np.array_equal(demo["labels"], labels)
    assert demo["network"].sizes == [2, 32, 32, 32, 1]
    assert demo["straight"]["accuracy (%)"]["train"][-1] < 70 and demo["straight"]["log loss (nats)"]["train"][-1] > 0.6
    assert demo["curves"]["accuracy (%)"]["train"][-1] == 100 and demo["curves"]["accuracy (%)"]["test"][-1] >= 95
    assert demo["curves"]["log loss (nats)"]["train"][-1] < 0.05
    wrote("_curves.png", "_boundary.png")


def test_a_network_of_two_layers(run):
    demo = run("--hidden", 32)
    assert demo["network"].sizes == [2, 32, 1] and demo["curves"]["accuracy (%)"]["train"][-1] > 97
