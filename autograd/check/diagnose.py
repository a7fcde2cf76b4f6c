"""Why a gradient is wrong: explanations tried one after the other on the claimed and the measured Jacobian."""
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .compare import Comparison, Differences, Status
from .problem import Problem, parts


@dataclass(frozen=True)
class Evidence:
    """Claims and measurements for one input: a row per cotangent, a column per entry, and which columns are wrong."""
    problem: Problem
    input: int
    claimed: np.ndarray
    measured: np.ndarray
    wrong: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.problem.inputs[self.input].shape

    @property
    def x(self) -> np.ndarray:
        return self.problem.inputs[self.input].ravel()

    def fits(self, other: np.ndarray) -> bool:
        """Whether another claim would have agreed with what was measured."""
        known = np.isfinite(self.measured) & np.isfinite(other)
        slack = 1e-5 * np.abs(self.measured) + 1e-7 * np.max(np.abs(self.measured[known]), initial=0.0)
        return bool(known.any() and (np.abs(other - self.measured) <= slack)[known].all())


def diagnosis(differences: Differences) -> str:
    """The first explanation that fits, for the first wrong input; an empty string if none does."""
    problem = differences.problem
    single = {c.direction.entry: c for c in differences.done if c.direction.entry is not None}
    if len(single) < problem.x.size:
        return ""
    for i in problem.moving:
        block = problem.block(i)
        columns = [single[j] for j in range(block.start, block.stop)]
        wrong = np.array([(c.status >= Status.WRONG).any() for c in columns], bool)
        if wrong.any():
            return _explained(Evidence(problem, i, _stacked(columns, "claim"), _stacked(columns, "found"), wrong))
    return "no single entry is wrong: the claims at kinks do not belong together" if single else ""


def _stacked(columns: list[Comparison], what: str) -> np.ndarray:
    return np.array([c.claim if what == "claim" else c.found.value for c in columns]).T


def _explained(e: Evidence) -> str:
    return next((words for explain in EXPLANATIONS if (words := explain(e))), "")


# ---- the explanations ----------------------------------------------------------------------------------------------

def zero(e: Evidence) -> str | None:
    return "the rule returns zero" if not e.claimed.any() else None


def factor(e: Evidence) -> str | None:
    known = np.isfinite(e.claimed) & np.isfinite(e.measured)
    a, b = e.claimed[known], e.measured[known]
    if not b.any():
        return None
    c = float(a @ b / (b @ b))
    return _named(c, e) if c and e.fits(e.claimed / c) else None


def _named(c: float, e: Evidence) -> str:
    if np.isclose(c, -1):
        return "the sign is wrong"
    simple = Fraction(c).limit_denominator(36)
    words = f"off by the constant factor {simple if np.isclose(float(simple), c, rtol=1e-7) else f'{c:.6g}'}"
    counts = {e.x.size, *e.shape, *(n for p in parts(e.problem.output) for n in p.shape)} - {0, 1}
    if any(np.isclose(c, 1 / n) for n in counts):
        return words + ": mean instead of sum?"
    if any(np.isclose(c, n) for n in counts):
        return words + ": sum instead of mean, or the same term added for each entry of an axis?"
    return words


def transposed(e: Evidence) -> str | None:
    if len(e.shape) < 2:
        return None
    stack = e.claimed.reshape(len(e.claimed), *e.shape)
    turned = {"transposed": stack.reshape(len(stack), *e.shape[::-1]).transpose(0, *range(len(e.shape), 0, -1)),
              "transposed and reshaped back": stack.transpose(0, *range(len(e.shape), 0, -1))}
    fitting = [words for words, t in turned.items() if e.fits(t.reshape(e.claimed.shape))]
    return f"the cotangent is {fitting[0]}" if fitting else None


def operand_transposed(e: Evidence) -> str | None:
    p = e.problem
    if p.subject.vjp is None:
        return None
    for k, x in enumerate(p.inputs):
        if x.ndim == 2 and x.shape[0] == x.shape[1] > 1:
            inputs = [a.T.copy() if j == k else a.copy() for j, a in enumerate(p.inputs)]
            if e.fits(np.array([p.pulled(u, inputs) for u in p.cotangents])[:, p.block(e.input)]):
                return f"as if input {k} were transposed: a transpose is missing, or there is one too many"
    return None


def rolled(e: Evidence) -> str | None:
    stack = e.claimed.reshape(len(e.claimed), *e.shape)
    for axis, n in enumerate(e.shape, start=1):
        for shift in [s for k in range(1, min(n, 9)) for s in (k, -k)]:
            if e.fits(np.roll(stack, shift, axis).reshape(e.claimed.shape)):
                return f"the entries are rolled by {-shift} along axis {axis - 1}"
        if n > 1 and e.fits(np.flip(stack, axis).reshape(e.claimed.shape)):
            return f"the entries are in reverse order along axis {axis - 1}"
    return None


def one_entry(e: Evidence) -> str | None:
    if e.wrong.sum() == 1 and e.wrong.size > 9:
        return f"this entry alone is wrong; the other {e.wrong.size - 1} agree"
    return None


def lost_contributions(e: Evidence) -> str | None:
    off = ~np.isclose(e.claimed, e.measured, rtol=1e-5, atol=1e-7 * np.max(np.abs(e.measured), initial=0.0))
    if e.problem.full and not e.claimed[off].any() and e.claimed.any():
        return "some contributions are missing, the others are right: an index that occurs twice (np.add.at adds, " \
               "c[index] += g does not), or a term left out"
    return None


def region(e: Evidence) -> str | None:
    """Wrong entries that the values of x tell from the right ones."""
    wrong, right = e.x[e.wrong], e.x[~e.wrong]
    if right.size < 2:
        return None
    if np.min(np.abs(wrong)) > np.max(np.abs(right)):
        return f"wrong where |x| > {np.max(np.abs(right)):.3g} or a little more, right below"
    if np.max(np.abs(wrong)) < np.min(np.abs(right)):
        return f"wrong where |x| < {np.min(np.abs(right)):.3g} or a little less, right above"
    if np.min(wrong) > np.max(right):
        return f"wrong where x > {np.max(right):.3g} or a little more, right below"
    if np.max(wrong) < np.min(right):
        return f"wrong where x < {np.min(right):.3g} or a little less, right above"
    return None


def power(e: Evidence) -> str | None:
    """Off by a power of the input, or of an output of the same shape."""
    p = e.problem
    candidates = {"x": e.x[None, :]}
    if p.full:
        candidates["y"] = p.y[p.defined][:, None]
    for name, value in candidates.items():
        for k, words in ((1, name), (2, f"{name}²"), (-1, f"1/{name}"), (-2, f"1/{name}²")):
            for c in (1.0, -1.0, 2.0, 0.5):
                if value.size > 1 and e.fits(e.claimed / (c * value ** k)):
                    return f"off by the factor {words}" + ("" if c == 1 else f" times {c:g}")
    return None


def coupling(e: Evidence) -> str | None:
    """The difference of the Jacobians is a column times a row."""
    if not e.problem.full or min(e.claimed.shape) < 3 or not np.isfinite(e.claimed).all():
        return None
    sizes = np.linalg.svd(e.claimed - e.measured, compute_uv=False)
    if sizes[1] < 1e-6 * sizes[0]:
        return "off by one vector times another: a term that couples all entries is missing or wrong, like the sum " \
               "in g - sum(g y)"
    return None


EXPLANATIONS: tuple[Callable[[Evidence], str | None], ...] = (
    zero, factor, transposed, operand_transposed, rolled, one_entry, lost_contributions, power, region, coupling)
