"""`export`: a compiled function as a module that imports NumPy alone."""
import io
import keyword
import math
import os
import pprint
import re
import textwrap
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import BuiltinFunctionType
from typing import Any

import numpy as np

from ..support.files import write_file
from .dialects.numpy import Source
from .function import CompiledFunction
from .ir import Program, Ref, substitute
from .passes import remove_dead
from .passes.buffers import Plan, roots
from .trace import Step

LARGEST_LISTED = 16
"""Entries of an array that is written out; larger ones are in a file beside the module."""

FINITE = '''
def finite(*values):
    """Whether no value holds nan or infinity."""
    return all(np.isfinite(np.vdot(x, x)) for x in values)
'''


class ExportError(RuntimeError):
    """The function cannot do without what is not NumPy's."""


def export(f: CompiledFunction, path: str | os.PathLike) -> Path:
    """Write the program of a compiled function as a Python module that imports NumPy alone.

    The module holds the forward pass, the gradients and the update as flat NumPy calls; `state`, a dict of the
    parameters and all else that the function read and wrote, as they are now; the function itself, which takes the same
    arguments and changes `state`; and a `__main__` that calls it on random arguments. Arrays of more than 16 entries
    are in a file of the same name with the ending .npz.

    Args:
        f: what `autograd.compile` returned, called at least twice: it is the program of the last call.
        path: the file, which ends in .py.

    Returns:
        The path.

    Raises:
        ExportError: the program calls a function that is neither NumPy's nor Python's, such as a kernel of yours.
        RuntimeError: there is no program yet. TypeError: f is not compiled. ValueError: another ending.

    >>> import tempfile
    >>> import numpy as np
    >>> import autograd
    >>> double = autograd.compile(lambda x: 2 * x)
    >>> y = double(np.ones(3)), double(np.ones(3))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = autograd.export(double, folder + "/double.py")
    ...     "import numpy as np" in path.read_text()
    True
    """
    if not isinstance(f, CompiledFunction):
        raise TypeError(f"export takes what autograd.compile returned, got {f!r:.60}")
    path = Path(path)
    if path.suffix != ".py":
        raise ValueError(f"export writes a Python module, whose name ends in .py, got {path.name!r}")
    module = _Module(f.latest())
    text = module.text(path.stem)
    if module.large:
        write_file(path.with_suffix(".npz"), _packed(module.large))
    return write_file(path, text)


def _packed(arrays: dict[str, Any]) -> bytes:
    """Arrays as the bytes of an .npz file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)
            archive.writestr(f"{name}.npy", part.getvalue())
    return data.getvalue()


class _Module:
    """The text of one module, and the arrays that go beside it."""

    def __init__(self, step: Step):
        self.step, self.large = step, dict[str, Any]()
        self.name = _identifier(step.name)
        leaves = [i for i, text in step.reads.items() if re.fullmatch(r"x\[\d+\]", text)]
        self.leaves = sorted(leaves, key=lambda i: int(step.reads[i][2:-1]))
        taken = {"np", "Path", "LARGE", "state", "found", "finite", "fast", "careful", "rng", self.name}
        self.fast = self._source(step.fast, "fast", taken)
        self.careful = step.careful and self._source(step.careful, "careful", {*taken, *self.fast.scope})
        self.keys = {i: _identifier(step.traced.values[i].name) for i in step.reads}

    def _source(self, program: Program, name: str, taken: set[str]) -> Source:
        return Source(_with_numbers(replace(program, lent=[])), Plan(root=roots(program)), name, taken)

    def text(self, module: str) -> str:
        parts = [self._heading(module), self._constants(), FINITE if self.step.fast.watched else "", self.fast.text]
        parts += [self.careful.text] if self.careful else []
        return "\n\n".join(part.strip("\n") for part in (*parts, self._state(), self._function(), self._main())
                           if part) + "\n"

    def _heading(self, module: str) -> str:
        lines = [f'"""{self.name}, as flat NumPy. Written by autograd.export.', "",
                 f"`{self.name}` takes the arguments of the function that was compiled, and changes `state` as that",
                 f"changed what it reached. Run me: python {module}.py", '"""']
        if self._finds_large():
            lines += ["from pathlib import Path", "", "import numpy as np", "",
                      'LARGE = np.load(Path(__file__).with_suffix(".npz"))']
        else:
            lines.append("import numpy as np")
        return "\n".join(lines)

    def _finds_large(self) -> bool:
        """Whether there are arrays beside the module; they are collected on the way."""
        self._constants(), self._state()
        return bool(self.large)

    def _constants(self) -> str:
        scope = self.fast.scope | (self.careful.scope if self.careful else {})
        lines = [line for name, x in scope.items() if name not in ("np", "finite") for line in self._defined(name, x)]
        return "\n".join(lines)

    def _defined(self, name: str, x: Any) -> Iterator[str]:
        """The lines that make an object of a program."""
        generator = getattr(x, "__self__", None)
        if isinstance(generator, np.random.Generator):
            kind = type(generator.bit_generator).__name__
            yield f"rng = np.random.Generator(np.random.{kind}())"
            yield f"rng.bit_generator.state = {pprint.pformat(generator.bit_generator.state, width=100)}"
            yield f"{name} = rng.{x.__name__}"
        elif isinstance(x, BuiltinFunctionType) and x.__module__ in ("_operator", "builtins", "math"):
            yield f"from {x.__module__.strip('_')} import {x.__name__} as {name}"
        elif callable(x):
            raise ExportError(f"{self.step.name} calls {getattr(x, '__name__', x)}, which is not NumPy's: a module "
                              "that imports NumPy alone cannot hold it. Write its kernel with NumPy's functions")
        else:
            yield f"{name} = {self._value(name, x)}"

    def _value(self, name: str, x: Any) -> str:
        """A number or an array as source."""
        if isinstance(x, np.ndarray | np.generic):
            if (text := _made(x)) is not None:
                return text
            if x.size > LARGEST_LISTED:
                self.large[name] = x
                return f'LARGE["{name}"]'
            listed = re.sub(r"\b(nan|inf)\b", r"np.\1", repr(x.tolist()))
            dtype = f"np.{x.dtype.type.__name__}"
            return f"np.array({listed}, {dtype})" if isinstance(x, np.ndarray) else f"{dtype}({listed})"
        if isinstance(x, float) and not math.isfinite(x):
            return f'float("{x!r}")'
        if isinstance(x, str | int | float | type(None)):
            return repr(x)
        raise ExportError(f"{self.step.name} needs {x!r:.60}, which no source can hold")

    def _state(self) -> str:
        inputs = [i for i in self.step.reads if i in self.step.fast.inputs and i not in self.leaves]
        entries = "".join(f"    {self.keys[i]!r}: {self._value(self.keys[i], self._current(i))},\n" for i in inputs)
        return f"state = {{\n{entries}}}"

    def _current(self, i: int) -> Any:
        """The value of an input, now."""
        return eval(self.step.reads[i].replace(".writable()", "._value"), self.step.driver.scope)

    def _function(self) -> str:
        step, leaves = self.step, {i: f"x{k}" for k, i in enumerate(self.leaves)}
        given = ", ".join(leaves.get(i) or f"state[{self.keys[i]!r}]" for i in step.fast.inputs)
        lines = [f"found = fast({given})"]
        if self.careful:
            lines += ["if found is None:                       # a number beyond the usual: the guarded form",
                      '    with np.errstate(all="ignore"):', f"        found = careful({given})"]
        written = [f"state[{_identifier(name)!r}] = found[{k}]" for k, name in enumerate(step.driver.written)]
        result = step.outline.text(lambda leaf: f"found[{len(step.driver.written) + leaf.place}]", self._named)
        body = textwrap.indent("\n".join([*lines, *written, f"return {result}"]), "    ")
        return f"def {self.name}({', '.join(leaves.values())}):\n{body}"

    def _named(self, x: Any) -> str:
        return "" if isinstance(x, type) else self._value("", x)

    def _main(self) -> str:
        """The part that shows that it runs: random numbers for real arguments, zeros for integers."""
        made = [self._argument(i) for i in self.leaves]
        return "\n".join(['if __name__ == "__main__":', "    random = np.random.default_rng(0)",
                          "    for _ in range(3):", f"        print({self.name}({', '.join(made)}))"])

    def _argument(self, i: int) -> str:
        value = self.step.traced.values[i]
        if not isinstance(value.dtype, np.dtype):
            return repr(value.dtype(1))
        if value.is_floating:
            return f"np.asarray(random.normal(size={value.shape}), np.{value.dtype.type.__name__})"
        return f"np.zeros({value.shape}, np.{value.dtype.type.__name__})"


def _with_numbers(program: Program) -> Program:
    """The Program with 0-d constants as Python's numbers: they read better, and count as much."""
    numbers = {i: x.item() for i, x in program.constants.items()
               if isinstance(x, np.ndarray) and not x.ndim and x.dtype.kind == "f"}
    calls = [replace(call, args=substitute(call.args, lambda i: numbers[i] if i in numbers else Ref(i)))
             if isinstance(call.function, np.ufunc) else call for call in program.calls]
    return remove_dead(replace(program, calls=calls))


def _made(x: Any) -> str | None:
    """How to make an array of equal numbers, or of 0, 1, 2, ..."""
    dtype = f"np.{x.dtype.type.__name__}"
    if x.ndim and x.size and x.flat[0] in (0, 1) and (x == x.flat[0]).all() and x.dtype.kind == "f" \
            and not np.signbit(x.flat[0]):
        return f"np.{'ones' if x.flat[0] else 'zeros'}({x.shape}, {dtype})"
    counts = x.dtype.kind == "i" and np.array_equal(x, np.arange(x.size))
    return f"np.arange({x.size}, dtype={dtype})" if counts else None


def _identifier(name: str) -> str:
    """A name as Python can spell it, of ASCII letters alone."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_") or "step"
    plain = f"x{plain}" if plain[0].isdigit() else plain
    return f"{plain}_" if keyword.iskeyword(plain) or keyword.issoftkeyword(plain) else plain


__all__ = ["ExportError", "export"]
