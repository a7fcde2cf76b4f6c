"""Backpropagation written by hand in plain NumPy, the way one would after a course: what the engine is measured against.

Both functions do one step of full gradient descent in place: forward, loss, backward, update. The mathematics is the
same as that of the networks in `bench.py`; `tests/test_bench.py` holds the numbers equal.
"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_step(layers, x, target, lr):
    """Sigmoid in every layer, binary cross-entropy. layers: list of [W, b]; x (n, k); target (n, 1); gives the loss."""
    activations = [x]
    for W, b in layers:
        activations.append(sigmoid(activations[-1] @ W + b))
    a = activations[-1]
    loss = -np.mean(target * np.log(a) + (1 - target) * np.log(1 - a))
    dz = a - target
    n = len(x)
    gradients = []
    for i in reversed(range(len(layers))):
        a = activations[i]
        gradients.append((a.T @ dz / n, dz.sum(axis=0) / n))
        if i:
            dz = dz @ layers[i][0].T * a * (1 - a)
    update(layers, gradients, lr)
    return loss


def relu_step(layers, x, labels, lr):
    """ReLU between the layers, softmax cross-entropy. labels (n) integers; gives the loss."""
    activations = [x]
    for W, b in layers[:-1]:
        activations.append(np.maximum(activations[-1] @ W + b, 0))
    W, b = layers[-1]
    logits = activations[-1] @ W + b
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    n = len(x)
    rows = np.arange(n)
    loss = -np.mean(np.log(p[rows, labels]))
    dz = p
    dz[rows, labels] -= 1
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.append((activations[i].T @ dz / n, dz.sum(axis=0) / n))
        if i:
            dz = dz @ layers[i][0].T * (activations[i] > 0)
    update(layers, gradients, lr)
    return loss


def update(layers, gradients, lr):
    for (W, b), (dW, db) in zip(layers, reversed(gradients), strict=True):
        W -= lr * dW
        b -= lr * db
