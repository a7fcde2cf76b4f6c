"""Our estimators beside scikit-learn's own networks: scores and time at equal settings, for docs/estimators.md.

Every fit is done by both, in turns, on the same rows with the same random_state. What is printed is the mean over folds
and seeds, its standard error over the seeds, the part of predictions on unseen rows that agree, and the median of the
ratios of times per epoch. `python -m benchmarks.estimators [seeds]`, half a minute per seed.
"""
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sklearn import datasets, neural_network
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler

from nn import estimator

CLASSIFIERS = estimator.MLPClassifier(), neural_network.MLPClassifier()
REGRESSORS = estimator.MLPRegressor(), neural_network.MLPRegressor()


def houses(rows: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Data like the prices of Californian houses: skewed features, places, a smooth but bent price, cut off at 5."""
    rng = np.random.default_rng(0)
    income, age = rng.lognormal(1.2, 0.5, rows), rng.uniform(1, 52, rows)
    rooms, bedrooms = rng.lognormal(1.7, 0.25, rows), rng.lognormal(0.1, 0.1, rows)
    people, household = rng.lognormal(7, 0.7, rows), rng.lognormal(1.1, 0.25, rows)
    north, east = rng.uniform(32, 42, rows), rng.uniform(-124, -114, rows)
    coast = np.exp(-np.abs(north + east + 84) / 2)
    price = 0.45 * income + 1.5 * coast + 0.01 * age + 0.3 * np.log(rooms) - 0.4 * household + rng.normal(0, 0.4, rows)
    x = np.column_stack([income, age, rooms, bedrooms, people, household, north, east])
    return x, np.clip(price, 0.15, 5.0)


DATA: dict[str, Callable] = {
    "iris": lambda: datasets.load_iris(return_X_y=True), "wine": lambda: datasets.load_wine(return_X_y=True),
    "breast cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "diabetes (R²)": lambda: datasets.load_diabetes(return_X_y=True), "houses, synthetic (R²)": houses,
}
SETTINGS: dict[str, dict] = {
    "the defaults": {}, "hidden_layer_sizes=(256, 128)": {"hidden_layer_sizes": (256, 128)},
    "hidden_layer_sizes=(16,)": {"hidden_layer_sizes": (16,)}, "batch_size=32": {"batch_size": 32},
    "activation='tanh'": {"activation": "tanh"}, "solver='sgd'": {"solver": "sgd"},
    "early_stopping=True": {"early_stopping": True, "n_iter_no_change": 20},
}


class Row(NamedTuple):
    """What one set of data gave: scores (seeds, ours and theirs), the part of predictions that agree, the ratio."""
    shape: tuple[int, int]
    scores: np.ndarray
    agree: float
    ratio: float


def fitted(model, x, y) -> tuple[object, float]:
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, y)
    return model, (time.perf_counter() - start) / model.n_iter_


def compare(x, y, seeds: int, folds: int = 5, **settings) -> Row:
    """Both networks with these settings, all others at their defaults, on standardised features and numbers."""
    classes = y.dtype.kind == "i"
    y = y if classes else (y - y.mean()) / y.std()
    both = [clone(model).set_params(**settings) for model in (CLASSIFIERS if classes else REGRESSORS)]
    scores, agree, ratios = np.zeros((seeds, 2)), [], []
    for seed in range(seeds):
        parts = (StratifiedKFold if classes else KFold)(folds, shuffle=True, random_state=seed)
        for train, test in parts.split(x, y):
            scale = StandardScaler().fit(x[train])
            seen, unseen = scale.transform(x[train]), scale.transform(x[test])
            turns = [fitted(clone(model).set_params(random_state=seed), seen, y[train]) for model in both]
            scores[seed] += [model.score(unseen, y[test]) / folds for model, _ in turns]
            agree.append(np.mean(np.isclose(*(model.predict(unseen) for model, _ in turns), rtol=1e-6)))
            ratios.append(turns[0][1] / turns[1][1])
    return Row(x.shape, scores, float(np.mean(agree)), statistics.median(ratios))


def main(seeds: int = 5) -> None:
    print(f"{'data':<24}{'rows':>6}{'features':>10}{'ours':>20}{'scikit-learn':>20}{'agree':>9}{'time':>7}")
    for name, load in DATA.items():
        row = compare(*load(), seeds)
        mean, error = row.scores.mean(axis=0), row.scores.std(axis=0, ddof=min(1, seeds - 1)) / np.sqrt(seeds)
        cells = "".join(f"{m:>11.4f} ± {e:.4f}" for m, e in zip(mean, error, strict=True))
        print(f"{name:<24}{row.shape[0]:>6}{row.shape[1]:>10}{cells}{row.agree:>9.2%}{row.ratio:>7.2f}", flush=True)
    print("\ndigits, 20 epochs, with")
    for name, settings in SETTINGS.items():
        row = compare(*DATA["digits"](), seeds=1, max_iter=20, **settings)
        print(f"{name:<80}{row.agree:>9.2%}{row.ratio:>7.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
