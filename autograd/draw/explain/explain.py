"""explain: derive one gradient in symbols and in numbers, by running the declared rules."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...core.tensor import Tensor
from ..format import escaped
from ..formulas.equations import Derivation, Line
from ..formulas.mathml import mathml, plain
from ..formulas.symbols import symbols
from ..graph.picture import Picture, picture
from .diagnostics import remarks, remarks_on_paths
from .paths import Paths, aligned, paths


@dataclass
class Explanation:
    """What `explain` returns. Prints as text; shows itself as formulas in a notebook; `.latex` is an aligned block.
    `paths` are the data: for each entry asked for the strongest paths, their steps, factors and sum, with a `.latex` of
    their own."""
    forward: list[Line]
    backward: list[Line]
    products: list[Line] = field(default_factory=list)
    paths: list[Paths] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def latex(self) -> str:
        """All equations as one `aligned` block, those of the paths last."""
        of_paths = [line for each in self.paths for line in each.equations]
        return aligned(self.forward + self.backward + self.products + of_paths)

    def __str__(self) -> str:
        text = []
        for title, lines in self._sections():
            text += [title, *(f"  {plain(line.latex)}" for line in lines)]
        for title, written in (("paths", self.paths), ("remarks", self.remarks)):
            text += [title, *(f"  {line}" for each in written for line in str(each).split("\n"))] if written else []
        return "\n".join(text)

    def _sections(self) -> list[tuple[str, list[Line]]]:
        sections = [("forward", self.forward), ("backward", self.backward), ("products of factors", self.products)]
        return [(title, lines) for title, lines in sections if lines]

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_html_(self) -> str:
        sections = [f"<h4>{title.capitalize()}</h4>" + "".join(f"<p>{mathml(line.latex)}</p>" for line in lines)
                    for title, lines in self._sections()]
        sections += [f"<h4>{escaped(p.heading)}</h4>{_list(p.lines)}" for p in self.paths]
        return "".join(sections) + (_list(self.remarks) if self.remarks else "")


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escaped(line)}</li>' for line in lines)}</ul>"


def explain(y: Tensor, wrt: Tensor | Sequence[Tensor] | None = None, *, index: Any = None,
            names: Any = None) -> Explanation:
    """Derive the gradient of y: each step of the chain rule as a formula, and the same formula with its numbers.

    The formulas are what the ops' declared vjp rules give when they are run on symbols, so they are the derivation
    that the engine computes with. In a multi-layer perceptron the steps are the four equations of the textbooks, for
    samples in rows: δ of the last layer, δ of a layer from the next one, and the gradients of W and b. In a graph of
    scalars, a leaf that acts on the result in one way only has its gradient also as the product of all factors.

    Args:
        y: the result, a Tensor with one element.
        wrt: the Tensor, or several, whose gradient is derived; None for every leaf that requires grad.
        index: an entry of wrt, such as (0, 3), whose gradient is then taken apart: all paths from the result to it,
            the strongest first, with the local derivative on each edge. At most ten are listed, and what the others
            bring together; all add up to the gradient. Where single entries make more than ten paths, a path leads
            from neuron to neuron and takes the rows of a batch together; its edges tell the range of the derivatives.
            In graphs with many neurons the ten are found by following, from each vertex, the most promising ones. A
            scalar needs no index.
        names: {name: Tensor}, a model, or a dict of such things like `locals()`: what leaves are called.

    Returns:
        An Explanation: prints as text, shows itself in a notebook, `.latex` for a paper. Its remarks name what made
        the gradient vanish or explode.

    Raises:
        TypeError: y is not a Tensor.
        GraphError: y does not depend on anything that requires grad.
        ValueError: y has not one element, or does not depend on wrt.
        IndexError: index does not name one entry of wrt.

    >>> from autograd import Tensor
    >>> from autograd.draw import explain
    >>> w, x = Tensor(0.5, requires_grad=True, name="w"), Tensor(2.0, name="x")
    >>> print(explain((w * x).tanh()))
    forward
      v₁ = w · x = 0.5 · 2 = 1
      C = tanh v₁ = tanh 1 = 0.7616
    backward
      ∂C/∂v₁ = 1 - C² = 1 - 0.7616² = 0.42
      ∂C/∂w = ∂C/∂v₁ · x = 0.42 · 2 = 0.8399
    products of factors
      ∂C/∂w = ∂C/∂v₁ · ∂v₁/∂w = 0.42 · 2 = 0.8399
    """
    if not isinstance(y, Tensor):
        raise TypeError(f"explain needs the one Tensor whose gradient it derives, got {type(y).__name__}")
    if y.size != 1:
        raise ValueError(f"explain derives the gradient of one number, and y has shape {y.shape}: explain "
                         "y.sum(), or one entry such as y[0]")
    graph = picture(y, grad=True, names=names)
    targets = _targets(graph, wrt)
    wanted = _leading_to(graph, targets)
    called = symbols(graph)
    derivation = Derivation(graph, called)
    forward = [derivation.forward(v) for v in graph.vertices if v.op is not None and v.id not in called.merged
               and not v.is_output]
    backward = [Line(derivation.derivative(t.id), None, None, t.arrived) for t in graph.vertices
                if t.id in wanted and t.op is None and t.id == graph.result]
    backward += [derivation.backward(v) for v in reversed(graph.vertices)
                if v.id in wanted and v.id != graph.result and v.id not in called.inlined and v.outputs is None]
    products = [line for v in targets if (line := derivation.product(v)) is not None]
    return Explanation(forward, backward, products, *_paths_and_remarks(graph, targets, wrt, index))


def _paths_and_remarks(graph: Picture, targets: list[int], wrt: Any, index: Any) -> tuple[list[Paths], list[str]]:
    """The paths to the entries that were asked for, and the remarks."""
    called = symbols(graph).of
    single = {v: index if index is not None else () for v in targets
              if index is not None or (wrt is not None and not graph.vertices[v].shape)}
    found = [paths(graph, v, at, called) for v, at in single.items()]
    notes = [note for each in found for note in remarks_on_paths(each)]
    return found, notes + remarks(graph, [v for v in targets if v not in single], called)


def _targets(graph: Picture, wrt: Tensor | Sequence[Tensor] | None) -> list[int]:
    if wrt is None:
        return [v.id for v in graph.vertices if v.kind == "parameter"]
    ids = {node: i for i, node in enumerate(graph.nodes)}
    asked = [wrt] if isinstance(wrt, Tensor) else wrt
    if not isinstance(asked, list | tuple) or not asked or not all(isinstance(node, Tensor) for node in asked):
        raise TypeError(f"wrt must be a Tensor below y, or several in a list, got {wrt!r}")
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
