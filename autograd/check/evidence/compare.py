"""Compare the rule's derivative with measured differences, entry by entry; tell kinks and singular points apart."""
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import islice

import numpy as np

from .check_point import CheckPoint
from .differences import Estimate, TwoSided, adaptive_derivative, roughness, row, where
from .directions import Direction, alone, directions, joint
from .kinks import allowed_at_kink
from .six_values import SixValues, richardson, six_values

SAFETY = 4.0
MOST_ADAPTIVE_RUNS = {False: 40, True: 8}
"""How many directions get adaptive steps, where the Jacobian is compared in full and where it is sampled."""
SUBNORMAL = float(np.finfo(float).tiny)
"""Numbers below this one count as 0: many processors and libraries flush them."""
ROUNDED = 1e-2
"""A rule's rounding errors are below this part of what it adds up."""
ENOUGH = 4
"""After so many confirmations six values are believed."""
NEGLIGIBLE = 1e-8
"""A derivative below this part of the function's value need not be resolved where another output shows the entry's."""


class Status(IntEnum):
    """What one comparison showed, the worse the larger."""
    SKIPPED = -1
    AGREES = 0
    KINK = 1
    UNSURE = 2
    UNDEFINED = 3
    DIVERGES = 4
    NONFINITE = 5
    WRONG = 6


@dataclass
class Comparison:
    """One direction: the rule's derivative, the measured one and the status, per contracted output; the slopes on both
    sides, where these were measured."""
    direction: Direction
    analytic: np.ndarray
    numeric: Estimate
    status: np.ndarray
    sides: TwoSided | None = None


@dataclass
class Differences:
    """All comparisons at a point, with the rule of one mode."""
    point: CheckPoint
    mode: str
    done: list[Comparison] = field(default_factory=list)
    adaptive_runs: int = 0
    sides: TwoSided | None = None
    near: bool = False
    """Whether the entry at hand shows its derivative at steps of its own size."""
    confirmed: int = 0
    """How often adaptive steps confirmed that what six values showed to be wrong is wrong."""
    max_rounding_excess: float = 0.0
    """By how much the rule was off and forgiven its own rounding: the largest part of what it adds up."""

    def analytic_along(self, direction: Direction) -> np.ndarray:
        if self.mode == "reverse":
            used = direction.v != 0                                         # 0 * inf is no contribution
            return self.point.analytic[:, used] @ direction.v[used]
        return self.point.project(self.point.pushed(direction.v))

    def run(self) -> "Differences":
        for direction in directions(self.point):
            self.done.append(self.compare(direction))
        kinked = [c.direction.entry for c in self.done if Status.KINK in c.status and c.direction.entry is not None]
        if len(kinked) > 1:
            self.done += [self.compare(d) for d in _joint_at(self.point, np.array(kinked))]
        wrong = [c for c in self.done if Status.WRONG in c.status]
        if self.point.sampled and wrong and all(c.direction.entry is None for c in wrong):
            self.adaptive_runs = 0
            self.done.append(self.compare(self.narrowed(wrong[0])))
        return self

    def narrowed(self, wrong: Comparison) -> Direction:
        """A single entry that is wrong, from a joint direction that is, by halving it."""
        p, k = self.point, int(np.argmax(wrong.status))
        entries = np.flatnonzero(wrong.direction.v)

        def error(half: np.ndarray) -> float:
            d = Direction(np.where(np.isin(np.arange(p.x.size), half), wrong.direction.v, 0.0), None, 1.0)
            analytic, numeric = self.analytic_along(d), richardson(p, p.x, d.v, d.step(p), p.rounding)
            return float(np.nan_to_num(np.abs(analytic - numeric.value) / self.tolerance(analytic, numeric))[k])
        while len(entries) > 1:
            entries = max(np.array_split(entries, 2), key=error)
        return alone(p, int(entries[0]))

    def compare(self, direction: Direction) -> Comparison:
        """Compare with six evaluations, and with adaptive steps where these do not settle it."""
        p = self.point
        analytic = self.analytic_along(direction)
        self.sides, self.near = None, False
        numeric, status = self.six_values(direction, analytic, direction.step(self.point))
        if not (status <= Status.KINK).all() and (own := self.own_step(direction)):
            closer, statuses = self.six_values(direction, analytic, own)
            self.near = bool(self.resolved(analytic, closer)[status > Status.KINK].all())
            better = (status > Status.KINK) & ((statuses <= Status.KINK) | self.near)
            numeric, status = where(better, closer, numeric), np.where(better, statuses, status)
        if not (status <= Status.KINK).all():
            numeric, status = self.closer_comparison(direction, analytic, numeric, status)
            noise = self.rounding_only(direction, analytic, numeric) & (status == Status.WRONG)
            status = np.where(noise, Status.SKIPPED, status)
        if direction.entry is None:
            status = np.where((status == Status.WRONG) & self.jumps, Status.DIVERGES, status)
        if (direction.entry is None) is not p.sampled:          # the main evidence: single entries, or joint directions
            status = np.where((status > Status.KINK) & (status < Status.WRONG), Status.SKIPPED, status)
        elif ((status == Status.AGREES) & (np.abs(analytic) * direction.scale > 64 * p.eps * self.sizes)).any():
            lost = (status == Status.UNSURE) & (np.abs(analytic) * direction.scale <= NEGLIGIBLE * self.sizes)
            status = np.where(lost, Status.SKIPPED, status)
        return Comparison(direction, analytic, numeric, status, self.sides)

    def six_values(self, direction: Direction, analytic: np.ndarray, step: float) -> tuple[Estimate, np.ndarray]:
        """What six values show: agreement, or a value between the slopes on the two sides of a kink."""
        p = self.point
        values = six_values(p, p.x, direction.v, step, p.rounding)
        numeric = values.central()
        status = np.where(self.agree(analytic, numeric) & self.resolved(analytic, numeric), Status.AGREES, Status.WRONG)
        if (status == Status.AGREES).all():
            return numeric, status
        kinked = (status == Status.WRONG) & self.between_sides(direction, values, analytic)
        return numeric, np.where(kinked, Status.KINK, status)

    def between_sides(self, direction: Direction, values: SixValues, analytic: np.ndarray) -> np.ndarray:
        """Where both one-sided slopes are known well, differ, and have the rule's derivative between them."""
        here = self.point.project(self.point.y)
        right, left = values.one_sided(here)
        low, high = np.minimum(right.value, left.value), np.maximum(right.value, left.value)
        error = SAFETY * (right.error + left.error) + self.point.settings.rtol * np.maximum(np.abs(low), np.abs(high))
        found = (high - low > 1e3 * error) & (low - error <= analytic) & (analytic <= high + error)
        return found & self.sharp(direction, right.value, left.value, found) if found.any() else found

    def sharp(self, direction: Direction, right: np.ndarray, left: np.ndarray, found: np.ndarray) -> np.ndarray:
        """Where the slopes on both sides are still these at the smallest step that rounding allows: no narrow bend."""
        p, v, gap = self.point, direction.v, np.abs(right - left)
        here = p.project(p.y)
        h = float(np.max(1e3 * p.rounding.of(np.abs(here))[found] / gap[found]))
        if not h < direction.step(self.point) / 16:
            return np.zeros(len(found), bool)
        off = np.fmax(np.abs((p(p.x + h * v) - here) / h - right), np.abs((here - p(p.x - h * v)) / h - left))
        return off <= 0.02 * gap

    def own_step(self, direction: Direction) -> float | None:
        """A step by the entry's own size, where that is far below its input's usual size."""
        if direction.entry is None or not (own := abs(float(self.point.x[direction.entry]))):
            return None
        return direction.step(self.point) * own / direction.scale if own < direction.scale / 4 else None

    def rounding_only(self, direction: Direction, analytic: np.ndarray, numeric: Estimate) -> np.ndarray:
        """Where a second derivative is 0 but for rounding in the rule that is differentiated."""
        noise = 64 * self.point.eps * self.usual / direction.scale if self.point.function.order > 1 else -1.0
        return np.fmax(np.abs(analytic), np.abs(numeric.value)) <= noise

    def closer_comparison(self, direction, analytic, numeric, status) -> tuple[Estimate, np.ndarray]:
        """Compare with adaptive steps, as long as there were not many; later ones say no more than the first."""
        clear = (status <= Status.KINK) | self.resolved(analytic, numeric)
        if clear.all() and self.confirmed >= ENOUGH:
            return numeric, status
        self.adaptive_runs += 1
        if self.adaptive_runs <= MOST_ADAPTIVE_RUNS[self.point.sampled]:
            closer, judged = self.adaptive_comparison(direction, analytic, numeric, status)
            self.confirmed += bool(clear.all() and (judged == Status.WRONG).any())
            return closer, judged
        wrong = any((c.status == Status.WRONG).any() for c in self.done)
        return numeric, np.where(status <= Status.KINK, status, Status.WRONG if wrong else Status.SKIPPED)

    def agree(self, analytic: np.ndarray, numeric: Estimate) -> np.ndarray:
        return np.isfinite(analytic) & (np.abs(analytic - numeric.value) <= self.tolerance(analytic, numeric))

    def tolerance(self, analytic: np.ndarray, numeric: Estimate, size: float = 1.0) -> np.ndarray:
        """rtol of the larger number, four error bounds, and a floor for rounding in rules that add terms."""
        largest = 1e-12 * np.max(np.where(np.isfinite(analytic), np.abs(analytic), 0.0), initial=0.0)
        larger = np.fmax(np.abs(analytic), np.abs(numeric.value))
        chosen = self.point.settings
        floor = largest if chosen.atol is None else chosen.atol * size
        return (chosen.rtol + chosen.nondet_tol) * larger + SAFETY * numeric.error + floor + SUBNORMAL

    def resolved(self, analytic: np.ndarray, numeric: Estimate) -> np.ndarray:
        """Whether the errors are small beside the numbers, or both are zero as exactly as rounding shows."""
        larger = np.fmax(np.abs(analytic), np.abs(numeric.value))
        both_zero = (analytic == 0) & (numeric.value == 0) & (numeric.error < 1e-6)
        return both_zero | (numeric.error <= self.point.resolution * larger)

    # ---- adaptive steps ----------------------------------------------------------------------------------------------

    def adaptive_comparison(self, direction, analytic, numeric, known) -> tuple[Estimate, np.ndarray]:
        self.sides = sides = self.slopes(direction)
        settled = known <= Status.KINK
        finer = ~settled & self.agree(analytic, sides.fine) & self.resolved(analytic, sides.fine)
        numeric = where(finer, sides.fine, numeric)
        status = np.array([known[k] if settled[k] else Status.AGREES if finer[k] else
                           self.judge(sides, k, analytic[k], direction.scale) for k in range(analytic.size)])
        called = status
        status = self.forgiven_rounding(direction, analytic, sides, status)
        fast = (called != status) & self.agree(analytic, sides.fine)
        numeric = where(fast, sides.fine, numeric)
        if (wrong := status == Status.WRONG).any():
            status = np.where(allowed_at_kink(self.point, direction, analytic, wrong), Status.KINK, status)
        side = Estimate(np.where(np.isnan(sides.right.value), sides.left.value, sides.right.value),
                        np.fmin(sides.right.error, sides.left.error))
        best = where(settled | finer | fast, numeric, where(sides.at_edge(), side, sides.central))
        return self.refine_with_complex_step(direction, analytic, best, status)

    def forgiven_rounding(self, direction: Direction, analytic: np.ndarray, sides: TwoSided,
                          status: np.ndarray) -> np.ndarray:
        """The status of entries that only seem wrong: the function varies fast, or the rule rounds."""
        status, near = status.copy(), self.agree(analytic, sides.fine)
        for k in map(int, np.flatnonzero(((status == Status.WRONG) | (status == Status.UNSURE)) & near)):
            status[k] = self.smooth(k, analytic[k], sides.fine.value[k], sides.fine.error[k], direction.scale)
        for k in map(int, np.flatnonzero((status == Status.WRONG) & ~sides.kinked())):
            if self.rounded(direction, k, float(sides.central.value[k])):
                status[k] = Status.AGREES
        return status

    def rounded(self, direction: Direction, k: int, value: float) -> bool:
        """Whether only rounding separates a rule that adds up terms that cancel from the value: in extended precision
        it comes near, or, where it does not take such numbers, the noise of its answers along v explains it."""
        p, used = self.point, direction.v != 0
        if self.mode != "reverse":
            return False
        off = abs(float(p.analytic[k, used] @ direction.v[used]) - value)
        total = float(np.abs(p.analytic[k, used]) @ np.abs(direction.v[used]))
        if not off <= ROUNDED * total:
            return False
        if (exact := p.extended(p.cotangents[k])) is not None:
            forgiven = abs(float(exact[used] @ direction.v[used]) - value) <= off / 4
        else:
            forgiven = off <= 4 * SAFETY * self.noise_of_answers(direction, k)
        if forgiven:
            self.max_rounding_excess = max(self.max_rounding_excess, off / total)
        return forgiven

    def noise_of_answers(self, direction: Direction, k: int) -> float:
        """The rounding noise of the rule's derivative along v, at ten points close together."""
        p, used = self.point, direction.v != 0

        def answer(x: np.ndarray) -> np.ndarray:
            return np.array([p.pulled(p.cotangents[k], p.at(x))[used] @ direction.v[used]])
        return float(roughness(row(answer, p.x, direction.v, 0.7 * 2.0 ** -24 * direction.scale))[0])

    def refine_with_complex_step(self, direction, analytic, numeric: Estimate, status) -> tuple[Estimate, np.ndarray]:
        """Undecided entries, decided by a complex step where it confirms the first digit of the differences."""
        if Status.UNSURE not in status or (slope := self.point.complex_slope(direction.v, direction.scale)) is None:
            return numeric, status
        near = (np.abs(slope - numeric.value) <= SAFETY * numeric.error) & (numeric.error <= 0.1 * np.abs(slope))
        trusted = (status == Status.UNSURE) & near
        rounding = 16 * self.point.eps * self.sizes / direction.scale     # the rule's own, where terms cancel
        exact = where(trusted, Estimate(slope, rounding), numeric)
        decided = np.where(self.agree(analytic, exact), Status.AGREES, Status.WRONG)
        for k in map(int, np.flatnonzero(trusted & (decided == Status.WRONG))):
            if self.rounded(direction, k, float(slope[k])):
                decided[k] = Status.AGREES
        return exact, np.where(trusted, decided, status)

    def slopes(self, direction: Direction) -> TwoSided:
        p = self.point
        if direction.entry is None:
            return adaptive_derivative(p, p.x, direction.v, (0.25, 2.0 ** -4), p.rounding)
        own = abs(float(p.x[direction.entry]))
        if self.near:
            return adaptive_derivative(p, p.x, direction.v, (own / 4, own), p.rounding)
        largest = max(1.0, direction.scale, float(np.max(np.abs(p.x[p.block(p.locate(direction.entry)[0])]))))
        return adaptive_derivative(p, p.x, direction.v, (largest / 4, own or direction.scale), p.rounding)

    def judge(self, sides: TwoSided, k: int, a: float, scale: float) -> Status:
        """The status of one entry, whose derivative by the rule is a."""
        right, left = sides.right, sides.left
        if sides.diverges[k]:
            return Status.KINK if np.isinf(a) or self.point.function.order > 1 else Status.DIVERGES
        if np.isnan(right.value[k]) and np.isnan(left.value[k]):
            return Status.UNDEFINED
        if not np.isfinite(a):
            masked = not self.point.defined.all() and sides.central.value[k] == 0      # 0 * nan of a masked output
            return Status.UNDEFINED if masked else Status.NONFINITE
        if sides.at_edge()[k]:
            side = right if np.isnan(left.value[k]) else left
            return self.smooth(k, a, side.value[k], side.error[k], scale)
        if sides.kinked()[k]:
            ends = [left.value[k], right.value[k]]
            slack = SAFETY * (left.error[k] + right.error[k]) + self.point.settings.rtol * max(map(abs, ends))
            return Status.KINK if min(ends) - slack <= a <= max(ends) + slack else Status.WRONG
        return self.smooth(k, a, sides.central.value[k], sides.central.error[k], scale)

    def smooth(self, k: int, a: float, value: float, error: float, scale: float) -> Status:
        if not np.isfinite(value):
            return Status.UNDEFINED
        if not self.agree(np.array([a]), Estimate(np.array([value]), np.array([error])))[0]:
            return Status.WRONG
        if abs(a) * scale <= 64 * self.point.eps * self.sizes[k]:         # zero, as far as rounding can show
            return Status.AGREES
        beside = max(10 * self.point.resolution * max(abs(a), abs(value)), 1e-5 * self.usual / scale)
        return Status.AGREES if error <= beside else Status.UNSURE

    @cached_property
    def sizes(self) -> np.ndarray:
        """|F|, beside which a change may be lost in rounding."""
        return np.abs(self.point.project(self.point.y))

    @cached_property
    def usual(self) -> float:
        """The largest change that a step of an entry's own size causes by the rule, to compare errors with."""
        p = self.point
        if p.function.vjp is None:
            changes = [float(np.max(np.abs(c.analytic), initial=0.0)) * c.direction.scale for c in self.done]
            return max(changes, default=0.0)
        changes = np.abs(p.analytic) * p.scales
        return float(np.max(changes[np.isfinite(changes)], initial=0.0))

    @property
    def jumps(self) -> np.ndarray:
        """The outputs that jump, or are not defined, as one entry moves: joint directions say nothing there."""
        return np.any([(c.status == Status.DIVERGES) | (c.status == Status.UNDEFINED) for c in self.done
                       if c.direction.entry is not None] or [False], axis=0)

    def symmetric_kink(self) -> bool:
        """Whether slopes on two sides cancel, as those of |x| at 0 do, where all that was compared is 0."""
        return any(self.slopes(direction).kinked().any() for direction in islice(directions(self.point), 8))


def _joint_at(point: CheckPoint, entries: np.ndarray) -> list[Direction]:
    """Directions that move the kinked entries together: equally (ties stay ties), along the rule's gradient (where one
    that is none goes farthest beyond the slopes), and at random."""
    v = np.zeros(point.x.size)
    v[entries] = 1.0
    claim = np.where(v, np.nan_to_num(point.analytic[0], posinf=0, neginf=0), 0.0) if point.function.vjp else v
    along = [Direction(claim / np.max(np.abs(claim)), None, 1.0)] if claim.any() else []
    return [Direction(v, None, 1.0), *along, *(joint(point, entries) for _ in range(4))]
