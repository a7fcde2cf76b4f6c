"""Only the proximal L1 step gives exact zeros, ever more of them with α; the solutions satisfy their conditions."""

import numpy as np
import pytest


def test_zeros_grow_with_alpha(demo):
    l2, l1, proximal = demo["zeros"].values()
    assert not l2.any() and not l1.any()
    assert (np.diff(proximal) >= 0).all() and proximal[0] < 15 and proximal[-1] == 20


def test_some_alpha_keeps_the_useful_weights_alone(demo):
    path = demo["paths"]["L1, proximal"]
    assert any((w[:5] != 0).all() and (w[5:] == 0).all() for w in path)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_l2_is_ridge_and_l1_meets_its_optimality_conditions(demo, seed):
    rng, alpha = np.random.default_rng(seed), 0.3
    x = rng.normal(size=(60, 4))
    y = x @ [[1.0], [-1.0], [0.2], [0.0]] + 0.1 * rng.normal(size=(60, 1))
    ridge = np.linalg.solve(x.T @ x / 60 + alpha * np.eye(4), x.T @ y / 60).ravel()
    assert demo["trained"](demo["l2_penalty"], x=x, y=y, alpha=alpha, steps=2000) == pytest.approx(ridge, abs=1e-8)
    w = demo["trained"](x=x, y=y, proximal=alpha, steps=2000)
    slope = (x.T @ (x @ w.reshape(-1, 1) - y) / 60).ravel()
    assert slope[w != 0] == pytest.approx(-alpha * np.sign(w[w != 0]), abs=1e-8)
    assert (np.abs(slope[w == 0]) <= alpha).all()


def test_the_diamond_touches_in_a_corner(demo):
    circle, diamond = demo["touching"].values()
    assert diamond[1] == 0 and diamond[0] > 0 and (circle != 0).all()


def test_files(demo, wrote):
    wrote("_zeros.png", "_contours.png")
