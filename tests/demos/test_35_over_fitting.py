"""The line is bad everywhere, the large network turns away from fresh points: for the demo's seed and on average."""

import numpy as np
import pytest

NOISE = 0.3 ** 2


@pytest.fixture(scope="module")
def losses(demo):
    """Over seeds: for each network the final training, final validation and least validation loss."""
    return np.array([[(run["train"][-1], run["validation"][-1], min(run["validation"])) for run in
                      (demo["train"](sizes, seed)[2] for sizes in demo["networks"].values())] for seed in range(4)])


def test_three_kinds_of_fit(losses):
    under, well, over = losses.transpose(1, 0, 2)
    assert (under[:, :2] > 2 * NOISE).all()                                    # bad on seen and unseen
    assert (well[:, 1] < 0.5 * under[:, 1]).all() and (well[:, 1] < 1.1 * well[:, 2]).all()
    assert over[:, 0].mean() < 0.6 * NOISE                                     # it has learned noise
    assert (over[:, 1] / over[:, 2]).mean() > 1.4                                   # and left its best far behind


def test_the_demo_shows_it(demo):
    train, validation = demo["runs"]["over-fitted: 2 × 40 hidden units"][2].values()
    assert train[-1] < 0.5 * train[5] and validation[-1] > 1.5 * min(validation)


def test_file(demo, wrote):
    wrote(".png")
