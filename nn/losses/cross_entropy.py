"""Losses of several classes, from logits or log-probabilities and labels."""
import numpy as np

from autograd import Tensor, as_tensor, log_softmax, mean_cross_entropy, softmax, softmax_cross_entropy
from autograd.core.values import beside, on_host
from autograd.ops.fused import check_labels, one_hot

from ..checks import check
from .classification import expected
from .reduce import check_reduction, reduced
from .report import note
from .verify import floating, of_dtype, real_numbers, warn_twice, within_0_and_1
from .weights import Weights, weights_of


def cross_entropy_loss(logits, target, *, label_smoothing: float = 0.0, class_weight=None, reduction: str = "mean",
                       sample_weight=None) -> Tensor:
    """Cross-entropy of softmax(logits): the mean over rows of -Σ t ln softmax(x), t the probability of each class.

    Computed from the logits, so it is finite for any of them. Do not apply a softmax before.

    Args:
        logits: (n, classes), array or Tensor.
        target: (n) integers of [0, classes), the labels, whose t is 1; or t itself, (n, classes), rows that sum to 1.
        label_smoothing: s in [0, 1): t becomes (1 - s) t + s / classes (Szegedy et al. 2016, §7).
        class_weight: (classes) weights w of the terms: -Σ w t ln softmax(x). As in PyTorch, the mean divides by
            Σ w[label] where labels are given, smoothed or not, and by n where probabilities are.
        reduction, sample_weight: see `nn.losses`.

    Raises:
        ValueError: shapes do not fit, a label out of range, a weight below 0.
        TypeError: labels that are not integers; what is no array of real numbers.
    Warns:
        UserWarning: the logits come out of a softmax.

    >>> from nn import cross_entropy_loss
    >>> cross_entropy_loss([[2.0, 1.0, -1.0, 3.0]], [3]).item()         # -ln .6572
    0.4197...
    """
    check_reduction(NAME, reduction)
    if label_smoothing.__class__ is not float or label_smoothing:
        check("label_smoothing", label_smoothing, lambda s: 0 <= s < 1, "in [0, 1)")
    x = floating(real_numbers(NAME, "logits", logits))
    if x.op is softmax:
        warn_twice(NAME, "softmax")
    t = target if isinstance(target, np.ndarray) and target.dtype.kind in "iu" else real_numbers(NAME, "target", target)
    shape, of_target = x.shape, t.shape
    if class_weight is not None and len(shape) == 2:
        class_weight = _class_weights(class_weight, x)
    if shape == of_target and len(shape) == 2:
        return _of_probabilities(x, t, label_smoothing, class_weight, reduction, sample_weight)
    _check_shapes(NAME, shape, of_target)
    if reduction == "mean" and sample_weight is class_weight is None and not label_smoothing:
        return note(_checked(NAME, mean_cross_entropy, x, t), shape[0])
    weights = _weights_of_labels(x, t, None if label_smoothing else class_weight, sample_weight)
    x, labels = weights.rows(x), weights.rows(as_tensor(t)).data
    if not label_smoothing:
        return reduced(softmax_cross_entropy(x, labels), reduction, weights)
    certain = as_tensor(one_hot(labels, x.shape[1], x.dtype))
    losses = _cross_entropies(x, certain, label_smoothing, class_weight)
    return reduced(losses, reduction, weights, None if class_weight is None else class_weight[labels])


NAME = "cross_entropy_loss"


def _of_probabilities(x: Tensor, target, smoothing: float, class_weight, reduction: str, sample_weight) -> Tensor:
    t = real_numbers(NAME, "target", target)
    weights = weights_of(NAME, sample_weight, x, t)
    x, t = weights.rows(x), weights.rows(t)
    within_0_and_1(NAME, "probabilities", t.data)
    rounding = t.shape[1] * float(np.finfo(t.dtype).eps) if t.dtype.kind == "f" else 0.0
    if on_host(t) and not np.allclose(t.data.sum(axis=1, dtype=float), 1, atol=1e-6 + rounding):
        raise ValueError(f"{NAME}: each row of target probabilities must sum to 1")
    return reduced(_cross_entropies(x, of_dtype(t, x.dtype), smoothing, class_weight), reduction, weights)


def _cross_entropies(x: Tensor, t: Tensor, smoothing: float, class_weight) -> Tensor:
    if smoothing:
        t = (1 - smoothing) * t + smoothing / t.shape[1]
    return -expected(t if class_weight is None else t * class_weight.astype(x.dtype), log_softmax(x))


def _class_weights(class_weight, x: Tensor) -> np.ndarray:
    try:
        w = real_numbers(NAME, "class_weight", class_weight).data.astype(float)
    except TypeError:
        w = np.empty(0)
    if w.shape != x.shape[1:]:
        raise ValueError(f"{NAME}: class_weight must be {x.shape[1:]}, one weight per class, as balanced_class_weight "
                         f"gives them, got {class_weight!r:.80}")
    if on_host(w) and not ((w >= 0) & (w < np.inf)).all():
        raise ValueError(f"{NAME}: class_weight must be at least 0 everywhere, and finite, got {class_weight!r:.80}")
    return beside(w, x)


def _weights_of_labels(x: Tensor, t, class_weight, sample_weight) -> Weights:
    """The weights of rows times those of their classes. Rows of weight 0 may have any label."""
    weights = weights_of(NAME, sample_weight, x)
    labels = weights.rows(as_tensor(t)).data
    _checked(NAME, check_labels, weights.rows(x), labels)
    if class_weight is None:
        return weights
    each = weights.spread(as_tensor(class_weight[labels]))
    if sample_weight is not None:
        each = each * (sample_weight if isinstance(sample_weight, Tensor) else as_tensor(beside(sample_weight, x)))
    return weights_of(NAME, each, x)


def _check_shapes(loss: str, shape: tuple, of_labels: tuple) -> None:
    if len(shape) == 2 and of_labels == shape[:1]:
        return
    remedy = "; write labels[:, 0]" if of_labels == (*shape[:1], 1) else ""
    name, other = ("logits", ", or (n, classes) probabilities") if loss == NAME else ("log-probabilities", "")
    raise ValueError(f"{loss}: {name} must be (n, classes) and labels (n,){other}, got {shape} and {of_labels}"
                     + remedy)


def _checked(loss: str, op, x, labels):
    """op(x, labels), with the name of the loss in what it raises about labels."""
    try:
        return op(x, labels)
    except (ValueError, TypeError) as error:
        raise type(error)(f"{loss}: {error.__cause__ or error}") from None


def nll_loss(log_probability, labels, *, reduction: str = "mean", sample_weight=None) -> Tensor:
    """-log_probability[label], averaged over rows: for log-probabilities (n, classes), as `log_softmax` gives them.

    Raises as `cross_entropy_loss`, which does both steps in one.
    """
    name = "nll_loss"
    check_reduction(name, reduction)
    x, t = floating(real_numbers(name, "log-probabilities", log_probability)), real_numbers(name, "labels", labels)
    _check_shapes(name, x.shape, t.shape)
    weights = weights_of(name, sample_weight, x)
    x, labels = weights.rows(x), weights.rows(t).data
    _checked(name, check_labels, x, labels)
    return reduced(-x[np.arange(x.shape[0], like=labels), labels], reduction, weights)
