"""The page answers why a value and a gradient are what they are, and what it says is true."""
import re

import numpy as np
import pytest

from autograd import Tensor, relu, softmax
from nn import Conv2d, mse_loss

from .models import X, leaf, network, scalars

PANEL = "return document.getElementById('node').innerText"


def number(text):
    return float(text.replace("−", "-").strip("() "))


def terms(text):
    """The value of a written sum of products, and what it is said to be: 'a 2 · 3 + b 4 = 10'."""
    left, right = re.sub(r"\[[\d, ]*\]", "", text).rsplit("=", 1)
    numbers = [[number(re.findall(r"[(]?−?[\d.]+(?:e[−\d]+)?[)]?$", factor.strip())[0]) for factor in part.split("·")]
               for part in left.split("+")]
    return sum(np.prod(factors) for factors in numbers), number(right)


def test_a_gradient_is_the_sum_of_its_contributions_each_upstream_times_local_derivative(opened):
    (a, _, _), y = scalars()
    page = opened(y, step="#end")
    page.run("player.pick({ node: 0 })")
    rows = page.run("return [...document.querySelectorAll('#node .contributions li')].map(x => x.innerText)")
    y.backward()
    found = [re.search(r"\) ?(\S+) · (\S+) = (\S+?) ?step (\d+)", row).groups() for row in rows]
    assert len(found) == 2
    for upstream, local, contribution, _ in found:
        assert number(upstream) * number(local) == pytest.approx(number(contribution), rel=1e-3)
    assert sum(number(c) for _, _, c, _ in found) == pytest.approx(a.grad.item(), rel=1e-3)
    assert "is the sum of 2 contributions" in page.run(PANEL)


def test_a_contribution_leads_to_its_step_and_to_its_arrow(opened):
    page = opened(scalars()[1], step="#end")
    page.run("player.pick({ node: 0 })")
    step = page.run("return +document.querySelectorAll('#node .contributions button')[1].textContent.split(' ')[1]")
    page.run("document.querySelectorAll('#node .contributions button')[1].click()")
    assert page.run("return player.at") == step
    page.run("player.pick({ node: 0 }); document.querySelectorAll('#node .contributions button')[0].click()")
    assert page.run("return player.data.edges[player.picked.edge].source") == 0
    assert page.run("return document.querySelectorAll('#graph .edge.picked').length") == 1


def test_paths_from_the_result_are_lit_with_the_product_along_each(opened):
    page = opened(scalars()[1], step="#end")
    page.run("player.pick({ node: 0 })")
    rows = page.run("return [...document.querySelectorAll('#node .path')].map(x => x.innerText)")
    assert len(rows) == 2 and "all 2 paths from the result" in page.run(PANEL)
    for row in rows:
        brings, product = re.match(r"(\S+) C ←.*\n(.*)", row).groups()
        assert np.prod([number(x) for x in product.split("·")]) == pytest.approx(number(brings), rel=1e-3)
    page.run("document.querySelectorAll('#node .path')[1].click()")
    lit = page.run("return [...document.querySelectorAll('#graph .node.lit')].map(x => +x.dataset.id).sort()")
    names = [page.run("return player.data.vertices[arguments[0]].name", v) for v in lit]
    assert set(names) == {"a", "v₃", "v₄", "C"}
    assert page.run("return document.querySelectorAll('#graph .edge.lit').length") == 3


def test_an_arrow_can_be_chosen_by_the_mouse(opened):
    page = opened(scalars()[1], step="#end")
    page.run("""const hit = document.querySelector('#graph .edge[data-edge="0"] .hit');
        hit.dispatchEvent(new MouseEvent('click', { bubbles: true }))""")
    assert page.run("return player.picked") == {"edge": 0}
    text = page.run(PANEL)
    assert text.startswith("a → v₁") and "upstream" in text
    assert terms(page.run("return document.querySelector('#node .sum').innerText")) == (
        pytest.approx(-0.3354, rel=1e-3), pytest.approx(-0.3354, rel=1e-3))


@pytest.mark.parametrize("value, says", [(-1.0, "It is 0: the local derivative is 0 at v₁ (ReLU)"), (1.0, None)])
def test_what_killed_a_gradient_is_named(opened, value, says):
    page = opened(relu(leaf(value, "x")) * 3.0, step="#end:x")
    assert (says in page.run(PANEL)) if says else ("what made it so" not in page.run(PANEL))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_shrank_or_blew_up_or_broke_a_gradient_is_named(opened):
    page = opened((leaf(5.0, "x") * 1.0).tanh() * 2.0, step="#end:x")
    assert "The smallest factor on the strongest path, 0.0001816, is at v₂ (tanh)" in page.run(PANEL)
    page = opened((leaf(4.0, "x") + 1.0) * 1e5, step="#end:x")
    assert "It is 1e5 times what the backward pass started with" in page.run(PANEL)
    page = opened((leaf(0.0, "x") + 0.0) ** 0.5, step="#end:x")
    assert "It is not a finite number, first after C" in page.run(PANEL)


def every_entry(page, table):
    """Points at each entry of a table and gives the written sums."""
    return page.run("""const found = [], box = document.querySelector(arguments[0]);
        for (const cell of box.querySelectorAll('td[data-entry]')) {
            cell.onmouseenter();
            found.push([cell.textContent, box.closest('#step, #node').querySelector('.sum').innerText,
                [...box.closest('#step, #node').querySelectorAll('td.used')].map(x => +x.dataset.entry)]);
        }
        return found""", table)


def test_each_entry_of_a_product_lights_its_row_and_column_and_is_the_written_sum(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#1")
    found = every_entry(page, "#step .heats > div:last-child")
    assert len(found) == 6
    for k, (entry, said, used) in enumerate(found):
        i, j = divmod(k, 3)
        total, claimed = terms(said)
        assert claimed == number(entry) and total == pytest.approx(claimed, rel=2e-3, abs=1e-3)
        assert used == [2 * i, 2 * i + 1, j, 3 + j, j]                      # a row of x, a column of W, one of b


def test_each_entry_of_a_contribution_is_the_written_sum(opened):
    model, f = network()
    page = opened(f, X, names=model)
    steps = page.run("return player.data.steps.map(s => s.kind)")
    checked = 0
    for at, kind in enumerate(steps, 1):
        if kind != "backward":
            continue
        page.run("player.go(arguments[0])", at)
        for entry, said, _ in every_entry(page, "#step .heats > div:last-child"):
            total, claimed = terms(said)
            assert claimed == number(entry) and total == pytest.approx(claimed, rel=2e-3, abs=1e-4)
            checked += 1
    assert checked > 20


def test_softmax_shows_the_row_of_its_jacobian(opened):
    z = leaf([1.0, 2.0, 0.5], "z")
    page = opened((softmax(z) * Tensor([1.0, 0.0, 0.0])).sum(), step="#1")
    said = every_entry(page, "#step .heats > div:last-child")[0][1]
    y = np.exp(z.data) / np.exp(z.data).sum()
    assert [number(x) for x in re.findall(r"by z\[\d\] (\S+?)(?:,|$)", said)] == pytest.approx(
        [y[0] * (1 - y[0]), -y[0] * y[1], -y[0] * y[2]], rel=1e-3)


def test_a_convolution_shows_its_patch(opened):
    layer = Conv2d(1, 1, 2, rng=0)
    image = Tensor(np.arange(9.0).reshape(1, 1, 3, 3), name="image")
    page = opened(lambda x: layer(x).sum(), image, names=layer, step="#1")
    _, said, used = every_entry(page, "#step .heats > div:last-child")[3]
    assert [number(x) for x in re.findall(r"\] (\S+) ·", said)] == [4, 5, 7, 8]
    assert used[:4] == [12, 13, 14, 15] and used[4:] == [0, 1, 2, 3]          # the last patch, and the whole kernel


def test_everything_is_hidden_that_the_quiz_has_not_asked(opened):
    page = opened(scalars()[1], step="#1")
    page.press("q")
    page.run("player.pick({ node: 0 })")
    assert "gradient\nshown after the quiz" in re.sub(r"\n+", "\n", page.run(PANEL)) and "0.1118" not in page.run(PANEL)
    page.run("player.pick({ edge: 0 })")
    assert "0.3354" not in page.run(PANEL)


def test_a_page_of_the_forward_pass_says_so(opened):
    page = opened(leaf(1.0, "x") * 2.0, grad=False, step="#end:x")
    assert "this page shows the forward pass alone" in page.run(PANEL)


def test_loss_and_network_agree(opened):
    model, f = network()
    page = opened(f, X, names=model, step="#end:layers.0.weight")
    assert "the only path from the result" in page.run(PANEL) and "100 %" in page.run(PANEL)
    assert mse_loss(model(X), [[0.5], [1.0]]).item() == page.run("return player.data.vertices.at(-1).value.data[0]")
