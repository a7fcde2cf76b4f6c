"""A Program as Python source that calls NumPy: one statement a call, with the memory that a plan gives it.

The source holds names and numbers that this file makes; no text of a user gets in but as a name reduced to ASCII
letters, digits and underscores.
"""
import keyword
import math
import operator
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from ..ir import Call, Program, Ref, added_at, name_of, written
from ..passes.buffers import Plan
from ..symbol import astype

INFIX = {operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/", operator.pow: "**",
         operator.floordiv: "//", operator.mod: "%", operator.lt: "<", operator.le: "<=", operator.gt: ">",
         operator.ge: ">=", operator.eq: "==", operator.ne: "!=", np.add: "+", np.subtract: "-", np.multiply: "*",
         np.divide: "/", np.power: "**", np.matmul: "@", np.less: "<", np.less_equal: "<=", np.greater: ">",
         np.greater_equal: ">=", np.equal: "==", np.not_equal: "!="}
PREFIX = {operator.neg: "-", operator.pos: "+", np.negative: "-", np.invert: "~"}


class Source:
    """The text of one function and the constants it uses."""

    def __init__(self, program: Program, plan: Plan, name: str = "step", taken: Collection[str] = ()):
        self.program, self.plan = program, plan
        self.scope: dict[str, Any] = {"np": np}
        self.names: dict[int, str] = {}
        self.given: set[int] = set()
        self.kept: dict[int, str] = {}
        """The names of old values, where the memory that they were in has been updated."""
        self.taken = {"np", "finite", name, *taken}
        for i in program.inputs:
            self.names[i] = self._free(program.values[i].name or "x")
        for i, array in program.constants.items():
            self.names[i] = self._free("c")
            self.scope[self.names[i]] = array
        for number, (shape, dtype) in enumerate(plan.buffers):
            self.scope[f"b{number}"] = np.empty(shape, dtype)
        self.lent = {i: self._free(f"m{k}") for k, i in enumerate(program.lent)}
        self.lines = [f"def {name}({', '.join([*(self.names[i] for i in program.inputs), *self.lent.values()])}):"]
        self._check(program.inputs)
        moved = {i for i, place in plan.out.items() if place.__class__ is tuple and place[0] == "input"}
        moved |= {*plan.blocks}
        self.block: tuple[int, int, int] | None = None
        late = {i for i, place in plan.out.items() if place.__class__ is tuple and place[0] == "input"}
        begin = next((k for k, call in enumerate(program.calls) if call.outputs[0] in plan.late), len(program.calls))
        for call in program.calls[:begin]:
            self._write(call)
            self._check(call.outputs)
        if program.watched:
            self._check_finite(program.calls[begin:])
        self._keep_old_values()
        for call in program.calls[begin:]:
            self._begin(plan.blocks.get(call.outputs[0]))
            self._write(call)
        for old, new in program.updates:
            if new not in late or plan.out[new] != ("input", old):
                self._copy(old, new)
        results = "".join(f"{self._result(i)}, " for i in program.results)
        self.lines.append(f"    return ({results.rstrip()})")

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def function(self) -> Callable[..., tuple]:
        """The compiled function."""
        scope = dict(self.scope)
        exec(compile(self.text, "<compiled step>", "exec"), scope)
        return scope[self.lines[0].split("(")[0].removeprefix("def ")]

    def _free(self, wanted: str) -> str:
        """A Python name like the one wanted that nothing else has."""
        base = re.sub(r"\W", "_", wanted, flags=re.ASCII).strip("_") or "x"
        base = f"x{base}" if base[0].isdigit() else base
        base = f"{base}_" if keyword.iskeyword(base) or keyword.issoftkeyword(base) or re.fullmatch(r"[btc]\d*", base) \
            else base
        name, n = base, 1
        while name in self.taken:
            n += 1
            name = f"{base}{n}" if base != "c" else f"c{n}"
        self.taken.add(name)
        return name

    def _check(self, known: Sequence[int]) -> None:
        """The guards among these values: None, at once, if one is not true."""
        guards = [i for i, _ in self.program.guards]
        self.lines += [f"    if not {self.names[i]}:\n        return None" for i in known if i in guards]

    def _keep_old_values(self) -> None:
        """Copies of what lies in the memory of inputs that are about to be updated, and is read afterwards."""
        updated = {old for old, _ in self.program.updates}
        for i in dict.fromkeys([*self.program.results, *(j for _, j in self.program.updates)]):
            if self.plan.root.get(i, i) in updated and i in self.names and self.program.values[i].is_array:
                self.kept[i] = self._free("old")
                self.lines.append(f"    {self.kept[i]} = {self.names[i]}.copy()")

    def _begin(self, block: tuple[int, int, int] | None) -> None:
        """A new loop, where the calls of large updates begin."""
        if block is not None and block != self.block:
            self.lines.append(f"    for k in range(0, {block[1]}, {block[0]}):")
        self.block = block

    def _write(self, call: Call) -> None:
        i = call.outputs[0]
        place = self.plan.out.get(i)
        if call.function in (written, added_at):
            self._change(call)
            return
        shape = " ".join([call.origin, *(str(self.program.values[j].shape) for j in call.outputs)]).strip()
        if place is not None:
            into = f"b{place}" if place.__class__ is int else self.names[place[1]] if place[0] == "input" \
                else self.lent[i]
            if self.block is not None:
                self._write_block(call, into, place)
                return
            self.names[i] = into
            self.lines.append(f"    {self._called(call, into)}  # {shape}")
            return
        for j in call.outputs:
            self.names[j] = f"t{j}"
        targets = ", ".join(self.names[j] for j in call.outputs) + "," * (call.several and len(call.outputs) == 1)
        self.lines.append(f"    {targets} = {self._called(call, None)}  # {shape}")

    def _write_block(self, call: Call, into: str, place: Any) -> None:
        """One call for some rows of its arrays; the rows of a buffer are as many as there are left."""
        assert self.block is not None
        (rows, total, _), whole = self.block, self.names.copy()
        for i in call.reads():
            value = self.program.values[i]
            if len(value.shape) == len(self.program.values[call.outputs[0]].shape) and value.shape[0] == total \
                    and "[" not in self.names[i]:
                self.names[i] = f"{self.names[i]}[k:k + {rows}]"
        last = place.__class__ is tuple
        text = self._called(call, f"{into}[k:k + {rows}]" if last else f"{into}[:{total} - k]")
        self.names = whole
        self.names[call.outputs[0]] = into if last else f"{into}[:{total} - k]"
        self.lines.append(f"        {text}")

    def _change(self, call: Call) -> None:
        """A change in place, of a copy where the plan does not allow it."""
        x, index, value = call.args
        name = self.names[call.outputs[0]] = self._text(x) if call.outputs[0] in self.plan.in_place \
            else f"t{call.outputs[0]}"
        if call.outputs[0] not in self.plan.in_place:
            self.lines.append(f"    {name} = np.array({self._text(x)})")
        self.lines.append(f"    {name}[{self._index(index)}] = {self._text(value)}" if call.function is written
                          else f"    np.add.at({name}, {self._text(index)}, {self._text(value)})")

    def _called(self, call: Call, out: str | None) -> str:
        f, args = call.function, [self._text(x) for x in call.args]
        params = [f"{key}={self._text(x)}" for key, x in call.params.items()]
        if out is None:
            if f in INFIX and len(args) == 2 and not params:
                left, right = (f"({x})" if x[0] == "-" else x for x in args)
                return f"{left} {INFIX[f]} {right}"
            if f in PREFIX and len(args) == 1 and not params:
                return f"{PREFIX[f]}({args[0]})" if args[0][0] == "-" else f"{PREFIX[f]}{args[0]}"
            if f is operator.getitem:
                return f"{args[0]}[{self._index(call.args[1])}]"
            if f is np.transpose and len(args) == 1:
                return f"{args[0]}.T"
            if f is np.reshape:
                return f"{args[0]}.reshape({args[1]})"
            if f is astype:
                return f"{args[0]}.astype({args[1]})" if self.program.values[call.outputs[0]].is_array \
                    else f"np.asarray({args[0]}).astype({args[1]})[()]"
        else:
            params.append(f"out={out}")
        return f"{self._named(f)}({', '.join(args + params)})"

    def _named(self, f: Callable) -> str:
        name = name_of(f)
        if name.startswith("np.") and _is(name, f):
            return name
        name = self._free("f_" + getattr(f, "__name__", "function"))
        self.scope[name] = f
        return name

    def _text(self, x: Any) -> str:
        """An argument as source."""
        if x.__class__ is Ref:
            return self.names[x.id]
        if x.__class__ in (tuple, list):
            inside = ", ".join(map(self._text, x))
            return f"[{inside}]" if x.__class__ is list else f"({inside},)" if len(x) == 1 else f"({inside})"
        if x.__class__ in (int, bool, type(None)) or (x.__class__ is float and math.isfinite(x)):
            return repr(x)
        if x is Ellipsis:
            return "..."
        if isinstance(x, np.dtype) and x.kind in "fiub":
            return f"np.{x.type.__name__}"
        if x.__class__ is slice:
            return f"slice({', '.join(map(self._text, (x.start, x.stop, x.step)))})"
        name = self._free("c")
        self.scope[name] = x
        return name

    def _index(self, x: Any) -> str:
        parts = x if x.__class__ is tuple else (x,)
        text = ", ".join(":" if part == slice(None) and part.__class__ is slice
                         else self._text(part) for part in parts)
        return text + "," if x.__class__ is tuple and len(x) == 1 else text or "()"

    def _check_finite(self, late: Sequence[Call]) -> None:
        """Before anything is updated: None if what comes out, or what updates are made of, is not finite."""
        p = self.program
        made = {i for call in p.calls for i in call.outputs}
        read = [i for call in late for i in call.reads() if i in made]
        floats = [i for i in dict.fromkeys([*p.results, *(j for _, j in p.updates), *read])
                  if i in self.names and (p.values[i].is_floating or p.values[i].dtype is float)]
        self.scope["finite"] = _finite
        self.lines.append(f"    if not finite({', '.join(self.names[i] for i in floats)}):\n        return None")

    def _copy(self, old: int, new: int) -> None:
        self.lines.append(f"    np.copyto({self.names[old]}, {self.kept.get(new, self.names[new])})")

    def _result(self, i: int) -> str:
        if i in self.kept and i not in self.given:
            self.given.add(i)
            return self.kept[i]
        root = self.plan.root.get(i, i)
        given = root in self.program.inputs or root in self.program.constants or root in self.given
        self.given.add(root)
        name = self.kept.get(i, self.names[i])
        return f"{name}.copy()" if given and self.program.values[i].is_array else name


def _finite(*values: Any) -> bool:
    """Whether no value holds nan or infinity. False also where squares overflow: then the guarded program runs."""
    return all(math.isfinite(np.vdot(x, x)) for x in values)


def _is(name: str, f: Callable) -> bool:
    here: Any = np
    for part in name.split(".")[1:]:
        here = getattr(here, part, None)
    return here == f                                    # each look at a method makes a new one
