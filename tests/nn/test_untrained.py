"""Layers that the loss depends on and nobody trains: fit says so, once."""
import warnings

import numpy as np
import pytest

from autograd import Tensor
from nn import MLP, SGD, Linear, Module, Parameter, Sequential, fit, mse_loss

X = np.random.default_rng(0).normal(size=(12, 3))


def trained(model, loss=mse_loss, params=None, epochs=3):
    optimizer = SGD(params or model.parameters(), lr=0.01)
    return fit(model, (X, X[:, :1]), loss, optimizer, epochs, batch_size=4, progress=False, rng=0)


def untold(model, *options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trained(model, *options)


class Holder(Module):
    def __init__(self, put):
        self.first, self.rest = Linear(3, 3, rng=0), put(Linear(3, 1, rng=1))

    def forward(self, x):
        rest = self.rest
        return (rest if callable(rest) else next(iter(rest)) if isinstance(rest, set) else rest.layer)(self.first(x))


class Plain:
    def __init__(self, layer):
        self.layer = layer


@pytest.mark.parametrize("put", [lambda layer: {layer}, lambda layer: lambda x: layer(x), Plain],
                         ids=["set", "closure", "object"])
def test_a_layer_that_parameters_does_not_find_is_named_once(put):
    with pytest.warns(UserWarning, match=r"so .*: W \(3, 1\), b \(1,\)\. model\.parameters\(\) finds") as seen:
        trained(Holder(put))
    assert len(seen) == 1 and seen[0].filename == __file__


def test_a_layer_added_after_the_optimizer_was_made():
    model = Sequential(Linear(3, 3, rng=0))
    params = model.parameters()
    model.layers.append(Linear(3, 1, rng=1))
    with pytest.warns(UserWarning, match=r"layers\.1\.weight \(3, 1\), layers\.1\.bias \(1,\)\. Give them to the opt"):
        trained(model, params=params)


def test_a_tensor_that_is_no_parameter():
    class Scaled(Module):
        def __init__(self):
            self.layer, self.scale = Linear(3, 1, rng=0), Tensor(2.0, requires_grad=True)

        def forward(self, x):
            return self.layer(x) * self.scale
    with pytest.warns(UserWarning, match=r"are: a tensor \(\)\. model"):
        trained(Scaled())


def test_no_warning_where_nothing_is_amiss():
    untold(MLP([3, 4, 1], rng=0))
    model = Sequential(Linear(3, 3, rng=0).freeze(), Linear(3, 1, rng=1))
    untold(model)
    untold(model, mse_loss, model[1].parameters())


def test_a_gradient_in_the_inputs_is_no_layer():
    """Physics-informed losses and penalties make a leaf of each batch."""
    class Own(Module):
        def __init__(self):
            self.layer = Linear(3, 1, rng=0)

        def forward(self, x):
            return self.layer(Tensor(x, requires_grad=True))
    untold(Own())
    weight = Parameter(1.0)
    weight.requires_grad = False
    untold(MLP([3, 1], rng=0), lambda y, t: mse_loss(y * weight, t))
