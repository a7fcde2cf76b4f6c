"""Evidence that needs no tolerance to speak of: form, purity, repeatability, linearity, the adjoint identity.

Each function looks at a point and returns a report if it found a fault, None if not.
"""
from dataclasses import replace
from functools import partial

import numpy as np

from ..generate.layouts import laid_out
from ..report import Report, Verdict
from .check_point import CheckPoint
from .directions import joint
from .function_under_test import RejectedRule
from .six_values import richardson
from .structure import arrays, flat, like, map_parts, parts


def form(point: CheckPoint) -> Report | None:
    """Count, shapes and dtypes of the cotangents."""
    try:
        cotangents = point.first_answer
    except RejectedRule as error:
        words = str(error)
        verdict = Verdict.WRONG_SHAPE if "has shape" in words else \
            Verdict.WRONG_COUNT if words.startswith("wrong count") else Verdict.WRONG_DTYPE
        return Report(verdict, words.removeprefix("wrong count: "), input=error.input)
    if len(cotangents) != len(point.inputs):
        return Report(Verdict.WRONG_COUNT, f"cotangents: {len(cotangents)}, inputs: {len(point.inputs)}; give one "
                      "for each, None for an input that is not differentiated")
    if all(c is None for c, x in zip(cotangents, point.inputs, strict=True) if x.dtype.kind == "f"):
        return Report(Verdict.VACUOUS, "the rule gives None for every input, so there is nothing to compare",
                      hint="a return statement that is missing?")
    for i, c in enumerate(cotangents):
        if c is not None and (finding := _form_of(point, i, np.asarray(c))) is not None:
            return finding
    return None


def finite_inputs(point: CheckPoint) -> Report | None:
    """An input that is differentiated in must be finite; others, such as masks and targets, may be anything."""
    for i in point.differentiable:
        if (bad := np.argwhere(~np.isfinite(point.inputs[i]))).size:
            at = tuple(int(k) for k in bad[0])
            return Report(Verdict.OUT_OF_DOMAIN, f"the input itself is {point.inputs[i][at]} there", input=i, index=at)
    return None


def unclaimed(point: CheckPoint) -> Report | None:
    """An input for which the rule gives None must not matter."""
    for i in point.candidates:
        if i in point.differentiable or not np.isfinite(point.inputs[i]).all():
            continue
        alone = CheckPoint(replace(point.function, vjp=None), point.inputs, replace(point.settings, wrt=(i,)))
        if not alone.x.size or not alone.y.size:
            continue
        direction = joint(alone, np.arange(alone.x.size))
        slope = richardson(alone, alone.x, direction.v, direction.step(alone), alone.rounding)
        if (np.abs(slope.value) > 1e3 * slope.error + 1e-9 * np.max(np.abs(slope.value))).any():
            return Report(Verdict.WRONG_VALUE, "the rule gives None for an input that the output depends on", input=i,
                          hint=f"None says that the derivative is 0; to hold it fixed, leave {i} out of wrt=(...)")
    return None


def _form_of(point: CheckPoint, i: int, c: np.ndarray) -> Report | None:
    x = point.inputs[i]
    if c.shape != x.shape:
        return Report(Verdict.WRONG_SHAPE, f"the cotangent has shape {c.shape}, the input {x.shape}", input=i,
                      hint=_shape_hint(c.shape, x.shape) or _place_hint(point, c.shape))
    if x.dtype.kind == "f" and c.dtype != x.dtype:
        return Report(Verdict.WRONG_DTYPE, f"the cotangent is {c.dtype}, the input {x.dtype}", input=i,
                      hint="an array or constant of another dtype took part in the rule")
    return None


def _shape_hint(got: tuple[int, ...], needed: tuple[int, ...]) -> str:
    lead = len(got) - len(needed)
    if lead >= 0 and all(n in (1, g) for g, n in zip(got[lead:], needed, strict=True)):
        axes = [*range(lead), *(k + lead for k, n in enumerate(needed) if n == 1 != got[k + lead])]
        return f"missing broadcast sum over axis {', '.join(map(str, axes))}"
    if got == needed[::-1]:
        return "transposed"
    return "flattened or reshaped" if np.prod(got) == np.prod(needed) else ""


def _place_hint(point: CheckPoint, shape: tuple[int, ...]) -> str:
    """Whether a cotangent fits another input."""
    fitting = [k for k, x in enumerate(point.inputs) if x.shape == shape]
    names = point.function.input_names
    words = [f"input {k}" + (f" ({names[k]})" if k < len(names) else "") for k in fitting]
    return f"it has the shape of {' and '.join(words)}: is it in the wrong place?" if fitting else ""


def purity(point: CheckPoint) -> Report | None:
    """Nothing is written to, and calls on the same arrays give the same, the very first one included."""
    xs, g, same = point.fresh(), point.like_output(point.g.copy()), partial(_same, tolerance=point.settings.nondet_tol)
    before, first_y = flat(g), flat(point.function.forward(*xs))
    first = [np.array(c) for c in _given(point.first_answer)]
    for _ in range(3):
        answer = [np.array(c) for c in _given(parts(point.function.vjp(g, *xs)))]
        if (finding := _written(point, xs, before, g)) is not None:
            return finding
        if not all(same(a, b) for a, b in zip(first, answer, strict=True)):
            return Report(Verdict.NOT_REPEATABLE, "two calls of the rule with the same arguments differ",
                          hint="state kept between calls, or random numbers: fix the seed inside the function")
    point.pull(-point.g)
    if not all(same(np.asarray(a), b) for a, b in zip(_given(point.first_answer), first, strict=True)):
        return Report(Verdict.NOT_REPEATABLE, "an answer of the rule changes when the rule is called again",
                      hint="it returns the same array each time and writes into it: return a new one")
    if not same(first_y, flat(point.function.forward(*xs))):
        return Report(Verdict.NOT_REPEATABLE, "two calls of the function with the same arguments differ",
                      hint="random numbers? fix the seed inside the function")
    return _written(point, xs, before, g)


def remembering(point: CheckPoint, finding: Report) -> Report:
    """What was found, or that the rule now answers otherwise than at first: then that is the fault."""
    first = point.moved_parts(point.first_answer)
    if not point.x.size or _same(point.pulled(point.g), first, point.settings.nondet_tol):
        return finding
    return Report(Verdict.NOT_REPEATABLE, "two calls of the rule with the same arguments differ",
                  hint="right at first, another answer after some calls: state kept between calls")


def _given(cotangents: tuple) -> list:
    return [c for c in cotangents if c is not None]


def _written(point: CheckPoint, xs, before: np.ndarray, g) -> Report | None:
    for i, (x, original) in enumerate(zip(xs, point.inputs, strict=True)):
        if not np.array_equal(x, original, equal_nan=x.dtype.kind == "f"):
            entry = tuple(int(k) for k in np.argwhere(x != original)[0])
            return Report(Verdict.MUTATES_INPUT, f"input {i} is changed by a call", input=i, index=entry,
                          flat=int(np.ravel_multi_index(entry, x.shape)) if entry else 0,
                          hint="an in-place operation (+=, out=, x[...] = ) where a copy is needed")
    if not np.array_equal(flat(g), before, equal_nan=True):
        return Report(Verdict.MUTATES_G, hint="an in-place operation on g (g *= ...): others hold the same array")
    return None


def linearity(point: CheckPoint) -> Report | None:
    """r(a g + b h) = a r(g) + b r(h), r(-g) = -r(g), r(0) = 0, and the answers to parts of g add up to r(g)."""
    g, h = point.random_cotangent(), point.random_cotangent()
    for terms in ([(1.75, g), (-0.625, h)], [(-1.0, g)], [(0.0, g)], *map(partial(_parted, g), _some_outputs(point))):
        if (finding := _nonlinear(point, g, terms)) is not None:
            return finding
    return None


def _some_outputs(point: CheckPoint) -> np.ndarray:
    outputs = np.flatnonzero(point.defined)
    return outputs[[0, -1]] if outputs.size > 1 else outputs[:0]


def _parted(g: np.ndarray, k: int) -> list[tuple[float, np.ndarray]]:
    """g as the sum of its entry k alone and the rest."""
    alone = np.where(np.arange(g.size) == k, g, 0.0)
    return [(1.0, alone), (1.0, g - alone)]


def _nonlinear(point: CheckPoint, g: np.ndarray, terms: list[tuple[float, np.ndarray]]) -> Report | None:
    """A report if the rule of a sum is not the sum of the rule's answers."""
    answers = [factor * point.pulled(u) for factor, u in terms]
    found, expected = point.pulled(np.sum([factor * u for factor, u in terms], axis=0)), np.sum(answers, axis=0)
    size = np.abs(answers).sum(axis=0) + np.abs(found)
    slack = point.exact * size
    slack += 1e-13 * np.max(size[np.isfinite(size)], initial=0.0) + point.rounding_bound(g)
    usual = np.isfinite(point.pulled(g)) & np.isfinite(point.pulled(terms[-1][1]))    # other values are judged later
    off = np.abs(found - expected)
    bad = np.flatnonzero(usual & ~(off <= slack))
    if not bad.size:
        return None
    entry = int(bad[np.argmax(np.nan_to_num(off[bad], nan=np.inf))])
    i, index, at = point.locate(entry)
    parted = all(factor == 1 for factor, _ in terms)
    words = "two parts of g" if parted else " and ".join(f"{factor} {'gh'[n]}" for n, (factor, _) in enumerate(terms))
    hint = "another rule where all entries of g but one are 0" if parted else _nonlinear_hint(point, g, point.pulled(g))
    return Report(Verdict.NOT_LINEAR_IN_G, f"the answer to the sum of {words} is {found[entry]:.6g}, the sum of the "
                  f"answers {expected[entry]:.6g}", input=i, index=index, flat=at, hint=hint)


def one_by_one(point: CheckPoint) -> Report | None:
    """The cotangents of several outputs, each alone beside None, give what all give together."""
    g = point.like_output(point.g)
    if not point.function.partial or len(parts(g)) < 2:
        return None
    alone = [point.moved_parts(parts(point.function.vjp(_only(g, k), *point.fresh()))) for k in range(len(g))]
    together, size = point.pulled(point.g), np.abs(alone).sum(axis=0)
    off = np.abs(together - np.sum(alone, axis=0))
    slack = point.exact * size + 1e-13 * np.max(size[np.isfinite(size)], initial=0.0) + point.rounding_bound(point.g)
    bad = np.flatnonzero(off > slack)
    if not bad.size:
        return None
    i, index, at = point.locate(int(bad[np.argmax(off[bad])]))
    return Report(Verdict.NOT_LINEAR_IN_G, "the outputs' cotangents, each alone, add up to something else than all of "
                  "them together", input=i, index=index, flat=at,
                  hint="a rule of several outputs takes None where no cotangent arrived: is that case right?")


def _only(g: tuple, k: int) -> tuple:
    return tuple(c.copy() if i == k else None for i, c in enumerate(g))


def _nonlinear_hint(point: CheckPoint, g: np.ndarray, rg: np.ndarray) -> str:
    def gives(factor: float, times: float) -> bool:
        return np.allclose(point.pulled(factor * g), times * rg, rtol=point.exact)
    if gives(-2, 1):
        return "g ignored: the rule returns the same for every cotangent"
    if gives(2, 4):
        return "quadratic in g: it is multiplied in twice"
    if np.any(point.pulled(0 * g)):
        return "the answer to a zero cotangent is not zero: a term without g"
    if all(np.allclose(point.pulled(k * g), k * rg, rtol=1e-2) for k in (3, -3)):
        return "linear but for rounding: is a part of the rule computed in float32 or float16?"
    if gives(2, 2):
        return "other cotangents, other signs, another rule: abs, where or a condition on g"
    return "not proportional to g: clipped or normalised?"


def layout(point: CheckPoint) -> Report | None:
    """The same values, laid out in memory another way, give the same. A rule may refuse a layout, not misread it."""
    if not point.settings.layout:
        return None
    for name in ("Fortran", "reversed", "strided"):
        def other(a, name=name):
            return laid_out(a, name)
        xs, g = [other(x) for x in point.inputs], map_parts(other, point.like_output(point.g))
        if (finding := _misread(point, g, xs, point.pulled(point.g), f"{name} memory order")) is not None:
            return finding
    whole = np.where(point.defined, 1.375, 0.0)
    if point.defined.all() and whole.size > 1:
        g = map_parts(lambda a: np.broadcast_to(a.dtype.type(1.375), a.shape), point.like_output(whole))
        return _misread(point, g, point.fresh(), point.pulled(whole), "a broadcast cotangent, one number in memory")
    return None


def _misread(point: CheckPoint, g, xs: list[np.ndarray], expected: np.ndarray, what: str) -> Report | None:
    """A report if the rule gives another answer for this form of the same values."""
    try:
        found = point.moved_parts(parts(point.function.vjp(g, *xs)))
    except (ValueError, TypeError, BufferError):
        return None
    off = np.abs(found - expected)
    largest = np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)
    bad = np.flatnonzero(off > point.exact * np.abs(expected) + 1e-11 * largest + point.rounding_bound(point.g))
    if not bad.size:
        return None
    i, index, at = point.locate(int(bad[0]))
    return Report(Verdict.WRONG_VALUE, f"another answer for {what}", input=i, index=index, flat=at,
                  hint="wrong on non-contiguous input: memory order is taken for C order somewhere")


def adjoint(point: CheckPoint) -> float:
    """The relative violation of <J v, u> = <v, J^T u>, the largest of four random pairs."""
    worst = 0.0
    for _ in range(4):
        v, u = joint(point, np.arange(point.x.size)).v, point.random_cotangent()
        tangent, cotangent = point.pushed(v), point.pulled(u)
        left, right = float(np.where(point.defined, tangent, 0.0) @ u), float(v @ cotangent)
        size = np.abs(np.where(point.defined, tangent, 0.0) * u).sum() + np.abs(v * cotangent).sum()
        worst = max(worst, abs(left - right) / size) if size else worst
    return worst


def tangent_form(point: CheckPoint) -> Report | None:
    """Shapes and dtypes of the jvp rule's output, that it writes into nothing and repeats itself, and linearity."""
    xs, v, w = point.fresh(), *(joint(point, np.arange(point.x.size)).v for _ in range(2))
    tangents = point.tangents(v)
    got, needed = arrays(point.function.jvp(tangents, *xs)), arrays(point.output)
    if [p.shape for p in got] != [p.shape for p in needed]:
        return Report(Verdict.WRONG_SHAPE, f"the tangent has shape {[p.shape for p in got]}, the output "
                      f"{[p.shape for p in needed]}")
    if [p.dtype for p in got] != [p.dtype for p in needed]:
        return Report(Verdict.WRONG_DTYPE, f"the tangent is {', '.join(str(p.dtype) for p in got)}, the output "
                      f"{', '.join(str(p.dtype) for p in needed)}")
    moved = [t for t in tangents if t is not None]
    if (finding := _written(point, xs, v, moved)) is not None:
        return finding if finding.verdict is Verdict.MUTATES_INPUT else Report(
            Verdict.MUTATES_G, "the jvp rule writes into a tangent", hint="an in-place operation (t *= ...)")
    jv, jw, both = point.pushed(v), point.pushed(w), point.pushed(1.75 * v - 0.625 * w)
    if not _same(jv, flat(got), point.settings.nondet_tol):
        return Report(Verdict.NOT_REPEATABLE, "two calls of the jvp rule with the same arguments differ")
    size = np.abs(1.75 * jv) + np.abs(0.625 * jw) + np.abs(both)
    size = np.where(np.isfinite(size), size, 0.0)
    if (np.abs(both - 1.75 * jv + 0.625 * jw) > 1e-6 * (size + 1e-6 * size.max(initial=0.0))).any():
        return Report(Verdict.NOT_LINEAR_IN_G, "the jvp rule is not linear in the tangent",
                      hint="the tangent is ignored, or multiplied in twice")
    return None


# ---- in the inputs' own precision ----------------------------------------------------------------------------------

def own_dtype(point: CheckPoint, given: list[np.ndarray]) -> Report | None:
    """What the rule gives for float32 inputs as they are: their dtype, where the function's result is of no wider one,
    and not far from what float64 copies gave."""
    coarse = max(float(np.finfo(x.dtype).eps) for x in given if x.dtype.kind == "f")
    try:
        output = point.function.forward(*(x.copy() for x in given))
    except Exception:                                   # it takes no such dtypes, or no such mixture of them
        return None
    seeds = [s.astype(y.dtype) for s, y in zip(arrays(point.like_output(point.g)), arrays(output), strict=True)]
    g = like(point.output, seeds)
    try:
        cotangents = parts(point.function.vjp(g, *(x.copy() for x in given)))
    except RejectedRule as error:
        return Report(Verdict.WRONG_DTYPE, str(error))
    for i, (x, c, exact) in enumerate(zip(given, cotangents, point.first_answer, strict=True)):
        if i not in point.differentiable or c is None:
            continue
        if np.asarray(c).dtype != x.dtype and all(p.dtype.itemsize <= x.dtype.itemsize for p in arrays(output)):
            return Report(Verdict.WRONG_DTYPE, f"the input is {x.dtype}, its cotangent {np.asarray(c).dtype}", input=i,
                          hint="an array or constant of another dtype took part in the rule")
        exact, c = np.asarray(exact), np.asarray(c, dtype=float)
        slack = 0.03 * np.abs(exact) + 1e4 * coarse * np.max(np.abs(exact), initial=0.0)
        slack = slack + point.rounding_bound_in(i, coarse)
        if not all(np.isfinite(p).all() for p in arrays(output)):
            continue
        fits = np.abs(np.where(np.isfinite(exact), exact, 0.0)) < np.finfo(x.dtype).max / 2
        lost = np.argwhere(~np.isfinite(c) & np.isfinite(exact) & fits)
        bad = lost if lost.size else np.argwhere(np.isfinite(c) & np.isfinite(exact) & (np.abs(c - exact) > slack))
        if bad.size:
            at = tuple(int(k) for k in bad[0])
            return Report(Verdict.NONFINITE if lost.size else Verdict.WRONG_VALUE,
                          f"right in float64, not in {x.dtype}: {c[at]:.6g} where float64 copies give {exact[at]:.6g}",
                          input=i, index=at, flat=int(np.ravel_multi_index(at, x.shape)) if at else 0,
                          hint="a condition on the dtype, or a rule that overflows or cancels in few digits?")
    return None


def _same(a: np.ndarray, b: np.ndarray, tolerance: float = 0.0) -> bool:
    """Equal up to the last bits, which threads may sum in another order."""
    largest = np.max(np.abs(a[np.isfinite(a)]), initial=0.0)
    return a.shape == b.shape and np.allclose(a, b, rtol=max(1e-12, tolerance), atol=1e-14 * largest, equal_nan=True)

