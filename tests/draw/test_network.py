"""draw_network: the numbers of the 2-3-3-1 example, signs and widths, abbreviation, errors."""
import re
import shutil
from itertools import pairwise

import numpy as np
import pytest

from autograd import Tensor
from autograd.draw import draw_network
from nn import MLP, Linear, mse_loss

WEIGHTS = [[.1, .2, .3], [.4, .5, .6]], [[.1, .2, .3], [.4, .5, .6], [.7, .8, .9]], [[.1], [.2], [.3]]
BIASES = [.1, .2, .3], [.1, .2, .3], [.1]


def example() -> MLP:
    model = MLP([2, 3, 3, 1], rng=0)
    for layer, w, b in zip(model.layers, WEIGHTS, BIASES, strict=True):
        layer.weight.assign(w)
        layer.bias.assign(b)
    return model


def test_neurons_hold_what_they_compute():
    source = draw_network(example(), [70, 25]).source
    assert re.findall(r'POINT-SIZE="10">([^<]*)<', source) == [
        "70", "25", "17.1", "26.7", "36.3", "37.9", "46.01", "54.12", "29.33"]
    assert re.findall(r">b ([^<]*)<", source) == ["0.1", "0.2", "0.3", "0.1", "0.2", "0.3", "0.1"]


def test_every_weight_is_on_its_line():
    source = draw_network(example()).source
    written = {m[1]: float(m[2]) for m in re.finditer(r'"?(w\d-\d-\d)"? \[label="?([-\d.e]+)"?', source)}
    assert written == {f"w{i}-{a}-{b}": w for i, matrix in enumerate(WEIGHTS)
                       for a, row in enumerate(matrix) for b, w in enumerate(row)}
    assert source.count("arrowhead=none") == 1 and source.count(" -> ") == 6 + 9 + 3


def test_colour_is_the_sign_and_width_the_size():
    layer = Linear(1, 2, rng=0)
    layer.weight.assign([[2.0, -1.0]])
    lines = re.findall(r'-> "n1-\d" \[color="(#\w+)" penwidth=([\d.]+)', draw_network(layer).source)
    (plus, wide), (minus, narrow) = lines
    assert int(plus[1:3], 16) > int(plus[5:7], 16) and int(minus[1:3], 16) < int(minus[5:7], 16)
    assert float(wide) == pytest.approx(4.0) and float(narrow) == pytest.approx(2.2)


def test_gradients_instead_of_weights():
    model = example()
    with pytest.raises(ValueError, match="call backward"):
        draw_network(model, by="grad")
    mse_loss(model([[70.0, 25.0]]), [[30.0]]).backward()
    source = draw_network(model, by="grad").source
    assert "gradients: red positive" in source
    first = model.layers[2].weight.grad.data[0, 0]
    assert f'"w2-0-0" [label={first:.4g} ' in source
    assert re.findall(r">∂b ([^<]*)<", source)[-1] == f"{model.layers[2].bias.grad.item():.4g}"


def test_in_print_the_sign_is_told_without_colour():
    layer = Linear(1, 2, rng=0)
    layer.weight.assign([[2.0, -1.0]])
    source = draw_network(layer, theme="print").source
    assert re.findall(r'"n0-0" -> "n1-\d" \[.*?style=(\w+)\]', source) == ["solid", "dashed"]
    assert "dashed black negative" in source


@pytest.mark.parametrize("sizes", [[2, 3, 1], [5, 5, 5], [1, 5, 2], [4, 5, 3]])
def test_numbers_cover_neither_neurons_nor_each_other(sizes):
    source = draw_network(MLP(sizes, rng=0)).source
    placed = re.findall(r'"?([nw]\d-[\d-]+)"? \[.*?pos="([-\d.]+),([-\d.]+)!"', source)
    at = {name: (float(x), float(y)) for name, x, y in placed}
    numbers = [p for name, p in at.items() if name[0] == "w"]
    neurons = [p for name, p in at.items() if name[0] == "n"]
    assert len(numbers) == sum(a * b for a, b in pairwise(sizes))
    assert len(neurons) == sum(sizes)
    apart = [(abs(p[0] - q[0]), abs(p[1] - q[1])) for i, p in enumerate(numbers) for q in numbers[:i]]
    assert all(dx > 0.5 or dy > 0.12 for dx, dy in apart)               # 8 points are 0.11 inches
    assert all(np.hypot(p[0] - q[0], p[1] - q[1]) > 0.31 + 0.25 for p in numbers for q in neurons)


def test_large_layers_are_abbreviated():
    source = draw_network(MLP([64, 32, 10], rng=0)).source
    assert re.findall(r"⋮ (\d+) more", source) == ["59", "27", "5"]
    assert "n0-63" in source and "n0-10" not in source and "w0-" not in source


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_renders():
    assert b"</svg>" in draw_network(example(), Tensor([[70.0, 25.0]]), theme="dark").pipe("svg")


@pytest.mark.parametrize("x", [np.ones((3, 2)), [1.0], [1.0, 2.0, 3.0]])
def test_one_sample_of_the_right_size(x):
    with pytest.raises(ValueError, match="one sample of 2 features"):
        draw_network(example(), x)


def test_what_is_not_a_chain_of_layers():
    with pytest.raises(TypeError, match="model made of modules"):
        draw_network(Tensor(1.0))
    model = example()
    model.layers = model.layers[::-1]
    with pytest.raises(TypeError, match="chain of weight matrices"):
        draw_network(model)
    with pytest.raises(ValueError, match="by must be"):
        draw_network(model, by="value")
