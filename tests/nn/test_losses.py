"""Losses: hand-computed values, gradients by hand, extremes, and refusal of shapes that would broadcast."""
import math
import warnings

import numpy as np
import pytest

from autograd import Tensor, sigmoid, softmax
from nn import bce_with_logits_loss, cross_entropy_loss, mse_loss

LOSSES = [mse_loss, bce_with_logits_loss]


def logit(p):
    return np.log(p) - np.log1p(-np.asarray(p))


def test_mse_of_the_book():
    assert mse_loss([15.0, 18, 20, 22, 25], [17.0, 20, 18, 21, 20]).item() == pytest.approx(7.6)


def test_binary_cross_entropy_of_the_book():
    loss = bce_with_logits_loss(logit([.9, .2, .6]), [1.0, 0.0, 1.0]).item()
    assert loss == pytest.approx(-(math.log(.9) + math.log(.8) + math.log(.6)) / 3, rel=1e-14)


def test_categorical_cross_entropy_of_the_book():
    rows = np.log([[.7, .2, .1], [.1, .7, .2], [.2, .1, .7]])
    assert cross_entropy_loss(rows, [0, 1, 2]).item() == pytest.approx(-math.log(.7), rel=1e-14)


def test_gradients_by_hand():
    x, t = np.array([[.3, -2.0], [1.5, .1]]), np.array([[0.0, 1.0], [.25, 1.0]])
    for loss, expected in [(mse_loss, 2 * (x - t) / 4), (bce_with_logits_loss, (1 / (1 + np.exp(-x)) - t) / 4)]:
        p = Tensor(x, requires_grad=True)
        loss(p, t).backward()
        np.testing.assert_allclose(p.grad.data, expected, rtol=1e-14)
    p = Tensor(x, requires_grad=True)
    cross_entropy_loss(p, [1, 0]).backward()
    e = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(p.grad.data, (e - [[0, 1], [1, 0]]) / 2, rtol=1e-14)


def test_targets_may_be_differentiated_too():
    t = Tensor([.5], requires_grad=True)
    bce_with_logits_loss([2.0], t).backward()
    assert t.grad.item() == -2.0


@pytest.mark.parametrize("loss, target, expected", [
    (bce_with_logits_loss, [1.0, 0.0], 500.0), (bce_with_logits_loss, [0.0, 1.0], 500.0)])
def test_huge_logits_give_finite_losses_without_warning(loss, target, expected):
    x = Tensor([1000.0, 1000.0] if target[0] else [-1000.0, -1000.0], requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = loss(x, target)
        y.backward()
    assert y.item() == expected and np.isfinite(x.grad.data).all()


def test_huge_logits_in_cross_entropy():
    x = Tensor([[1000.0, -1000.0], [1000.0, -1000.0]], requires_grad=True)
    y = cross_entropy_loss(x, [0, 1])
    y.backward()
    assert y.item() == 1000.0
    np.testing.assert_array_equal(x.grad.data, [[0, 0], [.5, -.5]])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(loss, dtype):
    x = Tensor(np.zeros((3, 1), dtype), requires_grad=True)
    y = loss(x, np.ones((3, 1), dtype))
    y.backward()
    assert y.dtype == x.grad.dtype == dtype


# ---- bad input -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("prediction, target, remedy", [
    ((3, 1), (3,), r"target.reshape\(-1, 1\)"), ((3,), (3, 1), r"target\[:, 0\]"), ((3, 2), (2,), "same shape"),
    ((), (1,), "same shape")])
def test_shapes_must_match_exactly_and_the_message_has_the_fix(loss, prediction, target, remedy):
    with pytest.raises(ValueError, match=remedy):
        loss(Tensor(np.zeros(prediction), requires_grad=True), np.zeros(target))


@pytest.mark.parametrize("labels, error, message", [
    ([[0], [1]], ValueError, r"labels\[:, 0\]"), ([0], ValueError, r"got \(2, 3\) and \(1,\)"),
    ([0, 3], ValueError, r"\[0, 3\).*0..3"), ([-1, 0], ValueError, r"-1..0"),
    ([0.0, 1.0], TypeError, r"must be integers.*astype\(int\)"), ([True, False], TypeError, "must be integers")])
def test_labels_that_are_none(labels, error, message):
    for logits in (np.zeros((2, 3)), Tensor(np.zeros((2, 3)), requires_grad=True)):
        with pytest.raises(error, match=message):
            cross_entropy_loss(logits, labels)


def test_logits_must_be_a_matrix():
    with pytest.raises(ValueError, match=r"\(n, classes\)"):
        cross_entropy_loss(np.zeros(3), 1)


@pytest.mark.parametrize("target", [[-1.0, 1.0], [0.0, 2.0], [0.0, np.nan]])
def test_binary_targets_out_of_range(target):
    with pytest.raises(ValueError, match="0, 1 or between"):
        bce_with_logits_loss([0.0, 0.0], target)


def test_applying_the_output_function_twice_is_warned_of():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    with pytest.warns(UserWarning, match="softmax"):
        cross_entropy_loss(softmax(x), [0])
    with pytest.warns(UserWarning, match="sigmoid"):
        bce_with_logits_loss(sigmoid(x), [[0.0, 1.0]])
