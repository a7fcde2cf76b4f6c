"""draw: what is written in the drawing, that `dot` accepts it whatever the text, and errors."""
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, draw, primitive, record_lines
from autograd.draw.format import clean, escaped
from autograd.draw.graphviz import drawing
from autograd.draw.theme import THEMES
from nn import MLP

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")


def leaf(value, name="x"):
    return Tensor(value, requires_grad=True, name=name)


def texts(drawn) -> str:
    """Everything a reader sees in the rendered drawing, in one line."""
    root = ElementTree.fromstring(drawn.pipe("svg"))
    return " ".join(" ".join(e.text for e in root.iter() if e.tag.endswith("}text") and e.text).split())


@needs_dot
def test_scalars_before_and_after_backward():
    x = leaf(3.0)
    y = x * x
    assert texts(draw(y)) == "x value 3 grad – × value 9 grad –"
    y.backward()
    assert texts(draw(y)) == "x value 3 grad 3 + 3 = 6 × value 9 grad 1 3 3"
    assert texts(draw(y, grad=False)) == "x value 3 × value 9"
    assert texts(draw(y, grad=False, show=("grad",))) == "x ×"


@needs_dot
def test_several_results_have_names_and_one_picture():
    x, w = Tensor([1.0, -2.0], name="x"), leaf(3.0, "w")
    margin = x * w
    text = texts(draw({"loss": (margin * margin).mean(), "hinge": margin.relu().sum()}, grad=[True, False]))
    assert "loss = mean value 22.5 grad 1" in text and "hinge = Σ value 3 grad –" in text
    assert texts(draw(lambda x: (x * w, x + w), x, grad=False)).count("value") == 4


@needs_dot
def test_arrays_small_in_full_large_by_range():
    small, large = leaf([[1.0, 2.0], [3.0, 4.5]], "small"), leaf(np.arange(300.0).reshape(3, 100), "large")
    text = texts(draw(small.sum() + large.sum()))
    assert "small 2×2 float64 value 1 2 3 4.5 grad –" in text
    assert "large 3×100 float64 value min 0 mean 149.5 max 299 grad –" in text


@needs_dot
def test_show_chooses():
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    assert texts(draw(y, show=("shape",))) == "x 2 float64 × 2 float64 Σ"
    assert texts(draw(y, show=())) == "x × Σ"
    assert "‖g‖" in texts(draw(y, show=("grad",)))


@needs_dot
def test_metadata_where_it_differs_from_the_default():
    x = leaf(np.ones((2, 3)))
    assert "Σ axis=0" in texts(draw(x.sum(axis=0)))
    assert "axis" not in texts(draw(x.sum()))
    assert "index=(0, 1)" in texts(draw(x[0, 1]))


@needs_dot
def test_marks_vanishing_exploding_and_not_finite():
    x, w = leaf(1.0), leaf(1.0, "w")
    assert "⚠ vanishing" in texts(draw(x * 1e-9 + w, grad=True))
    assert "⚠ exploding" in texts(draw(x * 1e9, grad=True))
    assert "⚠ gradient not finite" in texts(draw(x * np.inf, grad=True))
    assert "⚠" not in texts(draw(x * 10.0, grad=True))


def hovers(drawn) -> list[str]:
    """What the mouse finds, one text for each node and edge."""
    root = ElementTree.fromstring(drawn.pipe("svg"))
    titles = [e.get("{http://www.w3.org/1999/xlink}title") for e in root.iter() if e.tag.endswith("}a")]
    return [t.replace("\xa0", " ") for t in titles if t and t.strip()]


@needs_dot
def test_the_mouse_finds_the_line_and_all_digits():
    x = leaf(1 / 3)
    with record_lines():
        y = x * x                       # this very line
    found = hovers(draw(y, grad=True))
    assert "x\nvalue 0.3333333333333333\ngrad 0.6666666666666666" in found
    assert re.search(r"×\ntest_dot\.py:\d+  y = x \* x +# this very line\nProduct x w, elementwise\.\nvalue 0\.1+1",
                     "".join(found))
    assert found.count("x → ×") == 2 and found.count("gradient, × → x\n0.3333333333333333") == 2
    assert "test_dot.py" in "".join(hovers(draw(lambda x: x * x, x)))           # draw calls it, and knows
    assert "test_dot.py" not in "".join(hovers(draw(x * x)))


@needs_dot
def test_the_mouse_finds_any_name_as_it_is():
    name = 'a\\n"<b>&\\'
    assert f"{name}\nvalue 1.0" in hovers(draw(leaf(1.0, name) * 2))


@needs_dot
def test_what_explodes_does_not_make_the_rest_vanish():
    x, w, v = leaf(1.0), leaf(1.0, "w"), leaf(1.0, "v")
    text = texts(draw(x * 1e-9 + w * 1e8 + v, grad=True))
    assert text.count("⚠") == 2
    assert "x value 1 grad 1e-09 ⚠ vanishing: 1e-09 of the largest" in text
    assert "w value 1 grad 1e+08 ⚠ exploding: 1e+08 × the seed" in text


@needs_dot
def test_a_summary_is_marked_for_the_leaves_in_it():
    x = leaf(1.0)
    y = x * 1e-9
    for _ in range(20):
        y = y + leaf(1.0, "w")
    assert "⚠ vanishing: 1e-09 of the largest" in texts(draw(y, grad=True, max_nodes=10))
    assert "⚠" not in texts(draw(y.tanh(), max_nodes=10))
    assert "⚠ vanishing: down to 0" in texts(draw(y + leaf(-1.0).relu() * 1.0 + leaf(1.0), grad=True, max_nodes=4))
    assert texts(draw((leaf(np.ones((0, 3))) * 2.0).sum(), grad=True)).count("empty") == 6


@needs_dot
def test_where_contributions_meet_their_sum_is_told():
    x, a = leaf(1.0), leaf([1.0, 2.0], "a")
    assert "grad sum of 5 = 5" in texts(draw(x + x + x + x + x, grad=True))
    assert "grad 1 + 1 + 1 = 3" in texts(draw(x + x + x, grad=True))
    assert "grad 2 − 3 = -1" in texts(draw(x * -3.0 + x * 2.0, grad=True))
    assert texts(draw((a * a).sum(), grad=True)).count("the sum of 2 contributions") == 1


@needs_dot
def test_texts_keep_their_distance():
    y = leaf([[1.0, 2.0]], "w").sum(axis=1)
    y.name = "y"
    svg = draw(y).pipe("svg", encoding="utf-8")
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"\xa0=\xa0", "\xa0axis=1", "\xa0\xa01×2\xa0float64"} <= set(shown)
    assert not any(text != text.strip(" ") for text in shown)


@needs_dot
def test_says_when_a_gradient_has_accumulated():
    x = leaf(3.0)
    y = x * x
    y.backward()
    assert "accumulated" not in texts(draw(y))
    y.backward()
    assert "grad 12 accumulated; one backward pass brings 6" in texts(draw(y))


@needs_dot
def test_a_large_graph_is_summarised():
    y = leaf(1.0)
    for _ in range(500):
        y = y * 1.5
    assert "more ops" in texts(draw(y))
    assert texts(draw(y, max_nodes=5)).startswith("… 498 more ops 498 × 1 parameter (1 value)")


def cpu_seconds():
    """Of this process and of those it has run: the same on a busy machine."""
    return sum(os.times()[:4])


@needs_dot
def test_a_graph_of_5000_nodes_with_a_busy_leaf_is_laid_out_in_seconds():
    y = x = leaf(1.0)
    for _ in range(1000):
        y = (y * 1.0001 + x * 0.001).tanh()
    start = cpu_seconds()
    assert len(draw(y, grad=True).pipe("svg")) > 100_000
    assert cpu_seconds() - start < 5


@needs_dot
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_options_render(theme, direction):
    assert b"</svg>" in draw(leaf([[1.0]]) @ [[2.0]], theme=theme, direction=direction).pipe("svg")


@needs_dot
@pytest.mark.parametrize("value", [np.zeros((0, 3)), np.zeros((2, 3, 4)), np.full(50, np.nan), np.full(50, -np.inf),
                                   np.arange(30), np.ones(30, bool), np.float32(0.1), 1e308, True, 7])
def test_any_value_renders(value):
    assert b"</svg>" in draw(Tensor(value)).pipe("svg")


@needs_dot
def test_a_function_and_its_inputs():
    x = leaf(2.0)
    assert texts(draw(lambda a: a * a, x, grad=True)) == texts(draw(x * x, grad=True)) != ""


ANY_TEXT = st.text(max_size=12) | st.text(alphabet='<>{}|&"\\\'\n\x00 \ud800\ufffe%#;-N', max_size=12)


@needs_dot
@settings(max_examples=60)
@given(ANY_TEXT, ANY_TEXT)
def test_any_text_goes_through_dot_unchanged(name, label):
    op = primitive(vjp=(lambda g, y, x: g,), label=label or "op", name="labelled for a test")(lambda x: x)
    y = op(leaf(1.0, name))
    y.name = name
    shown = texts(draw(y, show=()))
    for text in (name, label):
        assert " ".join(clean(text).split()) in shown


@given(st.text())
def test_escaped_text_is_well_formed_and_means_the_same(text):
    element = ElementTree.fromstring(f"<t>{escaped(text)}</t>")
    assert (element.text or "") == " ".join(clean(text).split())


def test_missing_dot_is_three_lines_and_source_works(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    drawn = draw(leaf(1.0) * 2)
    assert "digraph" in drawn.source
    for action in (drawn.pipe, drawn.render):
        with pytest.raises(RuntimeError) as caught:
            action()
        assert str(caught.value) == drawing.INSTALL
    assert [word in str(caught.value) for word in ("apt", "brew", "conda")] == [True] * 3
    assert str(caught.value).count("\n") == 2
    assert "digraph" in drawn._repr_mimebundle_()["text/plain"]


def test_a_missing_layout_is_named_with_its_package(monkeypatch, tmp_path):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho 'There is no layout engine support for \"neato\"' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    picture = drawing.Drawing("network", engine="neato")
    for action in (picture.pipe, picture.render):
        with pytest.raises(drawing.DotMissing, match="libgvplugin-neato-layout"):
            action()
    assert "libgvplugin" in picture._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("options, message", [
    ({"theme": "pink"}, "theme must be one of light, dark, print"), ({"direction": "up"}, "direction must be"),
    ({"show": "value"}, "show must be a tuple"), ({"show": ("values",)}, "show must be a tuple"),
    ({"max_nodes": 1}, "at least 2")])
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        draw(leaf(1.0) * 2, **options)


def test_what_cannot_be_drawn():
    with pytest.raises(TypeError, match="needs a Tensor"):
        draw([1, 2])
    with pytest.raises(TypeError, match="cannot be called"):
        draw(leaf(1.0), 2)


def test_importing_autograd_loads_no_drawing_package():
    code = "import sys, autograd; print([m for m in ('graphviz', 'matplotlib') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_kinds_differ_in_shape_and_style_not_only_in_colour():
    source = draw((leaf([1.0]) * Tensor([2.0], name="d") * 3.0).sum()).source
    looks = set(re.findall(r"shape=(\w+) style=\"?([\w,]+)\"?", source))
    assert len(looks) == 5


@needs_dot
def test_backslashes_of_names_are_shown_as_they_are():
    svg = draw(Tensor(2.0, requires_grad=True, name=r"a\N\G\n") * 3.0).pipe("svg", encoding="utf-8")
    assert r"a\N\G\n" in re.sub("<title>.*?</title>|xlink:title=\".*?\"", "", svg, flags=re.DOTALL)


def test_signs_that_turn_the_direction_of_writing_are_made_visible():
    assert "a▯b" in draw(Tensor(2.0, requires_grad=True, name="a\u202eb") * 3.0).source


def test_gradients_of_several_numbers_and_classes_are_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"shape \(2,\).*y\.sum\(\)"):
        draw(Tensor([1.0, 2.0], requires_grad=True) * 2.0, grad=True)
    with pytest.raises(TypeError, match="MLP is a class"):
        draw(MLP, [[1.0]])


def test_a_summary_tells_formulas_in_brackets():
    model = MLP([2, 3, 3, 1], rng=0)
    source = draw(lambda x: model(x), Tensor([[1.0, 2.0]]), names={"m": model}, depth=0).source
    assert "3 (x W + b), 2 ReLU" in source


def test_a_model_without_an_input_is_told_to_take_one():
    with pytest.raises(TypeError, match=r"MLP needs an input.* write draw\(model, x\)"):
        draw(MLP([2, 1]))
