"""Each of the four remedies recognises far more of the rare digits than no remedy; over three seeds."""

import numpy as np


def test_each_remedy_helps_the_rare(demo):
    plain, *remedies = demo["table"].values()
    assert plain["common"] > 0.95 and plain["rare"] < plain["common"] - 0.3
    for row in remedies:
        assert row["rare"] > plain["rare"] + 0.1 and row["recall"].mean() > plain["recall"].mean() + 0.04


def test_the_sets(demo):
    rng = np.random.default_rng(1)
    x, y, _, y_test = demo["unbalanced"](rng)
    assert (np.bincount(y)[list(demo["RARE"])] == demo["KEPT"]).all() and np.bincount(y_test).min() > 60
    for name, size in (("under-sampling", demo["KEPT"]), ("over-sampling", np.bincount(y).max()),
                       ("augmentation", 2 * np.bincount(y).max())):
        x_new, y_new, weight = demo["REMEDIES"][name](x, y, rng)
        assert (np.bincount(y_new) == size).all() and len(x_new) == len(y_new) and weight is None
        assert x_new.min() >= 0 and x_new.max() <= 1
    *_, weight = demo["weighted"](x, y, rng)
    assert np.ptp(weight * np.bincount(y)) < 1e-9               # each class weighs the same in all


def test_file(demo, wrote):
    wrote(".png")
