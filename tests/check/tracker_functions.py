"""Correct but nasty functions in the manner of reports in public trackers: what checkers were once wrong about."""
import math

import numpy as np

import autograd.numpy as anp
import nn
from autograd import Tensor, primitive
from autograd.check import Verdict

from .gallery import Exhibit, relu, softmax, vector
from .gallery2 import normal, rows, rows_back, sigmoid
from .tracker_bugs import LABELS, between

FIRST = (("order", 1),)


def constant(*arrays):
    return lambda rng: arrays


# ---- kinks that meet -----------------------------------------------------------------------------------------------

X = np.random.default_rng(0).normal(size=(4, 4))


def layer(w):
    return relu(X @ w)


def layer_back(g, w):
    return X.T @ (g * (X @ w > 0))


def blank_sample(w, v):
    return relu(np.array([[0.0, 0, 0], [1, 2, 3]]) @ w) @ v


def blank_sample_back(g, w, v):
    x = np.array([[0.0, 0, 0], [1, 2, 3]])
    h = relu(x @ w)
    return x.T @ (g @ v.T * (h > 0)), h.T @ g


def perceptron(x):
    net = nn.MLP([4, 16, 3], activation="relu", rng=0)
    return net(x)


def row_max_first(g, x):
    c = np.zeros_like(x)
    c[np.arange(len(x)), x.argmax(axis=1)] = g
    return c


def row_max_shared(g, x):
    top = x == x.max(axis=1, keepdims=True)
    return g[:, None] * top / top.sum(axis=1, keepdims=True)


def pool(x):
    return x.reshape(4, 2, 4, 2).max(axis=(1, 3))


def pool_back(g, x):
    windows = x.reshape(4, 2, 4, 2).transpose(0, 2, 1, 3).reshape(16, 4)
    c = row_max_first(g.ravel(), windows)
    return c.reshape(4, 4, 2, 2).transpose(0, 2, 1, 3).reshape(8, 8)


def small_integers(*shape):
    return lambda rng: (rng.integers(0, 3, shape).astype(float),)


def variation(x):
    return np.abs(np.diff(x)).sum()


def variation_back(g, x):
    s = np.sign(np.diff(x))
    return g * (np.append(0, s) - np.append(s, 0))


def largest_back(g, x):
    return g * np.sign(x) * (np.arange(x.size) == np.abs(x).argmax())


def hinge(z):
    margins = 1 + z - z[np.arange(3), LABELS][:, None]
    margins[np.arange(3), LABELS] = 0
    return relu(margins).sum()


def hinge_back(g, z):
    margins = 1 + z - z[np.arange(3), LABELS][:, None]
    margins[np.arange(3), LABELS] = 0
    on = 1.0 * (margins > 0)
    on[np.arange(3), LABELS] = -on.sum(axis=1)
    return g * on


def soft_threshold(x):
    size = np.sqrt((x * x).sum(axis=1, keepdims=True))
    return x * np.where(size > 1, 1 - 1 / np.where(size > 1, size, 1), 0)


def soft_threshold_back(g, x):
    size = np.sqrt((x * x).sum(axis=1, keepdims=True))
    on, s = size > 1, np.where(size > 1, size, 1)
    return np.where(on, g - g / s + x * (g * x).sum(axis=1, keepdims=True) / s ** 3, 0)


def piecewise(x):
    return np.interp(x, [0, 1, 2, 3], [0.0, 2, 1, 5])


def piecewise_back(g, x):
    return g * np.array([2.0, -1, 4])[np.clip(np.floor(x).astype(int), 0, 2)]


KINKS = [
    Exhibit("relu(X w) at w = 0, 30 columns", layer, layer_back, constant(np.zeros((4, 30)))),
    Exhibit("relu(X w) at w = 0, 3 columns", layer, layer_back, constant(np.zeros((4, 3)))),
    Exhibit("Tensor relu(X w) at w = 0", lambda w: (Tensor(X) @ w).relu(), None, constant(np.zeros((4, 30)))),
    Exhibit("Tensor relu(X w) at w = 0, summed", lambda w: (Tensor(X) @ w).relu().sum(), None,
            constant(np.zeros((4, 3)))),
    Exhibit("a blank sample in a batch", blank_sample, blank_sample_back, between(0.1, 1, (3, 4), (4, 2))),
    Exhibit("a network on a blank sample", perceptron, None, constant(np.zeros((1, 4)))),
    Exhibit("row maxima of small integers, the first", lambda x: x.max(axis=1), row_max_first, small_integers(5, 4)),
    Exhibit("row maxima of small integers, shared", lambda x: x.max(axis=1), row_max_shared, small_integers(5, 4)),
    Exhibit("row maxima of many small integers", lambda x: x.max(axis=1), row_max_first, small_integers(80, 4)),
    Exhibit("sum of row maxima of small integers", lambda x: x.max(axis=1).sum(),
            lambda g, x: row_max_first(np.full(len(x), g), x), small_integers(6, 4)),
    Exhibit("max pooling with ties", pool, pool_back, small_integers(8, 8)),
    Exhibit("total variation of a constant signal", variation, variation_back, constant(np.ones(20))),
    Exhibit("total variation of small integers", variation, variation_back, small_integers(12)),
    Exhibit("hinge at its margin", hinge, hinge_back, constant(np.zeros((3, 3)) + np.eye(3)[LABELS])),
    Exhibit("largest norm at 0", lambda x: np.abs(x).max(), largest_back, constant(np.zeros(4))),
    Exhibit("largest norm, ties of both signs", lambda x: np.abs(x).max(),
            largest_back, constant(np.array([2.0, -2, 1]))),
    Exhibit("sum of absolute values at 0", lambda x: np.abs(x).sum(), lambda g, x: g * np.sign(x),
            constant(np.zeros(30))),
    Exhibit("soft threshold of groups at the joint", soft_threshold, soft_threshold_back,
            constant(np.array([[0.6, 0.8], [0.1, 0.2], [3.0, 4.0]]))),
    Exhibit("interpolation at its knots", piecewise, piecewise_back, constant(np.array([1.0, 2.0, 0.5, 2.5]))),
    Exhibit("norm of rows, some 0", lambda x: np.sqrt((x * x).sum(axis=1)), lambda g, x: g[:, None] * x / np.where(
        (x == 0).all(axis=1), 1, np.sqrt((x * x).sum(axis=1)))[:, None],
            constant(np.array([[0.0, 0], [3, 4], [0, 0]]))),
    Exhibit("pairwise distances of equal points", lambda x: np.sqrt(((x[:, None] - x) ** 2).sum(-1)).sum(),
            lambda g, x: 2 * g * ((x[:, None] - x) / np.where((d := np.sqrt(((x[:, None] - x) ** 2).sum(-1))) == 0, 1,
                                                              d)[..., None]).sum(axis=1),
            constant(np.array([[0.0, 1], [0, 1], [2, 3]]))),
    Exhibit("leaky relu of many zeros, summed by a matrix", lambda x: np.where(x > 0, x, 0.1 * x) @ np.ones((6, 2)),
            lambda g, x: np.where(x > 0, 1, 0.1) * (g @ np.ones((2, 6))), constant(np.zeros((3, 6)))),
    Exhibit("a near-tie of 1e-9", np.max, lambda g, x: g * (x == x.max()), constant(np.array([1.0, 1 + 1e-9, 0.5]))),
    Exhibit("relu at 1e-12", relu, lambda g, x: g * (x > 0), constant(np.array([1e-12, -1e-12, 1.0]))),
    Exhibit("1000 ties", np.max, lambda g, x: g * (np.arange(x.size) == x.argmax()), constant(np.ones(1000))),
]

# ---- ties of three and more ----------------------------------------------------------------------------------------


def sort_back(g, x):
    c = np.zeros_like(x)
    c[np.argsort(x, kind="stable")] = g
    return c


def median_back(g, x):
    c, order = np.zeros_like(x), np.argsort(x, kind="stable")
    c[order[(x.size - 1) // 2]] += g / 2
    c[order[x.size // 2]] += g / 2
    return c


def top3_back(g, x):
    c = np.zeros_like(x)
    c[np.argsort(-x, kind="stable")[:3]] = g
    return c


def eigenvalues(a):
    return np.linalg.eigvalsh((a + a.T) / 2)


def eigenvalues_back(g, a):
    _, v = np.linalg.eigh((a + a.T) / 2)
    return v @ np.diag(g) @ v.T


TIES = [
    Exhibit("sort, three ties", np.sort, sort_back, constant(np.array([2.0, 1, 2, 2, 0]))),
    Exhibit("sort, five ties", np.sort, sort_back, constant(np.ones(5))),
    Exhibit("sort of small integers", np.sort, sort_back, small_integers(9)),
    Exhibit("median, three ties", np.median, median_back, constant(np.array([1.0, 1, 1, 3, 0]))),
    Exhibit("median, four ties", np.median, median_back, constant(np.array([1.0, 1, 1, 1]))),
    Exhibit("three largest, four ties", lambda x: -np.partition(-x, 2)[:3], lambda g, x: top3_back(g, x),
            constant(np.array([5.0, 1, 5, 5, 5]))),
    Exhibit("third smallest, ties", lambda x: np.partition(x, 2)[2], lambda g, x: g * (
        np.arange(x.size) == np.argsort(x, kind="stable")[2]), constant(np.array([1.0, 1, 1, 1, 2]))),
    Exhibit("eigenvalues of the identity", eigenvalues, eigenvalues_back, constant(np.eye(3))),
    Exhibit("eigenvalues, two equal", eigenvalues, eigenvalues_back, constant(np.diag([1.0, 1, 3]))),
    Exhibit("largest eigenvalue of the identity", lambda a: eigenvalues(a)[-1],
            lambda g, a: eigenvalues_back(np.array([0.0, 0, g]), a), constant(np.eye(3))),
    Exhibit("nuclear norm of 0 and ties", lambda a: np.linalg.svd(a, compute_uv=False).sum(),
            lambda g, a: g * np.linalg.svd(a)[0] @ np.linalg.svd(a)[2], constant(np.eye(3))),
    Exhibit("range, ties at both ends", lambda x: x.max() - x.min(), lambda g, x: g * (1.0 * (
        np.arange(x.size) == x.argmax()) - (np.arange(x.size) == x.argmin())),
            constant(np.array([1.0, 1, 1, 0, 0, 0]))),
]

# ---- domains -------------------------------------------------------------------------------------------------------


def cholesky(a):
    return np.linalg.cholesky((a + a.T) / 2)


def cholesky_back(g, a):
    factor = cholesky(a)
    p = np.tril(factor.T @ np.tril(g))
    p -= np.diag(np.diag(p)) / 2
    inverse = np.linalg.inv(factor)
    s = inverse.T @ p @ inverse
    return (s + s.T) / 2


def ill_conditioned(rng):
    q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return (q @ np.diag([1.0, 1e-3, 1e-6]) @ q.T,)


def asserted_log(x):
    assert (x > 0.009).all(), "x must be positive"
    return np.log(x)


def small_box(x):
    if not ((x > 0.98) & (x < 1.02)).all():
        raise RuntimeError("outside of the table")
    return x ** 2


def simplex(p):
    if not np.isclose(p.sum(), 1, atol=0.01):
        raise ValueError("probabilities must add up to 1")
    return -(p * np.log(p)).sum()


def keyed(x):
    if abs(x - 2).max() > 0.05:
        raise KeyError("no such row")
    return np.exp(x)


MASK = np.array([1.0, np.nan, 0.0, np.inf])


def masked_sum(x, mask):
    return np.where(np.isfinite(mask), x * np.where(np.isfinite(mask), mask, 0), 0).sum()


def masked_scores(x):
    return np.where(np.array([True, False, True]), x, -np.inf)


def masked_log_softmax(x):
    z = np.where(np.array([True, True, False]), x, -np.inf)
    return z - np.log(np.exp(z).sum())


def masked_log_softmax_back(g, x):
    on = np.array([True, True, False])
    e = np.where(on, np.exp(x), 0)
    g = np.where(on, g, 0)
    return g - e / e.sum() * g.sum()


@primitive(vjp=(lambda g, y, x: g * np.reshape([math.cos(v) for v in np.ravel(x)], np.shape(x)),))
def sine_of_math(x):
    """sin, whose rule calls a function of numbers: it cannot be differentiated again."""
    return np.sin(x)


@primitive(vjp=(lambda g, y, a: -np.linalg.inv(np.array(a)).T @ np.array(g) @ np.linalg.inv(np.array(a)).T,))
def inverse_of_lapack(a):
    """The inverse, whose rule makes arrays of what it gets."""
    return np.linalg.inv(a)


DOMAINS = [
    Exhibit("Cholesky of condition 1e6", cholesky, cholesky_back, ill_conditioned),
    Exhibit("a domain that asserts", asserted_log, lambda g, x: g / x, constant(np.array([0.01, 0.0095, 3.0]))),
    Exhibit("a table that ends nearby", small_box, lambda g, x: 2 * g * x, constant(np.array([1.0, 1.001]))),
    Exhibit("entropy on the simplex", simplex, lambda g, p: -g * (np.log(p) + 1), constant(np.array([0.2, 0.3, 0.5]))),
    Exhibit("a lookup that raises KeyError", keyed, lambda g, x: g * np.exp(x), constant(np.array([2.0, 2.01]))),
    Exhibit("nan and inf in a mask", masked_sum, lambda g, x, mask: (g * np.where(np.isfinite(mask), mask, 0), None),
            lambda rng: (rng.normal(size=4), MASK)),
    Exhibit("nan in the targets", lambda p, t: np.nansum((p - t) ** 2),
            lambda g, p, t: (2 * g * np.nan_to_num(p - t), None), lambda rng: (rng.normal(size=4), MASK[[0, 1, 2, 1]])),
    Exhibit("scores masked by -inf", masked_scores, lambda g, x: np.where(np.array([True, False, True]), g, 0),
            vector(3)),
    Exhibit("log softmax masked by -inf", masked_log_softmax, masked_log_softmax_back, vector(3)),
    Exhibit("a rule of math.cos, first order", sine_of_math, None, vector(3), settings=FIRST),
    Exhibit("a rule of math.cos, silently wrong again", sine_of_math, None, vector(3), Verdict.WRONG_VALUE),
    Exhibit("a rule of LAPACK", inverse_of_lapack, None, constant(np.array([[2.0, 1], [0.5, 3]]))),
    Exhibit("x to the w at (0, 0)", lambda x, w: x ** w, None, constant(0.0, 0.0), Verdict.KINK),
    Exhibit("x to the w at (0, 2)", lambda x, w: x ** w, None, constant(0.0, 2.0),
            settings=(("zero_ok", True), *FIRST)),
    Exhibit("√x at 0, infinite slope", np.sqrt, lambda g, x: np.where(g == 0, 0, g / (2 * np.sqrt(x))),
            constant(np.array([0.0, 1.0]))),
    Exhibit("arccos near 1", np.arccos, lambda g, x: -g / np.sqrt((1 - x) * (1 + x)),
            constant(np.array([1 - 1e-9, 0]))),
]

# ---- scales --------------------------------------------------------------------------------------------------------


def newton(x):
    y = np.ones_like(x)
    for _ in range(60):
        new = (y + x / y) / 2
        if np.max(np.abs(new - y)) < 1e-9:
            break
        y = new
    return new


def batch_norm(x):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


def batch_norm_back(g, x):
    s = np.sqrt(x.var(axis=0) + 1e-5)
    z = (x - x.mean(axis=0)) / s
    return (g - g.mean(axis=0) - z * (g * z).mean(axis=0)) / s


def hilbert(n):
    return 1 / (np.arange(n)[:, None] + np.arange(n) + 1.0)


def adjugate_back(g, a):
    c = np.array([[np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) * (-1) ** (i + j) for j in range(3)]
                  for i in range(3)])
    return g * c


def cumprod_back(g, x):
    n = x.size
    return np.array([sum(g[k] * np.prod(np.delete(x[:k + 1], j)) for k in range(j, n)) for j in range(n)])


SCALES = [
    Exhibit("1e-309 x", lambda x: 1e-309 * x, lambda g, x: 1e-309 * g, constant(np.array([1.0, 2.0])), settings=(
        ("zero_ok", True),)),
    Exhibit("1e-309 beside 1", lambda x: np.array([1.0, 1e-309]) * x, lambda g, x: np.array([1.0, 0.0]) * g,
            constant(np.array([1.0, 2.0]))),
    Exhibit("log at 1e-50", np.log, lambda g, x: g / x, constant(np.array([1e-50, 1.0]))),
    Exhibit("log at 1e-300", np.log, lambda g, x: g / x, constant(np.array([1e-300, 2.0]))),
    Exhibit("1/x at 1e-100", lambda x: 1 / x, lambda g, x: -g / x / x, constant(np.array([1e-100, 1.0]))),
    Exhibit("log1p of 1e-20", np.log1p, lambda g, x: g / (1 + x), constant(np.array([1e-20, -1e-20, 1.0]))),
    Exhibit("hypot at 3e200", np.hypot, lambda g, x, y: (g * (x / np.hypot(x, y)), g * (y / np.hypot(x, y))),
            constant(np.array([3e200]), np.array([4e200]))),
    Exhibit("asinh at 1e160", np.arcsinh, lambda g, x: g / np.hypot(1, x), constant(np.array([1e160, 2.0]))),
    Exhibit("sin at 1e-30", np.sin, lambda g, x: g * np.cos(x), constant(np.array([1e-30, 1.0]))),
    Exhibit("sum of squares over 16 decades", lambda x: np.sum(x * x), lambda g, x: 2 * g * x,
            constant(np.array([1e-8, 1.0, 1e8]))),
    Exhibit("x at 1e30", lambda x: 2 * x, lambda g, x: 2 * g, constant(np.array([1e30, -1e30, 1.0]))),
    Exhibit("logaddexp at 1000", np.logaddexp, lambda g, a, b: (g * sigmoid(a - b), g * sigmoid(b - a)),
            constant(np.array([1000.0, -1000]), np.array([1000.5, -999]))),
    Exhibit("x^20 at 3", lambda x: x ** 20, lambda g, x: 20 * g * x ** 19, between(0.1, 3, 4)),
    Exhibit("sin near 3000 to 6000", np.sin, lambda g, x: g * np.cos(x), between(3000, 6000, 4)),
    Exhibit("a sine at rtol = .02", np.sin, lambda g, x: g * np.cos(x), vector(4), settings=(("rtol", 0.02),)),
    Exhibit("a sine at rtol = .3", np.sin, lambda g, x: g * np.cos(x), vector(4), settings=(("rtol", 0.3),)),
    Exhibit("inverse of condition 1e8", np.linalg.inv, lambda g, a: -(b := np.linalg.inv(a)).T @ g @ b.T,
            constant(np.array([[1.0, 1], [1, 1 + 1e-8]]))),
    Exhibit("solve with a Hilbert matrix", lambda b: np.linalg.solve(hilbert(6), b),
            lambda g, b: np.linalg.solve(hilbert(6).T, g), vector(6)),
    Exhibit("determinant of rank 1", np.linalg.det, adjugate_back, constant(np.outer([1.0, 2, 3], [1.0, 1, 2])),
            settings=(("zero_ok", True),)),
    Exhibit("cumprod with zeros", np.cumprod, cumprod_back, constant(np.array([2.0, 0, 3, 0, 1]))),
    Exhibit("batch norm of a constant column", batch_norm, batch_norm_back,
            lambda rng: (np.stack([np.ones(5), rng.normal(size=5)], axis=1),)),
    Exhibit("an iteration that stops", newton, lambda g, x: g / (2 * np.sqrt(x)), between(1, 5, 3)),
    Exhibit("softmax of [0, 40, 80]", softmax, rows_back, constant(np.array([0.0, 40, 80]))),
    Exhibit("log of a sum at 1e-30", lambda x: np.log(np.sum(x)), lambda g, x: np.full(x.shape, g / np.sum(x)),
            constant(np.array([1e-30, 2e-30]))),
    Exhibit("std of numbers near 1e8", np.std, lambda g, x: g * (x - x.mean()) / x.size / x.std(),
            lambda rng: (1e8 + rng.normal(size=6),)),
    Exhibit("cosine of nearly equal vectors", lambda a, b: a @ b / np.sqrt(a @ a) / np.sqrt(b @ b),
            lambda g, a, b: (g * (b / (n := np.sqrt(a @ a) * np.sqrt(b @ b)) - (a @ b) * a / n / (a @ a)),
                             g * (a / n - (a @ b) * b / n / (b @ b))),
            lambda rng: ((a := rng.normal(size=3)), a * (1 + 1e-7 * rng.normal(size=3)))),
]

# ---- forms ---------------------------------------------------------------------------------------------------------


def insists(g, x):
    if x.dtype != np.float32 or not (g.flags.c_contiguous and x.flags.c_contiguous):
        raise TypeError("this kernel takes C-contiguous float32 arrays")
    return g * np.cos(x)


def insists_forward(x):
    if x.dtype != np.float32:
        raise TypeError("this kernel takes float32 arrays")
    return np.sin(x)


def contiguous(g, x):
    assert g.flags.c_contiguous and x.flags.c_contiguous
    return g * np.cos(x)


def jittery():
    rng = np.random.default_rng(0)
    return lambda g, x: g * np.cos(x) * (1 + 1e-9 * rng.normal(size=x.shape))


jittery.stateful = True

FORMS = [
    Exhibit("the same array for both inputs", np.add, lambda g, x, w: (g, g), normal(3, 3)),
    Exhibit("g itself", lambda x: x + 1, lambda g, x: g, vector(3)),
    Exhibit("an expanded answer", np.sum, lambda g, x: np.broadcast_to(g, x.shape), vector(2, 3)),
    Exhibit("a view of g", lambda x: x.T * 1.0, lambda g, x: g.T, vector(2, 3)),
    Exhibit("a read-only answer", lambda x: 2 * x, lambda g, x: np.frombuffer((2 * g).tobytes()), vector(3)),
    Exhibit("a number for a number", lambda x: np.float64(x ** 3), lambda g, x: float(3 * g * x * x),
            lambda rng: (rng.normal(),)),
    Exhibit("a list of answers", np.multiply, lambda g, x, w: [g * w, g * x], normal(3, 3)),
    Exhibit("integers for one input", lambda x, k: x[k], lambda g, x, k: (np.bincount(k, g, x.size), None),
            lambda rng: (rng.normal(size=4), np.array([0, 2, 2]))),
    Exhibit("a batch of nobody", lambda x, w: x @ w, lambda g, x, w: (g @ w.T, x.T @ g),
            lambda rng: (np.zeros((0, 3)), rng.normal(size=(3, 2))), settings=(("zero_ok", True),)),
    Exhibit("a float32 kernel, as given", insists_forward, insists, between(-1, 1, 4, dtype=np.float32),
            settings=(("dtype", "as given"), ("layout", False), ("rtol", 1e-3))),
    Exhibit("a kernel in C order", np.sin, contiguous, vector(2, 3), settings=(("layout", False),)),
    Exhibit("sums in another order", np.sin, jittery, vector(3), settings=(("nondet_tol", 1e-7),)),
    Exhibit("small entries within atol", np.sin, lambda g, x: g * np.cos(x) + 1e-9 * np.sign(g) * abs(g), vector(3),
            settings=(("atol", 1e-7),)),
    Exhibit("a fixed seed inside", lambda x: x * np.random.default_rng(3).normal(size=x.shape),
            lambda g, x: g * np.random.default_rng(3).normal(size=x.shape), vector(4)),
    Exhibit("an input that nothing depends on", lambda x, w: x * 2, lambda g, x, w: (2 * g, None), normal(3, 3)),
    Exhibit("zeros for an input that nothing depends on", lambda x, w: x * 2, lambda g, x, w: (2 * g, 0 * w),
            normal(3, 3)),
    Exhibit("Tensor minimum of equals", anp.minimum, None, constant(np.zeros((2, 3)), np.zeros(3))),
    Exhibit("Tensor maximum of ties", lambda x: anp.max(x, axis=1), None, small_integers(5, 4)),
    Exhibit("Tensor abs of many zeros", lambda x: abs(x).sum(), None, constant(np.zeros((4, 8)))),
    Exhibit("Tensor maximum of equals", anp.maximum, None, constant(np.array([1.0, 2]), np.array([1.0, 2]))),
    Exhibit("float16 inputs", lambda x: np.tanh(x), lambda g, x: g * (1 - np.tanh(x) ** 2),
            between(-1, 1, 4, dtype=np.float16)),
    Exhibit("two outputs, one without entries", lambda x: (np.sin(x), x[:0]), lambda g, x: g[0] * np.cos(x),
            vector(3)),
    Exhibit("attention of rows with one key each", lambda x: rows(np.where(np.eye(3) > 0, x, -1e30)) @ np.arange(3.0),
            lambda g, x: 0 * x, normal((3, 3)), settings=(("zero_ok", True),)),
]

TRACKER_FUNCTIONS = KINKS + TIES + DOMAINS + SCALES + FORMS
