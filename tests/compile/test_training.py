"""Compiled training steps do what the steps do as they are: parameters, gradients, losses, buffers, bit for bit."""
import numpy as np
import pytest

import nn
from autograd.compile import compile

RNG = np.random.default_rng(1)
X, T, LABELS = RNG.normal(size=(16, 6)), RNG.normal(size=(16, 3)), RNG.integers(0, 3, 16)
IMAGES = RNG.normal(size=(4, 1, 8, 8))
ULPS = 4


def states(make, data, optimizer, loss, compiled, steps=5, before=lambda optimizer, i: None):
    """Losses, parameters, gradients and buffers after some steps."""
    model = make()
    opt = optimizer(model.parameters())

    def step(x, t):
        opt.zero_grad()
        y = loss(model(x), t)
        y.backward()
        opt.step()
        return y

    run, losses = compile(step) if compiled else step, []
    for i in range(steps):
        before(opt, i)
        losses.append(run(*data(i)).item())
    return [losses, *(p.data for p in model.parameters()), *(p.grad.data for p in model.parameters()),
            *(b.data for _, b in model.named_buffers())]


def assert_same(make, data=lambda i: (X * (1 + i / 8), T), optimizer=lambda p: nn.SGD(p, lr=0.05), loss=nn.mse_loss,
                **options):
    plain, compiled = (states(make, data, optimizer, loss, flag, **options) for flag in (False, True))
    for a, b in zip(plain, compiled, strict=True):
        np.testing.assert_array_max_ulp(np.asarray(a), np.asarray(b), ULPS)


def mlp(activation="tanh", dtype=float):
    return lambda: nn.MLP([6, 8, 3], activation=activation, rng=0).astype(dtype)


@pytest.mark.parametrize("optimizer", [
    lambda p: nn.SGD(p, lr=0.05), lambda p: nn.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda p: nn.Adam(p, lr=0.01), lambda p: nn.AdamW(p, lr=0.01), lambda p: nn.RMSprop(p, lr=0.01),
    lambda p: nn.Adagrad(p, lr=0.01), lambda p: nn.Lion(p, lr=0.01)],
    ids=["sgd", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "lion"])
def test_optimisers(optimizer):
    assert_same(mlp(), optimizer=optimizer)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "gelu", "silu", "elu", "selu", "softplus", "leaky_relu"])
def test_activations(activation):
    assert_same(mlp(activation))


@pytest.mark.parametrize("loss, target", [
    (nn.cross_entropy_loss, LABELS), (nn.bce_with_logits_loss, (T > 0) * 1.0), (nn.huber_loss, T), (nn.mae_loss, T),
    (nn.hinge_loss, np.sign(T)), (nn.poisson_loss, np.abs(T))], ids=["ce", "bce", "huber", "mae", "hinge", "poisson"])
def test_losses(loss, target):
    assert_same(mlp(), lambda i: (X, target), loss=loss)


@pytest.mark.parametrize("make, x", [
    (lambda: nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                           nn.Linear(18, 3, rng=0)), IMAGES),
    (lambda: nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(18, 3, rng=0)), IMAGES),
    (lambda: nn.Sequential(nn.Linear(6, 8, rng=0), nn.BatchNorm1d(8), nn.Linear(8, 3, rng=0)), X),
    (lambda: nn.Sequential(nn.Linear(6, 8, rng=0), nn.LayerNorm(8), nn.Linear(8, 3, rng=0)), X),
    (lambda: nn.Sequential(nn.Linear(6, 8, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(8, 3, rng=0)), X),
    (lambda: nn.Sequential(nn.Embedding(5, 3, rng=0)), np.array([0, 1, 4, 1])),
], ids=["conv", "avgpool", "batchnorm", "layernorm", "dropout", "embedding"])
def test_layers(make, x):
    assert_same(make, lambda i: (x, T[:len(x)]))


@pytest.mark.parametrize("optimizer", [lambda p: nn.SGD(p, lr=0.05, weight_decay=0.1), lambda p: nn.Adam(p, lr=0.01)],
                         ids=["sgd", "adam"])
def test_large_layers(optimizer):
    x = RNG.normal(size=(4, 200))
    assert_same(lambda: nn.MLP([200, 130, 3], rng=0), lambda i: (x, T[:4]), optimizer=optimizer)


def test_single_precision():
    x, t = X.astype("f4"), T.astype("f4")
    assert_same(mlp(dtype="f4"), lambda i: (x, t))


def test_a_rate_that_changes_is_read_at_each_step():
    def halved(optimizer, i):
        optimizer.lr = 0.1 / 2 ** i
    assert_same(mlp(), before=halved, steps=6)


def test_a_last_smaller_batch():
    assert_same(mlp(), lambda i: (X[:16 - i], T[:16 - i]))


def test_gradients_add_up_where_they_are_not_cleared():
    def grads(compiled):
        model = mlp()()

        def step(x, t):
            loss = nn.mse_loss(model(x), t)
            loss.backward()
            return loss
        run = compile(step) if compiled else step
        for _ in range(4):
            run(X, T)
        return [p.grad.data for p in model.parameters()]
    for a, b in zip(grads(False), grads(True), strict=True):
        np.testing.assert_array_max_ulp(a, b, ULPS)


def test_large_logits_take_the_careful_way():
    """Where exponentials would overflow, the quick program gives up before anything is updated."""
    assert_same(mlp("relu"), lambda i: (X * 10.0 ** (40 * (i % 2)), LABELS), optimizer=lambda p: nn.SGD(p, lr=0.0),
                loss=nn.cross_entropy_loss)


def test_a_zero_gradient_stays_zero_through_a_singular_derivative():
    from autograd import Tensor, where
    w = Tensor([0.0, 4.0], requires_grad=True)

    def step(x):
        w.grad = None
        y = where(x > 0, w.sqrt(), 0.0).sum()
        y.backward()
        return y
    run = compile(step)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(3):
            run(np.array([-1.0, 1.0]))
    assert w.grad.tolist() == [0.0, 0.25]
