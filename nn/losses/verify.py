"""What losses and metrics are given, verified.

NumPy would broadcast (n, 1) against (n,) to (n, n) and return a number that looks like a loss; here that is an error.
"""
import warnings

import numpy as np

from autograd import Tensor, as_tensor


def real_numbers(loss: str, what: str, values) -> Tensor:
    """Values as a Tensor. TypeError for what are no real numbers, ValueError for rows of different lengths."""
    try:
        return as_tensor(values)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{loss}: {what}: {error}") from None


def same_shape(loss: str, prediction, target) -> tuple[Tensor, Tensor]:
    """Prediction and target as Tensors in the prediction's dtype, or in floats if that is none: the difference of
    unsigned integers would wrap around. ValueError, with the fix, unless shapes are the same."""
    x, t = real_numbers(loss, "prediction", prediction), real_numbers(loss, "target", target)
    shape, other = x.shape, t.shape
    if shape != other:
        raise ValueError(f"{loss}: prediction {shape} and target {other} must have the same shape; "
                         f"{_remedy(shape, other)}")
    x = floating(x)
    return x, of_dtype(t, x.dtype)


def _remedy(shape, other) -> str:
    if (*other, 1) == shape:
        return "write target.reshape(-1, 1), or take prediction[:, 0]"
    if (*shape, 1) == other:
        return "write target[:, 0], or prediction.reshape(-1, 1)"
    return "NumPy would broadcast them silently, or fail later"


def floating(x: Tensor) -> Tensor:
    return x if x.dtype.kind == "f" else x.astype(float)


def of_dtype(x: Tensor, dtype) -> Tensor:
    """A Tensor in a dtype; it stays in its graph, so that gradients reach it."""
    return x if x.dtype == dtype else x.astype(dtype)


def within_0_and_1(loss: str, what: str, values) -> None:
    if not isinstance(values, np.ndarray):
        return
    if not (np.minimum.reduce(values, None, initial=0) >= 0 and np.maximum.reduce(values, None, initial=1) <= 1):
        raise ValueError(f"{loss}: {what} must be 0, 1 or between, got {values.min()}..{values.max()}")


def warn_twice(loss: str, name: str) -> None:
    warnings.warn(f"{loss} takes logits and applies the {name} itself. These come out of a {name}: it would be applied "
                  "twice and learning would suffer. Pass what went into it", UserWarning, 3)
