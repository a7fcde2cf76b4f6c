"""What all losses share: shapes that must match, reduction and weights.

NumPy would broadcast (n, 1) against (n,) to (n, n) and return a number that looks like a loss; here that is an error.
"""
import warnings

import numpy as np

from autograd import Tensor, as_tensor


def reduced(losses: Tensor, reduction: str = "mean", sample_weight=None) -> Tensor:
    """Losses (n, ...) as one number, or as they are; `sample_weight` (n) weighs the rows."""
    if sample_weight is None:
        if reduction == "mean":
            return losses.mean()
        return losses.sum() if reduction == "sum" else _unreduced(losses, reduction)
    w = _weights(sample_weight, losses)
    weighted = losses * w.reshape((-1,) + (1,) * (losses.ndim - 1))
    if reduction == "mean":
        return weighted.sum() / (w.sum() * (losses.size / max(1, len(w))))
    return weighted.sum() if reduction == "sum" else _unreduced(weighted, reduction)


def _unreduced(losses: Tensor, reduction: str) -> Tensor:
    if reduction != "none":
        raise ValueError(f'reduction must be "mean", "sum" or "none", got {reduction!r}')
    return losses


def _weights(sample_weight, losses) -> Tensor | np.ndarray:
    learned = isinstance(sample_weight, Tensor)
    w = of_dtype(sample_weight, losses.dtype) if learned else np.asarray(sample_weight, losses.dtype)
    if w.shape != losses.shape[:1]:
        rows = losses.shape[0] if losses.ndim else "n"
        raise ValueError(f"sample_weight must be ({rows},), one per row, got {w.shape}")
    if not (plain(w) >= 0).all() or not plain(w).any():
        raise ValueError("sample_weight, times class_weight, must be at least 0 everywhere, and more somewhere")
    return w


def matched(name: str, prediction, target) -> tuple[Tensor, Tensor]:
    """Prediction and target as Tensors in the prediction's dtype, or in floats if that is none: the difference of
    unsigned integers would wrap around. ValueError, with the fix, unless shapes are the same."""
    shape, other = shape_of(prediction), shape_of(target)
    if shape != other:
        raise ValueError(f"{name}: prediction {shape} and target {other} must have the same shape; "
                         f"{_remedy(shape, other)}")
    x = as_tensor(prediction)
    if x.dtype.kind != "f":
        x = x.astype(float)
    return x, of_dtype(target, x.dtype)


def of_dtype(values, dtype) -> Tensor:
    """Values as a Tensor of a dtype; a Tensor stays in its graph, so that gradients reach it."""
    x = as_tensor(values)
    return x if x.dtype == dtype else x.astype(dtype)


def shape_of(x) -> tuple[int, ...]:
    try:
        return x.shape
    except AttributeError:
        return np.shape(x)


def _remedy(shape, other) -> str:
    if (*other, 1) == shape:
        return "write target.reshape(-1, 1), or take prediction[:, 0]"
    if (*shape, 1) == other:
        return "write target[:, 0], or prediction.reshape(-1, 1)"
    return "NumPy would broadcast them silently, or fail later"


def plain(x) -> np.ndarray:
    return np.asarray(x.data if isinstance(x, Tensor) else x)


def check_within(loss: str, what: str, values: np.ndarray) -> None:
    if not (np.minimum.reduce(values, None, initial=0) >= 0 and np.maximum.reduce(values, None, initial=1) <= 1):
        raise ValueError(f"{loss}: {what} must be 0, 1 or between, got {values.min()}..{values.max()}")


def warn_twice(loss: str, name: str) -> None:
    warnings.warn(f"{loss} takes logits and applies the {name} itself. These come out of a {name}: it would be applied "
                  "twice and learning would suffer. Pass what went into it", UserWarning, 3)
