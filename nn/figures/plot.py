"""Figures of training: one look for all of them, and the few that every project draws. Needs matplotlib."""
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.support.optional import optional

from ..checks import as_array, check, numbers
from ..sizes import positive_int

__all__ = ["COLOURS", "DASHES", "DIVERGING", "DPI", "HATCHES", "HIGH", "LOOK", "LOW", "MARKERS", "SEQUENTIAL", "curves",
            "figure", "log_axis", "predictions", "rate_range", "series", "step_axis", "style"]

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe & Ito's palette (2008): told apart with every kind of colour vision, and in grey."""

DASHES = ("-", "--", "-.", ":")
"""Lines differ in dash as well as in colour."""

MARKERS, HATCHES = "osD^vP*X", ("", "//", "\\\\", "..")
"""Classes differ in marker as well as in colour; where there are more classes than colours, areas are hatched."""

DIVERGING, SEQUENTIAL = "RdBu_r", "viridis"
"""Colour maps that every kind of colour vision can read: blue below zero and red above; and from low to high."""

LOW, HIGH = "#2166AC", "#B2182B"
"""The two ends of the diverging map, for two classes."""

DPI = 150
"""Dots per inch of figures, shown or saved."""

LOOK = {
    "figure.facecolor": "white", "figure.dpi": DPI, "savefig.dpi": "figure", "font.size": 10, "axes.titlesize": 11,
    "axes.titlelocation": "left", "figure.constrained_layout.h_pad": 0.08,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#E0E0E0",
    "axes.axisbelow": True, "lines.linewidth": 1.8, "legend.frameon": False,
}


def _matplotlib() -> Any:
    with optional("matplotlib", "figures need"):
        import matplotlib.figure
    return matplotlib


@contextmanager
def style() -> Iterator[None]:
    """Context manager: matplotlib figures made inside have the look of this project.

    Raises:
        ImportError: matplotlib is missing.
    """
    matplotlib = _matplotlib()
    with matplotlib.rc_context({**LOOK, "axes.prop_cycle": matplotlib.cycler(color=COLOURS)}):
        yield


def figure(width: float, height: float) -> "Figure":
    """An empty figure of a size in inches that lays itself out and shows itself in a notebook; no window or global list
    knows of it."""
    for name, value in (("width", width), ("height", height)):
        check(name, value, lambda v: 0 < v < np.inf, "a number of inches greater than 0")
    _matplotlib()
    from .shown import Figure
    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def series(ax: "Axes", values: Sequence[float], look: str = "-", **options: Any) -> None:
    """Values after step 1, 2, ... as a line. A value without neighbours is a dot, one that is not finite a cross."""
    _check_axes(ax)
    ys = numbers("values", values).astype(float)
    if ys.ndim != 1:
        raise ValueError(f"values must be numbers in a list, got shape {ys.shape}")
    xs, finite = np.arange(1, len(ys) + 1), np.isfinite(ys)
    if ax.get_yscale() == "log":
        finite &= ys > 0
    (line,) = ax.plot(xs, np.where(finite, ys, np.nan), look, **options)
    around = np.pad(finite, 1)
    alone = np.flatnonzero(finite & ~around[:-2] & ~around[2:])
    if len(alone):
        line.set(marker="o", markevery=alone.tolist())
    if not np.isfinite(ys).all():
        lost = xs[~np.isfinite(ys)]
        ax.plot(lost, np.full(len(lost), 0.98), "x", color=line.get_color(), transform=ax.get_xaxis_transform())


def step_axis(ax: "Axes", xlabel: str) -> None:
    """Make x count steps or epochs: whole numbers only."""
    from matplotlib.ticker import MaxNLocator
    _check_axes(ax)
    ax.set_xlabel(xlabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))


def log_axis(ax: "Axes") -> None:
    """Make y logarithmic, with plain numbers at its ticks, also between powers of ten where it is short."""
    from matplotlib.ticker import LogFormatter
    _check_axes(ax)

    class Plain(LogFormatter):
        def __call__(self, x, pos=None):
            return f"{x:g}" if super().__call__(x, pos) else ""
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(Plain())
    ax.yaxis.set_minor_formatter(Plain(minor_thresholds=(1.5, 0.7)))


def curves(panels: Mapping[str, Mapping[str, Sequence[float]]], *, xlabel: str = "epoch",
           log: Sequence[str] = ()) -> "Figure":
    """Training curves, one panel per quantity and one line per data set.

    Args:
        panels: {label of the y axis: {name of the line: its value after each epoch}}.
        log: labels of the panels to draw with a logarithmic y axis.

    A value that is nan or infinite is a cross at the top of its panel; a line of one value is a dot.

    Raises:
        ValueError: there are no panels.

    >>> from nn.plot import curves
    >>> fig = curves({"loss": {"train": [1.0, 0.5]}, "accuracy": {"train": [0.5, 0.9], "test": [0.4, 0.8]}})
    >>> [ax.get_ylabel() for ax in fig.axes]
    ['loss', 'accuracy']
    """
    _check_panels(panels, log)
    with style():
        fig = figure(4.5 * len(panels), 3.4)
        for ax, (ylabel, lines) in zip(np.ravel(fig.subplots(1, len(panels))), panels.items(), strict=True):
            if ylabel in log:
                log_axis(ax)
            for i, (name, values) in enumerate(lines.items()):
                series(ax, values, DASHES[i % len(DASHES)], label=name)
            step_axis(ax, xlabel)
            ax.set_ylabel(ylabel)
            ax.legend()
    return fig


def _check_axes(ax: Any) -> None:
    if not hasattr(ax, "get_yscale"):
        raise TypeError(f"ax must be the axes of a figure, as fig.subplots() gives them, got {ax!r}")


def _check_panels(panels: Any, log: Any) -> None:
    if not isinstance(panels, Mapping) or not all(isinstance(lines, Mapping) for lines in panels.values()):
        raise TypeError(f'panels must be {{label: {{name of the line: its values}}}}, got {panels!r:.60}')
    if not panels:
        raise ValueError("there is nothing to draw: no panels were given, or the history has no rows yet")
    if not isinstance(log, list | tuple) or not set(log) <= set(panels):
        raise ValueError(f"log must be a list of labels among {list(panels)}, got {log!r}")


def rate_range(history: Mapping[str, Sequence[float]]) -> "Figure":
    """The loss against the learning rate, of `lr_range_test`."""
    if not isinstance(history, Mapping) or not {"lr", "loss"} <= set(history) or len(history["lr"]) != len(
            history["loss"]):
        raise ValueError(f"rate_range takes the history that lr_range_test gives, got {history!r:.60}")
    rates = numbers("lr", history["lr"])
    if not rates.size or not rates.min() > 0:
        raise ValueError("rate_range draws learning rates above 0 on a logarithmic axis, got "
                         f"{rates.min() if rates.size else 'none'}")
    with style():
        fig = figure(5, 3.4)
        ax = fig.subplots()
        ax.plot(rates, numbers("loss", history["loss"]))
        ax.set(xscale="log", xlabel="learning rate", ylabel="loss")
    return fig


def predictions(images, predicted: Sequence, true: Sequence, *, columns: int = 10, title: str = "") -> "Figure":
    """A table of images, each under its predicted label; wrong ones are framed, with the true label beside it.

    Args:
        images: (n, height, width) in shades of grey or (n, height, width, 3) in colours.
        predicted, true: n labels each.

    Raises:
        ValueError: there are no images, or not as many labels as images.
    """
    images = numbers("images", images)
    if images.size and images.ndim not in (3, 4):
        raise ValueError(f"images must be (n, height, width) or (n, height, width, 3), got shape {images.shape}")
    positive_int(columns=columns)
    predicted, true = (np.ravel(as_array("labels", labels)).tolist() for labels in (predicted, true))
    if not len(images) or not len(images) == len(predicted) == len(true):
        raise ValueError(f"predictions needs as many labels as images, and at least one, got {len(images)} images, "
                         f"{len(predicted)} predicted and {len(true)} true labels")
    with style():
        rows = -(-len(images) // columns)
        fig = figure(0.85 * columns, 1.05 * rows + (0.5 if title else 0))
        axes = np.ravel(fig.subplots(rows, columns, subplot_kw={"xticks": [], "yticks": []}))
        for ax in axes[len(images):]:
            ax.axis("off")
        for ax, image, p, t in zip(axes, images, predicted, true, strict=False):
            ax.imshow(image, cmap="gray_r")
            ax.set_title(f"{p}" if p == t else f"{p}, not {t}", loc="center", fontsize=9,
                         color="black" if p == t else COLOURS[1], fontweight="normal" if p == t else "bold")
            for spine in ax.spines.values():
                spine.set(visible=p != t, color=COLOURS[1], linewidth=2.5)
        fig.suptitle(title, fontsize=11)
    return fig
