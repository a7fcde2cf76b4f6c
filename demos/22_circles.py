# %% [markdown]
"""Two circles, one inside the other: no straight line parts them, three hidden layers do.

A single neuron cuts the plane along a straight line, so on two concentric circles it does little better than a coin.
Hidden layers bend the plane first: each ReLU folds it along a line, the next layer folds the folded plane, and the last
neuron can cut with a straight line after all. Seen from outside the cut is a ring of short straight pieces.

    python demos/22_circles.py             a few seconds
    --hidden 8 8                           other hidden layers
    --full                                 1 000 epochs
"""
# %%
import argparse
import copy

import numpy as np
from common import keep, parsed
from sklearn.datasets import make_circles
from sklearn.model_selection import train_test_split
from tqdm.auto import trange

from autograd import no_grad
from nn import MLP, SGD, bce_with_logits_loss, plot
from nn.pictures import decision_strip

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, nargs="*", default=[32, 32, 32], help="units of each hidden layer")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options = parsed(parser)
RATE, EPOCHS = 0.1, 1_000 if options.full else 300
MOMENTS = [0, 50, EPOCHS]                                   # epochs at which the decision is drawn

# %% [markdown]
# Data: 100 points, the inner circle (1) of .3 times the radius of the outer one (0); 20 kept for the test

# %%
points, labels = make_circles(n_samples=100, noise=0.1, factor=0.3, random_state=0)
x_train, x_test, y_train, y_test = train_test_split(points, labels[:, None], test_size=0.2, stratify=labels,
                                                    random_state=options.seed)


def accuracy(model, x, y):
    """The share of points on the right side: where the logit is positive, the network says 1."""
    with no_grad():
        return float(np.mean((model(x).data > 0) == y))


def train(model):
    """Full-batch gradient descent; the curves, and the model as it was at MOMENTS."""
    optimizer = SGD(model.parameters(), lr=RATE)
    curves = {"log loss (nats)": {"train": [], "test": []}, "accuracy (%)": {"train": [], "test": []}}
    moments = {0: copy.deepcopy(model)}
    bar = trange(1, EPOCHS + 1, desc=f"hidden layers {model.sizes[1:-1]}", unit="epoch", disable=None)
    for epoch in bar:
        optimizer.zero_grad()
        loss = bce_with_logits_loss(model(x_train), y_train)
        loss.backward(retain_graph=False)
        optimizer.step()
        with no_grad():
            unseen = bce_with_logits_loss(model(x_test), y_test).item()
        for name, x, y, value in (("train", x_train, y_train, loss.item()), ("test", x_test, y_test, unseen)):
            curves["log loss (nats)"][name].append(value)
            curves["accuracy (%)"][name].append(100 * accuracy(model, x, y))
        if epoch in MOMENTS:
            moments[epoch] = copy.deepcopy(model)
        bar.set_postfix(loss=f"{loss.item():.4f}")
    return curves, moments


# %% [markdown]
# One neuron cannot, three hidden layers can

# %%
neuron, network = (MLP([2, *hidden, 1], rng=options.seed) for hidden in ([], options.hidden))
straight, _ = train(neuron)
curves, moments = train(network)
for name, reached in ("one neuron", straight), (f"hidden layers {options.hidden}", curves):
    loss, (seen, unseen) = reached["log loss (nats)"]["train"], reached["accuracy (%)"].values()
    print(f"{name}: log loss {loss[-1]:.4f}, right on {seen[-1]:.0f} % of the training and {unseen[-1]:.0f} % of the "
          "test points")

# %% [markdown]
# Pictures: the curves, and how the decision closes around the inner circle. Black: where the network is undecided

# %%
keep(plot.curves(curves, log=["log loss (nats)"]), "22_circles_curves.png")
frames = [("one neuron", neuron), *((f"after epoch {n}" if n else "untrained", m) for n, m in moments.items())]
keep(decision_strip(frames, points, labels, names=("x₁", "x₂")), "22_circles_boundary.png")
