"""Turn the comparisons into a report: of the worst entry, or of a check that passed or could not have failed."""
from typing import Any

import numpy as np

from ..report import Report, Verdict
from .check_point import CheckPoint
from .compare import Comparison, Differences, Status
from .directions import joint
from .structure import is_sequence

VERDICTS = {Status.WRONG: Verdict.WRONG_VALUE, Status.NONFINITE: Verdict.NONFINITE, Status.DIVERGES: Verdict.KINK,
            Status.UNDEFINED: Verdict.OUT_OF_DOMAIN, Status.UNSURE: Verdict.ILL_CONDITIONED,
            Status.KINK: Verdict.KINK_OK, Status.AGREES: Verdict.OK, Status.SKIPPED: Verdict.OK}


def summarise(differences: Differences, guarded: bool = True) -> Report:
    """The report of the worst comparison, or of a check that passed or could not have failed (if that is guarded)."""
    done, point = differences.done, differences.point
    worst = max((Status(c.status.max(initial=Status.AGREES)) for c in done), default=Status.AGREES)
    if worst > Status.KINK:
        return _located(differences, worst)
    if not guarded:
        return Report(VERDICTS[worst])
    if worst is Status.AGREES and not any(c.analytic.any() for c in done) and differences.symmetric_kink():
        worst = Status.KINK
    elif not point.settings.zero_ok and (mutant := surviving_mutant(differences)):
        return Report(Verdict.VACUOUS, f"the same check passes {mutant}", notes=_notes(differences),
                      hint="choose inputs where the derivative is not zero; zero_ok=True if zero is what is meant")
    if point.defined.all() or constant_infinities(point):
        return Report(VERDICTS[worst], notes=_notes(differences))
    return Report(Verdict.OUT_OF_DOMAIN, f"{np.sum(~point.defined)} of {point.y.size} output entries are inf or "
                  "nan at these inputs; the others were compared and agree", notes=_notes(differences))


def constant_infinities(point: CheckPoint) -> bool:
    """Whether outputs that are not finite are infinite here and all around, as masked scores are."""
    values = [point.outputs(point.x + t * joint(point, np.arange(point.x.size)).v) for t in (1e-3, -1e-3, 1e-6, -1e-6)]
    infinite = point.y[~point.defined]
    return not np.isnan(infinite).any() and all(np.array_equal(y[~point.defined], infinite) for y in values)


def surviving_mutant(differences: Differences) -> str | None:
    """A rule that is wrong on purpose and passes the same comparisons, in words; None if all are caught."""
    compared = [c for c in differences.done if (c.status == Status.AGREES).any()]
    kinks = any((c.status == Status.KINK).any() for c in differences.done)
    if kinks and not any(c.analytic[c.status == Status.AGREES].any() for c in compared):
        return None                                     # a point that is all kink, like relu at 0: there 0 is an answer
    p = differences.point
    off = max(1.01, 1 + 4 * p.settings.rtol)
    mutants = {"a rule that returns 0": lambda c: 0 * c.analytic, "the rule with the other sign": lambda c: -c.analytic,
               f"{off:g} times the rule": lambda c: off * c.analytic}
    if differences.mode == "reverse":
        ones = p.pulled(np.where(p.defined, 1.0, 0.0))
        mutants["the rule with 1 in place of g"] = lambda c: np.full(
            c.analytic.shape, np.where(c.direction.v, ones, 0.0) @ c.direction.v)
    for words, mutant in mutants.items():
        if all((differences.agree(mutant(c), c.numeric) | (c.status != Status.AGREES)).all() for c in compared):
            return words
    return None


def _located(differences: Differences, worst: Status) -> Report:
    """The report of the entry with the largest error among those of the worst status, single entries first."""
    p = differences.point
    having = [c for c in differences.done if (c.status == worst).any()]
    c = max(having, key=lambda c: (c.direction.entry is not None, round(_relative_error(c, worst)[0], 6)))
    k = _relative_error(c, worst)[1]
    weight = p.weights[k] if p.full else p.cotangents[k, 0] if p.y.size == 1 else 1.0
    place: dict[str, Any] = {}
    if c.direction.entry is not None:
        i, index, at = p.locate(c.direction.entry)
        place = {"input": i, "index": index, "flat": at}
    if p.full or p.y.size == 1:
        place["output"] = _output_index(p, k)
    return Report(VERDICTS[worst], _message(differences, worst), notes=_notes(differences),
                  analytic=float(c.analytic[k] / weight), numeric=float(c.numeric.value[k] / weight),
                  bar=float(c.numeric.error[k] / abs(weight)),
                  tolerance=float(differences.tolerance(c.analytic, c.numeric)[k] / abs(weight)), **place)


def _relative_error(c: Comparison, status: Status) -> tuple[float, int]:
    larger = np.fmax(np.abs(c.analytic), np.abs(c.numeric.value))
    error = np.nan_to_num(np.abs(c.analytic - c.numeric.value) / np.where(larger == 0, 1.0, larger), nan=2.0)
    error[c.status != status] = -1.0
    k = int(np.argmax(error))
    return float(error[k]), k


def errors(differences: Differences) -> dict[int, list]:
    """Per input, the largest relative error over the outputs of each entry, where all were compared one by one."""
    p = differences.point
    single = {c.direction.entry: c for c in differences.done if c.direction.entry is not None}
    if len(single) < p.x.size:
        return {}
    found = np.array([max(_error_of(c)) for _, c in sorted(single.items())])
    return {i: found[p.block(i)].reshape(p.inputs[i].shape).tolist() for i in p.differentiable}


def _error_of(c: Comparison) -> list[float]:
    """Relative errors of one direction; 0 where both derivatives agree to rounding."""
    larger = np.fmax(np.abs(c.analytic), np.abs(c.numeric.value))
    off = np.where(c.status <= Status.KINK, 0.0, np.abs(c.analytic - c.numeric.value))
    return [float(e) for e in off / np.where(larger > 0, larger, 1.0)] or [0.0]


def _output_index(p: CheckPoint, k: int) -> tuple[int, ...]:
    at = int(np.flatnonzero(p.defined)[k]) if p.full else 0
    shape = (p.y.size,) if is_sequence(p.output) else np.shape(p.output)
    return tuple(int(i) for i in np.unravel_index(at, shape))


def _message(differences: Differences, worst: Status) -> str:
    single = [c for c in differences.done if c.direction.entry is not None]
    count = sum((c.status == worst).any() for c in single)
    where = f"{count} of {len(single)} input entries" if count else "joint directions only"
    return f"{VERDICTS[worst].value}; {where}"


def _notes(differences: Differences) -> tuple[str, ...]:
    kinks = sum((c.status == Status.KINK).any() for c in differences.done)
    met = f"{kinks} of {len(differences.done)} directions meet a kink; the gradient there is a subgradient"
    notes = [met] if kinks else []
    point = differences.point
    if not point.defined.all():
        notes.append(f"{np.sum(~point.defined)} of {point.y.size} outputs are infinite here and nearby: left out")
    excess = differences.max_rounding_excess
    if excess and all(Status.WRONG not in c.status for c in differences.done):
        notes.append(f"off by up to {excess:.1e} of what the rule adds up, which its own rounding explains")
    for i in point.differentiable:
        used = point.block(i)
        if used.stop > used.start and not np.any([c.analytic for c in differences.done if c.direction.v[used].any()]):
            notes.append(f"input {i}: the derivative is 0 here, so nothing but 0 was confirmed")
    return tuple(notes)
