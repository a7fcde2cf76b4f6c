"""Optimisers: closed forms, in place on arrays, differentiable on Tensors."""
import copy
from functools import partial

import numpy as np
import pytest

from autograd import Tensor, grad, no_grad, value_and_grad
from autograd.core.node import GraphError
from nn import (
    MLP,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Lion,
    Optimizer,
    Parameter,
    ProximalSGD,
    RMSprop,
    clip_grad_norm,
    clip_grad_value,
    grad_norm,
    unrolled,
)
from nn.optim.base import BLOCK


def steps(optimizer, p, gradients):
    """The value of p after steps with the given gradients."""
    for g in gradients:
        p.grad = g
        optimizer.step()
    return p.numpy()


def test_plain_step():
    p = Parameter([1.0, 2.0])
    np.testing.assert_array_equal(steps(SGD([p], lr=0.5), p, [[2.0, -4.0]]), [0.0, 4.0])


def test_momentum_closed_form():
    """With constant g, v after t steps is g (1 - μ^t) / (1 - μ)."""
    p, μ = Parameter([0.0]), 0.9
    w = steps(SGD([p], lr=0.1, momentum=μ), p, [[1.0]] * 5)
    assert w[0] == pytest.approx(-0.1 * sum((1 - μ ** t) / (1 - μ) for t in range(1, 6)), rel=1e-14)


def test_nesterov_and_dampening_by_hand():
    p = Parameter([0.0])
    assert steps(SGD([p], lr=1.0, momentum=0.5, nesterov=True), p, [[1.0], [2.0]])[0] == -(1 + .5) - (2 + .5 * 2.5)
    p = Parameter([0.0])
    assert steps(SGD([p], lr=1.0, momentum=0.5, dampening=0.25), p, [[1.0], [2.0]])[0] == -1 - (.5 + .75 * 2)


def test_weight_decay_is_the_gradient_of_half_the_square():
    p = Parameter([2.0])
    assert steps(SGD([p], lr=0.1, weight_decay=0.5), p, [[0.0]])[0] == pytest.approx(2.0 - 0.1 * 0.5 * 2.0)


def test_it_writes_into_the_parameters_own_memory():
    p = Parameter(np.ones((3, 3)))
    memory = p.writable()
    steps(SGD([p], lr=0.5, momentum=0.9), p, [np.ones((3, 3))])
    assert p.writable() is memory


def test_values_taken_out_before_a_step_keep_what_they_were():
    p = Parameter(np.ones(3))
    view, detached, result = p.data, p.detach(), p * 2.0
    steps(SGD([p], lr=0.5), p, [np.ones(3)])
    for kept, value in [(view, 1.0), (detached.data, 1.0), (result.data, 2.0), (p.data, 0.5)]:
        np.testing.assert_array_equal(kept, np.full(3, value))


def test_a_graph_from_before_the_step_refuses_to_be_differentiated():
    p = Parameter(np.ones(3), name="W")
    loss = (p * p).sum()
    loss.backward()
    SGD([p], lr=0.5).step()
    with pytest.raises(GraphError, match=r"'W'.*assigned"):
        loss.backward()


def test_scalars_too():
    p = Parameter(3.0)
    optimizer = SGD([p], lr=0.1, momentum=0.5)
    for expected in (3 - .6, 2.4 - .1 * (.5 * 6 + 4.8)):
        optimizer.zero_grad()
        (p * p).backward()
        optimizer.step()
        assert p.item() == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("layout", ["C", "F"])
def test_large_parameters_go_through_blocks_with_the_same_result(layout):
    rng = np.random.default_rng(0)
    w, g = rng.normal(size=(3, BLOCK)), np.asarray(rng.normal(size=(3, BLOCK)), order=layout)
    p = Parameter(w)
    result = steps(SGD([p], lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01), p, [g, g])
    v1 = g + 0.01 * w
    w1 = w - 0.1 * (v1 + 0.9 * v1)
    v2 = 0.9 * v1 + (g + 0.01 * w1)
    np.testing.assert_allclose(result, w1 - 0.1 * (g + 0.01 * w1 + 0.9 * v2), rtol=1e-14)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_float32_stays(shape):
    p = Parameter(np.ones(shape, np.float32))
    optimizer = SGD([p], lr=0.1, momentum=0.9, weight_decay=0.1)
    for _ in range(3):
        (p * p).sum().backward()
        optimizer.step()
    assert p.dtype == np.float32 and all(np.asarray(s).dtype == np.float32 for s in optimizer.state[0])


def test_parameters_without_gradient_stay():
    p, q = Parameter([1.0]), Parameter([1.0])
    p.grad = [1.0]
    SGD([p, q], lr=0.5, weight_decay=0.1).step()
    assert p.item() < 1.0 and q.item() == 1.0


def test_groups_have_settings_of_their_own_and_lr_sets_all():
    p, q = Parameter([1.0]), Parameter([1.0])
    optimizer = SGD([{"params": [p], "lr": 0.5}, {"params": [q]}], lr=0.1)
    p.grad, q.grad = [1.0], [1.0]
    optimizer.step()
    assert (p.item(), q.item()) == (0.5, 0.9)
    optimizer.lr = 0.0
    optimizer.step()
    assert (p.item(), q.item()) == (0.5, 0.9)


def test_momentum_costs_no_memory_when_off():
    p = Parameter([1.0])
    optimizer = SGD([p], lr=0.1)
    steps(optimizer, p, [[1.0]])
    assert optimizer.state == [[]]


@pytest.mark.parametrize("settings, message", [
    ({"lr": -1.0}, "lr must be at least 0"), ({"lr": float("nan")}, "lr must"), ({"momentum": 1.0}, r"\[0, 1\)"),
    ({"dampening": 2.0}, r"\[0, 1\]"), ({"weight_decay": -0.1}, "at least 0"), ({"nesterov": True}, "needs momentum")])
def test_settings_out_of_range(settings, message):
    with pytest.raises(ValueError, match=message):
        SGD([Parameter([1.0])], **settings)


def test_parameters_that_are_none():
    p = Parameter([1.0])
    for params, error, message in [([], ValueError, "no parameters"), ([p, p], ValueError, "twice"),
                                   ([p * 2.0], TypeError, "model.parameters"), ([np.ones(3)], TypeError, "Parameters"),
                                   ([{"params": [p], "rate": 1}], ValueError, "rate"),
                                   ([{"lr": 1.0}], ValueError, "pass model.parameters()")]:
        with pytest.raises(error, match=message):
            SGD(params, lr=0.1)


def test_momentum_may_be_turned_on_later():
    """RMSprop has a mean of squares then, but no velocity: that starts at 0."""
    p, q = Parameter([1.0]), Parameter([1.0])
    late, always = RMSprop([p], lr=0.1), RMSprop([q], lr=0.1, momentum=0.5)
    always.groups[0].momentum = 0.0
    for optimizer, w in ((late, p), (always, q)):
        steps(optimizer, w, [np.array([2.0])])
        optimizer.groups[0].momentum = 0.5
        steps(optimizer, w, [np.array([2.0])])
    assert p.item() == q.item()
    again = RMSprop([q], lr=0.1)
    again.load_state_dict(late.state_dict())
    assert again.groups[0].momentum == 0.5


# ---- differentiable training -----------------------------------------------------------------------------------------

SETTINGS = [{}, {"momentum": 0.8}, {"momentum": 0.8, "nesterov": True}, {"momentum": 0.8, "dampening": 0.3},
            {"weight_decay": 0.2}]


def problem():
    """A small nonlinear regression: initial parameters and the loss of a list of them."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
    params = [Parameter(rng.normal(size=shape) * .5) for shape in [(3, 4), (4,), (4, 1)]]

    def loss(params):
        w, b, u = params
        return (((x @ w + b).tanh() @ u - y) ** 2).mean()
    return params, loss


@pytest.mark.parametrize("settings", SETTINGS)
def test_unrolled_is_the_same_training_as_step(settings):
    params, loss = problem()
    after = unrolled(SGD(params, lr=0.1, **settings), loss, 10)
    optimizer = SGD(params, lr=0.1, **settings)
    for _ in range(10):
        optimizer.zero_grad()
        loss(params).backward()
        optimizer.step()
    for p, q in zip(params, after, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-13)


@pytest.mark.parametrize("settings", SETTINGS)
def test_gradient_of_ten_steps_in_the_learning_rate_against_finite_differences(settings):
    params, loss = problem()

    def after_training(lr):
        return loss(unrolled(SGD(params, lr=lr, **settings), loss, 10))
    value, slope = value_and_grad(after_training)(0.1)
    h = 1e-5
    numeric = (after_training(0.1 + h).item() - after_training(0.1 - h).item()) / (2 * h)
    assert slope.item() == pytest.approx(numeric, rel=1e-7)
    assert value.item() == after_training(0.1).item()


def test_learning_the_learning_rate():
    """Descent on the learning rate itself improves where ten steps end."""
    params, loss = problem()
    lr = Parameter(0.01)
    first = last = None
    for _ in range(20):
        lr.grad = None
        last = loss(unrolled(SGD(params, lr=lr), loss, 10))
        first = last.item() if first is None else first
        last.backward()
        lr.assign(lr.item() - 0.02 * lr.grad.item())
    assert last.item() < 0.8 * first


def test_unrolled_reaches_momentum_and_initial_parameters_too():
    params, loss = problem()
    momentum = Tensor(0.5, requires_grad=True)
    loss(unrolled(SGD(params, lr=0.1, momentum=momentum), loss, 3)).backward()
    assert momentum.grad.item() != 0 and all(p.grad.data.any() for p in params)


def test_a_tensor_as_learning_rate_also_steps():
    p = Parameter([1.0])
    assert steps(SGD([p], lr=Tensor(0.5, requires_grad=True)), p, [[1.0]])[0] == 0.5


# ---- the other optimisers ----------------------------------------------------------------------------------------

ADAPTIVE = [(Adagrad, {}), (RMSprop, {}), (RMSprop, {"momentum": .5}), (Adam, {}), (Adam, {"weight_decay": .1}),
            (AdamW, {}), (Lion, {"weight_decay": .1}), (ProximalSGD, {"l1": .05})]
ids = lambda v: v.__name__ if isinstance(v, type) else str(v)


@pytest.mark.parametrize("kind, settings", ADAPTIVE, ids=ids)
@pytest.mark.parametrize("shape", [(), (3, 2), (2, BLOCK)])
def test_in_place_and_as_a_graph_it_is_the_same_rule(kind, settings, shape):
    rng = np.random.default_rng(0)
    p = Parameter(rng.normal(size=shape))
    optimizer, w, state = kind([p], lr=0.1, **settings), Tensor(p.numpy()), None
    for t in range(1, 5):
        g = rng.normal(size=shape)
        (w,), state = optimizer.updated([w], [Tensor(g)], state, t)
        p.grad = g
        optimizer.step()
    np.testing.assert_allclose(p.data, w.data, rtol=1e-12)


def test_adagrad_by_hand():
    p = Parameter([1.0])
    w = steps(Adagrad([p], lr=0.5, eps=1e-10), p, [[3.0], [4.0]])
    assert w[0] == pytest.approx(1 - 0.5 * 1 - 0.5 * 4 / 5, rel=1e-9)


def test_rmsprop_by_hand():
    p = Parameter([1.0])
    w = steps(RMSprop([p], lr=0.5, alpha=0.75, eps=1e-12), p, [[2.0], [4.0]])
    assert w[0] == pytest.approx(1 - 0.5 * 2 / 1 - 0.5 * 4 / np.sqrt(.75 + 4), rel=1e-9)


def test_adams_first_steps_under_a_constant_gradient_are_lr_each():
    """With constant g, m̂ = g and v̂ = g² at every step."""
    p = Parameter([1.0, 1.0])
    w = steps(Adam([p], lr=0.1, eps=1e-12), p, [[5.0, -0.01]] * 4)
    np.testing.assert_allclose(w, [0.6, 1.4], rtol=1e-9)


def test_adam_by_hand_with_an_eps_that_matters():
    p = Parameter([1.0])
    w = steps(Adam([p], lr=0.5, betas=(0.5, 0.75), eps=1.0), p, [[2.0], [4.0]])
    m, v = (.5 * 1 + .5 * 4) / (1 - .25), (.75 * 1 + .25 * 16) / (1 - .75 ** 2)        # after one step m = 1, v = 1
    assert w[0] == pytest.approx(1 - .5 * 2 / (2 + 1) - .5 * m / (np.sqrt(v) + 1), rel=1e-14)


def test_decoupled_decay_is_not_scaled():
    p = Parameter([2.0])
    w = steps(AdamW([p], lr=0.1, weight_decay=0.5), p, [[0.0]])
    assert w[0] == pytest.approx(2.0 * (1 - 0.1 * 0.5), rel=1e-14)


def test_lion_by_hand():
    p = Parameter([1.0])
    w = steps(Lion([p], lr=0.1, betas=(0.5, 0.75), weight_decay=0.5), p, [[2.0], [-0.4]])
    first = 1 - 0.1 * (1 + 0.5 * 1)                             # m = 0, so the sign of g; then m = .25 * 2 = .5
    assert w[0] == pytest.approx(first - 0.1 * (np.sign(.5 * .5 - .5 * .4) + 0.5 * first), rel=1e-14)


def test_proximal_descent_solves_the_lasso_with_exact_zeros():
    """For an orthonormal design the minimum of ½‖x w - y‖² + l1 Σ|w| is xᵀy pulled to 0 by l1."""
    x = np.linalg.qr(np.random.default_rng(0).normal(size=(20, 4)))[0]
    best = np.array([2.0, -1.0, 0.3, -0.2])
    p = Parameter(np.ones(4))
    optimizer = ProximalSGD([p], lr=0.5, l1=0.5)
    for _ in range(100):
        optimizer.zero_grad()
        (0.5 * (x @ p - x @ best) ** 2).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(p.data[:2], [1.5, -0.5], rtol=1e-12)
    assert list(p.data[2:]) == [0.0, 0.0]


@pytest.mark.parametrize("kind, settings", [(Adam, {}), (RMSprop, {"momentum": .5}), (AdamW, {})], ids=ids)
def test_hyper_gradients_of_adaptive_optimisers(kind, settings):
    params, loss = problem()

    def after_training(lr):
        return loss(unrolled(kind(params, lr=lr, **settings), loss, 5))
    slope, h = grad(after_training)(0.05).item(), 1e-6
    numeric = (after_training(0.05 + h).item() - after_training(0.05 - h).item()) / (2 * h)
    assert slope == pytest.approx(numeric, rel=1e-5)


def test_bias_correction_counts_a_parameters_own_updates():
    p, q = Parameter([1.0]), Parameter([1.0])
    optimizer = Adam([p, q], lr=0.1, eps=1e-12)
    p.grad = [1.0]
    for _ in range(5):
        optimizer.step()
    q.grad = [1.0]
    optimizer.step()
    assert optimizer.ages == [6, 1] and q.item() == pytest.approx(0.9, rel=1e-9)


@pytest.mark.parametrize("kind, settings, message", [
    (Adam, {"betas": (.9, 1.0)}, "betas"), (Adam, {"betas": (.9,)}, "betas"), (Adam, {"eps": 0}, "eps"),
    (RMSprop, {"alpha": 1}, "alpha"), (Adagrad, {"weight_decay": -1}, "weight_decay"),
    (Lion, {"betas": (-1, 0)}, "betas"), (ProximalSGD, {"l1": -1}, "l1")])
def test_settings_of_the_others_out_of_range(kind, settings, message):
    with pytest.raises(ValueError, match=message):
        kind([Parameter([1.0])], **settings)


# ---- state, clipping -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind, settings", [(SGD, {"momentum": .9}), *ADAPTIVE], ids=ids)
def test_a_restored_optimiser_goes_on_bit_for_bit(kind, settings):
    def training(p, optimizer, count):
        for _ in range(count):
            optimizer.zero_grad()
            ((p - 3.0) ** 2).sum().backward()
            optimizer.step()
    p, q = Parameter(np.ones(3)), Parameter(np.ones(3))
    one, other = kind([p], lr=0.1, **settings), kind([q], lr=0.7, **settings)
    training(p, one, 3)
    q.assign(p.data)
    other.load_state_dict(one.state_dict())
    training(p, one, 3), training(q, other, 3)
    assert np.array_equal(p.data, q.data) and other.lr == 0.1


def test_a_state_of_another_optimiser_is_refused_and_changes_nothing():
    p = Parameter(np.ones(3))
    adam = Adam([p], lr=0.1)
    steps(adam, p, [np.ones(3)])
    for state, message in [(SGD([p]).state_dict(), "belongs to SGD"),
                           (Adam([p, Parameter(1.0)]).state_dict(), "2 parameters"),
                           ({**adam.state_dict(), "slots": [[np.ones(2), np.ones(2)]]}, r"shape \(3,\).*got \(2,\)"),
                           ({**adam.state_dict(), "slots": [[np.ones(3)]]}, r"\(mean, mean_square\) of shape"),
                           ({**adam.state_dict(), "groups": [{"lr": -1.0}]}, "lr must be at least 0"),
                           ({}, "belongs to no optimiser")]:
        before = adam.state_dict()
        with pytest.raises(ValueError, match=message):
            adam.load_state_dict(state)
        assert repr(adam.state_dict()) == repr(before)


def test_clipping_scales_all_gradients_together_or_each_entry():
    p, q, unused = Parameter([0.0]), Parameter([0.0, 0.0]), Parameter([0.0])
    p.grad, q.grad = [2.0], [1.0, 2.0]
    assert clip_grad_norm([p, q, unused], 6.0) == 3.0 and p.grad.item() == 2.0      # within the limit: unchanged
    assert clip_grad_norm([p, q, unused], 1.5) == 3.0 and grad_norm([p, q]) == pytest.approx(1.5)
    assert (p.grad.tolist(), q.grad.tolist()) == ([1.0], [.5, 1.0])
    clip_grad_value([p, q, unused], 0.75)
    assert (p.grad.tolist(), q.grad.tolist()) == ([.75], [.5, .75])


@pytest.mark.parametrize("dtype, huge", [(np.float32, 1e30), (np.float64, 1e200), (np.float64, 1e-200)])
def test_norms_whose_square_is_out_of_range(dtype, huge):
    p, q = Parameter(np.ones(2, dtype)), Parameter(dtype(1.0))
    p.grad, q.grad = np.array([2.0, 4.0], dtype) * dtype(huge), dtype(4.0) * dtype(huge)
    assert clip_grad_norm([p, q], huge) == pytest.approx(6 * huge, rel=1e-6)
    np.testing.assert_allclose(p.grad.data / dtype(huge), [1 / 3, 2 / 3], rtol=1e-6)


def test_a_single_parameter_is_clipped_as_a_list_of_one():
    p = Parameter([0.0, 0.0])
    p.grad = [3.0, 4.0]
    assert grad_norm(p) == clip_grad_norm(p, 2.5) == 5.0 and p.grad.tolist() == [1.5, 2.0]
    clip_grad_value(p, 1.75)
    assert p.grad.tolist() == [1.5, 1.75]


@pytest.mark.parametrize("limit", [-1.0, 0.0, np.nan])
@pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])
def test_a_limit_that_would_turn_gradients_round_is_refused(clip, limit):
    p = Parameter([0.0])
    p.grad = [2.0]
    with pytest.raises(ValueError, match="limit must be greater than 0"):
        clip([p], limit)
    assert p.grad.item() == 2.0


def test_a_norm_that_is_not_finite_is_an_error():
    p = Parameter([0.0])
    p.grad = [np.inf]
    with pytest.raises(FloatingPointError, match="diverged"):
        clip_grad_norm([p], 1.0)


def test_a_gradient_that_would_broadcast_is_refused():
    w = Parameter(np.ones((3, 1)))
    with pytest.raises(ValueError, match=r"g\.reshape\(\(3, 1\)\)"):
        SGD([w], lr=0.1).updated([w], [Tensor(np.ones(3))])
    with pytest.raises(ValueError, match=r"g\.reshape\(\(3, 1\)\)"):
        w.grad = np.ones(3)


def test_unrolled_steps_are_taken_where_nothing_is_recorded():
    with no_grad():
        w, = unrolled(SGD([Parameter(1.0)], lr=0.1), lambda params: params[0] ** 2, steps=2)
    assert w.item() == pytest.approx(0.64)


def test_a_setting_that_is_not_there_is_named():
    group = SGD([Parameter([1.0])]).groups[0]
    with pytest.raises(AttributeError, match="'Group' object has no attribute 'beta'"):
        print(group.beta)
    assert repr(group).startswith("Group(lr=0.01, momentum=0.0")


def test_a_model_in_the_place_of_its_parameters():
    model = MLP([2, 1])
    for call in (lambda: SGD(model), lambda: clip_grad_norm(model, 1.0)):
        with pytest.raises(TypeError, match=r"got MLP; pass model.parameters\(\)"):
            call()


def test_an_optimiser_shows_its_settings():
    assert repr(SGD([Parameter([1.0])], lr=0.5)).startswith("SGD(lr=0.5, momentum=0.0, ")


@pytest.mark.parametrize("lr", ["a", None, [0.1], np.array([0.1, 0.2]), 1j])
def test_a_learning_rate_that_is_no_number(lr):
    optimizer = SGD([Parameter([1.0])])
    for assign in (lambda: SGD([Parameter([1.0])], lr=lr), lambda: setattr(optimizer, "lr", lr)):
        with pytest.raises(TypeError, match="lr must be at least 0, got "):
            assign()
    assert optimizer.lr == 0.01


def test_a_tensor_may_become_a_setting_and_go_again():
    w = Parameter([1.0])
    optimizer = SGD([w], lr=0.5)
    for lr, expected in ((Tensor(0.25), 0.75), (0.5, 0.25)):
        optimizer.groups[0].lr = lr
        w.grad = Tensor([1.0])
        optimizer.step()
        assert w.numpy() == expected
    twin = copy.deepcopy(optimizer.groups[0])
    assert twin.settings() == optimizer.groups[0].settings() and twin.params[0] is not w


REMEMBERING = [partial(SGD, momentum=0.9), Adam, AdamW, partial(RMSprop, momentum=0.5), Adagrad, Lion]


@pytest.mark.parametrize("make", REMEMBERING[:-1])       # Lion takes a sign of its state
def test_updated_differentiates_in_the_state_it_starts_from(make):
    """A state that is a leaf was refused: the rule changed it in place."""
    optimizer = make([Parameter([1.0, 2.0])])
    state = [Tensor([0.5, 0.5], requires_grad=True) for _ in optimizer.slots]
    (w,), _ = optimizer.updated([Tensor([1.0, 2.0])], [Tensor([1.0, 1.0])], [state], 2)
    w.sum().backward()
    assert all(slot.grad.numpy().any() for slot in state)


@pytest.mark.parametrize("make", REMEMBERING)
def test_updated_changes_no_array_it_is_given(make):
    optimizer = make([Parameter([1.0, 2.0])])
    given = [np.ones(2) for _ in range(2 + len(optimizer.slots))]
    optimizer.updated(given[:1], given[1:2], [given[2:]], 2)
    assert all(a.tolist() == [1, 1] for a in given)


class WritesIntoGradient(Optimizer):
    slots = ("mean",)

    def __init__(self, params, lr=0.5):
        super().__init__(params, lr=lr)

    @staticmethod
    def rule(s, t, w, g, m):
        g += w
        m += g
        w -= s.lr * m
        return w, m


def test_a_rule_of_others_that_writes_into_the_gradient_changes_only_its_own():
    w = Parameter([1.0, 2.0])
    w.grad = np.ones(2)
    held = w.grad
    WritesIntoGradient([w]).step()
    assert w.tolist() == [0, 0.5]
    assert held.tolist() == w.grad.tolist() == [1, 1]


def test_under_no_grad_a_rule_changes_no_leaf_given_to_updated():
    leaves = [Tensor([1.0, 2.0], requires_grad=True) for _ in range(3)]
    w, g, m = leaves
    with no_grad():
        WritesIntoGradient([Parameter([0.0, 0.0])]).updated([w], [g], [[m]])
    assert all(leaf.tolist() == [1, 2] for leaf in leaves)
