"""What a classifier decides over one or two features, shaded by probability: at one moment or as a film of training."""
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, no_grad

from ..checks import as_array, check_function, numbers
from ..module import Module, evaluating
from ..sizes import whole
from .film import Film
from .plot import COLOURS, DIVERGING, HATCHES, HIGH, LOW, MARKERS, figure, style

__all__ = ["decision_boundary", "decision_film", "decision_strip"]

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Model = Callable[[Any], Any]
Frames = Sequence[tuple[str, Model]]


def decision_boundary(model: Model, x: Any, y: Any, *, points: int = 150, names: Sequence[str] = ()) -> "Figure":
    """The plane of two features, shaded by the probability of each class, with the samples on it; or, of one feature,
    the curves of the probabilities. Black lines: where two classes are equally likely. A Module is in evaluation mode.

    Args:
        model: a Module or function of (n, features) that gives logits: (n,) or (n, 1) for two classes, (n, c) for c.
        x: (n, 2) or (n, 1) samples. y: (n,) labels, whole numbers from 0. points: resolution of the shading.
        names: of the features, with their units: what the axes are called.

    Raises:
        ValueError: x has neither one nor two features, or y not one label for each sample.

    >>> from nn import MLP
    >>> fig = decision_boundary(MLP([2, 4, 1], rng=0), [[0.0, 0.0], [1.0, 1.0]], [0, 1], points=5)
    """
    return decision_strip([("", model)], x, y, points=points, names=names)


def decision_strip(frames: Frames, x: Any, y: Any, *, points: int = 120, names: Sequence[str] = ()) -> "Figure":
    """`decision_boundary` for several moments side by side: [(title, model or function), ...].

    A moment of training is a model's copy: `copy.deepcopy(model)` in a callback.
    """
    scene = _scene(x, y, frames, names, points)
    columns = min(4, len(frames))
    rows = -(-len(frames) // columns)
    with style():
        fig = figure(3.2 * columns + 1.2, 3.0 * rows)
        axes = np.ravel(fig.subplots(rows, columns, sharex=True, sharey=True))
        for ax in axes[len(frames):]:
            ax.remove()
        for ax, (title, model) in zip(axes, frames, strict=False):
            scene.draw(ax, model, points)
            ax.set_title(title)
            ax.label_outer()
        scene.legend(list(axes[:len(frames)]))
    return fig


def decision_film(frames: Frames, x: Any, y: Any, *, points: int = 100, names: Sequence[str] = ()) -> Film:
    """`decision_boundary` as a film: [(title, model or function), ...], one frame for each.

    Returns:
        A Film: `.save("film.gif")` or `.save("film.html")`; it plays by itself in a notebook.

    >>> from nn import MLP
    >>> models = [(f"seed {n}", MLP([2, 4, 1], rng=n)) for n in range(3)]
    >>> film = decision_film(models, [[0.0, 0.0], [1.0, 1.0]], [0, 1], points=5)
    >>> film.frames, film.figure.axes[0].get_title("left")
    (3, 'seed 2')
    """
    scene = _scene(x, y, frames, names, points)
    with style():
        fig = figure(4.8, 3.6)
        ax = fig.subplots()

    def show(frame: int) -> None:
        title, model = frames[frame]
        ax.clear()
        scene.draw(ax, model, points)
        ax.set_title(title)
        if len(fig.axes) == 1 and not fig.legends:
            scene.legend([ax])
    return Film(fig, len(frames), show)


@dataclass(frozen=True)
class _Scene:
    """Samples, how many classes there are, and what the features are called."""
    x: np.ndarray
    y: np.ndarray
    classes: int
    names: Sequence[str]

    def colour(self, label: int) -> str:
        return (LOW, HIGH)[label] if self.classes == 2 else COLOURS[label % len(COLOURS)]

    def axis(self, feature: int, points: int) -> np.ndarray:
        low, high = self.x[:, feature].min(), self.x[:, feature].max()
        margin = 0.15 * max(high - low, 1e-9)
        return np.linspace(low - margin, high + margin, points)

    def draw(self, ax: "Axes", model: Model, points: int) -> None:
        (_plane if self.x.shape[1] == 2 else _line)(ax, model, self, points)
        ax.grid(False)

    def dots(self, ax: "Axes", xs: np.ndarray, ys: np.ndarray) -> None:
        for label in np.unique(self.y):
            here = self.y == label
            ax.scatter(xs[here], ys[here], s=20, color=self.colour(label), marker=MARKERS[label % len(MARKERS)],
                       edgecolor="white", linewidth=0.5, label=f"class {label}")

    def legend(self, axes: list["Axes"]) -> None:
        fig = axes[0].figure
        if self.classes == 2 and self.x.shape[1] == 2:
            from matplotlib.cm import ScalarMappable
            shading = ScalarMappable(cmap=DIVERGING)
            shading.set_clim(0, 1)
            fig.colorbar(shading, ax=axes, label="probability of class 1", alpha=0.6)
        else:
            fig.legend(*axes[0].get_legend_handles_labels(), loc="outside right upper")


def _scene(x: Any, y: Any, frames: Frames, names: Sequence[str], points: int) -> _Scene:
    _check_frames(frames)
    whole("points", points, least=2)
    x, y = numbers("x", x).astype(float), np.ravel(as_array("y", y))
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[1] not in (1, 2) or len(x) != len(y) or not len(y):
        raise ValueError("a decision is drawn over one or two features, so x must be (n, 2) or (n, 1) with n labels, "
                         f"got x of shape {x.shape} and {len(y)} labels")
    if not np.isfinite(x).all():
        raise ValueError("x holds nan or inf: leave out what is missing first")
    if not isinstance(names, list | tuple) or len(names) not in (0, x.shape[1]):
        raise ValueError(f"names must be {x.shape[1]} texts, one for each feature, got {names!r}")
    classes = _probabilities(frames[0][1], x[:1]).shape[-1]
    for title, model in frames[1:]:
        if _probabilities(model, x[:1]).shape[-1] != classes:
            raise ValueError(f"the models must give equally many classes: the first gives {classes}, that of {title!r} "
                             "another number")
    if y.dtype.kind not in "fiub" or (y != np.floor(y)).any() or not 0 <= y.min() <= y.max() < classes:
        raise ValueError(f"labels must be whole numbers of [0, {classes}), as the model gives {classes} classes, got "
                         f"{np.unique(y)[:5]}")
    return _Scene(x, y.astype(int), classes, names or (("x₁", "x₂") if x.shape[1] == 2 else ("x",)))


def _check_frames(frames: Any) -> None:
    pairs = isinstance(frames, list | tuple) and all(isinstance(f, tuple | list) and len(f) == 2 for f in frames)
    if pairs and not frames:
        raise ValueError("there is nothing to draw: frames is empty; give [(title, model), ...]")
    if not pairs:
        raise ValueError(f"frames must be [(title, model), ...], got {frames!r:.60}")
    for _, model in frames:
        check_function("the model", model, "a Module or a function of (n, features)")


def _probabilities(model: Model, x: np.ndarray) -> np.ndarray:
    """(n, classes) from what the model gives for (n, features): logits, of which two classes may have one."""
    with evaluating(model) if isinstance(model, Module) else nullcontext(), no_grad():
        logits = numbers("the model's logits", model(Tensor(x))).astype(float)
    if not logits.ndim or len(logits) != len(x) or not logits.size:
        raise ValueError(f"the model must give logits (n,), (n, 1) or (n, classes), got shape {logits.shape} for "
                         f"{len(x)} samples")
    logits = logits.reshape(len(x), -1)
    if logits.shape[1] == 1:
        logits = np.concatenate([-logits / 2, logits / 2], axis=1)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _plane(ax: "Axes", model: Model, scene: _Scene, points: int) -> None:
    a, b = scene.axis(0, points), scene.axis(1, points)
    p = _probabilities(model, np.stack(np.meshgrid(a, b), axis=-1).reshape(-1, 2)).reshape(points, points, -1)
    if scene.classes == 2:
        ax.contourf(a, b, p[..., 1], levels=np.linspace(0, 1, 11), cmap=DIVERGING, alpha=0.6)
    else:
        _areas(ax, a, b, p, scene)
    for label in range(scene.classes if scene.classes > 2 else 1):
        lead = p[..., label] - np.delete(p, label, axis=-1).max(axis=-1)
        if lead.min() < 0 < lead.max():
            ax.contour(a, b, lead, levels=[0.0], colors="black", linewidths=1.2 if scene.classes == 2 else 0.7)
    scene.dots(ax, *scene.x.T)
    ax.set(xlabel=scene.names[0], ylabel=scene.names[1])


def _areas(ax: "Axes", a: np.ndarray, b: np.ndarray, p: np.ndarray, scene: _Scene) -> None:
    """Each class in its colour, the fuller the more likely; hatched where a colour serves a second class."""
    from matplotlib.colors import to_rgb
    sure = (p.max(axis=-1, keepdims=True) - 1 / scene.classes) / (1 - 1 / scene.classes)
    share = 0.1 + 0.4 * sure
    colours = np.array([to_rgb(scene.colour(label)) for label in range(scene.classes)])[p.argmax(axis=-1)]
    ax.imshow(colours * share + (1 - share), extent=(a[0], a[-1], b[0], b[-1]), origin="lower", aspect="auto",
              interpolation="bilinear")
    for label in range(len(COLOURS), scene.classes):
        ax.contourf(a, b, p.argmax(axis=-1) == label, levels=[0.5, 1.5], colors="none",
                    hatches=[HATCHES[label // len(COLOURS) % len(HATCHES)]])


def _line(ax: "Axes", model: Model, scene: _Scene, points: int) -> None:
    a = scene.axis(0, points)
    p = _probabilities(model, a[:, None])
    if scene.classes == 2:
        ax.imshow(p[None, :, 1], extent=(a[0], a[-1], -0.15, 1.15), cmap=DIVERGING, vmin=0, vmax=1, alpha=0.6,
                  aspect="auto")
        ax.plot(a, p[:, 1], color="black")
        scene.dots(ax, scene.x[:, 0], scene.y.astype(float))
    else:
        for label in range(scene.classes):
            ax.plot(a, p[:, label], color=scene.colour(label))
        scene.dots(ax, scene.x[:, 0], -0.03 - 0.1 * scene.y / scene.classes)
    ax.set(xlabel=scene.names[0], ylabel="probability" + (" of class 1" if scene.classes == 2 else ""),
           xlim=(a[0], a[-1]), ylim=(-0.15, 1.15))
