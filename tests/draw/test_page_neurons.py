"""The classical picture of neurons and the graph are two views of the same step and the same choice."""
import numpy as np
import pytest

from autograd import Tensor, relu
from autograd.draw.graph.picture import picture
from autograd.draw.graphviz.dot import picture_of
from autograd.draw.player.neurons import neurons
from nn import MLP, SGD, Conv2d

from .models import Tower, X, leaf, network, scalars

NEURONS = "document.getElementById('neuronal').click();"


def test_a_chain_of_dense_layers_is_found():
    model, f = network()
    graph = picture_of(f, (X,), True, model)
    found = neurons(graph)
    names = {v.id: v.name or v.label for v in graph.vertices}
    assert names[found["input"]] == "x"
    assert [{k: names[v] for k, v in layer.items() if v is not None} for layer in found["layers"]] == [
        {"z": "x W + b", "w": "layers.0.weight", "b": "layers.0.bias", "a": "tanh"},
        {"z": "x W + b", "w": "layers.1.weight", "b": "layers.1.bias"}]


def skip(x):
    return (relu(x @ leaf(np.eye(2), "w")) @ leaf(np.eye(2), "v") + x).sum()


@pytest.mark.parametrize("graph", [
    picture(scalars()[1], True), picture_of(Tower(1, 4), (np.ones((2, 4)),), False, None),
    picture_of(lambda x: MLP([2, 40, 1], rng=0)(x), (X,), False, None),
    picture_of(lambda x: Conv2d(1, 1, 2, rng=0)(x).sum(), (np.ones((1, 1, 3, 3)),), True, None),
    picture_of(skip, (X,), True, None)], ids=["numbers", "norms", "too wide", "convolution", "way around"])
def test_what_is_no_small_chain_has_no_such_picture(graph):
    assert neurons(graph) is None


def test_neurons_and_weights_show_the_engines_numbers(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    page.run(NEURONS)
    assert page.run("return document.querySelectorAll('#graph .weight').length") == 2 * 3 + 3 * 1
    f(X).backward()
    w = model.layers[0].weight
    titles = page.run("return [...document.querySelectorAll('.weight title')].map(t => t.textContent)")
    for k in range(6):
        i, j = divmod(k, 3)
        said = next(t for t in titles if t.startswith(f"W⁽¹⁾[{i}, {j}]")).replace("−", "-")
        assert said.endswith(f"= {w.data[i, j]:.4g}, gradient {float(f'{w.grad.data[i, j]:.4g}'):g}")
    read = "return [...document.querySelectorAll('.unit .number')].map(t => t.textContent)"
    first = page.run(read)
    hidden = np.tanh(X.data @ w.data + model.layers[0].bias.data)
    assert [float(t.replace("−", "-")) for t in first[2:5]] == pytest.approx(hidden[0].tolist(), rel=1e-2)
    page.run("const s = document.querySelector('#example select'); s.value = 1; s.onchange()")
    assert [float(t.replace("−", "-")) for t in page.run(read)[2:5]] == pytest.approx(hidden[1].tolist(), rel=1e-2)


def test_step_and_choice_are_the_same_in_both_views(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#2", optimizer=SGD(model.parameters(), lr=0.1))
    page.press("n")
    assert page.run("return [...document.querySelectorAll('.unit .number')].map(t => t.textContent)")[-2:] == ["–", "–"]
    page.run("""document.querySelectorAll('.weight')[2].dispatchEvent(new MouseEvent('click', { bubbles: true }))""")
    assert page.run("return document.querySelectorAll('.weight.picked').length") == 1
    assert "W⁽¹⁾[0, 1] = −0.5044" in page.run("return document.getElementById('node').innerText")
    page.press("n")
    assert page.run("return document.querySelector('#graph .node.picked').getAttribute('aria-label')").startswith(
        "layers.0.weight, parameter")
    for at in range(page.run("return player.data.steps.length") + 1):
        page.run("if (!document.getElementById('graph').classList.contains('neuronal'))" + NEURONS
                 + "player.go(arguments[0])", at)
    assert page.run("return document.querySelectorAll('.unit.now').length") == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_neurons_fit_and_come_back_to_the_graph(opened, width):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    if width < 500:
        page.phone(width)
    page.run(NEURONS)
    assert page.run("""const stage = document.getElementById('stage').getBoundingClientRect();
        return [...document.querySelectorAll('.unit')].every(x => {
            const b = x.getBoundingClientRect();
            return b.left >= stage.left - 1 && b.right <= stage.right + 1 && b.bottom <= stage.bottom + 1;
        })""")
    page.run(NEURONS)
    assert page.run("return [...document.querySelectorAll('#graph .node')].filter(x => x.getClientRects().length)"
                    ".length") == 12


def test_one_example_needs_no_choice(opened):
    page = opened(MLP([2, 2, 1], rng=0), Tensor([1.0, 2.0], name="x"), grad=np.ones(1))
    page.run(NEURONS)
    assert page.run("return document.querySelectorAll('#example select').length") == 0
