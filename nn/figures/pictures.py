"""What happens inside a network, as figures: gradients by layer, activations, weights, decisions. Needs matplotlib."""
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import no_grad
from autograd.draw.limits import EXPLODING_NORM, VANISHING

from ..checks import numbers
from ..module import Module, check_module, evaluating
from ..sizes import pair, positive_int
from .decisions import decision_boundary, decision_film, decision_strip
from .plot import COLOURS, DASHES, DIVERGING, figure, log_axis, series, step_axis, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["activations", "decision_boundary", "decision_film", "decision_strip", "gradient_norms", "layer_norms",
           "weight_images"]


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
    check_module(model)
    squares: dict[str, float] = {}
    for path, parameter in model.named_parameters():
        if parameter.grad is not None:
            layer = path.rpartition(".")[0] or path
            squares[layer] = squares.get(layer, 0.0) + float(np.sum(np.square(parameter.grad.data, dtype=float)))
    if not squares:
        raise ValueError("no parameter has a gradient yet: call backward() on a loss first")
    return {layer: s ** 0.5 for layer, s in squares.items()}


def gradient_norms(norms: Mapping[str, float] | Sequence[Mapping[str, float]], *, xlabel: str = "update") -> "Figure":
    """The gradient norm of each layer: bars for one moment, lines over time for several; the axis is logarithmic.

    Args:
        norms: what `layer_norms` gives, or a list of it, one for each update or epoch.
        xlabel: what the list counts.

    Bars of layers below 1e-6 of the largest are marked as vanishing, above 1e3 as exploding; nan and infinity too.

    Raises:
        ValueError: there are no norms.

    >>> gradient_norms({"layers.0": 1e-9, "layers.1": 1.0}).axes[0].texts[0].get_text()
    ' vanishing'
    """
    _check_norms(norms)
    if not norms:
        raise ValueError("there are no gradient norms to draw: call layer_norms(model) after each backward()")
    with style():
        fig = figure(6.0, 3.4)
        ax = fig.subplots()
        if isinstance(norms, Mapping):
            _norm_bars(ax, norms)
        else:
            log_axis(ax)
            for i, layer in enumerate(dict.fromkeys(layer for row in norms for layer in row)):
                dash = DASHES[i // len(COLOURS) % len(DASHES)]
                series(ax, [row.get(layer, np.nan) for row in norms], dash, label=layer)
            step_axis(ax, xlabel)
            ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8 if len(norms[0]) > 12 else None)
        ax.set(ylabel="norm of the gradient")
    return fig


def _check_norms(norms: Any) -> None:
    rows = [norms] if isinstance(norms, Mapping) else norms
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise TypeError(f"norms must be what layer_norms gives, or a list of it, got {norms!r:.60}")
    for row in rows:
        if numbers("norms", list(row.values())).ndim != 1:
            raise ValueError(f"norms must be one number for each layer, got {row!r:.60}")


def _norm_bars(ax: "Axes", norms: Mapping[str, float]) -> None:
    values = np.array(list(norms.values()), dtype=float)
    sound = values[np.isfinite(values)]
    top = sound.max(initial=0.0) or 1.0
    floor = max(sound[sound > 0].min(initial=top) / 10, top * 1e-18)
    for i, value in enumerate(values):
        word = _judged(value, top)
        height = max(value, floor) if np.isfinite(value) else top
        ax.bar(i, height, color=COLOURS[1] if word else COLOURS[0], hatch="//" if word else "", edgecolor="white")
        if word:
            ax.text(i, height, f" {word}", ha="center", va="bottom", rotation=90, fontsize=8)
    log_axis(ax)
    marked = any(_judged(v, top) for v in values if not v < top / 10)
    ax.set(ylim=(floor / 2, top * (top / floor) ** (0.3 if marked else 0.1)), xlabel="layer")
    ax.set_xticks(range(len(norms)), list(norms), rotation=60 if len(norms) > 6 else 0, fontsize=8)


def _judged(norm: float, top: float) -> str:
    """A word for a norm that is no good, beside the largest."""
    if not np.isfinite(norm):
        return "not finite"
    return "vanishing" if norm < VANISHING * top else "exploding" if norm > EXPLODING_NORM else ""


def activations(model: Module, x: Any, *, bins: int = 40) -> "Figure":
    """Histograms of what flows through a model: what each innermost module gives for x, and, where an activation
    function or anything else came between, what goes into the next; with the share of exact zeros (dead for ReLU).

    Args:
        x: a batch, as the model takes it.

    The model is in evaluation mode. Values that are nan or infinite are counted in the title and left out.

    Raises:
        ValueError: the model has no modules inside, or calls none of them.

    >>> from nn import MLP
    >>> fig = activations(MLP([2, 8, 1], rng=0), [[1.0, 2.0], [3.0, 4.0]])
    >>> [ax.get_title("left").split(chr(10))[0] for ax in fig.axes]
    ['layers.0', 'into layers.1', 'layers.1']
    """
    check_module(model)
    positive_int(bins=bins)
    flows = _flows(model, x)
    columns = min(6, len(flows))
    rows = -(-len(flows) // columns)
    with style():
        fig = figure(2.7 * columns, 2.6 * rows)
        axes = np.ravel(fig.subplots(rows, columns))
        for ax in axes[len(flows):]:
            ax.remove()
        for ax, (path, value) in zip(axes, flows.items(), strict=False):
            _histogram(ax, path, value.ravel(), bins)
            ax.set(xlabel="value", ylabel="how many" if ax in axes[::columns] else "")
    return fig


def _histogram(ax: "Axes", path: str, values: np.ndarray, bins: int) -> None:
    sound = values[np.isfinite(values)].astype(float)
    notes = [f"mean {sound.mean():.2g}, std {sound.std():.2g}, {np.mean(values == 0):.0%} zero"] if len(sound) else []
    if len(sound) < len(values):
        notes.append(f"{1 - len(sound) / len(values):.0%} not finite")
    ax.hist(sound, bins=bins, color=COLOURS[0])
    ax.set_title(f"{path}\n{', '.join(notes)}", fontsize=8)
    ax.set_yticks([])
    ax.locator_params(axis="x", nbins=4)


def _flows(model: Module, x: Any) -> dict[str, np.ndarray]:
    """{path: output of an innermost module; "into" path: its input, where no module gave it}, in order of the calls."""
    found: dict[str, np.ndarray] = {}
    known: list[Any] = [x]                                                  # keeps them alive, so that ids stay theirs
    innermost = [(path, m) for path, m in model.named_modules() if path and not m.children()]

    def note(title: str, value: Any) -> None:
        if hasattr(value, "data") and not any(value is other for other in known):
            known.append(value)
            found.setdefault(title, np.array(value.data))

    def before(path: str) -> Callable[[Module, tuple], Any]:
        return lambda _, inputs: note(f"into {path}", inputs[0]) if found else None

    def after(path: str) -> Callable[[Module, tuple, Any], Any]:
        return lambda _, _inputs, y: note(path, y)
    remove = [undo for path, m in innermost for undo in (m.before_call(before(path)), m.on_call(after(path)))]
    try:
        with evaluating(model), no_grad():
            result = model(x)
    finally:
        for undo in remove:
            undo()
    if not found:
        raise ValueError(f"{type(model).__name__} called no module inside it, so there are no activations to show")
    note("result", result)
    return found


def weight_images(weight: Any, shape: tuple[int, int], *, columns: int = 8, units: int = 32) -> "Figure":
    """Each unit's incoming weights as an image: red positive, blue negative, white zero, one scale for all.

    Args:
        weight: (inputs, units), a Parameter or array. shape: of one image, height times width = inputs.
        columns: images in a row. units: how many are shown at most.

    Raises:
        ValueError: inputs do not fill the shape.

    >>> len(weight_images(np.eye(4), (2, 2), columns=2).axes)               # and the scale
    5
    """
    w, shape = numbers("weight", weight).astype(float), pair("shape", shape)
    positive_int(columns=columns, units=units)
    if w.ndim != 2 or w.shape[0] != shape[0] * shape[1] or not w.size:
        raise ValueError(f"images of shape {shape} need weights of shape ({shape[0] * shape[1]}, units), got {w.shape}")
    n = min(units, w.shape[1])
    columns = min(columns, n)
    rows = -(-n // columns)
    top = float(np.abs(w[np.isfinite(w)]).max(initial=0.0)) or 1.0
    with style():
        fig = figure(max(columns * 0.9, 2.0) + 0.8, max(rows * 0.9, 1.4))
        axes = np.ravel(fig.subplots(rows, columns))
        for i, ax in enumerate(axes[:n]):
            ax.set_axis_off()
            image = ax.imshow(w[:, i].reshape(shape), cmap=DIVERGING, vmin=-top, vmax=top)
        for ax in axes[n:]:
            ax.remove()
        fig.colorbar(image, ax=list(axes[:n]), label="weight")
    return fig
