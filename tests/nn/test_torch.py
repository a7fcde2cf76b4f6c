"""Where PyTorch is installed: optimisers, layers and losses follow it step by step."""
import numpy as np
import pytest

import nn
from autograd import Tensor

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
OPTIMISERS = {
    "SGD": [{}, {"momentum": .9}, {"momentum": .9, "nesterov": True}, {"momentum": .9, "dampening": .3},
            {"momentum": .9, "weight_decay": .1}],
    "Adagrad": [{"lr": .1}, {"lr": .1, "weight_decay": .1}],
    "RMSprop": [{"lr": .01}, {"lr": .01, "momentum": .5, "alpha": .9, "weight_decay": .1}],
    "Adam": [{"lr": .01}, {"lr": .01, "betas": (.8, .9), "weight_decay": .1}],
    "AdamW": [{"lr": .01}, {"lr": .01, "weight_decay": .2}],
}


@pytest.mark.parametrize("name, settings", [(name, s) for name, many in OPTIMISERS.items() for s in many], ids=str)
def test_training_follows_the_same_path(name, settings):
    """Thirty steps: close to the minimum, later, adaptive steps would amplify the rounding errors of both."""
    x, y, start = RNG.normal(size=(16, 5)), RNG.normal(size=16), RNG.normal(size=5)
    settings = {"lr": .05} | settings
    ours, theirs = nn.Parameter(start), torch.tensor(start, requires_grad=True)
    mine, other = getattr(nn, name)([ours], **settings), getattr(torch.optim, name)([theirs], **settings)
    for _ in range(30):
        for optimizer, w, data in [(mine, ours, (x, y)), (other, theirs, (torch.tensor(x), torch.tensor(y)))]:
            optimizer.zero_grad()
            (((data[0] @ w).tanh() - data[1]) ** 2).mean().backward()
            optimizer.step()
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert np.abs(ours.data - start).max() > 0.05


def both(ours, theirs, *arrays):
    """Results and gradients of two functions of the same arrays, as (ours, theirs) pairs."""
    mine = [Tensor(a, requires_grad=True) for a in arrays]
    others = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, z = ours(*mine), theirs(*others)
    g = RNG.normal(size=y.shape)
    y.backward(g)
    z.backward(torch.tensor(g))
    return [(y.data, z.detach().numpy()), *((a.grad.data, b.grad.numpy()) for a, b in zip(mine, others, strict=True))]


@pytest.mark.parametrize("size, stride, padding", [(3, 1, 0), ((2, 3), (2, 1), (1, 2)), (1, 2, 0)])
def test_convolution(size, stride, padding):
    layer = nn.Conv2d(3, 4, size, stride, padding, rng=0)
    for mine, other in both(lambda x, k, b: layer.with_parameters([k, b])(x),
                            lambda x, k, b: torch.nn.functional.conv2d(x, k, b, stride, padding),
                            RNG.normal(size=(2, 3, 7, 6)), layer.weight.numpy(), RNG.normal(size=4)):
        np.testing.assert_allclose(mine, other, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("kind", ["MaxPool2d", "AvgPool2d"])
def test_pooling(kind):
    for mine, other in both(getattr(nn, kind)(3, 2), getattr(torch.nn, kind)(3, 2), RNG.normal(size=(2, 3, 7, 6))):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("kind, shape", [("LayerNorm", (4, 5)), ("BatchNorm1d", (4, 5))])
def test_normalisation(kind, shape):
    for mine, other in both(getattr(nn, kind)(5), getattr(torch.nn, kind)(5, dtype=float), RNG.normal(size=shape)):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-12)


def test_running_statistics():
    ours, theirs, x = nn.BatchNorm1d(3), torch.nn.BatchNorm1d(3, dtype=float), RNG.normal(size=(8, 3))
    for _ in range(3):
        ours(x), theirs(torch.tensor(x))
    np.testing.assert_allclose(ours.running_mean.data, theirs.running_mean.numpy(), rtol=1e-13)
    np.testing.assert_allclose(ours.running_var.data, theirs.running_var.numpy(), rtol=1e-13)


@pytest.mark.parametrize("name", ["elu", "selu", "silu", "gelu", "softplus", "hardtanh", "leaky_relu", "relu", "tanh"])
def test_activations(name):
    x = RNG.normal(size=50) * 3
    for mine, other in both(nn.layers.activations.NAMED[name], getattr(torch.nn.functional, name), x):
        np.testing.assert_allclose(mine, other, rtol=1e-11, atol=1e-13)


def test_lstm_with_gates_in_their_order():
    cell, theirs = nn.LSTMCell(3, 4, rng=0), torch.nn.LSTMCell(3, 4, dtype=float)
    order = np.concatenate([np.arange(0, 8), np.arange(12, 16), np.arange(8, 12)])          # theirs: i, f, candidate, o
    with torch.no_grad():
        theirs.weight_ih.copy_(torch.tensor(cell.weight.data.T[order]))
        theirs.weight_hh.copy_(torch.tensor(cell.recurrent.data.T[order]))
        theirs.bias_ih.copy_(torch.tensor(cell.bias.data[order]))
        theirs.bias_hh.zero_()
    for mine, other in both(lambda x, h, c: cell(x, (h, c))[0], lambda x, h, c: theirs(x, (h, c))[0],
                            RNG.normal(size=(5, 3)), RNG.normal(size=(5, 4)), RNG.normal(size=(5, 4))):
        np.testing.assert_allclose(mine, other, rtol=1e-11, atol=1e-13)


F = torch.nn.functional
LABELS = np.array([0, 2, 1, 2, 0])
LOSSES = {
    "cross entropy": (lambda x: nn.cross_entropy_loss(x, LABELS), lambda x: F.cross_entropy(x, torch.tensor(LABELS))),
    "smoothed": (lambda x: nn.cross_entropy_loss(x, LABELS, label_smoothing=.1),
                 lambda x: F.cross_entropy(x, torch.tensor(LABELS), label_smoothing=.1)),
    "class weights": (lambda x: nn.cross_entropy_loss(x, LABELS, class_weight=[1, 2, .5]),
                      lambda x: F.cross_entropy(x, torch.tensor(LABELS), torch.tensor([1, 2, .5], dtype=float))),
    "bce": (lambda x: nn.bce_with_logits_loss(x, np.eye(3)[LABELS]),
            lambda x: F.binary_cross_entropy_with_logits(x, torch.tensor(np.eye(3)[LABELS]))),
    "huber": (lambda x: nn.huber_loss(x, np.zeros((5, 3)), delta=.5),
              lambda x: F.huber_loss(x, 0 * x.detach(), delta=.5)),
    "poisson": (lambda x: nn.poisson_loss(x, np.eye(3)[LABELS]),
                lambda x: F.poisson_nll_loss(x, torch.tensor(np.eye(3)[LABELS]))),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    ours, theirs = LOSSES[name]
    for mine, other in both(ours, theirs, RNG.normal(size=(5, 3))):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-14)
