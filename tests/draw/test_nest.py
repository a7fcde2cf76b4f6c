"""Boxes within boxes hold each vertex once and stay small."""
import numpy as np
import pytest

from autograd import Tensor
from autograd.draw.graph.boxes import ROOM, boxes
from autograd.draw.graph.picture import picture
from autograd.draw.graphviz.dot import picture_of
from nn import MLP, Linear, Module


def chain(n):
    y = x = Tensor(0.5, requires_grad=True, name="x")
    for _ in range(n):
        y = (y + x).tanh()
    return picture(y, grad=True)


def web(n, seed=0):
    """A random graph: each value from two earlier ones."""
    rng = np.random.default_rng(seed)
    values = [Tensor(1.0, requires_grad=True, name=f"x{i}") for i in range(3)]
    for _ in range(n):
        a, b = (values[int(len(values) * rng.random() ** 0.5)] for _ in range(2))
        values.append(a * b + a)
    return picture(sum(values[1:], values[0]), grad=True)


def network(depth):
    model = MLP([4] + [8] * depth + [2], activation="relu", rng=0)
    return picture_of(lambda x: model(x).sum(), (np.ones((3, 4)),), True, {"net": model})


class Shared(Module):
    """One layer called twice, its result used outside and inside."""

    def __init__(self):
        self.layer = Linear(3, 3, rng=0)

    def forward(self, x):
        y = self.layer(x)
        return self.layer(y) * y + x


@pytest.mark.parametrize("graph", [
    chain(3), chain(400), web(30), web(500), network(2), network(60),
    picture_of(Shared(), (np.ones((2, 3)),), np.ones((2, 3)), None)], ids=lambda g: f"{len(g.vertices)}")
def test_a_nest_holds_everything_once(graph):
    found = boxes(graph)
    n = len(graph.vertices)
    assert [box.id for box in found] == list(range(n, n + len(found))) and found[0].members == list(range(n))
    direct = sorted(v for box in found for v in box.inside)
    assert direct == [v for v in range(n + len(found)) if v != n]
    for box in found:
        assert 1 <= len(box.inside) <= ROOM
        below = {v for i in box.inside for v in ([i] if i < n else found[i - n].members)}
        assert below == set(box.members)
        assert box.outer is None or box.id in found[box.outer - n].inside
        assert box.outer is None or len(box.members) > 1


def test_equal_blocks_in_a_row_are_one_box_and_long_computations_are_cut_into_stretches():
    labels = [box.summary.label for box in boxes(network(60))]
    assert "net · MLP" in labels and "59 × ReLU → Linear" in labels      # all but the first and last are 8 × 8
    cut = boxes(chain(400))
    assert {box.way for box in cut[1:]} == {"stretch"} and cut[1].summary.notes[0].endswith(("tanh", "+"))
