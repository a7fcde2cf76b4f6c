"""The player's page in a real browser: values and gradients are the engine's, and appear step by step."""
import time

import pytest

from autograd import Tensor
from nn import mse_loss

from .models import Tower, X, leaf, network, scalars

ENTER, TAB, ESCAPE = "\ue007", "\ue004", "\ue00c"
RIGHT, LEFT, UP, DOWN, HOME, END = "\ue014", "\ue012", "\ue013", "\ue015", "\ue011", "\ue010"


def visible(page, v, what):
    """The text that a reader sees in a cell of a card, without its caption."""
    return page.run("""const cell = document.getElementById(`graph-${arguments[1]}${arguments[0]}`);
        return [...cell.querySelectorAll("text:not(.caption)")].filter(t => t.getClientRects().length)
            .map(t => t.textContent).join(" ")""", v, what).replace("−", "-")


def test_values_and_gradients_appear_when_they_are_computed(opened):
    _, y = scalars()
    page = opened(y)
    assert [visible(page, v, "value") for v in (0, 1, 2)] == ["2", "-3", "–"]
    assert {visible(page, v, "grad") for v in (0, 1, 2)} == {"–"}
    page.press(RIGHT)
    assert visible(page, 2, "value") == "-6" and visible(page, 2, "grad") == "–"
    page.press(END)
    assert visible(page, 0, "grad") == "-0.1118"
    page.press(HOME)
    assert visible(page, 2, "value") == "–"


def test_a_running_sum_is_shown_at_a_fan_out(opened):
    x = leaf(3.0, "x")
    page = opened(x * x, step="#3")
    assert visible(page, 0, "grad") == "3 + …"
    step = "return document.getElementById('step').textContent"
    assert "contribution 1 of 2 to the gradient of x" in page.run(step)
    assert "sum so fargradient of x = 3 + …3" in page.run(step)
    page.press(RIGHT)
    assert visible(page, 0, "grad") == "6"
    assert "contribution 2 of 2 to the gradient of x" in page.run(step)
    assert "sum, completegradient of x = 3 + 3 = 6" in page.run(step)
    page.run("document.querySelector('#step .sum .link').click()")
    assert page.run("return player.at") == 3


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
        float(f"{g:.3g}") for g in model.layers[1].weight.grad.data.ravel()]


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


def test_numbers_are_not_cut(opened):
    """Numbers in the tables stay on one line, and a formula that is too wide for its panel breaks before its result."""
    w = leaf([[-1.0e-7, 2.0e-7, -3.0e-7]], "w")
    page = opened((Tensor([[1.5], [2.5], [3.5]], name="x") @ w).tanh().sum(), step="#end")
    heights = page.run("return [...document.querySelectorAll('#step table.heat td')].map(c => c.offsetHeight)")
    assert heights and max(heights) < 30


def test_every_step_of_a_long_computation_is_there_and_lights_its_box(opened):
    y = x = leaf(0.5, "x")
    for _ in range(200):
        y = (y + x).tanh()
    page = opened(y)
    assert page.run("return document.querySelectorAll('#graph .node').length") <= 40
    y.backward()
    assert page.run("player.go(1e9); return player.data.vertices[0].grad.data") == [x.grad.item()]
    assert page.run("return player.at") == 200 * 2 + 1 + 600 == page.run("return player.data.steps.length")
    lit = page.run("""const lit = [];
        for (let i = 1; i <= player.at; i += 97) {
            player.go(i);
            lit.push(document.querySelectorAll("#graph .node.now").length);
        }
        return lit""")
    assert set(lit) == {1}
    assert page.run("[...document.querySelectorAll('#step button')].at(-1).click(); return player.open.size") == 2


def test_the_last_sum_at_each_node_is_the_engines_gradient_in_a_nest(opened):
    model = Tower(2, 4)
    x = Tensor([[1.0, -2.0, 0.5, 3.0], [0.1, 0.2, -0.3, 0.4]], name="x")
    page = opened(lambda x: mse_loss(model(x), [[1.0] * 4] * 2), x, names=model, step="#end")
    shown = dict(page.run("return player.data.vertices.map(v => [v.called || v.name, v.grad?.data])"))
    mse_loss(model(x), [[1.0] * 4] * 2).backward()
    for name, parameter in model.named_parameters():
        assert shown[name] == parameter.grad.data.ravel().tolist()


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
    page.press("/")
    assert page.run("return document.activeElement.id") == "search"


def test_play_goes_on_by_itself_to_the_end_and_stops(opened):
    page = opened(leaf(2.0, "x") * 3.0)
    page.run("document.getElementById('speed').value = 550; document.getElementById('play').click()")
    for _ in range(60):
        if page.run("return player.at") == 3:
            break
        time.sleep(0.1)
    assert page.run("return [player.at, document.getElementById('play').textContent]") == [3, "▶ play"]


@pytest.mark.parametrize("step, at", [("#2", 2), ("#end", 14), ("#", 0), ("#nonsense", 0), ("#99", 14), ("#3:%", 3),
                                      ("#4:%C3%A4", 4)])
def test_a_link_leads_to_its_step(opened, step, at):
    assert opened(scalars()[1], step=step).run("return player.at") == at


def test_a_link_leads_to_its_node(opened):
    page = opened(scalars()[1], step="#end:b")
    assert page.run("return [player.at, player.picked.node]") == [14, 1]


def test_a_link_is_followed_in_an_open_page(opened):
    page = opened(scalars()[1])
    page.run("location.hash = '#5:c'")
    for _ in range(40):
        if page.run("return player.at") == 5:
            break
        time.sleep(0.05)
    assert page.run("return [player.at, player.data.vertices[player.picked.node].name]") == [5, "c"]
