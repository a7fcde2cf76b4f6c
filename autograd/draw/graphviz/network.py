"""draw_network: the classical picture of a network, neurons in columns with lines for weights."""
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..format import clipped, escaped, labelled, number
from ..theme import THEMES, Theme, blend
from .dense import chain_of_dense_layers

if TYPE_CHECKING:
    from .drawing import Drawing

COLUMN, ROW = 2.5, 0.95             # least distance of columns, and that of neurons, in inches
NUMBER = 0.68                       # so far from a neuron's centre a number on its line is clear of it
MOST_NEURONS, MOST_WRITTEN = 8, 5   # larger layers are abbreviated, and weights into them are not written


@dataclass
class Column:
    """One layer of neurons: how many, which of them are drawn, where, what is written in and under each."""
    title: str
    size: int
    values: np.ndarray | None = None
    biases: list[str] | None = None
    x: float = 0.0

    @property
    def drawn(self) -> list[int | None]:
        """The neurons from top to bottom; None is the gap that stands for those left out."""
        if self.size <= MOST_NEURONS:
            return list(range(self.size))
        return [0, 1, 2, None, self.size - 2, self.size - 1]


def draw_network(model: Any, x: Any = None, *, by: str = "weight", theme: str = "light") -> "Drawing":
    """Draw a multi-layer perceptron as neurons and weights.

    A line's colour is the sign of its weight (red positive, blue negative), its width the magnitude relative to the
    largest; where there is no blue, in print, negative lines are dashed. Small networks have every weight written on
    its line and every bias in its neuron; large layers are abbreviated, and say so.

    Args:
        model: an MLP, or any model that is a chain of layers with weight matrices (inputs, outputs). It is run once, in
            `eval` mode, on x or on zeros, to see that each layer is fed by the one before alone.
        x: one sample (n) or (1, n). Its values are then written into the neurons: the input, the activation of each
            hidden neuron (what the next layer receives) and the output.
        by: "weight", or "grad" to draw and write gradients of weights and biases, as `backward` left them.
        theme: "light", "dark" or "print".

    Returns:
        A `graphviz.Digraph`, as `draw` does.

    Raises:
        ImportError: the Python package graphviz is missing: pip install graphviz.
        TypeError: the model is not a chain of weight matrices: it has other weights (a convolution, a recurrent cell),
            a skip connection, or a layer that is called twice or never. `draw(model, x)` draws any model.
        ValueError: several samples; `by="grad"` before `backward`.

    >>> from autograd.draw import draw_network
    >>> from nn import MLP
    >>> "hidden 1" in draw_network(MLP([2, 3, 1], rng=0), [70.0, 25.0]).source
    True
    """
    if by not in ("weight", "grad") or theme not in tuple(THEMES):
        raise ValueError(f"by must be weight or grad and theme one of {', '.join(THEMES)}, got {by!r} and {theme!r}")
    layers, values = chain_of_dense_layers(model, x)
    lines = [_shown(layer.weight, by) for layer in layers]
    return _drawn(_columns(model, layers, values, by), lines, by, THEMES[theme])


def _shown(parameter: Any, by: str) -> np.ndarray:
    if by == "weight":
        return parameter.numpy()
    if parameter.grad is None:
        raise ValueError("the weights have no gradient yet: call backward() on a loss first")
    return parameter.grad.numpy()


def _columns(model: Any, layers: list[Any], values: list[np.ndarray] | None, by: str) -> list[Column]:
    titles = ["input"] + [f"hidden {i}" for i in range(1, len(layers))] + ["output"]
    if activation := getattr(getattr(model, "activation", None), "__name__", ""):
        titles = [f"{t} · {activation}" if t.startswith("hidden") else t for t in titles]
    sizes = [layers[0].weight.shape[0], *(m.weight.shape[1] for m in layers)]
    columns = [Column(title, n) for title, n in zip(titles, sizes, strict=True)]
    for column, layer in zip(columns[1:], layers, strict=True):
        bias = getattr(layer, "bias", None)
        symbol = "∂b" if by == "grad" else "b"
        column.biases = None if bias is None else [f"{symbol} {number(b)}" for b in np.ravel(_shown(bias, by))]
    for column, value in zip(columns, values or [], strict=False):
        column.values = value
    return columns


def _drawn(columns: list[Column], lines: list[np.ndarray], by: str, theme: Theme) -> "Drawing":
    from .drawing import Drawing
    look = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "11", "fontcolor": theme.text}
    page = {"bgcolor": theme.background, "splines": "line", "pad": "0.2"}
    drawn = Drawing("network", engine="neato", graph_attr=page, node_attr=look, edge_attr={"arrowhead": "none"})
    written = max(c.size for c in columns) <= MOST_WRITTEN
    for column, following in pairwise(columns):
        following.x = column.x + (max(COLUMN, NUMBER * (following.size + 1)) if written else COLUMN)
    top = max((float(np.max(np.abs(w), initial=0.0)) for w in lines), default=0.0) or 1.0
    for i, w in enumerate(lines):
        _draw_lines(drawn, columns, i, w / top, w if written else None, theme)
    for i, column in enumerate(columns):
        _draw_column(drawn, column, i, theme)
    negative = "dashed black" if theme.negative == theme.text else "blue"
    caption = f"{'gradients' if by == 'grad' else 'weights'}: red positive, {negative} negative, widest {number(top)}"
    lowest = max(len(c.drawn) for c in columns) / 2 * ROW + 0.35
    drawn.node("caption", escaped(caption), shape="plain", fontcolor=theme.faint, fontsize="9",
               pos=f"{columns[-1].x / 2:.2f},{-lowest:.2f}!")
    return drawn


def _height(column: Column, place: int) -> float:
    return ((len(column.drawn) - 1) / 2 - place) * ROW


def _draw_column(drawn: "Drawing", column: Column, i: int, theme: Theme) -> None:
    kind = "input" if column.title == "input" else "result" if column.title == "output" else "op"
    highest = _height(column, 0) + 0.55
    title = f'<<B>{labelled(clipped(column.title))}</B><BR/><FONT POINT-SIZE="9">{column.size}</FONT>>'
    drawn.node(f"title{i}", title, shape="plain", pos=f"{column.x:.2f},{highest:.2f}!")
    for place, unit in enumerate(column.drawn):
        at = f"{column.x:.2f},{_height(column, place):.2f}!"
        if unit is None:
            drawn.node(f"gap{i}", f"⋮ {column.size - 5} more", shape="plain", fontcolor=theme.faint, pos=at)
            continue
        drawn.node(f"n{i}-{unit}", _inside(column, unit, theme), shape="circle", fixedsize="true", width="0.62",
                   style="filled", fillcolor=theme.fill[kind], color=theme.line[kind], pos=at)


def _inside(column: Column, unit: int, theme: Theme) -> str:
    value = number(column.values[unit]) if column.values is not None else ""
    bias = column.biases[unit] if column.biases is not None else ""
    lines = [f'<FONT POINT-SIZE="10">{value}</FONT>'] if value else []
    lines += [f'<FONT POINT-SIZE="8" COLOR="{theme.faint}">{bias}</FONT>'] if bias else []
    return f"<{'<BR/>'.join(lines)}>" if lines else ""


def _draw_lines(drawn: "Drawing", columns: list[Column], i: int, relative: np.ndarray, written: np.ndarray | None,
                theme: Theme) -> None:
    """The lines from column i to the next, and the numbers on them."""
    sources, targets = columns[i].drawn, columns[i + 1].drawn
    for s, a in enumerate(sources):
        for t, b in enumerate(targets):
            if a is None or b is None:
                continue
            size = abs(float(relative[a, b]))
            hue = theme.backward if relative[a, b] > 0 else theme.negative
            colour = blend(theme.background, hue, 0.25 + 0.75 * size)
            dashed = relative[a, b] < 0 and theme.negative == theme.text
            drawn.edge(f"n{i}-{a}", f"n{i + 1}-{b}", color=colour, penwidth=f"{0.4 + 3.6 * size:.2f}",
                       style="dashed" if dashed else "solid")
            if written is not None:
                share = 1 / (len(targets) + 1)              # here all lines are equally far apart
                y = (1 - share) * _height(columns[i], s) + share * _height(columns[i + 1], t)
                drawn.node(f"w{i}-{a}-{b}", number(written[a, b]), shape="plain", fontsize="8", style="filled",
                           fillcolor=theme.background, fontcolor=theme.text, margin="0.02,0.01",
                           pos=f"{(1 - share) * columns[i].x + share * columns[i + 1].x:.2f},{y:.2f}!")
