"""Checks that a declaration gives for free: a primitive on inputs drawn from its own domain."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ..core.domain import Real
from ..core.primitive import REGISTRY, Primitive
from ..support.arguments import check_flags, check_integer
from .api import gradcheck
from .generate.script import call_of
from .report import Report, Verdict

FAR = 300.0
"""How far inputs go, in some of the calls, that may be any real number."""


def check_op(op: Primitive, *inputs, order: int | None = None, examples: int = 25, seed: int | None = None,
             raises: bool = True, zero_ok: bool = False, **params) -> Report:
    """Check all derivatives of a primitive.

    Args:
        op: made by the decorator `primitive`.
        inputs, params: a call of it, to check that one. Without inputs, calls are drawn from the op's declaration
            (`domain`, `shapes`, `params`): shapes that broadcast, metadata, memory layouts; needs Hypothesis
            (`pip install hypothesis`). A failing one is shrunk to the smallest and printed as a script.
        order: how often to differentiate, see `gradcheck`.
        examples: how many calls are drawn.
        seed: draw others than the usual ones.
        raises: raise if the check does not pass; else the report is for you to look at.
        zero_ok: the derivative is meant to be zero everywhere, as that of `sign`.

    Raises:
        GradcheckError: a call did not pass, or no call said anything.
        ModuleNotFoundError: no inputs were given and Hypothesis is not installed.

    >>> from autograd import primitive
    >>> from autograd.check import check_op
    >>> @primitive(vjp=(lambda g, y, x: 3 * g * x * x,))
    ... def cubed(x):
    ...     return x ** 3
    >>> check_op(cubed).verdict.name
    'OK'
    """
    if not isinstance(op, Primitive):
        raise TypeError(f"check_op takes a primitive, with its declaration, and got {op!r}; any other function of "
                        "Tensors is for gradcheck(f, *inputs), a rule on arrays for check_vjp")
    check_flags(raises=raises, zero_ok=zero_ok)
    if not op.differentiable:
        raise TypeError(f"{op.name} declares no derivative, so there is nothing to check")
    if inputs and op.arity is not None and len(inputs) != op.arity:
        raise TypeError(f"{op.name} takes {op.arity} arrays, and {len(inputs)} inputs were given")
    if params and not inputs:
        raise TypeError(f"{', '.join(params)}: metadata belong to a call, so give its inputs too. Without inputs, "
                        "calls are drawn from the declaration")
    check_integer("examples", examples, least=1)
    check_integer("seed", seed or 0)
    settings = {"order": order, "seed": seed or 0, "zero_ok": zero_ok}
    report = _one(op, inputs, params, settings) if inputs else _drawn(op, examples, seed, settings)
    return report.raise_if_failed() if raises else report


def check_all(ops: Iterable[Primitive] | None = None, **settings) -> dict[str, Report]:
    """`check_op` of many primitives, by default all that are declared and differentiable: name -> report."""
    chosen = [*REGISTRY.values()] if ops is None else list(ops) if isinstance(ops, Iterable) else [ops]
    if not all(isinstance(op, Primitive) for op in chosen):
        raise TypeError(f"check_all takes a list of primitives, got {ops!r}")
    if not any(op.differentiable for op in chosen):
        raise ValueError("check_all was given no primitive that declares a derivative, so there is nothing to check")
    return {op.name: check_op(op, raises=False, **settings) for op in chosen if op.differentiable}


def _one(op: Primitive, inputs, params: dict, settings: dict) -> Report:
    def call(*xs):
        return op(*xs, **params)
    try:
        report = gradcheck(call, *inputs, raises=False, name=op.name, **settings)
    except Exception as error:
        error.add_note(f"To see it again:\n\n{call_of(op, inputs, params)}")
        raise
    return report if report else replace(report, script=call_of(op, inputs, params))


def _drawn(op: Primitive, examples: int, seed: int | None, settings: dict) -> Report:
    from .generate import strategies as draw  # loads Hypothesis
    seen: list[Report] = []

    def examined(case) -> Report:
        return _one(op, case.inputs, case.params, {**settings, "elsewhere": False})  # the next call is one

    def fails(case) -> bool:
        seen.append(report := examined(case))
        fault = not report and not report.verdict.inconclusive
        return fault and report.verdict is faults.setdefault("first", report.verdict)   # shrinking keeps the verdict
    faults: dict[str, Verdict] = {}
    anywhere = draw.ALL_REALS in (op.domain or (draw.ALL_REALS,))
    plans = [(examples, draw.cases(op))]
    if anywhere:
        plans.append((max(1, examples // 5), draw.cases(op, everywhere=Real(-FAR, FAR))))
    for count, drawn in plans:
        if (case := draw.smallest_failure(drawn, fails, count, seed)) is not None:
            return examined(case)
    counts = Counter(r.verdict.name for r in seen)
    reach = f", inputs up to {FAR:g}" if anywhere else ""
    how = f"{len(seen)} drawn calls{reach}: " + ", ".join(f"{n} {name}" for name, n in counts.most_common())
    best = next((r for r in seen if r), seen[-1])
    return replace(best, how=how, evaluations=sum(r.evaluations for r in seen), notes=() if best else best.notes)
