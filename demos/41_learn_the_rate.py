# %% [markdown]
"""Learning the learning rate, by differentiating through training.

Ten steps of gradient descent are a computation like any other: parameters go in, a learning rate goes in, and after
ten updates a loss on unseen data comes out. Our optimisers are made of the graph's own operations, so the whole run,
gradients included, is one graph. Its derivative with respect to the learning rate (a hyper-gradient: Maclaurin et al.
2015) says whether larger or smaller steps would have done better, and descending along it finds a good rate from any
start. Beside it, the way it is usually done: try many fixed rates and look.

The sweep also shows where this ends. Past a rate of about 3 training overshoots; the loss afterwards is a ragged,
chaotic function of the rate, and its derivative, though exact, points nowhere in particular.

A derivative of derivatives is easy to get wrong, so it is compared with finite differences before it is used.

    python demos/41_learn_the_rate.py       takes a few seconds
    --full unrolls 40 steps instead of 10: the curve then has several valleys, and the start decides on which is found
"""
# %% [markdown]
# Set up: two interleaved half-moons and a small network

# %%
import sys

import numpy as np
from common import keep
from sklearn.datasets import make_moons

from autograd import Tensor, exp, grad
from nn import MLP, SGD, Parameter, bce_with_logits_loss, clip_grad_norm, plot, unrolled

STEPS, UPDATES = (40, 60) if "--full" in sys.argv else (10, 40)
x, labels = make_moons(200, noise=0.2, random_state=0)
y = labels.reshape(-1, 1).astype(float)
x_train, y_train, x_valid, y_valid = x[:100], y[:100], x[100:], y[100:]
model = MLP([2, 8, 1], activation="tanh", rng=0)


# %% [markdown]
# All of training as one function of one number. The rate is given by its logarithm: it stays positive, and a step
# from 0.01 to 0.02 is as large as one from 1 to 2

# %%
def loss_after_training(log_rate):
    def train_loss(parameters):
        return bce_with_logits_loss(model.with_parameters(parameters)(x_train), y_train)

    optimizer = SGD(model.parameters(), lr=exp(log_rate))
    trained = unrolled(optimizer, train_loss, STEPS)
    return bce_with_logits_loss(model.with_parameters(trained)(x_valid), y_valid)


# %% [markdown]
# Is the derivative through all those steps right? Compared with a difference of two whole trainings

# %%
hyper_gradient, h, compared = grad(loss_after_training), 1e-5, []
print("learning rate    hyper-gradient by the engine    by a central difference")
for log_rate in np.log([0.05, 0.5, 2.0]):
    up, down = (loss_after_training(Tensor(log_rate + step)).item() for step in (h, -h))
    compared.append((hyper_gradient(log_rate), (up - down) / (2 * h)))
    print(f"{np.exp(log_rate):13.2f} {float(compared[-1][0]):31.10f} {compared[-1][1]:26.10f}")

# %% [markdown]
# The usual way: fixed rates, each trained once

# %%
rates = np.geomspace(0.005, 100, 60)
sweep = np.array([loss_after_training(Tensor(np.log(rate))).item() for rate in rates])
print(f"best of {len(rates)} fixed rates: {rates[sweep.argmin()]:.2f}, validation loss {sweep.min():.4f}")

# %% [markdown]
# Our way: the logarithm of the rate is itself learned by gradient descent. Its gradient is clipped, because on the
# right of the valley the wall is steep

# %%
paths = {}
for start in (0.01, 0.2, 3.0):
    log_rate = Parameter(np.log(start), name="log learning rate")
    optimizer, path = SGD([log_rate], lr=4.0), []
    for _ in range(UPDATES):
        optimizer.zero_grad()
        loss = loss_after_training(log_rate)
        loss.backward(retain_graph=False)
        path.append((np.exp(log_rate.item()), loss.item()))
        clip_grad_norm([log_rate], 0.1)
        optimizer.step()
    paths[start] = np.array(path)
    print(f"learned from a start at {start:<5}: {path[-1][0]:.2f}, validation loss {path[-1][1]:.4f}")

# %% [markdown]
# The curve of the sweep, and how the three starts ran down it

# %%
with plot.style():
    figure = plot.figure(9.5, 4)
    left, right = figure.subplots(1, 2)
    left.plot(rates, sweep, color="black", label="60 fixed rates")
    for i, (start, path) in enumerate(paths.items()):
        left.plot(*path.T, "osD"[i], color=plot.COLOURS[i], markersize=4, label=f"learned from {start}")
        right.plot(path[:, 0], plot.DASHES[i], color=plot.COLOURS[i], label=f"from {start}")
    right.axhline(rates[sweep.argmin()], color="black", linewidth=0.8, label="best fixed rate")
    left.set(xscale="log", xlim=(0.004, 40), xlabel="learning rate", title="Sweep, and hyper-gradient descent",
             ylim=(0, 0.85), ylabel=f"validation loss after {STEPS} steps (nats)")
    right.set(yscale="log", xlabel="update of the learning rate", ylabel="learning rate", title="The rate learns")
    left.legend(loc="lower left")
    right.legend(loc="lower right")
    keep(figure, "41_learn_the_rate.png")
