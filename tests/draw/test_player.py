"""play: the page is self-contained and, in a real browser, shows exactly the engine's gradients without complaint."""
import json
import math
import re
import shutil
import time

import numpy as np
import pytest

from autograd import Tensor, relu
from autograd.draw import play
from autograd.draw.graph.boxes import boxes
from autograd.draw.graph.picture import picture
from autograd.draw.graphviz.dot import picture_of
from autograd.draw.player import player
from autograd.draw.player.events import array, player_data
from autograd.draw.player.numeric_check import agreeing_digits, checks
from nn import MLP, LayerNorm, Linear, Module, ModuleList, mse_loss

from .browser import available, browser

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
needs_browser = pytest.mark.skipif(not available(), reason="chromium, chromedriver or dot is not installed")

X = Tensor([[1.0, 2.0], [3.0, 4.0]], name="x")
ENTER, TAB = "\ue007", "\ue004"
RIGHT, LEFT, HOME, END = "\ue014", "\ue012", "\ue011", "\ue010"


def leaf(value, name=None):
    return Tensor(value, requires_grad=True, name=name)


def scalars():
    a, b, c = leaf(2.0, "a"), leaf(-3.0, "b"), leaf(10.0, "c")
    return (a, b, c), ((a * b + c) * a * 0.1).tanh()


class Block(Module):
    """Modules within a module, and a way around them."""

    def __init__(self, width, rng):
        self.norm, self.inner = LayerNorm(width), MLP([width, width, width], rng=rng)

    def forward(self, x):
        return x + self.inner(self.norm(x))


class Tower(Module):
    def __init__(self, height, width, rng=0):
        rng = np.random.default_rng(rng)
        self.first = Linear(4, width, rng=rng)
        self.blocks = ModuleList([Block(width, rng) for _ in range(height)])

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return x


def network():
    model = MLP([2, 3, 1], activation="tanh", rng=0)
    return model, lambda x: mse_loss(model(x), [[0.5], [1.0]])


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

@needs_dot
def test_the_page_is_self_contained_and_small(tmp_path):
    model, f = network()
    path = play(f, tmp_path / "page.html", X, names=model, title="a <b> & c")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert path == str(tmp_path / "page.html") and len(page) < 500_000
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|fetch\(|https?://(?!www\.w3\.org/)", page)
    assert "<title>a &lt;b&gt; &amp; c</title>" in page and "{{" not in page


@needs_dot
def test_nothing_in_the_graph_is_changed(tmp_path):
    (a, _, _), y = scalars()
    play(y, tmp_path / "page.html")
    assert a.grad is None and a.name == "a" and y.name is None


@needs_dot
def test_every_colour_of_the_drawing_follows_the_theme(tmp_path):
    model, f = network()
    play(f, tmp_path / "page.html", X, names=model)
    svg = re.search(r"<svg.*</svg>", (tmp_path / "page.html").read_text(encoding="utf-8"), re.DOTALL)[0]
    assert not re.findall(r'(?:fill|stroke)="(?!var\(--|none|transparent)[^"]*"', svg)


@needs_dot
def test_hostile_names_stay_text(tmp_path):
    x = leaf(1.0, "</script><script>alert(1)</script>")
    play(x * 2.0, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("</script>") == 3 and page.count("<script") == 3


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


@needs_dot
def test_what_a_large_page_leaves_out_is_said_and_it_stays_small(tmp_path):
    y = x = leaf(0.5, "x")
    for _ in range(200):
        y = (y + x).tanh()
    play(y, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    remarks = json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.DOTALL)[1])["remarks"]
    assert remarks[0].startswith("This graph has 401 nodes, so formulas are in symbols only")
    compared = re.match(r"(\d+) of 401 gradients were compared with finite differences", remarks[1])
    assert 0 < int(compared[1]) < 401
    assert len(page) < 401 * 5_000


# ---- the page in a browser -------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def window():
    with browser() as opened:
        yield opened


@pytest.fixture
def opened(window, tmp_path):
    """Opens the page of a graph at a step, and fails the test if the page complains."""
    def show(y, *inputs, step="", **options):
        path = play(y, tmp_path / "page.html", *inputs, **options)
        window.open(f"file://{path}{step}")
        return window
    window.resize(1280, 800)
    yield show
    assert window.complaints() == []


def visible(window, v, what):
    """The text that a reader sees in a cell of the graph."""
    return window.run("""const cell = document.getElementById(`graph-${arguments[1]}${arguments[0]}`);
        return [...cell.querySelectorAll("text")].filter(t => getComputedStyle(t).visibility !== "hidden"
            && getComputedStyle(t).display !== "none").map(t => t.textContent).join(" ")""", v, what)


@needs_browser
def test_values_and_gradients_appear_when_they_are_computed(opened):
    _, y = scalars()
    page = opened(y)
    assert [visible(page, v, "value") for v in (0, 1, 2)] == ["2", "-3", "–"]
    assert {visible(page, v, "grad") for v in (0, 1, 2)} == {"–"}
    page.press(RIGHT)
    assert visible(page, 2, "value") == "-6" and visible(page, 2, "grad") == "–"
    page.press(END)
    assert visible(page, 0, "grad") == "0.2236 + -0.3354 = -0.1118".replace("+ -", "− ")
    page.press(HOME)
    assert visible(page, 2, "value") == "–"


@needs_browser
def test_a_running_sum_is_shown_at_a_fan_out(opened):
    x = leaf(3.0, "x")
    page = opened(x * x, step="#3")
    assert visible(page, 0, "grad") == "3 + …"
    assert "sum so far3" in page.run("return document.getElementById('step').textContent")
    page.press(RIGHT)
    assert visible(page, 0, "grad") == "3 + 3 = 6"
    assert "sum, complete6" in page.run("return document.getElementById('step').textContent")


@needs_browser
def test_the_end_shows_exactly_the_engines_gradients(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    shown = page.run("return player.data.vertices.filter(v => v.called).map(v => [v.called, v.grad.data])")
    f(X).backward()
    for name, values in shown:
        assert values == dict(model.named_parameters())[name].grad.data.ravel().tolist()
    assert len(shown) == 4
    w = next(v["id"] for v in page.run("return player.data.vertices") if v["called"] == "layers.1.weight")
    assert [float(t) for t in visible(page, w, "grad").split()] == [
        float(f"{g:.4g}") for g in model.layers[1].weight.grad.data.ravel()]


@needs_browser
def test_every_step_has_a_rule_and_lights_one_node(opened):
    model, f = network()
    page = opened(f, X, names=model)
    found = page.run("""const found = [];
        for (let i = 1; i <= player.data.steps.length; i++) {
            player.go(i);
            found.push(["#graph .node.now", "#step math", "#graph .edge.now"].map(
                what => [...document.querySelectorAll(what)].filter(x => x.getClientRects().length).length));
        }
        return found;""")
    assert all(node == 1 and rule >= 1 for node, rule, _ in found)
    steps = page.run("return player.data.steps")
    assert all(edges for (_, _, edges), step in zip(found, steps, strict=True) if step["edges"])


@needs_browser
def test_controls(opened):
    _, y = scalars()
    page = opened(y)
    click = "document.getElementById(arguments[0]).click(); return player.at"
    assert [page.run(click, b) for b in ("next", "next", "back", "last", "first")] == [1, 2, 1, 14, 0]
    assert page.run("const s = document.getElementById('slider'); s.value = 7; s.dispatchEvent(new Event('input')); "
                    "return player.at") == 7
    assert page.run("return document.getElementById('count').textContent") == "7 / 14"
    assert page.run(click, "play") == 8
    assert page.run("return document.getElementById('play').textContent").endswith("pause")
    page.press(" ")


@needs_browser
def test_quiz_asks_before_it_shows(opened):
    _, y = scalars()
    page = opened(y)
    page.press("q", RIGHT)
    assert page.run("return player.at") == 0
    assert page.run("return document.getElementById('question').textContent").startswith(
        "v₁ = ×Which sign does the value of v₁ have?")
    page.run("[...document.querySelectorAll('#question button')].find(b => b.textContent === 'positive').click()")
    assert page.run("return [player.at, document.getElementById('question').textContent]") == [
        1, "✗ it is negative  0 of 1 right"]
    page.run("player.advance(); [...document.querySelectorAll('#question button')].find(b => b.textContent === "
             "'positive').click()")
    assert page.run("return document.getElementById('question').textContent") == "✓ right  1 of 2 right"


@needs_browser
def test_zoom_shows_the_graph_in_its_own_size(opened):
    model, f = network()
    page = opened(f, X, names=model)
    width = "return document.getElementById('graph').getBoundingClientRect().width"
    page.resize(900, 800)
    fitted = page.run(width)
    page.press("z")
    natural = page.run("return document.getElementById('graph').viewBox.baseVal.width") * 4 / 3
    assert page.run(width) == pytest.approx(natural, abs=1) and fitted == pytest.approx(0.75 * natural, abs=1)


@needs_browser
def test_numbers_are_not_cut(opened):
    """Numbers in the tables stay on one line, and a formula that is too wide for its panel breaks before its result."""
    w = leaf(np.array([[-1.0e-7, 2.0e-7, -3.0e-7]]), "w")
    page = opened((Tensor([[1.5], [2.5], [3.5]], name="x") @ w).tanh().sum(), step="#end")
    page.resize(1280, 800)
    heights = page.run("return [...document.querySelectorAll('#step table.heat td')].map(c => c.offsetHeight)")
    assert heights and max(heights) < 30
    formulas = page.run("return [...document.querySelectorAll('#step .formula')].map(f => f.children.length)")
    assert max(formulas) == 2                                       # its numbers, and the result


@needs_browser
def test_details_of_a_node_with_its_check(opened):
    _, y = scalars()
    page = opened(y, step="#end")
    page.run("document.getElementById('graph-vertex0').focus()")
    text = page.run("return document.getElementById('node').textContent")
    assert "a" in text and re.search(r"finite difference-0.1118 against -0.1118: 1\d digits agree", text)


SEEN = """const seen = [...document.querySelectorAll("#graph .node")].filter(x => x.getClientRects().length)
    .map(x => +x.id.slice("graph-vertex".length)).filter(v => player.nest.outer.has(v));"""


@needs_browser
def test_all_boxes_close_and_open_at_any_step(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    labels = SEEN + "return seen.map(v => player.nest.boxes.get(v)?.label).filter(Boolean)"
    assert page.run(labels) == []
    page.press("m")
    assert page.run(labels) == ["MLP"]
    assert page.run("return document.getElementById('fold').getAttribute('aria-pressed')") == "true"
    lit = page.run("""const lit = [];
        for (let i = 1; i <= player.data.steps.length; i++) {
            player.go(i);
            lit.push([...document.querySelectorAll("#graph .node.now")].filter(x => x.getClientRects().length).length);
        }
        return lit""")
    assert set(lit) == {1}
    assert page.run("return document.querySelectorAll('#graph .node.unborn').length") == 0
    page.press("m")
    assert page.run(labels) == [] and page.run("return player.at") == len(lit)


@needs_browser
def test_boxes_open_one_by_one_to_any_depth_with_mouse_or_keyboard(opened):
    model = Tower(3, 8)
    x = Tensor(np.random.default_rng(0).normal(size=(5, 4)), name="x")
    page = opened(lambda x: mse_loss(model(x), np.ones((5, 8))), x, names={"net": model}, step="#end", depth=1)
    labels = SEEN + "return seen.map(v => player.nest.boxes.get(v)?.label).filter(Boolean).sort()"
    blocks = [f"net.blocks.items.{i} · Block" for i in range(3)]
    assert page.run(labels) == [*blocks, "net.first · Linear"]

    def identity(label):
        return next(b["id"] for b in page.run("return player.data.boxes") if b["label"] == label)
    block, inner = identity(blocks[1]), identity("net.blocks.items.1.inner · MLP")
    page.run("document.getElementById(`graph-vertex${arguments[0]}`).dispatchEvent(new MouseEvent('click'))", block)
    within = ["net.blocks.items.1.inner · MLP", "net.blocks.items.1.norm · LayerNorm"]
    assert page.run(labels) == [blocks[0], *within, blocks[2], "net.first · Linear"]
    page.run("document.getElementById(`graph-vertex${arguments[0]}`).focus()", inner)
    page.press(ENTER)
    assert [x for x in page.run(labels) if x.startswith(within[0][:24])] == [
        f"net.blocks.items.1.inner.layers.{i} · Linear" for i in (0, 1)]
    assert page.run("return document.activeElement.id") == f"graph-frame{inner}"
    assert page.run("return document.activeElement.getAttribute('aria-label')") == f"close {within[0]}"
    page.press(ENTER)
    assert page.run("return document.activeElement.id") == f"graph-vertex{inner}"
    assert within[0] in page.run(labels)


@needs_browser
def test_nothing_overlaps_and_lines_end_at_their_nodes_whatever_is_open(opened):
    model = Tower(3, 8)
    x = Tensor(np.random.default_rng(0).normal(size=(5, 4)), name="x")
    page = opened(lambda x: mse_loss(model(x), np.ones((5, 8))), x, names={"net": model}, step="#end")
    check = """player.nest.open = new Set([player.nest.root, ...arguments[0]]);
        player.nest.arrange();
        const wrong = [], box = x => x.getBoundingClientRect();
        for (const id of player.nest.placed) {
            const { nodes, lines } = player.nest.sheets.get(id);
            const seen = [...nodes].map(([v, n]) => [v, box(n.open ? n.frame : n.element.querySelector(".outline"))]);
            for (const [v, a] of seen) for (const [w, b] of seen)
                if (v < w && a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                    wrong.push(`${v} and ${w} overlap`);
            const at = new Map(seen);
            for (const { path, line, element } of lines)
                for (const [v, t] of [[line.source, 0], [line.target, path.getTotalLength()]]) {
                    const p = path.getPointAtLength(t).matrixTransform(path.getScreenCTM());
                    const port = player.nest.ports.get(`${v} ${t ? line.source : line.target} ${t > 0}`);
                    const b = nodes.get(v).open ? box(player.nest.sheets.get(v).nodes.get(port).element) : at.get(v);
                    if (p.x < b.left - 12 || p.x > b.right + 12 || p.y < b.top - 12 || p.y > b.bottom + 12)
                        wrong.push(`${element.id} misses ${v}`);
                }
        }
        const all = box(player.nest.svg);
        for (const x of document.querySelectorAll("#graph .frame, #graph .node")) if (x.getClientRects().length) {
            const b = box(x);
            if (b.left < all.left || b.right > all.right || b.top < all.top || b.bottom > all.bottom)
                wrong.push(`${x.id} is cut`);
        }
        return wrong"""
    inner = [b["id"] for b in page.run("return player.data.boxes")][1:]
    rng = np.random.default_rng(0)
    choices = [[], inner, *(rng.choice(inner, len(inner) // 2, replace=False).tolist() for _ in range(6))]
    assert len(inner) >= 14 and [page.run(check, choice) for choice in choices] == [[]] * len(choices)


@needs_browser
def test_every_step_of_a_long_computation_is_there_and_lights_its_box(opened):
    y = x = leaf(0.5, "x")
    for _ in range(200):
        y = (y + x).tanh()
    page = opened(y)
    assert page.run(SEEN + "return seen.length") <= 40
    y.backward()
    assert page.run("player.go(1e9); return player.data.vertices[0].grad.data") == [x.grad.item()]
    assert page.run("return player.at") == 200 * 2 + 1 + 600 == page.run("return player.data.steps.length")
    lit = page.run("""const lit = [];
        for (let i = 1; i <= player.at; i += 97) {
            player.go(i);
            lit.push([...document.querySelectorAll("#graph .node.now")].filter(x => x.getClientRects().length).length);
        }
        return lit""")
    assert set(lit) == {1}
    assert page.run("[...document.querySelectorAll('#step button')].at(-1).click(); return player.nest.open.size") == 2


@needs_browser
def test_the_last_sum_at_each_node_is_the_engines_gradient_in_a_nest(opened):
    model = Tower(2, 4)
    x = Tensor(np.random.default_rng(1).normal(size=(3, 4)), name="x")
    page = opened(lambda x: mse_loss(model(x), np.ones((3, 4))), x, names=model, step="#end")
    shown = dict(page.run("return player.data.vertices.map(v => [v.called || v.name, v.grad?.data])"))
    mse_loss(model(x), np.ones((3, 4))).backward()
    for name, parameter in model.named_parameters():
        assert shown[name] == parameter.grad.data.ravel().tolist()


@needs_browser
def test_without_modules_there_is_nothing_to_collapse(opened):
    _, y = scalars()
    page = opened(y)
    page.press("m")
    assert page.run("return document.getElementById('fold').hidden")
    assert page.run("return document.querySelectorAll('svg').length") == 1


@needs_browser
def test_every_key_does_what_the_page_says(opened):
    model, f = network()
    page = opened(f, X, names=model)
    last = page.run("return player.data.steps.length")
    at = "return player.at"
    for keys, expected in ((RIGHT, 1), (RIGHT + RIGHT, 3), (LEFT, 2), (END, last), (RIGHT, last), (HOME, 0), (LEFT, 0)):
        page.press(*keys)
        assert page.run(at) == expected
    page.run("document.getElementById('slider').focus()")
    page.press(RIGHT, RIGHT, LEFT)
    assert page.run(at) == 1
    page.run("document.activeElement.blur()")
    page.press(" ")
    assert page.run("return document.getElementById('play').textContent") == "❚❚ pause" and page.run(at) == 2
    page.press(" ")
    assert page.run("return document.getElementById('play').textContent") == "▶ play"
    page.press("q")
    assert page.run("return document.getElementById('quiz').checked")
    page.press("z")
    assert page.run("return document.getElementById('zoom').getAttribute('aria-pressed')") == "true"


@needs_browser
def test_play_goes_on_by_itself_to_the_end_and_stops(opened):
    page = opened(leaf(2.0, "x") * 3.0)
    page.run("document.getElementById('speed').value = 550; document.getElementById('play').click()")
    for _ in range(60):
        if page.run("return player.at") == 3:
            break
        time.sleep(0.1)
    assert page.run("return [player.at, document.getElementById('play').textContent]") == [3, "▶ play"]


@needs_browser
def test_pointing_at_a_node_tells_value_gradient_and_the_finite_difference(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    w = next(v["id"] for v in page.run("return player.data.vertices") if v["called"] == "layers.1.weight")
    page.run("player.go(0); document.getElementById(`graph-vertex${arguments[0]}`).scrollIntoView()", w)
    page.hover(f"#graph-vertex{w}")
    text = page.run("return document.getElementById('node').innerText")
    f(X).backward()
    gradient = model.layers[1].weight.grad.data
    index = np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape)
    assert "layers.1.weight · parameter · float64" in text
    assert [f"{float(x):.4g}" for x in model.layers[1].weight.data.ravel()] == text.split("value\n")[1].split("\n")[:3]
    difference, against, digits = re.search(
        rf"finite difference at \[{index[0]}, {index[1]}\]\n(\S+) against (\S+): (\d+) digits agree", text).groups()
    assert difference == against == f"{gradient[index]:.4g}" and int(digits) >= 7
    page.hover("#first")
    assert page.run("return document.getElementById('node').textContent") == ""


@needs_browser
def test_quiz_asks_for_shapes_hides_what_it_asks_for_and_survives_nan(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#1")
    page.press("q")
    hidden = """return [...document.querySelectorAll("#graph .node.unborn text")].every(
        t => getComputedStyle(t).visibility === "hidden")"""
    assert page.run(hidden)
    page.press(RIGHT)
    question = "return [...document.querySelectorAll('#question button')].map(b => b.textContent)"
    choices = page.run(question)
    shape = page.run("return player.data.vertices[player.data.steps[1].vertex].value.shape")
    assert "×".join(map(str, shape)) in choices and len(set(choices)) == len(choices) >= 2
    page.press(TAB, ENTER)                                                    # the second choice
    right = choices[1] == "×".join(map(str, shape))
    verdict = page.run("return document.getElementById('question').textContent")
    assert verdict.startswith("✓ right" if right else "✗ it is " + "×".join(map(str, shape)))
    page = opened(leaf(1.0, "x") * math.nan)
    page.press("q", RIGHT)
    assert page.run("return player.at") == 1                                  # nan has no sign to ask for


@needs_browser
def test_the_keyboard_reaches_everything_in_order(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#3")
    visited = []
    for _ in range(30):
        page.press(TAB)
        visited.append(page.run("return document.activeElement.id"))
    assert visited[:11] == ["first", "back", "play", "next", "last", "slider", "speed", "quiz", "fold", "zoom", "theme"]
    assert visited[11:13] == ["skip", "stage"]
    graph = [x for x in visited[13:] if x.startswith("graph-")]
    assert graph[0].startswith("graph-frame") and len(set(graph)) == len(graph) == 12 + 3       # values, boxes
    assert page.run("return [...document.querySelectorAll('[tabindex]')].every(x => x.tabIndex <= 0)")
    page.run("document.getElementById('skip').focus()")
    page.press(ENTER)
    assert page.run("return document.activeElement.id") == "step"


@needs_browser
def test_what_the_reader_prefers_is_heeded(opened, window):
    _, y = scalars()
    page = opened(y)
    ground = "return getComputedStyle(document.body).backgroundColor"
    moving = "return getComputedStyle(document.querySelector('#graph .edge')).transitionDuration"
    try:
        page.prefer(prefers_color_scheme="light", prefers_reduced_motion="no-preference")
        assert (page.run(ground), page.run(moving)) == ("rgb(255, 255, 255)", "0.25s")
        page.prefer(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
        assert luminance(page.run(ground)) < 0.02 and page.run(moving) == "0s"
        page.run("document.getElementById('theme').click()")
        assert page.run(ground) == "rgb(255, 255, 255)"
    finally:
        page.prefer()


@needs_browser
def test_accessible_names(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#9")
    assert page.run("""return [...document.querySelectorAll("button, input, select, [role=button]")].filter(
        x => !(x.getAttribute("aria-label") || x.textContent.trim() || x.closest("label"))).length""") == 0
    assert page.run("return document.getElementById('step').getAttribute('aria-live')") == "polite"
    assert page.run("return document.documentElement.lang") == "en"
    assert page.run("return document.getElementById('slider').getAttribute('aria-valuetext')").startswith(
        "9 of 16: backward, v₂ (²) sends to v₁")
    assert page.run("""return [...document.querySelectorAll("#graph .frame")].map(x =>
        [x.getAttribute("role"), x.getAttribute("aria-expanded"), x.getAttribute("aria-label")])""") == [
        ["button", "true", f"close {name}"] for name in ("MLP", "layers.0 · Linear", "layers.1 · Linear")]


TEXTS = """
    const shown = [], over = (top, under, a) => top.map((x, i) => x * a + under[i] * (1 - a));
    const rgb = c => c.match(/[\\d.]+/g).map(Number).map((x, i) => c.startsWith("color(srgb") && i < 3 ? 255 * x : x);
    const page = rgb(getComputedStyle(document.body).backgroundColor);
    for (const x of document.querySelectorAll("body *")) {
        const own = [...x.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()), s = getComputedStyle(x);
        if (!own || !x.getClientRects().length || s.visibility === "hidden") continue;
        if (x.closest("script, :disabled, option")) continue;
        let ground = page, colour = s.color;
        if (x.ownerSVGElement) {
            colour = s.fill;
            const shape = x.closest(".node")?.querySelector(".outline") || x.closest(".frame")?.querySelector("rect");
            if (shape) ground = rgb(getComputedStyle(shape).fill);
            const shade = x.closest(".shade:not(.hidden)")?.querySelector("polygon");
            if (shade) ground = over(rgb(getComputedStyle(shade).fill), ground, +getComputedStyle(shade).fillOpacity);
        } else for (let up = x; up; up = up.parentElement) {
            const [r, g, b, a = 1] = rgb(getComputedStyle(up).backgroundColor);
            if (a) { ground = over([r, g, b], page, a); break; }
        }
        shown.push([x.textContent.trim().slice(0, 30), x.className.baseVal ?? x.className, rgb(colour).slice(0, 3),
            ground.slice(0, 3)]);
    }
    return shown"""


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_the_contrast_that_the_web_guidelines_ask_for(opened, theme):
    """WCAG 2.1, 1.4.3: at least 4.5 to 1, on the page, in nodes, on gradients' shades, in heat-maps."""
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    page.prefer(prefers_reduced_motion="reduce")
    page.run("document.documentElement.dataset.theme = arguments[0]; document.getElementById('quiz').click();"
             "document.getElementById('graph-vertex2').focus()", theme)
    seen = []
    for step in (0, 1, 3, 8, 9, 12, 16):
        page.run("player.go(arguments[0]); player.advance()", step)
        found = page.run(TEXTS)
        assert len(found) > 60
        seen += found
    page.prefer()
    low = {(text, kind, round(ratio, 2)) for text, kind, a, b in seen if (ratio := contrast(a, b)) < 4.5}
    assert low == set()


def contrast(a: list[float], b: list[float]) -> float:
    first, second = sorted(luminance(f"rgb({r} {g} {b})") for r, g, b in (a, b))
    return (second + 0.05) / (first + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a CSS rgb() colour (WCAG 2.1)."""
    shares = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@needs_browser
def test_a_phone_needs_no_sideways_scrolling_of_the_page_and_has_room_for_thumbs(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#12")
    page.phone(360)
    try:
        assert page.run("return innerWidth") == 360
        for step in range(0, 17, 4):
            page.run("player.go(arguments[0])", step)
            assert page.run("const root = document.documentElement; return root.scrollWidth <= root.clientWidth")
        small = page.run("""return [...document.querySelectorAll("button, select")].map(
            x => [x.id, x.getBoundingClientRect()]).filter(([_, b]) => b.height < 36 || b.width < 36).map(b => b[0])""")
        assert small == []
        assert page.run("return document.querySelector('#graph-value0 text').getBoundingClientRect().height") > 8
    finally:
        page.phone(None)
