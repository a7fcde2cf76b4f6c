"""Is this gradient right? The order of evidence: form, purity, linearity, adjoint identity, measured differences."""
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..support.arguments import check_flags, check_function, check_integer
from .evidence import identities
from .evidence.check_point import SETTINGS, CheckPoint, Settings, as_float64
from .evidence.compare import Differences
from .evidence.diagnose import diagnosis
from .evidence.function_under_test import FunctionUnderTest, of_function, second_order
from .evidence.structure import parts
from .evidence.summary import errors, summarise
from .report import GradcheckError, Report, Verdict

__all__ = ["GradcheckError", "Report", "Verdict", "check_jvp", "check_vjp", "gradcheck"]


def gradcheck(f: Callable[..., Any], *inputs, order: int = 2, modes: Sequence[str] = ("reverse", "forward"),
              raises: bool = True, name: str | None = None, **settings) -> Report:
    """Check the derivatives that the engine computes of a function of Tensors.

    Compares with differences measured in float64 copies of the inputs, whatever their dtype, and with the identities
    that every derivative obeys; see `Report` for what comes back.

    Args:
        f: takes one Tensor per input, returns a Tensor of any shape, or a tuple of them.
        inputs: numbers, arrays or Tensors of any shape. Those of floating dtype are differentiated in.
        order: 1, or 2 to check the second derivatives too, jointly in the inputs and the cotangent.
        modes: "reverse" (vjp rules), "forward" (jvp rules, where all ops on the way declare one).
        raises: raise if the check does not pass; else the report, which is falsy then, is for you to look at.
        name: how reports call f.
        settings: see `Settings`: rtol, seed, full, entries, zero_ok.

    Raises:
        GradcheckError: the check did not pass. Its text names input, index, both numbers, tolerance and a likely cause.
        TypeError: no input of floating dtype; complex inputs.

    >>> from autograd import gradcheck
    >>> gradcheck(lambda x, w: (x @ w).tanh(), [[1.0, 2.0]], [[0.5], [-0.25]]).verdict.name
    'OK'
    """
    check_function("f", f, "a function of Tensors")
    check_order(order)
    check_takes(f, len(inputs), "inputs")
    name = name_of(f, name)
    function = replace(of_function(f, name), input_names=_names(f, len(inputs)))
    second = second_order(f, f"the gradient of {name}", len(inputs)) if order >= 2 else None
    return run_check(function, inputs, settings, modes, second, raises)


def check_vjp(forward: Callable[..., Any], vjp: Callable[..., Any], *inputs, raises: bool = True,
              name: str | None = None, **settings) -> Report:
    """Check anybody's hand-written reverse-mode gradient, on plain arrays.

    Args:
        forward: `forward(*inputs)` gives an array or a tuple of arrays.
        vjp: `vjp(g, *inputs)`, with g in the form of forward's result, gives one cotangent per input: arrays of the
            inputs' shapes and dtypes, None for an input that is not differentiated, or the one array for one input.
        inputs: numbers or arrays; those of floating dtype are checked in float64 copies.
        raises, name, settings: as for `gradcheck`.

    Raises:
        GradcheckError: the check did not pass.

    >>> import numpy as np
    >>> from autograd.check import check_vjp
    >>> check_vjp(np.sin, lambda g, x: g * np.cos(x), [0.5, 2.0]).verdict.name
    'OK'
    >>> print(check_vjp(np.sin, lambda g, x: -g * np.cos(x), [0.5, 2.0], raises=False).hint)
    the sign is wrong
    """
    check_function("forward", forward, "a function of the inputs")
    check_function("vjp", vjp, "a function of the cotangent and the inputs")
    check_takes(forward, len(inputs), "inputs")
    check_takes(vjp, len(inputs) + 1, "arguments, g and the inputs")
    name = name_of(forward, name)
    function = FunctionUnderTest(name, forward, vjp=vjp, input_names=_names(forward, len(inputs)))
    return run_check(function, inputs, settings, raises=raises)


def check_jvp(forward: Callable[..., Any], jvp: Callable[..., Any], *inputs, raises: bool = True,
              name: str | None = None, **settings) -> Report:
    """Check anybody's hand-written forward-mode derivative, on plain arrays.

    Args:
        forward: `forward(*inputs)` gives an array or a tuple of arrays.
        jvp: `jvp(tangents, *inputs)`, with one tangent per input (None for integers and booleans), gives the tangent
            of the result in its form. For a single input, `tangents` is its tangent itself.
        inputs, raises, name, settings: as for `check_vjp`.

    Raises:
        GradcheckError: the check did not pass.

    >>> import numpy as np
    >>> from autograd.check import check_jvp
    >>> check_jvp(np.sin, lambda t, x: t * np.cos(x), [0.5, 2.0]).verdict.name
    'OK'
    """
    check_function("forward", forward, "a function of the inputs")
    check_function("jvp", jvp, "a function of the tangents and the inputs")
    check_takes(forward, len(inputs), "inputs")
    check_takes(jvp, len(inputs) + 1, "arguments, tangents and the inputs")

    def push(tangents, *xs):
        return jvp(tangents[0] if len(xs) == 1 else tuple(tangents), *xs)
    name = name_of(forward, name)
    function = FunctionUnderTest(name, forward, jvp=push, input_names=_names(forward, len(inputs)))
    return run_check(function, inputs, settings, raises=raises)


# ---- what was asked for --------------------------------------------------------------------------------------------

def check_order(order: int) -> None:
    """Raise unless this is an order of derivatives."""
    check_integer("order", order, least=1)
    if order > 2:
        raise ValueError(f"order must be 1 or 2, got {order!r}")


def check_takes(f: Callable[..., Any], count: int, what: str) -> None:
    """Raise TypeError if the signature of f is known and does not take so many arguments."""
    try:
        signature = inspect.signature(f, follow_wrapped=False)
    except (TypeError, ValueError):                                 # a built-in function may have none
        return
    try:
        signature.bind(*range(count))
    except TypeError as error:
        called = getattr(f, "__name__", type(f).__name__)
        raise TypeError(f"{called}({', '.join(signature.parameters)}) is called with {count} {what}: {error}") from None


def name_of(f: Callable[..., Any], name: str | None) -> str:
    """The name of f in reports."""
    if not isinstance(name, str | None):
        raise TypeError(f"name must be a text, got {name!r}")
    return name or str(getattr(f, "__name__", type(f).__name__))


# ---- the order of evidence -----------------------------------------------------------------------------------------

def run_check(function: FunctionUnderTest, inputs, settings: dict[str, Any],
              modes: Sequence[str] = ("reverse", "forward"), second: FunctionUnderTest | None = None,
              raises: bool = True) -> Report:
    """Check the function's rules at these inputs, then those of its gradient map `second`. All checks end here."""
    check_flags(raises=raises)
    if not isinstance(modes, tuple | list | set) or not modes or not all(m in ("reverse", "forward") for m in modes):
        raise ValueError(f'modes must be a tuple of "reverse" and "forward", got {modes!r}')
    unknown, known = sorted(settings.keys() - SETTINGS), ", ".join(sorted(SETTINGS))
    if unknown:
        raise TypeError(f"no setting of a check is named {unknown[0]!r}; there are {known}")
    plain, chosen = [as_float64(x, f"input {i}") for i, x in enumerate(inputs)], Settings(**settings)
    report = _examine(function, plain, modes, chosen)
    if report and function.vjp and "reverse" in modes:
        report = _as_given(function, inputs, plain, report, chosen)
    if report and second is not None:
        report = _second(second, function, plain, report, chosen)
    return report.raise_if_failed() if raises else report


def _examine(function: FunctionUnderTest, inputs: list[np.ndarray], modes: Sequence[str], settings: Settings) -> Report:
    """Gather evidence about the first derivative, until a fault is found."""
    if not inputs:
        raise TypeError(f"{function.name}: no inputs were given, at which to check its derivative")
    if not any(x.dtype.kind == "f" for x in inputs):
        raise TypeError(f"{function.name}: no input of floating dtype, so there is no derivative to check; write "
                        "numbers as 1.0 or pass arrays of dtype float")
    for i, x in enumerate(inputs):
        if x.dtype.kind == "f" and not np.isfinite(x).all():
            at = tuple(int(k) for k in np.argwhere(~np.isfinite(x))[0])
            return Report(Verdict.OUT_OF_DOMAIN, f"the input itself is {x[at]} there", function.name, input=i, index=at)
    with np.errstate(all="ignore"):                     # inf and nan are judged, not warned about
        return _evidence(CheckPoint(function, inputs, settings), modes)


def _as_given(function: FunctionUnderTest, inputs, plain: list[np.ndarray], report: Report,
              settings: Settings) -> Report:
    """Check what the rule does with inputs of less than float64, as they are."""
    given = [np.array(getattr(x, "_value", x)) for x in inputs]
    if all(x.dtype == p.dtype for x, p in zip(given, plain, strict=True)):
        return report
    with np.errstate(all="ignore"):
        point = CheckPoint(function, plain, settings)
        point.first_answer = parts(point.pull(point.g))
        finding = identities.own_dtype(point, given)
    return report if finding is None else _signed(finding, point)


def _evidence(point: CheckPoint, modes: Sequence[str]) -> Report:
    function = point.function
    report: Any = None
    if point.y.size and not point.defined.any():
        report = Report(Verdict.OUT_OF_DOMAIN, "every output entry is inf or nan at these inputs")
    elif function.vjp and "reverse" in modes:
        report = _reverse(point)
    if (report or report is None) and function.jvp and "forward" in modes:
        report = _forward(point, report)
    return _signed(report, point)


def _reverse(point: CheckPoint) -> Report:
    for evidence in (identities.form, identities.purity, identities.linearity, identities.one_by_one,
                     identities.layout):
        if (finding := evidence(point)) is not None:
            return finding
    report = _measured(point, "reverse")
    return _second_point(point, report) if report and point.settings.elsewhere else report


def _second_point(point: CheckPoint, report: Report) -> Report:
    """Check the rule again after the inputs have moved: it must keep nothing of the first call."""
    if not point.x.size or not point.y.size:
        return report
    differences = Differences(moved := point.moved(), "reverse")
    everything = np.arange(moved.x.size)
    differences.done = [differences.compare(moved.joint(everything)) for _ in range(2)] if moved.defined.all() else []
    finding = summarise(differences, guarded=False)
    if finding.verdict is not Verdict.WRONG_VALUE:
        return report
    return replace(finding, message="right at the inputs given, wrong after they have moved",
                   hint="a stale residual, kept from an earlier call? or wrong in a region")


def _forward(point: CheckPoint, reverse: Any) -> Report:
    try:
        finding = identities.tangent_form(point)
        violation = identities.adjoint(point) if reverse is not None and point.x.size else 0.0
    except NotImplementedError as error:
        return replace(reverse, notes=(*reverse.notes, f"forward mode not checked: {error}"))
    if finding is not None:
        return replace(finding, mode="forward")
    report = replace(_measured(point, "forward"), mode="forward")
    if report and violation > 1e-8:
        return Report(Verdict.WRONG_VALUE, f"<J v, u> and <v, J^T u> differ by {violation:.1e}: vjp and jvp are not "
                      "adjoint", mode="forward")
    return report if not report or reverse is None else reverse


def _measured(point: CheckPoint, mode: str) -> Report:
    if not point.x.size or not point.y.size:
        return _empty(point)
    differences = Differences(point, mode).run()
    report = summarise(differences)
    hint = diagnosis(differences) if report.verdict is Verdict.WRONG_VALUE else report.hint
    if report.verdict is Verdict.NONFINITE:
        hint = "0/0, 0 * inf or inf - inf in the rule? choose its argument with where first, then its result"
    return replace(report, hint=hint, errors=errors(differences))


def _empty(point: CheckPoint) -> Report:
    """Check empty inputs or outputs: cotangents must be zeros."""
    if point.function.vjp and point.pulled(np.zeros(point.y.size)).any():
        return Report(Verdict.WRONG_VALUE, "the output is empty, so all cotangents must be 0")
    return Report(Verdict.OK, notes=("empty arrays: form only",))


def _second(second: FunctionUnderTest, function: FunctionUnderTest, inputs: list[np.ndarray], first: Report,
            settings: Settings) -> Report:
    """Check the map (x, g) -> vjp(g); its report replaces the first one if it finds a fault."""
    with np.errstate(all="ignore"):
        point = CheckPoint(function, inputs, settings)
    g = point.like_output(point.random_cotangent())
    joint = [*inputs, *parts(g)]
    names = function.input_names or tuple(f"input {i}" for i in range(len(inputs)))
    derived = replace(second, input_names=(*names, "g"))
    report = _examine(derived, joint, ("reverse",), replace(settings, zero_ok=True))
    evaluations = first.evaluations + report.evaluations
    if not report and not (first.verdict is Verdict.KINK_OK and report.verdict is Verdict.OUT_OF_DOMAIN):
        hint = report.hint or "right once, wrong when differentiated again: does a rule use values outside the graph?"
        return replace(report, order=2, evaluations=evaluations, hint=hint)
    return replace(first, order=2, evaluations=evaluations, notes=tuple(dict.fromkeys(first.notes + report.notes)))


def _signed(report: Report, point: CheckPoint) -> Report:
    names = point.function.input_names
    named = names[report.input] if report.input is not None and report.input < len(names) else None
    compared = report.analytic is not None or report
    unchecked = tuple(f"input {i} got the cotangent None: not checked" for i, c in enumerate(point.first_answer or ())
                      if c is None and point.inputs[i].dtype.kind == "f")
    return replace(report, name=point.function.name, input_name=named, seed=point.settings.seed,
                   notes=(*report.notes, *unchecked),
                   how=point.how() if compared and point.x.size else "", evaluations=point.evaluations)


def _names(f: Callable[..., Any], count: int) -> tuple[str, ...]:
    """The names of f's first parameters, if it has so many."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return ()
    names = tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))
    return names[:count] if len(names) >= count else ()
