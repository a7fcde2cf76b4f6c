"""scikit-learn estimators: networks for Pipeline, GridSearchCV and everything else that speaks fit and predict.

Parameters have the names and defaults of scikit-learn's own MLPClassifier and MLPRegressor, so that one can take the
place of the other. Import this file by name, `from nn.estimator import MLPClassifier`: it needs scikit-learn.
"""
import warnings

import numpy as np

from autograd import no_grad, sigmoid, softmax
from autograd.optional import optional

with optional("sklearn", "the estimators need"):
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import LabelBinarizer
    from sklearn.utils import check_random_state, compute_sample_weight
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data

from .losses import bce_with_logits_loss, cross_entropy_loss, mse_loss
from .optim.base import check
from .recipe import Batches, Recipe, first_network, minimise, optimizer
from .sizes import positive_int
from .train import fit

ROWS = 512
"""Rows that are predicted at a time: what the layers make of them stays in the processor's cache."""


class _MLPEstimator(BaseEstimator):
    """What the classifier and the regressor share: the parameters, the training, the outputs."""

    def __init__(self, hidden_layer_sizes=(100,), activation="relu", *, solver="adam", alpha=1e-4, batch_size="auto",
                 learning_rate="constant", learning_rate_init=1e-3, power_t=0.5, max_iter=200, shuffle=True,
                 random_state=None, tol=1e-4, verbose=False, warm_start=False, momentum=0.9, nesterovs_momentum=True,
                 early_stopping=False, validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8,
                 n_iter_no_change=10, max_fun=15000, dropout=0.0):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout

    def fit(self, X, y, sample_weight=None):
        """Train a new network; with warm_start, go on with the one that is there.

        Args:
            X: (n, features) finite numbers. y: (n) targets, or (n, outputs) for several.
            sample_weight: (n) weights, None for equal ones. A row of weight 2 counts as two rows, of weight 0 as none.

        Returns:
            self, with `model_`, `loss_curve_`, `n_iter_`, and with early_stopping `validation_scores_`.

        Raises:
            ValueError: data, weights or a parameter that cannot be used.
        Warns:
            ConvergenceWarning: max_iter epochs were not enough for the loss to settle.
        """
        self._check_parameters()
        again = self.warm_start and hasattr(self, "model_")
        data = self._verified(X, y, sample_weight, reset=not again)
        self._random = _random_state(self.random_state)
        if not again:
            self._build(*data[:2])
        self.n_iter_, held_out = 0, None
        if self.solver == "lbfgs":
            self.optimizer_, settled = None, minimise(self, self._loss, *data)
        else:
            self.optimizer_ = optimizer(self, self.model_)
            if self.early_stopping:
                data, held_out = self._split(*data)
            settled = self._train(*data, self.max_iter, held_out)
        if not settled:
            warnings.warn(f"not settled after max_iter={self.max_iter} epochs: raise max_iter or learning_rate_init",
                          ConvergenceWarning, stacklevel=2)
        return self

    def _check_parameters(self) -> None:
        for name in ("max_iter", "max_fun", "n_iter_no_change"):
            check(name, getattr(self, name), lambda v: v >= 1, "at least 1")
        check("learning_rate_init", self.learning_rate_init, lambda v: v > 0, "greater than 0")
        check("power_t", self.power_t, lambda v: v >= 0, "at least 0")
        if self.early_stopping:
            check("validation_fraction", self.validation_fraction, lambda v: 0 < v < 1, "between 0 and 1")
        check("alpha", self.alpha, lambda v: v >= 0, "at least 0")
        check("dropout", self.dropout, lambda v: not (v and self.solver == "lbfgs"), '0 with the solver "lbfgs"')
        check("tol", self.tol, lambda v: v >= 0, "at least 0")
        check("batch_size", self.batch_size, lambda v: v == "auto" or v >= 1, '"auto", or at least 1')
        rates = "constant", "invscaling", "adaptive"
        check("learning_rate", self.learning_rate, lambda v: v in rates, f"one of {rates}")

    def _build(self, X, target) -> None:
        hidden = np.atleast_1d(self.hidden_layer_sizes).tolist()
        for units in hidden:
            positive_int(hidden_layer_sizes=units)
        sizes = [X.shape[1], *hidden, target.shape[1] if target.ndim == 2 else self._outputs()]
        self.model_ = first_network(self, sizes, self._random, X.dtype)
        self.loss_curve_: list[float] = []
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None
        self.t_ = 0

    def _split(self, X, target, weight):
        """(data to train on, data to stop by), each (X, target, weight)."""
        arrays = (X, target) if weight is None else (X, target, weight)
        parts = train_test_split(*arrays, test_size=self.validation_fraction, stratify=self._strata(target),
                                 random_state=self._random)
        return [(*part, None)[:3] for part in (parts[::2], parts[1::2])]

    def _train(self, X, target, weight, epochs: int, held_out=None) -> bool:
        """Train for some epochs; whether it settled before their end."""
        score = None
        if held_out is not None:
            rows, truth, worth = held_out
            score = lambda: self._score(self._output(rows), truth, worth)
        recipe = Recipe(self, self._loss, target, weight, self._share(target), score)
        data = Batches(X, self, self._random if self.shuffle else None)
        self.history_ = fit(self.model_, data, recipe.loss, self.optimizer_, epochs, callbacks=[recipe],
                            progress=self.verbose)
        self.n_iter_ += self.history_.epochs
        return recipe.settled

    def _output(self, X) -> np.ndarray:
        with no_grad():
            parts = [self.model_(X[i:i + ROWS]).data for i in range(0, len(X), ROWS)]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _raw(self, X) -> np.ndarray:
        """The network's output for users' data."""
        check_is_fitted(self, "model_")
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self._output(X.astype(self.model_.layers[0].weight.dtype, copy=False))

    def partial_fit(self, X, y, sample_weight=None):
        """One more epoch on this data, going on from where the network is. Arguments as those of `fit`."""
        new = not hasattr(self, "model_")
        if new:
            self._check_parameters()
        return self._one_more(*self._verified(X, y, sample_weight, reset=new))

    def _one_more(self, X, target, weight):
        if not hasattr(self, "model_"):
            self._random = _random_state(self.random_state)
            self._build(X, target)
            self.n_iter_ = 0
        if getattr(self, "optimizer_", None) is None:
            self.optimizer_ = optimizer(self, self.model_)
        self._train(X.astype(self.model_.layers[0].weight.dtype, copy=False), target, weight, 1)
        return self

    # ---- what scikit-learn's own networks tell of themselves ---------------------------------------------------------

    @property
    def coefs_(self) -> list[np.ndarray]:
        """The weights of each layer, (fan-in, fan-out)."""
        return [p.numpy() for p in self.model_.parameters() if p.ndim == 2]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """The biases of each layer."""
        return [p.numpy() for p in self.model_.parameters() if p.ndim == 1]

    @property
    def loss_(self) -> float:
        """The loss of the last epoch."""
        return self.loss_curve_[-1]

    @property
    def best_loss_(self) -> float | None:
        """The smallest loss of an epoch; None with early_stopping, where the score decides."""
        return None if self.early_stopping else min(self.loss_curve_)

    @property
    def best_validation_score_(self) -> float | None:
        """The best score on held-out data; None without early_stopping."""
        return max(self.validation_scores_) if self.validation_scores_ else None

    @property
    def n_layers_(self) -> int:
        """How many layers there are, input and output included."""
        return len(self.model_.sizes)

    @property
    def n_outputs_(self) -> int:
        """How many units the output layer has."""
        return self.model_.sizes[-1]


class MLPClassifier(ClassifierMixin, _MLPEstimator):
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
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, reset=reset)
        check_classification_targets(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if reset:
            self._classes_of(y)
        weight = _weights(sample_weight, X)
        if self.class_weight is not None:
            own = compute_sample_weight(self.class_weight, y)
            weight = own if weight is None else own * weight
        unknown = np.setdiff1d(y, self.classes_)
        if not self.multilabel_ and len(unknown):
            raise ValueError(f"y has classes that the first call did not name: {unknown[:5]}")
        return _counted(X, self._encoded(y, X.dtype), weight)

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
        """The most probable class of each row (n); for several labels, 0 or 1 for each (n, labels)."""
        p = self.predict_proba(X)
        return (p > 0.5).astype(int) if self.multilabel_ else self.classes_[p.argmax(axis=1)]

    def predict_log_proba(self, X) -> np.ndarray:
        """The logarithm of `predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """One more epoch on this data. The first call needs all `classes`, unless they are all in its y; if later ones
        name them, they must be the same."""
        if classes is not None and not hasattr(self, "model_"):
            return self._begin(X, y, classes, sample_weight)
        if classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(f"the network was begun with the classes {self.classes_}, got classes={classes}")
        return super().partial_fit(X, y, sample_weight)

    def _begin(self, X, y, classes, sample_weight):
        self._check_parameters()
        self._classes_of(np.asarray(classes))
        self.multilabel_ = type_of_target(y) == "multilabel-indicator"
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=True)
        return self._one_more(*self._verified(X, y, sample_weight, reset=False))

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
    >>> model = MLPRegressor((16,), "tanh", learning_rate_init=0.03, random_state=0).fit(x, x[:, 0] ** 2)
    >>> bool(model.score(x, x[:, 0] ** 2) > 0.9)
    True
    """

    def _verified(self, X, y, sample_weight, reset: bool):
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True, reset=reset)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if reset:
            self.flat_ = y.ndim == 1
        return _counted(X, y.reshape(len(y), -1).astype(X.dtype), _weights(sample_weight, X))

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
    return _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)


def _counted(X, target, weight):
    """The rows that count: those whose weight is not 0."""
    if weight is None or weight.all():
        return X, target, weight
    rows = weight > 0
    if not rows.any():
        raise ValueError("every row has weight 0: there is nothing to learn from")
    return X[rows], target[rows], weight[rows]


def _random_state(random_state) -> np.random.RandomState:
    """scikit-learn's source of randomness from what it takes as random_state, or from a Generator; None gives fresh
    entropy, not NumPy's global state."""
    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.bit_generator)
    return np.random.RandomState() if random_state is None else check_random_state(random_state)
