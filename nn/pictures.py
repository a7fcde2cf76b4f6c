"""What happens inside a network, as figures: gradients by layer, activations, weights, decisions. Needs matplotlib."""
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, no_grad

from .module import Module
from .plot import COLOURS, DASHES, figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VANISHING, EXPLODING = 1e-6, 1e3
"""Norms that gradient_norms calls so: relative to the layer with the largest, and absolute."""


def layer_norms(model: Module) -> dict[str, float]:
    """{path of each module with parameters: norm of their gradients together} after a `backward`.

    Raises:
        ValueError: no parameter has a gradient.

    >>> from nn import MLP, mse_loss
    >>> model = MLP([2, 3, 1], rng=0)
    >>> mse_loss(model([[1.0, 2.0]]), [[0.0]]).backward()
    >>> list(layer_norms(model))
    ['layers.0', 'layers.1']
    """
    squares: dict[str, float] = {}
    for path, parameter in model.named_parameters():
        if parameter.grad is not None:
            layer = path.rpartition(".")[0] or path
            squares[layer] = squares.get(layer, 0.0) + float(np.sum(np.square(parameter.grad.data, dtype=float)))
    if not squares:
        raise ValueError("no parameter has a gradient yet: call backward() on a loss first")
    return {layer: s ** 0.5 for layer, s in squares.items()}


def gradient_norms(norms: Mapping[str, float] | Sequence[Mapping[str, float]]) -> "Figure":
    """The gradient norm of each layer: bars for one moment, lines over time for several; the axis is logarithmic.

    Args:
        norms: what `layer_norms` gives, or a list of it, one for each update or epoch.

    Bars of layers below 1e-6 of the largest are marked as vanishing, above 1e3 as exploding.

    >>> gradient_norms({"layers.0": 1e-9, "layers.1": 1.0}).axes[0].texts[0].get_text()
    ' vanishing'
    """
    with style():
        fig = figure(6.0, 3.4)
        ax = fig.subplots()
        if isinstance(norms, Mapping):
            _norm_bars(ax, norms)
        else:
            for i, layer in enumerate(norms[0]):
                dash = DASHES[i // len(COLOURS) % len(DASHES)]
                ax.plot(range(1, len(norms) + 1), [row[layer] for row in norms], dash, label=layer)
            ax.set(xlabel="update", yscale="log")
            ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        ax.set(ylabel="norm of the gradient")
    return fig


def _norm_bars(ax: "Axes", norms: Mapping[str, float]) -> None:
    values = list(norms.values())
    top = max(values) or 1.0
    floor = max(min((v for v in values if v > 0), default=1.0) / 10, top * 1e-18)
    for i, value in enumerate(values):
        word = "vanishing" if value < VANISHING * top else "exploding" if value > EXPLODING else ""
        ax.bar(i, max(value, floor), color=COLOURS[1] if word else COLOURS[0])
        if word:
            ax.text(i, max(value, floor), f" {word}", ha="center", va="bottom", rotation=90, fontsize=8)
    ax.set(yscale="log", ylim=(floor / 2, top * 9))
    ax.set_xticks(range(len(norms)), list(norms), rotation=60 if len(norms) > 6 else 0, fontsize=8)


def activations(model: Module, x: Any, *, bins: int = 40) -> "Figure":
    """A histogram of what each innermost module gives for x, with the share of exact zeros (dead for ReLU).

    Args:
        x: a batch, as the model takes it.

    Raises:
        ValueError: the model has no modules inside, or calls none of them.

    >>> from nn import MLP
    >>> fig = activations(MLP([2, 8, 8, 1], rng=0), [[1.0, 2.0], [3.0, 4.0]])
    >>> [ax.get_title("left") for ax in fig.axes]
    ['layers.0', 'layers.1', 'layers.2']
    """
    outputs = _outputs(model, x)
    with style():
        fig = figure(2.7 * len(outputs), 2.6)
        for ax, (path, value) in zip(np.ravel(fig.subplots(1, len(outputs))), outputs.items(), strict=True):
            ax.hist(value.ravel(), bins=bins, color=COLOURS[0])
            zero = f"{np.mean(value == 0):.0%} zero"
            ax.set(title=path, xlabel=f"mean {value.mean():.2g}, std {value.std():.2g}, {zero}")
            ax.set_yticks([])
    return fig


def _outputs(model: Module, x: Any) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    innermost = [(path, m) for path, m in model.named_modules() if path and not m.children()]

    def keep(path: str) -> Callable[..., Any]:
        return lambda _module, _inputs, y: found.setdefault(path, np.array(y.data))
    remove = [m.on_call(keep(path)) for path, m in innermost]
    try:
        with no_grad():
            model(x)
    finally:
        for undo in remove:
            undo()
    if not found:
        raise ValueError(f"{type(model).__name__} called no module inside it, so there are no activations to show")
    return found


def weight_images(weight: Any, shape: tuple[int, int], *, columns: int = 8, units: int = 32) -> "Figure":
    """Each unit's incoming weights as an image: red positive, blue negative, white zero, one scale for all.

    Args:
        weight: (inputs, units), a Parameter or array. shape: of one image, height times width = inputs.
        columns: images in a row. units: how many are shown at most.

    Raises:
        ValueError: inputs do not fill the shape.

    >>> len(weight_images(np.eye(4), (2, 2), columns=2).axes)
    4
    """
    w = np.asarray(getattr(weight, "data", weight), dtype=float)
    if w.ndim != 2 or w.shape[0] != shape[0] * shape[1]:
        raise ValueError(f"images of shape {shape} need weights of shape ({shape[0] * shape[1]}, units), got {w.shape}")
    n = min(units, w.shape[1])
    rows = -(-n // columns)
    top = float(np.abs(w).max(initial=0.0)) or 1.0
    with style():
        fig = figure(columns * 0.9, rows * 0.9)
        for i, ax in enumerate(np.ravel(fig.subplots(rows, columns))):
            ax.set_axis_off()
            if i < n:
                ax.imshow(w[:, i].reshape(shape), cmap="RdBu_r", vmin=-top, vmax=top)
            else:
                ax.remove()
    return fig


# ---- decisions -----------------------------------------------------------------------------------------------------

def decision_boundary(model: Callable[[Any], Any], x: Any, y: Any, *, points: int = 150) -> "Figure":
    """The plane of two features, shaded by the class that the model finds likely, with the samples on it.

    Args:
        model: a Module or function of (n, 2) that gives logits: (n,) or (n, 1) for two classes, (n, c) for c.
        x: (n, 2) samples. y: (n,) labels from 0. points: resolution of the shading.

    Raises:
        ValueError: x is not (n, 2).

    >>> from nn import MLP
    >>> fig = decision_boundary(MLP([2, 4, 1], rng=0), [[0.0, 0.0], [1.0, 1.0]], [0, 1], points=5)
    """
    return decision_film([("", model)], x, y, points=points)


def decision_film(frames: Sequence[tuple[str, Callable[[Any], Any]]], x: Any, y: Any, *,
                  points: int = 120) -> "Figure":
    """`decision_boundary` for several moments side by side: [(title, model or function), ...].

    A moment of training is a model's copy: `copy.deepcopy(model)` in a callback.
    """
    x, y = np.asarray(x, dtype=float), np.ravel(np.asarray(y))
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"a decision boundary is drawn over two features, so x must be (n, 2), got {x.shape}")
    columns = min(4, len(frames))
    rows = -(-len(frames) // columns)
    with style():
        fig = figure(3.2 * columns, 3.0 * rows)
        axes = np.ravel(fig.subplots(rows, columns, sharex=True, sharey=True))
        for ax in axes[len(frames):]:
            ax.remove()
        for ax, (title, model) in zip(axes, frames, strict=False):
            _decision(ax, model, x, y, points)
            ax.set(title=title)
    return fig


def _decision(ax: "Axes", model: Callable[[Any], Any], x: np.ndarray, y: np.ndarray, points: int) -> None:
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.15 * np.maximum(high - low, 1e-9)
    a, b = (np.linspace(m, n, points) for m, n in zip(low - margin, high + margin, strict=True))
    with no_grad():
        logits = model(Tensor(np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)))
    logits = np.asarray(getattr(logits, "data", logits)).reshape(points, points, -1)
    if logits.shape[-1] == 1:
        p = 0.5 * (1 + np.tanh(logits[..., 0] / 2))                 # the logistic function, without overflow
        ax.contourf(a, b, p, levels=np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.6)
        if p.min() < 0.5 < p.max():
            ax.contour(a, b, p, levels=[0.5], colors="black", linewidths=1.2)
    else:
        classes = logits.shape[-1]
        ax.contourf(a, b, logits.argmax(-1), levels=np.arange(classes + 1) - 0.5, alpha=0.35,
                    colors=[COLOURS[i % len(COLOURS)] for i in range(classes)])
    markers = "osD^vP*X"
    two = logits.shape[-1] == 1
    for i, label in enumerate(np.unique(y)):
        colour = ("#2166AC", "#B2182B")[i % 2] if two else COLOURS[i % len(COLOURS)]
        ax.scatter(x[y == label, 0], x[y == label, 1], s=16, color=colour, marker=markers[i % len(markers)],
                   edgecolor="white", linewidth=0.5)
    ax.grid(False)
