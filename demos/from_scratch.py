"""A network of L sigmoid layers by hand: the code of demo 40 once its mistakes are mended.

Samples stand in columns: A (units, m), W (units, units before), b (units, 1). A list of parameters is W1, b1, W2 ...
"""
from itertools import pairwise

import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z)), Z


def sigmoid_backward(dA, Z):
    s, _ = sigmoid(Z)
    return dA * s * (1 - s)


def cost(AL, Y):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]


def cost_backward(g, AL, Y):
    return g * ((1 - Y) / (1 - AL) - Y / AL) / Y.shape[1]


def layer(A, W, b):
    return W @ A + b


def layer_backward(dZ, A, W, b):
    return W.T @ dZ, dZ @ A.T, dZ.sum(axis=1, keepdims=True)


def forward(X, params):
    """The answers (1, m), and what each layer keeps for the way back."""
    A, caches = X, []
    for W, b in zip(params[::2], params[1::2], strict=True):
        Z = layer(A, W, b)
        caches.append((A, W, b, Z))
        A, _ = sigmoid(Z)
    return A, caches


def backward(g, X, Y, params, layer_backward=layer_backward, output_key=None):
    """Gradients by name, W1, b1, W2 ...; those of the output layer under another number if `output_key` is given."""
    AL, caches = forward(X, params)
    dA, grads, L = cost_backward(g, AL, Y), {}, len(caches)
    for number, (A, W, b, Z) in reversed(list(enumerate(caches, 1))):
        key = output_key if output_key and number == L else number
        dA, grads[f"W{key}"], grads[f"b{key}"] = layer_backward(sigmoid_backward(dA, Z), A, W, b)
    return grads


def names_of(sizes):
    """W1, b1, W2, b2 ..."""
    return [f"{kind}{number}" for number in range(1, len(sizes)) for kind in "Wb"]


def random_params(sizes, scale, rng, biases=False):
    """Weights from N(0, scale²); biases 0, or from there too."""
    shapes = [shape for before, n in pairwise(sizes) for shape in ((n, before), (n, 1))]
    return [scale * rng.normal(size=shape) * (biases or i % 2 == 0) for i, shape in enumerate(shapes)]


def train(X, Y, sizes, steps, rate=1.0, **mistake):
    """The cost before each step of gradient descent, and the share of right answers at the end.

    Entries that are missing from the gradients are taken for zero.
    """
    params, history, names = random_params(sizes, 0.01, np.random.default_rng(1)), [], names_of(sizes)
    for _ in range(steps):
        history.append(cost(forward(X, params)[0], Y))
        grads = backward(1.0, X, Y, params, **mistake)
        params = [p - rate * grads.get(name, 0.0) for name, p in zip(names, params, strict=True)]
    return history, float(np.mean((forward(X, params)[0] > 0.5) == Y))
