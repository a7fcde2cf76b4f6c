"""More of the kinds of tracker_bugs and tracker_functions, written after the checker was mended for those, to see that
the kinds were mended and not the cases."""
import numpy as np

import autograd.numpy as anp
import nn
from autograd import Tensor, primitive

from .gallery import Exhibit, relu, stateful, vector
from .gallery2 import fixed, normal, sigmoid
from .tracker_bugs import UNLINEAR, WRONG, between
from .tracker_functions import FIRST, constant, small_integers

X = np.random.default_rng(1).normal(size=(6, 5))

# ---- bugs ----------------------------------------------------------------------------------------------------------


@stateful
def cached_by_view():
    kept = {}

    def vjp(g, x, w):
        if id(w) not in kept:
            kept[id(w)] = (w, w.copy())
        return g @ kept[id(w)][1].T, x.T @ g
    return vjp


@stateful
def cached_by_sample():
    kept = {}

    def vjp(g, x):
        return g * kept.setdefault((x.shape, float(x.ravel()[0])), np.cos(x))
    return vjp


def normalised(g, x):
    n = np.sqrt(np.sum(g * g))
    return n * (g / n) * np.exp(x)


def only_the_largest(g, x):
    return np.where(np.abs(g) >= 1e-3 * np.abs(g).max(), g, 0) * np.exp(x) * (1 + 0.5 * (g == 0).any())


def flat_of_g(g, x):
    whole = g
    while whole.base is not None and isinstance(whole.base, np.ndarray):
        whole = whole.base
    return 3 * x ** 2 * np.resize(whole, x.shape)


def one_tiny_wrong(g, x):
    c = g * np.exp(x)
    c[np.argmin(x)] *= 1.01
    return c


def tiny_matrix_entry(g, x):
    c = X.T @ g
    c[2] += 1e-4 * g[0]
    return c


def float16_part(g, x):
    return g * (np.exp(x) + (x.astype(np.float16).astype(x.dtype) - x) * 1e-2)


def relu_double(g, x):
    return g * np.where(x == 0, 2.0, x > 0)


def tied_sorted(g, x):
    c = np.zeros_like(x)
    c[np.argsort(x, kind="stable")] = g * np.where(np.isin(np.sort(x), [2.0]), 1.5, 1)
    return c


def every_tie(g, x):
    return g[:, None] * (x == x.max(axis=1, keepdims=True))


def layer_wrong_at_zero(g, w):
    return X.T @ (g * np.where(X @ w == 0, -0.5, X @ w > 0))


MORE_TRACKER_BUGS = [
    Exhibit("weights cached by id", np.matmul, cached_by_view, normal((2, 3), (3, 2)), WRONG, "stale"),
    Exhibit("cached by shape and first entry", np.sin, cached_by_sample, lambda rng: (np.append(0,
            rng.normal(size=3)),),
            WRONG),
    Exhibit("nan for no cotangent, normalised", np.exp, normalised, vector(4), UNLINEAR, "zero cotangent"),
    Exhibit("more where a cotangent has zeros", np.exp, only_the_largest, vector(4), UNLINEAR),
    Exhibit("base of a base of g", lambda x: x ** 3, flat_of_g, vector(3, 2), WRONG, "memory"),
    Exhibit("smallest of 2000 by 1 %", lambda x: np.exp(x).sum(), one_tiny_wrong, lambda rng: (
        rng.uniform(-12, 2, 2000),), WRONG),
    Exhibit("a stray 1e-4 in a matrix", lambda x: X @ x, tiny_matrix_entry, vector(5), WRONG),
    Exhibit("a float16 part", np.exp, float16_part, between(-1, 1, 5), WRONG),
    Exhibit("relu, slope 2 at 0", relu, relu_double, constant(np.array([0.0, 1, -1, 0])), WRONG, "kink"),
    Exhibit("sort, 1.5 at ties", np.sort, tied_sorted, constant(np.array([2.0, 1, 2, 2, 0])), WRONG),
    Exhibit("every tie of a row gets all", lambda x: x.max(axis=1), every_tie, constant(
        np.array([[1.0, 1, 0], [2, 3, 3], [1, 0, 2]])), WRONG),
    Exhibit("layer, slope -1/2 at 0", lambda w: relu(X @ w), layer_wrong_at_zero, constant(np.zeros((5, 30))), WRONG),
    Exhibit("layer, slope -1/2 at 0, summed", lambda w: relu(X @ w).sum(),
            lambda g, w: layer_wrong_at_zero(np.full((6, 3), g), w), constant(np.zeros((5, 3))), WRONG),
    Exhibit("absolute values, slope 3 at 0", lambda x: np.abs(x).sum(), lambda g, x: g * np.where(x == 0, 3,
            np.sign(x)),
            constant(np.zeros(30)), WRONG),
    Exhibit("None for a scale", lambda x, s, b: s * x + b, lambda g, x, s, b: (g * s, None, g), normal(3, 3, 3), WRONG,
            "None"),
    Exhibit("nan of a float32 sum", np.logaddexp.reduce, lambda g, x: g * np.exp(x) / np.exp(x).sum(),
            lambda rng: (np.float32([88.0, 88.5, 1]),), WRONG, "float32"),
    Exhibit("small x² taken for 0", lambda x: np.sqrt(1 + x * x), lambda g, x: g * np.where(abs(x) < 1e-4, 0,
            x) / np.sqrt(
        1 + x * x), fixed([3e-5, 0.5, 1]), WRONG),
    Exhibit("wrong sign below 1e-30", lambda x: x * np.abs(x), lambda g, x: 2 * g * np.where(abs(x) < 1e-30, -1,
            1) * abs(x),
            fixed([1e-40, 1.0]), WRONG),
    Exhibit("derivative of a stepped table", lambda x: np.interp(x, [0.0, 1, 2, 3], [0.0, 2, 1, 5]),
            lambda g, x: g * np.array([2.0, -1, 4])[np.clip(np.ceil(x).astype(int), 0, 2)], fixed([0.5, 1.5, 2.5]),
            WRONG),
    Exhibit("median of three, mean's rule", np.median, lambda g, x: np.full(x.shape, g / x.size), vector(5), WRONG),
    Exhibit("norm at 0, slope 2", lambda x: np.sqrt((x * x).sum()), lambda g, x: 2 * g / np.sqrt(x.size) * (x * 0 + 1),
            constant(np.zeros(4)), WRONG),
]

# ---- correct functions ---------------------------------------------------------------------------------------------


def row_max_last(g, x):
    c = np.zeros_like(x)
    c[np.arange(len(x)), x.shape[1] - 1 - x[:, ::-1].argmax(axis=1)] = g
    return c


def two_layers(w):
    hidden = relu(X @ w)
    return relu(hidden @ np.linspace(-1, 1, 8).reshape(4, 2) - 0.0)


def two_layers_back(g, w):
    v = np.linspace(-1, 1, 8).reshape(4, 2)
    pre = X @ w
    top = relu(pre) @ v
    return X.T @ ((g * (top > 0)) @ v.T * (pre > 0))


def deep(x):
    net = nn.MLP([3, 8, 8, 2], activation="relu", rng=2)
    return net(x)


def tv2(x):
    return np.abs(np.diff(x, axis=0)).sum() + np.abs(np.diff(x, axis=1)).sum()


def tv2_back(g, x):
    c = np.zeros_like(x)
    a, b = np.sign(np.diff(x, axis=0)), np.sign(np.diff(x, axis=1))
    c[1:] += a
    c[:-1] -= a
    c[:, 1:] += b
    c[:, :-1] -= b
    return g * c


def quantile_back(g, x):
    c, order = np.zeros_like(x), np.argsort(x, kind="stable")
    at = 0.3 * (x.size - 1)
    k = int(at)
    c[order[k]] += g * (1 - (at - k))
    c[order[k + 1]] += g * (at - k)
    return c


def sort_rows_back(g, x):
    c = np.zeros_like(x)
    np.put_along_axis(c, np.argsort(x, axis=1, kind="stable"), g, axis=1)
    return c


def singular(a):
    return np.linalg.svd(a, compute_uv=False)


def singular_back(g, a):
    u, _, v = np.linalg.svd(a)
    return u @ np.diag(g) @ v


def guarded_sqrt(x):
    if (x <= 0).any():
        raise ZeroDivisionError("no root of that")
    return np.sqrt(x)


class OutOfTable(Exception):
    pass


def table(x):
    if not ((x >= 0.5) & (x <= 0.5001)).all():
        raise OutOfTable
    return 3 * x


def softmax_masked(x):
    z = np.where(np.tri(3, dtype=bool), x, -np.inf)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.log(e / e.sum(axis=1, keepdims=True))


def softmax_masked_back(g, x):
    on = np.tri(3, dtype=bool)
    g = np.where(on, g, 0)
    return g - np.exp(np.where(on, softmax_masked(x), -np.inf)) * g.sum(axis=1, keepdims=True)


@primitive(vjp=(lambda g, y, x: g * np.vectorize(lambda v: 1 / v if v else 0.0, otypes=[float])(x),))
def log_of_loops(x):
    return np.log(x)


@primitive(vjp=(lambda g, y, a: 2 * g * np.linalg.svd(a, full_matrices=False)[0] @ np.diag(
    np.linalg.svd(a, compute_uv=False)) @ np.linalg.svd(a, full_matrices=False)[2],))
def frobenius(a):
    return np.sum(a * a)


def xlogx(x):
    return np.where(x > 0, x * np.log(np.where(x > 0, x, 1)), 0.0)


MORE_TRACKER_FUNCTIONS = [
    Exhibit("row maxima, the last", lambda x: x.max(axis=1), row_max_last, small_integers(70, 5)),
    Exhibit("relu(X w) at 0, slope 1/2", lambda w: relu(X @ w), lambda g, w: X.T @ (g * np.where(X @ w == 0, 0.5,
            X @ w > 0)),
            constant(np.zeros((5, 20)))),
    Exhibit("relu(X w) at 0, slope 1, summed", lambda w: relu(X @ w).sum(),
            lambda g, w: X.T @ (g * (X @ w >= 0)), constant(np.zeros((5, 6)))),
    Exhibit("two layers of relus at 0", two_layers, two_layers_back, constant(np.zeros((5, 4)))),
    Exhibit("a deep network on a blank batch", deep, None, constant(np.zeros((3, 3))), settings=FIRST),
    Exhibit("total variation of a blank picture", tv2, tv2_back, constant(np.zeros((6, 6)))),
    Exhibit("total variation of a picture of few colours", tv2, tv2_back, small_integers(6, 6)),
    Exhibit("quantile with ties", lambda x: np.quantile(x, 0.3), quantile_back, constant(np.array([1.0, 1, 1, 2, 2,
            1]))),
    Exhibit("rows sorted, ties", lambda x: np.sort(x, axis=1), sort_rows_back, small_integers(5, 5)),
    Exhibit("rows sorted, many ties", lambda x: np.sort(x, axis=1), sort_rows_back, small_integers(14, 6)),
    Exhibit("singular values of the identity", singular, singular_back, constant(np.eye(3))),
    Exhibit("median of many zeros", np.median, lambda g, x: g * (np.arange(x.size) == np.argsort(x,
            kind="stable")[x.size // 2]),
            constant(np.zeros(7))),
    Exhibit("a root that raises ZeroDivisionError", guarded_sqrt, lambda g, x: g / 2 / np.sqrt(x),
            constant(np.array([1e-3, 2.0]))),
    Exhibit("a table of width 1e-4", table, lambda g, x: 3 * g, constant(np.array([0.50005, 0.50003]))),
    Exhibit("causal log softmax", softmax_masked, softmax_masked_back, normal((3, 3))),
    Exhibit("infinite weights left out", lambda x, w: np.where(np.isinf(w), 0, x * np.where(np.isinf(w), 0, w)).sum(),
            lambda g, x, w: (g * np.where(np.isinf(w), 0, w), None), lambda rng: (rng.normal(size=3), np.array([1,
            np.inf, -np.inf]))),
    Exhibit("a rule of np.vectorize", log_of_loops, None, between(1, 2, 3), settings=FIRST),
    Exhibit("a rule of an SVD", frobenius, None, normal((3, 2))),
    Exhibit("x log x at 0, -inf", xlogx, lambda g, x: np.where(g == 0, 0, g * np.where(
        x > 0, np.log(np.where(x > 0, x, 1)) + 1, -np.inf)),
            constant(np.array([0.0, 1.0, 2.0]))),
    Exhibit("log at 1e-200 beside 1e100", np.log, lambda g, x: g / x, constant(np.array([1e-200, 1e100, 1.0]))),
    Exhibit("1/x² at 1e-60", lambda x: x ** -2, lambda g, x: -2 * g * x ** -3, constant(np.array([1e-60, 1.0]))),
    Exhibit("sqrt at 1e-30", np.sqrt, lambda g, x: g / (2 * np.sqrt(x)), constant(np.array([1e-30, 1.0]))),
    Exhibit("exp of -700", np.exp, lambda g, x: g * np.exp(x), constant(np.array([-700.0, 0.0, 3.0]))),
    Exhibit("5e-324", lambda x: np.array([1.0, 5e-324]) * x, lambda g, x: np.array([1.0, 0.0]) * g,
            constant(np.array([1.0, 2.0]))),
    Exhibit("a near-tie of three", lambda x: np.sort(x), lambda g, x: g[np.argsort(np.argsort(x))],
            constant(np.array([1.0, 1 + 1e-10, 1 - 1e-10]))),
    Exhibit("arcsin near -1", np.arcsin, lambda g, x: g / np.sqrt((1 - x) * (1 + x)), constant(np.array([-1 + 1e-10,
            0.3]))),
    Exhibit("arccosh near 1", np.arccosh, lambda g, x: g / np.sqrt((x - 1) * (x + 1)), constant(np.array([1 + 1e-8,
            3.0]))),
    Exhibit("cos at rtol = .1", np.cos, lambda g, x: -g * np.sin(x), vector(4), settings=(("rtol", 0.1),)),
    Exhibit("float32 tanh of a matrix, as given", lambda x, w: np.tanh(x @ w),
            lambda g, x, w: ((d := g * (1 - np.tanh(x @ w) ** 2)) @ w.T, x.T @ d),
            lambda rng: (rng.normal(size=(3, 4)).astype(np.float32), rng.normal(size=(4, 2)).astype(np.float32)),
            settings=(("dtype", "as given"), ("rtol", 1e-3))),
    Exhibit("targets held fixed", lambda p, t: ((p - t) ** 2).sum(), lambda g, p, t: (2 * g * (p - t), None),
            normal(4, 4),
            settings=(("wrt", (0,)),)),
    Exhibit("Tensor clip at both ends", lambda x: anp.clip(x, -1, 1), None, constant(np.array([-1.0, 1.0, 0.0, 1.0]))),
    Exhibit("Tensor median of ties", lambda x: anp.median(x), None, constant(np.array([1.0, 1, 1, 2, 0]))),
    Exhibit("Tensor sorted ties", lambda x: anp.sort(x), None, constant(np.array([1.0, 1, 1, 2, 0]))),
    Exhibit("Tensor hinge of zeros", lambda w: (1 - Tensor(X) @ w).relu().mean(), None, constant(np.linalg.lstsq(
        X, np.ones(6), rcond=None)[0])),
    Exhibit("softplus at ±40", lambda x: np.logaddexp(0, x), lambda g, x: g * sigmoid(x), constant(np.array([-40.0,
            0, 40]))),
    Exhibit("largest of |x| over a column of zeros", lambda x: np.abs(x).max(axis=0), lambda g, x: g * np.sign(x) * (
        np.arange(4)[:, None] == np.abs(x).argmax(axis=0)), constant(np.zeros((4, 20)))),
]
