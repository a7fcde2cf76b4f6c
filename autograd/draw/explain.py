"""explain: the chain rule written out for one graph, in symbols and in numbers, by running the declared rules."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..engine import Node
from .graph import Picture, Vertex, picture
from .layers import Symbols, symbols
from .mathml import mathml, plain
from .tex import Term, array, numeral
from .text import escaped, number, shape
from .trail import trails


@dataclass
class Line:
    """One equation: `left` = `right` in LaTeX; `numbers` is the same with values in it, None where too many."""
    left: str
    right: str
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


@dataclass
class Explanation:
    """What `explain` returns. Prints as text; shows itself as formulas in a notebook; `.latex` is an aligned block."""
    forward: list[Line]
    backward: list[Line]
    products: list[Line] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def latex(self) -> str:
        """All equations as one `aligned` block."""
        rows = [line.latex.replace(" = ", " &= ", 1) for line in self.forward + self.backward + self.products]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def __str__(self) -> str:
        text = []
        for title, lines in self._sections():
            text += [title, *(f"  {plain(line.latex)}" for line in lines)]
        return "\n".join(text + (["remarks", *(f"  {r}" for r in self.remarks)] if self.remarks else []))

    def _sections(self) -> list[tuple[str, list[Line]]]:
        sections = [("forward", self.forward), ("backward", self.backward), ("products of factors", self.products)]
        return [(title, lines) for title, lines in sections if lines]

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_html_(self) -> str:
        sections = [f"<h4>{title.capitalize()}</h4>" + "".join(f"<p>{mathml(line.latex)}</p>" for line in lines)
                    for title, lines in self._sections()]
        remarks = "".join(f"<li>{escaped(r)}</li>" for r in self.remarks)
        return "".join(sections) + (f"<ul>{remarks}</ul>" if remarks else "")


def explain(y: Node, wrt: Node | Sequence[Node] | None = None, *, index: Any = None, names: Any = None) -> Explanation:
    """Derive the gradient of y: each step of the chain rule as a formula, and the same formula with its numbers.

    The formulas are what the ops' declared vjp rules give when they are run on symbols, so they are the derivation
    that the engine computes with. In a multi-layer perceptron the steps are the four equations of the textbooks, for
    samples in rows: δ of the last layer, δ of a layer from the next one, and the gradients of W and b. In a graph of
    scalars, a leaf that acts on the result in one way only has its gradient also as the product of all factors.

    Args:
        y: the result, a Tensor with one element.
        wrt: the Tensor, or several, whose gradient is derived; None for every leaf that requires grad.
        index: an entry of wrt, such as (0, 3): remarks then follow this entry's unit.
        names: {name: Tensor}, a model, or a dict of such things like `locals()`: what leaves are called.

    Returns:
        An Explanation: prints as text, shows itself in a notebook, `.latex` for a paper. Its remarks name the factor
        that made the gradient vanish or explode.

    Raises:
        GraphError: y does not depend on anything that requires grad.
        ValueError: y does not depend on wrt.

    >>> from autograd import Tensor
    >>> from autograd.draw import explain
    >>> w, x = Tensor(0.5, requires_grad=True, name="w"), Tensor(2.0, name="x")
    >>> print(explain((w * x).tanh()))
    forward
      v₁ = w · x = 0.5 · 2 = 1
      C = tanh v₁ = tanh 1 = 0.7616
    backward
      ∂C/∂v₁ = 1 - C · C = 1 - 0.7616 · 0.7616 = 0.42
      ∂C/∂w = ∂C/∂v₁ · x = 0.42 · 2 = 0.8399
    products of factors
      ∂C/∂w = ∂C/∂v₁ · ∂v₁/∂w = 0.42 · 2 = 0.8399
    """
    graph = picture(y, grad=True, names=names)
    targets = _targets(graph, wrt)
    wanted = _leading_to(graph, targets)
    called = symbols(graph)
    derivation = Derivation(graph, called)
    forward = [derivation.forward(v) for v in graph.vertices if v.op is not None and v.id not in called.merged]
    backward = [derivation.backward(v) for v in reversed(graph.vertices)
                if v.id in wanted and v.id != graph.result and v.id not in called.inlined]
    products = [line for v in targets if (line := derivation.product(v)) is not None]
    return Explanation(forward, backward, products, trails(graph, targets, index, called.of))


def _targets(graph: Picture, wrt: Node | Sequence[Node] | None) -> list[int]:
    if wrt is None:
        return [v.id for v in graph.vertices if v.kind == "parameter"]
    ids = {node: i for i, node in enumerate(graph.nodes)}
    asked = [wrt] if isinstance(wrt, Node) else list(wrt)
    for node in asked:
        if node not in ids or graph.vertices[ids[node]].arrived is None:
            raise ValueError(f"y does not depend on wrt ({node!r}), or wrt does not require grad: nothing to explain")
    return [ids[node] for node in asked]


def _leading_to(graph: Picture, targets: list[int]) -> set[int]:
    """The vertices on a path from the result to a target, through which gradient flows."""
    wanted = set(targets)
    for edge in sorted(graph.edges, key=lambda e: e.target):
        if edge.source in wanted and edge.contribution is not None:
            wanted.add(edge.target)
    return wanted


class Derivation:
    """Writes the equations of one picture."""

    def __init__(self, graph: Picture, called: Symbols):
        self.graph, self.called = graph, called
        self.into, self.used = graph.into(), graph.out_of()

    def forward(self, vertex: Vertex) -> Line:
        """v = op(inputs)."""
        return Line(self.called.of[vertex.id], *self.applied(vertex), vertex.value)

    def backward(self, vertex: Vertex) -> Line:
        """The derivative of the cost by vertex, as the sum of what the ops that use it send back."""
        left = self.derivative(vertex.id)
        if vertex.id in self.called.delta:
            left = f"{self.called.delta[vertex.id]} = {left}"
        return Line(left, self._sum(vertex, False), self._sum(vertex, True), vertex.arrived)

    def product(self, v: int) -> Line | None:
        """The derivative as the product of all factors between; None unless one path of scalars leads to the result."""
        fractions, factors, vertex = [], [], self.graph.vertices[v]
        start = vertex
        while vertex.id != self.graph.result:
            edges = [e for e in self.used[vertex.id] if self.graph.edges[e].contribution is not None]
            if len(edges) != 1 or vertex.shape:
                return None
            user = self.graph.vertices[self.graph.edges[edges[0]].target]
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
        edge = self.graph.edges[e]
        target = self.graph.vertices[edge.target]
        values = [self.graph.vertices[self.graph.edges[i].source].value for i in self.into[target.id]]
        tex = numeral(target.op.vjp_rules[edge.place](1.0, target.value, *values, **target.params))
        return rf"\left({tex}\right)" if tex.startswith("-") else tex

    def applied(self, vertex: Vertex) -> tuple[str | None, str | None]:
        """The right-hand side of a vertex' own equation, in symbols and in numbers."""
        return self._applied(vertex, self._symbol), self._applied(vertex, self._number)

    def sent(self, e: int) -> tuple[str | None, str | None]:
        """What flows back along one edge, in symbols and in numbers."""
        symbolic, numeric = self.contribution(e, False), self.contribution(e, True)
        return tuple(None if t is None else t.tex for t in (symbolic, numeric))

    def _applied(self, vertex: Vertex, term) -> str | None:
        y = self._evaluated(vertex, term)
        return None if y is None else y.tex if isinstance(y, Term) else shown(y)

    def _evaluated(self, vertex: Vertex, term) -> Any:
        inputs = [term(self.graph.edges[e].source) for e in self.into[vertex.id]]
        return None if _missing(inputs) else vertex.op(*inputs, **vertex.params)

    def _sum(self, vertex: Vertex, numbers: bool) -> str | None:
        terms = [self.contribution(e, numbers) for e in self.used[vertex.id]
                 if self.graph.edges[e].contribution is not None]
        return None if _missing(terms) else " + ".join(t.tex for t in terms).replace("+ -", "- ")

    def contribution(self, e: int, numbers: bool) -> Term | None:
        """The declared rule of one edge on Terms; None where numbers would be too many to write."""
        edge = self.graph.edges[e]
        target = self.graph.vertices[edge.target]
        term = self._number if numbers else self._symbol
        g = self.cotangent(target, numbers)
        values = [term(self.graph.edges[i].source) for i in self.into[target.id]]
        y = term(target.id)
        if target.op.residual:
            r = getattr(self.graph.nodes[target.id], "_residual", None)
            values.insert(0, Term("p", r) if not numbers else _numeric(r))
        if _missing((g, y, *values)):
            return None
        c = target.op.vjp_rules[edge.place](g, y, *values, **target.params)
        return c if isinstance(c, Term) else Term(shown(c), c)

    def cotangent(self, vertex: Vertex, numbers: bool) -> Term | None:
        """The derivative of the cost by a vertex: its symbol, or, where that has no line, how it comes about."""
        if vertex.id == self.graph.result:
            scalars = all(not self.graph.vertices[self.graph.edges[e].source].shape for e in self.into[vertex.id])
            return 1.0 if scalars else Term("1", vertex.arrived)
        if vertex.id in self.called.inlined and len(self.used[vertex.id]) == 1:
            return self.contribution(self.used[vertex.id][0], numbers)
        if numbers:
            return _numeric(vertex.arrived)
        return Term(self.called.delta.get(vertex.id) or self.derivative(vertex.id), vertex.arrived)

    def derivative(self, v: int, of: int | None = None) -> str:
        """∂C/∂v, or the derivative of another vertex by v."""
        of = self.graph.result if of is None else of
        return rf"\frac{{\partial {self.called.of[of]}}}{{\partial {self.called.of[v]}}}"

    def _symbol(self, v: int) -> Term | float:
        vertex = self.graph.vertices[v]
        if vertex.kind == "constant" and not vertex.name and not vertex.shape:
            return vertex.value                                     # plain, so that 2 - 1 is 1 and x to the 1 is x
        if v in self.called.merged:
            return self._evaluated(vertex, self._symbol)
        return Term(self.called.of[v], vertex.value)

    def _number(self, v: int) -> Term | float | None:
        vertex = self.graph.vertices[v]
        if v in self.called.merged:
            return self._evaluated(vertex, self._number)
        return self._symbol(v) if vertex.kind == "constant" and not vertex.shape else _numeric(vertex.value)


def _missing(terms: Sequence[Term | None]) -> bool:
    return any(t is None for t in terms)


LARGEST = 9
"""Arrays of more entries are not written out."""


def _numeric(value: Any) -> Term | None:
    """A value as a Term that reads as its numbers; None if there are too many."""
    if np.ndim(value) == 0:
        tex = numeral(value)
        tight = Term("", 0).tight
        return Term(tex, value, 1 if tex.startswith("-") else 2 if "cdot" in tex else tight)
    return Term(array(np.asarray(value)), value) if np.ndim(value) <= 2 and np.size(value) <= LARGEST else None


def shown(value: Any) -> str:
    """A value in LaTeX: a number, a small array, or the shape and norm of a large one."""
    if (term := _numeric(value)) is not None:
        return term.tex
    return rf"\text{{array {shape(np.shape(value))}, norm {number(np.linalg.norm(value))}}}"
