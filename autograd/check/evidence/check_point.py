"""A function at one point, seen as a function of one vector with the Jacobian that the rule gives.

The differentiable inputs are laid end to end into x (n entries), the outputs into y (m entries). y is contracted with
random cotangents: one per output entry where the Jacobian is small (then every entry of it is compared), else a few
dense ones. All that follows is about F(x) = U y(x), its directional derivatives, and U J by the rule.
"""
import warnings
from functools import cached_property

import numpy as np

from .differences import Rounding
from .function_under_test import FunctionUnderTest
from .settings import Settings, private_copy
from .structure import arrays, flat, like, parts, split


class CheckPoint:
    """A function, private float64 copies of its inputs, and everything random about the check."""

    def __init__(self, function: FunctionUnderTest, inputs, settings: Settings):
        self.function, self.settings, self.evaluations = function, settings, 0
        self.rng = np.random.default_rng(settings.seed)
        self.inputs = [private_copy(x, dtype=settings.dtype) for x in inputs]
        self.output = function.forward(*self.fresh())
        kinds = [p.dtype for p in arrays(self.output)]
        if not kinds or any(kind.kind not in "fiub" for kind in kinds):
            raise TypeError(f"{function.name} must return real numbers, as one array or a tuple of them; got "
                            f"{type(self.output).__name__} of {', '.join(map(str, kinds)) or 'nothing'}")
        self.y = flat(self.output)
        self.defined = np.isfinite(self.y)
        self.g = self.random_cotangent()
        self.eps = max(float(np.finfo(p.dtype).eps) for p in (*arrays(self.output), *self.inputs, np.zeros(0))
                       if p.dtype.kind == "f")

    @cached_property
    def differentiable(self) -> list[int]:
        """The inputs that are differentiated in: those asked for, unless the rule gives None for them."""
        if self.function.vjp is None:
            return self.candidates
        found = self.first_answer
        return [i for i in self.candidates if i < len(found) and found[i] is not None]

    @cached_property
    def first_answer(self) -> tuple:
        """The rule's first cotangents, of g."""
        return parts(self.pull(self.g))

    @cached_property
    def candidates(self) -> list[int]:
        """The inputs of floating dtype, or those among them that are asked for."""
        wrt = self.settings.wrt
        return [i for i, x in enumerate(self.inputs) if x.dtype.kind == "f" and (wrt is None or i in wrt)]

    @property
    def exact(self) -> float:
        """Relative difference up to which two ways to compute one number agree: rounding only."""
        chosen = self.settings
        usual = 1e-9 if self.function.order == 1 else 1e-7                   # terms of second derivatives cancel more
        return max(usual, 64 * self.eps if chosen.dtype == "as given" else 0.0) + chosen.nondet_tol

    @property
    def resolution(self) -> float:
        """An error bound below this part of the derivative is small enough to tell right from wrong."""
        return max(1e-4, 2e4 * self.eps if self.settings.dtype == "as given" else 0.0)

    # ---- vectors and their forms ------------------------------------------------------------------------------------

    def fresh(self) -> list[np.ndarray]:
        """Copies of the inputs that the function may do with as it likes."""
        return [x.copy() for x in self.inputs]

    @cached_property
    def x(self) -> np.ndarray:
        return flat([self.inputs[i] for i in self.differentiable])

    def at(self, x: np.ndarray) -> list[np.ndarray]:
        """The inputs with the differentiable ones read from the vector x."""
        inputs, start = [], 0
        for i, given in enumerate(self.inputs):
            if i not in self.differentiable:
                inputs.append(given.copy())
                continue
            entries = x[start:start + given.size].reshape(given.shape)
            inputs.append(entries if x.dtype.kind == "c" else entries.astype(given.dtype, copy=False))
            start += given.size
        return inputs

    def locate(self, entry: int) -> tuple[int, tuple[int, ...], int]:
        """(input, multi-index, flat index) of an entry of x."""
        for i in self.differentiable:
            if entry < self.inputs[i].size:
                return i, tuple(int(k) for k in np.unravel_index(entry, self.inputs[i].shape)), entry
            entry -= self.inputs[i].size
        raise IndexError(entry)

    def block(self, i: int) -> slice:
        """Where input i lies in x."""
        start = sum(self.inputs[k].size for k in self.differentiable if k < i)
        return slice(start, start + self.inputs[i].size)

    def like_output(self, u: np.ndarray):
        """A vector of m entries in the form of the output."""
        if self.settings.dtype == "float64":
            return split(u, self.output)
        return like(self.output, [s.astype(p.dtype) for s, p in zip(parts(split(u, self.output)), arrays(self.output),
                                                                   strict=True)])

    # ---- the function and its rule -----------------------------------------------------------------------------------

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """F(x); nan where the function is not defined."""
        return self.project(self.outputs(x))

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """y(x); nan where the function is not defined: whatever it raises away from the given point means that."""
        self.evaluations += 1
        try:
            return flat(self.function.forward(*self.at(x)))
        except Exception:
            return np.full(self.y.size, np.nan)

    def project(self, y: np.ndarray) -> np.ndarray:
        y = np.where(self.defined, y, 0.0)
        return self.weights * y[self.defined] if self.full else self.cotangents @ y

    def complex_slope(self, v: np.ndarray, scale: float) -> np.ndarray | None:
        """Im F(x + i h v) / h for a tiny h (Squire & Trapp 1998): free of cancellation, if the forward is analytic as
        written. None where it does not take complex numbers; compare with differences before believing it."""
        h = 2.0 ** -80 * scale
        try:
            with warnings.catch_warnings(action="ignore"):                  # a cast to float drops the imaginary part
                output = self.function.forward(*self.at(self.x + 1j * h * v))
            y = np.concatenate([np.ravel(p) for p in arrays(output)])
        except Exception:                       # whatever a forward that is not made for complex numbers may raise
            return None
        if y.dtype.kind != "c" or not np.allclose(y.real, self.y, rtol=1e-12, atol=0, equal_nan=True):
            return None
        return self.project(y.imag / h)

    def random_cotangent(self) -> np.ndarray:
        """One without equal entries, none near zero: nothing cancels by chance; zero where y is not defined."""
        m = self.y.size
        return np.where(self.defined, self.rng.uniform(0.5, 1.5, m) * self.rng.choice((-1.0, 1.0), m), 0.0)

    @property
    def full(self) -> bool:
        """Whether every entry of the Jacobian is compared."""
        return self.y.size <= 64 and self.y.size * self.x.size <= self.settings.full

    @cached_property
    def weights(self) -> np.ndarray:
        return self.random_cotangent()[self.defined]

    @cached_property
    def cotangents(self) -> np.ndarray:
        """U: one row per cotangent."""
        if self.full:
            return np.eye(self.y.size)[self.defined] * self.weights[:, None]
        return np.array([self.random_cotangent() for _ in range(3)])

    def pull(self, u: np.ndarray, inputs=None):
        """The rule's answer to the cotangent u, on copies."""
        return self.function.vjp(self.like_output(u.copy()), *(self.fresh() if inputs is None else inputs))

    def pulled(self, u: np.ndarray, inputs=None) -> np.ndarray:
        """The same as a vector of n entries."""
        return self.moved_parts(parts(self.pull(u, inputs)))

    def extended(self, u: np.ndarray) -> np.ndarray | None:
        """The rule's answer in extended precision; None without such a precision, or where the rule rounds to less."""
        if np.finfo(np.longdouble).eps > 1e-17:
            return None
        wide = [x.astype(np.longdouble) if x.dtype.kind == "f" else x.copy() for x in self.inputs]
        try:
            answer = parts(self.function.vjp(split(u.astype(np.longdouble), self.output), *wide))
            found = [np.asarray(answer[i]) for i in self.differentiable]
        except Exception:                           # whatever a rule that is not made for such numbers may raise
            return None
        return np.concatenate([c.ravel() for c in found]) if all(c.dtype == np.longdouble for c in found) else None

    def moved_parts(self, cotangents: tuple) -> np.ndarray:
        return flat([cotangents[i] for i in self.differentiable])

    def rounding_bound(self, u: np.ndarray) -> np.ndarray:
        """Per entry, the rounding error of a rule that adds and subtracts terms as large as u y / x."""
        return 64 * self.eps * np.abs(np.where(self.defined, u * self.y, 0.0)).sum() / self.scales

    def rounding_bound_in(self, i: int, eps: float) -> np.ndarray:
        """`rounding_bound` for the entries of one input, in arithmetic of that precision."""
        if i not in self.differentiable:
            return np.zeros(self.inputs[i].shape)
        return (self.rounding_bound(self.g)[self.block(i)] * eps / self.eps).reshape(self.inputs[i].shape)

    def pushed(self, v: np.ndarray) -> np.ndarray:
        """The jvp rule's answer to the tangent v, as a vector of m entries."""
        return flat(self.function.jvp(self.tangents(v), *self.fresh()))

    def tangents(self, v: np.ndarray) -> list[np.ndarray | None]:
        """A vector of n entries as one tangent for each input, None for those that do not move."""
        moved = self.at(v.copy())
        return [moved[i] if i in self.differentiable else None for i in range(len(self.inputs))]

    @cached_property
    def analytic(self) -> np.ndarray:
        """U J by the vjp rule, one row per cotangent."""
        rows = [self.pulled(u) for u in self.cotangents]
        return np.array(rows).reshape(len(self.cotangents), self.x.size)

    # ---- directions -------------------------------------------------------------------------------------------------

    @cached_property
    def scales(self) -> np.ndarray:
        """How large a step is small, per entry of x: its own size, or a part of its input's usual one if more."""
        scales = np.abs(self.x)
        for i in self.differentiable:
            part = scales[self.block(i)]
            usual = float(np.median(part)) if part.size else 0.0
            np.maximum(part, 2.0 ** -8 * max(usual, 1.0), out=part)
            part[self.x[self.block(i)] == 0] = usual or 1.0
        return scales

    @cached_property
    def rounding(self) -> Rounding:
        """Rounding errors of F: those of its value, and those that changes of x in the last bit cause."""
        floor = np.zeros(len(self.cotangents))
        if self.function.vjp is not None:
            changes = np.abs(self.analytic * self.x)
            floor = self.eps * np.where(np.isfinite(changes), changes, 0.0).sum(axis=1)
        return Rounding(self.eps, floor)

    @cached_property
    def entries(self) -> np.ndarray:
        """The entries that are moved one by one: all, or a sample of them with the largest derivatives among it."""
        n, most = self.x.size, self.settings.entries
        if n <= most:
            return np.arange(n)
        size = np.abs(self.analytic).sum(axis=0) if self.function.vjp else np.zeros(n)
        largest = np.argsort(size)[-(most // 4):]
        return np.union1d(largest, self.rng.choice(n, most // 4, replace=False))

    @property
    def sampled(self) -> bool:
        """Whether there are too many entries to move each by itself: then joint directions are the main evidence."""
        return len(self.entries) < self.x.size

    def how(self) -> str:
        """What was compared, in words."""
        n, m = self.x.size, self.y.size
        rows = f"the full Jacobian, {m} x {n}" if self.full else f"{len(self.cotangents)} random cotangents, {n} inputs"
        sample = f", 8 joint directions and {len(self.entries)} of the input entries one by one (a sample)"
        return rows + (sample if self.sampled else "")
