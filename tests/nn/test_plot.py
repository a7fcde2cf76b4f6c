"""Figures: axes are labelled, lines are told apart, wrong predictions are marked; `import nn` stays light."""
import subprocess
import sys

import numpy as np

from nn import plot


def test_curves_label_every_axis_and_tell_lines_apart():
    fig = plot.curves({"loss": {"train": [1.0, .1], "test": [1.0, .2]}, "accuracy": {"train": [.5, .9]}}, log=["loss"])
    loss, accuracy = fig.axes
    assert (loss.get_xlabel(), loss.get_ylabel(), accuracy.get_ylabel()) == ("epoch", "loss", "accuracy")
    assert loss.get_yscale() == "log" and accuracy.get_yscale() == "linear"
    train, test = loss.get_lines()
    assert train.get_color() != test.get_color() and train.get_linestyle() != test.get_linestyle()
    assert [t.get_text() for t in loss.get_legend().get_texts()] == ["train", "test"]
    np.testing.assert_array_equal(train.get_xydata(), [[1, 1.0], [2, .1]])


def test_wrong_predictions_are_framed_and_tell_the_truth():
    fig = plot.predictions(np.zeros((3, 8, 8)), [1, 2, 3], [1, 7, 3], columns=2)
    titles = [ax.get_title() for ax in fig.axes]
    framed = [any(s.get_visible() for s in ax.spines.values()) for ax in fig.axes[:3]]
    assert titles == ["1", "2, not 7", "3", ""] and framed == [False, True, False]


def test_style_leaves_matplotlib_as_it_was():
    import matplotlib
    before = dict(matplotlib.rcParams)
    with plot.style():
        assert matplotlib.rcParams["axes.grid"]
    assert dict(matplotlib.rcParams) == before


def test_importing_nn_loads_none_of_the_extras():
    code = ("import sys, nn; print(sorted({'matplotlib', 'sklearn', 'scipy', 'tqdm', 'safetensors', 'graphviz', "
            "'pandas', 'hypothesis', 'PIL'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
