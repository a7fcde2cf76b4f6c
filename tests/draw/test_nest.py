"""Boxes within boxes hold each vertex once, stay small, and their lines lead from end to end of each edge."""
import numpy as np
import pytest

from autograd import Tensor
from autograd.draw.graph.boxes import ROOM, boxes, wired
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
def test_a_nest_holds_everything_once_and_connects_it(graph):
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
    ports, lines = wired(graph, found)
    where = {v: box.id for box in found for v in box.inside} | {p.id: p.box for p in ports}
    assert all(where[line.source] == where[line.target] == line.box for line in lines)
    assert_lines_lead_from_end_to_end(graph, ports, lines)


def assert_lines_lead_from_end_to_end(graph, ports, lines):
    """Opened everywhere, the lines of an edge make one way from its source through ports to its target."""
    beyond = {(p.box, p.beyond, p.enters): p.id for p in ports}
    drawn = {}
    for line in lines:
        for e in line.edges:
            drawn.setdefault(e, []).append(line)
    for e, edge in enumerate(graph.edges):
        top = next(line for line in drawn[e] if not {line.source, line.target} & {p.id for p in ports})
        steps = 1
        for end, enters in (("source", False), ("target", True)):
            line, other = top, "target" if end == "source" else "source"
            while getattr(line, end) >= len(graph.vertices):
                port = beyond[getattr(line, end), getattr(line, other), enters]
                line = next(x for x in drawn[e] if getattr(x, other) == port)
                steps += 1
            assert getattr(line, end) == getattr(edge, end)
        assert steps == len(drawn[e])


def test_equal_blocks_in_a_row_are_one_box_and_long_computations_are_cut_into_stretches():
    labels = [box.summary.label for box in boxes(network(60))]
    assert "net · MLP" in labels and "59 × ReLU → Linear" in labels      # all but the first and last are 8 × 8
    cut = boxes(chain(400))
    assert {box.way for box in cut[1:]} == {"stretch"} and cut[1].summary.notes[0].endswith(("tanh", "+"))


def test_two_edges_of_one_square_stay_two_lines():
    x = Tensor(3.0, requires_grad=True, name="x")
    graph = picture(x * x, grad=True)
    _, lines = wired(graph, boxes(graph))
    assert [(line.source, line.target, line.edges) for line in lines] == [(0, 1, [0]), (0, 1, [1])]
