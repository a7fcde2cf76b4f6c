"""Metrics: small cases by hand; logits of every form mean the same."""
import warnings

import numpy as np
import pytest

from autograd import Tensor, sigmoid
from nn import MLP, SGD, bce_loss, evaluate, fit, metrics, mse_loss

LOGITS = np.array([[2.0, 0, 0], [0, 1, 0], [0, 3, 1], [0, 0, 1], [5, 0, 0]])       # predicted 0 1 1 2 0
TRUE = np.array([0, 1, 2, 2, 1])


def test_classification_by_hand():
    assert metrics.accuracy(LOGITS, TRUE) == 3 / 5
    assert metrics.precision(LOGITS, TRUE) == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)
    assert metrics.recall(LOGITS, TRUE) == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert metrics.f1(LOGITS, TRUE) == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)


def test_tensors_with_a_graph_are_measured_as_arrays():
    x, t = Tensor(LOGITS, requires_grad=True) * 1.0, Tensor(TRUE)
    assert metrics.accuracy(x, t) == 3 / 5 and metrics.predicted(x).tolist() == [0, 1, 1, 2, 0]
    assert metrics.mse(x[:, 0], TRUE * 1.0) == pytest.approx(np.mean((LOGITS[:, 0] - TRUE) ** 2))
    assert metrics.roc_auc(x[:, :2], np.array([0, 1, 1, 0, 0])) == 1


def test_two_classes_as_one_logit_as_two_and_targets_as_a_column_or_one_hot():
    x, t = np.array([0.5, -0.5, 2.0, -1.0]), np.array([1, 1, 1, 0])
    two = np.stack([-x, x], axis=1)
    forms = [(x, t), (x[:, None], t[:, None]), (two, t), (two, np.eye(2)[t])]
    for metric in (metrics.accuracy, metrics.f1, metrics.roc_auc):
        assert len({metric(*form) for form in forms}) == 1
    assert metrics.accuracy(x, t) == 3 / 4 and metrics.roc_auc(x, t) == 1.0


def test_roc_auc_counts_pairs():
    assert metrics.roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert 0 < metrics.roc_auc(LOGITS, TRUE) < 1


def test_regression_of_the_book():
    x, t = [15.0, 18, 20, 22, 25], [17.0, 20, 18, 21, 20]
    assert metrics.mse(x, t) == pytest.approx(7.6) and metrics.mae(x, t) == pytest.approx(2.4)
    assert metrics.r2(x, t) == pytest.approx(1 - 38 / np.sum((np.array(t) - np.mean(t)) ** 2))


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="same shape"):
        metrics.mse(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(ValueError, match="one target per row"):
        metrics.accuracy(LOGITS, TRUE[:3])


def test_targets_of_a_single_logit_may_be_of_any_form():
    """0 and 1, truth values, -1 and 1 as `hinge_loss` wants them, or probabilities."""
    x = np.array([0.5, -0.5, 2.0, -1.0])
    for t in ([1, 1, 1, 0], [True, True, True, False], [1, 1, 1, -1], [[0.9], [0.7], [1.0], [0.2]]):
        for metric, value in ((metrics.accuracy, 3 / 4), (metrics.recall, 5 / 6), (metrics.roc_auc, 1.0)):
            assert metric(x, t) == pytest.approx(value)


@pytest.mark.parametrize("output, target, message", [
    (LOGITS, TRUE + 0.5, "class ids, which are integers"), (LOGITS, TRUE - 1, r"\[0, 3\).*-1..1"),
    (LOGITS[:, :2], [7, 0, 0, 0, 0], r"\[0, 2\), one per column of the outputs, got 0..7"),
    (LOGITS, np.eye(4)[TRUE], r"\(5, 4\) and outputs \(5, 3\)"), (LOGITS[:, 0], np.eye(3)[TRUE], "different numbers"),
    (TRUE, LOGITS, "one-hot"), (LOGITS, TRUE.reshape(5, 1, 1) * [[1, 2]], r"got shape \(5, 1, 2\)"),
    (LOGITS[:, 0], TRUE, "0 and 1, or -1 and 1"), (LOGITS[:, 0], np.full(5, np.nan), "got nan"),
    (LOGITS, np.ones((5, 3)), r"several.*output\[:, k\]"), (LOGITS * np.nan, TRUE, "nan.*diverged"),
    (LOGITS.reshape(1, 5, 3), TRUE[:1], r"got shape \(1, 5, 3\)")])
def test_what_would_be_counted_wrongly_is_refused(output, target, message):
    with pytest.raises(ValueError, match=message):
        metrics.accuracy(output, target)


def test_report_and_figure():
    assert "cat" in metrics.report(LOGITS, TRUE, ["cat", "dog", "owl"])
    ax, = metrics.confusion_figure(LOGITS, TRUE, ["cat", "dog", "owl"]).axes
    assert [t.get_text() for t in ax.texts] == ["1", "0", "0", "1", "1", "0", "0", "1", "1"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


MEASURES = [metrics.accuracy, metrics.precision, metrics.recall, metrics.f1, metrics.roc_auc, metrics.mse, metrics.mae,
            metrics.r2, metrics.report, metrics.confusion_figure]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("bad", ["text", None, ["a", "b"], [1j, 2j], [object()] * 2, np.array([1, None]), {1: 2},
                                 np.mean], ids=lambda v: type(v).__name__)
def test_what_is_no_array_of_real_numbers(measure, bad):
    for output, target in [(bad, [0, 1]), ([0.5, -0.5], bad)]:
        with pytest.raises(TypeError, match="real numbers"):
            measure(output, target)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("output, target, message", [
    (0.5, 1, "need rows of outputs.*single number"), ([0.5], 1, "need rows of targets.*single number"),
    ([], [], r"need rows of outputs, got shape \(0,\)"), (np.zeros((2, 0)), [0, 1], r"got shape \(2, 0\)"),
    ([[1], [1, 2]], [0, 1], "rows have different lengths"), ([0.5, np.nan], [0, 1], "diverged"),
    ([0.5, -0.5], [0, np.nan], "targets must be numbers, got nan"), ([0.5, -0.5], [0, 1, 1], "3 targets|same shape")])
def test_what_has_no_rows_or_no_numbers_in_them(measure, output, target, message):
    """len() of unsized object, the mean of an empty slice, and what is inside scikit-learn came through."""
    with pytest.raises(ValueError, match=message):
        measure(output, target)


def test_regression_of_more_than_two_axes():
    x, t = np.arange(12.0).reshape(2, 2, 3), np.zeros((2, 2, 3))
    assert metrics.mse(x, t) == pytest.approx(np.mean(x ** 2)) and metrics.mae(x, t) == 5.5


def test_a_class_that_does_not_appear_keeps_its_name_and_place():
    """Two of three classes are there: names did not fit, or stood beside the numbers of another class."""
    x, t = np.eye(3)[[0, 2, 2, 0]], [0, 2, 2, 2]
    text = metrics.report(x, t, ["cat", "dog", "owl"])
    assert "cat" in text and "owl" in text and "dog" not in text
    ax, = metrics.confusion_figure(x, t, ["cat", "dog", "owl"]).axes
    assert [v.get_text() for v in ax.texts] == ["1", "0", "0", "0", "0", "0", "1", "0", "2"]
    for show in (metrics.report, metrics.confusion_figure):
        with pytest.raises(ValueError, match="3 classes and 2 names"):
            show(x, t, ["cat", "dog"])


@pytest.mark.parametrize("output, target", [([0.5, 0.2], [1, 1]), (np.eye(3)[[0, 1]], [0, 1])])
def test_roc_auc_of_a_class_without_rows_is_nan(output, target):
    with pytest.warns(UserWarning, match="none of class [02]"):
        assert np.isnan(metrics.roc_auc(output, target))


def test_roc_auc_needs_finite_outputs():
    with pytest.raises(ValueError, match="roc_auc needs finite outputs"):
        metrics.roc_auc([[np.inf, 0.0], [0.0, 1.0]], [0, 1])


@pytest.mark.filterwarnings("error")
def test_logits_may_lie_between_0_and_1():
    """They were taken for probabilities."""
    x = np.linspace(0.1, 0.9, 20)
    for output in (x, x[:, None], Tensor(x), Tensor(x, requires_grad=True) * 1.0):
        assert metrics.accuracy(output, np.ones(20)) == 1


def test_what_comes_out_of_a_sigmoid_is_warned_of():
    x = Tensor([[-1.0], [1.0]], requires_grad=True)
    with pytest.warns(UserWarning, match="take logits.*bce_with_logits_loss"):
        metrics.accuracy(sigmoid(x), [0, 1])


@pytest.mark.parametrize("loss", [bce_loss, mse_loss, lambda p, t: bce_loss(p, t)])
def test_fit_warns_of_probabilities_in_front_of_measures_of_logits(loss):
    model = MLP([2, 1], output="sigmoid", rng=0)
    data = np.zeros((3, 2)), np.array([[0.0], [1.0], [1.0]])
    optimizer, options = SGD(model.parameters()), {"progress": False, "batch_size": 1}
    with pytest.warns(UserWarning, match="take logits") as found:
        fit(model, data, loss, optimizer, 2, metrics={"accuracy": metrics.accuracy}, **options)
    assert len(found) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(model, data, loss, optimizer, 1, metrics={"mse": metrics.mse, "own": lambda p, t: 1.0}, **options)


def test_evaluate_warns_too_where_the_loss_takes_probabilities():
    model, data = MLP([2, 1], output="sigmoid", rng=0), (np.zeros((2, 2)), np.array([[0.0], [1.0]]))
    with pytest.warns(UserWarning, match="take logits"):
        evaluate(model, data, bce_loss, {"accuracy": metrics.accuracy})
