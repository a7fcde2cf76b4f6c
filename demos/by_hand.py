"""What demo 24 is compared with: two layers of sigmoids as tutorials code them, in plain NumPy, sample by sample.

Samples and biases are columns, as in the textbooks, and the four equations are written out.
"""
import numpy as np


def gradients(weights, biases, xs, ts):
    """The gradients of a batch: of both weights, then of both biases; summed sample by sample, then averaged."""
    grads = [np.zeros(p.shape) for p in (*weights, *biases)]
    for x, t in zip(xs, ts, strict=True):
        a0 = x.reshape(-1, 1)
        a1 = 1 / (1 + np.exp(-(weights[0] @ a0 + biases[0])))
        a2 = 1 / (1 + np.exp(-(weights[1] @ a1 + biases[1])))
        delta2 = a2 - t.reshape(-1, 1)
        delta1 = weights[1].T @ delta2 * a1 * (1 - a1)
        grads = [g + h for g, h in zip(grads, (delta1 @ a0.T, delta2 @ a1.T, delta1, delta2), strict=True)]
    return [g / len(xs) for g in grads]


def epoch(weights, biases, x, t, size, rate):
    """The weights and biases after a pass over the samples in batches of `size`."""
    for i in range(0, len(x), size):
        grads = gradients(weights, biases, x[i:i + size], t[i:i + size])
        weights = [w - rate * g for w, g in zip(weights, grads[:2], strict=True)]
        biases = [b - rate * g for b, g in zip(biases, grads[2:], strict=True)]
    return weights, biases
