"""More exhibits of both kinds: faults of whole layers and of bookkeeping, and functions that vary fast, nearly break
down, or have kinks in their derivatives."""
import numpy as np

from autograd.check import Verdict

from .gallery import Exhibit, relu, softmax, stateful, vector

WRONG, UNLINEAR = Verdict.WRONG_VALUE, Verdict.NOT_LINEAR_IN_G


def fixed(*values):
    return lambda rng: tuple(np.array(v, float) for v in values)


def normal(*shapes):
    return lambda rng: tuple(rng.normal(size=shape) for shape in shapes)


def rows(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def rows_back(g, x):
    s = rows(x)
    return s * (g - (g * s).sum(axis=-1, keepdims=True))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# ---- planted bugs --------------------------------------------------------------------------------------------------

LABELS = np.array([0, 1, 2, 0])


def cross_entropy(z):
    return -np.log(rows(z)[np.arange(4), LABELS]).mean()


def first_maximum_of_all(g, x):
    return g * (x == x.max(axis=1, keepdims=True))                  # for g of shape (3,): broadcast over the wrong axis


def only_where_g_is_positive(g, x):
    return np.where(g > 0, 1.0, 1.1) * g * np.cos(x)


@stateful
def right_six_times():
    calls = []

    def vjp(g, x):
        calls.append(1)
        return g * np.cos(x) * (1.0 if len(calls) < 7 else 1.5)
    return vjp


@stateful
def one_buffer():
    kept = np.zeros(3)

    def vjp(g, x):
        return np.multiply(g, np.cos(x), out=kept)
    return vjp


@stateful
def buffer_not_cleared():
    kept = np.zeros(3)

    def vjp(g, x):
        kept[...] += g * np.cos(x)
        return kept
    return vjp


def scaled_in_place(g, x):
    g *= 0.5
    return 2 * g * np.cos(x)


def off_at(i, by):
    def vjp(g, x):
        c = 2 * g * x
        c[i] *= by
        return c
    return vjp


def in_float16(g, x):
    return (g * np.exp(x)).astype(np.float16).astype(float)


def wrong_in_float32(g, x):
    return (1.1 if x.dtype == np.float32 else 1) * g * np.cos(x)


MATRIX = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 10]])

MORE_BUGS = [
    Exhibit("sum over the other axis", lambda x: x.sum(axis=0), lambda g, x: np.repeat(g[:, None], 3, axis=1),
            normal((3, 3)), WRONG, "transposed"),
    Exhibit("mean over an axis, undivided", lambda x: x.mean(axis=1), lambda g, x: np.repeat(g[:, None], 5, axis=1),
            normal((2, 5)), WRONG, "factor 5"),
    Exhibit("cumsum not reversed", np.cumsum, lambda g, x: np.cumsum(g), vector(5), WRONG),
    Exhibit("cotangents exchanged", lambda a, b: np.concatenate([a, b]), lambda g, a, b: (g[3:], g[:3]),
            normal(3, 3), WRONG, "exchanged"),
    Exhibit("sign of one input", lambda a, b: a / b, lambda g, a, b: (g / b, g * a / b ** 2),
            lambda rng: (rng.normal(size=3), rng.uniform(1, 2, 3)), WRONG, "sign"),
    Exhibit("no logarithm for the exponent", lambda a, b: a ** b, lambda g, a, b: (g * b * a ** (b - 1), g * a ** b),
            lambda rng: (rng.uniform(1.5, 2, 3), rng.uniform(1, 2, 3)), WRONG, "input 1"),
    Exhibit("leaky slope of another layer", lambda x: np.where(x > 0, x, 0.01 * x),
            lambda g, x: g * np.where(x > 0, 1, 0.1), lambda rng: (rng.permutation([1.0, 2, -1, 0.5, -3]),), WRONG,
            "there by the factor 10"),
    Exhibit("standardised without its mean", lambda x: (x - x.mean()) / x.std(), lambda g, x: g / x.std(), vector(5),
            WRONG),
    Exhibit("one wrong label", cross_entropy, lambda g, z: g * (rows(z) - np.eye(3)[[0, 1, 2, 1]]) / 4, normal((4, 3)),
            WRONG, "index 3 of axis 0"),
    Exhibit("softmax summed over the batch", rows, lambda g, x: rows(x) * (g - (g * rows(x)).sum(axis=0)),
            normal((3, 3)), WRONG),
    Exhibit("batch not summed", lambda x, w: x @ w, lambda g, x, w: (g @ w.T, np.swapaxes(x, -1, -2) @ g),
            normal((5, 2, 3), (3, 4)), Verdict.WRONG_SHAPE, "axis 0"),
    Exhibit("inverse without transposes", np.linalg.inv, lambda g, a: -np.linalg.inv(a) @ g @ np.linalg.inv(a),
            lambda rng: (rng.normal(size=(3, 3)) + 3 * np.eye(3),), WRONG, "transpose"),
    Exhibit("trace spread over all", np.trace, lambda g, a: g * np.ones_like(a), normal((3, 3)), WRONG, "mask"),
    Exhibit("norm undivided", lambda x: np.sqrt(np.sum(x * x)), lambda g, x: g * x, vector(4), WRONG, "the output"),
    Exhibit("sorted, not sorted back", np.sort, lambda g, x: g[np.argsort(x)], fixed([3, 1, 2, 5, 4]), WRONG,
            "permutation"),
    Exhibit("flip forgotten", lambda x: 1.0 * x[::-1], lambda g, x: 1.0 * g, vector(4), WRONG, "reverse"),
    Exhibit("Fortran order", lambda x: x.reshape(-1) ** 2, lambda g, x: 2 * x * g.reshape(x.shape, order="F"),
            vector(2, 3), WRONG),
    Exhibit("maximum broadcast wrongly", lambda x: x.max(axis=1), first_maximum_of_all,
            fixed([[1, 3, 2], [6, 5, 4], [7, 9, 8]]), WRONG),
    Exhibit("one number of a matrix", lambda x: MATRIX @ x, lambda g, x: (MATRIX * (MATRIX != 5)).T @ g, vector(3),
            WRONG, "missing"),
    Exhibit("second output forgotten", lambda x: (np.sin(x), np.cos(x)), lambda g, x: g[0] * np.cos(x), vector(3),
            WRONG, "missing"),
    Exhibit("wrong at exactly 0", np.sin, lambda g, x: g * np.where(x == 0, 0.0, np.cos(x)), fixed([0, 1, 2]), WRONG,
            "(0,)"),
    Exhibit("one of 200, by 1e-4", np.square, off_at(77, 1 + 1e-4), lambda rng: (rng.uniform(1, 2, 200),), WRONG,
            "(77,)"),
    Exhibit("one of 20 000, by its sign", lambda x: np.sum(x * x), off_at(7777, -1.0),
            lambda rng: (rng.uniform(1, 2, 20_000),), WRONG, "(7777,)"),
    Exhibit("a constant of five digits", np.exp, lambda g, x: 1.000003 * g * np.exp(x), vector(4), WRONG, "digits"),
    Exhibit("wrong where little changes", lambda x: np.array([1e8, 1e-8]) * x,
            lambda g, x: np.array([1e8, 2e-8]) * g, vector(2), WRONG, "(1,)"),
    Exhibit("the sign at a huge scale", lambda x: 1e150 * x ** 2, lambda g, x: -2e150 * x * g, vector(3), WRONG,
            "sign"),
    Exhibit("twice the slope at a kink", relu, lambda g, x: g * np.where(x == 0, 2, x > 0), fixed([0, 1, -1]), WRONG,
            "between the slopes on its two sides, here 0 and 1"),
    Exhibit("straight through a rounding", np.round, lambda g, x: 1.0 * g, vector(4), WRONG, "a step"),
    Exhibit("all mass to every tie of a row", lambda x: x.max(axis=1),
            lambda g, x: g[:, None] * (x == x.max(axis=1, keepdims=True)), fixed([[1, 1], [0, 2]]), WRONG, "together"),
    Exhibit("0/0 in the rule", np.sinc, lambda g, x: g * (np.cos(np.pi * x) - np.sinc(x)) / x, fixed([0, 1.5, 2]),
            Verdict.NONFINITE, "where"),
    Exhibit("clipped", np.square, lambda g, x: np.clip(2 * g * x, -1, 1), fixed([0.3, 2, 3]), UNLINEAR, "clipped"),
    Exhibit("|g|", np.sin, lambda g, x: np.abs(g) * np.cos(x), vector(5), UNLINEAR),
    Exhibit("a term without g", np.sin, lambda g, x: g * np.cos(x) + 1e-3, vector(5), UNLINEAR, "without g"),
    Exhibit("other for positive g", np.sin, only_where_g_is_positive, vector(8), UNLINEAR, "condition on g"),
    Exhibit("rule in float16", np.exp, in_float16, vector(3), UNLINEAR, "float16"),
    Exhibit("wrong in float32 only", np.sin, wrong_in_float32, lambda rng: (rng.uniform(-1, 1, 3).astype(np.float32),),
            WRONG, "not in float32"),
    Exhibit("float64 for float32", np.sin, lambda g, x: g * np.cos(x).astype(float),
            lambda rng: (rng.uniform(-1, 1, 3).astype(np.float32),), Verdict.WRONG_DTYPE, "float64"),
    Exhibit("right six times", np.sin, right_six_times, vector(3), Verdict.NOT_REPEATABLE, "state"),
    Exhibit("one buffer for all answers", np.sin, one_buffer, vector(3), Verdict.NOT_REPEATABLE, "return a new one"),
    Exhibit("buffer not cleared", np.sin, buffer_not_cleared, vector(3), Verdict.NOT_REPEATABLE),
    Exhibit("g scaled in place, and back", np.sin, scaled_in_place, vector(3), Verdict.MUTATES_G),
    Exhibit("forward in place", lambda x: np.multiply(x, 2, out=x), lambda g, x: 2 * g, vector(3),
            Verdict.MUTATES_INPUT),
    Exhibit("no return", np.sin, lambda g, x: None, vector(3), Verdict.VACUOUS, "return"),
    Exhibit("one entry for a number", np.sin, lambda g, x: np.atleast_1d(g * np.cos(x)), lambda rng: (rng.normal(),),
            Verdict.WRONG_SHAPE),
    Exhibit("whole numbers", lambda x: 3 * x, lambda g, x: (3 * g).astype(int), vector(3), Verdict.WRONG_DTYPE),
    Exhibit("nan among the inputs", np.sin, lambda g, x: g * np.cos(x), fixed([0, np.nan]), Verdict.OUT_OF_DOMAIN,
            "nan"),
]

# ---- correct, but nasty --------------------------------------------------------------------------------------------


def inverse_back(g, a):
    b = np.linalg.inv(a)
    return -b.T @ g @ b.T


def logistic_map(x):
    for _ in range(20):
        x = 3.9 * x * (1 - x)
    return x


def logistic_map_back(g, x):
    for _ in range(20):
        g, x = g * 3.9 * (1 - 2 * x), 3.9 * x * (1 - x)
    return g


def ties_shared(g, x):
    top = x == x.max(axis=1, keepdims=True)
    return g[:, None] * top / top.sum(axis=1, keepdims=True)


def standardised_back(g, x):
    s, z = x.std(), (x - x.mean()) / x.std()
    return (g - g.mean() - z * (g * z).mean()) / s


MORE_NASTY = [
    Exhibit("sin(1000 x)", lambda x: np.sin(1000 * x), lambda g, x: 1000 * g * np.cos(1000 * x), vector(4)),
    Exhibit("sin(1e6 x)", lambda x: np.sin(1e6 * x), lambda g, x: 1e6 * g * np.cos(1e6 * x), vector(4)),
    Exhibit("seconds since 1970, by the hour", lambda x: np.sin(x / 3600), lambda g, x: g * np.cos(x / 3600) / 3600,
            lambda rng: (1.7e9 + rng.uniform(0, 1e4, 3),)),
    Exhibit("a chaotic map", logistic_map, logistic_map_back, lambda rng: (rng.uniform(0.1, 0.9, 3),)),
    Exhibit("steep tanh", lambda x: np.tanh(1000 * x), lambda g, x: 1000 * g / np.cosh(1000 * x) ** 2,
            lambda rng: (1e-3 * rng.normal(size=4),)),
    Exhibit("sigmoid at ±700", sigmoid, lambda g, x: g * sigmoid(x) * (1 - sigmoid(x)), fixed([700, -700, 0.5])),
    Exhibit("softmax at 1000", rows, rows_back, fixed([1000, 0, -1000, 999])),
    Exhibit("softmax of equal 1000s", softmax, rows_back, fixed([1000] * 4)),
    Exhibit("exp of -740", np.exp, lambda g, x: g * np.exp(x), fixed([-700, -740, 0, 700])),
    Exhibit("gaussian far out", lambda x: np.exp(-x * x), lambda g, x: -2 * g * x * np.exp(-x * x),
            fixed([0, 1, 5, 20, 30])),
    Exhibit("inverse, nearly singular", np.linalg.inv, inverse_back, fixed([[1, 1], [1, 1 + 1e-6]])),
    Exhibit("std, nearly constant", np.std, lambda g, x: g * (x - x.mean()) / x.size / x.std(),
            lambda rng: (1 + 1e-6 * rng.normal(size=6),)),
    Exhibit("variance about a far mean", lambda x: (x * x).mean() - x.mean() ** 2,
            lambda g, x: g * 2 * (x - x.mean()) / x.size, lambda rng: (1e4 + rng.normal(size=6),)),
    Exhibit("standardised", lambda x: (x - x.mean()) / x.std(), standardised_back, normal(6)),
    Exhibit("relu² at 0", lambda x: relu(x) ** 2, lambda g, x: 2 * g * relu(x), fixed([0, 0, 1])),
    Exhibit("x |x| at 0", lambda x: x * abs(x), lambda g, x: 2 * g * abs(x), fixed([0, 1, -1])),
    Exhibit("hard swish at its joints", lambda x: x * np.clip(x + 3, 0, 6) / 6,
            lambda g, x: g * np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6)), fixed([-3, 3, 0])),
    Exhibit("relu(x) - relu(-x) at 0", lambda x: relu(x) - relu(-x), lambda g, x: g * ((x > 0) + 1.0 * (x <= 0)),
            fixed([0, 0, 0])),
    Exhibit("three straight pieces", lambda x: np.where(x < 0, -x, np.where(x < 1, 2 * x, 3 * x - 1)),
            lambda g, x: g * np.where(x < 0, -1.0, np.where(x < 1, 2, 3)), fixed([0, 1, -1, 0.5, 2])),
    Exhibit("nine ties", lambda x: x.max(axis=1), ties_shared, fixed(np.ones((3, 3)))),
    Exhibit("(x + 1e8) - 1e8", lambda x: (x + 1e8) - 1e8, lambda g, x: 1.0 * g, normal(3)),
    Exhibit("√(x + 1) - √x", lambda x: np.sqrt(x + 1) - np.sqrt(x),
            lambda g, x: g / 2 * (1 / np.sqrt(x + 1) - 1 / np.sqrt(x)), fixed([1e6, 1e8, 1])),
    Exhibit("tan near its pole", np.tan, lambda g, x: g / np.cos(x) ** 2, fixed([1.57, 1.5707, 0])),
    Exhibit("logit near 1", lambda p: np.log(p / (1 - p)), lambda g, p: g / (p * (1 - p)),
            fixed([1 - 1e-9, 1e-12, 0.5])),
    Exhibit("a product with a zero", np.prod, lambda g, x: g * np.array([x[1] * x[2], x[0] * x[2], x[0] * x[1]]),
            fixed([0, 2, 3])),
    Exhibit("determinant of a singular matrix", np.linalg.det,
            lambda g, a: g * np.array([[a[1, 1], -a[1, 0]], [-a[0, 1], a[0, 0]]]), fixed([[1, 2], [2, 4]])),
    Exhibit("below the smallest normal number", lambda x: 3 * x, lambda g, x: 3 * g, fixed([1e-310, 1e-320])),
    Exhibit("3000 inputs", np.tanh, lambda g, x: g * (1 - np.tanh(x) ** 2), normal(3000)),
    Exhibit("float32 inputs", lambda x: np.tanh(x).sum(), lambda g, x: g * (1 - np.tanh(x) ** 2),
            lambda rng: (rng.normal(size=8).astype(np.float32),)),
    Exhibit("float32 inputs that cancel", lambda x: ((x - x.mean()) ** 2).mean(),
            lambda g, x: 2 * g * (x - x.mean()) / x.dtype.type(x.size),
            lambda rng: ((1000 + rng.normal(size=8)).astype(np.float32),)),
]
