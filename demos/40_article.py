# %% [markdown]
"""Somebody's hand-written backward pass, and a checker that reads it.

A network of L sigmoid layers, written "from scratch" the way many tutorials do it: samples in columns, a cache for
each layer, a dictionary of gradients. It has mistakes of the kind that printed code has, for a reason: hand-written
backward passes run without complaint when they are wrong, and a network with a wrong gradient often still learns a
little. Reading does not find them; measuring does.

`check_vjp(forward, backward, inputs)` needs to know nothing about the code. It moves the inputs a little, sees how the
result answers, and compares that with what the backward function claims. Its answer is a verdict and, where it can
tell, the reason. We go from the smallest part to the whole network and mend each mistake before the next one. What is
wrong stands here, what is mended in `from_scratch.py`.

    python demos/40_article.py              takes a few seconds (--full: trains ten times as long)
"""
# %%
import sys

import from_scratch as mended
import numpy as np
from common import keep
from from_scratch import cost_backward, forward, sigmoid
from sklearn.datasets import load_breast_cancer

import autograd
from autograd import Tensor
from autograd.check import check_vjp
from nn import bce_loss, plot

STEPS = 20_000 if "--full" in sys.argv else 2_000
rng, found = np.random.default_rng(0), {}
X, Y = rng.normal(size=(4, 5)), np.array([[1, 0, 1, 1, 0]])             # five samples in columns
SIZES = (4, 3, 2, 1)
NAMES, params = mended.names_of(SIZES), mended.random_params(SIZES, 1.0, rng, biases=True)


def examine(title, forward, backward, *inputs):
    """The checker's verdict; a line that cannot run at all shows itself as soon as the checker calls it."""
    try:
        report = check_vjp(forward, backward, *inputs, raises=False, name=title)
        where = f"for {report.input_name}: " if report.input_name else ""
        found[title] = (report.verdict.name, where + (report.hint or report.message))
    except NameError as error:
        found[title] = ("NameError", str(error))
    print(f"{title:<41} {found[title][0]:<12} {found[title][1]}")


# %% [markdown]
# Mistake 1: the sigmoid gives two things, its value and a cache; its backward takes them for one. `1 - s` would stop
# with a TypeError, but NumPy's functions turn a tuple of two arrays silently into one array of twice the size

# %%
def sigmoid_backward(dA, Z):
    s = sigmoid(Z)
    return dA * np.multiply(s, np.subtract(1, s))


examine("1  sigmoid: a tuple as an array", lambda Z: sigmoid(Z)[0], sigmoid_backward, X)
examine("1' sigmoid, corrected", lambda Z: sigmoid(Z)[0], mended.sigmoid_backward, X)


# %% [markdown]
# Mistake 2: the cost divides by an m that nobody defined. In the author's notebook some cell above had one

# %%
def cost(AL):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m                                   # noqa: F821


def cost_rule(g, AL):
    return cost_backward(g, AL, Y)


probabilities = sigmoid(X[:1])[0]
examine("2  cost: an undefined name", cost, cost_rule, probabilities)
examine("2' cost, corrected", lambda AL: mended.cost(AL, Y), cost_rule, probabilities)


# %% [markdown]
# Mistake 3: the cost is a mean already, so its backward brings the 1/m along. Each layer then divides once more

# %%
def layer_backward(dZ, A, W, b):
    m = A.shape[1]
    return W.T @ dZ, dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m


examine("3  layer: 1/m, which the cost has already", mended.layer, layer_backward, X, *params[:2])
examine("3' layer, corrected", mended.layer, mended.layer_backward, X, *params[:2])


# %% [markdown]
# Mistake 4: the output layer's gradients go under the key of the layer below, and are then overwritten there. The
# dictionary lacks two entries; putting zero in their place is the quick repair, and silences the complaint

# %%
def network_cost(W1, b1, W2, b2, W3, b3):
    return mended.cost(forward(X, (W1, b1, W2, b2, W3, b3))[0], Y)


def stored(g, *params):
    grads = mended.backward(g, X, Y, params, output_key=2)
    return tuple(grads[name] for name in NAMES if name in grads)


def silenced(g, *params):
    grads = mended.backward(g, X, Y, params, output_key=2)
    return tuple(grads.get(name, np.zeros_like(p)) for name, p in zip(NAMES, params, strict=True))


def corrected(g, *params):
    return tuple(mended.backward(g, X, Y, params)[name] for name in NAMES)


examine("4  network: the key of the layer below", network_cost, stored, *params)
examine("4  the same, zero for what is missing", network_cost, silenced, *params)
examine("4' network, corrected", network_cost, corrected, *params)
keep("\n".join(f"{title:<41} {verdict:<12} {words}".rstrip() for title, (verdict, words) in found.items()),
     "40_article_verdicts.txt")

# %% [markdown]
# What none of this needed: the engine derives the backward pass from the forward pass, and agrees

# %%
A, leaves = X, [Tensor(p, requires_grad=True, name=name) for name, p in zip(NAMES, params, strict=True)]
for W, b in zip(leaves[::2], leaves[1::2], strict=True):
    A = autograd.sigmoid(W @ A + b)
bce_loss(A, Y).backward()
gap = max(np.abs(p.grad.numpy() - g).max() for p, g in zip(leaves, corrected(1.0, *params), strict=True))
print(f"\nlargest difference between the engine's gradients and the corrected ones: {gap:.1e}")

# %% [markdown]
# Does it matter? Tumours, benign or malignant, from 30 measurements; weights start small, at N(0, 1) · 0.01

# %%
raw, labels = load_breast_cancer(return_X_y=True)
tumours, benign = ((raw - raw.mean(axis=0)) / raw.std(axis=0)).T, labels.reshape(1, -1)
mistakes = {"corrected": {}, "mistake 3: 1/m twice": {"layer_backward": layer_backward},
            "mistake 4: output layer at zero": {"output_key": 1}}
runs = {name: mended.train(tumours, benign, (30, 8, 1), STEPS, **mistake) for name, mistake in mistakes.items()}
for name, (history, accuracy) in runs.items():
    print(f"{name:<32} cost {history[0]:.3f} → {history[-1]:.3f}, accuracy {accuracy:.3f}")
label = "cost: mean binary cross-entropy (nats)"
figure = plot.curves({label: {name: history for name, (history, _) in runs.items()}}, log=[label],
                     xlabel=f"step of gradient descent on all {tumours.shape[1]} samples")
figure.axes[0].set_title("All three run, all three get cheaper. One is right", loc="left")
figure.set_size_inches(7, 4)
keep(figure, "40_article_cost.png")
