"""What `play` returns: a page that shows itself in notebooks and articles, and knows its file."""
import os
import re

import nbconvert
import nbformat
import pytest

from autograd import Tensor, play

METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def result():
    x = Tensor(3.0, requires_grad=True, name="<x> & \"y\"")
    return (x * x + 2.0).tanh()


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = play(result())
    assert page.path is None and os.listdir() == []
    assert re.fullmatch(r"Page\(\d+ kB\)", repr(page)) and str(page) == repr(page)
    with pytest.raises(TypeError, match=r"page\.save\(path\)"):
        os.fspath(page)


def test_a_page_knows_its_file(tmp_path):
    page = play(result(), tmp_path / "a.html")
    assert str(page) == os.fspath(page) == page.path == str(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == page.html
    assert page.save(tmp_path / "b.html") == str(page) == str(tmp_path / "b.html")
    with pytest.raises(FileNotFoundError, match="no folder"):
        page.save(tmp_path / "none" / "c.html")
    assert page.path == str(tmp_path / "b.html")


def test_a_model_may_be_given_its_input_without_a_path():
    page = play(lambda x: x * x, None, Tensor(2.0, requires_grad=True, name="x"))
    assert '"name":"x"' in page.html


def in_article(html):
    return f"<!DOCTYPE html><html data-player=ready><meta charset=utf-8><title>a</title><p>text</p>{html}<p>text</p>"


@pytest.fixture
def framed(window, tmp_path):
    """Opens HTML that has the page in an iframe, and enters it."""
    def show(html):
        path = tmp_path / "article.html"
        path.write_text(html, encoding="utf-8")
        window.open(f"file://{path}")
        window.run("document.querySelector('iframe').scrollIntoView()")
        window.enter_frame()
        return window
    window.resize(1000, 800)
    yield show
    window.leave_frame()
    assert window.complaints() == []


def test_a_converted_notebook_plays_the_page(framed):
    bundle = play(result())._repr_mimebundle_()
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "source": "play(y)", "outputs": [
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": bundle}]}
    book = nbformat.from_dict(
        {"cells": [cell], "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5})
    exporter = nbconvert.HTMLExporter(mathjax_url="", require_js_url="")
    page = framed(exporter.from_notebook_node(book)[0].replace("<html", "<html data-player=ready", 1))
    page.run("player.go(3)")
    assert page.run("return player.at") == 3
    assert page.run("return player.data.vertices[0].called + player.data.vertices[0].name").count("<x>") == 1


def test_in_an_article_it_is_320_pixels_high_and_all_of_it_is_seen(framed):
    page = framed(in_article(play(result()).iframe()))
    assert page.run("return [innerHeight, getComputedStyle(document.querySelector('header')).display]") == [320, "none"]
    stage = page.run("return document.getElementById('stage').clientHeight")
    assert stage > 230
    assert page.run("return document.documentElement.scrollHeight") <= 320
    assert page.run("""return [...document.querySelectorAll('.controls button')].filter(b => {
        const r = b.getBoundingClientRect(); return r.bottom > 320 || r.right > innerWidth; }).length""") == 0
    page.run("document.getElementById('next').click()")
    assert page.run("return player.at") == 1


def test_the_height_of_an_article_is_chosen():
    assert "height:500px" in play(result()).iframe(500)
    assert "height:320px" in play(result()).iframe()
