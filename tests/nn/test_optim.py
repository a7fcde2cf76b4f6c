"""Optimisers: closed forms, in place on arrays, differentiable on Tensors."""
import numpy as np
import pytest

from autograd import Tensor, value_and_grad
from autograd.engine import GraphError
from nn import SGD, Parameter, unrolled
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
    before = p.data.__array_interface__["data"]
    steps(SGD([p], lr=0.5, momentum=0.9), p, [np.ones((3, 3))])
    assert p.data.__array_interface__["data"] == before


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
                                   ([{"params": [p], "rate": 1}], ValueError, "rate")]:
        with pytest.raises(error, match=message):
            SGD(params, lr=0.1)


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
