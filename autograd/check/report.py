"""What a check can say: a verdict, and the report around it."""
from dataclasses import asdict, dataclass, field
from enum import Enum

TOLERANCE = "rtol * max(|analytic|, |numeric|) + 4 * bar + floor"


class Verdict(Enum):
    """The outcomes of a check. The first two pass; every other one makes the report falsy."""
    OK = "the gradient is right"
    KINK_OK = "right where the function is smooth, a subgradient where it is not"
    WRONG_VALUE = "the gradient is wrong"
    WRONG_SHAPE = "a cotangent does not have its input's shape"
    WRONG_DTYPE = "a cotangent does not have its input's dtype"
    WRONG_COUNT = "the rule returned another number of cotangents than there are inputs"
    KINK = "the function jumps or has an infinite slope at the input: nothing there to compare with"
    ILL_CONDITIONED = "cannot tell: rounding hides the derivative"
    OUT_OF_DOMAIN = "the function is not defined at or around the input"
    NONFINITE = "the gradient is inf or nan where the derivative is finite"
    NOT_LINEAR_IN_G = "the rule is not linear in the cotangent"
    MUTATES_INPUT = "the function or its rule writes into an input"
    MUTATES_G = "the rule writes into the cotangent it is given"
    NOT_REPEATABLE = "two calls with the same arguments give different results"
    NOT_DIFFERENTIABLE_AGAIN = "the gradient is right, but a rule cannot be differentiated once more"
    VACUOUS = "the check could not have failed: the derivative is zero here, or all of it is excluded"

    @property
    def passed(self) -> bool:
        return self in (Verdict.OK, Verdict.KINK_OK)

    @property
    def inconclusive(self) -> bool:
        """Whether an example with this verdict is no evidence for or against a rule."""
        return self in (Verdict.VACUOUS, Verdict.ILL_CONDITIONED, Verdict.OUT_OF_DOMAIN, Verdict.KINK)


class GradcheckError(AssertionError):
    """A gradient check that did not pass; `report` says why."""

    def __init__(self, report: "Report"):
        super().__init__(str(report))
        self.report = report


@dataclass(frozen=True, repr=False)
class Report:
    """The result of a check: true when it passed, printed as what was found and where.

    `input`, `index` and `flat` locate the worst entry (`output` the output entry it belongs to, where one is known);
    `analytic` is the rule's derivative there, `numeric` ± `bar` the one measured. `how` tells what was compared,
    `notes` what was left out, `seed` makes it repeatable. `errors` maps an input to the relative errors of all its
    entries, nested as the input is.
    """
    verdict: Verdict
    message: str = ""
    name: str = "f"
    mode: str = "reverse"
    order: int = 1
    input: int | None = None
    input_name: str | None = None
    index: tuple[int, ...] | None = None
    flat: int | None = None
    output: tuple[int, ...] | None = None
    analytic: float | None = None
    numeric: float | None = None
    bar: float | None = None
    tolerance: float | None = None
    hint: str = ""
    how: str = ""
    notes: tuple[str, ...] = ()
    seed: int = 0
    evaluations: int = 0
    script: str = ""
    errors: dict[int, list] = field(default_factory=dict, repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.verdict.passed

    def raise_if_failed(self) -> "Report":
        """Raise `GradcheckError` unless the check passed; returns the report itself otherwise."""
        if not self:
            raise GradcheckError(self)
        return self

    def to_dict(self) -> dict:
        """The report as plain data, for JSON."""
        return {**asdict(self), "verdict": self.verdict.name, "passed": bool(self)}

    def __str__(self) -> str:
        lines = [f"{self.verdict.name}: {self.name}, {self.mode} mode, order {self.order}: "
                 f"{self.message or self.verdict.value}"]
        lines += [f"  {label:<10} {text}" for label, text in self._facts() if text]
        return "\n".join(lines + ([f"\nTo see it again:\n\n{self.script}"] if self.script else []))

    __repr__ = __str__

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("where", self._place())]
        if self.analytic is not None:
            error = abs(self.analytic - (self.numeric or 0.0))
            largest = max(abs(self.analytic), abs(self.numeric or 0.0))
            facts += [("analytic", f"{self.analytic:.12g}"),
                      ("numeric", f"{self.numeric:.12g} ± {self.bar:.1e}"),
                      ("error", f"{error:.3e} absolute, {error / largest if largest else 0.0:.3e} relative"),
                      ("tolerance", f"{self.tolerance:.1e} = {TOLERANCE}")]
        facts += [("hint", self.hint), ("compared", self.how), *(("note", note) for note in self.notes)]
        return [*facts, ("seed", str(self.seed) if not self else "")]

    def _place(self) -> str:
        if self.input is None:
            return ""
        name = f" ({self.input_name})" if self.input_name else ""
        entry = f", entry {self.index} (flat {self.flat})" if self.index is not None else ""
        return f"input {self.input}{name}{entry}" + (f", output entry {self.output}" if self.output is not None else "")
