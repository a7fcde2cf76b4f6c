"""draw_network draws chains of dense layers and refuses what is something else, with the reason."""
import numpy as np
import pytest

import nn
from autograd import Tensor, as_tensor
from autograd.draw import draw_network
from autograd.draw.graphviz.dense import chain_of_dense_layers


class Net(nn.Module):
    def __init__(self, forward, *layers, **more):
        self.compute, self.layers = forward, list(layers)
        self.__dict__.update(more)

    def forward(self, x):
        return self.compute(self, as_tensor(x))


def linear(n, m):
    return nn.Linear(n, m, rng=0)


REFUSED = {
    "a convolution": (nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.Flatten(), linear(27, 2)), "layers.0.weight has"),
    "an LSTM cell": (nn.LSTMCell(3, 4, rng=0), "recurrent has shape"),
    "a simple cell": (nn.RNNCell(3, 4, rng=0), "recurrent has shape"),
    "a cell and a head": (nn.Sequential(nn.RNNCell(3, 3, rng=0), linear(3, 1)), "recurrent has shape"),
    "an embedding": (nn.Embedding(5, 3, rng=0), "takes no sample"),
    "a skip around a layer": (Net(lambda m, x: m.layers[1](m.layers[0](x) + x), linear(3, 3), linear(3, 1)), "skip"),
    "a skip to the output": (Net(lambda m, x: m.layers[0](x) + x, linear(3, 3)), "skip"),
    "two branches": (Net(lambda m, x: m.layers[0](x) * m.layers[1](x), linear(3, 3), linear(3, 3)), "skip"),
    "a layer called twice": (Net(lambda m, x: m.layers[0](m.layers[0](x)), linear(3, 3)), "called 2 times"),
    "a layer never called": (Net(lambda m, x: m.layers[0](x), linear(3, 3), linear(3, 3)), "called 0 and 1 times"),
    "weights beside layers": (Net(lambda m, x: m.layers[0](x @ m.w), linear(3, 3), w=nn.Parameter(np.eye(3))), "w has"),
    "several outputs": (Net(lambda m, x: (m.layers[0](x), x), linear(3, 3)), "output is something else"),
    "no weights": (nn.Sequential(nn.ReLU()), "has none")}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_chain_of_dense_layers_is_refused(kind):
    model, why = REFUSED[kind]
    with pytest.raises(TypeError, match=rf"chain of weight matrices.*{why}.*Use draw\(model, x\)"):
        draw_network(model)


DRAWN = {
    "normalised, with dropout": (nn.MLP([3, 4, 4, 2], norm="batch", dropout=0.5, rng=0), 4),
    "layer norm and SiLU": (nn.MLP([3, 4, 2], "silu", norm="layer", output="sigmoid", rng=0), 3),
    "learned slopes": (nn.Sequential(linear(3, 4), nn.PReLU(4), linear(4, 1)), 3),
    "a skip around an activation": (Net(lambda m, x: m.layers[1]((a := m.layers[0](x)).tanh() + a),
                                        linear(3, 3), linear(3, 1)), 3),
    "frozen": (nn.MLP([3, 2], rng=0).freeze(), 2),
    "float32": (nn.MLP([3, 4, 1], rng=0).astype(np.float32), 3)}


@pytest.mark.parametrize("kind", DRAWN)
def test_chains_are_drawn(kind):
    model, columns = DRAWN[kind]
    assert draw_network(model, [1.0, 2.0, 3.0]).source.count("POINT-SIZE=\"9\">") == columns


def test_layers_are_drawn_in_the_order_in_which_they_are_called():
    model = Net(lambda m, x: m.layers[0](m.layers[1](x)), linear(3, 3), linear(3, 3))
    assert chain_of_dense_layers(model)[0] == model.layers[::-1]


def test_the_model_is_left_as_it_was():
    model = nn.MLP([3, 4, 2], norm="batch", rng=0).train()
    before = {name: value.copy() for name, value in model.state_dict().items()}
    draw_network(model, Tensor([[1.0, 2.0, 3.0]]))
    assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(module.training for _, module in model.named_modules())
    assert all(p.grad is None for p in model.parameters())
