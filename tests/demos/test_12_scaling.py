"""Scaling turns the ravine into a bowl, for every seed, and the zig-zag is real."""

import numpy as np
import pytest


@pytest.mark.parametrize("seed", range(5))
def test_scaling_helps(demo, seed):
    runs = demo["compare"](seed)
    (f, flat, steep, path), (g, scaled_flat, scaled_steep, scaled_path) = runs["raw"], runs["scaled"]
    assert steep / flat == pytest.approx(7 ** 2, rel=0.2) and scaled_steep / scaled_flat < 2
    assert demo["steps_to"](g, scaled_path) <= 6
    assert (demo["steps_to"](f, path) or 61) >= 20
    across = np.diff(path[:, 0])                                            # from wall to wall, at every step
    assert np.all(np.sign(across[:19]) == -np.sign(across[1:20]))


def test_curvatures_are_those_of_the_features(demo):
    x, _ = demo["flats"](0)
    expected = np.linalg.eigvalsh(2 * np.cov(x.T, bias=True))
    np.testing.assert_allclose(demo["runs"]["raw"][1:3], expected, rtol=1e-9)


def test_min_max(demo, wrote):
    x = demo["min_max"](demo["flats"](0)[0])
    assert x.min(axis=0).tolist() == [0, 0] and x.max(axis=0).tolist() == [1, 1]
    wrote(".png")
