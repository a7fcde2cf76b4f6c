"""What a compiled function does at each call: its NumPy calls, memory and arithmetic, and what became of the trace."""
import operator
from collections import Counter
from collections.abc import Iterator

import numpy as np

from .ir import Call, Program, Ref, name_of
from .passes.buffers import Plan, plan_buffers
from .symbol import VIEWS
from .trace import Step

PRODUCTS = {np.dot, np.matmul}


def explain(step: Step) -> str:
    """A page of text on one program: calls, memory, what NumPy allocates each time and why, arithmetic, guards."""
    program, plan = plan_buffers(step.fast)
    return "\n".join(_lines(step, program, plan))


def _lines(step: Step, program: Program, plan: Plan) -> Iterator[str]:
    calls = [call for call in program.calls if call.function not in VIEWS]
    yield f"{step.name}: {len(calls)} NumPy calls, and {len(program.calls) - len(calls)} views, at each call"
    yield f"traced    {len(step.traced.calls)} calls; {len(step.traced.calls) - len(program.calls)} of them are made " \
          "once beforehand, were made twice, or need not be made"
    yield f"memory    {len(plan.buffers)} arrays, {_kilobytes(plan)} kB, kept and used again; " \
          f"{_count(plan, 'input')} updates in place; {_count(plan, 'lent')} gradients in memory of the last ones"
    if plan.blocks:
        yield f"blocks    {len(plan.blocks)} calls of updates run on some rows at a time, in the processor's cache"
    allocated = Counter(name_of(call.function) for call in calls if _allocates(call, program, plan))
    yield "allocated " + (", ".join(f"{name} {n} x" for name, n in allocated.most_common()) or "nothing")
    total, products = _operations(program, False), _operations(program, True)
    share = f", {100 * products / total:.0f} % in products" if total else ""
    yield f"work      {_short(total)} floating-point operations{share}"
    if step.careful:
        taken = [f"{len(step.fast.guards)} truth value(s)"] * bool(step.fast.guards)
        taken += ["finite results"] * bool(step.fast.watched)
        yield f"granted   {' and '.join(taken)}; otherwise the guarded program of {len(step.careful.calls)} calls runs"


def _kilobytes(plan: Plan) -> str:
    return f"{sum(np.prod(shape) * dtype.itemsize for shape, dtype in plan.buffers) / 1000:.1f}"


def _count(plan: Plan, kind: str) -> int:
    return sum(place.__class__ is tuple and place[0] == kind for place in plan.out.values())


def _allocates(call: Call, program: Program, plan: Plan) -> bool:
    """Whether NumPy makes a new array: the caller keeps it, or the function takes no out=."""
    i = call.outputs[0]
    return i not in plan.out and i not in plan.in_place and program.values[i].is_array


def _operations(program: Program, products: bool) -> int:
    return sum(_work(call, program) for call in program.calls if not products or call.function in PRODUCTS)


def _work(call: Call, program: Program) -> int:
    """Floating-point operations: 2 k for each entry of a product over k, 1 for each entry of others."""
    size = max((program.values[i].size for i in (*call.outputs, *call.reads())), default=0)
    if call.function in PRODUCTS:
        left = call.args[0]
        k = program.values[left.id].shape[-1:] if left.__class__ is Ref else ()
        return 2 * program.values[call.outputs[0]].size * (k[0] if k else 1)
    return 0 if call.function in VIEWS or call.function is operator.getitem else size


def _short(n: int) -> str:
    for unit, factor in (("G", 10 ** 9), ("M", 10 ** 6), ("k", 10 ** 3)):
        if n >= factor:
            return f"{n / factor:.1f} {unit}"
    return str(n)
