"""The scikit-learn estimators: every check of scikit-learn's, and the company they must keep."""
import copy
import pickle
import tracemalloc
import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    make_multilabel_classification,
    make_regression,
)
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier as Theirs
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from autograd import Tensor
from nn import SGD, Linear
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


def test_a_column_of_numbers_is_one_number_per_row_as_in_scikit_learn():
    x, y = make_regression(50, 3, random_state=0)
    for kind in (MLPRegressor, TheirRegressor):
        with pytest.warns(DataConversionWarning, match="column-vector"):
            model = kind(max_iter=2).fit(x, y[:, None])
        assert model.predict(x).shape == (50,)


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
    with pytest.raises(ValueError, match="begun with the classes"):
        model.partial_fit(IRIS[:2], [0, 1], classes=[0, 1])
    model.partial_fit(IRIS[:2], [0, 1], classes=[2, 1, 0])


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
    assert len(model.validation_scores_) == model.n_iter_ < 500
    assert model.best_validation_score_ == max(model.validation_scores_)


def test_it_says_when_it_has_not_settled():
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        small(max_iter=2).fit(IRIS, LABELS)


def test_float32_stays_float32():
    model = small(max_iter=5).fit(IRIS.astype(np.float32), LABELS)
    assert {p.dtype for p in model.model_.parameters()} == {np.dtype(np.float32)}
    x = IRIS.astype(np.float32)
    assert MLPRegressor((4,), max_iter=5).fit(x, x[:, 0]).predict(x).dtype == np.float32


def test_parameters_survive_cloning():
    assert clone(small(dropout=0.5)).get_params()["dropout"] == 0.5


# ---- the same numbers as scikit-learn's own networks -----------------------------------------------------------------

def scaled(load):
    x, y = load(return_X_y=True)
    return StandardScaler().fit_transform(x), y


def several_labels():
    return make_multilabel_classification(150, n_features=10, n_classes=4, random_state=0)


def several_numbers():
    x, y = make_regression(150, 5, n_targets=2, random_state=0)
    return x, y / 100


TUMOURS = {"solver": "sgd", "batch_size": 50, "learning_rate_init": 0.05, "max_iter": 80}
EQUAL = {
    "iris": (lambda: (IRIS, LABELS), {"max_iter": 200}),
    "digits": (lambda: scaled(load_digits), {"max_iter": 10, "hidden_layer_sizes": (30, 20)}),
    "tumours": (lambda: scaled(load_breast_cancer), {"max_iter": 20, "activation": "tanh", "alpha": 0.1}),
    "diabetes": (lambda: scaled(load_diabetes), {"max_iter": 20, "activation": "logistic"}),
    "settles": (lambda: scaled(load_breast_cancer), {"learning_rate_init": 0.02}),
    "several labels": (several_labels, {"max_iter": 20}), "several numbers": (several_numbers, {}),
    "early stopping": (lambda: (IRIS, LABELS), {"early_stopping": True, "learning_rate_init": 0.02}),
    "early stopping of two classes": (lambda: scaled(load_breast_cancer), {"early_stopping": True, "tol": 0.0}),
    "early stopping of a regression": (several_numbers, {"early_stopping": True, "max_iter": 30}),
    "heavy ball": (lambda: scaled(load_breast_cancer), TUMOURS | {"nesterovs_momentum": False}),
    "no momentum": (lambda: scaled(load_breast_cancer), TUMOURS | {"momentum": 0.0}),
    "adaptive": (lambda: scaled(load_breast_cancer), TUMOURS | {"learning_rate": "adaptive", "tol": 1e-3}),
    "invscaling": (lambda: scaled(load_breast_cancer), TUMOURS | {"learning_rate": "invscaling", "power_t": 0.2}),
    "in order": (lambda: (IRIS, LABELS), {"shuffle": False, "batch_size": 37, "max_iter": 20, "epsilon": 1e-4,
                                          "beta_1": 0.8}),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", EQUAL)
def test_the_same_seed_gives_scikit_learns_network(name):
    data, settings = EQUAL[name]
    x, y = data()
    classes = y.dtype.kind == "i"
    ours, theirs = (kind(random_state=0, **settings).fit(x, y)
                    for kind in ((MLPClassifier, Theirs) if classes else (MLPRegressor, TheirRegressor)))
    same_network(ours, theirs)
    assert ours.score(x, y) == pytest.approx(theirs.score(x, y), rel=1e-12)
    if classes:
        np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), rtol=1e-9, atol=1e-12)


def same_network(ours, theirs):
    """Everything that training leaves, to a few roundings."""
    assert (ours.n_iter_, ours.t_, ours.n_layers_, ours.n_outputs_) == (
        theirs.n_iter_, theirs.t_, theirs.n_layers_, theirs.n_outputs_)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-11)
    for a, b in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    assert (ours.validation_scores_ is None) == (theirs.validation_scores_ is None)
    if theirs.validation_scores_:
        np.testing.assert_allclose(ours.validation_scores_, theirs.validation_scores_, rtol=1e-11)
    for name in ("loss_", "best_loss_", "best_validation_score_"):
        a, b = getattr(ours, name), getattr(theirs, name)
        assert (a is None) == (b is None) and (b is None or a == pytest.approx(b, rel=1e-11))


@pytest.mark.filterwarnings("ignore")
def test_weights_warm_starts_and_single_precision_go_the_same_way():
    x, y = scaled(load_breast_cancer)
    w = np.random.default_rng(0).uniform(0.2, 3, len(y))
    settings = {"max_iter": 10, "random_state": 1, "warm_start": True}
    ours, theirs = (kind(**settings).fit(x, y, sample_weight=w) for kind in (MLPClassifier, Theirs))
    same_network(ours, theirs)
    same_network(ours.fit(x[:300], y[:300]), theirs.fit(x[:300], y[:300]))
    ours, theirs = (kind(max_iter=10, random_state=1).fit(x.astype(np.float32), y) for kind in (MLPClassifier, Theirs))
    for a, b in zip(ours.coefs_, theirs.coefs_, strict=True):
        assert a.dtype == b.dtype == np.float32
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["iris", "tumours", "diabetes", "several labels"])
def test_lbfgs_gives_scikit_learns_network(name):
    """As long as rounding has not been magnified: line searches do that, so only a few iterations are compared."""
    x, y = EQUAL[name][0]()
    w = np.random.default_rng(0).uniform(0.2, 3, len(y))
    settings = {"hidden_layer_sizes": (10,), "solver": "lbfgs", "max_iter": 8, "random_state": 0}
    ours, theirs = (kind(**settings).fit(x, y, sample_weight=w)
                    for kind in ((MLPRegressor, TheirRegressor) if name == "diabetes" else (MLPClassifier, Theirs)))
    assert ours.n_iter_ == theirs.n_iter_ == 8 and ours.loss_ == pytest.approx(theirs.loss_, rel=1e-9)
    for a, b in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-8)


def test_lbfgs_settles_on_few_rows():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = MLPClassifier((8,), solver="lbfgs", alpha=1.0, max_iter=1000, random_state=0).fit(IRIS, LABELS)
    assert model.score(IRIS, LABELS) > 0.95 and model.n_iter_ < 1000
    with pytest.raises(ValueError, match='"adam" or "sgd"'):
        model.partial_fit(IRIS, LABELS)
    with pytest.raises(ValueError, match="dropout must be 0"):
        MLPClassifier(solver="lbfgs", dropout=0.5).fit(IRIS, LABELS)


def test_rows_of_weight_zero_are_as_if_they_were_not_there():
    w = np.arange(150) % 3 > 0
    one = small(batch_size=20, max_iter=20).fit(IRIS, LABELS, sample_weight=w)
    other = small(batch_size=20, max_iter=20).fit(IRIS[w], LABELS[w])
    np.testing.assert_allclose(one.predict_proba(IRIS), other.predict_proba(IRIS), rtol=1e-9)
    with pytest.raises(ValueError, match=r"weight 0|zero"):
        small().fit(IRIS, LABELS, sample_weight=np.zeros(150))


def test_sources_of_randomness():
    for make in (lambda: 3, lambda: np.random.RandomState(3), lambda: np.random.default_rng(3)):
        one, other = (small(random_state=make(), max_iter=3).fit(IRIS, LABELS) for _ in range(2))
        np.testing.assert_array_equal(one.predict_proba(IRIS), other.predict_proba(IRIS))
    one, other = (small(random_state=None, max_iter=3).fit(IRIS, LABELS) for _ in range(2))
    assert not np.array_equal(one.predict_proba(IRIS), other.predict_proba(IRIS))
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    small(random_state=None, max_iter=3, dropout=0.5).fit(IRIS, LABELS)
    assert np.array_equal(before, np.random.get_state()[1])     # NumPy's global state is not touched


@pytest.mark.parametrize("settings, message", [
    ({"solver": "newton"}, '"adam" or "sgd"'), ({"alpha": -1}, "alpha must be at least 0"),
    ({"max_iter": 0}, "max_iter must be"), ({"batch_size": 0}, 'batch_size must be "auto"'),
    ({"learning_rate": "fast"}, "learning_rate must be one of"), ({"activation": "step"}, "no activation is named"),
    ({"learning_rate_init": -1}, "learning_rate_init must be"), ({"tol": -1}, "tol must be"),
    ({"learning_rate_init": 0}, "learning_rate_init must be greater than 0"),
    ({"hidden_layer_sizes": (0,)}, "hidden_layer_sizes must be a positive integer, got 0"),
    ({"hidden_layer_sizes": (3.7,)}, "hidden_layer_sizes must be a positive integer, got 3.7"),
    ({"early_stopping": True, "validation_fraction": 1}, "validation_fraction must be between 0 and 1"),
    ({"n_iter_no_change": 0}, "n_iter_no_change must be"), ({"max_fun": 0, "solver": "lbfgs"}, "max_fun must be"),
    ({"power_t": -1, "learning_rate": "invscaling", "solver": "sgd"}, "power_t must be")])
def test_parameters_that_cannot_be_used(settings, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**settings).fit(IRIS, LABELS)


def test_more_than_scikit_learn_has():
    """Other activations, dropout: they learn, and a seed fixes them too."""
    one, other = (small(activation="gelu", dropout=0.2).fit(IRIS, LABELS) for _ in range(2))
    assert one.score(IRIS, LABELS) > 0.95
    np.testing.assert_array_equal(one.predict_proba(IRIS), other.predict_proba(IRIS))


# ---- coefs_ and intercepts_ ------------------------------------------------------------------------------------------

def test_coefs_cannot_be_written_into_and_can_be_set():
    """`coefs_[0][:] = 0` wrote into a copy, without a word."""
    model = small(max_iter=3).fit(IRIS, LABELS)
    for arrays in (model.coefs_, model.intercepts_):
        with pytest.raises(ValueError, match="read-only"):
            arrays[0][:] = 0
        with pytest.raises(TypeError, match=r"write estimator\.coefs_ = \[array"):
            arrays[0] = 0 * arrays[0]
    model.coefs_ = [0 * w for w in model.coefs_]
    model.intercepts_ = [np.zeros(16), [0.0, 0.0, 1.0]]
    e = np.exp([0, 0, 1])
    np.testing.assert_allclose(model.predict_proba(IRIS), np.tile(e / e.sum(), (150, 1)))
    assert not model.model_.layers[0].weight.data.any()


@pytest.mark.parametrize("name, arrays", [
    ("coefs_", [np.zeros((4, 16))]), ("coefs_", [np.zeros((16, 4)), np.zeros((3, 16))]), ("coefs_", []),
    ("coefs_", 5), ("coefs_", [[[1], [1, 2]], [1]]),
    ("coefs_", [np.zeros((4, 16)), np.full((16, 3), np.nan)]), ("intercepts_", [np.zeros(16), ["a", "b", "c"]])])
def test_coefs_that_do_not_fit_change_nothing(name, arrays):
    model = small(max_iter=3).fit(IRIS, LABELS)
    before = model.predict_proba(IRIS)
    with pytest.raises(ValueError, match=f"{name} must be (finite numbers|a list of arrays) of shapes"):
        setattr(model, name, arrays)
    np.testing.assert_array_equal(model.predict_proba(IRIS), before)


def test_coefs_of_what_is_not_fitted():
    assert not hasattr(small(), "coefs_")
    with pytest.raises(NotFittedError):
        small().intercepts_ = [np.zeros(3)]


# ---- partial_fit refuses what it would ignore ------------------------------------------------------------------------

@pytest.mark.parametrize("settings, message", [({"early_stopping": True}, "early_stopping=True"),
                                               ({"class_weight": "balanced"}, "class_weight='balanced'")])
def test_partial_fit_refuses_what_a_batch_cannot_tell(settings, message):
    for classes in (None, [0, 1, 2]):
        with pytest.raises(ValueError, match=f"partial_fit does not support {message}"):
            small(**settings).partial_fit(IRIS, LABELS, classes=classes)
    model = small().partial_fit(IRIS, LABELS).set_params(**settings)
    with pytest.raises(ValueError, match=f"partial_fit does not support {message}"):
        model.partial_fit(IRIS, LABELS)


def test_partial_fit_looks_at_parameters_that_were_changed_since():
    with pytest.raises(ValueError, match="alpha must be"):
        small().partial_fit(IRIS, LABELS).set_params(alpha=-1).partial_fit(IRIS, LABELS)


def test_partial_fit_needs_as_many_labels_as_it_began_with():
    """What came through was the loss's error about shapes, or a failure inside NumPy."""
    x, y = several_labels()
    labels = MLPClassifier((4,)).partial_fit(x, y)
    numbers, one = MLPRegressor((4,)).partial_fit(x, x[:, :2]), MLPClassifier((4,)).partial_fit(x, y[:, 0])
    for model, wrong in [(labels, y[:, :2]), (labels, y[:, 0]), (one, y), (numbers, x[:, :3]), (numbers, x[:, 0])]:
        with pytest.raises(ValueError, match=r"the network was begun with .*got y of shape"):
            model.partial_fit(x, wrong)


@pytest.mark.parametrize("x, y, w", [(IRIS, LABELS + 5, np.zeros(150)), (IRIS, LABELS + 5, -np.ones(150)),
                                     (IRIS[:, :2], LABELS > 0, np.ones(3)), (IRIS * np.nan, LABELS, None)])
def test_data_that_are_refused_change_nothing(x, y, w):
    """classes_ and n_features_in_ were already those of the refused data, so that `predict` failed."""
    model = small(max_iter=3).fit(IRIS, LABELS)
    before, p = dict(vars(model)), model.predict(IRIS)
    for method in (model.fit, model.partial_fit):
        with pytest.raises(ValueError):
            method(x, y, sample_weight=w)
    assert vars(model) == before
    np.testing.assert_array_equal(model.predict(IRIS), p)
    new = small()
    with pytest.raises(ValueError):
        new.partial_fit(x, y, classes=[0, 1, 2], sample_weight=w)
    assert vars(new) == vars(small())


def test_bagging_with_early_stopping_leaves_out_rows_of_weight_0():
    """Held-out rows of weight 0 alone would have no score."""
    model = BaggingClassifier(small(max_iter=5, early_stopping=True), n_estimators=3, random_state=0)
    assert model.fit(IRIS, LABELS).predict(IRIS).shape == (150,)


@pytest.mark.parametrize("weights, message", [
    ({0: -1.0, 1: 1, 2: 1}, "finite and at least 0"), ({0: np.nan, 1: 1, 2: 1}, "finite and at least 0"),
    ({0: np.inf, 1: 1, 2: 1}, "finite and at least 0"), ("auto", '"balanced", '), ([1, 2, 3], '"balanced", '),
    ({7: 1.0}, "classes"), (5, '"balanced", ')])
def test_class_weights_that_cannot_be_used(weights, message):
    """Rows of a negative weight were left out without a word."""
    with pytest.raises(ValueError, match=message):
        small(class_weight=weights).fit(IRIS, LABELS)


def test_a_class_of_weight_0_is_as_if_it_were_not_there():
    model = small(class_weight={0: 1, 1: 1, 2: 0}, batch_size=20, max_iter=20).fit(IRIS, LABELS)
    assert set(model.predict(IRIS)) == {0, 1}


def test_early_stopping_with_lbfgs_is_said_to_have_no_effect():
    with pytest.warns(UserWarning, match="early_stopping has no effect"):
        small(solver="lbfgs", early_stopping=True).fit(IRIS, LABELS)


# ---- sparse matrices -------------------------------------------------------------------------------------------------

CATEGORIES = np.random.default_rng(0).integers(0, 6, (300, 3))
ENCODED = OneHotEncoder().fit_transform(CATEGORIES)
TYPES = (CATEGORIES.sum(axis=1) > 7).astype(int)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil", "bsr"])
@pytest.mark.parametrize("array", [False, True])
def test_sparse_rows_are_learned_as_dense_ones(form, array):
    x = ENCODED.asformat(form)
    x = getattr(sparse, f"{form}_array")(x) if array else x
    for settings in ({"max_iter": 5}, {"solver": "lbfgs", "max_iter": 5}, {"max_iter": 5, "early_stopping": True}):
        one, other = (small(**settings).fit(rows, TYPES) for rows in (x, ENCODED.toarray()))
        np.testing.assert_allclose(one.predict_proba(x), other.predict_proba(x.toarray()), rtol=1e-9)
    assert small(learning_rate_init=0.1, max_iter=50).fit(x, TYPES).score(x, TYPES) > 0.95


@pytest.mark.filterwarnings("ignore")
def test_sparse_rows_give_scikit_learns_network():
    w = 0.5 + np.arange(300) % 3
    ours, theirs = (kind(random_state=0, max_iter=10).fit(ENCODED, TYPES, sample_weight=w)
                    for kind in (MLPClassifier, Theirs))
    same_network(ours, theirs)
    y = np.asarray(ENCODED[:, 0].todense()).ravel()
    same_network(*(kind(random_state=0, max_iter=10).fit(ENCODED, y) for kind in (MLPRegressor, TheirRegressor)))


def test_sparse_rows_of_several_parts_with_lbfgs(monkeypatch):
    monkeypatch.setattr("nn.sklearn.compat.DENSE", 18 * 70)         # 70 rows at a time
    w = np.random.default_rng(1).uniform(0.5, 2, 300)
    one, other = (small(solver="lbfgs", max_iter=5).fit(x, TYPES, sample_weight=w)
                  for x in (ENCODED, ENCODED.toarray()))
    np.testing.assert_allclose(one.predict_proba(ENCODED), other.predict_proba(ENCODED), rtol=1e-6)


@pytest.mark.parametrize("settings", [{"batch_size": 20}, {"solver": "lbfgs", "max_fun": 2}])
def test_sparse_rows_are_dense_a_few_at_a_time(settings, monkeypatch):
    monkeypatch.setattr("nn.sklearn.compat.DENSE", 2 ** 18)         # 2 MB
    x = sparse.random(1000, 8000, density=1e-4, format="csr", random_state=0)       # dense: 64 MB
    tracemalloc.start()
    try:
        MLPClassifier((2,), max_iter=1, random_state=0, **settings).fit(x, np.arange(1000) % 2).predict(x)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sparse_type", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_sparse_labels_are_taken_and_given(sparse_type):
    x, y = several_labels()
    ours, theirs = (kind(random_state=0, max_iter=10).fit(x, sparse_type(y)) for kind in (MLPClassifier, Theirs))
    same_network(ours, theirs)
    given = ours.predict(x)
    assert sparse.issparse(given) and sparse.issparse(theirs.predict(x))
    np.testing.assert_array_equal(given.toarray(), theirs.predict(x).toarray())
    assert ours.score(x, sparse_type(y)) == theirs.score(x, sparse_type(y))
    assert isinstance(MLPClassifier(max_iter=3).fit(x, y).predict(x), np.ndarray)


def test_a_pipeline_from_categories_to_labels():
    y = OneHotEncoder().fit_transform(TYPES[:, None])
    model = make_pipeline(OneHotEncoder(), small(learning_rate_init=0.1, max_iter=60)).fit(CATEGORIES, y)
    assert model.score(CATEGORIES, y) > 0.9
    target = ENCODED[:, :2]
    assert MLPRegressor((8,), max_iter=5).fit(ENCODED, target).predict(ENCODED).shape == (300, 2)


# ---- kept in a file --------------------------------------------------------------------------------------------------

KEPT = {
    "adam": small(max_iter=3), "lbfgs": small(solver="lbfgs", max_iter=3), "not fitted": small(),
    "sgd": MLPRegressor((4,), "gelu", solver="sgd", dropout=0.3, max_iter=3, random_state=0),
    "Generator": small(max_iter=3, random_state=np.random.default_rng(0), early_stopping=True),
    "RandomState": small(max_iter=3, random_state=np.random.RandomState(0), dropout=0.2),
}


def answers(model) -> list:
    """What a model gives now, and after going on."""
    def outputs():
        return model.predict_proba(IRIS) if hasattr(model, "predict_proba") else model.predict(IRIS)
    if not hasattr(model, "model_"):
        return [outputs() for _ in [model.set_params(max_iter=3).fit(IRIS, LABELS)]]
    given = [outputs(), model.coefs_[0], model.loss_curve_, getattr(model, "history_", None)]
    if model.solver != "lbfgs":
        model.set_params(early_stopping=False)
        given += [outputs() for _ in range(2) if model.partial_fit(IRIS, LABELS)]
    return [*given, model.fit(IRIS, LABELS).loss_curve_]


def same_answers(one, other):
    for a, b in zip(answers(one), answers(other), strict=True):
        np.testing.assert_array_equal(a, b)


def fitted(name):
    model = clone(KEPT[name])
    return model if name == "not fitted" else model.fit(IRIS, LABELS)


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("keep", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"])
def test_a_kept_estimator_goes_on_as_the_one_it_was(name, keep):
    model = fitted(name)
    same_answers(keep(model), model)


@pytest.mark.parametrize("name", KEPT)
def test_skops_reads_what_it_writes_and_needs_to_trust_the_estimator_alone(name):
    """It wrote ops and lambdas, which it could not read back."""
    io = pytest.importorskip("skops.io")
    model = fitted(name)
    data = io.dumps(model)
    own = f"nn.estimator.{type(model).__name__}"
    assert io.get_untrusted_types(data=data) == [own]
    same_answers(io.loads(data, trusted=[own]), model)


def leaves(tree):
    if isinstance(tree, dict | list | tuple):
        for part in (tree.values() if isinstance(tree, dict) else tree):
            yield from leaves(part)
    else:
        yield tree


@pytest.mark.parametrize("name", KEPT)
def test_the_state_is_plain_data(name):
    own = [x for x in leaves(fitted(name).__getstate__()) if type(x).__module__.split(".")[0] in ("nn", "autograd")]
    assert own == []


def double(x):
    return 2 * x


@pytest.mark.parametrize("change", [
    lambda m: setattr(m.model_, "activation", double), lambda m: setattr(m.model_.layers[1], "bias", Tensor([1, 2, 3])),
    lambda m: m.model_.layers.insert(1, Linear(16, 16, rng=0)), lambda m: setattr(m.model_, "extra", 5),
    lambda m: setattr(m, "optimizer_", SGD(m.model_.parameters(), lr=0.5))])
def test_a_network_that_was_changed_by_hand_is_pickled_as_it_is(change):
    model = small(max_iter=2).fit(IRIS, LABELS)
    change(model)
    twin = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(twin.predict_proba(IRIS), model.predict_proba(IRIS))
    assert vars(twin.model_).keys() == vars(model.model_).keys()
    assert type(twin.optimizer_) is type(model.optimizer_)
