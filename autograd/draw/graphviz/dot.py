"""draw: a computational graph as a graphviz drawing."""
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.modes import record_lines
from ...core.node import Node
from ...support.arguments import check_integer
from ..format import number
from ..graph.collapse import collapsed, limited
from ..graph.module_calls import models_in, recorded_module_calls
from ..graph.picture import Edge, Picture, Vertex, magnitude, picture
from ..graph.repeats import with_calls_rolled_up, without_repeats
from ..theme import MARGINS, SHAPES, STYLES, THEMES, Theme
from . import hover
from .cluster import clustered, within
from .node_label import View, label, view_of

if TYPE_CHECKING:
    from .drawing import Drawing

SHOWN = ("value", "grad", "shape")
MAX_NODES = 150
HURRIED = 100
"""Above this many vertices `dot` gets few rounds to polish: it would take a minute over what it does in a second."""


def draw(y: Any, *inputs: Any, grad: Any = None, names: Any = None, show: tuple[str, ...] = SHOWN,
         direction: str = "LR", theme: str = "light", depth: int | None = None, collapse: str | tuple[str, ...] = (),
         max_nodes: int = MAX_NODES) -> "Drawing":
    """Draw how y was computed, and how its gradient flows back.

    Each value is a node that tells its op, value and gradient: numbers for scalars; shape, dtype and entries for small
    arrays; shape, dtype, a coarse heat-map and min, mean, max for large ones. Black edges lead forward. Red edges lead
    back and carry each op's contribution; where several meet, the node shows their sum. `–` is a value that does not
    exist: gradients, as long as `y.backward()` has not been called. Gradients are compared: the redder the larger;
    below 1e-6 of the largest is marked vanishing, above 1e6 times the seed exploding.

    Green cylinders are leaves that require grad, blue notes inputs, grey dashed boxes constants, white boxes ops, and
    the bold yellow box the result. With the mouse over it, a node tells the line of your program that called its op
    (of a Tensor only if made within `record_lines()`) and its numbers in all digits. Nothing in the graph is changed.

    Args:
        y: the result, a Tensor; several in a list, tuple or dict, drawn in one picture, a dict's keys as their names;
            or a model or other function that gives such a thing, called with `inputs`. Then the modules of y and of the
            models in `names` are drawn as boxes around what they computed.
        grad: None shows what `backward` left in `.grad`; True computes gradients for the drawing, an array does so
            starting from it as the gradient of y; False draws the forward pass only. Of several results, True starts
            from each that requires grad and adds up what they bring; a list or dict like y says which.
        names: {name: Tensor}, a model, or a dict that holds such things, like `locals()`: what leaves are called.
        show: which of "value", "grad", "shape" are written.
        direction: "LR", "TB", "RL" or "BT": where the forward pass goes.
        theme: "light", "dark" or "print" (black, white and one red).
        depth: modules nested deeper than this are drawn as one node each; 0 draws a whole model as one. Repeated blocks
            in a row are then drawn once, with ×N.
        collapse: paths of modules to draw as one node, "layers.0", with * and ? as wildcards.
        max_nodes: a larger graph has three and more calls of one module in a row drawn once, `10 × LSTMCell`; if that
            is not enough, its oldest part is folded into one node that tells what is in it.

    Returns:
        A `graphviz.Digraph`: shows itself in a notebook; `.source` is DOT text, `.render(outfile="y.svg")` a file.

    Raises:
        ImportError: the Python package graphviz is missing: pip install graphviz.
        TypeError: y is neither a Tensor, nor several, nor a function.
        ValueError: an option is not one of those above.
        GraphError: a gradient is asked for and y has none, or the graph was freed or its leaves assigned since. With
            `grad=None`, what is still known of such a graph is drawn, with notes.
        RuntimeError: on rendering, the program `dot` is not installed.

    >>> from autograd import Tensor, draw
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> y = x * x
    >>> y.backward()
    >>> "3 + 3 =" in draw(y).source
    True
    """
    _check(show, direction, theme)
    check_integer("max_nodes", max_nodes, least=1)
    graph = folded(picture_of(y, inputs, grad, names, several=True), depth, collapse)
    if len(graph.vertices) > max_nodes:
        graph = with_calls_rolled_up(graph)
    shown = tuple(x for x in show if x != "grad" or grad is not False)
    return drawing(limited(graph, max_nodes), THEMES[theme], shown, direction)


def picture_of(y: Any, inputs: tuple, grad: Any, names: Any, several: bool = False,
               accept: Callable[[int], None] | None = None) -> Picture:
    """The picture of y, or of what y gives when called with the inputs: then grouped by the modules that took part,
    and with the line of the program that called each op. `several`: results may be several; `accept` raises where there
    are too many vertices."""
    if isinstance(y, type):
        raise TypeError(f"{y.__name__} is a class: make a model of it, and write draw(model, x)")
    if isinstance(y, Node) or not (inputs or callable(y)):
        if inputs:
            raise TypeError("draw(y, *inputs) calls y with the inputs, but a Tensor cannot be called")
        return picture(_single(y, several), grad, names, accept=accept)
    if not inputs and not _can_be_called_so(getattr(y, "forward", y)):
        name = getattr(y, "__name__", type(y).__name__)
        raise TypeError(f"{name} needs an input, from which to compute what is drawn: write draw(model, x)")
    if names is None and hasattr(y, "named_parameters"):
        names = y
    models = models_in(names)
    if hasattr(y, "named_modules") and all(y is not m for m in models.values()):
        models[""] = y
    with recorded_module_calls(models) as spans, record_lines():
        result = y(*inputs)
    return picture(_single(result, several), grad, names, spans, accept)


def _can_be_called_so(function: Any) -> bool:
    """Whether y can be called without arguments."""
    try:
        inspect.signature(function).bind()
    except TypeError:
        return False
    return True


def _single(y: Any, several: bool) -> Any:
    if not several and not isinstance(y, Node):
        raise TypeError(f"this needs one result, a Tensor, and got {type(y).__name__}; draw takes several")
    return y


def folded(graph: Picture, depth: int | None, collapse: str | tuple[str, ...]) -> Picture:
    """The picture with modules collapsed as asked, and then without repeats."""
    if depth is not None:
        check_integer("depth", depth)
    patterns = (collapse,) if isinstance(collapse, str) else collapse
    if not isinstance(patterns, tuple | list) or not all(isinstance(p, str) for p in patterns):
        raise TypeError(f"collapse must be a path of modules, such as 'layers.*', or several, got {collapse!r}")
    if depth is None and not collapse:
        return graph
    return without_repeats(collapsed(graph, depth, patterns))


def _check(show, direction: str, theme: str) -> None:
    if theme not in tuple(THEMES):
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, got {theme!r}")
    if direction not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"direction must be LR, TB, RL or BT, got {direction!r}")
    if not isinstance(show, tuple | list | set) or not all(part in SHOWN for part in show):
        raise ValueError(f"show must be a tuple of {', '.join(SHOWN)}, got {show!r}")


def drawing(graph: Picture, theme: Theme, show: tuple[str, ...], direction: str) -> "Drawing":
    """The drawing of a picture."""
    drawn = canvas(theme, direction, len(graph.vertices))
    view = view_of(graph, theme, show)
    terms = terms_of(graph)
    with clustered(drawn, theme) as into:
        for vertex in graph.vertices:
            draw_vertex(into(vertex.group), _in_its_box(vertex), view, terms[vertex.id])
    for edge in graph.edges:
        _draw_edge(drawn, edge, graph, view)
    return drawn


def _in_its_box(vertex: Vertex) -> Vertex:
    """A module drawn as one node is called by its path within the box around it."""
    if vertex.kind != "summary" or not vertex.group:
        return vertex
    return replace(vertex, label=within((*vertex.group, vertex.label), len(vertex.group)))


def canvas(theme: Theme, direction: str, size: int) -> "Drawing":
    """An empty drawing for so many vertices."""
    from .drawing import Drawing
    look = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "11", "fontcolor": theme.text}
    spacing = {"rankdir": direction, "bgcolor": theme.background, "nodesep": "0.3", "ranksep": "0.45",
               "newrank": "true"}               # else boxes of many arrows end dot 2.43 with a segmentation fault
    if size > HURRIED:
        spacing |= {"nslimit": "1", "nslimit1": "1"}
    return Drawing("computation", graph_attr={**look, **spacing}, node_attr=look,
                   edge_attr={**look, "fontsize": "9", "arrowsize": "0.7"})


def terms_of(graph: Picture) -> list[list[str]]:
    """For each vertex the written contributions of which its gradient is the sum; of arrays only how many."""
    arriving = [[graph.edges[e].contribution for e in edges] for edges in graph.out_of()]
    return [[number(c) if np.ndim(c) == 0 else "" for c in cs if c is not None] for cs in arriving]


def draw_vertex(drawn: "Drawing", vertex: Vertex, view: View, terms: list[str]) -> None:
    """Put a vertex into a drawing; `terms` are what its gradient is the sum of."""
    kind = vertex.kind
    drawn.node(f"v{vertex.id}", label(vertex, view, terms), id=f"vertex{vertex.id}", shape=SHAPES[kind],
               style=STYLES[kind], fillcolor=view.theme.fill[kind], color=view.theme.line[kind],
               tooltip=hover.of_vertex(vertex), penwidth="2" if kind == "result" else "1",
               margin=MARGINS.get(kind, "0.06,0.03"), width="0.3", height="0.3")


def _draw_edge(drawn: "Drawing", edge: Edge, graph: Picture, view: View) -> None:
    ends = f"v{edge.source}", f"v{edge.target}"
    source, target = graph.vertices[edge.source], graph.vertices[edge.target]
    drawn.edge(*ends, color=view.theme.forward, id=f"forward{edge.source}-{edge.target}-{edge.place}",
               tooltip=hover.of_edge(edge, source, target, back=False))
    if edge.contribution is not None and "grad" in view.show:
        drawn.edge(*ends, dir="back", color=view.theme.backward, fontcolor=view.theme.backward,
                   label=arrow_text(edge.contribution), id=f"backward{edge.target}-{edge.source}-{edge.place}",
                   tooltip=hover.of_edge(edge, source, target, back=True), labeltooltip=" ")


def arrow_text(c: Any) -> str:
    """A contribution in a few characters: a number, or the norm of an array."""
    if np.ndim(c) == 0:
        return f"  {number(c)}"
    return f"  ‖g‖ {number(magnitude(c) * np.size(c) ** 0.5)}" if np.size(c) else "  empty"
