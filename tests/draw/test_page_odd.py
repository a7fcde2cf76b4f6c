"""Odd computations make pages without complaint: every step, node, arrow, entry and question is visited."""
import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor
from nn import Adam, Conv2d, Flatten, Linear, LSTMCell, ReLU, Sequential, cross_entropy_loss

from .models import leaf, network, scalars

A = np.array([[0.3, -1.2, 2.0], [1.5, 0.4, -0.7]])
VISIT = """
    const bad = [], panel = document.getElementById('panel'), form = document.getElementById('question');
    const look = what => { if (/undefined|NaN|\\[object/.test(panel.innerText)) bad.push([what, panel.innerText]); };
    const entries = () => panel.querySelectorAll('td[data-entry]');
    const point = () => entries().forEach(cell => { cell.onmouseenter?.(); look('entry'); });
    const walk = () => { for (let i = 0; i <= player.data.steps.length; i++) { player.go(i); look(i); } };
    walk();
    for (const { id } of player.data.vertices) {
        player.pick({ node: id });
        point();
        panel.querySelectorAll('.path').forEach(x => x.onmouseenter());
    }
    player.data.edges.forEach((_, edge) => { player.pick({ edge }); point(); });
    document.getElementById('quiz').click();
    player.go(0);
    for (let i = 0; i < 400 && player.at < player.data.steps.length; i++) {
        player.advance();
        look('question');
        if (form.dataset.open) [...form.querySelectorAll('button')].at(-1).click();
    }
    document.getElementById('quiz').click();
    if (player.data.network) { document.getElementById('neuronal').click(); walk(); }
    if (/undefined|NaN/.test(document.getElementById('graph').textContent)) bad.push('the graph');
    return bad"""


def cell():
    layer = LSTMCell(3, 4, rng=0)
    return lambda x: layer(x)[0].sum(), Tensor(A, name="x")


def convolution():
    model = Sequential(Conv2d(1, 2, 3, rng=0), ReLU(), Flatten(), Linear(8, 3, rng=0))
    image = Tensor(np.arange(16.0).reshape(1, 1, 4, 4), name="image")
    return lambda x: cross_entropy_loss(model(x), np.array([1])), image, {"optimizer": Adam(model.parameters())}


ODD = {
    "leaf": lambda: (leaf(2.0, "x"),),
    "constant": lambda: (Tensor(2.0), {"grad": False}),
    "without names": lambda: (leaf(2.0) * leaf(3.0),),
    "forward alone": lambda: (Tensor(2.0) * 3.0, {"grad": False}),
    "empty": lambda: (leaf(np.zeros((0, 3)), "e").sum(),),
    "own seed": lambda: (leaf(A, "a") * 2.0, {"grad": A}),
    "nan": lambda: (leaf(np.nan, "x") * 2,),
    "infinite": lambda: (leaf([np.inf, 1.0, -1.0], "x").sum() * 2,),
    "log of 0": lambda: (leaf(0.0, "x").log() * leaf(0.0, "w"),),
    "hostile": lambda: (leaf(2.0, "θ<b>&\"'") * leaf(1.0, "a" * 90),),
    "float32": lambda: ((leaf(np.ones(3, np.float32), "x") * np.float32(2)).sum(),),
    "several outputs": lambda: ((lambda q, r: (q * A[:, :2]).sum() + r.sum())(*anp.linalg.qr(leaf(np.eye(2) + 0.1))),),
    "large": lambda: ((leaf(np.ones((50, 60)), "big") ** 2).mean(),),
    "five axes": lambda: (leaf(np.ones((2, 2, 2, 3, 3))).sum(),),
    "repeated entries": lambda: (leaf(np.arange(5.0), "v")[np.array([0, 0, 2])].sum(),),
    "cell": cell,
    "convolution": convolution,
    "down": lambda: (scalars()[1], {"direction": "TB"}),
    "one example": lambda: (network()[0], Tensor([1.0, 2.0], name="x"), {"grad": np.ones(1)}),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ODD)
def test_odd_computations_make_pages_without_complaint(opened, name):
    *made, options = split(ODD[name]())
    assert opened(*made, **options).run(VISIT) == []


def split(made):
    """[result or function, inputs ..., options]"""
    return list(made) if isinstance(made[-1], dict) else [*made, {}]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_gradient_that_stays_zero_is_explained(opened):
    page = opened(leaf(0.0, "x").log() * leaf(0.0, "w"), step="#end:x")
    text = page.run("return document.getElementById('panel').innerText")
    assert "0 · ∞ = 0 (a zero upstream gradient stays zero)" in text and "Nothing can be compared here" in text
