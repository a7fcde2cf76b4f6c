"""Gradient descent seen from outside: steps on a curve, on contours, on the loss surface of a network."""
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import grad, no_grad

from ..checks import check, check_function, generator, numbers, ordered
from ..init import Rng
from ..module import Module, check_module, evaluating
from ..sizes import whole
from .plot import COLOURS, SEQUENTIAL, figure, style

__all__ = ["descent_1d", "descent_2d", "descent_path", "loss_landscape"]

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def descent_path(f: Callable[[Any], Any], start: Any, lr: float, steps: int) -> np.ndarray:
    """The points start, start - lr f'(start), ... of gradient descent: (steps + 1, size of start).

    Stops early, and is shorter, when a point is no longer finite.

    >>> descent_path(lambda x: x ** 2, 1.0, 0.25, 2).ravel().tolist()
    [1.0, 0.5, 0.25]
    """
    check_function("f", f, "a function of what start is, which gives one number")
    check("lr", lr, math.isfinite, "a number")
    whole("steps", steps)
    points = [np.atleast_1d(numbers("start", start).astype(float))]
    slope = grad(f)
    scalar = np.ndim(start) == 0
    for _ in range(steps):
        x = points[-1]
        with np.errstate(all="ignore"):
            x = x - lr * np.asarray(slope(float(x[0]) if scalar else x))
        if not np.isfinite(x).all() or np.abs(x).max() > 1e12:
            break
        points.append(x)
    return np.array(points)


def descent_1d(f: Callable[[Any], Any], start: float | Sequence[float], lr: float | Sequence[float], *, steps: int = 10,
               span: tuple[float, float] = (-3.0, 3.0), xlabel: str = "parameter w",
               ylabel: str = "cost J(w)") -> "Figure":
    """Gradient descent on a curve, one panel for each start and learning rate, every step an arrow.

    Args:
        f: function of one number written with operators and `autograd` functions.
        start: where to begin, or several. lr: learning rate, or several.
        span: the interval that is drawn.
        xlabel, ylabel: what the axes show, with units.

    >>> fig = descent_1d(lambda x: x ** 2, 2.5, [0.1, 0.9, 1.05])
    >>> [ax.get_title("left") for ax in fig.axes]
    ['lr 0.1', 'lr 0.9', 'lr 1.05']
    """
    check_function("f", f, "a function of one number")
    starts, rates = np.ravel(numbers("start", start)), np.ravel(numbers("lr", lr))
    whole("steps", steps)
    _check_span(span)
    if not starts.size or not rates.size:
        raise ValueError(f"there is nothing to draw: start is {start!r} and lr is {lr!r}")
    runs = [(s, r) for s in starts for r in rates]
    columns = min(4, len(runs))
    xs = np.linspace(*span, 400)
    with np.errstate(all="ignore"):
        ys = np.array([_height(f, float(x)) for x in xs])
    sound = ys[np.isfinite(ys)]
    if not sound.size:
        raise ValueError(f"f is finite nowhere in {span}")
    room = 0.08 * (np.ptp(sound) or 1.0)
    with style():
        fig = figure(3.4 * columns, 3.0 * -(-len(runs) // columns))
        axes = np.ravel(fig.subplots(-(-len(runs) // columns), columns, sharey=True, sharex=True))
        for ax in axes[len(runs):]:
            ax.remove()
        for ax, (s, r) in zip(axes, runs, strict=False):
            path = descent_path(f, float(s), float(r), steps)[:, 0]
            ax.plot(xs, ys, color=COLOURS[0])
            _arrows(ax, path, np.array([_height(f, float(x)) for x in path]))
            ax.set(title=f"lr {r:g}" + (f", from {s:g}" if len(starts) > 1 else ""), xlim=span,
                   ylim=(sound.min() - room, sound.max() + room), xlabel=xlabel, ylabel=ylabel)
            ax.label_outer()
    return fig


def descent_2d(f: Callable[[Any], Any], start: Sequence[float] | Sequence[Sequence[float]], lr: float, *,
               steps: int = 30, span: tuple[float, float] = (-3.0, 3.0),
               labels: tuple[str, str, str] = ("parameter w₁", "parameter w₂", "cost J(w)")) -> "Figure":
    """Gradient descent on the contours of a function of two numbers, from one start or several.

    Args:
        f: function of an array (2,) that gives one number.
        start: (2,) or (n, 2). lr: learning rate. span: the interval drawn on both axes.
        labels: what the axes and the shading show, with units.

    >>> fig = descent_2d(lambda w: (w * w * [1.0, 8.0]).sum(), [[-2.5, 1.0], [2.0, 2.0]], 0.05)
    """
    check_function("f", f, "a function of an array (2,)")
    starts = np.atleast_2d(numbers("start", start).astype(float))
    if starts.shape[1:] != (2,):
        raise ValueError(f"start must be (2,) or (n, 2), got shape {np.shape(start)}")
    check("lr", lr, math.isfinite, "a number")
    whole("steps", steps)
    _check_span(span)
    if not isinstance(labels, tuple | list) or len(labels) != 3:
        raise ValueError(f"labels must be three texts, for both axes and the shading, got {labels!r}")
    a = np.linspace(*span, 120)
    z = np.array([[_height(f, np.array([x, y])) for x in a] for y in a])
    with style():
        fig = figure(5.2, 4.2)
        ax = fig.subplots()
        filled = ax.contourf(a, a, z, levels=25, cmap="Blues", alpha=0.7)
        ax.contour(a, a, z, levels=25, colors="white", linewidths=0.5)
        fig.colorbar(filled, ax=ax, label=labels[2])
        for i, begin in enumerate(starts):
            path = descent_path(f, begin, lr, steps)
            _arrows(ax, path[:, 0], path[:, 1], COLOURS[(1, 3, 4, 2)[i % 4]])
        ax.set(xlim=span, ylim=span, aspect="equal", title=f"lr {lr:g}", xlabel=labels[0], ylabel=labels[1])
        ax.grid(False)
    return fig


def _check_span(span: Any) -> None:
    if not isinstance(span, tuple | list) or len(span) != 2:
        raise ValueError(f"span must be (low, high), got {span!r}")
    ordered(*span)


def _height(f: Callable[[Any], Any], x: Any) -> float:
    return _number(f(x))


def _number(y: Any) -> float:
    """What a function that gives one number gave. TypeError for anything else."""
    try:
        return float(y)
    except (TypeError, ValueError):
        raise TypeError(f"the function must give one number, got {y!r:.60}") from None


def _check_trajectory(trajectory: Any, here: "State") -> None:
    if not here:
        raise ValueError("the model has no parameters, along which the loss could change")
    listed = isinstance(trajectory, list | tuple)
    if not listed or not all(isinstance(state, Mapping) and here.keys() <= state.keys() for state in trajectory):
        raise TypeError("trajectory must be a list of states, as model.state_dict() gave them, got "
                        f"{trajectory!r:.60}")
    for name, w in here.items():
        other = next((np.shape(state[name]) for state in trajectory if np.shape(state[name]) != w.shape), None)
        if other is not None:
            raise ValueError(f"trajectory must be states of this model, whose {name} is {w.shape}, got {other}")


def _arrows(ax: "Axes", xs: np.ndarray, ys: np.ndarray, colour: str = COLOURS[1]) -> None:
    """A dot where the path begins, an arrow for each step."""
    from matplotlib.patches import FancyArrowPatch
    ax.plot(xs[:1], ys[:1], "o", color=colour, markersize=7)
    points = list(zip(xs.tolist(), ys.tolist(), strict=True))
    for start, end in pairwise(points):
        ax.add_patch(FancyArrowPatch(start, end, arrowstyle="->", color=colour, linewidth=1.4, shrinkA=0, shrinkB=0,
                                     mutation_scale=9))


# ---- the loss surface of a network ---------------------------------------------------------------------------------

State = Mapping[str, np.ndarray]


def loss_landscape(model: Module, loss: Callable[[], Any], *, trajectory: Sequence[State] = (),
                   directions: str = "random", points: int = 25, span: float | None = None,
                   rng: Rng = None) -> "Figure":
    """The loss around the model's parameters along two directions, as a surface and as contours.

    Random directions are filter-normalised: the part of a direction that belongs to one unit has the norm of that
    unit's weights, and biases stay. A path of training hardly moves along random directions, and the axes tell how much
    of it they hold; the two principal components of the path hold most of it (both: Li et al., "Visualizing the loss
    landscape of neural nets", 2018, sections 4 and 7). The model is in evaluation mode, and left as it was.

    Args:
        loss: evaluates the model on some data: `lambda: mse_loss(model(x), y)`.
        trajectory: earlier states, as `model.state_dict()` gave them, drawn as a path projected onto the plane.
        directions: "random", or "principal" for those of the trajectory, which then needs two states that differ.
        points: resolution in each direction.
        span: the plane reaches from -span to span, in units of the directions: 1 moves each unit's weights by their own
            norm along a random direction, by 1 in all along a principal one. By default 1, or just beyond the path.
        rng: Generator or seed of the random directions.

    Raises:
        ValueError: directions is neither, or principal ones are asked for and the trajectory has none.

    >>> from nn import MLP, mse_loss
    >>> model = MLP([1, 3, 1], activation="tanh", rng=0)
    >>> fig = loss_landscape(model, lambda: mse_loss(model([[1.0]]), [[0.5]]), points=3, rng=0)
    >>> fig.axes[0].get_title("left"), fig.axes[1].get_xlabel()
    ('loss surface', 'random direction 1 (norms of the weights)')
    """
    check_module(model)
    check_function("loss", loss, "a function without arguments, such as lambda: mse_loss(model(x), y)")
    if directions not in ("random", "principal"):
        raise ValueError(f'directions must be "random" or "principal", got {directions!r}')
    whole("points", points, least=2)
    if span is not None:
        check("span", span, lambda v: 0 < v < math.inf, "a number greater than 0, or None")
    rng = generator(rng)
    parameters = dict(model.named_parameters())
    here = {name: p.numpy() for name, p in parameters.items()}
    _check_trajectory(trajectory, here)
    moves = np.array([_flat(state, here) - _flat(here, here) for state in trajectory])
    if directions == "principal":
        across, up = _principal(moves, here)
    else:
        across, up = ({name: _direction(w, rng) for name, w in here.items()} for _ in range(2))
    plane = np.stack([_flat(across, here), _flat(up, here)], axis=1)
    path = _projected(moves, plane) if len(moves) else moves
    if span is None:
        span = 1.25 * float(np.abs(path).max(initial=0.0)) or 1.0
    grid = np.linspace(-span, span, points)
    with evaluating(model):
        z = _losses(parameters, here, across, up, grid, loss)
    unit = "norms of the weights" if directions == "random" else "length in weights"
    labels = [f"{directions} direction {i + 1} ({unit}{_held(moves, plane[:, i])})" for i in (0, 1)]
    return _surface(grid, z, path, labels)


def _direction(w: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random direction with the norm of each unit's weights; zero for biases and other vectors."""
    if w.ndim < 2:
        return np.zeros_like(w)
    d = rng.normal(size=w.shape).astype(w.dtype)
    axes = tuple(range(w.ndim - 1))
    norms = np.sqrt((d * d).sum(axis=axes, keepdims=True))
    return d * np.sqrt((w * w).sum(axis=axes, keepdims=True)) / np.where(norms == 0, 1, norms)


def _projected(moves: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """The coordinates (states, 2) of moves (states, n) in a plane (n, 2): least squares."""
    return np.linalg.lstsq(plane, moves.T, rcond=None)[0].T


def _held(moves: np.ndarray, direction: np.ndarray) -> str:
    """Which part of the squared moves lies along a direction, in words."""
    if not np.any(moves) or not np.any(direction):
        return ""
    along = moves @ direction / np.linalg.norm(direction)
    return f", {np.sum(along ** 2) / np.sum(moves ** 2):.1%} of the path"


def _flat(parts: State, here: State) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(parts[name], dtype=float)) for name in here])


def _principal(moves: np.ndarray, here: State) -> list[dict[str, np.ndarray]]:
    """The two orthogonal directions in which the states differ most from here."""
    if len(moves) < 2 or not np.any(moves):
        raise ValueError("principal directions are those of a trajectory: give at least two states that differ, as "
                         f"model.state_dict() gives them after each epoch; got {len(moves)}")
    ends = np.cumsum([w.size for w in here.values()])[:-1]
    return [{name: part.reshape(w.shape) for (name, w), part in zip(here.items(), np.split(v, ends), strict=True)}
            for v in np.linalg.svd(moves, full_matrices=False)[2][:2]]


def _losses(parameters, here: State, across: State, up: State, grid: np.ndarray, loss: Callable[[], Any]) -> np.ndarray:
    z = np.zeros((len(grid), len(grid)))
    try:
        with no_grad():
            for i, b in enumerate(grid):
                for j, a in enumerate(grid):
                    for name, p in parameters.items():
                        p.assign(here[name] + a * across[name] + b * up[name])
                    z[i, j] = _number(loss())
    finally:
        for name, p in parameters.items():
            p.assign(here[name])
    return z


def _surface(grid: np.ndarray, z: np.ndarray, path: np.ndarray, labels: Sequence[str]) -> "Figure":
    a, b = np.meshgrid(grid, grid)
    with style():
        fig = figure(9.4, 4.0)
        solid = fig.add_subplot(1, 2, 1, projection="3d")
        solid.plot_surface(a, b, z, cmap=SEQUENTIAL, linewidth=0)
        solid.set_title("loss surface", loc="left")
        solid.set(xlabel="direction 1", ylabel="direction 2", zlabel="loss")
        solid.locator_params(nbins=5)
        flat = fig.add_subplot(1, 2, 2)
        filled = flat.contourf(a, b, z, levels=25, cmap=SEQUENTIAL)
        fig.colorbar(filled, ax=flat, label="loss")
        if len(path):
            flat.plot(*path.T, "o-", color="white", markersize=3, linewidth=1.2)
        flat.plot(0, 0, "*", color=COLOURS[1], markersize=13)
        flat.set(title="contours" + (", and the path of training" if len(path) else ""), aspect="equal")
        flat.set_xlabel(labels[0], fontsize=8)
        flat.set_ylabel(labels[1], fontsize=8)
        flat.grid(False)
    return fig
