"""Figures of networks show what the numbers are, models come out as they went in, bad input is refused."""
import io

import numpy as np
import pytest

from nn import MLP, Linear, Module, Sequential, mse_loss
from nn.pictures import activations, gradient_norms, layer_norms, weight_images

pytest.importorskip("matplotlib")

X = np.random.default_rng(0).normal(size=(20, 2))


def trained_a_little():
    model = MLP([2, 4, 1], activation="tanh", rng=0)
    mse_loss(model(X), X[:, :1]).backward()
    return model


def test_layer_norms_are_those_of_all_parameters_of_a_layer():
    model = trained_a_little()
    first = model.layers[0]
    expected = np.sqrt(np.sum(first.weight.grad.data ** 2) + np.sum(first.bias.grad.data ** 2))
    assert layer_norms(model)["layers.0"] == pytest.approx(expected)
    with pytest.raises(ValueError, match="call backward"):
        layer_norms(MLP([2, 1], rng=0))


def test_bars_and_lines_of_gradient_norms():
    bars = gradient_norms({"a": 1e-8, "b": 0.0, "c": 5.0, "d": 2e3}).axes[0]
    assert [t.get_text().strip() for t in bars.texts] == ["vanishing", "vanishing", "exploding"]
    assert [p.get_height() for p in bars.patches][2:] == [5.0, 2e3]
    lines = gradient_norms([{"a": 1.0, "b": 2.0}, {"a": 0.5, "b": 3.0}]).axes[0].lines
    assert [list(line.get_ydata()) for line in lines] == [[1.0, 0.5], [2.0, 3.0]]
    assert bars.get_xlabel() == "layer" and bars.get_ylabel() == "norm of the gradient"


def test_gradient_norms_of_one_moment_of_broken_training_and_of_layers_that_come_and_go():
    broken = gradient_norms({"a": float("nan"), "b": float("inf"), "c": 1.0})
    assert [t.get_text().strip() for t in broken.axes[0].texts] == ["not finite"] * 2
    once = gradient_norms([{"a": 1.0}]).axes[0].lines[0]
    assert once.get_marker() == "o" and once.get_xydata().tolist() == [[1.0, 1.0]]
    late = gradient_norms([{"a": 1.0}, {"a": 2.0, "b": 3.0}], xlabel="epoch").axes[0]
    assert np.isnan(late.lines[1].get_ydata()[0]) and late.get_xlabel() == "epoch"
    with pytest.raises(ValueError, match="no gradient norms to draw"):
        gradient_norms([])
    broken.savefig(io.BytesIO())


def test_activations_show_what_functions_between_modules_give():
    model = MLP([2, 4, 1], activation="relu", rng=0)
    z = model.layers[0](X).data
    first, between, last = activations(model, X).axes
    assert [ax.get_title("left").split("\n")[0] for ax in (first, between, last)] == [
        "layers.0", "into layers.1", "layers.1"]
    assert f"{np.mean(z <= 0):.0%} zero" in between.get_title("left") and "0% zero" in first.get_title("left")
    assert [sum(p.get_height() for p in ax.patches) for ax in (first, between, last)] == [80, 80, 20]
    assert between.get_xlabel() == "value"
    assert not any(m._hooks for _, m in model.named_modules())
    with pytest.raises(ValueError, match="no module inside"):
        activations(model.layers[0], X)


def test_activations_show_each_value_once_and_what_the_model_makes_of_the_last():
    class Doubled(Module):
        def __init__(self):
            self.inner = Sequential(Linear(2, 3, rng=0), Linear(3, 1, rng=0))

        def forward(self, x):
            return self.inner(x).tanh()
    names = [ax.get_title("left").split("\n")[0] for ax in activations(Doubled(), X).axes]
    assert names == ["inner.layers.0", "inner.layers.1", "result"]


def test_activations_that_are_not_finite_are_counted():
    model = MLP([2, 4, 1], activation="relu", rng=0)
    model.layers[1].bias.assign(np.array([np.nan]))
    assert activations(model, X).axes[-1].get_title("left") == "layers.1\n100% not finite"


def test_weight_images_share_one_scale():
    w = np.array([[1.0, -4.0, 0.5], [0.0, 2.0, 0.5]])
    fig = weight_images(w, (1, 2), columns=2)
    assert [ax.images[0].get_clim() for ax in fig.axes[:3]] == [(-4.0, 4.0)] * 3
    assert fig.axes[3].get_ylabel() == "weight"
    weight_images(np.array([[np.nan], [1.0]]), (2, 1)).savefig(io.BytesIO())
    assert fig.axes[1].images[0].get_array().tolist() == [[-4.0, 2.0]]
    with pytest.raises(ValueError, match=r"weights of shape \(4, units\)"):
        weight_images(w, (2, 2))
