"""Explain why a gradient is wrong: try explanations one after the other on both Jacobians."""
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .check_point import CheckPoint
from .compare import Comparison, Differences, Status
from .structure import arrays


@dataclass(frozen=True)
class Evidence:
    """The Jacobian of one input by the rule and by differences, with errors: a row per cotangent, a column per entry;
    `wrong` marks columns."""
    point: CheckPoint
    input: int
    analytic: np.ndarray
    measured: np.ndarray
    errors: np.ndarray
    wrong: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.point.inputs[self.input].shape

    @property
    def x(self) -> np.ndarray:
        return self.point.inputs[self.input].ravel()

    @property
    def right(self) -> np.ndarray:
        """Which single numbers of the rule are right, to five digits."""
        return self.agreeing(self.analytic)

    def agreeing(self, other: np.ndarray, times: Any = 1.0) -> np.ndarray:
        """Where another Jacobian is the measured one, times a factor."""
        finite = np.where(np.isfinite(self.measured), np.abs(self.measured), 0.0)
        largest = np.max(finite, axis=1, initial=0.0, keepdims=True)
        slack = np.abs(times) * (1e-5 * np.abs(self.measured) + 4 * self.errors + 1e-13 * largest)
        return np.abs(other - times * self.measured) <= slack

    def fits(self, other: np.ndarray, times: Any = 1.0) -> bool:
        """Whether that is so wherever there is a measurement, and the rule gives a number."""
        known = np.isfinite(self.measured) & np.isfinite(self.errors) & np.isfinite(self.analytic)
        return bool(known.any() and self.agreeing(other, times)[known].all())


def diagnosis(differences: Differences) -> str:
    """The first explanation that fits the first wrong input; '' if none does."""
    point = differences.point
    single = {c.direction.entry: c for c in differences.done if c.direction.entry is not None}
    if len(single) < point.x.size:
        return _sampled(point, [c for c in single.values() if Status.WRONG in c.status])
    for i in point.differentiable:
        block = point.block(i)
        columns = [single[j] for j in range(block.start, block.stop)]
        wrong = np.array([(c.status >= Status.WRONG).any() for c in columns], bool)
        if wrong.any():
            if words := _beside_kinks(differences, [c for c in columns if Status.WRONG in c.status]):
                return words
            analytic, measured, errors = (np.array(rows).T for rows in zip(
                *((c.analytic, c.numeric.value, c.numeric.error) for c in columns), strict=True))
            return _explained(Evidence(point, i, analytic, measured, errors, wrong))
    return "no single entry is wrong: the values at kinks do not belong together" if single else ""


def _sampled(point: CheckPoint, wrong: list[Comparison]) -> str:
    """Describe a wrong entry found among many."""
    if len(wrong) != 1:
        return ""
    rest = point.x.size - len(point.entries)
    return f"found by halving a joint direction; of the {rest} entries not moved one by one more may be wrong"


def _beside_kinks(differences: Differences, wrong: list[Comparison]) -> str:
    """Describe values at kinks outside both slopes; '' if one of them is wrong for another reason."""
    for c in wrong:
        k = int(np.argmax(c.status))
        if c.sides is None or not c.sides.kinked()[k]:
            return ""
        sides = c.sides
        weight = differences.point.weights[k] if differences.point.full else 1.0
        low, high = sorted((sides.left.value[k] / weight + 0.0, sides.right.value[k] / weight + 0.0))
        if low <= c.analytic[k] / weight <= high:
            return ""
        words = f"at a kink: the derivative must lie between the slopes on its two sides, here {low:.4g} and {high:.4g}"
    return words


def _explained(e: Evidence) -> str:
    return next((words for explain in EXPLANATIONS if (words := explain(e))), "")


# ---- the explanations ----------------------------------------------------------------------------------------------

def zero(e: Evidence) -> str | None:
    return "the rule returns zero" if not e.analytic.any() else None


def slight(e: Evidence) -> str | None:
    """All digits but the last are right."""
    if not e.right.all():
        return None
    known = e.measured != 0
    error = np.max(np.abs(e.analytic[known] / e.measured[known] - 1), initial=0.0)
    words = f"a relative error of {error:.0e} only: a constant with too few digits, or a part in float32?"
    return words if 0 < error < 1e-4 else None


def constant(e: Evidence) -> str | None:
    return None if e.measured.any() else "the derivative is 0: the function is constant around the input, or a step"


def factor(e: Evidence) -> str | None:
    c = _factor(e.analytic, e.measured)
    return f"{_named(c, e)}" if c is not None and e.fits(e.analytic, c) else None


def _factor(analytic: np.ndarray, measured: np.ndarray) -> float | None:
    """What the measured derivative was multiplied with, if it is one factor."""
    known = np.isfinite(analytic) & np.isfinite(measured)
    a, b = analytic[known], measured[known]
    return (float(a @ b / (b @ b)) or None) if b.any() else None


def _named(c: float, e: Evidence) -> str:
    if np.isclose(c, -1):
        return "the sign is wrong"
    simple = Fraction(c).limit_denominator(36)
    words = f"off by the constant factor {simple if np.isclose(float(simple), c, rtol=1e-7) else f'{c:.6g}'}"
    counts = {e.x.size, *e.shape, *(n for p in arrays(e.point.output) for n in p.shape)} - {0, 1}
    if any(np.isclose(c, 1 / n) for n in counts):
        return words + ": mean instead of sum?"
    if any(np.isclose(c, n) for n in counts):
        return words + ": sum instead of mean, or the same term added for each entry of an axis?"
    if e.point.y.size == 1 and not np.isclose(y := float(e.point.y[0]), 1):
        return words + (", the output" if np.isclose(c, y) else ", 1 / output" if np.isclose(c * y, 1) else "")
    return words


def _within(e: Evidence) -> str:
    """The factor by which all wrong columns are off, in words."""
    c = _factor(e.analytic[:, e.wrong], e.measured[:, e.wrong])
    if c is None or not e.agreeing(e.analytic, c)[:, e.wrong].all():
        return ""
    return ", there with the wrong sign" if np.isclose(c, -1) else f", there by the factor {c:.6g}"


def transposed(e: Evidence) -> str | None:
    if len(e.shape) < 2:
        return None
    stack = e.analytic.reshape(len(e.analytic), *e.shape)
    turned = {"transposed": stack.reshape(len(stack), *e.shape[::-1]).transpose(0, *range(len(e.shape), 0, -1)),
              "transposed and reshaped back": stack.transpose(0, *range(len(e.shape), 0, -1))}
    fitting = [words for words, t in turned.items() if e.fits(t.reshape(e.analytic.shape))]
    return f"the cotangent is {fitting[0]}" if fitting else None


def operand_transposed(e: Evidence) -> str | None:
    p = e.point
    if p.function.vjp is None:
        return None
    for k, x in enumerate(p.inputs):
        if x.ndim == 2 and x.shape[0] == x.shape[1] > 1:
            inputs = [a.T.copy() if j == k else a.copy() for j, a in enumerate(p.inputs)]
            if e.fits(np.array([p.pulled(u, inputs) for u in p.cotangents])[:, p.block(e.input)]):
                return f"as if input {k} were transposed: a transpose is missing, or there is one too many"
    return None


def rolled(e: Evidence) -> str | None:
    stack = e.analytic.reshape(len(e.analytic), *e.shape)
    for axis, n in enumerate(e.shape, start=1):
        for shift in [s for k in range(1, min(n, 9)) for s in (k, -k)]:
            if e.fits(np.roll(stack, shift, axis).reshape(e.analytic.shape)):
                return f"the entries are rolled by {-shift} along axis {axis - 1}"
        if n > 1 and e.fits(np.flip(stack, axis).reshape(e.analytic.shape)):
            return f"the entries are in reverse order along axis {axis - 1}"
    return None


def one_entry(e: Evidence) -> str | None:
    if e.wrong.sum() == 1 and e.wrong.size > 9:
        return f"this entry alone is wrong; the other {e.wrong.size - 1} agree"
    return None


def exchanged(e: Evidence) -> str | None:
    """The cotangent of another input."""
    if e.point.function.vjp is None:
        return None
    for k in e.point.differentiable:
        if k != e.input and e.point.inputs[k].shape == e.shape and e.fits(e.point.analytic[:, e.point.block(k)]):
            return f"the cotangent given for input {k} is the one of input {e.input}: exchanged?"
    return None


def permuted(e: Evidence) -> str | None:
    """Every row has the right numbers, at other places."""
    placed = np.empty_like(e.analytic)
    np.put_along_axis(placed, np.argsort(e.measured), np.sort(e.analytic), axis=-1)
    if e.fits(placed):
        return "the right numbers at the wrong entries: a permutation or index, or the inverse of one, is missing"
    return None


def lost_contributions(e: Evidence) -> str | None:
    if e.point.full and not e.analytic[~e.right].any() and e.analytic.any():
        return "some contributions are missing, the others are right: an index that occurs twice (np.add.at adds, " \
               "c[index] += g does not), or a term left out"
    return None


def stray_contributions(e: Evidence) -> str | None:
    off = ~e.right
    if e.point.full and e.agreeing(0 * e.analytic)[off].all() and (e.right & (e.analytic != 0)).any():
        return "not zero where nothing depends on the entry, right elsewhere: a mask or a condition is missing"
    return None


def one_slice(e: Evidence) -> str | None:
    """All that is wrong lies at one index of an axis."""
    where = np.argwhere(e.wrong.reshape(e.shape))
    for axis, n in enumerate(e.shape if len(e.shape) > 1 else ()):
        if n > 2 and len({*where[:, axis].tolist()}) == 1:
            return f"wrong only at index {where[0, axis]} of axis {axis}{_within(e)}"
    return None


def region(e: Evidence) -> str | None:
    """Wrong entries that the values of x tell from the right ones."""
    wrong, right = e.x[e.wrong], e.x[~e.wrong]
    if right.size < 2:
        return None
    for name, a, b in (("|x|", np.abs(wrong), np.abs(right)), ("x", wrong, right)):
        if np.min(a) > np.max(b):
            return f"wrong where {name} > {np.max(b):.3g} or a little more{_within(e)}; right below"
        if np.max(a) < np.min(b):
            return f"wrong where {name} < {np.min(b):.3g} or a little less{_within(e)}; right above"
    return None


def power(e: Evidence) -> str | None:
    """Off by a power of the input, or of an output of the same shape."""
    p = e.point
    candidates = {"x": e.x[None, :]}
    if p.full:
        candidates["y"] = p.y[p.defined][:, None]
    for name, value in candidates.items():
        for k, words in ((1, name), (2, f"{name}²"), (-1, f"1/{name}"), (-2, f"1/{name}²")):
            for c in (1.0, -1.0, 2.0, 0.5):
                given, times = (e.analytic, c * value ** k) if k > 0 else (e.analytic * value ** -k, c)
                if value.size > 1 and e.fits(given, times):
                    return f"off by the factor {words}" + ("" if c == 1 else f" times {c:g}")
    return None


def coupling(e: Evidence) -> str | None:
    """The difference of the Jacobians is a column times a row."""
    if not e.point.full or min(e.analytic.shape) < 3 or not np.isfinite(e.analytic).all():
        return None
    sizes = np.linalg.svd(e.analytic - e.measured, compute_uv=False)
    if sizes[1] < 1e-6 * sizes[0]:
        return "off by one vector times another: a term that couples all entries is missing or wrong, like the sum " \
               "in g - sum(g y)"
    return None


def partly(e: Evidence) -> str | None:
    """One factor for all that is wrong, where other entries are right."""
    within = _within(e) if not e.wrong.all() else ""
    return f"wrong in {e.wrong.sum()} of {e.wrong.size} entries{within}" if within else None


EXPLANATIONS: tuple[Callable[[Evidence], str | None], ...] = (
    zero, slight, constant, factor, transposed, operand_transposed, rolled, one_entry, exchanged, permuted,
    lost_contributions, stray_contributions, power, one_slice, region, partly, coupling)
