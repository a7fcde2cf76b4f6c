"""Planted bugs in the manner of reports in public trackers: each rule is wrong as somebody's once was."""
import math

import numpy as np

import autograd.numpy as anp
from autograd import Tensor, primitive
from autograd.check import Verdict

from .gallery import Exhibit, relu, softmax, stateful, vector
from .gallery2 import fixed, normal, rows, sigmoid

WRONG, NONFINITE, UNLINEAR = Verdict.WRONG_VALUE, Verdict.NONFINITE, Verdict.NOT_LINEAR_IN_G
SHAPE = Verdict.WRONG_SHAPE


def between(low, high, *shapes, dtype=float):
    return lambda rng: tuple(rng.uniform(low, high, shape).astype(dtype) for shape in shapes)


# ---- elementwise ---------------------------------------------------------------------------------------------------

def gelu(x):
    return x * (1 + np.vectorize(math.erf)(x / np.sqrt(2))) / 2


def gelu_of_the_approximation(g, x):
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (x + 0.044715 * x ** 3))
    return g * ((1 + t) / 2 + x / 2 * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x))


def isrlu(x):
    return np.where(x < 0, x / np.sqrt(1 + x * x), x)


def elu(x):
    return np.where(x > 0, x, 1.5 * np.expm1(np.minimum(x, 0)))


ELEMENTWISE = [
    Exhibit("exact gelu, derivative of its approximation", gelu, gelu_of_the_approximation, between(-2, 2, 6), WRONG),
    Exhibit("isrlu, the cotangent left out", isrlu, lambda g, x: np.where(x < 0, (1 + x * x) ** -1.5, 1.0),
            vector(5), UNLINEAR, "ignored"),
    Exhibit("elu from its output, alpha left out", elu, lambda g, x: g * np.where(x > 0, 1, elu(x) + 1), fixed(
        [-1, 2, -0.5, 0.25]), WRONG),
    Exhibit("softplus, beta left out", lambda x: np.log1p(np.exp(3 * x)) / 3, lambda g, x: g * sigmoid(x), vector(4),
            WRONG),
    Exhibit("relu6 without its upper end", lambda x: np.clip(x, 0, 6), lambda g, x: g * (x > 0), fixed([-1, 3, 7, 9]),
            WRONG),
    Exhibit("hard sigmoid, slope of the other convention", lambda x: np.clip(x / 6 + 0.5, 0, 1),
            lambda g, x: 0.2 * g * (abs(x) < 3), fixed([-4, 0.5, 1, 5]), WRONG, "6/5"),
    Exhibit("leaky relu from its output, negative slope", lambda x: np.where(x > 0, x, -0.5 * x),
            lambda g, x: g * np.where(np.where(x > 0, x, -0.5 * x) > 0, 1, -0.5), fixed([-1, 1, -2, 3]), WRONG),
    Exhibit("swish without its second term", lambda x: x * sigmoid(x), lambda g, x: g * sigmoid(x), vector(4), WRONG),
    Exhibit("tan for arctan", np.tan, lambda g, x: g / (1 + x * x), between(-1, 1, 4), WRONG),
    Exhibit("erf without 2/√π", np.vectorize(math.erf, otypes=[float]), lambda g, x: g * np.exp(-x * x), vector(4),
            WRONG, "constant factor"),
    Exhibit("arctan2, partials exchanged", np.arctan2, lambda g, y, x: (-g * y / (x * x + y * y),
                                                                      g * x / (x * x + y * y)),
            between(0.5, 2, 3, 3), WRONG, "exchanged"),
    Exhibit("logaddexp, weights exchanged", np.logaddexp, lambda g, a, b: (g * sigmoid(b - a), g * sigmoid(a - b)),
            normal(4, 4), WRONG, "exchanged"),
    Exhibit("power, 0 log 0", lambda a, b: a ** b, lambda g, a, b: (g * b * a ** (b - 1), g * a ** b * np.log(a)),
            fixed([0, 1.5], [2, 3]), NONFINITE),
    Exhibit("sqrt(x² + y²) at the origin", lambda x, y: np.sqrt(x * x + y * y),
            lambda g, x, y: (g * x / np.sqrt(x * x + y * y), g * y / np.sqrt(x * x + y * y)),
            fixed([0, 3], [0, 4]), NONFINITE),
    Exhibit("asinh, x² overflows", np.arcsinh, lambda g, x: g / np.sqrt(1 + x * x), fixed([1e160, 2.0]), WRONG),
    Exhibit("sigmoid, exp overflows", lambda x: np.where(x > 0, 1, np.exp(x)) / (1 + np.exp(-abs(x))),
            lambda g, x: g * np.exp(x) / (1 + np.exp(x)) ** 2, fixed([800.0, 1.0]), NONFINITE),
    Exhibit("log of a softened zero", lambda x: np.log(np.maximum(x, 1e-200)), lambda g, x: g / x ** 2 * x,
            fixed([1e-180, 2.0]), NONFINITE),
    Exhibit("sinc near 0, differenced", np.sinc, lambda g, x: g * (np.cos(np.pi * x) - np.sinc(x)) / np.where(
        x == 0, 1, x) * np.where(abs(x) < 1e-3, 0, 1), fixed([1e-4, 0.5]), WRONG, "(0,)"),
    Exhibit("clip, the lower end forgotten", lambda x: np.clip(x, -1, 1), lambda g, x: g * (x <= 1),
            fixed([-2, -1.5, 0.2, 3]), WRONG, "mask"),
    Exhibit("maximum, ties get nothing", np.maximum, lambda g, x, w: (g * (x > w), g * (x < w)),
            fixed([1, 2], [1, 3]), WRONG, "kink"),
    Exhibit("where, branches exchanged", lambda x, w: np.where(np.array([True, False, True]), x, w),
            lambda g, x, w: (g * np.array([0.0, 1, 0]), g * np.array([1.0, 0, 1])), normal(3, 3), WRONG, "exchanged"),
    Exhibit("√x at 0, nan for a zero cotangent", np.sqrt, lambda g, x: g / (2 * np.sqrt(x)), fixed([0.0, 1.0]),
            NONFINITE),
    Exhibit("modulo, the divisor's part", np.mod, lambda g, x, m: (g, -g * x / m), between(1, 2, 3, 3), WRONG,
            "input 1"),
]

# ---- reductions, shapes and indices --------------------------------------------------------------------------------


def cumprod_by_division(g, x):
    return np.cumsum((g * np.cumprod(x))[::-1])[::-1] / x


def pooled(x):
    """Maxima of windows of 3 with stride 1."""
    return np.lib.stride_tricks.sliding_window_view(x, 3).max(axis=-1)


def pooled_back(g, x):
    c = np.zeros_like(x)
    c[np.lib.stride_tricks.sliding_window_view(x, 3).argmax(axis=-1) + np.arange(len(x) - 2)] = g
    return c


def reflect(x):
    return np.pad(x, 2, mode="reflect") ** 2


def reflect_back(g, x):
    return (2 * np.pad(x, 2, mode="reflect") * g)[2:-2]


def row_sum_squeezed(g, x):
    return np.squeeze(np.ones_like(x) * g)


def std_back(g, x):
    return g * (x - x.mean()) / (x.size * x.std(ddof=1))


def topk_back(g, x):
    c = np.zeros_like(x)
    c[np.arange(3), np.argsort(-x, axis=0)[:2]] = g                          # rows and columns exchanged
    return c


def padded_count(g, x):
    c = np.zeros(6)
    for k in range(3):
        c[2 * k:2 * k + 2] += g[k] / 2
    return c[:5]


def gather_back(g, x):
    c = np.zeros_like(x)
    c[np.abs(np.array([0, -1, 2]))] += g
    return c


SHAPES = [
    Exhibit("std with ddof, divided by n", lambda x: x.std(ddof=1), std_back, vector(4), WRONG, "3/4"),
    Exhibit("mean over two axes, divided by one", lambda x: x.mean(axis=(1, 2)),
            lambda g, x: np.ones_like(x) * g[:, None, None] / x.shape[1], normal((2, 3, 4)), WRONG, "factor 4"),
    Exhibit("keepdims forgotten, broadcast over rows", lambda x: (x * x).sum(axis=1), lambda g, x: 2 * x * g,
            normal((3, 3)), WRONG),
    Exhibit("sum over the first axes, expanded behind", lambda x: (x * x).sum(axis=(0, 1)), lambda g, x:
            2 * x * g.reshape(-1, 1, 1), normal((3, 3, 3)), WRONG),
    Exhibit("a row squeezed", lambda x: x.sum(axis=1), row_sum_squeezed, normal((1, 3)), SHAPE),
    Exhibit("product by division", np.prod, lambda g, x: g * np.prod(x) / x, fixed([0, 2, 3]), NONFINITE),
    Exhibit("cumprod by division", np.cumprod, cumprod_by_division, fixed([2, 0, 3]), NONFINITE),
    Exhibit("cumsum along the other axis", lambda x: np.cumsum(x, axis=0) ** 2 / 2,
            lambda g, x: np.flip(np.cumsum(np.flip(g * np.cumsum(x, axis=0), 1), 1), 1), normal((3, 3)), WRONG),
    Exhibit("logsumexp, normalised along the other axis", lambda x: np.log(np.exp(x).sum(axis=1)),
            lambda g, x: g[:, None] * np.exp(x) / np.exp(x).sum(axis=0), normal((3, 3)), WRONG),
    Exhibit("pooling with overlap, the last one wins", pooled, pooled_back, fixed([1, 5, 2, 3, 0, 4]), WRONG,
            "missing"),
    Exhibit("mean pooling that counts its padding", lambda x: np.append(x[:4].reshape(2, 2).mean(axis=1), x[4]),
            padded_count, vector(5), WRONG),
    Exhibit("reflected padding, cut off", reflect, reflect_back, vector(5), WRONG, "missing"),
    Exhibit("top 2, put back along the other axis", lambda x: -np.sort(-x, axis=0)[:2], topk_back,
            fixed([[1, 8, 3], [7, 2, 9], [4, 5, 6]]), WRONG),
    Exhibit("sorted down, put back up", lambda x: -np.sort(-x), lambda g, x: g[np.argsort(np.argsort(x))],
            fixed([3, 1, 2, 5, 4]), WRONG, "wrong entries"),
    Exhibit("negative index taken for positive", lambda x: x[[0, -1, 2]], gather_back, vector(4), WRONG),
    Exhibit("median of an even count, all to one", np.median, lambda g, x: g * (x == np.sort(x)[2]),
            fixed([4, 1, 3, 2]), WRONG),
    Exhibit("quantile, weights exchanged", lambda x: np.quantile(x, 0.3),
            lambda g, x: g * (0.9 * (x == np.sort(x)[0]) + 0.1 * (x == np.sort(x)[1])), fixed([3, 1, 2, 5]), WRONG),
    Exhibit("rotated by 90°, and by 90° again", lambda x: np.rot90(x) ** 3 / 3,
            lambda g, x: np.rot90(g * np.rot90(x) ** 2), normal((3, 3)), WRONG),
    Exhibit("swapped axes, not swapped back", lambda x: np.transpose(x, (1, 2, 0)) * 1.0,
            lambda g, x: np.transpose(g, (1, 2, 0)), normal((2, 2, 2)), WRONG),
    Exhibit("repeat, taken for tile", lambda x: np.repeat(x, 3), lambda g, x: g.reshape(3, -1).sum(axis=0), vector(4),
            WRONG),
    Exhibit("average of ties in float16", lambda x: x.max(axis=1), lambda g, x: (g[:, None] * (
        x == x.max(axis=1, keepdims=True)) / np.float16(3)).astype(float), fixed([[1, 1, 0], [2, 0, 1]]), WRONG),
]

# ---- linear algebra, convolutions, losses --------------------------------------------------------------------------


def spd(rng):
    a = rng.normal(size=(3, 3))
    return (a @ a.T + 3 * np.eye(3),)


def cholesky(a):
    return np.linalg.cholesky((a + a.T) / 2)


def cholesky_back(g, a):
    factor = cholesky(a)
    inverse, p = np.linalg.inv(factor), np.tril(factor.T @ np.tril(g))       # the diagonal is to be halved
    s = inverse.T @ p @ inverse
    return (s + s.T) / 2


def eigenvalues_back(g, a):
    _, v = np.linalg.eigh(a)
    return v.T @ np.diag(g) @ v


def convolved(x, w):
    return np.convolve(x, w, mode="valid")


def layer_norm(x):
    return (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)


def layer_norm_back(eps, mean=True):
    def vjp(g, x):
        s = np.sqrt(x.var(axis=-1, keepdims=True) + eps)
        z = (x - x.mean(axis=-1, keepdims=True)) / s
        return (g - mean * g.mean(axis=-1, keepdims=True) - z * (g * z).mean(axis=-1, keepdims=True)) / s
    return vjp


CAUSAL = np.tril(np.ones((3, 3), bool))


def attention(q, k):
    return rows(np.where(CAUSAL, q @ k.T, -1e30)) @ np.arange(9.0).reshape(3, 3)


def attention_without_mask(g, q, k):
    p, d = rows(q @ k.T), g @ np.arange(9.0).reshape(3, 3).T
    s = p * (d - (p * d).sum(axis=-1, keepdims=True))
    return s @ k, s.T @ q


LABELS = np.array([0, 2, 1])


def weighted(z):
    w = np.array([1.0, 2, 4])[LABELS]
    return -(w * np.log(rows(z))[np.arange(3), LABELS]).sum() / w.sum()


def weighted_back(g, z):
    w = np.array([1.0, 2, 4])[LABELS]
    return g * w[:, None] * (rows(z) - np.eye(3)[LABELS]) / len(LABELS)


def smoothed(z):
    return -(np.log(rows(z)) * (0.9 * np.eye(3)[LABELS] + 0.1 / 3)).sum()


def focal(p):
    return -((1 - p) ** 2 * np.log(p)).sum()


def cosine(a, b):
    return a @ b / np.sqrt(a @ a) / np.sqrt(b @ b)


def sampled(x):
    """Bilinear sampling of a fixed picture at x in [-1, 1], the corners at the ends."""
    picture, at = np.array([1.0, 4, 2, 8, 5]), (x + 1) * 2
    i = np.clip(np.floor(at).astype(int), 0, 3)
    return picture[i] * (1 - at + i) + picture[i + 1] * (at - i)


def sampled_back(g, x):
    picture, at = np.array([1.0, 4, 2, 8, 5]), (x + 1) * 2
    i = np.clip(np.floor(at).astype(int), 0, 3)
    return g * (picture[i + 1] - picture[i])                                # without the scale of the grid


LAYERS = [
    Exhibit("Cholesky, the diagonal not halved", cholesky, cholesky_back, spd, WRONG),
    Exhibit("eigenvalues, vectors transposed", lambda a: np.linalg.eigvalsh((a + a.T) / 2), lambda g, a:
            eigenvalues_back(g, (a + a.T) / 2), spd, WRONG),
    Exhibit("determinant, inverse not transposed", np.linalg.det, lambda g, a: g * np.linalg.det(a) * np.linalg.inv(a),
            normal((3, 3)), WRONG, "transpos"),
    Exhibit("solve, sign of the matrix's part", np.linalg.solve,
            lambda g, a, b: (np.outer(np.linalg.solve(a.T, g), np.linalg.solve(a, b)), np.linalg.solve(a.T, g)),
            lambda rng: (rng.normal(size=(3, 3)) + 4 * np.eye(3), rng.normal(size=3)), WRONG, "sign"),
    Exhibit("quadratic form, taken for symmetric", lambda x: x @ np.arange(9.0).reshape(3, 3) @ x,
            lambda g, x: 2 * g * np.arange(9.0).reshape(3, 3) @ x, vector(3), WRONG),
    Exhibit("einsum, an operand left out", lambda a, b: np.einsum("ij,jk->ik", a, b),
            lambda g, a, b: (np.einsum("ik,jk->ij", g, np.ones_like(b)), a.T @ g), normal((2, 3), (3, 4)), WRONG),
    Exhibit("cross product, order exchanged", lambda a, b: np.cross(a, b), lambda g, a, b: (np.cross(g, b),
            np.cross(g, a)), normal(3, 3), WRONG, "sign"),
    Exhibit("convolution, kernel not turned", convolved, lambda g, x, w: (np.convolve(g, w, mode="full"),
            np.convolve(x[::-1], g, mode="valid")), normal(6, 3), WRONG),
    Exhibit("real FFT, doubled at its ends", lambda x: np.abs(np.fft.rfft(x)) ** 2,
            lambda g, x: np.fft.irfft(2 * g * np.fft.rfft(x), 6) * 6, vector(6), WRONG),
    Exhibit("layer norm, the mean's coupling left out", layer_norm, layer_norm_back(1e-5, mean=False), normal((2, 4)),
            WRONG),
    Exhibit("layer norm, another eps", layer_norm, layer_norm_back(1e-3), normal((2, 4)), WRONG),
    Exhibit("attention, mask left out of the rule", attention, attention_without_mask, normal((3, 2), (3, 2)), WRONG),
    Exhibit("class weights, divided by the count", weighted, weighted_back, normal((3, 3)), WRONG, "factor 7/3"),
    Exhibit("label smoothing left out", smoothed, lambda g, z: g * (rows(z) - np.eye(3)[LABELS]), normal((3, 3)),
            WRONG),
    Exhibit("focal loss, weight held fixed", focal, lambda g, p: -g * (1 - p) ** 2 / p, between(0.2, 0.8, 4), WRONG),
    Exhibit("huber, linear part unscaled", lambda x: np.where(abs(x) < 2, x * x / 2, 2 * abs(x) - 2),
            lambda g, x: g * np.where(abs(x) < 2, x, np.sign(x)), fixed([-3, 1, 4, 0.5]), WRONG),
    Exhibit("cosine similarity, not projected", cosine, lambda g, a, b: (g * b / np.sqrt(a @ a) / np.sqrt(b @ b),
            g * a / np.sqrt(a @ a) / np.sqrt(b @ b)), normal(3, 3), WRONG),
    Exhibit("grid sampling, scale of the grid left out", sampled, sampled_back, between(-0.9, 0.9, 5), WRONG,
            "factor 1/2"),
    Exhibit("positive weight left out", lambda x: np.log1p(np.exp(-x)).sum() * 3 + np.log1p(np.exp(x)).sum(),
            lambda g, x: g * (sigmoid(x) - sigmoid(-x)), vector(4), WRONG),
]

# ---- bookkeeping: caches, cotangents, dtypes, regions --------------------------------------------------------------


@stateful
def cached_by_identity():
    kept = {}

    def vjp(g, x):
        if id(x) not in kept:
            kept[id(x)] = (x, np.cos(x))                # keeps x alive, so that no other array gets its id
        return g * kept[id(x)][1]
    return vjp


@stateful
def cached_by_address():
    kept = {}

    def vjp(g, x):
        return g * kept.setdefault(x.__array_interface__["data"][0], (x, np.exp(x)))[1]
    return vjp


@stateful
def cached_by_sum():
    kept = {}

    def vjp(g, x):
        return g * kept.setdefault(x.shape, np.exp(x))
    return vjp


def scaled_by_largest(g, x):
    size = np.abs(g).max()
    return g / size * np.cos(x) * size                  # nan for g = 0


def wrong_where_g_is_sparse(g, x):
    return g * np.cos(x) * (1.5 if np.count_nonzero(g) == 1 else 1)


def wrong_for_expanded_g(g, x):
    return (2.0 if 0 in g.strides else 1.0) * g * np.cos(x)


def base_of_g(g, x):
    whole = g if g.base is None else g.base             # takes the memory of an expanded g for g
    return np.resize(whole, x.shape) * np.cos(x)


def small_one_wrong(g, x):
    c = 2 * g * x
    c[np.argmin(np.abs(x))] *= 1.5
    return c


def one_small(rng):
    x = rng.uniform(1, 2, 3000)
    x[rng.integers(3000)] = 1e-3
    return (x,)


def half_precision(g, x):
    return g * np.cos(x.astype(np.float32))


def outside(x):
    """The values of x, out of the graph."""
    return x.data if isinstance(x, Tensor) else x


@primitive(vjp=(lambda g, y, x: outside(g) * 3 * x ** 2,))
def cube_g_detached(x):
    """x³, whose rule takes g from outside the graph."""
    return x ** 3


@primitive(vjp=(lambda g, y, x: g * anp.cos(outside(x)),))
def sine_detached(x):
    """sin, whose rule takes x from outside the graph."""
    return np.sin(x)


BOOKKEEPING = [
    Exhibit("cached by id, array changed in place", np.sin, cached_by_identity, vector(3), WRONG, "stale"),
    Exhibit("cached by address, array changed in place", np.exp, cached_by_address, vector(3), WRONG, "stale"),
    Exhibit("cached by shape", np.exp, cached_by_sum, vector(3), WRONG, "stale"),
    Exhibit("nan for a zero cotangent", np.sin, scaled_by_largest, vector(3), UNLINEAR, "zero cotangent"),
    Exhibit("wrong for a one-hot cotangent", np.sin, wrong_where_g_is_sparse, vector(4), UNLINEAR),
    Exhibit("wrong for an expanded cotangent", np.sin, wrong_for_expanded_g, vector(4), WRONG, "memory"),
    Exhibit("memory of an expanded cotangent", np.sin, base_of_g, vector(2, 3), WRONG, "memory"),
    Exhibit("None for an input that matters", np.multiply, lambda g, x, w: (g * w, None), normal(3, 3), WRONG, "None"),
    Exhibit("None for a bias", lambda x, w, b: x @ w + b, lambda g, x, w, b: (g @ w.T, x.T @ g, None),
            normal((2, 3), (3, 2), 2), WRONG, "None"),
    Exhibit("one small entry of 3000", lambda x: np.sum(x * x), small_one_wrong, one_small, WRONG),
    Exhibit("nan in float32 only", np.sin, lambda g, x: g * np.cos(x) * x.dtype.type(
        np.nan if x.dtype == np.float32 else 1), between(-1, 1, 3, dtype=np.float32), NONFINITE, "float32"),
    Exhibit("overflow in float32 only", lambda x: np.tanh(x), lambda g, x: g * (4 * np.exp(2 * x) / (
        1 + np.exp(2 * x)) ** 2), lambda rng: (np.float32([60.0, 0.5]),), NONFINITE, "float32"),
    Exhibit("cos in float32, far out", np.sin, half_precision, between(3000, 6000, 4), WRONG),
    Exhibit("a constant of five digits", lambda x: np.pi * x, lambda g, x: 3.1416 * g, vector(4), WRONG, "digits"),
    Exhibit("right for g > 0, mirrored", relu, lambda g, x: np.maximum(g, 0) * (x > 0), fixed([1, 2, -1, 3]),
            UNLINEAR),
    Exhibit("wrong when g is differentiated", cube_g_detached, None, vector(3), WRONG),
    Exhibit("wrong when x is differentiated again", sine_detached, None, vector(3), WRONG),
    Exhibit("softmax, sum over entries of g alone", softmax, lambda g, x: softmax(x) * (g - g.sum() / x.size),
            vector(4), WRONG),
    Exhibit("wrong below 1e-3", np.square, lambda g, x: 2 * g * np.where(abs(x) < 1e-3, 1e-3, x),
            fixed([1e-4, 1.0, 2.0]), WRONG, "(0,)"),
    Exhibit("indices wrap in eight bits", lambda x: x[[300, 3]] * 1.0, lambda g, x: np.bincount(
        np.array([300, 3]).astype(np.uint8), g, 301), vector(301), WRONG),
]

TRACKER_BUGS = ELEMENTWISE + SHAPES + LAYERS + BOOKKEEPING
