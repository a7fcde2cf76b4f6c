"""Spot the bug: right and wrong backward in one page, the first arrow that differs marked."""
import numpy as np
import pytest

import nn
from autograd import Tensor, play, tanh
from autograd.draw.graph.picture import picture
from autograd.draw.player.wrong import wrong_backward


def leaf(value, name):
    return Tensor(value, requires_grad=True, name=name)


def chain():
    w, x = leaf(0.5, "w"), leaf(2.0, "x")
    return (w * x).tanh() ** 2


def wrong_tanh(g, y, x):
    return g * (1 - y)


def test_the_first_arrow_that_differs_is_found_and_what_it_changes():
    graph = picture(chain(), grad=True)
    found = wrong_backward(graph, {"tanh": wrong_tanh})
    y = np.tanh(1.0)
    first = graph.edges[found.first]
    assert graph.vertices[first.target].op.name == "tanh"
    assert found.contributions[found.first] == pytest.approx(2 * y * (1 - y))
    names = {graph.vertices[v].name: g for v, g in found.gradients.items()}
    assert names["w"] == pytest.approx(2 * y * (1 - y) * 2.0) and names["x"] == pytest.approx(2 * y * (1 - y) * 0.5)


@pytest.mark.parametrize("key", ["tanh", tanh])
def test_an_op_is_named_or_given(key):
    assert wrong_backward(picture(chain(), grad=True), {key: wrong_tanh}).first is not None


def test_a_function_called_like_the_op_will_do():
    def tanh(g, y, x):
        return 2 * g
    assert wrong_backward(picture(chain(), grad=True), tanh).ops == ["tanh"]


def test_the_right_rule_differs_nowhere():
    found = wrong_backward(picture(chain(), grad=True), {"tanh": lambda g, y, x: g * (1 - y * y)})
    assert (found.first, found.contributions, found.gradients) == (None, {}, {})


def test_none_keeps_the_right_rule_of_an_input_and_broadcast_axes_are_summed():
    x, b = leaf(np.ones((3, 2)), "x"), leaf(np.ones(2), "b")
    graph = picture((x * b).sum(), grad=True)
    found = wrong_backward(graph, {"multiply": (None, lambda g, y, x, b: g * x + 1)})
    assert {graph.vertices[v].name: g.tolist() for v, g in found.gradients.items()} == {"b": [6.0, 6.0]}


def test_without_a_change_a_model_gives_the_engines_gradients():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.Flatten(), nn.Linear(32, 2, rng=0))
    x = np.random.default_rng(0).normal(size=(2, 1, 6, 6))
    graph = picture(nn.cross_entropy_loss(model(x), [0, 1]), grad=True)
    assert wrong_backward(graph, {"relu": None}).first is None


@pytest.mark.parametrize("wrong, error, message", [
    (3, TypeError, "whose rule is replaced"), ({}, TypeError, "whose rule is replaced"),
    ({"sinh": wrong_tanh}, ValueError, "no op called 'sinh'; there are"),
    ({"tanh": 3}, TypeError, "must be a function"), ({"tanh": lambda g: g}, TypeError, "positional argument"),
    ({"sum": lambda g, y, x, **options: np.ones(3)}, ValueError, r"gives shape \(3,\) for an input of shape \(2,\)")])
def test_what_is_no_rule_is_refused_and_nothing_is_written(wrong, error, message, tmp_path):
    with pytest.raises(error, match=message):
        play(leaf(np.ones(2), "x").tanh().sum(), tmp_path / "a.html", wrong=wrong)
    assert list(tmp_path.iterdir()) == []


def test_the_page_marks_the_first_arrow_and_shows_both(opened):
    page = opened(chain(), wrong={"tanh": wrong_tanh})
    page.run("document.getElementById('spot').click()")
    said = page.run("return document.getElementById('step').textContent")
    assert "the first arrow that differs" in said
    marked = "return [...document.querySelectorAll('.edge.first-wrong')].length"
    assert page.run(marked) == 1
    page.run("player.go(player.data.steps.length)")
    assert page.run("return document.querySelectorAll('.edge.differs').length") == 3
    page.run("player.pick({node: player.data.vertices.findIndex(v => v.name === 'w')})")
    assert "gradient with the wrong rule" in page.run("return document.getElementById('node').textContent")


def test_a_page_without_a_bug_says_so(opened):
    page = opened(chain(), wrong={"tanh": lambda g, y, x: g * (1 - y * y)})
    assert "sends what the right one sends" in page.run("return document.getElementById('step').textContent")
    assert page.run("return document.querySelectorAll('.differs').length") == 0
