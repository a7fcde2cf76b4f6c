"""One cell called many times: rolled up in drawings, a box in pages, and laid out in full where asked."""
import shutil

import numpy as np
import pytest

import nn
from autograd import Tensor, draw
from autograd.draw.graph.boxes import boxes
from autograd.draw.graphviz.dot import folded, picture_of

X = Tensor(np.ones((2, 10, 3)), name="X")


def unrolled(cell, steps=10):
    def run(x):
        state = None
        for t in range(steps):
            state = cell(x[:, t]) if state is None else cell(x[:, t], state)
        return ((state[0] if isinstance(state, tuple) else state) ** 2).sum()
    return run


@pytest.fixture(scope="module")
def cell():
    return nn.LSTMCell(3, 4, rng=0)


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
@pytest.mark.parametrize("max_nodes", [120, 150, 400])
def test_dot_survives_ten_calls_of_a_cell(cell, max_nodes):
    """graphviz 2.43 died of a segmentation fault at 150 nodes."""
    drawn = draw(unrolled(cell), X, names={"": cell} if max_nodes == 120 else {"cell": cell}, grad=True,
                 max_nodes=max_nodes)
    assert drawn.pipe("svg").rstrip().endswith(b"</svg>")


def test_a_limit_draws_ten_calls_once(cell):
    source = draw(unrolled(cell), X, names={"cell": cell}, grad=True).source
    assert "<B>10 × cell · LSTMCell</B>" in source
    assert "more op" not in source
    assert "cell.recurrent" in source


def test_without_a_limit_each_call_is_a_box(cell):
    source = draw(unrolled(cell), X, names={"cell": cell}, max_nodes=400).source
    assert source.count("subgraph cluster_") == 10 and "10 ×" not in source


def test_depth_folds_calls_whose_inputs_differ(cell):
    graph = folded(picture_of(unrolled(cell), (X,), True, {"cell": cell}), 0, ())
    assert [v.label for v in graph.vertices if v.kind == "summary"] == ["10 × LSTMCell"]


def test_inputs_that_other_ops_use_stay_outside(cell):
    start = Tensor(np.zeros((2, 3)))

    def run(x):
        state = cell(x)
        for _ in range(4):
            state = cell(x, state)
        return (state[0].sum() * x).sum()
    labels = [(v.kind, v.label) for v in folded(picture_of(run, (start,), False, {"cell": cell}), 0, ()).vertices]
    assert ("summary", "5 × LSTMCell") in labels and ("input", "") in labels


def test_two_calls_are_not_a_run(cell):
    found = boxes(picture_of(unrolled(cell, 2), (X,), True, {"cell": cell}))
    assert [b.way for b in found] == ["module"] * 3


def test_calls_lie_in_one_box_with_their_steps_inside(cell):
    found = boxes(picture_of(unrolled(cell), (X,), True, {"cell": cell}))
    run, *calls = found[1:]
    assert (run.way, run.summary.label) == ("run", "10 × cell · LSTMCell")
    assert {call.outer for call in calls} == {run.id} and len(calls) == 10
    assert set(run.inside) >= {call.id for call in calls}
    assert sum(len(call.members) for call in calls) == 150


def test_calls_between_which_other_ops_compute_are_not_rolled_up(cell):
    def run(x):
        h, c = cell(x)
        for _ in range(4):
            h, c = cell(x, (h.tanh(), c))
        return h.sum()
    found = boxes(picture_of(run, (Tensor(np.ones((2, 3))),), True, {"cell": cell}))
    assert all(b.way == "module" for b in found)


def test_a_dot_that_dies_is_named_with_what_to_do(monkeypatch, tmp_path):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\nkill -SEGV $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    drawn = draw(Tensor(2.0, requires_grad=True) * 3.0)
    with pytest.raises(RuntimeError, match=r"dot died of signal 11.*depth=1"):
        drawn.pipe("svg")
    assert "digraph" in drawn._repr_mimebundle_()["text/plain"]
