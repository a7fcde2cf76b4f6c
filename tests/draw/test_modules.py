"""Grouping by module, collapsing, and repeats, on models that have nothing but the hooks which `draw` needs."""
import time

import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.draw.graph.collapse import limited
from autograd.draw.graphviz.dot import folded, picture_of


class Block:
    """The smallest thing that looks like a module."""

    def __init__(self, *children, weight=None):
        self.children, self.weight, self.before, self.after = children, weight, [], []

    def __call__(self, x):
        for hook in self.before:
            hook(self, (x,))
        y = x
        for child in self.children:
            y = child(y).tanh()
        if self.weight is not None:
            y = y * self.weight + 1.0
        for hook in self.after:
            hook(self, (x,), y)
        return y

    def before_call(self, hook):
        self.before.append(hook)
        return lambda: self.before.remove(hook)

    def on_call(self, hook):
        self.after.append(hook)
        return lambda: self.after.remove(hook)

    def named_modules(self):
        yield "", self
        for i, child in enumerate(self.children):
            for path, module in child.named_modules():
                yield f"{i}.{path}".rstrip("."), module

    def named_parameters(self):
        return [(f"{path}.w".lstrip("."), m.weight) for path, m in self.named_modules() if m.weight is not None]


def network(n):
    return Block(*(Block(weight=Tensor(1.5, requires_grad=True)) for _ in range(n)))


X = Tensor(0.5, name="x")


def test_vertices_know_the_modules_that_made_them():
    graph = picture_of(network(2), (X,), None, None)
    groups = {(v.name or v.label, v.kind): v.group for v in graph.vertices}
    assert groups["x", "input"] == ()
    assert groups["0.w", "parameter"] == ("Block", "0 · Block")
    assert groups["1.w", "parameter"] == ("Block", "1 · Block")
    assert groups["tanh", "result"] == ("Block",)


def test_hooks_are_gone_afterwards():
    model = network(2)
    draw(model, X)
    assert not any(m.before or m.after for _, m in model.named_modules())


def test_hooks_are_gone_also_after_an_error():
    model = Block(lambda x: 1 / 0)
    model.named_modules = lambda: [("", model)]
    with pytest.raises(ZeroDivisionError):
        draw(model, X)
    assert not model.before and not model.after


def test_models_among_names_are_grouped_within_a_function():
    model = network(1)
    graph = picture_of(lambda x: model(x) * 2.0, (X,), None, {"net": model})
    assert {v.group for v in graph.vertices} == {(), ("net · Block",), ("net · Block", "net.0 · Block")}


def test_a_second_call_is_a_group_of_its_own():
    model = Block(weight=Tensor(2.0, requires_grad=True))
    graph = picture_of(lambda x: model(model(x)), (X,), None, {"f": model})
    assert {v.group for v in graph.vertices if v.op} == {("f · Block",), ("f · Block (call 2)",)}
    assert next(v for v in graph.vertices if v.kind == "parameter").group == ()


def test_depth_and_collapse():
    graph = picture_of(network(2), (X,), True, None)
    assert [v.label for v in folded(graph, 1, ()).vertices] == ["x", "0 · Block", "tanh", "1 · Block", "tanh"]
    assert [v.label for v in folded(graph, 0, ()).vertices] == ["x", "Block"]
    assert [v.kind for v in folded(graph, None, "0").vertices].count("summary") == 1
    assert [v.kind for v in folded(graph, None, "?").vertices].count("summary") == 2
    assert folded(graph, None, ()) is graph


def test_a_summary_tells_what_it_holds():
    summary = folded(picture_of(network(2), (X,), True, None), 0, ()).vertices[-1]
    assert summary.notes[:2] == ["2 ×, 2 +, 2 tanh", "2 parameters (2 values)"]
    assert summary.notes[2].startswith("their gradients, root mean square: ")


def test_repeated_blocks_are_drawn_once():
    graph = folded(picture_of(network(10), (X,), True, None), 1, ())
    assert [v.label for v in graph.vertices] == ["x", "9 × Block → tanh", "9 · Block", "tanh"]
    assert graph.vertices[1].notes[0] == "9 ×, 9 +, 9 tanh"
    assert graph.vertices[1].group == ("Block",)


def test_what_differs_is_not_a_repeat():
    graph = folded(picture_of(network(3), (X,), None, None), 1, ())
    assert not any("×" in v.label for v in graph.vertices)


def test_boxes_are_in_the_source_and_titles_are_quoted():
    source = draw(network(2), X, names={'a"b': network(1)}).source
    assert source.count("subgraph cluster_") == 3
    assert 'label="0 · Block"' in source


def test_a_box_leaves_out_the_path_of_the_box_around_it():
    source = draw(lambda x: network(1)(x), X, names={"net": (model := network(1))}).source
    assert "cluster" not in source                                  # this one was not called
    source = draw(lambda x: model(x), X, names={"net": model}).source
    assert 'label="net · Block"' in source and 'label="0 · Block"' in source
    source = draw(lambda x: model(x), X, names={"net": model}, depth=1).source
    assert "<B>0 · Block</B>" in source


def test_5000_nodes_collapsed_in_under_five_seconds():
    model = network(1250)
    start = time.perf_counter()
    graph = limited(folded(picture_of(model, (X,), True, None), 1, ()), 150)
    drawn = draw(model, X, grad=True, depth=1)
    assert time.perf_counter() - start < 5
    assert len(graph.vertices) == 4 and len(drawn.source) < 10_000


def test_arrays_through_modules():
    model = Block(Block(weight=Tensor(np.ones(3), requires_grad=True)))
    assert "0 · Block" in draw(model, Tensor(np.ones((2, 3))), grad=np.ones((2, 3))).source
