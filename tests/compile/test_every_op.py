"""Each declared op, compiled: its value, its gradient and the gradient of that are what they are as usual."""
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import autograd as ag
from autograd import grad
from autograd.check.generate.strategies import cases
from autograd.compile import TraceError, compile
from autograd.core.primitive import REGISTRY

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops")]
EXAMPLES = max(2, settings().max_examples // 50)
BY_MASK = {"getitem", "scatter"}
"""Ops with an index that may be a mask, which a trace refuses."""


def total(y):
    """One number that depends on every real output."""
    outputs = [ag.as_tensor(part) for part in (y if isinstance(y, tuple) else (y,))]
    return sum(((part * 1.25).sum() for part in outputs if part.dtype.kind == "f"), 0.0)


def gradients(op, case):
    """Functions of the inputs: the gradient of `total`, and that of the squares of that gradient; none if constant."""
    places = [i for i, x in enumerate(case.inputs)
              if op.differentiable and np.asarray(x).dtype.kind == "f" and op.vjp_rules[i]]
    argnum = tuple(range(len(places)))

    def first(*xs):
        def f(*moved):
            at = dict(zip(places, moved, strict=True))
            return total(op(*[at.get(i, x) for i, x in enumerate(xs)], **case.params))
        return ag.value_and_grad(f, argnum=argnum)(*[xs[i] for i in places])[1]

    def second(*xs):
        def f(*moved):
            at = dict(zip(places, moved, strict=True))
            return sum(((g * g).sum() for g in first(*[at.get(i, x) for i, x in enumerate(xs)])), 0.0)
        return grad(f, argnum=argnum)(*[xs[i] for i in places])
    return (first, second) if places else ()


def flat(y):
    return [np.asarray(part) for part in (y if isinstance(y, tuple | list) else (y,))]


def assert_compiled_equally(f, inputs):
    """Equal but for the order of sums: 64 roundings of numbers of the size of the result, or of 1e-2."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, compiled = flat(f(*inputs)), compile(f)
        compiled(*inputs)
        got = flat(compiled(*inputs))
    assert [(a.shape, a.dtype) for a in got] == [(b.shape, b.dtype) for b in expected]
    for a, b in zip(got, expected, strict=True):
        if b.dtype.kind != "f":
            np.testing.assert_array_equal(a, b)
            continue
        known = np.isfinite(b)
        np.testing.assert_array_equal(np.isfinite(a), known)
        scale = max(np.abs(b[known]).max(initial=0), 1e-2)
        assert np.abs(a[known] - b[known]).max(initial=0) <= 64 * np.finfo(b.dtype).eps * scale, compiled.source


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_value_and_gradients(op):
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(cases(op))
    def check(case):
        for f in (lambda *xs: op(*xs, **case.params), *gradients(op, case)):
            try:
                assert_compiled_equally(f, case.inputs)
            except TraceError:
                assert op.name in BY_MASK
    check()
