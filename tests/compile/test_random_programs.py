"""Random programs of NumPy's functions, with parameters, state and random numbers: compiled they do what they do."""
import random
import warnings

import numpy as np
import pytest
from hypothesis import settings

import autograd as ag
import autograd.numpy as anp
from autograd import Tensor, grad
from autograd.compile import compile

UNARY = [
    anp.exp, anp.tanh, anp.sin, ag.sigmoid, ag.relu, ag.softplus, anp.abs, lambda x: x * x, lambda x: -x,
    lambda x: anp.sqrt(abs(x) + 0.1), lambda x: anp.log(abs(x) + 0.5), lambda x: 1 / (x * x + 1.5),
    lambda x: x ** 3 / 8, lambda x: x + 0, lambda x: anp.maximum(x, 0.2), anp.transpose,
    anp.ravel, anp.sum, anp.mean, anp.std, lambda x: anp.cumsum(x, axis=-1), lambda x: ag.softmax(x),
    lambda x: x[..., ::-1], lambda x: x[1:],
    lambda x: anp.concatenate([x, x * 2]), lambda x: anp.sort(x), lambda x: x.mean(axis=-1), lambda x: x.max(axis=0),
    lambda x: x.var(axis=-1, keepdims=True), lambda x: anp.prod(anp.tanh(x), axis=-1)]
BINARY = [
    anp.add, anp.subtract, anp.multiply, anp.maximum, anp.minimum, anp.logaddexp, anp.matmul,
    lambda a, b: a / (b * b + 1), lambda a, b: ag.where(a > b, a, b * 2), lambda a, b: anp.hypot(a, b + 3),
    lambda a, b: anp.arctan2(a, b + 4)]
PARAMETERS = (3, 4), (4,), (3, 1)
ARGUMENTS = (), (4, 3)


def written(rng):
    """A program: calls (function, numbers of their arguments) that fit together."""
    values, calls = [np.ones(shape) for shape in PARAMETERS + ARGUMENTS], []
    while len(calls) < 10:
        kind = rng.choice((UNARY, BINARY))
        f, places = rng.choice(kind), [rng.randrange(len(values)) for _ in range(1 + (kind is BINARY))]
        try:
            y = f(*[ag.as_tensor(values[i]) for i in places]).data
        except (ValueError, TypeError, IndexError):         # shapes that do not fit
            continue
        if 0 < y.size < 200:
            values.append(np.asarray(y))
            calls.append((f, places))
    return calls


class Machine:
    """A program with state of its own, in the three ways in which it is used."""

    def __init__(self, calls, seed, dtype):
        rng = np.random.default_rng(seed)
        self.calls, self.noise, self.steps = calls, np.random.default_rng(seed), 0
        self.params = [Tensor(rng.normal(size=shape).astype(dtype), requires_grad=True) for shape in PARAMETERS]
        self.average = np.zeros(PARAMETERS[0], dtype)

    def loss(self, *values):
        values = [*values]
        for f, places in self.calls:
            values.append(f(*[values[i] for i in places]))
        return sum(((y * y).sum() for y in values[:3]), 0.0) + sum((y.sum() for y in values[-3:]), 0.0)

    def train(self, x, y):
        for p in self.params:
            p.grad = None
        loss = self.loss(*self.params, x, y) * (1 + self.noise.normal())
        loss.backward()
        self.steps += 1
        with ag.no_grad():
            for p in self.params:
                if p.grad is not None:
                    p -= 0.01 / self.steps * p.grad
            self.average = 0.9 * self.average + 0.1 * self.params[0].data
        return loss

    def gradient(self, x, y):
        return grad(lambda a, b: self.loss(a, b, self.params[2], x, y), argnum=(0, 1))(*self.params[:2])

    def curvature(self, x, y):
        return grad(lambda a: sum(((g * g).sum() for g in self._inner(a, x, y)), 0.0))(self.params[0])

    def _inner(self, a, x, y):
        return grad(lambda a, b: self.loss(a, b, self.params[2], x, y), argnum=(0, 1))(a, self.params[1])

    def state(self):
        return [*(p.data for p in self.params), self.average, np.array(self.steps)]


def assert_close(got, expected, dtype):
    for a, b in zip(got, expected, strict=True):
        a, b = np.asarray(getattr(a, "data", a)), np.asarray(getattr(b, "data", b))
        known = np.isfinite(b)
        assert a.shape == b.shape
        np.testing.assert_array_equal(np.isfinite(a), known)
        scale = max(np.abs(b[known]).max(initial=0), 1e-3)
        assert np.abs(a[known] - b[known]).max(initial=0) <= 64 * np.finfo(dtype).eps * scale


def listed(y):
    return y if isinstance(y, tuple | list) else [y]


@pytest.mark.parametrize("way", ["train", "gradient", "curvature"])
def test_programs(way):
    for seed in range(settings().max_examples * 2):
        calls, dtype = written(random.Random(seed)), (np.float64, np.float32)[seed % 2]
        usual, twin = Machine(calls, seed, dtype), Machine(calls, seed, dtype)
        program, rng = compile(getattr(twin, way)), np.random.default_rng(seed)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for call in range(3):
                x, y = dtype(rng.normal()), rng.normal(size=ARGUMENTS[1]).astype(dtype)
                if call == 2 and seed % 5 == 0:
                    y[0, 0] = np.inf
                expected = listed(getattr(usual, way)(x, y))
                assert_close(listed(program(x, y)), expected, dtype)
                assert_close(twin.state(), usual.state(), dtype)
