"""What stands around a program: source that reads the state, runs the program, and puts results in their place."""
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.values import to_stored


def _quiet() -> np.errstate:
    """No warnings of the ways that a careful program computes and does not take."""
    return np.errstate(all="ignore")


class Driver:
    """Source that is written line by line, and the objects that it names."""

    def __init__(self) -> None:
        self.scope: dict[str, Any] = {"stored": to_stored}
        self.names: dict[int, str] = {}
        self.lines: list[str] = []
        self.results: list[int] = []

    def name(self, x: Any) -> str:
        """The name of an object in the source."""
        if x.__class__ is int:
            return repr(x)
        if id(x) not in self.names:
            self.names[id(x)] = f"s{len(self.names)}"
            self.scope[self.names[id(x)]] = x
        return self.names[id(x)]

    def take(self, i: int) -> str:
        """The source of one more of the program's results, value i."""
        self.results.append(i)
        return f"found[{len(self.results) - 1}]"

    def function(self, inputs: list[str], run: Callable, whole: Callable | None, rebuild: Callable) -> Callable:
        """A function of the leaves of the arguments. `whole` runs where `run` gives None; `rebuild` makes the result
        of what was found and the place where it begins."""
        given = ", ".join(inputs)
        again = ["if found is None:", "    with quiet():", f"        found = whole({given})"] if whole else []
        return self._compiled(f"found = run({given})", *again, *self.lines,
                              f"return rebuild(found, {len(self.results)})", run=run, whole=whole, rebuild=rebuild,
                              quiet=_quiet)

    def test(self, inputs: list[str], run: Callable, truths: tuple[bool, ...]) -> Callable[[list[Any]], bool]:
        """A function of the leaves of the arguments: whether numbers are what the trace took them for."""
        return self._compiled(f"return (*map(bool, run({', '.join(inputs)})),) == truths", run=run, truths=truths)

    def _compiled(self, *lines: str, **scope: Any) -> Callable:
        text = "\n".join(["def call(x):", *(f"    {line}" for line in lines)])
        names = self.scope | scope
        exec(compile(text, "<compiled call>", "exec"), names)
        return names["call"]
