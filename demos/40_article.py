"""Somebody's hand-written backward pass, and a checker that reads it.

A network of L sigmoid layers, written "from scratch" the way many tutorials do it: samples in columns, a cache for
each layer, a dictionary of gradients. It has mistakes of the kind that printed code has, for a reason: hand-written
backward passes run without complaint when they are wrong, and a network with a wrong gradient often still learns a
little. Reading does not find them; measuring does.

`check_vjp(forward, backward, inputs)` needs to know nothing about the code. It moves the inputs a little, sees how the
result answers, and compares that with what the backward function claims. Its answer is a verdict and, where it can
tell, the reason. We go from the smallest part to the whole network and mend each mistake before the next one.

    python demos/40_article.py              takes a few seconds (--full: trains ten times as long)
"""
# %% Set up: three layers, five samples in the columns of X
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer

import autograd
from autograd import Tensor
from autograd.check import check_vjp
from nn import bce_loss, plot

STEPS = 20_000 if "--full" in sys.argv else 2_000
OUTPUT = Path(__file__).parent / "output"
OUTPUT.mkdir(exist_ok=True)
SIZES = (4, 3, 2, 1)
NAMES = [f"{kind}{layer}" for layer in range(1, len(SIZES)) for kind in "Wb"]            # W1 b1 W2 b2 W3 b3
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(4, 5)), np.array([[1, 0, 1, 1, 0]])
params = [rng.normal(size=(n, 1 if name[0] == "b" else before))
          for name, n, before in zip(NAMES, np.repeat(SIZES[1:], 2), np.repeat(SIZES[:-1], 2), strict=True)]
found = {}


def examine(title, forward, backward, *inputs):
    """The checker's verdict; a line that cannot run at all shows itself as soon as the checker calls it."""
    try:
        report = check_vjp(forward, backward, *inputs, raises=False, name=title)
        where = f"for {report.input_name}: " if report.input_name else ""
        found[title] = (report.verdict.name, where + (report.hint or report.message))
    except NameError as error:
        found[title] = ("NameError", str(error))
    print(f"{title:<41} {found[title][0]:<12} {found[title][1]}")


# %% Mistake 1: the sigmoid gives two things, its value and a cache; its backward takes them for one. `1 - s` would stop
# with a TypeError, but NumPy's functions turn a tuple of two arrays silently into one array of twice the size.
def sigmoid(Z):
    return 1 / (1 + np.exp(-Z)), Z


def sigmoid_backward_1(dA, Z):
    s = sigmoid(Z)
    return dA * np.multiply(s, np.subtract(1, s))


def sigmoid_backward(dA, Z):
    s, _ = sigmoid(Z)
    return dA * s * (1 - s)


examine("1  sigmoid: a tuple as an array", lambda Z: sigmoid(Z)[0], sigmoid_backward_1, X)
examine("1' sigmoid, corrected", lambda Z: sigmoid(Z)[0], sigmoid_backward, X)


# %% Mistake 2: the cost divides by an m that nobody defined. In the author's notebook some cell above had one.
def cost_2(AL):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m                                   # noqa: F821


def cost(AL):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]


def cost_backward(g, AL):
    return g * ((1 - Y) / (1 - AL) - Y / AL) / Y.shape[1]


probabilities = sigmoid(X[:1])[0]
examine("2  cost: an undefined name", cost_2, cost_backward, probabilities)
examine("2' cost, corrected", cost, cost_backward, probabilities)


# %% Mistake 3: the cost is a mean already, so its backward brings the 1/m along. Each layer then divides once more.
def layer(A, W, b):
    return W @ A + b


def layer_backward_3(dZ, A, W, b):
    m = A.shape[1]
    return W.T @ dZ, dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m


def layer_backward(dZ, A, W, b):
    return W.T @ dZ, dZ @ A.T, dZ.sum(axis=1, keepdims=True)


examine("3  layer: 1/m, which the cost has already", layer, layer_backward_3, X, *params[:2])
examine("3' layer, corrected", layer, layer_backward, X, *params[:2])


# %% Mistake 4: the output layer's gradients go under the key of the layer below, and are then overwritten there
def forward(X, params):
    A, caches = X, []
    for W, b in zip(params[::2], params[1::2], strict=True):
        Z = layer(A, W, b)
        caches.append((A, W, b, Z))
        A, _ = sigmoid(Z)
    return A, caches


def backward(g, X, params, output_key=None, one_layer=layer_backward):
    """Gradients by name; mistake 4 is `output_key` = L - 1."""
    AL, caches = forward(X, params)
    dA, grads, L = cost_backward(g, AL), {}, len(caches)
    for number, (A, W, b, Z) in reversed(list(enumerate(caches, 1))):
        key = output_key if output_key and number == L else number
        dA, grads[f"W{key}"], grads[f"b{key}"] = one_layer(sigmoid_backward(dA, Z), A, W, b)
    return grads


def network_cost(W1, b1, W2, b2, W3, b3):
    return cost(forward(X, (W1, b1, W2, b2, W3, b3))[0])


def stored(g, *params):                                         # all gradients that the dictionary has
    grads = backward(g, X, params, output_key=2)
    return tuple(grads[name] for name in NAMES if name in grads)


def silenced(g, *params):                                       # the quick repair: zero for what is not there
    grads = backward(g, X, params, output_key=2)
    return tuple(grads.get(name, np.zeros_like(p)) for name, p in zip(NAMES, params, strict=True))


def corrected(g, *params):
    grads = backward(g, X, params)
    return tuple(grads[name] for name in NAMES)


examine("4  network: the key of the layer below", network_cost, stored, *params)
examine("4  the same, zero for what is missing", network_cost, silenced, *params)
examine("4' network, corrected", network_cost, corrected, *params)

# %% What none of this needed: the engine derives the backward pass from the forward pass, and agrees
leaves = [Tensor(p, requires_grad=True, name=name) for name, p in zip(NAMES, params, strict=True)]
A = X
for W, b in zip(leaves[::2], leaves[1::2], strict=True):
    A = autograd.sigmoid(W @ A + b)
bce_loss(A, Y).backward()
gap = max(np.abs(p.grad.numpy() - g).max() for p, g in zip(leaves, corrected(1.0, *params), strict=True))
print(f"\nlargest difference between the engine's gradients and the corrected ones: {gap:.1e}")

# %% Does it matter? Tumours, benign or malignant, from 30 measurements; weights start small, at N(0, 1) · 0.01
raw, labels = load_breast_cancer(return_X_y=True)
X, Y, sizes = ((raw - raw.mean(axis=0)) / raw.std(axis=0)).T, labels.reshape(1, -1), (30, 8, 1)


def train(rate=1.0, **mistake):
    """The cost after each step; entries that are missing from the gradients are taken for zero."""
    rng, params, history = np.random.default_rng(1), {}, []
    for number, (before, n) in enumerate(pairwise(sizes), 1):
        params |= {f"W{number}": 0.01 * rng.normal(size=(n, before)), f"b{number}": np.zeros((n, 1))}
    for _ in range(STEPS):
        history.append(cost(forward(X, list(params.values()))[0]))
        for name, g in backward(1.0, X, list(params.values()), **mistake).items():
            params[name] = params[name] - rate * g
    right = (forward(X, list(params.values()))[0] > 0.5) == Y
    return history, float(right.mean())

runs = {"corrected": train(), "mistake 3: 1/m twice": train(one_layer=layer_backward_3),
        "mistake 4: output layer at zero": train(output_key=1)}
for name, (history, accuracy) in runs.items():
    print(f"{name:<32} cost {history[0]:.3f} → {history[-1]:.3f}, accuracy {accuracy:.3f}")
label = "cost: mean binary cross-entropy (nats)"
figure = plot.curves({label: {name: history for name, (history, _) in runs.items()}}, log=[label],
                     xlabel=f"step of gradient descent on all {X.shape[1]} samples")
figure.axes[0].set_title("All three run, all three get cheaper. One is right", loc="left")
figure.set_size_inches(7, 4)
figure.savefig(OUTPUT / "40_article_cost.png")
lines = [f"{title:<41} {verdict:<12} {words}".rstrip() for title, (verdict, words) in found.items()]
(OUTPUT / "40_article_verdicts.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
