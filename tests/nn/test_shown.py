"""Figures, tables, reports and the end of training show themselves as what they print."""
import io
import sys

import numpy as np

import nn
from autograd import check, explain
from nn import progress
from nn.figures import landscape, plot

PNG = b"\x89PNG\r\n\x1a\n"


def test_figures_show_themselves_without_pyplot():
    fig = plot.curves({"loss": {"train": [1.0, 0.5]}})
    assert fig._repr_png_().startswith(PNG)
    assert landscape.descent_1d(lambda x: x * x, 1.0, [0.1])._repr_png_().startswith(PNG)


def test_a_report_and_a_summary_are_shown_as_they_print():
    report = check.gradcheck(lambda x: x * x, np.ones(2))
    assert repr(report) == str(report) and repr(report).startswith("OK: ")
    table = nn.summary(nn.MLP([2, 3, 1], rng=0), (2,))
    assert repr(table) == str(table) and "parameters" in repr(table)
    history = nn.History({"loss": [1.0]})
    assert repr(history) == str(history) == "<History of 1 epochs: loss=1>"


def test_paths_are_formulas_in_a_notebook():
    model = nn.MLP([2, 2, 1], activation="sigmoid", rng=0)
    weight = model.layers[0].weight
    found = explain(nn.mse_loss(model([[1.0, 2.0]]), [[0.5]]), wrt=weight, index=(0, 1)).paths[0]
    assert repr(found) == str(found)
    assert found._repr_latex_() == f"$$\n{found.latex}\n$$"


def trained(epochs):
    model = nn.MLP([1, 1], rng=0)
    nn.fit(model, (np.ones((4, 1)), np.ones((4, 1))), nn.mse_loss, nn.SGD(model.parameters(), lr=0.1), epochs, rng=0)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_finished_training_leaves_one_line(monkeypatch, capsys):
    """A saved notebook kept a bar at 0/20."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    trained(20)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("epoch 20/20  loss ") and line.endswith(" s")
    assert terminal.getvalue().rpartition("\r")[2].strip() == ""               # the bar is gone


def test_a_log_has_a_line_for_each_epoch_and_no_more(capsys):
    trained(3)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["1/3", "2/3", "3/3"]


def test_a_training_of_no_epoch_says_nothing(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", Terminal())
    progress.Progress(20, 20, True).close()
    assert capsys.readouterr().out == ""
