"""Estimators: data that scikit-learn would take for other numbers than they are."""
import numpy as np
import pytest

pytest.importorskip("sklearn")

from nn.estimator import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(12, 2))
Y = (X[:, 0] > 0).astype(int)
DATES = np.array([["2020-01-01", "2020-01-02"]] * 12, dtype="M8[D]")


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("x, y, weight, message", [
    (np.ma.masked_array(X, X > 0), Y, None, "X would lose its mask"), (DATES, Y, None, "X holds dates"),
    (X, np.ma.masked_array(Y, Y > 0), None, "y would lose its mask"),
    (X, Y, np.ma.masked_array(np.ones(12), Y > 0), "sample_weight would lose its mask")])
def test_masks_and_dates_are_refused(kind, x, y, weight, message):
    """What was masked was learned; dates were days since 1970."""
    with pytest.raises(TypeError, match=message):
        kind(max_iter=1).fit(x, y, sample_weight=weight)
    with pytest.raises(TypeError, match=message):
        kind().partial_fit(x, y, sample_weight=weight, **({"classes": [0, 1]} if kind is MLPClassifier else {}))


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_predictions_refuse_the_same(kind):
    with pytest.warns(UserWarning):
        model = kind(max_iter=1).fit(X, Y)
    for x, message in [(np.ma.masked_array(X, X > 0), "would lose its mask"), (DATES, "X holds dates")]:
        with pytest.raises(TypeError, match=message):
            model.predict(x)


def test_targets_that_are_no_numbers_are_named():
    """None became nan, and the loss was said to diverge."""
    with pytest.raises(ValueError, match="y holds None or nan"):
        MLPRegressor(max_iter=1).fit(X, [None, *Y[1:]])
    with pytest.raises(TypeError, match="y holds dates or durations"):
        MLPRegressor(max_iter=1).fit(X, DATES[:, 0])
    with pytest.warns(UserWarning):
        assert MLPClassifier(max_iter=1).fit(X, DATES[0][Y]).classes_.dtype.kind == "M"     # as classes they may be
