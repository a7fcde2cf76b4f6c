# %% [markdown]
"""Choosing what training cannot learn: hyper-parameters by grid and by random search.

The learning rate and the strength of regularisation are not learned by descent; they are tried. Each candidate is
trained several times with another part of the data kept aside (cross-validation), and the test set is not touched
until one of them has won. A grid tries all combinations of a few values: with nine trials it sees three learning
rates. Nine random trials see nine, and since often one of the parameters matters and the other hardly does, this is
the better use of the same work (Bergstra and Bengio 2012).

Our networks speak scikit-learn's language, so its searches run on them as they are.

    python demos/33_search.py               takes several seconds (--full: 25 trials each instead of 9)
"""
# %% [markdown]
# Set up: 600 digits of 8 x 8 pixels to search with, all others kept for the very end

# %%
import sys
import warnings

import numpy as np
from common import keep
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, train_test_split

from nn import plot
from nn.estimator import MLPClassifier

SIDE = 5 if "--full" in sys.argv else 3
RATES, ALPHAS = (1e-4, 1e-1), (1e-4, 1e1)
images, labels = load_digits(return_X_y=True)
x, x_test, y, y_test = train_test_split(images / 16, labels, train_size=600, stratify=labels, random_state=0)
warnings.simplefilter("ignore", ConvergenceWarning)        # trials are short on purpose: 12 epochs
network = MLPClassifier((24,), batch_size=50, max_iter=12, n_iter_no_change=12, random_state=0)

# %% [markdown]
# The same number of trials twice: on a grid, and at random (evenly in the logarithm, since scale is what matters)

# %%
grid = GridSearchCV(network, {"learning_rate_init": np.geomspace(*RATES, SIDE), "alpha": np.geomspace(*ALPHAS, SIDE)},
                    cv=3)
random = RandomizedSearchCV(network, {"learning_rate_init": loguniform(*RATES), "alpha": loguniform(*ALPHAS)},
                            n_iter=SIDE ** 2, cv=3, random_state=0)
searches = {"grid": grid, "random": random}
for name, search in searches.items():
    search.fit(x, y)                            # and trains the winner once more, on all of x
    best = search.best_params_
    print(f"{name:<7} {SIDE ** 2} trials, best: learning rate {best['learning_rate_init']:.4g}, α {best['alpha']:.2g}, "
          f"cross-validated accuracy {search.best_score_:.3f}, on the test set {search.score(x_test, y_test):.3f}")

# %% [markdown]
# Where each search looked, and what it found there

# %%
with plot.style():
    figure = plot.figure(10, 4)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for ax, (name, search) in zip(panels, searches.items(), strict=True):
        tried = search.cv_results_["params"]
        at = [p["learning_rate_init"] for p in tried], [p["alpha"] for p in tried]
        score = search.cv_results_["mean_test_score"]
        dots = ax.scatter(*at, c=score, cmap="viridis", vmin=0, vmax=1, s=90, edgecolor="black", clip_on=False)
        for rate, alpha, s in zip(*at, score, strict=True):
            if SIDE == 3 or s == max(score):                # as long as there is room
                ax.annotate(f"{s:.2f}", (rate, alpha), (0, 8), textcoords="offset points", ha="center", fontsize=8)
        ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="α of the L2 penalty",
               xlim=(5e-5, 2e-1), ylim=(5e-5, 4e1), title=f"{name} search: {len(set(at[0]))} learning rates seen")
    figure.colorbar(dots, ax=panels, label="cross-validated accuracy")
    keep(figure, "33_search.png")
