"""Attributes, a list and a Sequential are the same network; dropout rests in eval, no_grad records nothing."""
import numpy as np
import pytest


def test_the_three_are_one(demo):
    first, *others = demo["models"].values()
    assert [p.shape for p in first.parameters()] == [(2, 16), (16,), (16, 16), (16,), (16, 1), (1,)]
    for other in others:
        assert np.array_equal(other(demo["x"]).data, first(demo["x"]).data)
    assert len({tuple(losses) for losses in demo["losses"].values()}) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_they_learn_the_moons(demo, seed):
    model = demo["sequential"](np.random.default_rng(seed))
    losses = demo["train"](model)
    assert losses[-1] < 0.1 and np.mean((model(demo["x"]).data > 0) == demo["y"]) > 0.96


def test_modes(demo):
    assert len(set(demo["learning"])) > 1 and len(set(demo["using"])) == 1
    assert demo["recorded"].requires_grad and not demo["plain"].requires_grad
    assert np.array_equal(demo["recorded"].data, demo["plain"].data)
    assert not any(module.training for _, module in demo["model"].named_modules())


def test_picture(wrote, demo):
    wrote(".png")
