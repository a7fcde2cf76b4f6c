"""play with an optimizer: the update that the page shows is the one that a training step makes, and nothing changes."""
import numpy as np
import pytest

from autograd import Tensor
from autograd.draw import play
from autograd.draw.graph.picture import picture
from autograd.draw.graphviz.dot import picture_of
from autograd.draw.player.events import player_data
from nn import LBFGS, SGD, Adam, mse_loss

from .models import X, leaf, network

Y = [[0.5], [1.0]]


@pytest.mark.parametrize("make", [
    lambda p: SGD(p, lr=0.1), lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1), lambda p: Adam(p, lr=0.01)])
def test_the_update_and_the_loss_after_it_are_those_of_a_training_step(make):
    model, f = network()
    data = player_data(picture_of(f, (X,), True, model), make(model.parameters()))
    shown = {data["vertices"][int(v)]["called"] or data["vertices"][int(v)]["name"]: x["data"]
             for v, x in data["updated"].items()}
    optimizer = make(model.parameters())
    f(X).backward()
    optimizer.step()
    for name, p in model.named_parameters():
        assert shown.pop(name) == pytest.approx(p.data.ravel().tolist(), rel=1e-14)
    assert list(shown.values()) == [[pytest.approx(mse_loss(model(X), Y).item(), rel=1e-14)]]


def test_plain_steps_are_written_with_their_rate_and_others_are_not():
    model, f = network()

    def rates(optimizer):
        steps = player_data(picture_of(f, (X,), True, model), optimizer)["steps"]
        return [s["rate"] for s in steps if s["kind"] == "update"]
    assert rates(SGD(model.parameters(), lr=0.1)) == [0.1] * 4 + [None]
    assert rates(Adam(model.parameters(), lr=0.1)) == [None] * 5


def test_neither_optimizer_nor_parameters_change(tmp_path):
    model, f = network()
    optimizer = Adam(model.parameters())
    before = [p.data.copy() for p in model.parameters()]
    play(f, tmp_path / "page.html", X, names=model, optimizer=optimizer)
    assert all(np.array_equal(p.data, w) and p.grad is None for p, w in zip(model.parameters(), before, strict=True))
    assert optimizer.ages == [0] * 4 and optimizer.state == [[]] * 4


def test_a_parameter_that_is_not_used_stays_out():
    w, unused = leaf(3.0, "w"), leaf(1.0, "unused")
    data = player_data(picture(w * w, grad=True), SGD([w, unused], lr=0.5))
    assert data["updated"] == {0: {"shape": [], "data": [0.0]}, 1: {"shape": [], "data": [0.0]}}


@pytest.mark.parametrize("optimizer, error, says", [
    (LBFGS([leaf(1.0)]), TypeError, "whose step\\(\\) needs nothing, such as SGD or Adam, got LBFGS"),
    (SGD([leaf(1.0)], lr=0.1), ValueError, "uses none of its parameters"),
    ("SGD", TypeError, "got str")])
def test_what_cannot_be_shown_is_refused(tmp_path, optimizer, error, says):
    with pytest.raises(error, match=says):
        play(leaf(2.0) * 2.0, tmp_path / "page.html", optimizer=optimizer)
    assert not list(tmp_path.iterdir())


def test_the_page_shows_before_and_after(opened):
    w = leaf(3.0, "w")
    page = opened((w * Tensor(2.0) - 1.0) ** 2, optimizer=SGD([w], lr=0.01), step="#end")
    text = "return document.getElementById('step').innerText"
    assert "C after the update" in page.run(text) and "before\n25\nafter\n21.16" in page.run(text)
    page.press("\ue012")
    assert "SGD moves w" in page.run(text) and "before\n3\ngradient, times −0.01\n20\nafter\n2.8" in page.run(text)
    assert page.run("return document.getElementById('graph-vertex0').getAttribute('aria-label')") == (
        "w, parameter, value 3, gradient 20, updated to 2.8")
