"""Both searches find a network that reads unseen digits; the random one sees more learning rates."""
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV


def test_grid(demo):
    grid, (x_test, y_test) = demo["grid"], (demo["x_test"], demo["y_test"])
    rates = [p["learning_rate_init"] for p in grid.cv_results_["params"]]
    assert len(rates) == 9 and len(set(rates)) == 3
    assert grid.best_score_ > 0.85 and grid.score(x_test, y_test) > 0.82
    assert np.min(grid.cv_results_["mean_test_score"]) < 0.4                # the choice matters


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_random(demo, seed):
    search = demo["random"]
    if seed:
        search = RandomizedSearchCV(demo["network"], search.param_distributions, n_iter=9, cv=3, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            search.fit(demo["x"], demo["y"])
    assert len({p["learning_rate_init"] for p in search.cv_results_["params"]}) == 9
    assert search.best_score_ > 0.9 and search.score(demo["x_test"], demo["y_test"]) > 0.88


def test_file(demo, wrote):
    wrote(".png")
