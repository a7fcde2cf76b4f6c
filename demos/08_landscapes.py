# %% [markdown]
"""Landscapes: what can happen to a ball that only knows the slope under its feet.

Gradient descent sees nothing of the landscape but the slope where it stands. Small worlds show what follows from
that: a step size that suits, creeps, oscillates or explodes; a bowl with two directions; a curve with several valleys,
where the start decides which one is found; a saddle, flat in the middle but no minimum; and the difference between
asking all samples for the slope (full batch) and asking a few (mini-batch): cheap, noisy, and it gets there too.

Every slope below comes from `grad`; no derivative is written down.

    python demos/08_landscapes.py           takes a few seconds
"""
# %%
import numpy as np
from common import keep

import autograd.numpy as ag
from autograd import grad
from nn import batches, mse_loss, plot

BLUE, ORANGE, GREEN, PINK = plot.COLOURS[:4]


def descend(f, start, rate, steps):
    """All points of gradient descent on f, the start first."""
    points, slope = [np.asarray(start, dtype=float)], grad(f)
    for _ in range(steps):
        points.append(points[-1] - rate * slope(points[-1]))
    return np.array(points)


def landscape(ax, f, xs, ys, levels):
    """Contour lines of a function of an array (2,)."""
    z = np.array([[f(np.array([a, b])) for a in xs] for b in ys])
    ax.contour(xs, ys, z, levels=levels, cmap="Blues_r", linewidths=1)
    ax.set(xlabel="first parameter", ylabel="second parameter")
    ax.grid(False)


# %% [markdown]
# The learning rate. On J = w² the slope is 2w, so a step multiplies w by 1 − 2α: that number tells the whole story

# %%
def parabola(w):
    return w ** 2


RATES = {"too low": 0.02, "right": 0.3, "high": 0.95, "too high": 1.05}
runs = {name: descend(parabola, 2.0, rate, 12) for name, rate in RATES.items()}
with plot.style():
    fig = plot.figure(12.5, 3.4)
    w = np.linspace(-4, 4, 200)
    for ax, (name, path) in zip(fig.subplots(1, 4, sharey=True), runs.items(), strict=True):
        ax.plot(w, parabola(w), color=BLUE)
        ax.plot(path, parabola(path), "o--", color=ORANGE, markersize=5, linewidth=1.2)
        ax.set(title=f"{name}: α = {RATES[name]}", xlabel=f"w: 2 → {path[-1]:.3g} in 12 steps")
        ax.set(xlim=(-4, 4), xticks=(-3, 0, 3), ylim=(-1, 14))
        print(f"α = {RATES[name]:<4} ({name}): every step multiplies w by {path[1] / path[0]:+.2f}, "
              f"after 12 steps w = {path[-1]:.4g}")
    fig.axes[0].set_ylabel("cost J = w²")
keep(fig, "08_landscapes_rate.png")


# %% [markdown]
# Two parameters, several valleys, a saddle

# %%
def bowl(p):
    return p[0] ** 2 + 4 * p[1] ** 2


def valleys(w):
    return 0.05 * w ** 2 + ag.sin(1.5 * w)


def saddle(p):
    return p[0] ** 2 - p[1] ** 2 + 0.25 * p[1] ** 4


in_bowl = descend(bowl, [-2.5, 1.2], 0.1, 25)
in_valleys = [descend(valleys, start, 0.1, 60) for start in (-5.5, -2.8, 1.0, 4.5)]
stuck, freed = descend(saddle, [-2.0, 0.0], 0.1, 60), descend(saddle, [-2.0, 0.001], 0.1, 60)
print("several valleys:", ", ".join(f"from {p[0]:g} to {p[-1]:.2f} (J = {valleys(p[-1]):.2f})" for p in in_valleys))
print(f"saddle: from (-2, 0) to {np.round(stuck[-1], 3) + 0.0}, J = {saddle(stuck[-1]):.3f}; a thousandth beside it to "
      f"{np.round(freed[-1], 3) + 0.0}, J = {saddle(freed[-1]):.3f}")
with plot.style():
    fig = plot.figure(12.5, 3.8)
    left, middle, right = fig.subplots(1, 3)
    landscape(left, bowl, np.linspace(-3, 3, 80), np.linspace(-3, 3, 80), [0.1, 0.5, 1.5, 3, 5, 8, 12, 20])
    left.plot(*in_bowl.T, "o--", color=ORANGE, markersize=4, linewidth=1.2)
    left.set(title="a bowl: across the contours", aspect="equal")
    w = np.linspace(-7, 7, 300)
    middle.plot(w, valleys(w), color="black", linewidth=1)
    for path, colour, marker in zip(in_valleys, plot.COLOURS, "osD^", strict=False):
        middle.plot(path, valleys(path), marker, color=colour, markersize=3.5)
        middle.plot(path[0], valleys(path[0]), marker, color=colour, markersize=9, label=f"from {path[0]:g}")
    middle.set(title="several valleys: the start decides", xlabel="parameter w", ylabel="cost J", ylim=(-1.2, 5.2))
    middle.legend(ncols=2, loc="upper center")
    landscape(right, saddle, np.linspace(-2.3, 2.3, 80), np.linspace(-3.3, 2.3, 80), np.linspace(-1, 4, 21))
    right.plot(*freed.T, "o--", color=ORANGE, markersize=4, linewidth=1.2, label="start 0.001 off the axis")
    right.plot(*stuck.T, "s", color=GREEN, markersize=5, label="start on the axis")
    right.set_title("a saddle: stuck at the pass, or past it")
    right.legend(loc="lower center")
keep(fig, "08_landscapes_shapes.png")

# %% [markdown]
# Full batch against mini-batch: the same line fitted to 64 noisy points, 16 passes over them each

# %%
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, 64)
y = 1.5 * x + 0.5 + rng.normal(0, 0.5, 64)


def cost(p, x=x, y=y):
    return mse_loss(p[0] * x + p[1], y)


full, noisy = descend(cost, [-1.5, -1.0], 0.3, 16), [np.array([-1.5, -1.0])]
for _ in range(16):
    for some_x, some_y in batches(x, y, size=4, rng=rng):
        noisy.append(noisy[-1] - 0.1 * grad(cost)(noisy[-1], some_x, some_y))
noisy = np.array(noisy)
print(f"16 passes over the data: full batch 16 steps, cost {cost(full[-1]).item():.3f}; mini-batches of 4 "
      f"{len(noisy) - 1} steps, cost {cost(noisy[-1]).item():.3f}")
with plot.style():
    fig = plot.figure(9.5, 3.8)
    left, right = fig.subplots(1, 2)
    landscape(left, lambda p: cost(p).item(), np.linspace(-2, 3, 60), np.linspace(-1.5, 1.5, 60), 14)
    left.plot(*noisy.T, "-", color=ORANGE, linewidth=1, label="mini-batches of 4")
    left.plot(*full.T, "o-", color=GREEN, markersize=4, label="full batch")
    left.legend(loc="upper left", frameon=True, framealpha=1)
    left.set(title="the paths", xlabel="weight", ylabel="bias")
    right.plot(np.arange(len(noisy)) / 16, [cost(p).item() for p in noisy], color=ORANGE, linewidth=1)
    right.plot([cost(p).item() for p in full], "o-", color=GREEN, markersize=4)
    right.set(title="the cost over all points", xlabel="passes over the data (epochs)", ylabel="mean squared error")
    right.set_yscale("log")
    right.set_yticks([0.25, 0.5, 1, 2, 4], labels=["0.25", "0.5", "1", "2", "4"])
    right.minorticks_off()
keep(fig, "08_landscapes_sgd.png")
