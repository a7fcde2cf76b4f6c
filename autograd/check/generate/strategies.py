"""Hypothesis strategies made from declarations.

`cases(op)` draws everything a call of a primitive needs: arrays by domain, shapes that broadcast, metadata, layouts.
Values are kept away from kinks by construction; there is no nan, inf or subnormal number. Magnitudes are drawn over
many scales inside the domain. Examples shrink to small shapes and round numbers.
"""
from dataclasses import dataclass, field
from math import gcd, prod
from typing import Any

import numpy as np

from ...core import domain as kind
from ...core.primitive import Primitive
from ...support.optional import optional
from .layouts import LAYOUTS, laid_out

with optional("hypothesis", "drawing inputs needs"):
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as reseeded
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp

MAX_SIDE, MAX_DIMS = 3, 3
CLEARANCE = 1e-2
FINE = 2 ** 20
ALL_REALS = kind.Real()
"""The domain of what is defined everywhere."""


@dataclass
class Case:
    """One call of a primitive: `op(*inputs, **params)`."""
    inputs: tuple
    params: dict[str, Any] = field(default_factory=dict)


# ---- arrays --------------------------------------------------------------------------------------------------------

def numbers(where: kind.Real) -> st.SearchStrategy[float]:
    """Real numbers of a domain, round ones first, at least CLEARANCE away from the points to avoid."""
    grid = st.integers(int(np.ceil(where.low * 4)), int(np.floor(where.high * 4))).map(lambda k: k / 4)
    anywhere = st.integers(int(np.ceil(where.low * FINE)), int(np.floor(where.high * FINE))).map(lambda k: k / FINE)
    spread = st.tuples(anywhere, st.integers(0, 20)).map(lambda p: p[0] * 2.0 ** -p[1]).filter(
        lambda x: where.low <= x <= where.high)
    drawn = st.one_of(grid, anywhere, spread) if where.low < where.high else st.just(where.low)
    return drawn.map(lambda x: _moved_off(x, where.avoid)) if where.avoid else drawn


def _moved_off(x: float, avoid: tuple[float, ...]) -> float:
    for point in avoid:
        if abs(x - point) < CLEARANCE:
            return point + (0.25 if x >= point else -0.25)
    return x


@st.composite
def arrays(draw, where, shape: tuple[int, ...], dtype=np.float64) -> np.ndarray:
    """An array of a domain: Real, Distinct or Boolean."""
    size = int(np.prod(shape, dtype=int))
    if isinstance(where, kind.Boolean):
        return draw(hnp.arrays(bool, shape))
    if isinstance(where, kind.Regular):
        return _regular(draw, shape, where).astype(dtype)
    if isinstance(where, kind.Distinct):
        order = draw(st.permutations(range(size)))
        values = np.linspace(where.low, where.high, max(size, 2))[:size][list(order)]
        values *= draw(st.sampled_from((1.0, 0.5, 0.125)))              # so that their scale varies too
        return values.reshape(shape).astype(dtype)
    values = draw(st.lists(numbers(where), min_size=size, max_size=size))
    return np.array(values, float).reshape(shape).astype(dtype)


def _regular(draw, shape: tuple[int, ...], where: kind.Regular) -> np.ndarray:
    """Numbers none of which is exactly 0, where signs in a decomposition jump, and a diagonal that outweighs them."""
    *_, rows, columns = shape
    drawn = np.array(draw(st.lists(numbers(kind.Real(-1, 1)), min_size=prod(shape), max_size=prod(shape))))
    signs = np.array(draw(st.lists(st.sampled_from((1.0, -1.0)), min_size=columns, max_size=columns)))
    small = ((drawn + np.cos(np.arange(1.0, prod(shape) + 1))) / 2).reshape(shape)
    if isinstance(where, kind.Definite):
        small, signs = (small + np.swapaxes(small, -1, -2)) / 2, np.abs(signs)
    distance = np.arange(1, columns + 1) if isinstance(where, kind.Separated) else 1
    return small + np.eye(rows, columns) * signs * distance * (columns + 1)


def layouts() -> st.SearchStrategy[str]:
    return st.sampled_from(LAYOUTS)


def cotangents(shape: tuple[int, ...], dtype=np.float64) -> st.SearchStrategy[np.ndarray]:
    """Arrays of numbers in ±[0.5, 2], drawn by seed: cotangents need not shrink."""
    def made(seed):
        rng = np.random.default_rng(seed)
        return np.asarray(rng.uniform(0.5, 2, shape) * rng.choice((-1, 1), shape), dtype)
    return st.integers(0, 2 ** 16).map(made)


# ---- shapes --------------------------------------------------------------------------------------------------------

@st.composite
def shapes(draw, op: Primitive, inputs: int) -> tuple[tuple[int, ...], ...]:
    """One shape per input, as the op's declaration allows."""
    rule, least = op.shapes, draw(st.sampled_from((1, 1, 2, 2, 2, 0)))            # empty arrays now and then
    if isinstance(rule, kind.AnyShape):
        least = max(least, rule.min_side)
        one = draw(hnp.array_shapes(min_dims=rule.min_dims, max_dims=max(MAX_DIMS, rule.min_dims), min_side=least,
                                    max_side=max(MAX_SIDE, least + 1)))
        return (one,) * inputs
    if isinstance(rule, str) and set(rule) - set("(),->"):
        loops = 0 if isinstance(rule, kind.Exactly) else 1
        sides = {"min_side": max(least, 1), "max_side": MAX_SIDE, "max_dims": loops}
        one_output = f"{rule.partition('->')[0]}->()"               # Hypothesis knows no signatures of several
        return draw(hnp.mutually_broadcastable_shapes(signature=one_output, **sides)).input_shapes
    return draw(hnp.mutually_broadcastable_shapes(num_shapes=inputs, max_dims=MAX_DIMS, min_side=least,
                                                  max_side=MAX_SIDE)).input_shapes


# ---- metadata ------------------------------------------------------------------------------------------------------

def parameter(where, shape: tuple[int, ...]) -> st.SearchStrategy:
    """A value for a metadata keyword, given the first input's shape."""
    ndim = len(shape)
    if isinstance(where, kind.Real):
        return numbers(where)
    if isinstance(where, kind.Flag):
        return st.booleans()
    if isinstance(where, kind.Choice):
        return st.sampled_from(where.values)
    if isinstance(where, kind.Axis):
        return st.integers(-ndim - where.extra, ndim + where.extra - 1)
    if isinstance(where, kind.Axes):
        return _axes(ndim)
    if isinstance(where, kind.Permutation):
        return st.none() | st.permutations(range(ndim)).map(tuple)
    if isinstance(where, kind.Index):
        return indices(shape)
    if isinstance(where, kind.Sections):
        return _sections(shape)
    if isinstance(where, kind.Shape):
        return {"same size": _same_size, "broadcast": _broadcast, "reduced": _reduced}[where.kind](shape)
    raise TypeError(f"no strategy for the parameter kind {where!r}")


def _axes(ndim: int) -> st.SearchStrategy:
    if not ndim:
        return st.none()
    one = st.integers(-ndim, ndim - 1)
    several = st.lists(st.integers(0, ndim - 1), unique=True, min_size=1, max_size=ndim).map(tuple)
    return st.none() | one | several


def _sections(shape: tuple[int, ...]) -> st.SearchStrategy:
    """Places to cut before, also beyond the end, or a number of equal parts along whatever axis."""
    places = st.lists(st.integers(0, MAX_SIDE + 1), min_size=1, max_size=3).map(lambda i: tuple(sorted(i)))
    common = gcd(*shape) or 2
    return places | st.sampled_from([n for n in range(1, common + 1) if common % n == 0])


@st.composite
def _same_size(draw, shape):
    size = int(np.prod(shape, dtype=int))
    if not size:
        return draw(st.sampled_from([shape, shape[::-1], (0,), (0, 2)]))
    divisor = draw(st.sampled_from([d for d in range(1, size + 1) if size % d == 0]))
    return draw(st.sampled_from([(size,), (-1,), (divisor, size // divisor), (1, size), (divisor, -1)]))


@st.composite
def _broadcast(draw, shape):
    wider = tuple(draw(st.integers(1, MAX_SIDE)) if n == 1 else n for n in shape)
    return draw(st.lists(st.integers(1, 2), max_size=1).map(tuple)) + wider


@st.composite
def _reduced(draw, shape):
    fewer = shape[draw(st.integers(0, len(shape))):]
    return tuple(1 if draw(st.booleans()) else n for n in fewer)


def indices(shape: tuple[int, ...]) -> st.SearchStrategy:
    """Any NumPy index: integers, slices, None, ..., integer arrays with repeats, boolean masks."""
    basic = hnp.basic_indices(shape, allow_newaxis=True)
    if not shape or 0 in shape:
        return basic
    first = st.lists(st.integers(-shape[0], shape[0] - 1), min_size=1, max_size=4).map(np.array)
    return st.one_of(basic, first, hnp.arrays(bool, shape), first.map(lambda i: (i, ...)),
                     st.tuples(*(st.lists(st.integers(0, n - 1), min_size=2, max_size=2).map(np.array) for n in shape)))


# ---- calls ---------------------------------------------------------------------------------------------------------

@st.composite
def cases(draw, op: Primitive, dtype=np.float64, layout: st.SearchStrategy[str] | None = None,
          everywhere: kind.Real = ALL_REALS) -> Case:
    """Everything a call of the op needs, with inputs in any memory layout (or the given ones); `everywhere` is where
    inputs come from that may be any real number."""
    count = op.arity if op.arity is not None else draw(st.integers(1, 3))
    domain = tuple(everywhere if where == ALL_REALS else where for where in op.domain or (ALL_REALS,) * count)
    domain = domain if op.arity is not None else (domain[0],) * count
    found = draw(shapes(op, count))
    params = {name: draw(parameter(where, found[0])) for name, where in op.params.items() if name != "shape" or
              where != kind.Shape("indexed")}
    if kind.Shape("indexed") in op.params.values():                         # scatter: x has the form of what is read
        params["shape"], found = found[0], (np.empty(found[0])[params["index"]].shape,)
    inputs: list = []
    for where, shape in zip(domain, _joined(draw, op, found, params), strict=True):
        if isinstance(where, kind.Labels):
            classes = inputs[where.of].shape[-1]
            inputs.append(draw(hnp.arrays(int, shape, elements=st.integers(0, classes - 1))))
            continue
        form = draw(layout if layout is not None else layouts())
        if isinstance(where, kind.Regular):
            shape = (*shape[:-2], max(shape[-2:]), min(shape[-2:]))
        distinct = isinstance(where, kind.Distinct | kind.Regular)
        inputs.append(laid_out(draw(arrays(where, shape, dtype)), "C" if distinct and form == "repeated" else form))
    return Case(_apart(op, tuple(inputs), params), params)


def _joined(draw, op: Primitive, found, params):
    """Shapes for an op of any number of inputs that are joined along an existing axis: they may differ along it."""
    where = op.params.get("axis")
    if op.arity is not None or not isinstance(where, kind.Axis) or where.extra:
        return found
    axis = params["axis"] % len(found[0])
    return tuple((*s[:axis], draw(st.integers(0, MAX_SIDE)), *s[axis + 1:]) for s in found)


def _apart(op: Primitive, inputs: tuple, params: dict) -> tuple:
    """Inputs moved off a kink at which two of them meet: the first one is shifted where they are closer than a step."""
    if op.kinks is None or len(inputs) < 2:
        return inputs
    x, w = np.broadcast_arrays(*inputs)
    if not x.size or np.min(np.abs(x - w)) >= CLEARANCE:
        return inputs
    gap = np.float64(2 * np.max(np.abs(x)) + 2 * np.max(np.abs(w)) + 1)
    return (np.where(np.arange(inputs[0].size).reshape(inputs[0].shape) % 2 == 0, inputs[0] + gap, inputs[0] - gap)
            .astype(inputs[0].dtype), *inputs[1:])


# ---- searching and testing -----------------------------------------------------------------------------------------

class _Found(Exception):
    def __init__(self, example):
        self.example = example


def smallest_failure(examples: st.SearchStrategy, fails, count: int, seed: int | None = None):
    """The simplest of `count` drawn examples for which `fails(example)` is true, shrunk; None if there is none.

    The same examples every time, unless a seed is given: then those of that seed."""
    @settings(max_examples=count, deadline=None, database=None, derandomize=seed is None, report_multiple_bugs=False,
              suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink))
    @given(examples)
    def attempt(example):
        if fails(example):
            raise _Found(example)
    if seed is not None:
        attempt = reseeded(seed)(attempt)
    try:
        attempt()
    except _Found as found:
        return found.example
    return None
