"""Two galleries for the checker: planted bugs that it must find, correct but nasty functions that it must not accuse.

Each entry draws its inputs from a generator, so that it can be tried under many seeds. `python -m tests.check.tables`
prints both, beside what other checkers say where they are installed.
"""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import primitive
from autograd.check import Report, Verdict, check_vjp, gradcheck


@dataclass(frozen=True)
class Exhibit:
    """A function, the rule that claims to be its vjp, how to draw inputs, and the verdict that is due."""
    name: str
    forward: Callable[..., Any]
    vjp: Callable[..., Any] | None
    draw: Callable[[np.random.Generator], tuple]
    verdict: Verdict = Verdict.OK
    hint: str = ""
    settings: tuple[tuple[str, Any], ...] = ()

    def check(self, seed: int) -> Report:
        inputs = self.draw(np.random.default_rng(seed))
        settings = {"raises": False, "seed": seed, "name": self.name, **dict(self.settings)}
        if self.vjp is None:
            return gradcheck(self.forward, *inputs, **settings)
        return check_vjp(fresh(self.forward), fresh(self.vjp), *inputs, **settings)


def fresh(f):
    """Functions and rules that keep state are made anew for every check."""
    return f() if getattr(f, "stateful", False) else f


def stateful(make):
    make.stateful = True
    return make


def vector(*shape, low=-2.0, high=2.0):
    return lambda rng: (rng.uniform(low, high, shape),)


def spread(*shape):
    """Magnitudes over many scales."""
    return lambda rng: (rng.choice((-1, 1), shape) * 10.0 ** rng.uniform(-3, 2, shape),)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


# ---- planted bugs --------------------------------------------------------------------------------------------------

def g_written(g, x):
    g *= np.cos(x)
    return g


def x_written(g, x):
    c = 2 * g * x
    x += 1.0
    return c


@stateful
def right_once():
    calls = []

    def vjp(g, x):
        calls.append(1)
        return g * np.cos(x) * (1.0 if len(calls) == 1 else 1.5)
    return vjp


@stateful
def stale_residual():
    kept = []

    def vjp(g, x):
        kept.append(np.exp(x))
        return g * kept[0]
    return vjp


def duplicate_add(g, x):
    c = np.zeros_like(x)
    c[[0, 0, 1]] += g
    return c


def one_of_200(g, x):
    c = g * np.cos(x)
    c[137] *= 1.05
    return c


def no_unbroadcast(g, x, b):
    return g, g


def not_contiguous(g, x):
    flat = np.frombuffer(x.tobytes(order="A")).reshape(x.shape)         # takes memory order for C order
    return 2 * g * flat


def empty_shape(g, x):
    return np.zeros(1) if not x.size else np.full(x.shape, g)


@primitive(vjp=(lambda g, y, x: g * 3 * np.square(getattr(x, "data", x)),), name="cube_detached")
def cube_detached(x):
    """x³, whose rule leaves the graph: right once, constant when differentiated again."""
    return x ** 3


BUGS = [
    Exhibit("factor 1.001", np.sin, lambda g, x: 1.001 * g * np.cos(x), vector(3, 2), Verdict.WRONG_VALUE, "1.001"),
    Exhibit("factor 1.02", np.exp, lambda g, x: 1.02 * g * np.exp(x), spread(4), Verdict.WRONG_VALUE, "1.02"),
    Exhibit("sign", np.cos, lambda g, x: g * np.sin(x), vector(3), Verdict.WRONG_VALUE, "sign"),
    Exhibit("zero rule of softmax", softmax, lambda g, x: 0 * g, vector(4), Verdict.WRONG_VALUE, "zero"),
    Exhibit("softmax without its sum", softmax, lambda g, x: g * softmax(x), vector(4), Verdict.WRONG_VALUE, "coupl"),
    Exhibit("mean for sum", np.sum, lambda g, x: np.full(x.shape, g / x.size), vector(3), Verdict.WRONG_VALUE,
            "1/3: mean"),
    Exhibit("rolled the wrong way", lambda x: np.roll(x, 1) ** 3, lambda g, x: np.roll(3 * g * np.roll(x, 1) ** 2, 1),
            vector(5), Verdict.WRONG_VALUE, "roll"),
    Exhibit("g ignored", np.sin, lambda g, x: np.cos(x), vector(3), Verdict.NOT_LINEAR_IN_G, "ignored"),
    Exhibit("g twice", np.sin, lambda g, x: g * g * np.cos(x), vector(3), Verdict.NOT_LINEAR_IN_G, "quadratic"),
    Exhibit("wrong for |x| > 3", np.square, lambda g, x: np.where(abs(x) > 3, 1.1, 1) * 2 * g * x,
            lambda rng: (np.append(rng.uniform(-3, 3, 6), rng.uniform(3, 6, 2)),), Verdict.WRONG_VALUE, "where |x| >"),
    Exhibit("writes into g", np.sin, g_written, vector(3), Verdict.MUTATES_G),
    Exhibit("writes into x", np.square, x_written, vector(3), Verdict.MUTATES_INPUT),
    Exhibit("wrong from the second call", np.sin, right_once, vector(3), Verdict.NOT_REPEATABLE),
    Exhibit("duplicate index not added", lambda x: x[[0, 0, 1]], duplicate_add, vector(3), Verdict.WRONG_VALUE,
            "contributions"),
    Exhibit("float32 for float64", np.sin, lambda g, x: (g * np.cos(x)).astype(np.float32), vector(3),
            Verdict.WRONG_DTYPE),
    Exhibit("scaled arcsin, a point outside", np.arcsin, lambda g, x: 1.1 * g / np.sqrt(1 - x * x),
            lambda rng: (np.append(rng.uniform(-0.9, 0.9, 3), 1.5),), Verdict.WRONG_VALUE, "11/10"),
    Exhibit("full mass to every tie", np.max, lambda g, x: g * (x == x.max()), lambda rng: (np.array([1.0, 1.0, 0.0]),),
            Verdict.WRONG_VALUE),
    Exhibit("missing un-broadcast", lambda x, b: x + b, no_unbroadcast,
            lambda rng: (rng.normal(size=(4, 3)), rng.normal(size=3)), Verdict.WRONG_SHAPE, "axis 0"),
    Exhibit("transposed matmul", np.matmul, lambda g, x, w: (g @ w, x.T @ g),
            lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=(3, 3))), Verdict.WRONG_VALUE, "transpos"),
    Exhibit("transposed gradient", lambda x: x ** 3, lambda g, x: (3 * g * x * x).T, vector(3, 3), Verdict.WRONG_VALUE,
            "transpos"),
    Exhibit("stale residual", np.exp, stale_residual, vector(3), Verdict.WRONG_VALUE, "stale"),
    Exhibit("wrong to second order only", cube_detached, None, vector(3), Verdict.WRONG_VALUE),
    Exhibit("wrong on non-contiguous input", np.square, not_contiguous, vector(3, 2), Verdict.WRONG_VALUE,
            "contiguous"),
    Exhibit("wrong on empty", np.sum, empty_shape, lambda rng: (np.zeros((0, 2)),), Verdict.WRONG_SHAPE),
    Exhibit("one entry of 200 off by 5 %", np.sin, one_of_200, lambda rng: (rng.uniform(-1, 1, 200),),
            Verdict.WRONG_VALUE, "(137,)"),
    Exhibit("a power too many", lambda x: x ** 3, lambda g, x: 3 * g * x ** 3, vector(4, low=0.5), Verdict.WRONG_VALUE,
            "x"),
    Exhibit("one cotangent for two inputs", np.add, lambda g, x, w: g, lambda rng: (rng.normal(size=3), 2.0),
            Verdict.WRONG_COUNT),
    Exhibit("norm at 0 gives nan", lambda x: np.sqrt(np.sum(x * x)), lambda g, x: g * x / np.sqrt(np.sum(x * x)),
            lambda rng: (np.zeros(3),), Verdict.NONFINITE),
    Exhibit("constant, so nothing shown", lambda x: np.sum(softmax(x)), lambda g, x: 0.0 * x, vector(4),
            Verdict.VACUOUS),
    Exhibit("log of a negative", np.log, lambda g, x: g / x, lambda rng: (np.array([-1.0]),), Verdict.OUT_OF_DOMAIN),
    Exhibit("floor at an integer", np.floor, lambda g, x: 0.0 * g, lambda rng: (np.array([2.0]),), Verdict.KINK),
    Exhibit("buried in rounding", lambda x: x + 1e13, lambda g, x: 1.0 * g, vector(2), Verdict.ILL_CONDITIONED),
]


# ---- correct, but nasty --------------------------------------------------------------------------------------------

def relu(x):
    return np.maximum(x, 0)


def ties(rng):
    return (rng.choice([0.0, 1.0, 1.0], 6),)


def shared(g, x):
    top = x == x.max()
    return g * top / top.sum()


def sorted_back(g, x):
    c = np.zeros_like(x)
    c[np.argsort(x)] = g
    return c


def masked_sqrt(x):
    return np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), x)


def norm_back(g, x):
    size = np.sqrt(np.sum(x * x))
    return g * x / size if size else 0.0 * x


MASK = np.array([0.0, 2.0, 2.0, 0.0, 2.0, 2.0])

NASTY = [
    Exhibit("relu at 0", relu, lambda g, x: g * (x > 0), lambda rng: (rng.permutation([-1.0, 0, 0, 2]),)),
    Exhibit("relu of all zeros", relu, lambda g, x: g * (x > 0), lambda rng: (np.zeros(3),)),
    Exhibit("relu, derivative 1 at 0", relu, lambda g, x: g * (x >= 0), lambda rng: (np.zeros(3),)),
    Exhibit("abs at 0", np.abs, lambda g, x: g * np.sign(x), lambda rng: (rng.permutation([-1.0, 0, 2]),)),
    Exhibit("|x| - |w|, derivative 1/2 at 0", lambda x: abs(x[0]) - abs(x[1]),
            lambda g, x: g * np.where(x == 0, 0.5, np.sign(x) * np.array([1.0, -1.0])), lambda rng: (np.zeros(2),)),
    Exhibit("max with ties, mass 1", np.max, shared, ties),
    Exhibit("max with ties, the first", np.max, lambda g, x: g * (np.arange(x.size) == x.argmax()), ties),
    Exhibit("maximum(x, w) at a tie", np.maximum, lambda g, x, w: (g * (x >= w), g * (x < w)),
            lambda rng: (np.array([1.0, 2.0]), np.array([1.0, rng.normal()]))),
    Exhibit("clip at its ends", lambda x: np.clip(x, -1, 1), lambda g, x: g * (abs(x) <= 1),
            lambda rng: (rng.permutation([-1.0, 1.0, 0.5, 3.0]),)),
    Exhibit("x² at 1e8", np.square, lambda g, x: 2 * g * x, lambda rng: (rng.normal(size=3) * 1e8,)),
    Exhibit("x² over many scales", np.square, lambda g, x: 2 * g * x, spread(6)),
    Exhibit("1/x near 0", lambda x: 1 / x, lambda g, x: -g / x ** 2, lambda rng: (10.0 ** rng.uniform(-9, 0, 4),)),
    Exhibit("exp at 300", np.exp, lambda g, x: g * np.exp(x), lambda rng: (rng.uniform(-300, 300, 3),)),
    Exhibit("sqrt near 0", np.sqrt, lambda g, x: g / (2 * np.sqrt(x)), lambda rng: (10.0 ** rng.uniform(-12, 0, 4),)),
    Exhibit("log near 0", np.log, lambda g, x: g / x, lambda rng: (10.0 ** rng.uniform(-12, 0, 4),)),
    Exhibit("where past sqrt", masked_sqrt, lambda g, x: g * np.where(x > 0, 0.5 / np.sqrt(np.where(x > 0, x, 1)), 1.0),
            vector(5)),
    Exhibit("sorting", np.sort, sorted_back, vector(6)),
    Exhibit("product of 200", np.prod, lambda g, x: g * np.prod(x) / x, vector(200, low=0.5, high=1.5)),
    Exhibit("float32 inside", lambda x: np.sum(x.astype(np.float32) ** 2).astype(float), lambda g, x: 2 * g * x,
            vector(5)),
    Exhibit("dropout, fixed mask", lambda x: x * MASK, lambda g, x: g * MASK, vector(6)),
    Exhibit("norm at 0, derivative 0", lambda x: np.sqrt(np.sum(x * x)), norm_back, lambda rng: (np.zeros(3),)),
    Exhibit("softmax of large logits", softmax, lambda g, x: softmax(x) * (g - g @ softmax(x)),
            lambda rng: (np.append(rng.normal(size=3), 30.0),)),
    Exhibit("cancelling sum", lambda x: np.sum(x) - 1e6, lambda g, x: np.full(x.shape, g),
            lambda rng: (rng.uniform(0, 2e5, 10),)),
    Exhibit("fast oscillation", lambda x: np.sin(1e4 * x), lambda g, x: 1e4 * g * np.cos(1e4 * x), vector(3)),
    Exhibit("tiny units", lambda x: (x * 1e12) ** 2, lambda g, x: 2e24 * g * x,
            lambda rng: (rng.normal(size=3) * 1e-12,)),
    Exhibit("huber at its joint", lambda x: np.where(abs(x) < 1, x * x / 2, abs(x) - 0.5),
            lambda g, x: g * np.clip(x, -1, 1), lambda rng: (rng.permutation([-1.0, 1.0, 0.3]),)),
    Exhibit("x^1.5 at the edge of its domain", lambda x: x ** 1.5, lambda g, x: 1.5 * g * np.sqrt(x),
            lambda rng: (np.append(0.0, rng.uniform(0, 2, 2)),)),
    Exhibit("a matrix of 100 x 100", lambda x, w: np.tanh(x @ w),
            lambda g, x, w: ((d := g * (1 - np.tanh(x @ w) ** 2)) @ w.T, x.T @ d),
            lambda rng: (rng.normal(size=(2, 100)), rng.normal(size=(100, 100)) / 10)),
]

LARGE = Exhibit("float32 sum of 1e6 terms", lambda x: np.float64(np.sum(x.astype(np.float32), dtype=np.float32)),
                lambda g, x: np.full(x.shape, g), lambda rng: (rng.uniform(0.5, 1.5, 10 ** 6).astype(np.float32),))
