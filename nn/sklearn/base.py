"""What the estimators share: the parameters, the training, the outputs, and how they are kept in a file."""
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autograd import no_grad
from autograd.support.optional import optional

with optional("sklearn", "the estimators need"):
    from sklearn.base import BaseEstimator
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted, validate_data

from ..checks import check, check_flags
from ..sizes import positive_int
from ..training.fit import fit
from .compat import Batches, Recipe, dense, first_network, minimise, optimizer, parts_of
from .plain_data import as_plain_data, from_plain_data

ROWS = 512
"""Rows that are predicted at a time: what the layers make of them stays in the processor's cache."""


def verified_data(estimator, X, y="no_validation", **options):
    """X, and y if it is given, as scikit-learn checks them; it would lose masks, and read dates as numbers."""
    check_mask("y", y)
    check_kind("X", X)
    return validate_data(estimator, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], **options)


def check_kind(name: str, a) -> None:
    """TypeError for dates, durations and masked arrays."""
    check_mask(name, a)
    if getattr(getattr(a, "dtype", None), "kind", "") in ("m", "M"):
        raise TypeError(f"{name} holds dates or durations: turn them into numbers, such as days or weekdays, first")


def check_mask(name: str, a) -> None:
    """TypeError for a masked array."""
    if isinstance(a, np.ma.MaskedArray):
        raise TypeError(f"{name} would lose its mask: take {name}.filled(value), or leave rows out")


class MLPEstimator(BaseEstimator):
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
            X: (n, features) finite numbers; scipy.sparse is made dense batch by batch. y: (n) targets, or (n, outputs)
                for several.
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
        with unchanged_by_errors(self):
            data = self._verified(X, y, sample_weight, reset=not again)
        self._random = random_source(self.random_state)
        if not again:
            self._build(*data[:2])
        self.n_iter_, held_out = 0, None
        if self.solver == "lbfgs":
            if self.early_stopping:
                warnings.warn('early_stopping has no effect with the solver "lbfgs", which takes all rows at once',
                              UserWarning, stacklevel=2)
            self.optimizer_, settled = None, minimise(self, self._loss, *data)
        else:
            self.optimizer_ = optimizer(self, self.model_)
            if self.early_stopping:
                data, held_out = self._split(*data)
            settled = self._train(data[0], data[1], data[2], self.max_iter, held_out)
        if not settled:
            warnings.warn(f"not settled after max_iter={self.max_iter} epochs: raise max_iter or learning_rate_init",
                          ConvergenceWarning, stacklevel=2)
        return self

    def _check_parameters(self, incremental: bool = False) -> None:
        if incremental and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True: it sees one batch and holds out none "
                             "of it. Score rows of your own after each call, or use fit")
        check_flags(shuffle=self.shuffle, warm_start=self.warm_start, nesterovs_momentum=self.nesterovs_momentum,
                    early_stopping=self.early_stopping)
        for name in ("max_iter", "max_fun", "n_iter_no_change"):
            check(name, getattr(self, name), lambda v: v >= 1, "at least 1")
        check("momentum", self.momentum, lambda v: 0 <= v <= 1, "in [0, 1]")
        check("learning_rate_init", self.learning_rate_init, lambda v: v > 0, "greater than 0")
        check("power_t", self.power_t, lambda v: v >= 0, "at least 0")
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
            parts = [self.model_(dense(X[part])).data for part in parts_of(X, ROWS)]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _raw(self, X) -> np.ndarray:
        """The network's output for users' data."""
        check_is_fitted(self, "model_")
        X = verified_data(self, X, reset=False)
        return self._output(X.astype(self.model_.layers[0].weight.dtype, copy=False))

    def partial_fit(self, X, y, sample_weight=None):
        """One more epoch on this data, going on from where the network is. Arguments as those of `fit`.

        ValueError for what needs more than one batch: early_stopping, and "balanced" class weights.
        """
        self._check_parameters(incremental=True)
        with unchanged_by_errors(self):
            data = self._verified(X, y, sample_weight, reset=not hasattr(self, "model_"))
        return self._one_more(*data)

    def _one_more(self, X, target, weight):
        if not hasattr(self, "model_"):
            self._random = random_source(self.random_state)
            self._build(X, target)
            self.n_iter_ = 0
        if getattr(self, "optimizer_", None) is None:
            self.optimizer_ = optimizer(self, self.model_)
        self._train(X.astype(self.model_.layers[0].weight.dtype, copy=False), target, weight, 1)
        return self

    # ---- what scikit-learn's own networks tell of themselves ---------------------------------------------------------

    @property
    def coefs_(self) -> "Arrays":
        """The weights of each layer, (fan-in, fan-out), as read-only arrays. May be set, to arrays of these shapes."""
        return Arrays(map(_read_only, self._parameters(2)))

    @coefs_.setter
    def coefs_(self, arrays) -> None:
        _assign("coefs_", self._parameters(2), arrays)

    @property
    def intercepts_(self) -> "Arrays":
        """The biases of each layer, as `coefs_`."""
        return Arrays(map(_read_only, self._parameters(1)))

    @intercepts_.setter
    def intercepts_(self, arrays) -> None:
        _assign("intercepts_", self._parameters(1), arrays)

    def _parameters(self, ndim: int) -> list:
        check_is_fitted(self, "model_")
        return [p for p in self.model_.parameters() if p.ndim == ndim]

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

    # ---- kept in a file ----------------------------------------------------------------------------------------------

    def __getstate__(self):
        return as_plain_data(super().__getstate__())

    def __setstate__(self, state):
        super().__setstate__(from_plain_data(state))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


@contextmanager
def unchanged_by_errors(estimator) -> Iterator[None]:
    """Give an estimator back the attributes that it had, if data are refused."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


class Arrays(list):
    """A list that was made to be read."""

    def __setitem__(self, i, array):
        raise TypeError("this list is a copy, so that another entry would change nothing: write estimator.coefs_ = "
                        "[array, ...] or estimator.intercepts_ = [array, ...], with all of them")


def _read_only(p) -> np.ndarray:
    copy = p.numpy()
    copy.flags.writeable = False                            # writing into a copy would change nothing
    return copy


def _assign(name: str, parameters: list, arrays) -> None:
    """Set all parameters, or, with a ValueError, none."""
    shapes = [p.shape for p in parameters]
    try:
        arrays = [np.asarray(a) for a in arrays]
    except (TypeError, ValueError):                         # no list, or rows of different lengths
        raise ValueError(f"{name} must be a list of arrays of shapes {shapes}, got {arrays!r:.60}") from None
    if shapes != [a.shape for a in arrays] or not all(a.dtype.kind in "fiu" and np.isfinite(a).all() for a in arrays):
        raise ValueError(f"{name} must be finite numbers of shapes {shapes}, got shapes {[a.shape for a in arrays]}")
    for p, a in zip(parameters, arrays, strict=True):
        p.assign(a)


def random_source(random_state) -> np.random.RandomState:
    """scikit-learn's source of randomness from what it takes as random_state, or from a Generator; None gives fresh
    entropy, not NumPy's global state."""
    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.bit_generator)
    return np.random.RandomState() if random_state is None else check_random_state(random_state)
