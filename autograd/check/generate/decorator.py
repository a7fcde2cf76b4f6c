"""`given_inputs`: run a test on arrays that Hypothesis draws for a signature."""
import inspect
import re
from functools import cache, partial, update_wrapper
from typing import Any

import numpy as np

from ...core import domain as kind
from ...support.optional import optional
from ..report import GradcheckError
from .layouts import laid_out
from .script import arguments
from .strategies import MAX_SIDE, arrays, layouts, smallest_failure

with optional("hypothesis", "drawing inputs needs"):
    from hypothesis import HealthCheck, given, reject, settings
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp


@st.composite
def broadcast_arrays(draw, signature: str, domains: tuple, dtype=np.float64) -> tuple[np.ndarray, ...]:
    """Arrays whose shapes fit a gufunc signature, such as "(m,k),(k,n)", each from its domain, in any layout."""
    outputs = "" if "->" in signature else "->()"
    found = draw(hnp.mutually_broadcastable_shapes(signature=signature + outputs, min_side=1, max_side=MAX_SIDE,
                                                   max_dims=1))
    return tuple(laid_out(draw(arrays(where, shape, dtype)), draw(layouts()))
                 for where, shape in zip(domains, found.input_shapes, strict=True))


FAULT = "fault"
SILENT = 20
"""After so many examples that said nothing, and none that did, what they did not say is the result."""


def given_inputs(signature: str, *domains, dtype=np.float64):
    """Decorator: run a test on arrays whose shapes fit a gufunc signature, drawn by Hypothesis.

    Args:
        signature: one pair of brackets per argument of the test: "(m,k),(k,n)", or "(),()" for arrays that broadcast.
            Batch axes may come in front.
        domains: where the entries of each argument come from (`Real`, `Distinct` or `Boolean` of `autograd.domain`), by
            default `Real(-10, 10)`, over many scales.
        dtype: of the real arrays, a floating one.

    A failure is shrunk to the smallest shapes and roundest numbers, and its note is a script that repeats it. Examples
    at which a `gradcheck` in the test says neither yes nor no, as of `x * w` where both are 0, are passed over; if none
    of the first 20 says anything, its error is raised. There is no deadline, unless Hypothesis's `settings` around the
    test set one.

    Raises:
        TypeError: the test does not take as many arguments as the signature has; a domain is none; dtype is not real.
        ValueError: the signature is none; there are more or fewer domains than it has arguments.

    >>> from autograd import gradcheck
    >>> from autograd.check import given_inputs
    >>> @given_inputs("(),()")
    ... def test_product(x, w):
    ...     gradcheck(lambda x, w: x * w, x, w)
    >>> test_product()
    """
    count = _arguments_of(signature)
    chosen = domains or (kind.Real(-10, 10),) * count
    _check_domains(signature, count, chosen, dtype)

    def decorate(test):
        bound = _takes(test, count, signature)
        _load()
        return _hypothesis_test(test, broadcast_arrays(signature, chosen, dtype), bound)
    return decorate


def _arguments_of(signature) -> int:
    """How many arrays a signature names."""
    if callable(signature):
        raise TypeError('given_inputs needs to know the shapes: write @given_inputs("(),()") above the test')
    inputs = signature.split("->")[0] if isinstance(signature, str) else ""
    if not re.fullmatch(r"\([\w,?\s]*\)(\s*,\s*\([\w,?\s]*\))*", inputs.strip()):
        raise ValueError('the signature must be one pair of brackets per argument, such as "(m,k),(k,n)" or "(),()", '
                         f"got {signature!r}")
    return inputs.count("(")


def _check_domains(signature: str, count: int, domains: tuple, dtype) -> None:
    if len(domains) != count:
        raise ValueError(f"{signature!r} has {count} arguments, and {len(domains)} domains were given")
    for where in domains:
        if not isinstance(where, kind.Real | kind.Distinct | kind.Boolean):
            raise TypeError(f"a domain is Real(low, high), Distinct(low, high) or Boolean() of autograd.domain, "
                            f"got {where!r}")
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"dtype must be a floating one, got {np.dtype(dtype)}: gradients are of real numbers")


def _takes(test, count: int, signature: str) -> bool:
    """Whether the test is a method; TypeError unless it takes as many arrays as there are."""
    if not inspect.isroutine(test):
        raise TypeError(f"given_inputs decorates a test function, got {test!r}")
    names = list(inspect.signature(test).parameters)
    method = names[:1] == ["self"]
    try:
        inspect.signature(test).bind(*range(count + method))
    except TypeError:
        raise TypeError(f"{test.__name__}({', '.join(names)}) is run on {count} arrays, those of {signature!r}, and "
                        "does not take as many") from None
    return method


@cache
def _load() -> None:
    """Draw a few arrays, so that whatever Hypothesis loads when it first draws is not counted as slow drawing."""
    smallest_failure(broadcast_arrays("(n)", (kind.Real(),)), lambda _: False, 8)


def _hypothesis_test(test, inputs: st.SearchStrategy, method: bool):
    """The test with its arguments drawn by Hypothesis, under its own name, marks and settings."""
    heard: dict[str, Any] = {"nothing": 0, "something": 0}

    def function(inputs):
        _judge(test, test.__name__, inputs, heard)

    def of_class(self, inputs):
        _judge(partial(test, self), test.__name__, inputs, heard)
    run: Any = of_class if method else function
    signature = inspect.signature(run)
    update_wrapper(run, test)                               # Hypothesis seeds and remembers by the test's own source
    run.__signature__ = signature
    return given(inputs=inputs)(run) if hasattr(test, APPLIED) else _patient(given(inputs=inputs)(run))


APPLIED = "_hypothesis_internal_settings_applied"
"""How Hypothesis marks a test that must not be given settings again."""


def _patient(test):
    """The test with settings for checks, which take time and pass over examples. Settings above may replace them."""
    unmoved = (*settings().suppress_health_check, HealthCheck.too_slow, HealthCheck.filter_too_much)
    ours = settings(deadline=None, suppress_health_check=unmoved)(test)
    vars(ours).pop(APPLIED, None)
    return ours


def _judge(test, name: str, inputs: tuple, heard: dict[str, Any]) -> None:
    """Run a test once. An example at which a check says nothing is passed over, unless none has ever said more."""
    try:
        test(*inputs)
    except AssertionError as error:
        verdict = error.report.verdict if isinstance(error, GradcheckError) else None
        nothing = verdict is not None and verdict.inconclusive
        heard["nothing" if nothing else "something"] += 1
        if nothing and (heard["something"] or heard["nothing"] <= SILENT):
            reject()
        if verdict is not None and not nothing and heard.setdefault(FAULT, verdict) is not verdict:
            reject()                                                    # shrinking keeps to the fault it began with
        error.add_note(f"To see it again:\n\nimport numpy as np\n\n{name}({arguments(inputs)})")
        raise
    heard["something"] += 1
