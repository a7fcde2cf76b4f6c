"""Each pass of the compiler broken on purpose: programs must give something else, or the tests could not fail."""
from dataclasses import replace

import numpy as np
import pytest

import autograd
import autograd.compile.passes as passes
import nn
from autograd import Tensor, grad
from autograd.compile import compile, trace
from autograd.compile.dialects import numpy as printer
from autograd.compile.passes import (
    PASSES,
    buffers,
    constants,
    dead,
    duplicates,
    scalars,
    speculation,
    spelling,
    updates,
)

# ---- programs that a broken pass does not survive: each gives numbers, compiled or not -------------------------------

def repeated_sums(run):
    """Equal calls but for a keyword; numbers that look alike; a call of another dtype."""
    x = np.arange(6.0).reshape(2, 3)
    f = run(lambda x: (np.sum(x, axis=0), np.sum(x, axis=1), np.sum(x, axis=1, keepdims=True), x * 0.0, x * -0.0,
                       np.arange(3) * 0.5, x.astype(np.float32) * 0.1))
    return [f(x * k) for k in (1, 2, 3)]


def state_of_a_caller(run):
    """An array that somebody changes between calls, and that only a generator knows."""
    scale = np.ones(3)

    def endless():
        while True:
            yield scale
    known = endless()
    f = run(lambda x: x * (np.asarray(next(known), like=x) * 2))
    found = []
    for k in range(4):
        scale[:] = k
        found.append(f(np.ones(3)))
    return found


def draws(run):
    """Random numbers, one of which nobody uses."""
    rng = np.random.default_rng(0)

    def f(x):
        rng.normal(size=2)
        return x * rng.normal(size=3), x * rng.normal(size=3)
    f = run(f)
    return [f(np.ones(3)) for _ in range(4)]


def training(run):
    """Momentum and Adam: old and new values of the same memory meet."""
    found = []
    for optimizer in (lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True), lambda p: nn.Adam(p, lr=0.1)):
        model = nn.MLP([2, 3, 2], activation="tanh", rng=0)
        opt = optimizer(model.parameters())

        def step(x, opt=opt, model=model):
            opt.zero_grad()
            loss = nn.cross_entropy_loss(model(x), np.array([0, 1, 1]))
            loss.backward()
            opt.step()
            return loss
        step = run(step)
        found += [step(np.arange(6.0).reshape(3, 2) / (k + 2)).item() for k in range(4)]
        found += [p.data for p in model.parameters()]
    return found


def large_numbers(run):
    """Logits beyond the quick way, and a zero gradient through a singular derivative."""
    f = run(lambda x: nn.cross_entropy_loss(Tensor(x), np.array([0, 1])))
    w = Tensor([0.0, 1.0, 4.0], requires_grad=True)
    mask = np.array([-1.0, 1.0, 1.0])

    def learn(m):
        slope = grad(lambda w: autograd.where(m > 0, autograd.sqrt(w), 0.0).sum())(w)
        with autograd.no_grad():
            w.assign(w - 0.1 * slope)
    learn = run(learn)
    found = [f(np.array([[1.0, 2.0], [3.0, 4.0]]) * k) for k in (1, 1, 1000)]
    for _ in range(3):
        learn(mask)
    return [*found, w.data]


def shared_memory(run):
    """Values that change places, an old value that comes out, memory that is used again, a large update."""
    a, b = Tensor(np.zeros((300, 200)), requires_grad=True), Tensor(np.ones((300, 200)), requires_grad=True)

    def f(x):
        old = a.detach()
        y = np.exp(x) + np.sin(x)
        z = (y * 2 + np.cos(y)) * y
        with autograd.no_grad():
            a.assign(b * 0.5 + x.sum() + a)
            b.assign(old * 0.25 + b)
        return old[0, :2], y, z, y - z
    f = run(f)
    return [*[f(np.arange(4.0) * k) for k in (1, 2, 3)], a.data, b.data]


PROGRAMS = repeated_sums, state_of_a_caller, draws, training, large_numbers, shared_memory


def flat(x):
    if isinstance(x, tuple | list):
        return [part for inner in x for part in flat(inner)]
    return [np.asarray(getattr(x, "data", x))]


def is_right(program) -> bool:
    """Whether the compiled program does what it does uncompiled; an error is noticed, too."""
    with np.errstate(all="ignore"):
        expected = flat(program(lambda f: f))
        try:
            got = flat(program(compile))
        except Exception:
            return False
    return len(got) == len(expected) and all(
        a.shape == b.shape and a.dtype == b.dtype and np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True)
        and np.array_equal(np.signbit(a[a == 0]), np.signbit(b[b == 0])) for a, b in zip(got, expected, strict=True))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_passes_as_they_are(program):
    assert is_right(program)


# ---- the passes, broken ----------------------------------------------------------------------------------------------

MUTANTS = {
    "equal calls: keywords are not looked at": (
        duplicates, "_key", lambda x, key=duplicates._key: key(x[:2] if isinstance(x, tuple) and len(x) == 3 else x)),
    "equal calls: 0.0 is -0.0": (
        duplicates, "_key", lambda x, key=duplicates._key: abs(x) if isinstance(x, float) else key(x)),
    "equal calls: draws are merged": (
        duplicates, "merge_duplicates", lambda p, merge=duplicates.merge_duplicates: merge(replace(
            p, calls=[replace(c, effect=False) for c in p.calls]))),
    "constants: a caller's array is one": (
        constants, "fold_constants", lambda p, fold=constants.fold_constants: fold(
            replace(p, own={*p.own, *p.constants}))),
    "dead: draws that nobody uses are left out": (
        dead, "remove_dead", lambda p, remove=dead.remove_dead: remove(replace(
            p, calls=[replace(c, effect=False) for c in p.calls]))),
    "spelling: keepdims is lost": (
        spelling, "respell", lambda p, respell=spelling.respell: replace(respell(p), calls=[
            replace(c, params={k: v for k, v in c.params.items() if k != "keepdims"}) for c in respell(p).calls])),
    "scalars: stored in double precision": (
        scalars, "store_scalars", lambda p, store=scalars.store_scalars: _doubled(store(p))),
    "speculation: truth values are not looked at": (
        speculation, "speculate", lambda p, speculate=speculation.speculate: replace(speculate(p), guards=[])),
    "speculation: nan is not watched for": (
        speculation, "speculate", lambda p, speculate=speculation.speculate: replace(speculate(p), watched=[])),
    "updates: the old value may be read later": (
        updates, "_in_place", lambda ordered, program, root: {
            new: old for old, new in program.updates if new in {c.outputs[0] for c in ordered}}),
    "updates: what is watched is computed last": (updates, "_ancestors", lambda program: set()),
    "buffers: memory is free one call too early": (
        buffers, "_release", lambda values, where, free, plan, release=buffers._release: release(
            {*values, *list(where)[:1]}, where, free, plan)),
    "buffers: views have memory of their own": (
        buffers, "roots", lambda program: {i: i for i in range(len(program.values))}),
    "printer: old values are not kept": (printer.Source, "_keep_old_values", lambda self: None),
}


def _doubled(program):
    return replace(program, constants={
        i: x.astype(np.float64) if isinstance(x, np.ndarray) and not x.ndim and x.dtype == np.float32 else x
        for i, x in program.constants.items()})


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_pass_is_noticed(name, monkeypatch):
    where, attribute, broken = MUTANTS[name]
    whole = getattr(where, attribute)
    for module in (where, passes, trace, buffers, updates, speculation):       # wherever the function was imported
        if getattr(module, attribute, None) is whole:
            monkeypatch.setattr(module, attribute, broken)
    if whole in PASSES:
        monkeypatch.setattr(passes, "PASSES", tuple(broken if each is whole else each for each in PASSES))
    assert not all(map(is_right, PROGRAMS))
