"""The neuron's chain of derivatives, and what it learns, over several seeds."""

import numpy as np
import pytest


def test_the_chain_of_one_sample(demo):
    a, y = demo["a"].item(), 1.0
    dz = (a - y) * a * (1 - a)
    assert demo["a"].grad.item() == pytest.approx(a - y) and demo["z"].grad.item() == pytest.approx(dz)
    assert [demo[p].grad.item() for p in ("w1", "w2", "b")] == pytest.approx([dz * 1.0, dz * 2.0, dz], rel=1e-12)


def test_the_vectorised_gradient(demo):
    np.testing.assert_allclose(demo["neuron"].weight.grad.data, demo["by_formula"], rtol=1e-10)


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
