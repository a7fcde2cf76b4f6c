"""Measures of quality, from the outputs of a network: scikit-learn's, ready for `fit(metrics={...})`.

Each is a function (output, target) -> number. Outputs (n, classes) are logits whose largest counts; outputs (n, 1) or
(n) are logits of class 1, which is predicted where they are above 0. Targets are class ids, (n) or (n, 1), or one-hot
rows; for one logit also -1 and 1, or probabilities of class 1. Regression measures compare equal shapes. Arrays and
Tensors are taken alike; no gradient flows through a measure.
"""
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _sklearn() -> Any:
    try:
        import sklearn.metrics
    except ImportError:
        raise ImportError('these metrics need scikit-learn: pip install "retrograd[train]"') from None
    return sklearn.metrics


def plain(x) -> np.ndarray:
    return np.asarray(x.data if isinstance(x, Tensor) else x)


def predicted(output) -> np.ndarray:
    """Class ids (n) from logits (n, classes), (n, 1) or (n).

    Warns, UserWarning, where ten or more logits of class 1 lie between 0 and 1, on both sides of 0.5, as probabilities
    do: these would all be taken for class 1. ValueError for other shapes, and for nan.

    >>> predicted([[0.1, 2.0], [3.0, -1.0]]), predicted([[0.5], [-0.5]])
    (array([1, 0]), array([1, 0]))
    """
    x = plain(output)
    if x.ndim not in (1, 2) or np.isnan(x).any():
        raise ValueError("outputs must be numbers (n, classes), (n, 1) or (n), got "
                         + (f"shape {x.shape}" if x.ndim not in (1, 2) else "nan among them: the network has diverged"))
    if x.ndim == 2 and x.shape[1] > 1:
        return x.argmax(axis=1)
    if x.size >= 10 and 0 <= x.min() < 0.5 < x.max() <= 1:
        warnings.warn("metrics take logits, and these all lie between 0 and 1, as probabilities do: all count as class "
                      "1. Pass what went into the sigmoid, or output - 0.5", UserWarning, 3)
    return (x.reshape(-1) > 0).astype(int)


def _ids(target, output: np.ndarray) -> np.ndarray:
    """Class ids (n) from ids, a column of them or one-hot rows; for a single logit from 0 and 1, or -1 and 1."""
    t = plain(target)
    if len(t) != len(output):
        raise ValueError(f"{len(output)} outputs and {len(t)} targets: there must be one target per row")
    if t.ndim == 2 and t.shape[1] > 1:
        if not np.allclose(t.sum(axis=1), 1, atol=1e-3):
            raise ValueError("rows of targets must be one-hot, or probabilities that sum to 1; for labels of "
                             "which several may be true, score each: output[:, k] and target[:, k]")
        return t.argmax(axis=1)
    t, single = t.reshape(-1), output.ndim < 2 or output.shape[1] == 1
    if t.dtype.kind not in "fiub" or not (((t >= -1) & (t <= 1)).all() if single else (t == np.floor(t)).all()):
        needed = "0 and 1, or -1 and 1, for outputs of one logit" if single else "class ids, which are integers"
        raise ValueError(f"targets must be {needed}, got {t[:5]}")
    return (t > 0.5).astype(int) if single else t.astype(int)


def _both(output, target) -> tuple[np.ndarray, np.ndarray]:
    x = plain(output)
    return _ids(target, x), predicted(x)


def accuracy(output, target) -> float:
    """The fraction of rows whose class is predicted rightly.

    >>> accuracy([[0.1, 2.0], [3.0, -1.0]], [1, 1])
    0.5
    """
    t, p = _both(output, target)
    return float(np.mean(t == p))


def precision(output, target) -> float:
    """Of the rows predicted to be of a class, the fraction that are; averaged over classes."""
    return float(_sklearn().precision_score(*_both(output, target), average="macro", zero_division=0))


def recall(output, target) -> float:
    """Of the rows of a class, the fraction that are predicted to be; averaged over classes."""
    return float(_sklearn().recall_score(*_both(output, target), average="macro", zero_division=0))


def f1(output, target) -> float:
    """The harmonic mean of precision and recall of a class; averaged over classes."""
    return float(_sklearn().f1_score(*_both(output, target), average="macro", zero_division=0))


def roc_auc(output, target) -> float:
    """The probability that a row of class 1 scores above one of class 0; for more classes, one against the rest."""
    x = plain(output)
    if x.ndim < 2 or x.shape[1] == 1:
        return float(_sklearn().roc_auc_score(_ids(target, x), x.reshape(-1)))
    e = np.exp(x - x.max(axis=1, keepdims=True), dtype=float)
    p = e / e.sum(axis=1, keepdims=True)
    t = _ids(target, x)
    return float(_sklearn().roc_auc_score(t, p if x.shape[1] > 2 else p[:, 1], multi_class="ovr"))


def _numbers(output, target) -> tuple[np.ndarray, np.ndarray]:
    x, t = plain(output), plain(target)
    if x.shape != t.shape:
        raise ValueError(f"output {x.shape} and target {t.shape} must have the same shape")
    return t, x


def mse(output, target) -> float:
    """Mean squared error."""
    return float(_sklearn().mean_squared_error(*_numbers(output, target)))


def mae(output, target) -> float:
    """Mean absolute error."""
    return float(_sklearn().mean_absolute_error(*_numbers(output, target)))


def r2(output, target) -> float:
    """R²: 1 - Σ (error)² / Σ (target - its mean)²; 1 is perfect, 0 as good as the mean."""
    return float(_sklearn().r2_score(*_numbers(output, target)))


def report(output, target, names=None) -> str:
    """Precision, recall and F1 of each class as a table of text."""
    return str(_sklearn().classification_report(*_both(output, target), target_names=names, zero_division=0))


def confusion_figure(output, target, names=None) -> "Figure":
    """How many rows of each class (down) are predicted to be of each class (across), as a figure."""
    from .plot import figure, style
    counts = _sklearn().confusion_matrix(*_both(output, target))
    names = list(range(len(counts))) if names is None else list(names)
    with style():
        fig = figure(1.5 + 0.45 * len(counts), 1.2 + 0.45 * len(counts))
        ax = fig.subplots()
        ax.imshow(np.sqrt(counts), cmap="Blues")            # the root, so that a few mistakes are seen beside many hits
        for (i, j), n in np.ndenumerate(counts):
            dark = counts[i, j] > 0.3 * counts.max()
            ax.text(j, i, str(n), ha="center", va="center", color="white" if dark else "black", fontsize=9)
        ax.set(xticks=range(len(names)), yticks=range(len(names)), xticklabels=names, yticklabels=names,
               xlabel="predicted", ylabel="true")
        ax.grid(False)
    return fig
