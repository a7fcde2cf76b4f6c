# %% [markdown]
"""Too simple, right, too clever: under-fitted, well-fitted and over-fitted networks.

Thirty noisy points of a sine wave, learned by three networks. A straight line cannot follow the wave however long it
trains: it under-fits, and is bad on points it has seen and on new ones alike. A small network finds the wave. A large
one trained without mercy goes on to learn the noise: its loss on the thirty points keeps falling while its loss on
fresh points of the same wave rises again. Only the second curve shows that, which is why part of the data is always
kept aside.

    python demos/35_over_fitting.py         takes several seconds (--full: five times as many steps)
"""
# %% [markdown]
# Set up: points to learn from, and fresh ones from the same wave

# %%
import sys

import numpy as np
from common import keep

from autograd import no_grad
from nn import MLP, Adam, mse_loss, plot

STEPS, EVERY = 10_000 if "--full" in sys.argv else 2_000, 20
NOISE = 0.3


def wave(n, rng):
    x = rng.uniform(-1, 1, size=(n, 1))
    return x, np.sin(np.pi * x) + NOISE * rng.normal(size=(n, 1))


def train(sizes, seed=0, steps=STEPS):
    """A network trained on 30 points of a wave, those points, and both losses after every 20th step."""
    rng = np.random.default_rng(seed)
    (x, y), (x_fresh, y_fresh) = wave(30, rng), wave(300, rng)
    model = MLP(sizes, "tanh", rng=rng)
    optimizer, losses = Adam(model.parameters(), lr=0.01), {"train": [], "validation": []}
    for step in range(steps):
        if step % EVERY == 0:
            with no_grad():
                losses["train"].append(mse_loss(model(x), y).item())
                losses["validation"].append(mse_loss(model(x_fresh), y_fresh).item())
        optimizer.zero_grad()
        mse_loss(model(x), y).backward(retain_graph=False)
        optimizer.step()
    return model, (x, y), losses


# %% [markdown]
# One input, one output; what differs is what stands between

# %%
networks = {"under-fitted: a straight line": [1, 1], "well-fitted: 3 hidden units": [1, 3, 1],
            "over-fitted: 2 × 40 hidden units": [1, 40, 40, 1]}
runs = {name: train(sizes) for name, sizes in networks.items()}
print(f"mean squared error; the noise alone is {NOISE ** 2:.3f}")
for name, (_, _, losses) in runs.items():
    print(f"    {name:<34} training {losses['train'][-1]:.3f}, fresh points {losses['validation'][-1]:.3f} "
          f"(least {min(losses['validation']):.3f})")

# %% [markdown]
# What they learned, and how the two losses went

# %%
grid = np.linspace(-1, 1, 300).reshape(-1, 1)
with plot.style():
    figure = plot.figure(12, 6.4)
    for (name, (model, (x, y), losses)), (top, bottom) in zip(runs.items(), figure.subplots(2, 3).T, strict=True):
        top.plot(grid, np.sin(np.pi * grid), ":", color="black", label="the wave")
        top.plot(grid, model(grid).data, color=plot.COLOURS[1], label="the network")
        top.plot(x, y, "o", color=plot.COLOURS[0], markersize=4, label="30 points")
        top.set(title=name, xlabel="x", ylabel="y", ylim=(-2, 2))
        top.legend(loc="upper left", fontsize=8)
        for i, (kind, values) in enumerate(losses.items()):
            bottom.plot(np.arange(len(values)) * EVERY, values, plot.DASHES[i], label=kind)
        bottom.axhline(NOISE ** 2, color="black", linewidth=0.8, label="noise")
        bottom.set(yscale="log", xlabel="step", ylabel="mean squared error", ylim=(0.001, 3))
        bottom.legend(loc="lower left", fontsize=8)
    keep(figure, "35_over_fitting.png")
