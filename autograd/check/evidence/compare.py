"""The claimed derivative against measured differences, entry by entry, with kinks and singular points told apart."""
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import islice

import numpy as np

from .check_point import Direction, Problem
from .differences import CloseLook, Estimate, close_look, quick, roughness, row

SAFETY = 4.0
RESOLVED = 1e-4
"""A bar is small enough to tell right from wrong if it is below this part of the derivative."""
LOOKS = {False: 40, True: 8}
"""How many directions are looked at closely, for problems compared in full and for sampled ones."""
ROUNDED = 1e-2
"""A rule's rounding errors are below this part of what it adds up."""
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
    """One direction: claim, measurement and status per contracted output."""
    direction: Direction
    claim: np.ndarray
    found: Estimate
    status: np.ndarray


@dataclass
class Differences:
    """All comparisons of a problem, with the claims of one mode."""
    problem: Problem
    mode: str
    done: list[Comparison] = field(default_factory=list)
    looks: int = 0
    excuse: float = 0.0
    """The largest part of what it adds up by which the rule was off and excused by its own rounding."""

    def claim(self, direction: Direction) -> np.ndarray:
        if self.mode == "reverse":
            used = direction.v != 0                                         # 0 * inf is no contribution
            return self.problem.claimed[:, used] @ direction.v[used]
        return self.problem.project(self.problem.pushed(direction.v))

    def run(self) -> "Differences":
        for direction in self.problem.directions():
            self.done.append(self.compare(direction))
        kinked = [c.direction.entry for c in self.done if Status.KINK in c.status and c.direction.entry is not None]
        if len(kinked) > 1:
            self.done += [self.compare(d) for d in _joint_at(self.problem, np.array(kinked))]
        wrong = [c for c in self.done if Status.WRONG in c.status]
        if self.problem.sampled and wrong and all(c.direction.entry is None for c in wrong):
            self.looks = 0
            self.done.append(self.compare(self.narrowed(wrong[0])))
        return self

    def narrowed(self, wrong: Comparison) -> Direction:
        """A single entry that is wrong, from a joint direction that is, by halving it."""
        p, k = self.problem, int(np.argmax(wrong.status))
        entries = np.flatnonzero(wrong.direction.v)

        def error(half: np.ndarray) -> float:
            d = Direction(np.where(np.isin(np.arange(p.x.size), half), wrong.direction.v, 0.0), None, 1.0)
            claim, found = self.claim(d), quick(p, p.x, d.v, p.step(d), p.rounding)
            return float(np.nan_to_num(np.abs(claim - found.value) / self.tolerance(claim, found))[k])
        while len(entries) > 1:
            entries = max(np.array_split(entries, 2), key=error)
        return p.alone(int(entries[0]))

    def compare(self, direction: Direction) -> Comparison:
        """A quick comparison, and a close look where that does not settle it."""
        p = self.problem
        claim, found = self.claim(direction), quick(p, p.x, direction.v, p.step(direction), p.rounding)
        settled = self.agree(claim, found) & self.resolved(claim, found)
        status = np.where(settled, Status.AGREES, Status.WRONG)
        if not settled.all():
            found, status = self.unsettled(direction, claim, found, settled)
            status = np.where(self.lost(direction, claim, found) & (status == Status.WRONG), Status.SKIPPED, status)
        if (direction.entry is None) is not p.sampled:          # the main evidence: single entries, or joint directions
            status = np.where((status > Status.KINK) & (status < Status.WRONG), Status.SKIPPED, status)
        elif ((status == Status.AGREES) & (np.abs(claim) * direction.scale > 64 * p.eps * self.sizes)).any():
            lost = (status == Status.UNSURE) & (np.abs(claim) * direction.scale <= NEGLIGIBLE * self.sizes)
            status = np.where(lost, Status.SKIPPED, status)
        return Comparison(direction, claim, found, status)

    def lost(self, direction: Direction, claim: np.ndarray, found: Estimate) -> np.ndarray:
        """Second derivatives that are 0 both, but for rounding in the rule whose derivative they are."""
        noise = 64 * self.problem.eps * self.usual / direction.scale if self.problem.subject.order > 1 else -1.0
        return np.fmax(np.abs(claim), np.abs(found.value)) <= noise

    def unsettled(self, direction, claim, found, settled) -> tuple[Estimate, np.ndarray]:
        """A close look, as long as there were not many; later ones say no more than the first."""
        self.looks += 1
        if self.looks <= LOOKS[self.problem.sampled]:
            return self.look_closely(direction, claim, found, settled)
        wrong = any((c.status == Status.WRONG).any() for c in self.done)
        return found, np.where(settled, Status.AGREES, Status.WRONG if wrong else Status.SKIPPED)

    def agree(self, claim: np.ndarray, found: Estimate) -> np.ndarray:
        return np.isfinite(claim) & (np.abs(claim - found.value) <= self.tolerance(claim, found))

    def tolerance(self, claim: np.ndarray, found: Estimate) -> np.ndarray:
        """rtol of the larger number, four bars, and a floor for rounding in rules that add and subtract terms."""
        floor = 1e-12 * np.max(np.where(np.isfinite(claim), np.abs(claim), 0.0), initial=0.0)
        larger = np.fmax(np.abs(claim), np.abs(found.value))
        return self.problem.settings.rtol * larger + SAFETY * found.bar + floor

    def resolved(self, claim: np.ndarray, found: Estimate) -> np.ndarray:
        """Whether the bars are small beside the numbers, or both are zero as exactly as rounding lets one see."""
        larger = np.fmax(np.abs(claim), np.abs(found.value))
        return (found.bar <= RESOLVED * larger) | ((claim == 0) & (found.value == 0) & (found.bar < 1e-6))

    # ---- a close look -----------------------------------------------------------------------------------------------

    def look_closely(self, direction, claim, found, settled) -> tuple[Estimate, np.ndarray]:
        look = self.slopes(direction)
        finer = ~settled & self.agree(claim, look.fine) & self.resolved(claim, look.fine)
        found = Estimate(np.where(finer, look.fine.value, found.value), np.where(finer, look.fine.bar, found.bar))
        settled = settled | finer
        status = np.array([Status.AGREES if settled[k] else self.judge(look, k, claim[k], direction.scale)
                           for k in range(claim.size)])
        kinked = look.kinked() | (direction.entry is None and any(Status.KINK in c.status for c in self.done))
        called = status
        status = self.excused(direction, claim, look, status)
        fast = (called == Status.WRONG) & (status != Status.WRONG) & self.agree(claim, look.fine)
        found = Estimate(np.where(fast, look.fine.value, found.value), np.where(fast, look.fine.bar, found.bar))
        settled = settled | fast
        for k in np.flatnonzero((status == Status.WRONG) & kinked):
            if self.between_neighbours(direction, int(k), claim[k]):
                status[k] = Status.KINK
        side = Estimate(np.where(np.isnan(look.right.value), look.left.value, look.right.value),
                        np.fmin(look.right.bar, look.left.bar))
        sided = look.at_edge()
        value = np.where(settled, found.value, np.where(sided, side.value, look.central.value))
        bar = np.where(settled, found.bar, np.where(sided, side.bar, look.central.bar))
        return self.sharpened(direction, claim, Estimate(value, bar), status)

    def excused(self, direction: Direction, claim: np.ndarray, look: CloseLook, status: np.ndarray) -> np.ndarray:
        """The status of claims that only seem wrong: where the function varies fast, or by the rule's own rounding."""
        status, near = status.copy(), self.agree(claim, look.fine)
        for k in map(int, np.flatnonzero((status == Status.WRONG) & near)):
            status[k] = self.smooth(k, claim[k], look.fine.value[k], look.fine.bar[k], direction.scale)
        for k in map(int, np.flatnonzero((status == Status.WRONG) & ~look.kinked())):
            if self.rounded(direction, k, abs(float(claim[k] - look.central.value[k]))):
                status[k] = Status.AGREES
        return status

    def rounded(self, direction: Direction, k: int, off: float) -> bool:
        """Whether a rule that adds up terms that cancel may be off by so much: the noise of its claim along v."""
        p, used = self.problem, direction.v != 0
        if self.mode != "reverse":
            return False
        total = float(np.abs(p.claimed[k, used]) @ np.abs(direction.v[used]))
        if not off <= ROUNDED * total:
            return False

        def claim(x: np.ndarray) -> np.ndarray:
            return np.array([p.pulled(p.cotangents[k], p.at(x))[used] @ direction.v[used]])
        noise = float(roughness(row(claim, p.x, direction.v, 0.7 * 2.0 ** -24 * direction.scale))[0])
        if excused := off <= 4 * SAFETY * noise:
            self.excuse = max(self.excuse, off / total)
        return excused

    def sharpened(self, direction, claim, found: Estimate, status) -> tuple[Estimate, np.ndarray]:
        """Undecided entries, decided by a complex step where it confirms the first digit of the differences."""
        if Status.UNSURE not in status or (slope := self.problem.complex_slope(direction)) is None:
            return found, status
        near = (np.abs(slope - found.value) <= SAFETY * found.bar) & (found.bar <= 0.1 * np.abs(slope))
        trusted = (status == Status.UNSURE) & near
        rounding = 16 * self.problem.eps * self.sizes / direction.scale     # the rule's own, where terms cancel
        exact = Estimate(np.where(trusted, slope, found.value), np.where(trusted, rounding, found.bar))
        decided = np.where(self.agree(claim, exact), Status.AGREES, Status.WRONG)
        for k in map(int, np.flatnonzero(trusted & (decided == Status.WRONG))):
            if self.rounded(direction, k, abs(float(claim[k] - slope[k]))):
                decided[k] = Status.AGREES
        return exact, np.where(trusted, decided, status)

    def slopes(self, direction: Direction) -> CloseLook:
        p = self.problem
        if direction.entry is None:
            return close_look(p, p.x, direction.v, (0.25, 2.0 ** -4), p.rounding)
        own = abs(float(p.x[direction.entry]))
        largest = max(1.0, direction.scale, float(np.max(np.abs(p.x[p.block(p.locate(direction.entry)[0])]))))
        return close_look(p, p.x, direction.v, (largest / 4, own or direction.scale), p.rounding)

    def judge(self, look: CloseLook, k: int, a: float, scale: float) -> Status:
        """One entry of a close look, where a is claimed."""
        right, left = look.right, look.left
        if np.isnan(right.value[k]) and np.isnan(left.value[k]):
            return Status.UNDEFINED
        if look.diverges[k]:
            return Status.KINK if np.isinf(a) or self.problem.subject.order > 1 else Status.DIVERGES
        if not np.isfinite(a):
            masked = not self.problem.defined.all() and look.central.value[k] == 0      # 0 * nan of a masked output
            return Status.UNDEFINED if masked else Status.NONFINITE
        if look.at_edge()[k]:
            side = right if np.isnan(left.value[k]) else left
            return self.smooth(k, a, side.value[k], side.bar[k], scale)
        if look.kinked()[k]:
            ends = [left.value[k], right.value[k]]
            slack = SAFETY * (left.bar[k] + right.bar[k]) + self.problem.settings.rtol * max(map(abs, ends))
            return Status.KINK if min(ends) - slack <= a <= max(ends) + slack else Status.WRONG
        return self.smooth(k, a, look.central.value[k], look.central.bar[k], scale)

    def smooth(self, k: int, a: float, value: float, bar: float, scale: float) -> Status:
        if not np.isfinite(value):
            return Status.UNDEFINED
        if not self.agree(np.array([a]), Estimate(np.array([value]), np.array([bar])))[0]:
            return Status.WRONG
        if abs(a) * scale <= 64 * self.problem.eps * self.sizes[k]:         # zero, as far as rounding can show
            return Status.AGREES
        beside = max(10 * RESOLVED * max(abs(a), abs(value)), 1e-5 * self.usual / scale)
        return Status.AGREES if bar <= beside else Status.UNSURE

    @cached_property
    def sizes(self) -> np.ndarray:
        """|F|, beside which a change may be lost in rounding."""
        return np.abs(self.problem.project(self.problem.y))

    @cached_property
    def usual(self) -> float:
        """The largest change that a step of an entry's own size is claimed to cause, to compare bars with."""
        p = self.problem
        if p.subject.vjp is None:
            changes = [float(np.max(np.abs(c.claim), initial=0.0)) * c.direction.scale for c in self.done]
            return max(changes, default=0.0)
        changes = np.abs(p.claimed) * p.scales
        return float(np.max(changes[np.isfinite(changes)], initial=0.0))

    def symmetric_kink(self) -> bool:
        """Whether 0 is everywhere claimed and measured because slopes on two sides cancel, as those of |x| at 0 do."""
        return any(self.slopes(direction).kinked().any() for direction in islice(self.problem.directions(), 8))

    def between_neighbours(self, direction: Direction, k: int, a: float) -> bool:
        """Whether a claim along a direction lies between the derivatives at random points near a kink.

        This is Clarke's subdifferential (1975): it admits every combination of conventions at several kinks, and
        nothing that no choice of them gives."""
        p, entries, found = self.problem, np.flatnonzero(direction.v), []
        for _ in range(32):
            x = p.x + 2.0 ** -16 * p.joint(entries).v
            found.append(quick(p, x, direction.v, 2.0 ** -26 * direction.scale, p.rounding).value[k])
        low, high = np.nanmin(found), np.nanmax(found)
        slack = 1e-4 * max(abs(low), abs(high))
        return bool(high - low > 10 * slack and low - slack <= a <= high + slack)


def _joint_at(problem: Problem, entries: np.ndarray) -> list[Direction]:
    """Directions that move the kinked entries together: equally (ties stay ties), and at random."""
    v = np.zeros(problem.x.size)
    v[entries] = 1.0
    return [Direction(v, None, 1.0), *(problem.joint(entries) for _ in range(4))]
