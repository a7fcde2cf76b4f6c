"""Measures of quality, from the outputs of a network: scikit-learn's, ready for `fit(metrics={...})`.

Each is a function (output, target) -> number. Outputs (n, classes) are logits whose largest counts; outputs (n, 1) or
(n) are logits of class 1, which is predicted where they are above 0. Targets are class ids, (n) or (n, 1), or one-hot
rows; for one logit also -1 and 1, or probabilities of class 1. Regression measures compare equal shapes. Arrays and
Tensors are taken alike; no gradient flows through a measure.

All raise TypeError for what is no array of real numbers, and ValueError for single numbers, no rows, nan, shapes that
do not fit and targets that are none, such as class 7 of 2.
"""
import math
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, sigmoid
from autograd.core.values import to_host
from autograd.support.optional import optional

from .losses.verify import real_numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _sklearn() -> Any:
    with optional("sklearn", "these metrics need"):
        import sklearn.metrics
    return sklearn.metrics


def _rows(what: str, values) -> np.ndarray:
    """Values as an array of at least one row, without nan."""
    x = to_host(real_numbers("metrics", what, values))
    if not x.ndim or not x.size:
        raise ValueError(f"metrics need rows of {what}s, got shape {x.shape}" + ("" if x.ndim else ", a single number"))
    if x.dtype.kind == "f" and np.isnan(x).any():
        raise ValueError(f"{what}s must be numbers, got nan among them"
                         + (": the network has diverged" if what == "output" else ""))
    return x


def predicted(output) -> np.ndarray:
    """Class ids (n) from logits (n, classes), (n, 1) or (n).

    ValueError for other shapes, and for nan. Warns, UserWarning, where the logits of class 1 come out of a sigmoid: of
    probabilities, all would be taken for class 1. Arrays do not tell where they come from.

    >>> predicted([[0.1, 2.0], [3.0, -1.0]]), predicted([[0.5], [-0.5]])
    (array([1, 0]), array([1, 0]))
    """
    x = _rows("output", output)
    if x.ndim > 2:
        raise ValueError(f"outputs must be (n, classes), (n, 1) or (n), got shape {x.shape}")
    if x.ndim == 2 and x.shape[1] > 1:
        return x.argmax(axis=1)
    if came_from_sigmoid(output):
        warn_of_probabilities()
    return (x.reshape(-1) > 0).astype(int)


def came_from_sigmoid(output) -> bool:
    """Whether an output is a Tensor of a graph, the sigmoid of something."""
    return isinstance(output, Tensor) and output.op is sigmoid


def warn_of_probabilities() -> None:
    warnings.warn("metrics take logits, and these outputs are probabilities, from a sigmoid: all count as class 1. "
                  "Pass what goes into the sigmoid, with bce_with_logits_loss as loss; or output - 0.5", UserWarning, 3)


def take_logits(metrics: Iterable) -> bool:
    """Whether there is a measure among these that probabilities of class 1 would mislead."""
    return any(metric in (accuracy, precision, recall, f1) for metric in metrics)


def _ids(target, output: np.ndarray) -> np.ndarray:
    """Class ids (n) from ids, a column of them or one-hot rows; for a single logit from 0 and 1, or -1 and 1."""
    t, single = _rows("target", target), output.ndim < 2 or output.shape[1] == 1
    if len(t) != len(output):
        raise ValueError(f"{len(output)} outputs and {len(t)} targets: there must be one target per row")
    if t.ndim == 2 and t.shape[1] > 1:
        return _ids_of_rows(t, output)
    if t.size != len(t):
        raise ValueError(f"targets must be (n), (n, 1) or one-hot rows, got shape {t.shape}")
    t = t.reshape(-1)
    if single and not ((t >= -1) & (t <= 1)).all():
        raise ValueError(f"targets must be 0 and 1, or -1 and 1, for outputs of one logit, got {t[:5]}")
    if not single and not (t == np.floor(t)).all():
        raise ValueError(f"targets must be class ids, which are integers, got {t[:5]}")
    if not single and not 0 <= t.min() <= t.max() < output.shape[1]:
        raise ValueError(f"targets must be class ids of [0, {output.shape[1]}), one per column of the outputs, got "
                         f"{t.min():g}..{t.max():g}")
    return (t > 0.5).astype(int) if single else t.astype(int)


def _ids_of_rows(t: np.ndarray, output: np.ndarray) -> np.ndarray:
    if not np.allclose(t.sum(axis=1), 1, atol=1e-3):
        raise ValueError("rows of targets must be one-hot, or probabilities that sum to 1; for labels of "
                         "which several may be true, score each: output[:, k] and target[:, k]")
    if t.shape[1] != (2 if output.ndim < 2 or output.shape[1] == 1 else output.shape[1]):
        raise ValueError(f"one-hot targets {t.shape} and outputs {output.shape} are of different numbers of classes")
    return t.argmax(axis=1)


def _both(output, target) -> tuple[np.ndarray, np.ndarray]:
    p = predicted(output)
    return _ids(target, _rows("output", output)), p


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
    """The probability that a row of class 1 scores above one of class 0; for more classes, one against the rest.

    Where a class has no rows it is nan, and warns, as scikit-learn's.
    """
    x = _rows("output", output)
    if not np.isfinite(x).all():
        raise ValueError("roc_auc needs finite outputs, got inf among them: the network has diverged")
    t, classes = _ids(target, x), 2 if x.ndim < 2 else max(2, x.shape[1])
    absent = np.setdiff1d(np.arange(classes), t)
    if absent.size:
        warnings.warn(f"roc_auc is nan: it needs rows of each class, and there is none of class {absent[0]}",
                      UserWarning, 2)
        return math.nan
    if x.ndim < 2 or x.shape[1] == 1:
        return float(_sklearn().roc_auc_score(t, x.reshape(-1)))
    e = np.exp(x - x.max(axis=1, keepdims=True), dtype=float)
    p = e / e.sum(axis=1, keepdims=True)
    return float(_sklearn().roc_auc_score(t, p if classes > 2 else p[:, 1], multi_class="ovr"))


def _numbers(output, target) -> tuple[np.ndarray, np.ndarray]:
    x, t = _rows("output", output), _rows("target", target)
    if x.shape != t.shape:
        raise ValueError(f"output {x.shape} and target {t.shape} must have the same shape")
    return t.reshape(len(t), -1), x.reshape(len(x), -1)


def mse(output, target) -> float:
    """Mean squared error."""
    return float(_sklearn().mean_squared_error(*_numbers(output, target)))


def mae(output, target) -> float:
    """Mean absolute error."""
    return float(_sklearn().mean_absolute_error(*_numbers(output, target)))


def r2(output, target) -> float:
    """R²: 1 - Σ (error)² / Σ (target - its mean)²; 1 is perfect, 0 as good as the mean."""
    return float(_sklearn().r2_score(*_numbers(output, target)))


def _named(names, classes: int) -> list[str]:
    """A name for each class."""
    if names is not None and (isinstance(names, str) or not hasattr(names, "__len__")):
        raise TypeError(f"names must be a list of texts, one for each class, got {names!r}")
    names = list(range(classes)) if names is None else list(names)
    if len(names) != classes:
        raise ValueError(f"there are {classes} classes and {len(names)} names: {names[:5]}")
    return [str(name) for name in names]


def _classes(output) -> int:
    shape = _rows("output", output).shape
    return 2 if len(shape) < 2 else max(2, shape[1])


def report(output, target, names=None) -> str:
    """Precision, recall and F1 of each class as a table of text. `names` has one for each class; classes that are
    neither among the targets nor predicted are left out."""
    t, p = _both(output, target)
    present, names = np.union1d(t, p), _named(names, _classes(output))
    return str(_sklearn().classification_report(t, p, labels=present, target_names=[names[i] for i in present],
                                                zero_division=0))


def confusion_figure(output, target, names=None) -> "Figure":
    """How many rows of each class (down) are predicted to be of each class (across), as a figure."""
    from .figures.plot import figure, style
    classes = _classes(output)
    names = _named(names, classes)
    counts = _sklearn().confusion_matrix(*_both(output, target), labels=np.arange(classes))
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
