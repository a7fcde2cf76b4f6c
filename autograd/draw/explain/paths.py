"""The chain rule as a sum over paths: all paths from one entry of a leaf to the result, strongest first.

A path leads from the result back, from entry to entry, and brings the product of the local derivatives on its edges.
Where that makes too many, the rows of a batch are taken together, so that a stop is a neuron (a column of a matrix, a
channel of images), and a path stands for all that pass the same neurons. Either way the sum is the gradient.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..format import number, plural
from ..formulas.equations import Line
from ..formulas.mathml import plain
from ..formulas.symbols import from_name
from ..formulas.term import numeral
from ..graph.picture import Picture
from .path_search import Search, Stop, neurons, single_entries, unit_axis

MOST_SHOWN, MOST_LONG = 10, 3
FEW_STOPS, MANY_STOPS = 600, 3000
"""Single entries are followed if these are few. Beyond many neurons, nobody counts the paths."""
ROUNDING = 1e-14
ENDS, LONG = 5, 13
"""A path of more steps than LONG is shown from both ends."""


@dataclass(frozen=True)
class Step:
    """One edge of a path: back through `op` to `name`; `factors` are the local derivatives, one for each pair of
    entries, so a single one on a path of single entries. `unit` is the neuron, where the stop is one; `tex` is the
    name in LaTeX."""
    op: str
    name: str
    factors: np.ndarray
    unit: int | None = None
    tex: str = ""

    def __str__(self) -> str:
        return f"→ {self.name} ({self.op}: {_range(self.factors)})"


@dataclass(frozen=True)
class Path:
    """The steps from the result back to the entry, and what they bring: the product of their factors, or the sum of
    such products over all rows. `tex` is the start in LaTeX."""
    start: str
    steps: list[Step]
    value: float
    tex: str = ""

    @property
    def single(self) -> bool:
        """Whether each factor is one number, so that `value` is their product."""
        return all(step.factors.size == 1 for step in self.steps)

    @property
    def line(self) -> Line:
        """The path as an equation: the product of its derivatives, in symbols and in numbers."""
        ends = [self.tex, *(step.tex for step in self.steps)]
        symbols = [rf"\frac{{\partial {y}}}{{\partial {x}}}" for y, x in pairwise(ends)]
        factors = [float(step.factors[0]) for step in self.steps] if self.single else []
        if len(self.steps) > LONG:
            symbols[ENDS:-ENDS] = [r"\cdots"]
            factors[ENDS:-ENDS] = [float(np.prod(factors[ENDS:-ENDS]))] if factors else []
        numbers = r" \cdot ".join(rf"\left({numeral(f)}\right)" if f < 0 else numeral(f) for f in factors)
        rows = "" if self.single else r"\sum_{\mathrm{rows}} "
        return Line(rows + r" \cdot ".join(symbols), None, numbers if len(factors) > 1 else None, self.value)

    def __str__(self) -> str:
        steps = [str(step) for step in self.steps]
        left_out = self.steps[ENDS:-ENDS] if len(steps) > LONG else []
        if left_out:
            known = np.prod([s.factors[0] for s in left_out]) if self.single else None
            product = f" ({number(known)} together)" if known is not None else ""
            steps[ENDS:-ENDS] = [f"→ … {plural(len(left_out), 'step')}{product} …"]
        return f"{number(self.value)}: {self.start} {' '.join(steps)}"


@dataclass(repr=False, frozen=True)
class Paths:
    """The strongest paths to one entry. `total` is its gradient, the sum of all `count` paths (None: not counted).
    Prints as text; `.latex` is an aligned block: the gradient as a sum, then each path as a product."""
    name: str
    start: str
    strongest: list[Path]
    total: float
    count: int | None
    tex: str = ""

    @property
    def rest(self) -> float:
        """The sum of the paths that are not listed."""
        return self.total - sum(p.value for p in self.strongest)

    @property
    def equations(self) -> list[Line]:
        """The gradient as the sum over paths, and each path as a product."""
        terms = [p.value for p in self.strongest] + ([self.rest_beyond_rounding] if self.more else [])
        summed = " + ".join(map(numeral, terms)).replace("+ -", "- ") if len(terms) > 1 else None
        whole = rf"\frac{{\partial {self.strongest[0].tex}}}{{\partial {self.tex}}}"
        return [Line(whole, None, summed, self.total), *(p.line for p in self.strongest if len(p.steps) > 1)]

    @property
    def latex(self) -> str:
        """The equations as one `aligned` block."""
        return aligned(self.equations)

    def __str__(self) -> str:
        return "\n  ".join([self.heading, *self.lines])

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    @property
    def heading(self) -> str:
        """The gradient, and the number of paths that it sums."""
        many = "uncounted paths" if self.count is None else plural(self.count, "path")
        whole = "one path" if self.count == 1 else f"the sum of {many}"
        grouped = "" if all(p.single for p in self.strongest) else "; a path takes all rows of the batch together"
        return f"∂{self.start}/∂{self.name} = {number(self.total)}, {whole}{grouped}"

    @property
    def lines(self) -> list[str]:
        """One line for each path, and one for those that are not listed."""
        if self.count is None:
            return [*map(str, self.strongest), f"{number(self.rest)}: all others together"]
        told = [f"{number(self.rest_beyond_rounding)}: {plural(self.more, 'other')} together"] if self.more else []
        return [*map(str, self.strongest), *told]

    @property
    def more(self) -> int:
        """How many paths are not listed; 1 for any number of uncounted ones."""
        return 1 if self.count is None else self.count - len(self.strongest)

    @property
    def rest_beyond_rounding(self) -> float:
        """The sum of the paths that are not listed; 0 where that is rounding alone."""
        known = self.count is None or (any(p.value for p in self.strongest) and abs(self.rest) > ROUNDING * self.size)
        return self.rest if known else 0.0

    @property
    def size(self) -> float:
        return sum(abs(p.value) for p in self.strongest)


def paths(graph: Picture, target: int, index: Any, symbol: Mapping[int, str], most: int = MOST_SHOWN) -> Paths:
    """The paths from the result of a picture with gradients to the entry `index` of the vertex `target`."""
    entry = _entry(graph.vertices[target].shape, index)
    search = Search(graph, target, entry, single_entries(graph))
    count = search.count(FEW_STOPS)
    if count is None or count > most:
        search = Search(graph, target, entry, neurons(graph), search.reach)
        count = search.count(MANY_STOPS)
    found = [_path(search, end, symbol) for end in search.strongest(most)]
    found = [p for p in found if p.value] or found[:1]              # those that bring nothing are among the others
    if any(len(p.steps) > LONG for p in found):
        found = found[:MOST_LONG]
    last = _stop_name(search, Stop(target, np.array([entry]), np.ones(1)), symbol)
    return Paths(plain(last), plain(symbol[graph.result]), found,
                 float(np.ravel(graph.vertices[target].arrived)[entry]), count, last)


def _entry(shape: tuple[int, ...], index: Any) -> int:
    try:
        entry = np.arange(np.prod(shape, dtype=int)).reshape(shape)[index]
    except IndexError as error:
        raise IndexError(f"index {index} does not fit wrt of shape {shape}") from error
    if np.ndim(entry):
        raise IndexError(f"index {index} must name one entry of wrt, whose shape is {shape}")
    return int(entry)


def _path(search: Search, end: Stop, symbol: Mapping[int, str]) -> Path:
    steps = []
    for stop, following in pairwise(end.way()):
        name, vertex = _stop_name(search, following, symbol), search.graph.vertices[following.vertex]
        unit = following.label if len(vertex.shape) > 1 and following.entries.size > 1 else None
        steps.append(Step(search.graph.vertices[stop.vertex].label, plain(name), search.factors(stop, following), unit,
                          name))
    start = symbol[search.graph.result]
    return Path(plain(start), steps, float(end.flow.sum()), start)


def _stop_name(search: Search, stop: Stop, symbol: Mapping[int, str]) -> str:
    """The symbol of a vertex in LaTeX, with the entry or the neuron: z[4, 7], z[:, 7]."""
    vertex = search.graph.vertices[stop.vertex]
    if vertex.outputs is not None:
        return from_name(vertex.label)
    name = symbol.get(stop.vertex) or from_name(vertex.label)
    if stop.entries.size == 1 and np.size(vertex.value) > 1:
        return f"{name}[{', '.join(str(i) for i in np.unravel_index(stop.entries[0], vertex.shape))}]"
    if stop.entries.size == 1 or np.unique(search.labels[stop.vertex]).size == 1:
        return name
    axis = unit_axis(vertex.shape)
    return f"{name}[{', '.join(str(stop.label) if i == axis else ':' for i in range(axis + 1))}]"


def aligned(lines: Sequence[Line]) -> str:
    """Equations in LaTeX, one below the other, their first signs of equality too."""
    rows = [line.latex.replace(" = ", " &= ", 1) for line in lines]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _range(factors: np.ndarray) -> str:
    """One number if all are equal, else from where to where, and how many are zero."""
    low, high = float(np.min(factors)), float(np.max(factors))
    if number(low) == number(high):
        return number(low)
    zeros = int((factors == 0).sum())
    return f"{number(low)} … {number(high)}" + (f", 0 for {zeros} of {factors.size}" if zeros else "")
