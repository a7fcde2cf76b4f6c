"""play: one self-contained page that steps through forward and backward, around the drawing that `dot` laid out."""
import json
import os
import re
from importlib.resources import files
from typing import Any

from .dot import drawing, picture_of
from .fold import collapsed
from .graph import Picture
from .scene import scene
from .text import escaped
from .theme import DARK, LIGHT, Theme

MAX_NODES = 300


def play(y: Any, path: str | os.PathLike, *inputs: Any, grad: Any = True, names: Any = None, direction: str = "LR",
         title: str = "Backpropagation, step by step") -> str:
    """Write a page that plays the computation of y and its gradients, one op and one contribution at a time.

    The page needs no server, no network and no other file. It shows the graph; for each step the rule in symbols and
    with its numbers, arrays before and after as heat-maps, and the running sum where several contributions meet. Its
    quiz asks for each sign or shape before it is shown. Any node, pointed at or focused, tells its value, its gradient
    and in how many digits a finite difference agrees. If modules took part, a button collapses and expands them. Keys:
    arrows step, Home and End jump, Space plays, Q asks, M collapses, Z zooms.

    Args:
        y: the result, a Tensor; or a model or other function, which is called with `inputs`. Then each step also tells
            the line of the program that called the op; so it does for a Tensor made within `record_lines()`.
        path: where to write the page.
        grad: True starts from 1; an array is the cotangent of y to start from.
        names: {name: Tensor}, a model, or a dict of such things like `locals()`: what leaves are called.
        direction: "LR" or "TB": where the forward pass goes.
        title: heading of the page.

    Returns:
        The path as a string.

    Raises:
        ImportError, RuntimeError: graphviz or its program `dot` is missing; the error says how to install it.
        ValueError: the graph has more than 300 nodes; nobody would step through them. Nothing is written.

    >>> from autograd import Tensor
    >>> from autograd.draw import play
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> play(x * x, "backprop.html")                        # doctest: +SKIP
    'backprop.html'
    """
    graph = picture_of(y, inputs, grad, names)
    if len(graph.vertices) > MAX_NODES:
        raise ValueError(f"play steps through every op, and this graph has {len(graph.vertices)} nodes, more than "
                         f"{MAX_NODES}: play a part of it, or use draw(y, depth=1)")
    data = scene(graph)
    svg = _laid_out(graph, direction, "graph")
    if any(v.group for v in graph.vertices):
        small = collapsed(graph, 1 if any(len(v.group) > 1 for v in graph.vertices) else 0, ())
        data["collapsed"] = [{"origin": list(v.origin), "label": v.label, "notes": v.notes} for v in small.vertices]
        svg += _laid_out(small, direction, "modules")
    page = _page(title, svg, data)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)
    return os.fspath(path)


def _laid_out(graph: Picture, direction: str, name: str) -> str:
    drawn = drawing(graph, LIGHT, ("value", "grad", "shape"), direction, marked=True)
    return themed(drawn.pipe("svg").decode(), name)


def themed(svg: str, name: str) -> str:
    """The drawing as an element of a page: colours by name, so that light and dark share it; ids that begin with the
    drawing's name; no links, no header."""
    svg = re.sub(r"</?a\b[^>]*>\s*", "", svg[svg.index("<svg"):])
    svg = re.sub(r"<title>[^<]*</title>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    for role, colour in [*_palette(LIGHT).items(), ("background", "white")]:
        svg = svg.replace(f'"{colour}"', f'"var(--{role})"')
    svg = re.sub(r'\bid="(?:a_)?', f'id="{name}-', svg)
    return svg.replace("<svg ", f'<svg id="{name}" class="graph" role="group" aria-label="computational graph" ', 1)


def _palette(theme: Theme) -> dict[str, str]:
    named = {k: getattr(theme, k) for k in ("text", "faint", "forward", "backward", "strong", "negative", "background")}
    for kind in theme.fill:
        named |= {f"fill-{kind}": theme.fill[kind], f"line-{kind}": theme.line[kind]}
    return named


def _page(title: str, svg: str, data: dict[str, Any]) -> str:
    def part(name: str) -> str:
        return files(__package__).joinpath("page", name).read_text(encoding="utf-8")

    def variables(theme: Theme) -> str:
        return " ".join(f"--{name}: {colour};" for name, colour in _palette(theme).items())
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")       # no name can end the script element
    pieces = {"title": escaped(title), "light": variables(LIGHT), "dark": variables(DARK), "style": part("player.css"),
              "script": part("player.js"), "svg": svg, "data": text}
    return re.sub(r"\{\{(\w+)\}\}", lambda m: pieces[m[1]], part("player.html"))
