"""Rosenblatt's rule converges on separable clouds, whatever the seed, and never on XOR."""

import numpy as np
import pytest


def by_hand(x, y, passes, lr):
    w, b = np.zeros(2), 0.0
    for _ in range(passes):
        for xi, yi in zip(x, y, strict=True):
            e = yi - (xi @ w + b > 0)
            w, b = w + lr * e * xi, b + lr * e
    return [*w, b]


def test_blobs_converge(demo):
    assert demo["blobs"].converged and demo["blobs_mistakes"][-1] == 0
    assert np.array_equal(demo["blobs"](demo["blobs_x"]).data, demo["blobs_y"])
    expected = by_hand(demo["blobs_x"], demo["blobs_y"], len(demo["blobs_lines"]), 0.1)
    np.testing.assert_allclose(demo["blobs_lines"][-1], expected, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_separable_blobs_converge_for_every_seed(demo, seed):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat([0, 1], 50))
    x = np.where(y[:, None] == 1, 2.0, -2.0) + rng.uniform(-1.5, 1.5, (100, 2))        # a gap of 1 between them
    unit, _, mistakes = demo["learn"](x, y, 100)
    assert unit.converged and mistakes[-1] == 0


@pytest.mark.parametrize("seed", range(5))
def test_xor_never_settles(demo, seed):
    unit, _, mistakes = demo["learn"](demo["xor_x"], demo["xor_y"], 300, rng=np.random.default_rng(seed))
    assert not unit.converged and min(mistakes) >= 1 and len(mistakes) == 300
    assert np.mean(unit(demo["xor_x"]).data == demo["xor_y"]) < 1


def test_picture(demo, wrote):
    wrote(".png")
