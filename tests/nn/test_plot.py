"""Figures: axes are labelled, lines are told apart, wrong predictions are marked; `import nn` stays light."""
import io
import subprocess
import sys

import numpy as np
import pytest

from nn.figures import plot

plt_image = pytest.importorskip("matplotlib.image")


def test_curves_label_every_axis_and_tell_lines_apart():
    fig = plot.curves({"loss": {"train": [1.0, .1], "test": [1.0, .2]}, "accuracy": {"train": [.5, .9]}}, log=["loss"])
    loss, accuracy = fig.axes
    assert (loss.get_xlabel(), loss.get_ylabel(), accuracy.get_ylabel()) == ("epoch", "loss", "accuracy")
    assert loss.get_yscale() == "log" and accuracy.get_yscale() == "linear"
    train, test = loss.get_lines()
    assert train.get_color() != test.get_color() and train.get_linestyle() != test.get_linestyle()
    assert [t.get_text() for t in loss.get_legend().get_texts()] == ["train", "test"]
    np.testing.assert_array_equal(train.get_xydata(), [[1, 1.0], [2, .1]])


def test_one_epoch_is_a_dot_and_what_is_not_finite_a_cross():
    fig = plot.curves({"loss": {"train": [1.0], "validation": [np.nan]}, "gap": {"train": [2.0, np.inf, 3.0, 0.0]}},
                      log=["gap"])
    train, _, cross = fig.axes[0].get_lines()
    assert train.get_marker() == "o" and train.get_markevery() == [0]
    assert cross.get_marker() == "x" and cross.get_xdata().tolist() == [1]
    gap, cross = fig.axes[1].get_lines()
    assert gap.get_markevery() == [0, 2] and cross.get_xdata().tolist() == [2]
    assert np.isnan(gap.get_ydata()[3])                                         # no logarithm of zero
    low, high = fig.axes[0].get_xlim()
    assert [x for x in fig.axes[0].get_xticks() if low <= x <= high] == [1]
    with pytest.raises(ValueError, match="nothing to draw"):
        plot.curves({})


def test_logarithmic_axes_have_plain_numbers():
    fig = plot.curves({"loss": {"train": [0.7, 0.03]}}, log=["loss"])
    fig.savefig(io.BytesIO())
    labels = [t.get_text() for t in fig.axes[0].get_yticklabels(which="both")]
    assert "0.1" in labels and "0.2" in labels and not any("e" in t or "$" in t for t in labels)


def test_figures_are_as_sharp_saved_outside_the_style_as_within_it():
    fig, inside, outside = plot.figure(2, 1), io.BytesIO(), io.BytesIO()
    fig.savefig(outside)
    with plot.style():
        fig.savefig(inside)
    sizes = [plt_image.imread(io.BytesIO(f.getvalue())).shape[:2] for f in (inside, outside)]
    assert sizes == [(plot.DPI, 2 * plot.DPI)] * 2


def test_wrong_predictions_are_framed_and_tell_the_truth():
    fig = plot.predictions(np.zeros((3, 8, 8)), [1, 2, 3], [1, 7, 3], columns=2)
    titles = [ax.get_title() for ax in fig.axes]
    framed = [any(s.get_visible() for s in ax.spines.values()) for ax in fig.axes[:3]]
    assert titles == ["1", "2, not 7", "3", ""] and framed == [False, True, False]
    for images, predicted, true in ((np.zeros((3, 8, 8)), [1, 2], [1, 2, 3]), (np.zeros((0, 8, 8)), [], [])):
        with pytest.raises(ValueError, match="as many labels as images"):
            plot.predictions(images, predicted, true)


def test_labels_and_rates_that_cannot_be_drawn_are_named():
    with pytest.raises(ValueError, match="3 images, 9 predicted and 9 true labels"):
        plot.predictions(np.ones((3, 4, 4)), np.eye(3), np.eye(3))
    for rates in ([0.0, 1.0], [-1.0, 1.0], [np.nan, 1.0], []):
        with pytest.raises(ValueError, match="rate_range draws learning rates above 0"):
            plot.rate_range({"lr": rates, "loss": rates})


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
