"""What losses and penalties refuse, each with the name of the loss and what it needs; nothing from inside NumPy."""
import math

import numpy as np
import pytest

import nn
from autograd import Tensor

X, IDS = np.array([[0.25, 0.5, 0.25], [0.2, 0.3, 0.5]]), np.array([0, 2])
SIGNS = np.where(X > 0.3, 1.0, -1.0)
GOOD = {nn.mse_loss: X, nn.mae_loss: X, nn.huber_loss: X, nn.quantile_loss: X, nn.poisson_loss: X, nn.bce_loss: X,
        nn.bce_with_logits_loss: X, nn.kl_div_loss: X, nn.hinge_loss: SIGNS, nn.nll_loss: IDS,
        nn.cross_entropy_loss: IDS}
NO_NUMBERS = [None, "text", ["a", "b"], 1j, {"x": 1}, {1, 2}, object(), np.array([None, 1]), nn.Linear(2, 3), np.mean,
              np.array(["2020", "2021"], "M8[D]")]
SHORT = {"ids": lambda v: getattr(v, "__name__", type(v).__name__)}


@pytest.mark.parametrize("loss", GOOD, **SHORT)
@pytest.mark.parametrize("bad", NO_NUMBERS, **SHORT)
def test_what_is_no_array_of_real_numbers(loss, bad):
    for prediction, target, weight in [(bad, GOOD[loss], None), (X, bad, None), (X, GOOD[loss], bad)]:
        if weight is bad is None:
            continue
        with pytest.raises(TypeError, match=f"{loss.__name__}: .*(real numbers|must be integers)"):
            loss(prediction, target, sample_weight=weight)


@pytest.mark.parametrize("bad, remedy", [([Tensor(0.5), Tensor(0.5)], "stack"), (np.ma.array([1.0, 2.0]), "mask")])
def test_what_would_lose_its_graph_or_its_mask(bad, remedy):
    with pytest.raises(TypeError, match=f"mse_loss: prediction: .*{remedy}"):
        nn.mse_loss(bad, [0.0, 0.0])


@pytest.mark.parametrize("loss", GOOD, **SHORT)
def test_rows_of_different_lengths(loss):
    for prediction, target, weight in [([[1], [1, 2]], GOOD[loss], None), (X, [[1], [1, 2]], None),
                                       (X, GOOD[loss], [[1], [1, 2]])]:
        with pytest.raises(ValueError, match=f"{loss.__name__}: .*rows have different lengths"):
            loss(prediction, target, sample_weight=weight)


@pytest.mark.parametrize("loss", GOOD, **SHORT)
@pytest.mark.parametrize("prediction, target", [(X, 1), (0.5, X), (X[0], X), (X, X[:1]), ([], [[]]), (X[None], IDS)])
def test_shapes(loss, prediction, target):
    with pytest.raises(ValueError, match=f"{loss.__name__}: .*must (have the same shape|be)"):
        loss(prediction, target)


@pytest.mark.parametrize("loss", GOOD, **SHORT)
@pytest.mark.parametrize("reduction", ["average", None, 0, "", ["mean"], True], **SHORT)
def test_reductions(loss, reduction):
    with pytest.raises(ValueError, match=f'{loss.__name__}: reduction must be "mean", "sum" or "none"'):
        loss(X, GOOD[loss], reduction=reduction)


@pytest.mark.parametrize("loss", GOOD, **SHORT)
@pytest.mark.parametrize("weight, message", [
    (2.0, r"must be \(2,\), one per row"), ([1.0], r"must be \(2,\)"), ([[1.0], [1.0]], r"must be \(2,\)"),
    *[([1.0, w], "must be finite and at least 0") for w in (-1.0, math.nan, math.inf)]])
def test_weights(loss, weight, message):
    with pytest.raises(ValueError, match=f"{loss.__name__}: sample_weight {message}"):
        loss(X, GOOD[loss], sample_weight=weight)


@pytest.mark.parametrize("loss", [nn.mse_loss, nn.bce_loss])
def test_one_number_has_no_rows_to_weigh(loss):
    assert loss(0.5, 1.0).shape == ()
    with pytest.raises(ValueError, match=r"must be \(n,\), one per row of predictions \(\)"):
        loss(0.5, 1.0, sample_weight=[1.0])


@pytest.mark.parametrize("call, error, message", [
    (lambda: nn.poisson_loss(X, -5 * X), ValueError, "poisson_loss: targets are counts, so at least 0, got -2.5"),
    (lambda: nn.poisson_loss(X, X * np.nan), ValueError, "targets are counts"),
    (lambda: nn.bce_loss(X, -X), ValueError, "bce_loss: targets must be 0, 1 or between"),
    (lambda: nn.bce_loss(X, 3 * X), ValueError, "bce_loss: targets"),
    (lambda: nn.bce_loss(X * np.nan, X), ValueError, "bce_loss: probabilities"),
    (lambda: nn.kl_div_loss(X, X - 1), ValueError, "kl_div_loss: probabilities"),
    (lambda: nn.hinge_loss(X, 0 * X), ValueError, "hinge_loss: targets must be -1 and 1"),
    (lambda: nn.cross_entropy_loss(X, [0, 7]), ValueError, r"cross_entropy_loss: .*\[0, 3\).*0\.\.7"),
    (lambda: nn.cross_entropy_loss(X, [0, -1]), ValueError, r"\[0, 3\)"),
    (lambda: nn.cross_entropy_loss(X, [0, 7], reduction="sum"), ValueError, r"\[0, 3\)"),
    (lambda: nn.cross_entropy_loss(X, [0, 7], label_smoothing=0.1), ValueError, r"\[0, 3\)"),
    (lambda: nn.cross_entropy_loss(X, [0, -1], class_weight=[1, 1, 1]), ValueError, r"\[0, 3\)"),
    (lambda: nn.cross_entropy_loss(X, [0, 7], sample_weight=[1, 1]), ValueError, r"\[0, 3\)"),
    (lambda: nn.cross_entropy_loss(X, [0.0, 1.0]), TypeError, r"labels must be integers.*astype\(int\)"),
    (lambda: nn.cross_entropy_loss(X, [0.0, 1.0], sample_weight=[1, 0]), TypeError, "labels must be integers"),
    (lambda: nn.cross_entropy_loss(IDS, X), ValueError, r"logits must be \(n, classes\)"),
    (lambda: nn.cross_entropy_loss(X, X * np.nan), ValueError, "probabilities"),
    (lambda: nn.nll_loss(X, [0, 7]), ValueError, r"nll_loss: .*\[0, 3\)"),
    (lambda: nn.nll_loss(X, [0.0, 1.0]), TypeError, "nll_loss: labels must be integers"),
    *[(lambda w=w: nn.cross_entropy_loss(X, IDS, class_weight=w), ValueError, "class_weight must be")
      for w in (2.0, "balanced", {0: 1}, [1, 2], [1, 2, -3], [1, 2, np.nan], [1, 2, np.inf], [[1, 2, 3]])],
    *[(lambda s=s: nn.cross_entropy_loss(X, IDS, label_smoothing=s), TypeError, r"label_smoothing must be in \[0, 1\)")
      for s in ("0.1", None, [0.1], 1j)],
    (lambda: nn.huber_loss(X, X, delta="1"), TypeError, "delta must be greater than 0"),
    (lambda: nn.huber_loss(X, X, delta=math.nan), ValueError, "delta must be greater than 0"),
    (lambda: nn.quantile_loss(X, X, q=None), TypeError, r"q must be in \(0, 1\)"),
    (lambda: nn.quantile_loss(X, X, q=90), ValueError, r"q must be in \(0, 1\)"),
])
def test_values_out_of_range(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("penalty", [nn.l1_penalty, nn.l2_penalty, nn.elastic_net_penalty])
@pytest.mark.parametrize("params, message", [
    (nn.MLP([2, 1]), r"got MLP; pass model\.parameters\(\)"), (Tensor([1.0]), r"one Tensor; pass \[w\]"),
    (nn.Sequential(nn.Linear(2, 1)), r"pass model\.parameters\(\)"), (5, "got int"), (None, "got NoneType"),
    (["a"], "real numbers"), ([nn.Linear(2, 1)], "real numbers"), ({"weight": 1.0}, "real numbers")], **SHORT)
def test_penalties_take_a_list_of_parameters(penalty, params, message):
    with pytest.raises(TypeError, match=f"{penalty.__name__}.*{message}"):
        penalty(params)


def test_the_penalty_of_no_parameters_is_a_tensor():
    for penalty in (nn.l1_penalty, nn.l2_penalty, nn.elastic_net_penalty):
        assert isinstance(penalty([]), Tensor) and penalty([]).item() == 0


@pytest.mark.parametrize("ratio, error", [(1.5, ValueError), (-0.1, ValueError), (math.nan, ValueError),
                                          ("half", TypeError), (None, TypeError)])
def test_the_share_of_the_elastic_net(ratio, error):
    with pytest.raises(error, match=r"l1_ratio must be in \[0, 1\]"):
        nn.elastic_net_penalty([Tensor([1.0])], ratio)
