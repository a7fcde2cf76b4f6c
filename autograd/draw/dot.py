"""draw: a computational graph as a graphviz drawing."""
from typing import TYPE_CHECKING, Any

from ..engine import Node
from .fold import limited
from .graph import Edge, Picture, Vertex, magnitude, picture
from .label import View, label, view_of
from .text import number
from .theme import MARGINS, SHAPES, STYLES, THEMES, Theme

if TYPE_CHECKING:
    from .drawing import Drawing

SHOWN = ("value", "grad", "shape")
MAX_NODES = 200


def draw(y: Any, *inputs: Any, grad: Any = None, names: Any = None, show: tuple[str, ...] = SHOWN,
         direction: str = "LR", theme: str = "light", max_nodes: int = MAX_NODES) -> "Drawing":
    """Draw how y was computed, and how its gradient flows back.

    Each value is a node that tells its op, value and gradient: numbers for scalars; shape, dtype and entries for small
    arrays; shape, dtype, a coarse heat-map and min, mean, max for large ones. Black edges lead forward. Red edges lead
    back and carry each op's contribution; where several meet, the node shows their sum. `–` is a value that does not
    exist: gradients, as long as `y.backward()` has not been called. Gradients are compared: the redder the larger;
    below 1e-6 of the largest is marked vanishing, above 1e6 times the seed exploding.

    Green cylinders are leaves that require grad, blue notes inputs, grey dashed boxes constants, white boxes ops, and
    the bold yellow box the result. Nothing in the graph is changed.

    Args:
        y: the result, a Tensor; or a function (a model) that is called with `inputs`.
        grad: None shows what `backward` left in `.grad`; True computes gradients for the drawing, an array does so
            starting from it as the gradient of y; False draws the forward pass only.
        names: {name: Tensor}, a model, or a dict that holds such things, like `locals()`: what leaves are called.
        show: which of "value", "grad", "shape" are written.
        direction: "LR", "TB", "RL" or "BT": where the forward pass goes.
        theme: "light", "dark" or "print" (black, white and one red).
        max_nodes: a larger graph has its oldest part folded into one node that tells what is in it.

    Returns:
        A `graphviz.Digraph`: shows itself in a notebook; `.source` is DOT text, `.render(outfile="y.svg")` a file.

    Raises:
        ImportError: the extra is missing: pip install "retrograd[draw]".
        TypeError: y is neither a Tensor nor a function.
        GraphError: a gradient is asked for and y has none, or the graph was freed or its leaves assigned since.
        RuntimeError: on rendering, the program `dot` is not installed.

    >>> from autograd import Tensor, draw
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> "3 + 3 = " in draw(y).source
    True
    """
    _check(show, direction, theme)
    graph = limited(picture(result_of(y, inputs), grad, names), max_nodes)
    return drawing(graph, THEMES[theme], tuple(show), direction)


def result_of(y: Any, inputs: tuple) -> Node:
    """y itself, or what it gives when called with the inputs."""
    if inputs or (callable(y) and not isinstance(y, Node)):
        if not callable(y):
            raise TypeError(f"draw(y, *inputs) calls y with the inputs, but {type(y).__name__} cannot be called")
        y = y(*inputs)
    return y


def _check(show, direction: str, theme: str) -> None:
    if theme not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, got {theme!r}")
    if direction not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"direction must be LR, TB, RL or BT, got {direction!r}")
    if isinstance(show, str) or not set(show) <= set(SHOWN):
        raise ValueError(f"show must be a tuple of {', '.join(SHOWN)}, got {show!r}")


def drawing(graph: Picture, theme: Theme, show: tuple[str, ...], direction: str) -> "Drawing":
    """The drawing of a picture."""
    from .drawing import Drawing
    look = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "11", "fontcolor": theme.text}
    spacing = {"rankdir": direction, "bgcolor": theme.background, "nodesep": "0.3", "ranksep": "0.45"}
    drawn = Drawing("computation", graph_attr={**look, **spacing}, node_attr=look,
                    edge_attr={**look, "fontsize": "9", "arrowsize": "0.7"})
    view = view_of(graph, theme, show)
    used = graph.out_of()
    for vertex in graph.vertices:
        terms = [number(graph.edges[e].contribution) for e in used[vertex.id]
                 if graph.edges[e].contribution is not None and not vertex.shape]
        _draw_vertex(drawn, vertex, view, terms)
    for edge in graph.edges:
        _draw_edge(drawn, edge, view)
    return drawn


def _draw_vertex(drawn: "Drawing", vertex: Vertex, view: View, terms: list[str]) -> None:
    drawn.node(f"v{vertex.id}", label(vertex, view, terms), shape=SHAPES[vertex.kind], style=STYLES[vertex.kind],
               fillcolor=view.theme.fill[vertex.kind], color=view.theme.line[vertex.kind],
               penwidth="2" if vertex.kind == "result" else "1", margin=MARGINS.get(vertex.kind, "0.06,0.03"),
               tooltip=" ")


def _draw_edge(drawn: "Drawing", edge: Edge, view: View) -> None:
    ends = f"v{edge.source}", f"v{edge.target}"
    drawn.edge(*ends, color=view.theme.forward, id=f"forward{edge.source}-{edge.target}-{edge.place}")
    if edge.contribution is not None and "grad" in view.show:
        drawn.edge(*ends, dir="back", color=view.theme.backward, fontcolor=view.theme.backward, label=arrow_text(edge),
                   id=f"backward{edge.target}-{edge.source}-{edge.place}")


def arrow_text(edge: Edge) -> str:
    """A contribution in a few characters: a number, or the norm of an array."""
    c = edge.contribution
    shape = getattr(c, "shape", ())
    if not shape:
        return f"  {number(c)}"
    size = 1
    for n in shape:
        size *= n
    return f"  ‖g‖ {number(magnitude(c) * size ** 0.5)}"
