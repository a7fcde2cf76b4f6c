"""Metrics: small cases by hand; logits of every form mean the same."""
import numpy as np
import pytest

from autograd import Tensor
from nn import metrics

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
    (LOGITS, ["a", "b", "c", "c", "b"], "class ids, which are integers"), (LOGITS, TRUE + 0.5, "class ids"),
    (LOGITS[:, 0], TRUE, "0 and 1, or -1 and 1"), (LOGITS[:, 0], np.full(5, np.nan), "0 and 1"),
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


def test_probabilities_in_the_place_of_logits_are_warned_of():
    with pytest.warns(UserWarning, match="take logits"):
        metrics.accuracy(np.array([[0.2], [0.9]] * 5), np.array([[0.0], [1.0]] * 5))
