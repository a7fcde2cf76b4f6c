"""scikit-learn estimators: networks for Pipeline, GridSearchCV and everything else that speaks fit and predict.

Parameters have the names and defaults of scikit-learn's own MLPClassifier and MLPRegressor, so that one can take the
place of the other. Import this file by name, `from nn.estimator import MLPClassifier`: it needs scikit-learn.
"""
import numpy as np

from autograd import sigmoid, softmax
from autograd.support.optional import optional

with optional("sklearn", "the estimators need"):
    from scipy.sparse import csr_matrix, issparse
    from sklearn.base import ClassifierMixin, RegressorMixin
    from sklearn.preprocessing import LabelBinarizer
    from sklearn.utils import compute_sample_weight
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import _check_sample_weight, column_or_1d

from ..losses import bce_with_logits_loss, cross_entropy_loss, mse_loss
from .base import MLPEstimator, check_kind, check_mask, unchanged_by_errors, verified_data
from .compat import dense

__all__ = ["MLPClassifier", "MLPRegressor"]


class MLPClassifier(ClassifierMixin, MLPEstimator):
    """A network as a scikit-learn classifier of two or more classes, or of several labels at once.

    Args:
        hidden_layer_sizes: units of each hidden layer. activation: name, as for `nn.MLP`.
        solver: "adam" with beta_1, beta_2 and epsilon; "sgd" with momentum, Nesterov's or not; "lbfgs" for few rows: it
            takes all at once, for max_iter iterations and max_fun evaluations at most, until no slope is above tol.
        learning_rate_init: the rate. learning_rate: how that of "sgd" goes on: "constant", "invscaling" (divided by
            t ** power_t after t rows), "adaptive" (by 5 when the loss settles).
        alpha: L2 penalty ½ alpha ‖weights‖² / n, n the rows of a batch.
        batch_size: rows per update, "auto" for min(200, n). shuffle: whether each epoch has an order of its own.
        max_iter: most epochs. tol, n_iter_no_change: training ends when the loss, or with early_stopping the score on a
            held-out validation_fraction, has not improved by tol for that many epochs.
        random_state: seed, Generator, RandomState, or None for an unpredictable start. verbose: show progress.
        warm_start: whether `fit` goes on with the network of the last call.
        dropout: probability of dropping a hidden unit in training. class_weight: "balanced", {class: weight} or None.
            These two, and activations other than "identity", "logistic", "tanh" and "relu", scikit-learn's do not have.

    Attributes:
        classes_: the labels. model_: the `nn.MLP`. loss_curve_: loss of each epoch, penalty included. n_iter_: epochs.
        validation_scores_: with early_stopping, the score after each epoch. history_: the `nn.History` of the training.
        coefs_, intercepts_, loss_, best_loss_, best_validation_score_, n_layers_, n_outputs_, t_: as in scikit-learn.

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
                 learning_rate="constant", learning_rate_init=1e-3, power_t=0.5, max_iter=200, shuffle=True,
                 random_state=None, tol=1e-4, verbose=False, warm_start=False, momentum=0.9, nesterovs_momentum=True,
                 early_stopping=False, validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8,
                 n_iter_no_change=10, max_fun=15000, dropout=0.0, class_weight=None):
        super().__init__(
            hidden_layer_sizes, activation, solver=solver, alpha=alpha, batch_size=batch_size,
            learning_rate=learning_rate, learning_rate_init=learning_rate_init, power_t=power_t, max_iter=max_iter,
            shuffle=shuffle, random_state=random_state, tol=tol, verbose=verbose, warm_start=warm_start,
            momentum=momentum, nesterovs_momentum=nesterovs_momentum, early_stopping=early_stopping,
            validation_fraction=validation_fraction, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon,
            n_iter_no_change=n_iter_no_change, max_fun=max_fun, dropout=dropout)
        self.class_weight = class_weight

    def _verified(self, X, y, sample_weight, reset: bool):
        self._sparse_labels = issparse(y)
        X, y = verified_data(self, X, dense(y), multi_output=True, reset=reset)
        check_classification_targets(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if reset:
            self._classes_of(y)
        weight = _weights(sample_weight, X)
        if self.class_weight is not None:
            own = self._weights_of_classes(y)
            weight = own if weight is None else own * weight
        self._check_width(y)
        unknown = np.setdiff1d(y, self.classes_)
        if not self.multilabel_ and len(unknown):
            raise ValueError(f"y has classes that the first call did not name: {unknown[:5]}")
        return _counted(X, self._encoded(y, X.dtype), weight)

    def _weights_of_classes(self, y) -> np.ndarray:
        try:
            own = compute_sample_weight(self.class_weight, y)
        except (ValueError, TypeError) as error:
            raise ValueError('class_weight must be "balanced", {class: weight} for each class, or None, got '
                             f"{self.class_weight!r}: {error}") from None
        if not ((own >= 0) & (own < np.inf)).all():
            raise ValueError(f"class_weight must be finite and at least 0 everywhere, got {self.class_weight!r}")
        return own

    def _check_width(self, y) -> None:
        """That y has as many labels per row as the network was begun with."""
        if y.shape[1:] != ((len(self.classes_),) if self.multilabel_ else ()):
            begun = f"{len(self.classes_)} labels" if self.multilabel_ else "one class"
            raise ValueError(f"the network was begun with {begun} per row, got y of shape {y.shape}")

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
        return target if target.shape[1:] == (1,) else None

    @staticmethod
    def _loss(output, target, weight):
        if target.ndim == 1:
            return cross_entropy_loss(output, target, sample_weight=weight)
        loss = bce_with_logits_loss(output, target, sample_weight=weight)
        return loss if target.shape[1] == 1 else loss * float(target.shape[1])      # the sum over the labels of a row

    @staticmethod
    def _share(target) -> int:
        return 1

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
        """The most probable class of each row (n); for several labels, 0 or 1 for each (n, labels), sparse if y was."""
        p = self.predict_proba(X)
        if not self.multilabel_:
            return self.classes_[p.argmax(axis=1)]
        labels = (p > 0.5).astype(int)
        return csr_matrix(labels) if self._sparse_labels else labels

    def predict_log_proba(self, X) -> np.ndarray:
        """The logarithm of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def partial_fit(self, X, y, classes=None, sample_weight=None):  # type: ignore[override]
        """One more epoch on this data. The first call needs all `classes`, unless they are all in its y; if later ones
        name them, they must be the same."""
        if classes is not None and not hasattr(self, "model_"):
            return self._begin(X, y, classes, sample_weight)
        if classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(f"the network was begun with the classes {self.classes_}, got classes={classes}")
        return super().partial_fit(X, y, sample_weight)

    def _check_parameters(self, incremental: bool = False) -> None:
        super()._check_parameters(incremental)
        if incremental and isinstance(self.class_weight, str):
            raise ValueError(f"partial_fit does not support class_weight={self.class_weight!r}: a batch does not tell "
                             "how many rows each class has. Give the weights as {class: weight}")

    def _begin(self, X, y, classes, sample_weight):
        self._check_parameters(incremental=True)
        with unchanged_by_errors(self):
            self._classes_of(np.asarray(classes))
            self.multilabel_ = type_of_target(y) == "multilabel-indicator"
            X = verified_data(self, X, reset=True)
            data = self._verified(X, y, sample_weight, reset=False)
        return self._one_more(*data)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class MLPRegressor(RegressorMixin, MLPEstimator):
    """A network as a scikit-learn regressor of one number or several; the loss is half the squared error.

    Args as those of `MLPClassifier`, without class_weight.

    >>> import numpy as np
    >>> from nn.estimator import MLPRegressor
    >>> x = np.linspace(-1, 1, 100).reshape(-1, 1)
    >>> model = MLPRegressor((16,), "tanh", learning_rate_init=0.03, random_state=0).fit(x, x[:, 0] ** 2)
    >>> bool(model.score(x, x[:, 0] ** 2) > 0.9)
    True
    """

    def _verified(self, X, y, sample_weight, reset: bool):
        check_kind("y", y)
        X, y = verified_data(self, X, dense(y), multi_output=True, y_numeric=True, reset=reset)
        if not np.isfinite(y).all():                        # None, which becomes nan after scikit-learn has looked
            raise ValueError("y holds None or nan: leave out what is missing first")
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if reset:
            self.flat_ = y.ndim == 1
        target = y.reshape(len(y), -1).astype(X.dtype)
        if not reset and target.shape[1] != self.n_outputs_:
            raise ValueError(f"the network was begun with {self.n_outputs_} outputs, got y of shape {y.shape}")
        return _counted(X, target, _weights(sample_weight, X))

    @staticmethod
    def _strata(target):
        return None

    @staticmethod
    def _loss(output, target, weight):
        return mse_loss(output, target, sample_weight=weight) * (0.5 * target.shape[1])

    @staticmethod
    def _share(target) -> int:
        """scikit-learn descends the sum over the outputs of a row and records their mean."""
        return target.shape[1]

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


def _weights(sample_weight, X) -> np.ndarray | None:
    if sample_weight is None:
        return None
    check_mask("sample_weight", sample_weight)
    return _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)


def _counted(X, target, weight):
    """The rows that count: those whose weight is not 0."""
    if weight is None or weight.all():
        return X, target, weight
    rows = weight > 0
    if not rows.any():
        raise ValueError("every row has weight 0: there is nothing to learn from")
    return X[rows], target[rows], weight[rows]
