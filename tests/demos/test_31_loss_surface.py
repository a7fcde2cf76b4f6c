"""Both pictures of the landscape are made, training ended in the valley, and the model is left as it was."""

import numpy as np


def test_training_came_down(demo):
    assert demo["end"] < 0.2 < 1.5 < demo["history"]["loss"][0]


def test_the_model_is_left_as_it_was(demo):
    now = demo["model"].state_dict()
    assert all(np.array_equal(now[name], kept) for name, kept in demo["states"][-1].items())


def test_the_end_of_training_is_lower_than_everything_around(demo):
    """Steps of half the weights' length along a random direction, in any of three directions, cost much more."""
    model, here = demo["model"], demo["model"].state_dict()
    for seed in range(3):
        rng = np.random.default_rng(seed)
        away = {name: w + rng.normal(size=w.shape) * np.abs(w).mean() for name, w in here.items()}
        try:
            model.load_state_dict(away)
            assert demo["loss"]().item() > 3 * demo["end"]
        finally:
            model.load_state_dict(here)


def test_pictures(demo, wrote):
    for name in ("surface", "path"):
        solid, flat, _ = demo[name].axes
        assert solid.get_zlabel() and flat.get_xlabel() and flat.get_ylabel()
    wrote("_random.png", "_path.png")
