"""Losses: graph ops that reduce predictions and targets to one number. Shapes must match exactly.

NumPy would broadcast (n, 1) against (n,) to (n, n) and return a number that looks like a loss; here that is an error.
"""
import warnings

import numpy as np

from autograd import Tensor, as_tensor, bce_with_logits, sigmoid, softmax, softmax_cross_entropy, square


def _matched(name: str, prediction, target):
    """ValueError, with the fix, unless both have the same shape."""
    shape, other = _shape(prediction), _shape(target)
    if shape != other:
        raise ValueError(f"{name}: prediction {shape} and target {other} must have the same shape; "
                         f"{_remedy(shape, other)}")


def _shape(x) -> tuple[int, ...]:
    return x.shape if isinstance(x, Tensor | np.ndarray) else np.shape(x)


def _remedy(shape, other) -> str:
    if (*other, 1) == shape:
        return "write target.reshape(-1, 1), or take prediction[:, 0]"
    if (*shape, 1) == other:
        return "write target[:, 0], or prediction.reshape(-1, 1)"
    return "NumPy would broadcast them silently, or fail later"


def mse_loss(prediction, target) -> Tensor:
    """Mean squared error: the mean of (prediction - target)² over all entries.

    Args:
        prediction, target: arrays or Tensors of the same shape, any shape.

    Raises:
        ValueError: shapes differ.

    >>> from nn import mse_loss
    >>> mse_loss([15.0, 18, 20, 22, 25], [17.0, 20, 18, 21, 20])
    Tensor(7.6)
    """
    _matched("mse_loss", prediction, target)
    return square(as_tensor(prediction) - target).mean()


def bce_with_logits_loss(logits, target) -> Tensor:
    """Binary cross-entropy of σ(logits): the mean of -t ln σ(x) - (1 - t) ln(1 - σ(x)) over all entries.

    Computed from the logits, so it is finite for any of them. Do not apply a sigmoid before.

    Args:
        logits: array or Tensor of any shape. target: the same shape, each 0 or 1, or a probability between.

    Raises:
        ValueError: shapes differ, or a target outside [0, 1].
    Warns:
        UserWarning: the logits come out of a sigmoid.

    >>> from nn import bce_with_logits_loss
    >>> bce_with_logits_loss([0.0, 1000.0], [1.0, 1.0]).item()      # (ln 2 + 0) / 2
    0.34657...
    """
    _matched("bce_with_logits_loss", logits, target)
    if isinstance(logits, Tensor) and logits.op is sigmoid:
        _warn_twice("bce_with_logits_loss", "sigmoid")
    values = np.asarray(target.data if isinstance(target, Tensor) else target)
    if not (np.minimum.reduce(values, None, initial=0) >= 0 and np.maximum.reduce(values, None, initial=1) <= 1):
        raise ValueError(f"bce_with_logits_loss: targets must be 0, 1 or between, got {values.min()}..{values.max()}")
    return bce_with_logits(as_tensor(logits), target).mean()


def cross_entropy_loss(logits, labels) -> Tensor:
    """Cross-entropy of softmax(logits): the mean over rows of -ln softmax(x)[label].

    Computed from the logits, so it is finite for any of them. Do not apply a softmax before.

    Args:
        logits: (n, classes), array or Tensor. labels: (n) integers of [0, classes).

    Raises:
        ValueError: shapes do not fit, a label out of range.
        TypeError: labels that are not integers.
    Warns:
        UserWarning: the logits come out of a softmax.

    >>> from nn import cross_entropy_loss
    >>> cross_entropy_loss([[2.0, 1.0, -1.0, 3.0]], [3]).item()   # -ln .6572
    0.4197...
    """
    if isinstance(logits, Tensor) and logits.op is softmax:
        _warn_twice("cross_entropy_loss", "softmax")
    shape, other = _shape(logits), _shape(labels)
    if len(shape) != 2 or other != shape[:1]:
        remedy = "; write labels[:, 0]" if other == (*shape[:1], 1) else ""
        raise ValueError(f"cross_entropy_loss: logits must be (n, classes) and labels (n,), got {shape} and {other}"
                         f"{remedy}")
    try:
        return softmax_cross_entropy(as_tensor(logits), labels).mean()
    except (ValueError, TypeError) as error:
        raise type(error)(f"cross_entropy_loss: {error.__cause__ or error}") from None


def _warn_twice(loss: str, name: str) -> None:
    warnings.warn(f"{loss} takes logits and applies the {name} itself. These come out of a {name}: it would be applied "
                  "twice and learning would suffer. Pass what went into it", UserWarning, 3)
