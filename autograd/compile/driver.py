"""What stands around a program: source that reads the state, runs the program, and puts results in their place."""
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.record import make_constant
from ..core.values import to_stored
from .outline import Leaf, Outline


def _quiet() -> np.errstate:
    """No warnings of the ways that a careful program computes and does not take."""
    return np.errstate(all="ignore")


class Driver:
    """Source that is written line by line, and the objects that it names."""

    def __init__(self) -> None:
        self.scope: dict[str, Any] = {"stored": to_stored, "constant": make_constant}
        self.names: dict[int, str] = {}
        self.lines: list[str] = []
        self.results: list[int] = []
        self.written: list[str] = []
        """What each of the results is called in the state that it is written to."""

    def name(self, x: Any) -> str:
        """The name of an object in the source."""
        if x.__class__ is int:
            return repr(x)
        if id(x) not in self.names:
            self.names[id(x)] = f"s{len(self.names)}"
            self.scope[self.names[id(x)]] = x
        return self.names[id(x)]

    def take(self, i: int, name: str) -> str:
        """The source of one more of the program's results, value i, which is written to the state of this name."""
        self.results.append(i)
        self.written.append(name)
        return f"found[{len(self.results) - 1}]"

    def function(self, inputs: list[str], run: Callable, whole: Callable | None, outline: Outline) -> Callable:
        """A function of the leaves of the arguments. `whole` runs where `run` gives None."""
        given = ", ".join(inputs)
        again = ["if found is None:", "    with quiet():", f"        found = whole({given})"] if whole else []
        return self._compiled(f"found = run({given})", *again, *self.lines,
                              f"return {outline.text(self._result, self.name)}", run=run, whole=whole, quiet=_quiet)

    def _result(self, leaf: Leaf) -> str:
        found = f"found[{len(self.results) + leaf.place}]"
        return f"constant(stored({found}))" if leaf.is_tensor else found

    def test(self, inputs: list[str], run: Callable, truths: tuple[bool, ...]) -> Callable[[list[Any]], bool]:
        """A function of the leaves of the arguments: whether numbers are what the trace took them for."""
        return self._compiled(f"return (*map(bool, run({', '.join(inputs)})),) == truths", run=run, truths=truths)

    def _compiled(self, *lines: str, **scope: Any) -> Callable:
        text = "\n".join(["def call(x):", *(f"    {line}" for line in lines)])
        names = self.scope | scope
        exec(compile(text, "<compiled call>", "exec"), names)
        return names["call"]
