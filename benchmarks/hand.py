"""Backpropagation written by hand in plain NumPy: what the engine is measured against.

`textbook` follows the equations of the courses as they stand: z and a of every layer are kept, δˡ = σ'(zˡ) ⊙ δˡ⁺¹ Wᵀ,
dW = aᵀ δ / m, db = Σ δ / m, labels as one-hot rows. `tuned` is straightforward NumPy of somebody who knows the tricks:
σ' from a, one division by m, labels by index, updates while going back. It is the rival that counts and stays as it is;
a test holds its text. `tuned_mse` is the same for a linear output and squared errors. `Preallocated` writes every
intermediate result into an array of its own. Each does one step of gradient descent in place. The mathematics is that
of the networks in `networks.py`; `tests/test_bench.py` holds all the numbers equal.
"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "relu": (lambda z: np.maximum(z, 0), lambda z: z > 0),
}


def textbook(layers, activation, x, target, lr):
    """One step on layers [[W, b], ...]; x (n, k), target (n, c): one-hot rows, or 0 and 1. Gives the loss."""
    act, act_prime = ACTIVATIONS[activation]
    m, last = len(x), len(layers) - 1
    a, z = [x], []
    for i, (W, b) in enumerate(layers):
        z.append(np.dot(a[i], W) + b)
        a.append(act(z[i]) if i < last else sigmoid(z[i]) if target.shape[1] == 1 else softmax(z[i]))
    if target.shape[1] == 1:
        loss = -np.mean(target * np.log(a[-1]) + (1 - target) * np.log(1 - a[-1]))
    else:
        loss = -np.sum(target * np.log(a[-1])) / m
    delta, gradients = a[-1] - target, [None] * len(layers)
    for i in range(last, -1, -1):
        gradients[i] = np.dot(a[i].T, delta) / m, np.sum(delta, axis=0) / m
        if i:
            delta = np.dot(delta, layers[i][0].T) * act_prime(z[i - 1])
    for layer, (dW, db) in zip(layers, gradients, strict=True):
        layer[0] -= lr * dW
        layer[1] -= lr * db
    return loss


def tuned(layers, activation, x, target, lr):
    """The same step; target (n, 1) of 0 and 1, or labels (n)."""
    a, n, binary = [x], len(x), target.ndim == 2
    for i, (W, b) in enumerate(layers):
        z = a[-1] @ W + b
        if i == len(layers) - 1:
            break
        a.append(1 / (1 + np.exp(-z)) if activation == "sigmoid" else np.maximum(z, 0))
    if binary:
        p = 1 / (1 + np.exp(-z))
        loss = -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))
        dz = (p - target) / n
    else:
        e = np.exp(z - z.max(axis=1, keepdims=True))
        dz = e / e.sum(axis=1, keepdims=True)
        rows = np.arange(n)
        loss = -np.mean(np.log(dz[rows, target]))
        dz[rows, target] -= 1
        dz /= n
    for i in range(len(layers) - 1, -1, -1):
        W, b = layers[i]
        dW, db = a[i].T @ dz, dz.sum(axis=0)
        if i:
            dz = dz @ W.T * (a[i] * (1 - a[i]) if activation == "sigmoid" else a[i] > 0)
        W -= lr * dW
        b -= lr * db
    return loss


def tuned_mse(layers, activation, x, target, lr):
    """The step of `tuned` for the mean of (z - target)², z (n, 1) being the last layer's affine map."""
    a, n = [x], len(x)
    for i, (W, b) in enumerate(layers):
        z = a[-1] @ W + b
        if i == len(layers) - 1:
            break
        a.append(1 / (1 + np.exp(-z)) if activation == "sigmoid" else np.maximum(z, 0))
    error = z - target
    loss = np.mean(error ** 2)
    dz = error * (2 / n)
    for i in range(len(layers) - 1, -1, -1):
        W, b = layers[i]
        dW, db = a[i].T @ dz, dz.sum(axis=0)
        if i:
            dz = dz @ W.T * (a[i] * (1 - a[i]) if activation == "sigmoid" else a[i] > 0)
        W -= lr * dW
        b -= lr * db
    return loss


class Preallocated:
    """The step of `tuned` and `tuned_mse`, with every array made once: for one network and one batch size."""

    def __init__(self, layers, activation, loss, n):
        self.layers, self.activation, self.loss = layers, activation, loss
        like = lambda a: np.empty((n, len(a)), a.dtype)
        self.z = [like(b) for _, b in layers]
        self.delta = [like(b) for _, b in layers]
        self.slope = [like(b) for _, b in layers]
        self.dW, self.db = [np.empty_like(W) for W, _ in layers], [np.empty_like(b) for _, b in layers]
        self.rows, self.ones = np.arange(n), np.ones(n, layers[0][0].dtype)

    def __call__(self, x, target, lr):
        a, last = [x], len(self.layers) - 1
        for i, (W, b) in enumerate(self.layers):
            z = np.dot(a[i], W, out=self.z[i])
            z += b
            if i < last:
                a.append(self._act(z))
        loss = self._loss(self.z[last], target, self.delta[last])
        for i in range(last, -1, -1):
            (W, b), delta = self.layers[i], self.delta[i]
            dW, db = np.dot(a[i].T, delta, out=self.dW[i]), np.dot(self.ones, delta, out=self.db[i])
            if i:
                np.dot(delta, W.T, out=self.delta[i - 1])
                self.delta[i - 1] *= self._slope(a[i], self.slope[i - 1])
            dW *= lr
            db *= lr
            W -= dW
            b -= db
        return loss

    def _act(self, z):
        if self.activation == "relu":
            return np.maximum(z, 0, out=z)
        np.negative(z, out=z)
        np.exp(z, out=z)
        z += 1
        return np.divide(1, z, out=z)

    def _slope(self, a, out):
        if self.activation == "relu":
            return np.greater(a, 0, out=out, casting="unsafe")
        np.subtract(1, a, out=out)
        return np.multiply(out, a, out=out)

    def _loss(self, z, target, delta):
        n = len(z)
        if self.loss == "mse":
            np.subtract(z, target, out=delta)
            loss = np.vdot(delta, delta) / n
            delta *= 2 / n
        elif self.loss == "bce":
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            p = np.divide(1, z, out=z)
            loss = -np.mean(target * np.log(p) + (1 - target) * np.log(1 - p))
            np.subtract(p, target, out=delta)
            delta /= n
        else:
            np.subtract(z, z.max(axis=1, keepdims=True), out=z)
            np.exp(z, out=delta)
            delta /= delta.sum(axis=1, keepdims=True)
            loss = -np.mean(np.log(delta[self.rows, target]))
            delta[self.rows, target] -= 1
            delta /= n
        return loss


def convolution(K, b, x, target, lr):
    """One step of a convolution K (outputs, inputs, h, w), b (outputs) on images x (n, inputs, ...) for the mean square
    of its difference from target."""
    seen = np.lib.stride_tricks.sliding_window_view(x, K.shape[2:], axis=(2, 3))
    error = np.tensordot(seen, K, axes=((1, 4, 5), (1, 2, 3))) + b - target
    loss = np.mean(error ** 2)
    dy = error * (2 / error.size)
    dK = np.tensordot(dy, seen, axes=((0, 1, 2), (0, 2, 3)))
    K -= lr * dK
    b -= lr * dy.sum(axis=(0, 1, 2))
    return loss
