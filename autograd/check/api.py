"""Is this gradient right? The order of evidence: form, purity, linearity, adjoint identity, measured differences."""
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..support.arguments import check_flags, check_function, check_integer
from .evidence import identities
from .evidence.check_point import CheckPoint
from .evidence.compare import Differences
from .evidence.diagnose import diagnosis
from .evidence.directions import directions
from .evidence.function_under_test import FunctionUnderTest, of_function
from .evidence.second_point import second_point
from .evidence.settings import SETTINGS, Settings, private_copy
from .evidence.structure import parts
from .evidence.summary import errors, summarise
from .nested import Arguments, flat_result, flat_rules, with_flat_arguments
from .report import GradcheckError, Report, Verdict

__all__ = ["GradcheckError", "Report", "Verdict", "check_jvp", "check_vjp", "gradcheck"]


def gradcheck(f: Callable[..., Any], *inputs, order: int | None = None, modes: Sequence[str] = ("reverse", "forward"),
              raises: bool = True, name: str | None = None, **settings) -> Report:
    """Check the derivatives that the engine computes of a function of Tensors.

    Compares with differences measured in float64 copies of the inputs, whatever their dtype, and with the identities
    that every derivative obeys; see `Report` for what comes back.

    Args:
        f: takes the inputs with Tensors in place of their arrays, returns Tensors, also nested in tuples or dicts.
        inputs: numbers, arrays or Tensors of any shape, modules, and dicts, tuples and lists of these. Those of
            floating dtype are differentiated in; Python integers, texts and other values are handed over as they are.
        order: how often to differentiate, jointly in the inputs and the cotangents; by default twice, or once where a
            rule cannot be differentiated again (SciPy or LAPACK inside); the report says so then.
        modes: "reverse" (vjp rules), "forward" (jvp rules, where all ops on the way declare one).
        raises: raise if the check does not pass; else the report, which is falsy then, is for you to look at.
        name: how reports call f.
        settings: rtol, atol, nondet_tol, seed, wrt, dtype, layout, zero_ok, elsewhere, full, entries; see `Settings`.

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
    name, arguments = name_of(f, name), arguments_of(f, inputs)
    function = of_function(with_flat_arguments(f, arguments) if arguments.nested else f, name)
    return run_check(function, arguments, settings, modes, order, raises)


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
    name, arguments = name_of(forward, name), arguments_of(forward, inputs)
    function = FunctionUnderTest(name, *flat_rules(forward, vjp, arguments))
    return run_check(function, arguments, settings, raises=raises)


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

    name, arguments = name_of(forward, name), arguments_of(forward, inputs)

    def push(tangents, *values):
        moves = arguments.tangents(tangents)
        with arguments.filled(values) as xs:
            return flat_result(jvp(moves[0] if len(moves) == 1 else moves, *xs))
    function = FunctionUnderTest(name, with_flat_arguments(forward, arguments), jvp=push)
    return run_check(function, arguments, settings, raises=raises)


# ---- what was asked for --------------------------------------------------------------------------------------------

def check_order(order: int | None) -> None:
    """Raise unless this is an order of derivatives, or None for as many as there are, up to 2."""
    if order is not None:
        check_integer("order", order, least=1)


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

def arguments_of(f: Callable[..., Any], inputs: tuple) -> Arguments:
    """The inputs with the names that f has for them."""
    return Arguments(inputs, _names(f, len(inputs)) or tuple(f"input {i}" for i in range(len(inputs))))


def run_check(function: FunctionUnderTest, arguments: Arguments, settings: dict[str, Any],
              modes: Sequence[str] = ("reverse", "forward"), order: int | None = 1, raises: bool = True) -> Report:
    """Check the function's rules at these inputs, then those of its gradient maps. All checks end here."""
    check_flags(raises=raises)
    if not isinstance(modes, tuple | list | set) or not modes or not all(m in ("reverse", "forward") for m in modes):
        raise ValueError(f'modes must be a tuple of "reverse" and "forward", got {modes!r}')
    unknown, known = sorted(settings.keys() - SETTINGS), ", ".join(sorted(SETTINGS))
    if unknown:
        raise TypeError(f"no setting of a check is named {unknown[0]!r}; there are {known}")
    chosen = Settings(**settings)
    chosen = replace(chosen, wrt=arguments.numbers(chosen.wrt))
    names, inputs = zip(*arguments.leaves(), strict=True) if arguments.given else ((), ())
    function = replace(function, input_names=names)
    plain = [private_copy(x, f"input {i}", chosen.dtype) for i, x in enumerate(inputs)]
    report = _examine(function, plain, modes, chosen)
    if report and function.vjp and "reverse" in modes:
        report = _as_given(function, inputs, plain, report, chosen)
    if report and "reverse" in modes:
        report = _higher_orders(function, plain, report, chosen, order)
    return report.raise_if_failed() if raises else report


def _examine(function: FunctionUnderTest, inputs: list[np.ndarray], modes: Sequence[str], settings: Settings) -> Report:
    """Gather evidence about the first derivative, until a fault is found."""
    if not inputs:
        raise TypeError(f"{function.name}: no inputs were given, at which to check its derivative")
    if not any(x.dtype.kind == "f" for x in inputs):
        raise TypeError(f"{function.name}: no input of floating dtype, so there is no derivative to check; write "
                        "numbers as 1.0 or pass arrays of dtype float")
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
    for evidence in (identities.form, identities.finite_inputs, identities.unclaimed, identities.purity):
        if (finding := evidence(point)) is not None:
            return finding
    for evidence in (identities.linearity, identities.one_by_one, identities.layout):
        if (finding := evidence(point)) is not None:
            return identities.remembering(point, finding)
    report = _measured(point, "reverse")
    if report.verdict is Verdict.WRONG_VALUE:
        return identities.remembering(point, report)
    return second_point(point, report) if report and point.settings.elsewhere else report


def _forward(point: CheckPoint, reverse: Any) -> Report:
    try:
        finding = identities.finite_inputs(point)
        finding = identities.tangent_form(point) if finding is None else finding
        violation = identities.adjoint(point) if reverse is not None and point.x.size else 0.0
    except NotImplementedError as error:
        return replace(reverse, notes=(*reverse.notes, f"forward mode not checked: {error}"))
    if finding is not None:
        return replace(finding, mode="forward")
    if reverse is not None and violation <= 1e-8 and _same_jacobian(point):
        return reverse                                              # which was measured
    report = replace(_measured(point, "forward"), mode="forward")
    if report and violation > 1e-8:
        return Report(Verdict.WRONG_VALUE, f"<J v, u> and <v, J^T u> differ by {violation:.1e}: vjp and jvp are not "
                      "adjoint", mode="forward")
    return report if not report or reverse is None else reverse


def _same_jacobian(point: CheckPoint) -> bool:
    """Whether the jvp rule gives what the vjp rule gave, along all directions that are compared."""
    for direction in directions(point):
        used = direction.v != 0
        terms = point.analytic[:, used] * direction.v[used]
        off = np.abs(point.project(point.pushed(direction.v)) - terms.sum(axis=1))
        if not (off <= 1e-9 * np.abs(terms).sum(axis=1)).all():
            return False
    return True


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


def _higher_orders(function: FunctionUnderTest, inputs: list[np.ndarray], report: Report, settings: Settings,
                   order: int | None) -> Report:
    """Check the map (x, g) -> vjp(g), then the gradient map of that one, until a fault is found."""
    for n in range(2, (order or 2) + 1):
        if not report or function.gradient is None:
            break
        function, inputs = _gradient_map(function, inputs, settings)
        try:
            again = _examine(function, inputs, ("reverse",), replace(settings, zero_ok=True, wrt=None))
        except Exception as error:
            return _not_again(report, error, n, asked=order is not None)
        report = _both(report, again, n)
    return report


def _gradient_map(function: FunctionUnderTest, inputs: list[np.ndarray], settings: Settings):
    """The gradient map and its inputs: those of the function, and a random cotangent."""
    with np.errstate(all="ignore"):
        point = CheckPoint(function, inputs, settings)
    names = function.input_names or tuple(f"input {i}" for i in range(len(inputs)))
    joint = [*inputs, *parts(point.like_output(point.random_cotangent()))]
    assert function.gradient is not None
    return replace(function.gradient(len(inputs)), input_names=(*names, "g")), joint


def _both(first: Report, again: Report, order: int) -> Report:
    """One report of a derivative and the next one: of the fault, if there is one."""
    evaluations = first.evaluations + again.evaluations
    if not again and not (first.verdict is Verdict.KINK_OK and again.verdict is Verdict.OUT_OF_DOMAIN):
        hint = again.hint or "right once, wrong when differentiated again: does a rule use values outside the graph?"
        return replace(again, order=order, evaluations=evaluations, hint=hint)
    return replace(first, order=order, evaluations=evaluations, notes=tuple(dict.fromkeys(first.notes + again.notes)))


def _not_again(first: Report, error: Exception, order: int, asked: bool) -> Report:
    """The report where a rule cannot be differentiated again: as it was, or a refusal if that order was asked for."""
    words = f"order {order - 1} OK; order {order} needs rules made of ops of Tensors, and one raised " \
            f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    if not asked:
        return replace(first, notes=(*first.notes, words))
    return replace(first, verdict=Verdict.NOT_DIFFERENTIABLE_AGAIN, message=words, order=order,
                   hint=f"order={order - 1} checks what there is")


def _signed(report: Report, point: CheckPoint) -> Report:
    names = point.function.input_names
    named = names[report.input] if report.input is not None and report.input < len(names) else None
    named = None if named == f"input {report.input}" else named
    compared = report.analytic is not None or report
    unchecked = tuple(f"input {i} is held fixed: not checked" for i, x in enumerate(point.inputs)
                      if x.dtype.kind == "f" and (i not in point.candidates or not np.isfinite(x).all()))
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
