"""scikit-learn estimators: networks for Pipeline, GridSearchCV and everything else that speaks fit and predict.

Parameters have the names and defaults of scikit-learn's own MLPClassifier and MLPRegressor, so that one can take the
place of the other. Import this file by name, `from nn.estimator import MLPClassifier`: it needs scikit-learn.
"""
import warnings
from typing import Any

import numpy as np

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import LabelBinarizer
    from sklearn.utils import check_random_state, compute_sample_weight
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data
except ImportError as error:
    raise ImportError('the estimators need scikit-learn: pip install "retrograd[train]"') from error

from autograd import no_grad, sigmoid, softmax

from .activations import suited_init
from .callbacks import EarlyStopping
from .losses import bce_with_logits_loss, cross_entropy_loss, mse_loss
from .mlp import MLP
from .optim import SGD, Adam, Optimizer
from .train import fit


class _Settling(EarlyStopping):
    """scikit-learn's rule: an improvement smaller than tol does not count, but still moves the mark."""

    def __call__(self, training) -> None:
        super().__call__(training)
        self.best = min(self.best, self.sign * training.history.last(self.monitor))


class _MLPEstimator(BaseEstimator):
    """What the classifier and the regressor share: the parameters, the loop, the outputs."""

    def __init__(self, hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=1e-4, batch_size="auto",
                 learning_rate_init=1e-3, momentum=0.9, dropout=0.0, max_iter=200, tol=1e-4, n_iter_no_change=10,
                 early_stopping=False, validation_fraction=0.1, random_state=None, verbose=False):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.momentum = momentum
        self.dropout = dropout
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X, y, sample_weight=None):
        """Train a new network.

        Args:
            X: (n, features) finite numbers. y: (n) targets, or (n, outputs) for several.
            sample_weight: (n) weights, None for equal ones.

        Returns:
            self, with `model_`, `loss_curve_`, `n_iter_`, and with early_stopping `validation_scores_`.

        Warns:
            ConvergenceWarning: max_iter epochs were not enough for the loss to settle.
        """
        X, target, weight = self._verified(X, y, sample_weight, reset=True)
        rng = _generator(self.random_state)
        held_out = None
        if self.early_stopping:
            X, held_X, target, held, weight, held_weight = train_test_split(
                X, target, weight, test_size=self.validation_fraction, stratify=self._strata(target),
                random_state=int(rng.integers(2 ** 31)))
            held_out = held_X, held, held_weight
        self._build(X, target, weight, rng)
        return self._train(X, target, weight, rng, self.max_iter, held_out)

    def _build(self, X, target, weight, rng) -> None:
        hidden = np.atleast_1d(self.hidden_layer_sizes).tolist()
        sizes = [X.shape[1], *hidden, target.shape[1] if target.ndim == 2 else self._outputs()]
        self.model_ = MLP(sizes, self.activation, dropout=self.dropout, rng=rng,
                          init=suited_init(self.activation)).astype(X.dtype)
        self.optimizer_ = self._optimizer(self.alpha / weight.sum())
        self.loss_curve_: list[float] = []
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.n_iter_ = 0

    def _optimizer(self, decay: float) -> Optimizer:
        weights = [layer.weight for layer in self.model_.layers]
        groups = [{"params": weights, "weight_decay": decay}, {"params": [layer.bias for layer in self.model_.layers]}]
        if self.solver == "adam":
            return Adam(groups, lr=self.learning_rate_init)
        if self.solver == "sgd":
            return SGD(groups, lr=self.learning_rate_init, momentum=self.momentum, nesterov=self.momentum > 0)
        raise ValueError(f'solver must be "adam" or "sgd", got {self.solver!r}')

    def _train(self, X, target, weight, rng, epochs: int, held_out=None):
        weight = (weight / weight.mean()).astype(X.dtype)
        even = bool((weight == weight[0]).all())

        def loss(output, rows):                 # rows stand for targets, so that each finds its weight
            if even:
                return self._losses(output, target[rows], reduction="mean")
            losses = self._losses(output, target[rows], reduction="none")
            return (losses * weight[rows].reshape((-1,) + (1,) * (losses.ndim - 1))).mean()

        callbacks: list[Any] = [_Settling("loss", self.n_iter_no_change, self.tol, restore=False)]
        if held_out is not None:
            callbacks = [self._scorer(*held_out), _Settling("val_score", self.n_iter_no_change, self.tol, "max")]
        size = min(200, len(X)) if self.batch_size == "auto" else min(self.batch_size, len(X))
        history = fit(self.model_, (X, np.arange(len(X))), loss, self.optimizer_, epochs, batch_size=size, rng=rng,
                      callbacks=callbacks, progress=self.verbose)
        self.loss_curve_ += history["loss"]
        self.n_iter_ += history.epochs
        if epochs > 1 and history.epochs - callbacks[-1].best_epoch <= self.n_iter_no_change:
            warnings.warn(f"not settled after max_iter={epochs} epochs: raise max_iter or learning_rate_init",
                          ConvergenceWarning, stacklevel=3)
        return self

    def _scorer(self, X, target, weight):
        def score(training) -> None:
            training.model.eval()
            self.validation_scores_.append(self._score(self._output(X), target, weight))            # type: ignore
            training.history.columns.setdefault("val_score", []).append(self.validation_scores_[-1])  # type: ignore
        return score

    def _output(self, X) -> np.ndarray:
        with no_grad():
            return self.model_(X).data

    def _raw(self, X) -> np.ndarray:
        """The network's output for users' data."""
        check_is_fitted(self, "model_")
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self._output(X.astype(self.model_.layers[0].weight.dtype, copy=False))

    def partial_fit(self, X, y, sample_weight=None):
        """One more epoch on this data, going on from where the network is. Arguments as those of `fit`."""
        new = not hasattr(self, "model_")
        X, target, weight = self._verified(X, y, sample_weight, reset=new)
        if new:
            self.generator_ = _generator(self.random_state)
            self._build(X, target, weight, self.generator_)
        rng = self.generator_ if hasattr(self, "generator_") else _generator(self.random_state)
        return self._train(X.astype(self.model_.layers[0].weight.dtype, copy=False), target, weight, rng, 1)


class MLPClassifier(ClassifierMixin, _MLPEstimator):
    """A network as a scikit-learn classifier of two or more classes, or of several labels at once.

    Args:
        hidden_layer_sizes: units of each hidden layer. activation: name, as for `nn.MLP`.
        solver: "adam", or "sgd" with Nesterov momentum. learning_rate_init: its rate. momentum: for "sgd".
        alpha: L2 penalty ½ alpha ‖weights‖² / n. dropout: probability of dropping a hidden unit in training.
        batch_size: rows per update, "auto" for min(200, n).
        max_iter: most epochs. tol, n_iter_no_change: training ends when the loss, or with early_stopping the score on a
            held-out validation_fraction, has not improved by tol for that many epochs.
        class_weight: "balanced", {class: weight} or None.
        random_state: seed, RandomState or None. verbose: show progress.

    Attributes:
        classes_: the labels. model_: the `nn.MLP`. loss_curve_: loss of each epoch.

    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from nn.estimator import MLPClassifier
    >>> x, y = load_iris(return_X_y=True)
    >>> network = MLPClassifier((16,), batch_size=16, learning_rate_init=0.01, tol=1e-3, random_state=0)
    >>> model = make_pipeline(StandardScaler(), network)
    >>> bool(model.fit(x, y).score(x, y) > 0.95)
    True
    """

    def __init__(self, hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=1e-4, batch_size="auto",
                 learning_rate_init=1e-3, momentum=0.9, dropout=0.0, max_iter=200, tol=1e-4, n_iter_no_change=10,
                 early_stopping=False, validation_fraction=0.1, class_weight=None, random_state=None, verbose=False):
        super().__init__(hidden_layer_sizes, activation, solver=solver, alpha=alpha, batch_size=batch_size,
                         learning_rate_init=learning_rate_init, momentum=momentum, dropout=dropout, max_iter=max_iter,
                         tol=tol, n_iter_no_change=n_iter_no_change, early_stopping=early_stopping,
                         validation_fraction=validation_fraction, random_state=random_state, verbose=verbose)
        self.class_weight = class_weight

    def _verified(self, X, y, sample_weight, reset: bool):
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, reset=reset)
        check_classification_targets(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if reset:
            self._classes_of(y)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if self.class_weight is not None:
            weight = weight * compute_sample_weight(self.class_weight, y)
        unknown = np.setdiff1d(y, self.classes_)
        if not self.multilabel_ and len(unknown):
            raise ValueError(f"y has classes that the first call did not name: {unknown[:5]}")
        return X, self._encoded(y, X.dtype), weight

    def _classes_of(self, y) -> None:
        self.multilabel_ = type_of_target(y) == "multilabel-indicator"
        self._binarizer = LabelBinarizer().fit(y)
        self.classes_ = self._binarizer.classes_

    def _encoded(self, y, dtype) -> np.ndarray:
        """Class ids for three classes and more, or for one; a column of 0 and 1 for each label otherwise."""
        if self.multilabel_:
            return np.asarray(y, dtype)
        ids = np.searchsorted(self.classes_, y)
        return ids.reshape(-1, 1).astype(dtype) if len(self.classes_) == 2 else ids

    def _outputs(self) -> int:
        return len(self.classes_)

    @staticmethod
    def _strata(target):
        return target if target.shape[1:] in ((), (1,)) else None

    @staticmethod
    def _losses(output, target, reduction: str):
        return (bce_with_logits_loss if target.ndim == 2 else cross_entropy_loss)(output, target, reduction=reduction)

    @staticmethod
    def _score(output, target, weight) -> float:
        right = ((output > 0) == target).all(axis=1) if target.ndim == 2 else output.argmax(axis=1) == target
        return float(np.average(right, weights=weight))

    def predict_proba(self, X) -> np.ndarray:
        """Probabilities (n, classes), rows summing to 1; for several labels (n, labels), each on its own."""
        output = self._raw(X).astype(np.float64)
        if self.multilabel_:
            return sigmoid(output)
        if len(self.classes_) == 2:
            p = sigmoid(output)
            return np.hstack([1 - p, p])
        return softmax(output)

    def predict(self, X) -> np.ndarray:
        """The most probable class of each row (n); for several labels, 0 or 1 for each (n, labels)."""
        p = self.predict_proba(X)
        return (p > 0.5).astype(int) if self.multilabel_ else self.classes_[p.argmax(axis=1)]

    def predict_log_proba(self, X) -> np.ndarray:
        """The logarithm of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """One more epoch on this data. The first call needs all `classes`, unless they are all in its y."""
        if classes is not None and not hasattr(self, "model_"):
            return self._begin(X, y, classes, sample_weight)
        return super().partial_fit(X, y, sample_weight)

    def _begin(self, X, y, classes, sample_weight):
        self._classes_of(np.asarray(classes))
        self.multilabel_ = type_of_target(y) == "multilabel-indicator"
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=True)
        self.generator_ = _generator(self.random_state)
        X, target, weight = self._verified(X, y, sample_weight, reset=False)
        self._build(X, target, weight, self.generator_)
        return self._train(X, target, weight, self.generator_, 1)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class MLPRegressor(RegressorMixin, _MLPEstimator):
    """A network as a scikit-learn regressor of one number or several; the loss is half the squared error.

    Args as those of `MLPClassifier`, without class_weight.

    >>> import numpy as np
    >>> from nn.estimator import MLPRegressor
    >>> x = np.linspace(-1, 1, 100).reshape(-1, 1)
    >>> model = MLPRegressor((16,), "tanh", learning_rate_init=0.03, tol=1e-6, random_state=0).fit(x, x[:, 0] ** 2)
    >>> bool(model.score(x, x[:, 0] ** 2) > 0.9)
    True
    """

    def _verified(self, X, y, sample_weight, reset: bool):
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True, reset=reset)
        weight = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if reset:
            self.flat_ = y.ndim == 1
        return X, y.reshape(len(y), -1).astype(X.dtype), weight

    @staticmethod
    def _strata(target):
        return None

    @staticmethod
    def _losses(output, target, reduction: str):
        return 0.5 * mse_loss(output, target, reduction=reduction)

    @staticmethod
    def _score(output, target, weight) -> float:
        from sklearn.metrics import r2_score
        return float(r2_score(target, output, sample_weight=weight))

    def predict(self, X) -> np.ndarray:
        """Predictions (n), or (n, outputs) if there were several in `fit`."""
        output = self._raw(X)
        return output[:, 0] if self.flat_ else output

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _generator(random_state) -> np.random.Generator:
    """A Generator from what scikit-learn takes as random_state; None gives fresh entropy, not NumPy's global state."""
    if isinstance(random_state, np.random.RandomState):
        random_state = check_random_state(random_state).randint(2 ** 31 - 1)
    return np.random.default_rng(random_state)
