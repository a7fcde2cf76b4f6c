"""How scikit-learn trains a network, on our loop: its first weights, order of rows, penalty, steps and end.

With the same settings and the same random_state, a network here and one there go through the same numbers, up to
rounding. `settings` is an estimator of `nn.estimator` throughout.
"""
import math
from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
import scipy.optimize
import scipy.sparse

from ..layers.mlp import MLP
from ..losses import l2_penalty
from ..optim import SGD, Adam, Optimizer
from ..training.training import Training

SPREAD = {"identity": 6.0, "tanh": 6.0, "relu": 6.0, "logistic": 2.0, "sigmoid": 2.0}
"""First weights and biases are drawn from U(-a, a) with a² = spread / (fan-in + fan-out) (Glorot & Bengio 2010). Other
activations are not scikit-learn's; for them `MLP` knows what to do."""


def first_network(settings, sizes: list[int], random: np.random.RandomState, dtype) -> MLP:
    """The network before training."""
    name, rng = settings.activation, None
    if settings.dropout or name not in SPREAD:
        rng = np.random.default_rng(random.randint(2 ** 31 - 1))
    model = MLP(sizes, "sigmoid" if name == "logistic" else name, dropout=settings.dropout, rng=rng,
                init="zeros" if name in SPREAD else None)
    if name in SPREAD:
        for p in model.parameters():                        # each layer's weight, which sets the edge, then its bias
            if p.ndim == 2:
                edge = math.sqrt(SPREAD[name] / sum(p.shape))
            p.assign(random.uniform(-edge, edge, p.shape))
    return model.astype(dtype)


def groups_of(model: MLP) -> list[dict]:
    """Weights and biases: only the former are penalised."""
    return [{"params": [layer.weight for layer in model.layers]}, {"params": [layer.bias for layer in model.layers]}]


def optimizer(settings, model: MLP) -> Optimizer:
    """That of the solver. ValueError for an unknown one."""
    groups = groups_of(model)
    if settings.solver == "adam":
        return Adam(groups, lr=settings.learning_rate_init, betas=(settings.beta_1, settings.beta_2),
                    eps=settings.epsilon)
    if settings.solver == "sgd":
        return SGD(groups, lr=settings.learning_rate_init, momentum=settings.momentum,
                   nesterov=settings.nesterovs_momentum and settings.momentum > 0)
    raise ValueError(f'solver must be "adam" or "sgd", or in fit "lbfgs", got {settings.solver!r}')


def dense(X):
    """Sparse rows as an array, an array as it is."""
    return X.toarray() if scipy.sparse.issparse(X) else X


def parts_of(X, rows: int) -> Iterator[slice]:
    """Cuts through X into parts of so many rows; into smaller ones where sparse rows would need much memory."""
    size = rows if isinstance(X, np.ndarray) else max(1, min(rows, DENSE // X.shape[1]))
    return (slice(start, start + size) for start in range(0, X.shape[0], size))


DENSE = 2 ** 22
"""Entries of a sparse matrix that are made dense at a time."""


def minimise(settings, losses: Callable, X, target: np.ndarray, weight: np.ndarray | None) -> bool:
    """Train with all rows at once by SciPy's L-BFGS; whether it came to an end within max_iter and max_fun."""
    model, n = settings.model_, len(target) if weight is None else float(weight.sum())
    weights = [p for p in model.parameters() if p.ndim == 2]
    params = weights + [p for p in model.parameters() if p.ndim == 1]
    ends = np.cumsum([p.size for p in params])[:-1]

    def put(flat: np.ndarray) -> None:
        for p, part in zip(params, np.split(flat, ends), strict=True):
            p.assign(part.reshape(p.shape))

    def value_and_gradient(flat: np.ndarray) -> tuple[float, np.ndarray]:
        put(flat)
        model.zero_grad()
        value = 0.0
        penalties = [settings.alpha / n * l2_penalty(weights)] if settings.alpha else []    # 0 · ∞ would be nan
        for loss in chain(_parts(losses, model, X, target, weight), penalties):
            loss.backward(retain_graph=False)
            value += loss.item()
        return value, np.concatenate([p.grad.data.ravel() for p in params], dtype=float)

    result = scipy.optimize.minimize(
        value_and_gradient, np.concatenate([p.data.ravel() for p in params], dtype=float), jac=True, method="L-BFGS-B",
        options={"maxfun": settings.max_fun, "maxiter": settings.max_iter, "gtol": settings.tol})
    put(result.x)
    settings.n_iter_, settings.loss_curve_ = result.nit, [*settings.loss_curve_, float(result.fun)]
    return result.status == 0


def _parts(losses: Callable, model: MLP, X, target: np.ndarray, weight: np.ndarray | None) -> Iterator:
    """The mean loss of all rows as terms to add up: of sparse rows many, so that few are dense at a time."""
    if not scipy.sparse.issparse(X):
        yield losses(model(X), target, weight)
        return
    w = np.ones(len(target)) if weight is None else weight
    for part in parts_of(X, len(target)):
        yield losses(model(dense(X[part])), target[part], w[part]) * float(w[part].sum() / w.sum())


class Batches:
    """The batches of an epoch as (x, rows): rows are places in the data, by which the loss finds targets and weights.

    Each epoch shuffles the order of the epoch before.
    """

    def __init__(self, X, settings, random: np.random.RandomState | None):
        self.X, self.random, self.order = X, random, np.arange(X.shape[0])
        self.size = min(200 if settings.batch_size == "auto" else settings.batch_size, X.shape[0])

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        if self.random is not None:
            self.order = self.random.permutation(self.order)
        for start in range(0, len(self.order), self.size):
            rows = self.order[start:start + self.size]
            x = self.X.take(rows, axis=0) if isinstance(self.X, np.ndarray) else self.X[rows].toarray()
            x.flags.writeable = False                       # so that the graph need not copy it
            yield x, rows


class Recipe:
    """What happens at each update and after each epoch: `loss` is the loss of `fit`, the recipe itself its callback.

    Args:
        losses: (output, target, weight or None) -> mean loss. target, weight: those of all rows.
        share: what the recorded loss is divided by.
        score: gives the score on held-out data, if that decides when to stop.

    Attributes:
        settled: whether training ended because nothing improved any more.
    """

    def __init__(self, settings, losses: Callable, target: np.ndarray, weight: np.ndarray | None, share: int = 1,
                 score: Callable[[], float] | None = None):
        self.settings, self.losses, self.target, self.weight = settings, losses, target, weight
        self.share, self.score = share, score
        self.optimizer: Optimizer = settings.optimizer_
        self.weights = [layer.weight for layer in settings.model_.layers]
        self.best, self.best_state, self.since = math.inf, settings.model_.state_dict() if score else {}, 0
        self.total, self.settled = 0.0, False

    def loss(self, output, rows):
        """The mean loss of a batch. Sets what goes with it: the penalty ½ alpha ‖weights‖² / n, and Adam's epsilon."""
        weight = None if self.weight is None else self.weight[rows]
        decay = self.settings.alpha / (len(rows) if weight is None else float(weight.sum()))
        self.optimizer.groups[0].weight_decay = decay
        if self.settings.solver == "adam":      # theirs is added to √v, ours to √(v / c²); Kingma & Ba, §2, have both
            c = math.sqrt(1 - self.settings.beta_2 ** (self.optimizer.ages[0] + 1))
            for group in self.optimizer.groups:
                group.eps = self.settings.epsilon / c
        loss = self.losses(output, self.target[rows], weight)
        penalty = 0.5 * decay * sum(float(np.vdot(w.data, w.data)) for w in self.weights)
        self.total += len(rows) * (loss.item() / self.share + penalty)
        return loss

    def __call__(self, training: Training) -> None:
        """After an epoch: note the loss and the score, stop if nothing improves, set the rate of the next."""
        settings = self.settings
        value = self.total / len(self.target)
        settings.loss_curve_.append(value)
        self.total = 0.0
        if self.score is not None:
            training.model.eval()
            settings.validation_scores_.append(self.score())
            value = -settings.validation_scores_[-1]
        self.since = 0 if value <= self.best - settings.tol else self.since + 1
        if value < self.best:
            self.best, self.best_state = value, training.model.state_dict() if self.score is not None else {}
        settings.t_ += len(self.target)
        if settings.solver == "sgd" and settings.learning_rate == "invscaling":
            self._set_rate(settings.learning_rate_init / (settings.t_ + 1) ** settings.power_t)
        if self.since > settings.n_iter_no_change:
            self._give_up(training)

    def _give_up(self, training: Training) -> None:
        if self.settings.solver == "sgd" and self.settings.learning_rate == "adaptive" and self.optimizer.lr > 1e-6:
            self._set_rate(self.optimizer.lr / 5)
            self.since = 0
        else:
            training.stop = self.settled = True

    def _set_rate(self, lr: float) -> None:
        """Their velocity holds the rates of its time, ours is multiplied by that of today."""
        for slots in self.optimizer.state:
            for velocity in slots:
                velocity *= self.optimizer.lr / lr
        self.optimizer.lr = lr

    def finish(self, training: Training) -> None:
        """At the end: back to the weights with the best score on held-out data."""
        if self.best_state:
            training.model.load_state_dict(self.best_state)
