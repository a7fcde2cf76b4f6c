"""The scikit-learn estimators: every check of scikit-learn's, and the company they must keep."""
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_multilabel_classification, make_regression
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier as Theirs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from nn.estimator import MLPClassifier, MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
IRIS, LABELS = load_iris(return_X_y=True)
IRIS = StandardScaler().fit_transform(IRIS)


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_scikit_learns_own_checks_none_expected_to_fail(estimator, check):
    check(estimator)


def small(**settings):
    return MLPClassifier((16,), **{"learning_rate_init": 0.02, "max_iter": 100, "random_state": 0} | settings)


def test_string_labels_and_probabilities():
    names = np.array(["setosa", "versicolor", "virginica"])[LABELS]
    model = small().fit(IRIS, names)
    p = model.predict_proba(IRIS)
    assert model.score(IRIS, names) > 0.95 and list(model.classes_) == ["setosa", "versicolor", "virginica"]
    assert p.shape == (150, 3) and p.dtype == np.float64
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(model.predict_log_proba(IRIS), np.log(p))


def test_two_classes_have_two_columns():
    model = small().fit(IRIS[:100], LABELS[:100])
    p = model.predict_proba(IRIS[:100])
    assert p.shape == (100, 2) and np.array_equal(model.predict(IRIS[:100]), p.argmax(axis=1))


def test_several_labels_at_once():
    x, y = make_multilabel_classification(200, n_features=10, n_classes=4, random_state=0)
    model = MLPClassifier((32,), learning_rate_init=0.02, random_state=0).fit(StandardScaler().fit_transform(x), y)
    p = model.predict_proba(StandardScaler().fit_transform(x))
    assert p.shape == y.shape and np.mean((p > 0.5) == y) > 0.9


def test_regression_of_one_number_and_of_several():
    x, y = make_regression(200, 5, n_targets=2, random_state=0)
    y /= y.std(axis=0)
    for target in (y, y[:, 0]):
        model = MLPRegressor((32,), learning_rate_init=0.02, random_state=0).fit(x, target)
        assert model.predict(x).shape == target.shape and model.score(x, target) > 0.95


def test_company():
    """Pipelines, searches, cross-validation, calibration, voting."""
    pipeline = make_pipeline(StandardScaler(), small(max_iter=30, batch_size=16))
    assert cross_val_score(pipeline, IRIS, LABELS, cv=3).mean() > 0.9
    choices = {"alpha": [1e-4, 1.0], "activation": ["relu", "tanh"]}
    grid = GridSearchCV(small(max_iter=20, batch_size=16), choices, cv=2)
    assert grid.fit(IRIS, LABELS).best_score_ > 0.9
    random = RandomizedSearchCV(small(max_iter=20, batch_size=16), {"solver": ["sgd", "adam"]}, n_iter=2, cv=2)
    assert random.fit(IRIS, LABELS).best_score_ > 0.8
    assert CalibratedClassifierCV(small(max_iter=30, batch_size=16), cv=2).fit(IRIS, LABELS).score(IRIS, LABELS) > 0.9
    voters = [("network", small(max_iter=30, batch_size=16)), ("logistic", LogisticRegression())]
    assert VotingClassifier(voters, voting="soft").fit(IRIS, LABELS).score(IRIS, LABELS) > 0.9


def test_one_seed_one_result_and_a_pickle_goes_on():
    one, other = small().fit(IRIS, LABELS), small().fit(IRIS, LABELS)
    np.testing.assert_array_equal(one.predict_proba(IRIS), other.predict_proba(IRIS))
    twin = pickle.loads(pickle.dumps(one))
    for model in (one, twin):
        model.partial_fit(IRIS, LABELS)
    np.testing.assert_array_equal(one.predict_proba(IRIS), twin.predict_proba(IRIS))
    assert not np.array_equal(one.predict_proba(IRIS), other.predict_proba(IRIS))


def test_partial_fit_learns_batch_by_batch():
    model, order = small(learning_rate_init=0.01), np.random.default_rng(0).permutation(150)
    for _ in range(30):
        for rows in np.array_split(order, 5):
            model.partial_fit(IRIS[rows], LABELS[rows], classes=[0, 1, 2])
    assert model.score(IRIS, LABELS) > 0.95 and model.n_iter_ == len(model.loss_curve_) == 150


def test_partial_fit_may_see_a_class_late_but_not_an_unknown_one():
    model = small().partial_fit(IRIS[:50], LABELS[:50], classes=[0, 1, 2])
    assert model.predict_proba(IRIS).shape == (150, 3)
    with pytest.raises(ValueError, match="did not name"):
        model.partial_fit(IRIS[:2], [0, 7])


def test_whole_sample_weights_are_repetitions():
    w = np.random.default_rng(0).integers(0, 3, 150)
    repeated = np.repeat(np.arange(150), w)
    weighted = small(max_iter=40).fit(IRIS, LABELS, sample_weight=w)
    multiplied = small(max_iter=40).fit(IRIS[repeated], LABELS[repeated])
    np.testing.assert_allclose(weighted.predict_proba(IRIS), multiplied.predict_proba(IRIS), rtol=1e-6)


def test_class_weights_move_the_decision():
    rng = np.random.default_rng(0)
    x, y = np.concatenate([rng.normal(0, 1, (380, 1)), rng.normal(1.5, 1, (20, 1))]), np.repeat([0, 1], [380, 20])
    found = [(small(class_weight=w, max_iter=60).fit(x, y).predict(x)[y == 1] == 1).mean() for w in (None, "balanced")]
    assert found[0] < 0.4 and found[1] > 0.65


def test_early_stopping_keeps_scores_and_stops():
    model = small(early_stopping=True, max_iter=500, n_iter_no_change=5).fit(IRIS, LABELS)
    assert len(model.validation_scores_) == model.n_iter_ < 500 and max(model.validation_scores_) > 0.9


def test_it_says_when_it_has_not_settled():
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        small(max_iter=2).fit(IRIS, LABELS)


def test_float32_stays_float32():
    model = small(max_iter=5).fit(IRIS.astype(np.float32), LABELS)
    assert {p.dtype for p in model.model_.parameters()} == {np.dtype(np.float32)}
    x = IRIS.astype(np.float32)
    assert MLPRegressor((4,), max_iter=5).fit(x, x[:, 0]).predict(x).dtype == np.float32


def test_unknown_solver_and_parameters_survive_cloning():
    with pytest.raises(ValueError, match='"adam" or "sgd"'):
        small(solver="newton").fit(IRIS, LABELS)
    assert clone(small(dropout=0.5)).get_params()["dropout"] == 0.5


@pytest.mark.parametrize("load", [load_digits, load_breast_cancer])
def test_at_least_as_accurate_as_scikit_learns_network(load):
    """Equal settings, three folds; a margin of one half percent for the luck of the draw."""
    x, y = load(return_X_y=True)
    settings = {"hidden_layer_sizes": (32,), "learning_rate_init": 0.005, "max_iter": 60, "random_state": 0}
    ours, theirs = (cross_val_score(make_pipeline(StandardScaler(), kind(**settings)), x, y, cv=3).mean()
                    for kind in (MLPClassifier, Theirs))
    assert ours > theirs - 0.005
