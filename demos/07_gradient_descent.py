# %% [markdown]
"""Gradient descent on paper: two tables.

Four points lie on the line y = x + 1, and we pretend not to know it. Start from 0, measure how wrong the line is (the
mean squared error J), ask the engine for the slope of J, and take a step of α = 0.1 times the slope downhill. Repeat.

With one parameter, y = W x, the line must pass through the origin and cannot fit: descent settles on the best
compromise, W = 4/3, and some cost remains. With a weight and a bias, y = W x + b, it finds W = 1 and b = 1 exactly,
but needs hundreds of steps: W reaches its valley at once, then both creep along the valley's floor together.

    python demos/07_gradient_descent.py     takes a second
"""
# %%
import numpy as np
from common import keep

from autograd import Tensor
from nn import SGD, Parameter, mse_loss, plot

x = np.array([1.0, 2.0, 3.0, 4.0])
y = x + 1
ALPHA = 0.1


def descend(model, parameters, steps):
    """A row for each step: the cost before it, the gradients there, and the parameters after it."""
    optimizer, rows = SGD(parameters, lr=ALPHA), []
    for _ in range(steps):
        optimizer.zero_grad()
        cost = mse_loss(model(), y)
        cost.backward()                             # fills p.grad for every parameter
        optimizer.step()                            # p ← p − α · p.grad
        rows.append([cost.item(), *(p.grad.item() for p in parameters), *(p.item() for p in parameters)])
    return np.array(rows)


def table(rows, heading, decimals, steps):
    print(f"{'step':>5}" + "".join(f"{h:>9}" for h in heading))
    for i in steps:
        print(f"{i:>5}" + "".join(f"{v:>9.{decimals}f}" for v in rows[i - 1]))


# %% [markdown]
# One parameter: y = W x

# %%
W = Parameter(0.0, name="W")
one = descend(lambda: W * x, [W], 100)
print("y = W x: the cost J, its gradient, then W after the step")
table(one, ["J", "∂J/∂W", "W"], 4, [1, 2, 3, 4, 5, 6, 10, 100])

# %% [markdown]
# Weight and bias: y = W x + b

# %%
W, b = Parameter(0.0, name="W"), Parameter(0.0, name="b")
two = descend(lambda: W * x + b, [W, b], 233)
print(f"\ny = W x + b: the first gradient is ({two[0, 1]:g}, {two[0, 2]:g})")
table(two, ["J", "∂J/∂W", "∂J/∂b", "W", "b"], 3, [1, 2, 3, 4, 5, 6, 10, 20, 100, 233])

# %% [markdown]
# What it looks like: the line after some steps; the way down on the curve J(W); the way down on the map J(W, b)

# %%


def cost_at(W, b):
    return mse_loss(Tensor(W) * x + b, y).item()


before = np.vstack([[0.0, 0.0], two[:, 3:]])        # the parameters before each step
with plot.style():
    fig = plot.figure(12.5, 3.8)
    lines, curve, contours = fig.subplots(1, 3)
    for step, colour, dash in zip((1, 2, 6, 233), plot.COLOURS, plot.DASHES, strict=False):
        lines.plot([0, 4.5], before[step, 0] * np.array([0, 4.5]) + before[step, 1], dash, color=colour,
                   label=f"after {step} step" + "s" * (step > 1))
    lines.plot(x, y, "o", color="black", label="the four points")
    lines.set(title="y = W x + b", xlabel="x", ylabel="y", ylim=(0, 10))
    lines.legend()

    grid = np.linspace(-0.1, 2.8, 100)
    walk = np.concatenate([[0.0], one[:12, 2]])
    curve.plot(grid, [cost_at(w, 0.0) for w in grid], color=plot.COLOURS[0])
    curve.plot(walk, [cost_at(w, 0.0) for w in walk], "o--", color=plot.COLOURS[1], markersize=5, linewidth=1.2)
    curve.annotate("start", (0, 13.5), (0.25, 13.4), va="center")
    curve.annotate(f"lowest at W = {one[-1, 2]:.3f},\nwhere J = {one[-1, 0]:.3f}", (4 / 3, 0.17), (1.0, 10.0),
                   arrowprops={"arrowstyle": "->"})
    curve.set(title="one parameter: y = W x", xlabel="W", ylabel="cost J (mean squared error)")

    ws, bs = np.linspace(-0.2, 2.4, 150), np.linspace(-0.2, 1.4, 150)
    map_ = np.array([[cost_at(w, b) for w in ws] for b in bs])
    contours.contour(ws, bs, map_, levels=[0.03, 0.1, 0.3, 1, 3, 6, 10], cmap="Blues_r", linewidths=1)
    contours.plot(*before.T, ".-", color=plot.COLOURS[1], linewidth=1.2, markersize=5)
    contours.plot(1, 1, "*", color=plot.COLOURS[2], markersize=14)
    contours.annotate("W = 1, b = 1", (1, 1), (1.4, 1.12), bbox={"color": "white", "pad": 1})
    contours.annotate("start", (0, 0), (-0.12, 0.08), bbox={"color": "white", "pad": 1})
    contours.set(title="two parameters: a valley, and along it", xlabel="W", ylabel="b")
keep(fig, "07_gradient_descent.png")
