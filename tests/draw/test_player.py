"""play: the data of the page is true and complete, and the page one file of its own."""
import json
import math
import re
import sys
import time

import numpy as np
import pytest

from autograd import relu
from autograd.draw import play
from autograd.draw.graph.boxes import boxes
from autograd.draw.graph.picture import picture
from autograd.draw.graphviz.dot import picture_of
from autograd.draw.player import player
from autograd.draw.player.events import array, player_data
from autograd.draw.player.numeric_check import agreeing_digits, checks
from nn import MLP

from .models import Tower, X, leaf, network, scalars

# ---- the data, without a browser -------------------------------------------------------------------------------------

def test_steps_are_every_op_the_seed_and_every_contribution():
    _, y = scalars()
    data = player_data(picture(y, grad=True))
    kinds = [s["kind"] for s in data["steps"]]
    assert kinds == ["forward"] * 5 + ["seed"] + ["backward"] * 8
    assert sum(s.get("last", False) for s in data["steps"]) == sum(v["grad"] is not None for v in data["vertices"]) - 1


def test_sums_grow_to_the_gradient():
    (a, _, _), y = scalars()
    data = player_data(picture(y, grad=True))
    y.backward()
    sums = [s["sum"] for s in data["steps"] if s.get("to") == 0]
    first = next(s["edges"][0] for s in data["steps"] if s.get("to") == 0)
    assert len(sums) == 2 and sums[0]["data"] == data["edges"][first]["contribution"]["data"]
    assert sums[-1] is None and data["vertices"][0]["grad"]["data"] == [a.grad.item()]
    assert [s["first"] for s in data["steps"] if s.get("to") == 0] == [True, False]


def test_one_of_several_contributions_is_not_called_the_derivative():
    """x * x said twice that dC/dx = x = 3, where it is 6."""
    x = leaf(3.0, "x")
    steps = player_data(picture(x * x, grad=True))["steps"][-2:]
    assert [s["symbol"] for s in steps] == ["<math><mi>x</mi></math>"] * 2 and [s["part"] for s in steps] == [1, 2]
    alone = player_data(picture(leaf(3.0, "x") * 2.0, grad=True))["steps"][-1]
    assert "∂" in alone["symbol"] and alone["part"] == 1


@pytest.mark.parametrize("make, axes", [
    (lambda x, b: (x + b) ** 2, "axis 0"), (lambda x, b: x * b[:1], "axes 0, 1"), (lambda x, b: x @ b, ""),
    (lambda x, b: x * b.sum(), "axes 0, 1"), (lambda x, b: (b.sum() * 0.0) ** x, "axes 0, 1"),
    (lambda x, b: x + x, "")])
def test_sums_that_the_engine_adds_are_written(make, axes):
    """(x + b)² with b (2,) claimed that a 3×2 matrix is a vector's gradient."""
    x, b = leaf(np.ones((3, 2)), "x"), leaf([1.0, 2.0], "b")
    graph = picture(make(x, b).sum(), grad=True)
    sent = [step["symbol"] for step in player_data(graph)["steps"] if step["kind"] == "backward"]
    assert {found for s in sent for found in re.findall(r"∑.*?(ax[ie]s [0-9, ]+)", s)} == ({axes} if axes else set())


def test_at_a_kink_the_admissible_slopes_are_told():
    """ReLU at 0 was said to agree in 0 digits with its finite difference."""
    assert checks(picture(relu(leaf(0.0, "x")) * 2.0, grad=True))[0].slopes == pytest.approx((0.0, 2.0))
    assert checks(picture(relu(leaf(1.0, "x")) * 2.0, grad=True))[0].slopes is None
    curved = leaf(0.0, "x")
    assert checks(picture(curved ** 2 + curved ** 3, grad=True))[0].slopes is None


def test_data_is_json_whatever_the_values():
    x = leaf([np.inf, 1.0, -1.0], "</script><b>")
    data = player_data(picture((x * np.nan).sum(), grad=True))
    assert json.loads(json.dumps(data, allow_nan=False)) == data


@pytest.mark.parametrize("value, size, rows", [
    (3.0, 1, None), ([1.0, 2.0], 2, None), (np.zeros((2, 0)), 0, None), (np.ones((2, 3, 4)), 24, None),
    (np.ones((10, 12)), 120, (10, 12)), (np.ones((40, 50)), None, (12, 24))])
def test_arrays_as_data(value, size, rows):
    """Few numbers are sent all; block means go along where they are too many to be written out."""
    found = array(value)
    assert found["shape"] == list(np.shape(value))
    assert (len(found["data"]) if "data" in found else None) == size
    assert (np.shape(found["rows"]) if "rows" in found else None) == rows


def test_gradients_are_sent_in_full_precision_and_pictures_of_them_in_three_digits():
    values = np.random.default_rng(0).normal(size=(8, 8))
    assert array(values)["data"] == values.ravel().tolist()
    assert np.allclose(array(values)["rows"], values, rtol=5e-3) and array(values)["rows"] != values.tolist()


@pytest.mark.parametrize("a, b, digits", [(1.0, 1.0, 15), (1.0, 1.0001, 4), (1.0, -1.0, 0), (0.0, 1e-20, 0),
                                          (math.inf, 1.0, 0), (math.nan, 1.0, 0)])
def test_agreeing_digits(a, b, digits):
    assert agreeing_digits(a, b) == digits


def test_differences_agree_with_right_gradients_and_not_with_a_wrong_one():
    model, f = network()
    graph = picture(f(X), grad=True, names=model)
    assert min(check.digits for check in checks(graph).values()) >= 7
    vertex = next(v for v in graph.vertices if v.name == "layers.0.weight")
    vertex.arrived = vertex.arrived * 1.01
    assert checks(graph)[vertex.id].digits == 2


def test_steps_tell_the_line_that_called_the_op():
    def f(x):
        return x.tanh() * 3.0                                       # the line
    data = player_data(picture_of(f, (leaf(1.0),), True, None))
    lines = [v["line"] for v in data["vertices"] if v["op"]]
    assert len(lines) == 2 and set(lines) == {lines[0]}
    assert re.fullmatch(r"test_player.py:\d+  return x.tanh\(\) \* 3.0 +# the line", lines[0])
    assert all(v["line"] is None for v in player_data(picture(f(leaf(1.0)), grad=True))["vertices"])
    overflowing = picture_of(lambda x: (x * 1e308) * 10.0, (leaf(1.0),), True, None)
    assert overflowing.vertices[-1].value == np.inf


def test_a_seed_of_ones_own_is_called_g():
    data = player_data(picture(leaf([1.0, 2.0], "x") * 3.0, grad=np.array([2.0, 5.0])))
    assert "<mi>g</mi><mo>·</mo><mn>3</mn>" in data["steps"][-1]["symbol"]
    assert data["vertices"][0]["grad"]["data"] == [6, 15]


def test_a_kink_is_checked_without_warning():
    assert checks(picture(relu(leaf(0.0)), grad=True))[0].difference == 0.5


# ---- the page, without a browser -------------------------------------------------------------------------------------

def test_the_page_is_self_contained_and_small(tmp_path):
    model, f = network()
    path = play(f, tmp_path / "page.html", X, names=model, title="a <b> & c")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert str(path) == str(tmp_path / "page.html") and len(page) < 500_000
    assert not re.findall(r"(?:src|href)\s*=|url\((?!#)|@import|fetch\(|https?://(?!www\.w3\.org/)", page)
    assert "<title>a &lt;b&gt; &amp; c</title>" in page and "{{" not in page


def test_modules_import_what_others_export_and_use_what_they_import():
    texts = {name: player._asset(f"{name}.js") for name in player.MODULES}
    exports = {name: set(re.findall(r"^export (?:const|function\*?) ([\w$]+)", text, re.MULTILINE))
               | {x for found in re.findall(r"^export const \{([^}]*)\}", text, re.MULTILINE) for x in
                  found.replace(",", " ").split()} for name, text in texts.items()}
    wrong = []
    for i, (name, text) in enumerate(texts.items()):
        for names, other in re.findall(r'^import \{([^}]*)\} from "./(\w+).js";', text, re.MULTILINE):
            for x in names.replace(",", " ").split():
                if x not in exports[other] or other not in player.MODULES[:i]:
                    wrong.append(f"{name}.js imports {x} from {other}.js, which does not have it")
                if len(re.findall(rf"(?<![\w$]){re.escape(x)}(?![\w$])", text)) < 2:
                    wrong.append(f"{name}.js imports {x} and does not use it")
    assert wrong == []


def test_play_needs_no_dot_and_no_graphviz(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "graphviz", None)
    play(scalars()[1], tmp_path / "page.html")
    assert (tmp_path / "page.html").exists()


def test_nothing_in_the_graph_is_changed(tmp_path):
    (a, _, _), y = scalars()
    play(y, tmp_path / "page.html")
    assert a.grad is None and a.name == "a" and y.name is None


def test_hostile_names_stay_text(tmp_path):
    x = leaf(1.0, "</script><script>alert(1)</script>")
    play(x * 2.0, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("</script>") == 2 and page.count("<script") == 2


def test_too_large_a_graph_is_refused_and_nothing_written(tmp_path, monkeypatch):
    monkeypatch.setattr(player, "MAX_NODES", 10)
    y = leaf(1.0)
    for _ in range(10):
        y = y * 1.5
    with pytest.raises(ValueError, match=r"21 nodes; a page can hold 10.*draw\(y, depth=1\)"):
        play(y, tmp_path / "page.html")
    with pytest.raises(ValueError, match="direction must be LR or TB, got 'up'"):
        play(leaf(1.0) * 2.0, tmp_path / "page.html", direction="up")
    assert not list(tmp_path.iterdir())


def test_few_values_are_all_open_at_first_and_many_are_opened_by_whole_levels():
    def opened(model, x, depth=None):
        found = boxes(picture_of(model, (x,), False, {"net": model}))
        return {box.summary.label for box in found if box.id in player._opened(found, depth)} - {"everything"}
    small = MLP([2, 3, 1], rng=0)
    assert opened(small, X) == {"net · MLP", "net.layers.0 · Linear", "net.layers.1 · Linear"}
    assert opened(small, X, depth=1) == {"net · MLP"} and opened(small, X, depth=0) == set()
    assert opened(Tower(12, 8), np.ones((2, 4))) == {
        "net · Tower", "net.first · Linear"} | {f"net.blocks.items.{i} · Block" for i in range(12)}
    assert opened(Tower(20, 8), np.ones((2, 4))) == {"net · Tower"}


def long_chain(n):
    y = x = leaf(0.5, "x")
    for _ in range(n):
        y = (y + x).tanh()
    return y


def test_what_a_large_page_leaves_out_is_said(tmp_path):
    remarks = player_data(picture(long_chain(200), grad=True))["remarks"]
    assert remarks[:2] == ["This graph has 401 nodes, so formulas are in symbols only.",
                           "Arrays of more than 48 entries are shown as up to 6 × 8 means."]
    compared = re.match(r"(\d+) of 401 gradients were compared with finite differences", remarks[2])
    assert 0 < int(compared[1]) < 401


@pytest.mark.parametrize("ops, most", [(300, 500_000), (1500, 1_000_000)])
def test_pages_stay_small(tmp_path, ops, most):
    play(long_chain(ops), tmp_path / "page.html")
    assert (tmp_path / "page.html").stat().st_size < most


def test_a_layered_network_makes_a_small_page(tmp_path):
    model = MLP([4] + [16] * 60 + [2], activation="relu", rng=0)
    play(lambda x: model(x).sum(), tmp_path / "page.html", np.ones((3, 4)), names=model)
    assert (tmp_path / "page.html").stat().st_size < 500_000


def test_too_large_a_graph_is_refused_at_once(tmp_path):
    y = long_chain(50_000)
    start = time.perf_counter()
    with pytest.raises(ValueError, match="100001 nodes; a page can hold 6000"):
        play(y, tmp_path / "page.html")
    assert time.perf_counter() - start < 1.0
