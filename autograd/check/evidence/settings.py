"""How thorough a check is, and the copies of its inputs."""
from dataclasses import dataclass, fields

import numpy as np

from ...support.arguments import check, check_flags, check_integer


@dataclass(frozen=True)
class Settings:
    """How thorough a check is.

    rtol: relative error that is never a fault.
    atol: absolute error that is never a fault; by default 1e-12 of the largest derivative.
    nondet_tol: relative difference between two equal calls that is no fault, for sums in a changing order.
    seed: of all random choices.
    full: largest number of Jacobian entries that are all compared.
    entries: most input entries that are moved one by one.
    zero_ok: a derivative that is zero everywhere is what is meant, not a vacuous check.
    elsewhere: check at another point too, for rules that remember the first.
    dtype: "float64" to check in copies of that dtype, "as given" for kernels that take no other than the inputs'.
    layout: try other memory layouts of the same values.
    wrt: which inputs to differentiate in, by number; by default all of floating dtype.
    """
    rtol: float = 1e-6
    atol: float | None = None
    nondet_tol: float = 0.0
    seed: int = 0
    full: int = 2048
    entries: int = 256
    zero_ok: bool = False
    elsewhere: bool = True
    dtype: str = "float64"
    layout: bool = True
    wrt: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("rtol", "nondet_tol"):
            check(name, getattr(self, name), lambda v: 0 <= v < 1, "a relative error from 0 to below 1")
        if self.atol is not None:
            check("atol", self.atol, lambda v: v >= 0, "an absolute error, 0 or more")
        for name in ("seed", "full", "entries"):
            check_integer(name, getattr(self, name), least=1 if name == "entries" else 0)
        check_flags(zero_ok=self.zero_ok, elsewhere=self.elsewhere, layout=self.layout)
        if self.dtype not in ("float64", "as given"):
            raise ValueError(f'dtype must be "float64" or "as given", got {self.dtype!r}')
        if self.wrt is not None and not (isinstance(self.wrt, tuple | list) and self.wrt and all(
                isinstance(i, int) and not isinstance(i, bool) and i >= 0 for i in self.wrt)):
            raise ValueError(f"wrt must be a tuple of input numbers, such as (0,), got {self.wrt!r}")


SETTINGS = frozenset(field.name for field in fields(Settings))


def private_copy(x, called: str = "an input", dtype: str = "float64") -> np.ndarray:
    """A copy, of that dtype if it holds real numbers. An error for anything but real numbers."""
    try:
        a = np.array(getattr(x, "_value", x))
    except ValueError:
        raise ValueError(f"{called} is a ragged sequence, whose rows have different lengths, not an array") from None
    if a.dtype.kind == "c":
        raise TypeError(f"{called} is complex: a complex function is checked as one of its real and imaginary parts")
    if a.dtype.kind not in "fiub":
        raise TypeError(f"{called} must be real numbers, got {x!r:.60}")
    return a.astype(float) if a.dtype.kind == "f" and dtype == "float64" else a
