# %% [markdown]
"""Scaling: why features should live on the same scale.

A neuron without activation guesses the price of a flat from its area in square metres (20 to 60) and its number of
rooms (1 to 6). Areas differ from flat to flat by about seven times as much as rooms do, so a change of the area's
weight moves the guesses seven times as much, and the cost curves 7² times as much. It is a ravine: steep across, nearly
flat along. One learning rate has to serve both directions: what the steep one can bear is far too small for the flat
one. The path zig-zags between the walls and creeps along them.

Min-max scaling, x → (x − min) / (max − min), puts every feature into [0, 1]. The ravine becomes a bowl, one learning
rate suits both directions, and a few steps arrive.

    python demos/12_scaling.py              takes a few seconds
"""
# %%
import numpy as np
from common import keep

from autograd import grad
from nn import mse_loss, plot

STEPS = 60


# %% [markdown]
# Two hundred flats (generated): area, rooms, and a price in thousands

# %%
def flats(seed, n=200):
    rng = np.random.default_rng(seed)
    area, rooms = rng.uniform(20, 60, n), rng.integers(1, 7, n).astype(float)
    return np.column_stack([area, rooms]), 4 * area + 20 * rooms + rng.normal(0, 10, n)


def min_max(x):
    """Every column in [0, 1]. A real program keeps the two limits: new samples must be scaled with the same ones."""
    low, high = x.min(axis=0), x.max(axis=0)
    return (x - low) / (high - low)


# %% [markdown]
# The cost of the two weights. Everything is counted from its mean, so that no bias is needed

# %%
def cost_of(x, y):
    centred, target = x - x.mean(axis=0), y - y.mean()
    return lambda w: mse_loss(centred @ w, target)


def curvatures(f):
    """The curvature in the flattest and in the steepest direction. The cost is quadratic, so its gradient is linear,
    and the difference of two gradients is exact."""
    slope = grad(f)
    return np.linalg.eigvalsh([slope(e) - slope(np.zeros(2)) for e in np.eye(2)])


def descend(f, rate):
    path, slope = [np.zeros(2)], grad(f)
    for _ in range(STEPS):
        path.append(path[-1] - rate * slope(path[-1]))
    return np.array(path)


def compare(seed):
    """For raw and for scaled features: the cost, its curvatures, and the path.

    Both get the best fixed rate there is, 2 / (flattest + steepest curvature): more would be too much for the steep
    direction, less would be slower in the flat one.
    """
    x, y = flats(seed)
    runs = {}
    for name, features in (("raw", x), ("scaled", min_max(x))):
        f = cost_of(features, y)
        flat, steep = curvatures(f)
        runs[name] = f, flat, steep, descend(f, 2 / (flat + steep))
    return runs


def steps_to(f, path, share=0.01):
    """How many steps until all but a share of what could be gained was gained; None if that was not reached."""
    costs = np.array([f(w).item() for w in path])
    best = f(np.linalg.solve([grad(f)(e) - grad(f)(np.zeros(2)) for e in np.eye(2)], -grad(f)(np.zeros(2)))).item()
    there = np.flatnonzero(costs - best < share * (costs[0] - best))
    return int(there[0]) if len(there) else None


runs = compare(seed=0)
for name, (f, flat, steep, path) in runs.items():
    print(f"{name:>6}: steepest / flattest curvature {steep / flat:5.1f}, best rate {2 / (flat + steep):.4f}; "
          f"99 % of the way after {steps_to(f, path)} steps")


# %% [markdown]
# The same cost, seen with raw and with scaled features. Both axes of a picture have the same unit

# %%
def contours(ax, f, path, margin, units):
    centre = (path.min(axis=0) + path.max(axis=0)) / 2
    span = np.ptp(path, axis=0).max() / 2 * margin
    xs, ys = (np.linspace(c - span, c + span, 100) for c in centre)
    z = np.array([[f(np.array([a, b])).item() for a in xs] for b in ys])
    ax.contour(xs, ys, z, levels=np.geomspace(1.2 * z.min(), z.max(), 12), cmap="Blues_r", linewidths=1)
    ax.plot(*path.T, ".-", color=plot.COLOURS[1], linewidth=1, markersize=5)
    ax.plot(*path[0], "o", color="black")
    ax.set(xlabel=f"weight of the area ({units[0]})", ylabel=f"weight of the rooms ({units[1]})", aspect="equal")
    ax.grid(False)


with plot.style():
    fig = plot.figure(13.0, 4.0)
    left, middle, right = fig.subplots(1, 3)
    contours(left, runs["raw"][0], runs["raw"][3], margin=1.2, units=("thousands per m²", "thousands per room"))
    left.set_title("raw features: a ravine")
    contours(middle, runs["scaled"][0], runs["scaled"][3], margin=1.6, units=("thousands", "thousands"))
    middle.set_title("scaled to [0, 1]: a bowl")
    for (name, (f, _, _, path)), dash in zip(runs.items(), plot.DASHES, strict=False):
        right.plot([f(w).item() for w in path], dash, label=name)
    right.set(title="the cost", xlabel="step", ylabel="mean squared error (thousands²)", yscale="log")
    right.legend()
keep(fig, "12_scaling.png")
