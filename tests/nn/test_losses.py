"""Losses: hand-computed values, gradients by hand, extremes, and refusal of shapes that would broadcast."""
import math
import warnings

import numpy as np
import pytest

from autograd import Tensor, gradcheck, log_softmax, sigmoid, softmax
from nn import (
    bce_loss,
    bce_with_logits_loss,
    cross_entropy_loss,
    elastic_net_penalty,
    hinge_loss,
    huber_loss,
    kl_div_loss,
    l1_penalty,
    l2_penalty,
    mae_loss,
    mse_loss,
    nll_loss,
    poisson_loss,
    quantile_loss,
)

LOSSES = [mse_loss, mae_loss, huber_loss, quantile_loss, poisson_loss, hinge_loss, bce_loss, bce_with_logits_loss]


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


@pytest.mark.parametrize("loss", [mse_loss, mae_loss, huber_loss, bce_loss, quantile_loss, poisson_loss])
def test_gradients_reach_prediction_and_target(loss):
    gradcheck(loss, np.array([[.2, .7], [.6, .1]]), np.array([[.4, .3], [.9, .8]]))


@pytest.mark.parametrize("loss", [cross_entropy_loss, kl_div_loss])
def test_gradients_reach_target_probabilities(loss):
    x, z = np.array([[.2, .7, -1.], [.6, .1, 2.]]), np.array([[.4, .3, .1], [.9, -.8, 0.]])
    gradcheck(lambda x, z: loss(log_softmax(x), softmax(z)), x, z)


def test_a_target_of_exactly_0_has_the_gradient_of_its_neighbours():
    """d/dt of -t ln p - (1 - t) ln(1 - p) is ln((1 - p) / p), also at the ends."""
    t = Tensor([0.0, 1.0], requires_grad=True)
    bce_loss([.2, .2], t, reduction="sum").backward()
    np.testing.assert_allclose(t.grad.data, [math.log(4)] * 2, rtol=1e-14)


def test_sample_weights_may_be_differentiated_too():
    """d/dw_i of Σ w l / Σ w is (l_i - mean) / Σ w; here l = (1, 9) and w = (3, 1), so the mean is 3."""
    w = Tensor([3.0, 1.0], requires_grad=True)
    mse_loss([1.0, 3.0], [0.0, 0.0], sample_weight=w).backward()
    np.testing.assert_allclose(w.grad.data, [-.5, 1.5])


def test_differences_of_unsigned_integers_do_not_wrap_around():
    x, t = np.array([1, 2], np.uint8), np.array([2, 4], np.uint8)
    assert mae_loss(x, t).item() == 1.5 and mse_loss(x, t).item() == 2.5


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
    x = Tensor(np.full((3, 1), 0.5, dtype), requires_grad=True)
    for target in (dtype, int, np.float64):
        for weight in (None, np.ones(3)):
            y = loss(x, np.ones((3, 1), target), sample_weight=weight)
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


@pytest.mark.parametrize("logits", [np.zeros(3), 0.0, Tensor(np.float32(0), requires_grad=True)])
@pytest.mark.parametrize("settings", [{}, {"reduction": "sum"}])
def test_logits_must_be_a_matrix(logits, settings):
    with pytest.raises(ValueError, match=r"logits must be \(n, classes\)"):
        cross_entropy_loss(logits, 1, **settings)


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


# ---- the others ------------------------------------------------------------------------------------------------------

RNG = np.random.default_rng(0)
X, T = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
P, Q = RNG.dirichlet(np.ones(3), 4), RNG.dirichlet(np.ones(3), 4)
SOFTMAX = np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)
SIGNS, LABELS = np.where(T > 0, 1.0, -1.0), np.array([0, 2, 1, 2])

FORMULAS = [
    (mae_loss, X, T, {}, np.abs(X - T)),
    (huber_loss, X, T, {"delta": .7}, np.where(np.abs(X - T) <= .7, .5 * (X - T) ** 2, .7 * (np.abs(X - T) - .35))),
    (quantile_loss, X, T, {"q": .9}, np.where(T > X, .9 * (T - X), .1 * (X - T))),
    (poisson_loss, X, np.abs(T), {}, np.exp(X) - np.abs(T) * X),
    (hinge_loss, X, SIGNS, {}, np.maximum(0, 1 - SIGNS * X)),
    (bce_loss, P, Q, {}, -Q * np.log(P) - (1 - Q) * np.log(1 - P)),
    (nll_loss, X, LABELS, {}, -X[np.arange(4), LABELS]),
    (kl_div_loss, np.log(P), Q, {}, (Q * np.log(Q / P)).sum(axis=1)),
    (cross_entropy_loss, X, LABELS, {}, -np.log(SOFTMAX)[np.arange(4), LABELS]),
    (cross_entropy_loss, X, P, {}, -(P * np.log(SOFTMAX)).sum(axis=1)),
]
names = lambda v: getattr(v, "__name__", "")


@pytest.mark.parametrize("loss, x, t, settings, expected", FORMULAS, ids=names)
def test_formula_reductions_and_sample_weights(loss, x, t, settings, expected):
    np.testing.assert_allclose(loss(x, t, reduction="none", **settings).data, expected, rtol=1e-12)
    assert loss(x, t, **settings).item() == pytest.approx(expected.mean(), rel=1e-12)
    assert loss(x, t, reduction="sum", **settings).item() == pytest.approx(expected.sum(), rel=1e-12)
    w = np.array([1.0, 0.0, 2.0, 0.5])
    average = (expected.reshape(4, -1).mean(axis=1) * w).sum() / w.sum()
    assert loss(x, t, sample_weight=w, **settings).item() == pytest.approx(average, rel=1e-12)


@pytest.mark.parametrize("loss, x, t, settings, expected", FORMULAS, ids=names)
def test_gradients_against_finite_differences(loss, x, t, settings, expected):
    gradcheck(lambda x: loss(x, t, sample_weight=[1.0, 0.5, 2.0, 0.25], **settings), x, order=1)


def test_whole_weights_are_repetitions():
    """A weight of 2 is the row given twice, of 0 the row left out."""
    x, labels = X[[0, 2, 2, 3]], LABELS[[0, 2, 2, 3]]
    for loss in (cross_entropy_loss, nll_loss):
        assert loss(X, LABELS, sample_weight=[1, 0, 2, 1]).item() == pytest.approx(loss(x, labels).item(), rel=1e-14)


def test_class_weights_are_weights_of_the_rows_of_a_class():
    weights = [1.0, 3.0, 0.5]
    expected = cross_entropy_loss(X, LABELS, sample_weight=[1.0, 0.5, 3.0, 0.5]).item()
    assert cross_entropy_loss(X, LABELS, class_weight=weights).item() == pytest.approx(expected, rel=1e-14)


# ---- class weights with label smoothing and with probabilities as targets: the formulas of PyTorch's manual ----------

CLASS_WEIGHT, LOG_P = np.array([1.0, 3.0, 0.5]), np.log(SOFTMAX)
CONSTANT = {
    "labels": (LABELS, 0.0, np.eye(3)[LABELS], CLASS_WEIGHT[LABELS].sum()),
    "smoothed labels": (LABELS, 0.3, 0.7 * np.eye(3)[LABELS] + 0.1, CLASS_WEIGHT[LABELS].sum()),
    "probabilities": (P, 0.0, P, 4),
    "smoothed probabilities": (P, 0.3, 0.7 * P + 0.1, 4),
    "one-hot rows": (np.eye(3)[LABELS], 0.0, np.eye(3)[LABELS], 4),
}


@pytest.mark.parametrize("target, smoothing, t, divisor", CONSTANT.values(), ids=CONSTANT)
def test_class_weights_weigh_the_terms_of_each_class(target, smoothing, t, divisor):
    expected = -(CLASS_WEIGHT * t * LOG_P).sum(axis=1)
    settings = {"class_weight": CLASS_WEIGHT, "label_smoothing": smoothing}
    each = cross_entropy_loss(X, target, reduction="none", **settings).data
    np.testing.assert_allclose(each, expected, rtol=1e-13)
    assert cross_entropy_loss(X, target, **settings).item() == pytest.approx(expected.sum() / divisor, rel=1e-13)
    gradcheck(lambda x: cross_entropy_loss(x, target, **settings), X, order=1)


def test_class_weights_and_sample_weights_multiply():
    w = np.array([2.0, 0.0, 1.0, 0.25])
    each = -(CLASS_WEIGHT * (0.7 * np.eye(3)[LABELS] + 0.1) * LOG_P).sum(axis=1)
    loss = cross_entropy_loss(X, LABELS, label_smoothing=0.3, class_weight=CLASS_WEIGHT, sample_weight=w)
    assert loss.item() == pytest.approx((w * each).sum() / (w * CLASS_WEIGHT[LABELS]).sum(), rel=1e-13)


# ---- a weight of 0 means ignored -------------------------------------------------------------------------------------

WORST = np.array([[0.0, 1.0, 0.5], [np.nan, np.nan, np.nan], [1.0, 0.0, 0.0], [0.25, 0.5, 0.25]])
IGNORED = np.array([1.0, 0.0, 0.0, 2.0])        # row 2 is certain and wrong: an infinite loss where p is given
ROWS = IGNORED > 0
HOPELESS = {
    **{loss: (WORST, np.array([[0.0, 1.0, 1.0], [np.nan, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]))
       for loss in (mse_loss, mae_loss, huber_loss, quantile_loss, poisson_loss, bce_loss, bce_with_logits_loss)},
    hinge_loss: (WORST, np.array([[1, -1, 1], [0, 7, 0], [1, 1, 1], [-1, 1, 1.0]])),
    kl_div_loss: (WORST - 1, np.array([[0.5, 0.5, 0], [np.nan, 0, 0], [5, 5, 5], [0.2, 0.2, 0.6]])),
    nll_loss: (WORST, np.array([0, -100, 7, 2])), cross_entropy_loss: (WORST, np.array([0, -100, 7, 2])),
}


def both_derivatives(loss, x, v):
    """The gradient of a loss and the product of its second derivatives with v."""
    x = Tensor(x, requires_grad=True)
    y = loss(x)
    y.backward(create_graph=True)
    first, x.grad = x.grad, None
    if first.requires_grad:                                 # else the loss is linear, or is so piece by piece
        (first * v).sum().backward()
    return y.item(), first.data, np.zeros(x.shape) if x.grad is None else x.grad.data


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", HOPELESS, ids=names)
def test_a_row_of_weight_0_might_as_well_not_be_there(loss, reduction):
    """nan, an infinite loss and a label that is none: in the value and in the first and second derivatives."""
    x, t = HOPELESS[loss]
    v = np.linspace(1, 2, 12).reshape(4, 3)
    y, first, second = both_derivatives(lambda x: loss(x, t, reduction=reduction, sample_weight=IGNORED), x, v)
    kept = both_derivatives(lambda x: loss(x, t[ROWS], reduction=reduction, sample_weight=[1.0, 2.0]), x[ROWS], v[ROWS])
    assert np.isfinite(y) and y == kept[0]
    for whole, part in zip((first, second), kept[1:], strict=True):
        np.testing.assert_array_equal(whole[ROWS], part)
        np.testing.assert_array_equal(whole[~ROWS], 0)


@pytest.mark.parametrize("loss", HOPELESS, ids=names)
def test_unreduced_losses_of_ignored_rows_are_0(loss):
    x, t = HOPELESS[loss]
    each = loss(x, t, reduction="none", sample_weight=IGNORED).data
    assert len(each) == 4 and not each[~ROWS].any() and np.isfinite(each).all()
    assert not loss(x, t, reduction="none", sample_weight=np.zeros(4)).data.any()
    for reduction in ("sum", "mean"):
        assert loss(x, t, reduction=reduction, sample_weight=np.zeros(4)).item() == 0


def test_rows_of_a_class_of_weight_0_are_ignored():
    x = Tensor([[0.0, 1.0], [np.nan, 1.0], [2.0, 0.0]], requires_grad=True)
    y = cross_entropy_loss(x, [0, 1, 0], class_weight=[3.0, 0.0])
    y.backward()
    assert y.item() == cross_entropy_loss(x.data[[0, 2]], [0, 0]).item()
    np.testing.assert_array_equal(x.grad.data[1], 0)


def test_a_term_of_class_weight_0_is_left_out():
    """0 · ln 0, where a class is ruled out by a logit of -∞."""
    y = cross_entropy_loss([[-np.inf, 0.0, 0.0]], [[0.5, 0.5, 0.0]], class_weight=[0.0, 1.0, 1.0])
    assert y.item() == pytest.approx(0.5 * math.log(2))


def test_a_sample_weight_that_is_learned_has_a_derivative_at_0_too():
    """d/dw of Σ w l is l, as learning to weigh examples needs it (Ren et al. 2018), but nan stays out."""
    w = Tensor([1.0, 0.0, 0.0, 0.0], requires_grad=True)
    x = Tensor([2.0, 3.0, np.nan, 1.0], requires_grad=True)
    y = mse_loss(x, [0.0, 0.0, 0.0, 0.0], reduction="sum", sample_weight=w)
    y.backward()
    assert y.item() == 4
    np.testing.assert_array_equal(w.grad.data, [4, 9, 0, 1])
    np.testing.assert_array_equal(x.grad.data, [4, 0, 0, 0])


def test_a_learned_weight_of_0_outweighs_an_infinite_loss():
    w, p = Tensor([1.0, 0.0], requires_grad=True), Tensor([0.5, 0.0], requires_grad=True)
    with np.errstate(all="ignore"):
        y = bce_loss(p, [1.0, 1.0], reduction="sum", sample_weight=w)
        y.backward()
    assert y.item() == pytest.approx(math.log(2))
    np.testing.assert_array_equal(p.grad.data, [-2, 0])


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_only_the_ratio_of_weights_counts_for_a_mean(scale):
    w = np.array([1.0, 2.0, 3.0, 4.0])
    expected = mse_loss(X, T, sample_weight=w).item()
    assert mse_loss(X, T, sample_weight=scale * w).item() == pytest.approx(expected, rel=1e-14)
    x = X.astype(np.float16)
    assert np.isfinite(mse_loss(x, T, sample_weight=1e6 * w).item())


def test_a_penalty_of_share_0_is_left_out():
    """The square of 1e200 is inf, and 0 · inf nan."""
    w = Tensor([1e200], requires_grad=True)
    elastic_net_penalty([w], l1_ratio=1.0).backward()
    assert w.grad.item() == 1 and elastic_net_penalty([w], l1_ratio=1.0).item() == 1e200


@pytest.mark.parametrize("target", [LABELS, P])
def test_label_smoothing_mixes_the_target_with_the_even_distribution(target):
    probabilities = np.eye(3)[target] if target.ndim == 1 else target
    mixed = 0.8 * probabilities + 0.2 / 3
    expected = cross_entropy_loss(X, mixed).item()
    assert cross_entropy_loss(X, target, label_smoothing=0.2).item() == pytest.approx(expected, rel=1e-13)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype, size", [(np.float16, 1000.0), (np.float32, 1e30), (np.float64, 1e200)])
def test_the_huber_loss_of_a_far_outlier_squares_nothing(dtype, size):
    """e² left the dtype's range, with a warning, though the branch that needs it was not taken."""
    x = Tensor(np.array([size, -size, 0.5], dtype), requires_grad=True)
    y = huber_loss(x, np.zeros(3), reduction="none")
    y.backward([1, 1, 1])
    np.testing.assert_allclose(y.data, [size, size, 0.125], rtol=1e-3)
    np.testing.assert_array_equal(x.grad.data, [1, -1, 0.5])


@pytest.mark.parametrize("e, first, second", [(0.0, 0, 1), (0.5, 0.5, 1), (3.0, 1, 0), (1.0, 1, None), (-3.0, -1, 0)])
def test_derivatives_of_the_huber_loss(e, first, second):
    _, g, h = both_derivatives(lambda x: huber_loss(x, [0.0]), [e], np.ones(1))
    assert g[0] == first and (second is None or h[0] == second)


def test_cross_entropy_is_nll_of_log_softmax():
    assert nll_loss(log_softmax(Tensor(X)), LABELS).item() == pytest.approx(cross_entropy_loss(X, LABELS).item())


def test_impossible_outcomes_cost_nothing_and_pass_no_gradient():
    for loss, p, t in [(bce_loss, [0.0, 1.0], [0.0, 1.0]), (kl_div_loss, [[-1e4, 0.0]], [[0.0, 1.0]])]:
        x = Tensor(p, requires_grad=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            y = loss(x, t)
            y.backward()
        assert y.item() == 0 and np.isfinite(x.grad.data).all()


def test_what_is_ruled_out_costs_nothing_where_it_does_not_happen():
    """-∞ as a logit, or as ln 0, where the target is 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = Tensor([[-np.inf, 0.0, 0.0]], requires_grad=True)
        y = cross_entropy_loss(x, [[0.0, 1.0, 0.0]])
        y.backward()
        assert y.item() == pytest.approx(math.log(2))
        np.testing.assert_allclose(x.grad.data, [[0.0, -0.5, 0.5]], atol=1e-15)
        assert kl_div_loss([[-np.inf, 0.0]], [[0.0, 1.0]]).item() == 0


def test_penalties_and_their_gradients():
    w, v = Tensor([3.0, -4.0], requires_grad=True), Tensor(2.0, requires_grad=True)
    assert l2_penalty([w, v]).item() == 14.5 and l1_penalty([w, v]).item() == 9.0
    total = elastic_net_penalty([w, v], l1_ratio=0.25)
    total.backward()
    assert total.item() == .25 * 9 + .75 * 14.5
    np.testing.assert_allclose(w.grad.data, [.25 + .75 * 3, -.25 - .75 * 4])


@pytest.mark.parametrize("call, message", [
    (lambda: mse_loss(X, T, reduction="average"), '"mean", "sum" or "none"'),
    (lambda: mse_loss(X, T, sample_weight=[1.0]), r"must be \(4,\)"),
    (lambda: mse_loss(X, T, sample_weight=[0, 0, 0, -1.0]), "at least 0"),
    (lambda: mse_loss(X, T, sample_weight=Tensor(np.zeros(4), requires_grad=True)), "more than 0 somewhere"),
    (lambda: cross_entropy_loss(X, LABELS * 0, label_smoothing=.1, class_weight=[0, 1, 1]), "more than 0 somewhere"),
    (lambda: cross_entropy_loss(X, LABELS, class_weight=[1.0]), r"must be \(3,\)"),
    (lambda: cross_entropy_loss(X, LABELS, class_weight={0: 1, 1: 2, 2: 3}), "as balanced_class_weight gives"),
    (lambda: cross_entropy_loss(X, LABELS, class_weight=[1, -1, 1]), "class_weight must be at least 0"),
    *((lambda s=s: cross_entropy_loss(X, LABELS, label_smoothing=s), "in \\[0, 1\\)") for s in (-0.1, 1.0, math.nan)),
    (lambda: huber_loss(X, T, delta=0.0), "delta must be greater than 0"),
    (lambda: cross_entropy_loss(X, 2 * P), "between"), (lambda: cross_entropy_loss(X, P * 0.5), "sum to 1"),
    (lambda: quantile_loss(X, T, q=1.0), r"\(0, 1\)"), (lambda: hinge_loss(X, P), "-1 and 1"),
    (lambda: bce_loss(X, P), "probabilities must be"), (lambda: nll_loss(X, [0, 1, 2, 3]), r"\[0, 3\)"),
    (lambda: nll_loss(X, LABELS[:2]), r"labels \(n,\)"), (lambda: kl_div_loss(X[0], P[0]), r"\(n, classes\)")])
def test_bad_settings(call, message):
    with pytest.raises(ValueError, match=message):
        call()
