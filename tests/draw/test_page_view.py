"""What the player's page looks like: it fits, nothing overlaps, boxes open, the camera follows, all can read it."""
import re
import time

import numpy as np
import pytest

from autograd import Tensor
from nn import mse_loss

from .models import Tower, X, leaf, network, scalars
from .test_page import DOWN, ENTER, LEFT, RIGHT, TAB, UP

SEEN = "const seen = [...document.querySelectorAll('#graph .node')].map(x => +x.dataset.id);"
LABELS = SEEN + ("return seen.filter(v => v >= player.data.vertices.length).map(v => player.data.boxes[v - "
                 "player.data.vertices.length].label).sort()")
INSIDE = """const stage = document.getElementById('stage').getBoundingClientRect();
    const inside = b => b.left >= stage.left - 1 && b.right <= stage.right + 1 && b.top >= stage.top - 1
        && b.bottom <= stage.bottom + 1;"""
MIDDLE = "const b = document.getElementById('stage').getBoundingClientRect(); return [b.x+b.width/2, b.y+b.height/2]"


# ---- boxes -----------------------------------------------------------------------------------------------------------

def test_all_boxes_close_and_open_at_any_step(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    assert page.run(LABELS) == []
    page.press("m")
    assert page.run(LABELS) == ["MLP"]
    assert page.run("return document.getElementById('fold').getAttribute('aria-pressed')") == "true"
    lit = page.run("""const lit = [];
        for (let i = 1; i <= player.data.steps.length; i++) {
            player.go(i);
            lit.push(document.querySelectorAll("#graph .node.now").length);
        }
        return lit""")
    assert set(lit) == {1}
    assert page.run("return document.querySelectorAll('#graph .node.unborn').length") == 0
    page.press("m")
    assert page.run(LABELS) == [] and page.run("return player.at") == len(lit)


def test_boxes_open_one_by_one_to_any_depth_with_mouse_or_keyboard(opened):
    model = Tower(3, 8)
    x = Tensor(np.random.default_rng(0).normal(size=(5, 4)), name="x")
    page = opened(lambda x: mse_loss(model(x), np.ones((5, 8))), x, names={"net": model}, step="#end", depth=1)
    blocks = [f"net.blocks.items.{i} · Block" for i in range(3)]
    assert page.run(LABELS) == [*blocks, "net.first · Linear"]

    def identity(label):
        return next(b["id"] for b in page.run("return player.data.boxes") if b["label"] == label)
    block, inner = identity(blocks[1]), identity("net.blocks.items.1.inner · MLP")
    page.run("document.getElementById(`graph-vertex${arguments[0]}`).dispatchEvent(new MouseEvent('click', "
             "{bubbles: true}))", block)
    within = ["net.blocks.items.1.inner · MLP", "net.blocks.items.1.norm · LayerNorm"]
    assert page.run(LABELS) == [blocks[0], *within, blocks[2], "net.first · Linear"]
    page.run("document.getElementById(`graph-vertex${arguments[0]}`).focus()", inner)
    page.press(ENTER)
    assert [x for x in page.run(LABELS) if x.startswith(within[0][:24])] == [
        f"net.blocks.items.1.inner.layers.{i} · Linear" for i in (0, 1)]
    assert page.run("return document.activeElement.id") == f"graph-frame{inner}"
    assert page.run("return document.activeElement.getAttribute('aria-label')") == f"close {within[0]}"
    page.press(ENTER)
    assert page.run("return document.activeElement.id") == f"graph-vertex{inner}"
    assert within[0] in page.run(LABELS)


def test_without_modules_there_is_nothing_to_collapse(opened):
    page = opened(scalars()[1])
    page.press("m")
    assert page.run("return document.getElementById('fold').hidden")


# ---- the layout ------------------------------------------------------------------------------------------------------

LAYOUT = """player.open.clear();
    for (const box of [player.data.vertices.length, ...arguments[0]]) player.open.add(box);
    player.rearrange();
    const wrong = [], { places, lines, size, turned } = player.scene, outer = new Map();
    for (const box of player.data.boxes) {
        outer.set(box.id, box.outer);
        for (const v of box.members) outer.set(v, box.id);
    }
    const within = (v, w) => { for (let b = outer.get(v); b != null; b = outer.get(b)) if (b === w) return true; };
    for (const [v, [x, y, w, h]] of places) {
        if (x < -1 || y < -1 || x + w > size[0] + 1 || y + h > size[1] + 1) wrong.push(`${v} is cut`);
        for (const [u, [a, b, c, d]] of places) {
            if (u < v && !within(u, v) && !within(v, u) && x < a + c - 1 && a < x + w - 1 && y < b + d - 1
                && b < y + h - 1) wrong.push(`${u} and ${v} overlap`);
            if (within(v, u) && (x < a || y < b || x + w > a + c || y + h > b + d)) wrong.push(`${v} leaves ${u}`);
        }
    }
    for (const { source, target, points, drawn } of lines)
        for (const [v, [px, py]] of [[source, points[0]], [target, points.at(-1)]]) {
            const [x, y, w, h] = places.get(v), d = 1;
            const on = px > x - d && px < x + w + d && py > y - d && py < y + h + d;
            if (!on) wrong.push(`${drawn.id} misses ${v}`);
        }
    for (const { points, drawn } of lines) for (let i = 1; i < points.length; i++)
        if (Math.max(...points[i], ...points[i - 1]) > 1e6) wrong.push(`${drawn.id} is lost`);
    return wrong"""


def web(n, seed=0):
    """A random graph: each value from two earlier ones."""
    rng = np.random.default_rng(seed)
    values = [leaf(1.0, f"x{i}") for i in range(3)]
    for _ in range(n):
        a, b = (values[int(len(values) * rng.random() ** 0.5)] for _ in range(2))
        values.append(a * b + a)
    return sum(values[1:], values[0])


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overlaps_and_lines_end_at_their_nodes_whatever_is_open(opened, width):
    model = Tower(3, 8)
    x = Tensor(np.random.default_rng(0).normal(size=(5, 4)), name="x")
    page = opened(lambda x: mse_loss(model(x), np.ones((5, 8))), x, names={"net": model}, step="#end")
    if width < 500:
        page.phone(width)
    inner = [b["id"] for b in page.run("return player.data.boxes")][1:]
    rng = np.random.default_rng(0)
    choices = [[], inner, *(rng.choice(inner, len(inner) // 2, replace=False).tolist() for _ in range(4))]
    assert len(inner) >= 14 and [page.run(LAYOUT, choice) for choice in choices] == [[]] * len(choices)


@pytest.mark.parametrize("n", [3, 12, 80])
def test_random_graphs_are_laid_out_without_overlap(opened, n):
    page = opened(web(n, seed=n))
    boxes = [b["id"] for b in page.run("return player.data.boxes")][1:]
    assert page.run(LAYOUT, boxes) == page.run(LAYOUT, []) == []


def test_a_chain_lies_on_a_straight_line(opened):
    y = leaf(0.5, "x")
    for _ in range(6):
        y = y.tanh()
    page = opened(y)
    middles = page.run("return [...player.scene.places.values()].map(([x, y, w, h]) => y + h / 2)")
    assert np.ptp(middles) < 1e-6


# ---- the camera ------------------------------------------------------------------------------------------------------

def test_a_small_network_fits_into_a_window_and_can_be_read(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    assert page.run(INSIDE + "return [...document.querySelectorAll('#graph .node')].every("
                             "x => inside(x.getBoundingClientRect()))")
    heights = page.run("return [...document.querySelectorAll('#graph .cell text')].filter(t => t.getClientRects()"
                       ".length).map(t => parseFloat(getComputedStyle(t).fontSize) * player.camera.k)")
    assert min(heights) >= 7.4


@pytest.mark.parametrize("width, height", [(1280, 800), (768, 900), (390, 800)])
def test_the_camera_follows_every_step(opened, width, height):
    y = x = leaf(0.5, "x")
    for _ in range(9):
        y = (y + x).tanh()
    page = opened(y)
    page.resize(width, height) if width > 500 else page.phone(width)
    missed = page.run(INSIDE + """const missed = [];
        for (let i = 1; i <= player.data.steps.length; i++) {
            player.go(i);
            if (!inside(document.querySelector('.node.now').getBoundingClientRect())) missed.push(i);
        }
        return missed""")
    assert missed == []


def test_at_first_the_beginning_of_a_long_graph_is_seen_and_nothing_empty_before_it(opened):
    y = leaf(0.5, "x")
    for _ in range(30):
        y = y.tanh()
    page = opened(y)
    x, _, k = page.run("return [player.camera.x, player.camera.y, player.camera.k]")
    assert 0 < x < 40 and k >= 0.75


def test_wheel_drag_and_pinch_move_the_graph(opened):
    page = opened(scalars()[1])
    camera = "return [player.camera.x, player.camera.y, player.camera.k]"
    x, y, k = page.run(camera)
    middle = page.run(MIDDLE)
    page.wheel(middle, -300)
    closer = page.run(camera)
    assert closer[2] > 1.3 * k
    page.drag((middle[0], middle[1] + 150), (middle[0] + 20, middle[1] + 160), (middle[0] + 70, middle[1] + 180))
    moved = page.run(camera)
    assert moved == pytest.approx([closer[0] + 70, closer[1] + 30, closer[2]])
    page.pinch(middle, 60, 30)
    assert page.run(camera)[2] == pytest.approx(moved[2] / 2, rel=0.05)
    page.press("z")
    assert page.run(camera) == pytest.approx([x, y, k])
    assert page.run("return player.picked") is None


def test_an_overview_map_is_there_when_not_all_is_in_view(opened):
    page = opened(scalars()[1])
    hidden = "return document.getElementById('map').hasAttribute('hidden')"
    assert page.run(hidden)
    page.wheel(page.run(MIDDLE), -600)
    assert not page.run(hidden)
    before = page.run("return player.camera.x")
    x, y = page.run("const b = document.getElementById('map').getBoundingClientRect(); return [b.right - 3, b.y + 9]")
    page.drag((x, y), (x - 1, y))
    assert page.run("return player.camera.x") < before - 50


def test_search_finds_by_name_op_and_line_and_opens_boxes(opened):
    model, f = network()
    page = opened(f, X, names=model, depth=0)
    find = "const s = document.getElementById('search'); s.value = arguments[0]; s.onchange();"
    name = "const v = player.data.vertices[player.picked?.node]; return v && (v.called || v.label)"
    assert page.run(find + name, "layers.1.bias") == "layers.1.bias"
    assert page.run("return document.activeElement.getAttribute('aria-label')").startswith("layers.1.bias, parameter")
    assert page.run(find + name, "tanh") == "tanh"
    page.run(find, "no such thing")
    assert page.run("return document.getElementById('search').getAttribute('aria-invalid')") == "true"


# ---- keyboard, screen readers, phones, colours -----------------------------------------------------------------------

def test_arrow_keys_walk_along_the_arrows_of_the_graph(opened):
    page = opened(scalars()[1], step="#end")
    page.run("document.getElementById('graph-vertex0').focus()")
    walked = []
    for key in (DOWN, UP, RIGHT, RIGHT, LEFT, LEFT):
        page.press(key)
        walked.append(page.run("return player.data.vertices[document.activeElement.dataset.id].name"))
    assert walked == ["b", "a", "v₃", "v₄", "v₃", "v₂"]
    assert page.run("return player.at") == 14                                 # the steps stay where they are


def test_what_a_screen_reader_says_of_a_card(opened):
    page = opened(scalars()[1], step="#3")
    label = "return document.getElementById(`graph-vertex${arguments[0]}`).getAttribute('aria-label')"
    assert page.run(label, 0) == "a, parameter, value 2, no gradient yet"
    page.press("\ue010")
    assert page.run(label, 0) == "a, parameter, value 2, gradient −0.1118"
    assert page.run(label, 2) == "v₁, op ×, value −6, gradient 0.1118"


def test_the_keyboard_reaches_everything_in_order(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#3")
    visited = []
    for _ in range(20):
        page.press(TAB)
        visited.append(page.run("return document.activeElement.id"))
    assert visited[:7] == ["search", "quiz", "neuronal", "fold", "zoom", "theme", "stage"]
    assert [x for x in visited if x in ("first", "back", "play", "next", "last", "slider")] == [
        "first", "back", "play", "next", "last", "slider"]
    page.run("document.getElementById('stage').focus()")
    page.press(ENTER)
    assert page.run("return document.activeElement.id").startswith("graph-vertex")
    assert page.run("return [...document.querySelectorAll('[tabindex]')].every(x => x.tabIndex <= 0)")


def test_what_the_reader_prefers_is_heeded(opened):
    page = opened(scalars()[1])
    ground = "return getComputedStyle(document.body).backgroundColor"
    moving = "const w = document.getElementById('world'); w.classList.add('gliding'); " \
             "return getComputedStyle(w).transitionDuration"
    page.prefer(prefers_color_scheme="light", prefers_reduced_motion="no-preference")
    assert (page.run(ground), page.run(moving)) == ("rgb(255, 255, 255)", "0.35s")
    page.prefer(prefers_color_scheme="dark", prefers_reduced_motion="reduce")
    assert luminance(page.run(ground)) < 0.02 and page.run(moving) == "0s"
    page.run("document.getElementById('theme').click()")
    assert page.run(ground) == "rgb(255, 255, 255)"


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
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgb = c => {                                               // any colour of CSS, as the browser paints it
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = c;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const page = rgb(getComputedStyle(document.body).backgroundColor);
    for (const x of document.querySelectorAll("body *")) {
        const own = [...x.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()), s = getComputedStyle(x);
        if (!own || !x.getClientRects().length || s.visibility === "hidden") continue;
        if (x.closest("script, :disabled, option")) continue;
        let ground = page, colour = s.color;
        if (x.ownerSVGElement) {
            colour = s.fill;
            ground = rgb(getComputedStyle(document.getElementById('stage')).backgroundColor);
            const shape = x.closest(".node")?.querySelector(".outline");
            if (shape && !x.matches(".warning")) ground = rgb(getComputedStyle(shape).fill);
            if (x.matches(".entry")) ground = rgb(getComputedStyle(x.previousElementSibling).fill);
        } else for (let up = x; up; up = up.parentElement) {
            const [r, g, b, a = 1] = rgb(getComputedStyle(up).backgroundColor);
            if (a) { ground = over([r, g, b], page, a); break; }
        }
        shown.push([x.textContent.trim().slice(0, 30), x.className.baseVal ?? x.className, rgb(colour).slice(0, 3),
            ground.slice(0, 3)]);
    }
    return shown"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_the_contrast_that_the_web_guidelines_ask_for(opened, theme):
    """WCAG 2.1, 1.4.3: at least 4.5 to 1, on the page, on cards, in heat-maps."""
    model, f = network()
    page = opened(f, X, names=model, step="#end")
    page.run("document.documentElement.dataset.theme = arguments[0]; document.getElementById('quiz').click();"
             "player.pick({ node: 2 })", theme)
    seen = []
    for step in (0, 1, 3, 8, 9, 12, 16):
        page.run("player.go(arguments[0]); player.advance()", step)
        found = page.run(TEXTS)
        assert len(found) > 60
        seen += found
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


@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_needs_no_sideways_scrolling_of_the_page_and_has_room_for_thumbs(opened, width):
    model, f = network()
    page = opened(f, X, names=model, step="#12")
    page.phone(width)
    assert page.run("return innerWidth") == width
    for step in range(0, 17, 4):
        page.run("player.go(arguments[0])", step)
        assert page.run("const root = document.documentElement; return root.scrollWidth <= root.clientWidth")
    small = page.run("""return [...document.querySelectorAll("button, select")].filter(x => x.getClientRects().length)
        .map(x => [x.id, x.getBoundingClientRect()]).filter(([_, b]) => b.height < 36 || b.width < 36)
        .map(b => b[0])""")
    assert small == []
    assert page.run("return player.camera.k * 10") > 7.4                      # pixels of the smallest text
    height = "return document.getElementById('panel').offsetHeight"
    normal = page.run(height)
    page.run("document.getElementById('grip').click()")
    tall = page.run(height)
    page.run("document.getElementById('grip').click()")
    assert page.run(height) < normal < tall


def test_a_finger_chooses_a_card_and_an_arrow(opened):
    page = opened(scalars()[1], step="#end")
    page.phone(390)
    assert eventually(page, "return player.scene.turned")
    page.run("player.pick(null)")
    page.tap("#graph-vertex0")
    assert page.run("return player.picked") == {"node": 0}
    page.run("player.go(0)")
    page.tap("#next")
    assert page.run("return player.at") == 1


def test_printed_the_page_is_graph_and_explanation_alone(opened):
    page = opened(scalars()[1], step="#9")
    page.media("print")
    try:
        shown = page.run("""return ['.tools', '.controls', '#graph', '#step'].map(
            x => document.querySelector(x).getClientRects().length > 0)""")
        assert shown == [False, False, True, True]
        assert page.run("return document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.media("screen")


def test_the_view_is_fitted_anew_when_the_window_changes(opened):
    page = opened(scalars()[1])
    page.resize(1000, 700)
    fits = INSIDE + ("return player.camera.whole && [...document.querySelectorAll('#graph .node')]"
                     ".every(x => inside(x.getBoundingClientRect()))")
    assert eventually(page, fits)
    page.resize(1280, 800)
    assert eventually(page, fits)


def eventually(page, condition):
    """Whether a condition comes true within two seconds: browsers tell of new sizes when they draw."""
    for _ in range(40):
        if page.run(condition):
            return True
        time.sleep(0.05)
    return False
