"""Captions of nodes, the tour that plays from one to the next, and the printed strip of steps."""
import pytest

from autograd import Tensor, play

NOTES = {"w": "The weight <b>learns</b>.", "tanh": "Squashes."}


def result():
    w, x = Tensor(0.5, requires_grad=True, name="w"), Tensor(2.0, name="x")
    return (w * x).tanh()


def text(page, id):
    return page.run("const e = document.getElementById(arguments[0]); return e.hidden ? null : e.textContent", id)


def test_captions_appear_at_the_steps_of_their_nodes(opened):
    page = opened(result(), notes=NOTES)
    said = []
    for at in range(page.run("return player.data.steps.length") + 1):
        page.run("player.go(arguments[0])", at)
        said.append(text(page, "caption"))
    assert said[0] is None and said[1] == NOTES["w"] and said[2] == "Squashes." and said[-1] == NOTES["w"]


def test_a_node_may_be_given_itself(opened):
    y = result()
    page = opened(y, notes={y: "The result."})
    page.run("player.go(2)")
    assert text(page, "caption") == "The result."


def test_the_tour_goes_from_caption_to_caption_and_ends(opened):
    page = opened(result(), notes=NOTES)
    page.run("window.setTimeout = f => { (window.queue ??= []).push(f); return 1 }")
    page.run("document.getElementById('tour').click()")
    visited = [page.run("return player.at")]
    while page.run("return window.queue.length"):
        page.run("window.queue.shift()()")
        visited.append(page.run("return player.at"))
    assert visited[:2] == [1, 2] and visited == sorted(visited) and len(visited) > 3
    assert text(page, "tour") == "▶ tour"


def test_without_notes_there_is_no_tour(opened):
    page = opened(result())
    assert text(page, "tour") is None and text(page, "caption") is None


def test_print_has_a_strip_of_all_steps(opened):
    page = opened(result(), notes=NOTES)
    page.media("print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    frames = page.run("return [...document.querySelectorAll('#strip section')].map(e => e.textContent)")
    assert len(frames) == page.run("return player.data.steps.length")
    assert "sends to w" in frames[-1] and NOTES["w"] in frames[-1]
    assert page.run("return document.getElementById('strip').clientHeight") > 100
    page.media("screen")
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("return document.getElementById('strip').clientHeight") == 0


@pytest.mark.parametrize("notes, error, message", [
    (3, TypeError, "notes must be"), ({"w": 3}, TypeError, "notes must be"),
    ({"v": "a"}, ValueError, "'v' is no node of this graph; there are"), ({Tensor(1.0): "a"}, ValueError, "is no node"),
    ({3: "a"}, ValueError, "is no node")])
def test_notes_of_nothing_are_refused(notes, error, message):
    with pytest.raises(error, match=message):
        play(result(), notes=notes)
