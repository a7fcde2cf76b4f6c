# %% [markdown]
"""Regularisation: paying for weights, so that only the useful ones stay.

The cost gets a second term, J' = J + αΩ. With Ω = ½‖w‖² (L2) every weight is pulled towards zero in proportion to its
size: all shrink, none vanishes. With Ω = Σ|w| (L1) the pull is the same for small and large ones, so the useless reach
zero. Not by a gradient step, though: |w| has no slope at 0, and plain steps jump around it for ever. The proximal
optimiser takes the gradient step on J alone and then moves every weight towards zero by a fixed amount, stopping
there: exact zeros, which can be counted.

The picture with the contours says why. The cheapest weights for a given Ω lie where a contour of J first touches the
circle of L2, anywhere on it, or the diamond of L1, most often in one of its corners; a corner lies on an axis.

    python demos/34_regularisation.py       takes a few seconds (--full: more values of α)
"""
# %% [markdown]
# Set up: 20 features of which only five matter, 100 noisy samples

# %%
import sys

import numpy as np
from common import keep

from nn import Linear, ProximalSGD, l1_penalty, l2_penalty, mse_loss, plot

rng = np.random.default_rng(0)
x, true = rng.normal(size=(100, 20)), np.zeros(20)
true[:5] = (3, -2, 1.5, 1, -0.5)
y = (x @ true + 0.5 * rng.normal(size=100)).reshape(-1, 1)
alphas = np.geomspace(0.01, 10, 31 if "--full" in sys.argv else 13)


def trained(penalty=None, *, x=x, y=y, alpha=0.0, proximal=0.0, lr=0.05, steps=400):
    """Weights of a linear neuron after full-batch descent on ½ MSE, with a penalty in the cost or a proximal step."""
    model = Linear(x.shape[1], 1, bias=False, init="zeros")
    optimizer = ProximalSGD(model.parameters(), lr=lr, l1=proximal)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = 0.5 * mse_loss(model(x), y)
        (loss + alpha * penalty(model.parameters()) if penalty else loss).backward(retain_graph=False)
        optimizer.step()
    return model.weight.numpy().ravel()


# %% [markdown]
# The same α three ways. Only the proximal step gives zeros that are zeros

# %%
ways = {"L2 in the cost": lambda a: trained(l2_penalty, alpha=a),
        "L1 in the cost": lambda a: trained(l1_penalty, alpha=a), "L1, proximal": lambda a: trained(proximal=a)}
paths = {name: np.array([way(a) for a in alphas]) for name, way in ways.items()}
zeros = {name: (path == 0).sum(axis=1) for name, path in paths.items()}
print("exact zeros among 20 weights, 15 of them useless\n      α  " + "".join(f"{name:>16}" for name in ways))
for i, a in enumerate(alphas):
    print(f"{a:8.3f} " + "".join(f"{count[i]:16d}" for count in zeros.values()))

# %% [markdown]
# How the weights shrink as α grows, and how many are zero

# %%
with plot.style():
    figure = plot.figure(12, 3.8)
    left, middle, right = figure.subplots(1, 3)
    for ax, name in ((left, "L2 in the cost"), (middle, "L1, proximal")):
        useful, useless = paths[name][:, :5], paths[name][:, 5:]
        ax.plot(alphas, useful, "-", color=plot.COLOURS[0], label=["useful"] + [None] * 4)
        ax.plot(alphas, useless, ":", color=plot.COLOURS[1], label=["useless"] + [None] * 14)
        ax.set(xscale="log", xlabel="α", ylabel="weight", title=name, ylim=(-2.4, 3.4))
        ax.legend()
    for i, (name, count) in enumerate(zeros.items()):
        right.plot(alphas, count, plot.DASHES[i], marker="osD"[i], markersize=4, label=name)
    right.set(xscale="log", xlabel="α", ylabel="exact zeros among 20 weights", title="Zeros", ylim=(-1, 21))
    right.locator_params(axis="y", integer=True)
    right.legend(loc="lower right", bbox_to_anchor=(1, 0.08))
    keep(figure, "34_regularisation_zeros.png")

# %% [markdown]
# Two weights: contours of J, and the circle and the diamond that touch them

# %%
pair = rng.normal(size=(200, 2)) @ [[1.0, 0.3], [0.0, 0.8]]
goal = (pair @ [2.0, 0.6]).reshape(-1, 1)
touching = {"L2: the circle": trained(l2_penalty, x=pair, y=goal, alpha=0.8),
            "L1: the diamond": trained(x=pair, y=goal, proximal=0.8)}
a, b = np.linspace(-1.6, 3.0, 150), np.linspace(-1.6, 1.8, 120)
J = np.array([[0.5 * np.mean((pair @ [u, v] - goal[:, 0]) ** 2) for u in a] for v in b])
turn = np.linspace(0, 2 * np.pi, 200)
with plot.style():
    figure = plot.figure(10, 4)
    for ax, (name, w) in zip(figure.subplots(1, 2), touching.items(), strict=True):
        cost = 0.5 * np.mean((pair @ w - goal[:, 0]) ** 2)
        levels = cost * np.array([0.1, 0.4, 1, 2, 3.5, 5.5])                # the third passes through the solution
        ax.contour(a, b, J, levels=levels, colors=plot.COLOURS[0], linewidths=0.8)
        if name.startswith("L2"):
            ax.plot(np.linalg.norm(w) * np.cos(turn), np.linalg.norm(w) * np.sin(turn), color=plot.COLOURS[1])
        else:
            size = np.abs(w).sum()
            ax.plot([size, 0, -size, 0, size], [0, size, 0, -size, 0], color=plot.COLOURS[1])
        ax.plot(2.0, 0.6, "*", color=plot.COLOURS[0], markersize=12, label="least J: (2, 0.6)")
        ax.plot(*w, "o", color=plot.COLOURS[1], label=f"least J + αΩ: ({w[0]:.2f}, {w[1]:.2g})")
        ax.axhline(0, color="black", linewidth=0.6)
        ax.axvline(0, color="black", linewidth=0.6)
        ax.set(title=name, xlabel="weight 1", ylabel="weight 2", aspect="equal", ylim=(-1.6, 1.8))
        ax.legend(loc="lower right", frameon=True, framealpha=0.9)
        print(f"{name}: w = {w}")
    keep(figure, "34_regularisation_contours.png")
