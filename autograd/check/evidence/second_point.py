"""Check a rule again after its inputs have moved, in new arrays and in the same ones: it must remember nothing."""
from dataclasses import replace

import numpy as np

from ..report import Report, Verdict
from .check_point import CheckPoint
from .compare import Differences
from .directions import joint
from .structure import parts
from .summary import summarise

DISTANCES = (2.0 ** -3, 2.0 ** -7, 2.0 ** -12, 2.0 ** -20)
STALE = "a stale residual, kept from an earlier call? or wrong in a region"


def second_point(point: CheckPoint, report: Report) -> Report:
    """The report, or another one if the rule is wrong once the inputs have moved, or all of them but the outermost."""
    everything = np.arange(point.x.size)
    for entries in (everything, everything[1:-1]):
        if not entries.size or not point.y.size or (moved := moved_inside(point, entries)) is None:
            continue
        try:
            finding = _compared(moved)
            stale = changed_in_place(point, moved)
        except Exception:                               # the rule too may be defined at the given point alone
            continue
        if finding.verdict is Verdict.WRONG_VALUE:
            return replace(finding, message="right at the inputs given, wrong after they have moved", hint=STALE)
        if stale is not None:
            return stale
    return report


def _compared(moved: CheckPoint) -> Report:
    """What two joint directions show."""
    differences = Differences(moved, "reverse")
    everything = np.arange(moved.x.size)
    differences.done = [differences.compare(joint(moved, everything)) for _ in range(2)]
    return summarise(differences, guarded=False)


def moved_inside(point: CheckPoint, entries: np.ndarray) -> CheckPoint | None:
    """The same function (with whatever it remembers) a step away, as far as it is defined there; None if nowhere."""
    step = joint(point, entries).v
    for distance in DISTANCES:
        for sign in (1.0, -1.0):
            try:
                moved = CheckPoint(point.function, point.at(point.x + sign * distance * step), point.settings)
            except Exception:
                continue
            if moved.y.size == point.y.size and np.array_equal(moved.defined, point.defined):
                return moved
    return None


def changed_in_place(point: CheckPoint, moved: CheckPoint) -> Report | None:
    """The same arrays with other values in them give what new arrays of these values give."""
    xs = point.fresh()
    point.function.vjp(point.like_output(point.g.copy()), *xs)
    expected = moved.pulled(moved.g)
    for x, value in zip(xs, moved.inputs, strict=True):
        x[...] = value
    found = moved.moved_parts(parts(moved.function.vjp(moved.like_output(moved.g.copy()), *xs)))
    slack = moved.exact * np.abs(expected) + moved.rounding_bound(moved.g)
    bad = np.flatnonzero(np.abs(found - expected) > slack)
    if not bad.size:
        return None
    i, index, flat = moved.locate(int(bad[0]))
    return Report(Verdict.WRONG_VALUE, "right in new arrays, wrong after the same arrays were changed in place",
                  input=i, index=index, flat=flat, analytic=float(found[bad[0]]), numeric=float(expected[bad[0]]),
                  bar=0.0, tolerance=float(slack[bad[0]]), hint="a stale residual, kept by an id or address?")
