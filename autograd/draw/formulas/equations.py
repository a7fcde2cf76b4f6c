"""The equations of one picture, each from running a declared rule on Terms."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import graph as recorded
from ...core.reverse import unbroadcast
from ...ops.comparison import where
from ..format import number, shape
from ..graph.picture import Picture, Vertex
from .symbols import Symbols, output_symbols
from .term import ATOM, PRODUCT, SEED, SUM, Term, array, numeral, summed

Written = Term | float | None
"""An argument of an op or rule: a Term, a plain number, or None for an array too large to write out."""


@dataclass
class Line:
    """One equation: `left` = `right` in LaTeX; `numbers` is the same with values in it, None where too many."""
    left: str
    right: str | None
    numbers: str | None
    value: Any

    @property
    def result(self) -> str:
        """The value in LaTeX: a number, a small array, or the shape and norm of a large one."""
        return shown(self.value)

    @property
    def latex(self) -> str:
        ends = dict.fromkeys(end for end in (self.right, self.numbers, self.result) if end)
        return f"{self.left} = " + " = ".join(ends)


class Derivation:
    """Writes the equations of one picture."""

    def __init__(self, graph: Picture, called: Symbols):
        self.graph, self.called = graph, called
        self.into, self.used = graph.into(), graph.out_of()

    def forward(self, vertex: Vertex) -> Line:
        """v = op(inputs)."""
        return Line(self.called.of[vertex.id], *self.applied(vertex), vertex.argument)

    def backward(self, vertex: Vertex) -> Line:
        """The derivative of the cost by a vertex, as the sum of the contributions of the ops that use it."""
        left = self.derivative(vertex.id)
        if vertex.id in self.called.delta:
            left = f"{self.called.delta[vertex.id]} = {left}"
        return Line(left, self._sum(vertex, False), self._sum(vertex, True), vertex.arrived)

    def product(self, v: int) -> Line | None:
        """The derivative as the product of all factors between; None unless one path of scalars leads to the result."""
        fractions: list[str] = []
        factors: list[str] = []
        start = vertex = self.graph.vertices[v]
        while vertex.id != self.graph.result:
            edges = [e for e in self.used[vertex.id] if self.graph.edges[e].contribution is not None]
            if len(edges) != 1 or vertex.shape:
                return None
            user = self.graph.vertices[self.graph.edges[edges[0]].target]
            if user.outputs is not None or user.shape:
                return None
            factors.insert(0, self._local(edges[0]))
            if user.id in self.called.merged:                       # w a + b is one step: its sum adds a factor 1
                user = self.graph.vertices[self._end(user)]
            fractions.insert(0, self.derivative(vertex.id, user.id))
            vertex = user
        if len(factors) < 2:
            return None
        return Line(self.derivative(start.id), r" \cdot ".join(fractions), r" \cdot ".join(factors), start.arrived)

    def _end(self, merged: Vertex) -> int:
        """The sum that a merged product is part of."""
        return self.graph.edges[self.used[merged.id][0]].target

    def _local(self, e: int) -> str:
        """The derivative of one op by one input, as a number ready to be multiplied."""
        edge, nodes = self.graph.edges[e], self.graph.nodes
        with np.errstate(all="ignore"):
            (_, c), = recorded.contributions(nodes[edge.target], 1.0, {nodes[edge.source]})
        tex = numeral(c)
        return rf"\left({tex}\right)" if tex.startswith("-") else tex

    def applied(self, vertex: Vertex) -> tuple[str | None, str | None]:
        """The right-hand side of a vertex' own equation, in symbols and in numbers; one of several outputs has none."""
        if vertex.is_output:
            return None, None
        return self._applied(vertex, self._symbol), self._applied(vertex, self._number)

    def sent(self, e: int) -> tuple[str | None, str | None]:
        """The contribution of one edge, in symbols and in numbers."""
        symbolic, numeric = self.contribution(e, False), self.contribution(e, True)
        return None if symbolic is None else symbolic.tex, None if numeric is None else numeric.tex

    def _applied(self, vertex: Vertex, term: Callable[[int], Written]) -> str | None:
        y = self._evaluated(vertex, term)
        return None if y is None else y.tex if isinstance(y, Term) else shown(y)

    def _evaluated(self, vertex: Vertex, term: Callable[[int], Written]) -> Any:
        inputs = [term(self.graph.edges[e].source) for e in self.into[vertex.id]]
        return None if _any_missing(inputs) else vertex.op(*inputs, **vertex.params)

    def _sum(self, vertex: Vertex, numbers: bool) -> str | None:
        terms = [self.contribution(e, numbers) for e in self.used[vertex.id]
                 if self.graph.edges[e].contribution is not None]
        return None if _any_missing(terms) else " + ".join(t.tex for t in terms if t is not None).replace("+ -", "- ")

    def contribution(self, e: int, numbers: bool) -> Term | None:
        """The declared rule of one edge on Terms; None where numbers would be too many to write."""
        edge = self.graph.edges[e]
        target = self.graph.vertices[edge.target]
        term = self._number if numbers else self._symbol
        if target.is_output:
            return _as_term(self.cotangent(target, numbers))
        values = [term(self.graph.edges[i].source) for i in self.into[target.id]]
        upstream = self._upstream(target, numbers)
        if upstream is None or _any_missing(values):
            return None
        if target.op.residual:
            values.insert(0, target.op.residual(*values, **target.params))
        with np.errstate(all="ignore"):
            c = target.op.vjp_rules[edge.place](*upstream, *values, **target.params)
            if target.outputs is None and _has_nan(c) and not _has_nan(edge.contribution):
                c = where(upstream[0] == 0, 0.0, c)                 # where nothing arrives, nothing is sent
        return self._summed(e, _as_term(c))

    def _summed(self, e: int, c: Term | None) -> Term | None:
        """A contribution summed over the axes along which the op broadcast its input, as the engine does."""
        edge = self.graph.edges[e]
        shape, target = np.shape(edge.contribution), self.graph.vertices[edge.target]
        if c is None or edge.contribution is None or c.shape == shape:
            return c
        full = c.value
        if target.op.elementwise:
            full = np.broadcast_to(full, np.broadcast_shapes(c.shape, target.shape))
        axes = summed_axes(np.shape(full), shape)
        return summed(c, axes, unbroadcast(np.asarray(full), shape)) if axes else c

    def _upstream(self, vertex: Vertex, numbers: bool) -> tuple[Any, Any] | None:
        """The cotangent and the value of a vertex as its rules take them; None where they are too many to write."""
        if vertex.outputs is not None:
            return self._of_outputs(vertex, numbers)
        g, y = self.cotangent(vertex, numbers), (self._number if numbers else self._symbol)(vertex.id)
        return None if _any_missing((g, y)) else (g, y)

    def _of_outputs(self, call: Vertex, numbers: bool) -> tuple[Any, Any] | None:
        """The same for a call: a tuple of cotangents, None where none arrives, and the tuple of outputs."""
        term, names = self._number if numbers else self._symbol, output_symbols(self.graph, call.id, self.called.of)
        g: list[Any] = [None] * len(names)
        y: list[Written] = [_numeric(v) if numbers else Term(n, v)
                            for n, v in zip(names, call.outputs or (), strict=True)]
        for e in self.used[call.id]:
            output = self.graph.vertices[self.graph.edges[e].target]
            i = output.params["index"]
            y[i] = term(output.id)
            if output.arrived is not None:
                c = self.cotangent(output, numbers)
                if c is None:
                    return None
                g[i] = c if g[i] is None else g[i] + c
        return None if _any_missing(y) else (tuple(g), tuple(y))

    def cotangent(self, vertex: Vertex, numbers: bool) -> Written:
        """The derivative of the cost by a vertex: its symbol, or its formula where it has no line of its own."""
        if vertex.id == self.graph.result:
            return self._seed(vertex, numbers)
        if vertex.id in self.called.inlined and len(self.used[vertex.id]) == 1:
            return self.contribution(self.used[vertex.id][0], numbers)
        if numbers:
            return _numeric(vertex.arrived)
        return Term(self.called.delta.get(vertex.id) or self.derivative(vertex.id), vertex.arrived)

    def _seed(self, vertex: Vertex, numbers: bool) -> Written:
        """The cotangent of the result: 1, or g for a cotangent that the caller chose."""
        if not np.all(vertex.arrived == 1):
            return _numeric(vertex.arrived) if numbers else Term("g", vertex.arrived)
        scalars = all(not self.graph.vertices[self.graph.edges[e].source].shape for e in self.into[vertex.id])
        return 1.0 if scalars and not vertex.shape else Term("1", vertex.arrived, made_by=SEED)

    def derivative(self, v: int, of: int | None = None) -> str:
        """∂C/∂v, or the derivative of another vertex by v."""
        of = self.graph.result if of is None else of
        return rf"\frac{{\partial {self.called.of[of]}}}{{\partial {self.called.of[v]}}}"

    def _symbol(self, v: int) -> Written:
        vertex = self.graph.vertices[v]
        if vertex.kind == "constant" and not vertex.name and not vertex.shape:
            return vertex.value                                     # plain, so that 2 - 1 is 1 and x to the 1 is x
        if v in self.called.merged:
            return self._evaluated(vertex, self._symbol)
        return Term(self.called.of[v], vertex.value)

    def _number(self, v: int) -> Written:
        vertex = self.graph.vertices[v]
        if v in self.called.merged:
            return self._evaluated(vertex, self._number)
        return self._symbol(v) if vertex.kind == "constant" and not vertex.shape else _numeric(vertex.value)


def _as_term(c: Written) -> Term | None:
    return c if c is None or isinstance(c, Term) else Term(shown(c), c)


def summed_axes(shape: tuple[int, ...], kept: tuple[int, ...]) -> list[int]:
    """The axes over which an array is summed to have the shape that was broadcast to its own.

    >>> summed_axes((3, 2), (2,)), summed_axes((3, 2), (3, 1))
    ([0], [1])
    """
    new = len(shape) - len(kept)
    return [i for i, n in enumerate(shape) if i < new or n != kept[i - new]]


def _has_nan(value: Any) -> bool:
    return bool(np.isnan(value.value if isinstance(value, Term) else value).any())


def _any_missing(terms: Sequence[Written]) -> bool:
    return any(t is None for t in terms)


LARGEST = 9
"""Arrays of more entries are not written out."""


def _numeric(value: Any) -> Term | None:
    """A value as a Term that reads as its numbers; None if there are too many."""
    if np.ndim(value) == 0:
        tex = numeral(value)
        return Term(tex, value, SUM if tex.startswith("-") else PRODUCT if "cdot" in tex else ATOM)
    return Term(array(np.asarray(value)), value) if np.ndim(value) <= 2 and np.size(value) <= LARGEST else None


def shown(value: Any) -> str:
    """A value in LaTeX: a number, a small array, or the shape and norm of a large one; several outputs one by one."""
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    if (term := _numeric(value)) is not None:
        return term.tex
    return rf"\text{{array {shape(np.shape(value))}, norm {number(np.linalg.norm(value))}}}"
