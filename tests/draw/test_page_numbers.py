"""The numbers that a reader sees are the engine's, for many programs; a step takes no longer than a frame."""
import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, relu, sigmoid, softmax
from nn import cross_entropy_loss

from .models import Tower, leaf, network, scalars
from .test_page import visible

A = np.array([[0.3, -1.2, 2.0], [1.5, 0.4, -0.7]])


def numbers(*values):
    return tuple(leaf(v, name) for v, name in zip(values, "abcd", strict=False))


PROGRAMS = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - 2.0 * b,
    "product": lambda a, b: a * b * a,
    "quotient": lambda a, b: a / (b * b + 1.0),
    "power": lambda a, b: a ** 3 + b ** 2,
    "same twice": lambda a, b: a * a,
    "polynomial": lambda a, b: 3 * a ** 2 - 4 * a * b + 5,
    "exp": lambda a, b: (a * b).exp(),
    "log": lambda a, b: a.log(),
    "tanh": lambda a, b: (a * 2 + b).tanh(),
    "sigmoid": lambda a, b: sigmoid(a * b),
    "relu": lambda a, b: relu(a + b),
    "relu off": lambda a, b: relu(b) * a,
    "sin": lambda a, b: anp.sin(a) * anp.cos(b),
    "sqrt": lambda a, b: anp.sqrt(a),
    "maximum": lambda a, b: anp.maximum(a, b),
    "tie": lambda a, b: anp.maximum(a, a * 1.0),
    "abs": lambda a, b: abs(b),
    "where": lambda a, b: anp.where(1.0 > 0.0, a, b) * b,
    "softplus": lambda a, b: (1 + (a + b).exp()).log(),
    "fan out": lambda a, b: (a + b) * (a - b) + (a + b),
    "deep": lambda a, b: ((a * b + 1).tanh() * a + b).tanh(),
    "large": lambda a, b: a * 1e30,
    "small": lambda a, b: a * b * 1e-30,
    "norm": lambda a, b: (a * a + b * b) ** 0.5,
    "mean": lambda a, b: (leaf(A, "w") * a + b).mean(),
    "stack": lambda a, b: (anp.stack([a, b, a]) ** 2).sum(),
    "matmul": lambda a, b: ((leaf(A, "w") * a) @ A.T).sum() * b,
    "softmax": lambda a, b: (softmax(a * Tensor(A)) * A).sum(),
    "entropy": lambda a, b: cross_entropy_loss(a * Tensor(A), [0, 2]) + b * 0.0,
    "max": lambda a, b: (a * Tensor(A)).max() * b,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_page_shows_the_engines_values_and_gradients(opened, name):
    leaves = numbers(1.7, -0.6)
    y = PROGRAMS[name](*leaves)
    page = opened(y, step="#end")
    y.backward()
    shown = page.run("return player.data.vertices.map(v => [v.name, v.grad?.data ?? null])")
    known = page.run("return player.data.vertices.map(v => v.id)")
    assert float(visible(page, known[-1], "value")) == pytest.approx(y.item(), rel=5e-4)
    for x in leaves:
        if x.grad is None:
            continue
        v = next(v for v, (called, _) in zip(known, shown, strict=True) if called == x.name)
        assert shown[v][1] == [x.grad.item()]
        assert float(visible(page, v, "grad")) == pytest.approx(x.grad.item(), rel=5e-4)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("make, value, gradient", [
    (lambda: leaf(0.0, "x").log() * 0.5, "-∞", "∞"), (lambda: leaf(np.nan, "x") * 2.0, "nan", "2"),
    (lambda: leaf(1e200, "x") ** 2 * 1e200, "∞", "∞")])
def test_what_is_no_number_is_shown_as_what_it_is(opened, make, value, gradient):
    page = opened(make(), step="#end")
    last = page.run("return player.data.vertices.at(-1).id")
    assert (visible(page, last, "value"), visible(page, 0, "grad")) == (value, gradient)


def test_a_step_takes_no_longer_than_a_frame_with_300_cards_in_view(opened):
    y = x = leaf(0.5, "x")
    for _ in range(150):
        y = (y + x).tanh()
    page = opened(y)
    times = page.run("""player.data.boxes.forEach(box => player.open.add(box.id));
        player.rearrange();
        player.go(200);
        const times = [];
        for (let i = 201; i <= 320; i++) {
            const start = performance.now();
            player.go(i);
            document.querySelector('.node.now').getBoundingClientRect();
            document.getElementById('panel').scrollHeight;
            times.push(performance.now() - start);
        }
        return times""")
    assert page.run("return document.querySelectorAll('#graph .node').length") == 301
    assert np.median(times) < 16


@pytest.mark.parametrize("make", [lambda: scalars()[1], lambda: network()[1](Tensor(A[:, :2])),
                                  lambda: Tower(2, 4)(Tensor(np.ones((2, 4)))).sum()])
def test_cards_say_the_same_at_a_step_however_it_was_reached(opened, make):
    page = opened(make())
    state = """player.go(arguments[0]);
        return [...document.querySelectorAll('#graph .node')].map(x => [x.getAttribute('class'), x.textContent])"""
    last = page.run("return player.data.steps.length")
    ahead = [page.run(state, i) for i in range(0, last + 1, 3)]
    page.run(state, last)
    assert [page.run(state, i) for i in reversed(range(0, last + 1, 3))] == ahead[::-1]
