"""Are the tests awake? Every rule of every op is broken in many ways; the generic checks must notice each time.

A mutant that changes no answer on any example (the transpose of a symmetric gradient, the sign of a zero one) is no
mutant; it is recognised by that, and not counted.
"""
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor
from autograd.check import Verdict, gradcheck
from autograd.check.generate.strategies import cases
from autograd.core import reverse as engine
from autograd.core.outputs import Cotangents
from autograd.core.primitive import REGISTRY, ZERO, several
from autograd.core.record import record

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops") and op.differentiable]
SLOPED = [op for op in OPS if not op.arity or {*op.vjp_rules} != {ZERO}]
"""A derivative of 0 times 1.01, or summed wrongly, is still the right one."""

EXAMPLES = 16
SCORE = {"caught": 0, "mutants": 0, "same": 0}


# ---- ways to break a rule: (rule, g, y, *rest, **params) -> a wrong cotangent in the right form --------------------

def dropped(rule, g, *a, **k):
    return 0.0 * rule(g, *a, **k)


def scaled(rule, g, *a, **k):
    return 1.01 * rule(g, *a, **k)


def scaled_tangent(rule, t, *a, **k):
    y = rule(t, *a, **k)
    return tuple(1.01 * part for part in y) if isinstance(y, tuple) else 1.01 * y


def negated(rule, g, *a, **k):
    return -rule(g, *a, **k)


def with_each(g, change):
    """A cotangent changed, or those of several outputs."""
    return tuple(c if c is None else change(c) for c in g) if isinstance(g, tuple | list) else change(g)


def ignoring_g(rule, g, *a, **k):
    return rule(with_each(g, lambda c: 0.0 * c + 1.0), *a, **k)


def squaring_g(rule, g, *a, **k):
    return rule(with_each(g, lambda c: c * c), *a, **k)


def ignoring_one_of_several(rule, g, *a, **k):
    """The cotangent of the last output that has one counts as none, unless it is the only one."""
    given = [i for i, c in enumerate(g) if c is not None] if isinstance(g, tuple | list) else []
    return rule(tuple(None if i == given[-1] else c for i, c in enumerate(g)) if len(given) > 1 else g, *a, **k)


def taking_none_for_one(rule, g, *a, **k):
    """A cotangent that has not arrived counts as 1."""
    if not isinstance(g, tuple | list) or all(c is not None for c in g):
        return rule(g, *a, **k)
    return rule(tuple(np.ones_like(getattr(y, "_value", y)) if c is None else c for c, y in zip(g, a[0], strict=True)),
                *a, **k)


def transposed(rule, g, *a, **k):
    c = rule(g, *a, **k)
    return c.T.reshape(c.shape) if np.ndim(c) > 1 else c


def rolled(rule, g, *a, **k):
    c = rule(g, *a, **k)
    return c.reshape((-1,))[np.arange(-1, np.size(c) - 1)].reshape(c.shape) if np.size(c) > 1 else c


def one_entry_off(rule, g, *a, **k):
    c = rule(g, *a, **k)
    weights = np.ones(np.shape(c))
    weights.flat[-1:] = 1.05
    return c * weights


def wrong_where_large(rule, g, *a, **k):
    c = rule(g, *a, **k)
    return c * (1 + 0.5 * (np.abs(getattr(c, "_value", c)) > 1))


def detached(rule, g, *a, **k):
    """Right to first order, constant to second."""
    return rule(g, *map(constant, a), **k)


def constant(x):
    if isinstance(x, tuple):
        return tuple(map(constant, x))
    return x.data if isinstance(x, Tensor) and x.shape else x.detach() if isinstance(x, Tensor) else x


def writing_into_g(rule, g, *a, **k):
    c = +rule(g, *a, **k)
    for part in g if isinstance(g, tuple | list) else (g,):
        if isinstance(part, np.ndarray) and part.ndim and part.flags.writeable:
            part *= 0.5
    return c


def different_each_time(rule, g, *a, **k):
    different_each_time.calls = getattr(different_each_time, "calls", 0) + 1
    return rule(g, *a, **k) * (1 + 1e-3 * (different_each_time.calls % 2))


WAYS = [dropped, scaled, negated, ignoring_g, squaring_g, transposed, rolled, one_entry_off, wrong_where_large,
        detached, writing_into_g, different_each_time]
OF_SEVERAL = [ignoring_one_of_several, taking_none_for_one]


@dataclass
class Variadic:
    """The rules of an op of any number of inputs, all broken the same way."""
    rules: object
    way: object

    def __getitem__(self, i):
        return broken(self.rules[i], self.way)


def broken(rule, way):
    return lambda g, *a, **k: way(rule, g, *a, **k)


def mutants(op):
    """(name, broken rules) for each rule of op and each way."""
    for way in WAYS + OF_SEVERAL * op.several:
        if op.arity is None:
            yield way.__name__, Variadic(op.vjp_rules, way)
            continue
        for i, rule in enumerate(op.vjp_rules):
            if rule is not None:
                rules = (*op.vjp_rules[:i], broken(rule, way), *op.vjp_rules[i + 1:])
                yield f"{way.__name__} (input {i})", rules


# ---- the examples and the check ------------------------------------------------------------------------------------

def examples(op):
    """The same cases every time, as the generic tests draw them."""
    found = []

    @settings(max_examples=EXAMPLES, derandomize=True, database=None)
    @given(cases(op, layout=st.just("C")))
    def collect(case):
        if all(np.size(x) for x in case.inputs):
            found.append(case)
    collect()
    return found


FAULTS = {Verdict.WRONG_VALUE, Verdict.WRONG_SHAPE, Verdict.NOT_LINEAR_IN_G, Verdict.NONFINITE, Verdict.MUTATES_G,
          Verdict.NOT_REPEATABLE}


def at_fault(op, case):
    """Whether a check says that something is wrong, not just that it cannot tell."""
    return gradcheck(lambda *xs: op(*xs, **case.params), *case.inputs, raises=False, seed=3).verdict in FAULTS


def answers(op, case):
    """First and second derivatives as numbers, to see whether a mutant changes any."""
    xs = [Tensor(x, requires_grad=np.asarray(x).dtype.kind == "f") for x in case.inputs]
    results = op(*xs, **case.params)
    results, rng = results if op.several else (results,), np.random.default_rng(0)
    seeds = [Tensor(rng.uniform(0.5, 1.5, y.shape), requires_grad=True) for y in results]
    targets = [x for x in (*xs, *seeds) if x.requires_grad]
    root = record(several, results, {}, tuple(y._value for y in results))
    first = [c for x, c in engine.sweep(root, Cotangents(seeds), xs, create_graph=True).items() if x in {*xs}]
    first += [engine.sweep(y, g, xs, create_graph=True)[x] for y, g in zip(results, seeds, strict=True) if op.several
              for x in xs if x.requires_grad]
    numbers = [np.array(getattr(c, "_value", c)) for c in first]
    for c in first:
        if isinstance(c, Tensor) and c.requires_grad:
            second = engine.sweep(c, engine.cast(rng.uniform(0.5, 1.5, c.shape), c.dtype), targets)
            numbers += [np.array(second.get(x, np.zeros(x.shape))) for x in targets]
        else:
            numbers += [np.zeros(x.shape) for x in targets]
    return [*numbers, *(g.numpy() for g in seeds)]


def same(op, found, originals):
    return all(np.array_equal(a, b, equal_nan=True) for case, before in zip(found, originals, strict=True)
               for a, b in zip(answers(op, case), before, strict=True))


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_every_broken_rule_is_caught(op, monkeypatch):
    found = examples(op)
    assert not any(at_fault(op, case) for case in found)
    originals = [answers(op, case) for case in found]
    survivors = []
    for name, rules in mutants(op):
        monkeypatch.setattr(op, "vjp_rules", rules)
        caught = any(at_fault(op, case) for case in found)
        if not caught and same(op, found, originals):
            SCORE["same"] += 1
            continue
        SCORE["mutants"] += 1
        SCORE["caught"] += caught
        if not caught:
            survivors.append(name)
    assert not survivors, f"{op.name}: broken rules that no check noticed: {survivors}"


BROADCASTING = [op for op in SLOPED if op.shapes.__class__ in (type(None), str) and op.arity and op.arity > 1]


@pytest.mark.parametrize("op", BROADCASTING, ids=lambda op: op.name)
def test_a_forgotten_broadcast_sum_is_caught(op, monkeypatch):
    """Un-broadcasting that keeps one of the entries instead of their sum."""
    def first_of_them(c, shape):
        if not np.size(c):
            return unbroadcast(c, shape)
        c = c[(0,) * (len(c.shape) - len(shape))]
        return c[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]
    unbroadcast = engine.unbroadcast
    monkeypatch.setattr(engine, "unbroadcast", first_of_them)
    SCORE["mutants"] += 1
    assert any(at_fault(op, case) for case in examples(op))
    SCORE["caught"] += 1


@pytest.mark.parametrize("op", [op for op in SLOPED if op.jvp_rule(0) or op.jvp_rule(1)], ids=lambda op: op.name)
def test_every_broken_jvp_rule_is_caught(op, monkeypatch):
    found = examples(op)
    whole = type(op).jvp_rule
    monkeypatch.setattr(type(op), "jvp_rule",
                        lambda self, i: broken(whole(self, i), scaled_tangent) if self is op else whole(self, i))
    caught = any(at_fault(op, case) for case in found)
    SCORE["mutants"] += 1
    SCORE["caught"] += caught
    assert caught


def test_score(capsys):
    """Runs last: the score of the tests above in this process."""
    with capsys.disabled():
        print(f"\nmutation score: {SCORE['caught']} of {SCORE['mutants']} broken rules caught "
              f"({SCORE['same']} changed no answer)")
    assert SCORE["caught"] == SCORE["mutants"]
