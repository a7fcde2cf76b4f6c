"""play: one self-contained page that steps through forward and backward."""
import json
import os
import re
import zlib
from base64 import b64encode
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ...core.tensor import Tensor
from ...support.arguments import check_integer
from ...support.files import check_writable
from ..format import clean, escaped
from ..graph.boxes import Box, boxes
from ..graph.picture import Picture
from ..graphviz.dot import picture_of
from ..theme import DARK, LIGHT, Theme, palette
from .events import player_data
from .page import Page

MAX_NODES = 6000
PACKED_FROM = 100_000
"""Characters of data from which on they are packed."""
OPEN = 40
"""Up to this many vertices all boxes are open at first; else as many levels of modules as show no more than that."""


def play(y: Any, path: str | os.PathLike | None = None, *inputs: Any, grad: Any = True, names: Any = None,
         direction: str = "LR", depth: int | None = None, optimizer: Any = None, wrong: Any = None, notes: Any = None,
         title: str = "Backpropagation, step by step") -> Page:
    """A page that plays the computation of y and its gradients, one op and one contribution at a time.

    In a notebook, `play(y)` as the last line of a cell shows it; `play(y, "page.html")` writes a file.

    The page needs no server, no network and no other file. It shows the graph; for each step the rule in symbols
    and with its numbers, arrays before and after as heat-maps, and the running sum where several contributions
    meet. A node, an arrow or an entry of an array that is chosen tells why it is what it is: its gradient as the
    sum of contributions, upstream times local derivative; the strongest paths from the result; what made it vanish
    or explode; in how many digits a finite difference agrees. The quiz asks for numbers, factors, signs, shapes and
    paths before they are shown. Wheel, pinch and drag move the graph, and the view follows the steps.

    Keys: arrows step, or walk along the arrows of the graph when a node is chosen; Home and End jump, Space plays,
    Q asks, N shows a chain of dense layers as neurons, M closes and opens all boxes, Z fits, / searches.
    `page.html#12:w` opens the page at step 12 with node w chosen, `page.html#end` at the end.

    Modules that took part are boxes within boxes; each opens and closes with a click or Enter. Long computations have
    further boxes: equal blocks in a row (`12 × Linear → ReLU`) and stretches of ops. A large graph starts with its
    boxes closed; every step is there all the same, and lights the box that it happens in. Beyond 300 nodes formulas
    are in symbols only and arrays in coarser heat-maps; the page says so.

    Args:
        y: the result, a Tensor; or a model or other function, which is called with `inputs`. Then each step also tells
            the line of the program that called the op; so it does for a Tensor made within `record_lines()`.
        path: where to write the page; None makes it without a file.
        grad: True starts from 1; an array is the cotangent of y to start from.
        names: {name: Tensor}, a model, or a dict of such things like `locals()`: what leaves are called.
        direction: "LR" or "TB": where the forward pass goes; on a narrow screen it always goes down.
        depth: how many levels of boxes are open at first; None opens as many as remain readable.
        optimizer: such as `nn.SGD(model.parameters(), lr=0.1)`: its update is shown after the backward pass, with the
            result before and after. It and its parameters stay as they are.
        wrong: {op or its name: rule}, a rule (g, y, *inputs) as `@primitive(vjp=...)` takes it, to spot a bug: the page
            has the backward pass with these rules too. Arrows on which the two differ are dashed, the first is marked.
        notes: {Tensor or name of a node: text}, captions that are shown at the steps of these nodes; a tour plays from
            one to the next.
        title: heading of the page.

    Returns:
        A `Page`: shows itself in notebooks; `.save(path)` writes it, `.iframe(height)` is HTML for an article, where it
        is 320 pixels high and leaves out its heading; `str(page)` is the path.

    Raises:
        TypeError: `optimizer` is no optimiser whose step needs nothing; `wrong` holds something else than rules.
        ValueError: the graph has more than 6000 nodes, which no page can hold; it has no op that `wrong`
            names. Nothing is written.

    >>> from autograd import Tensor
    >>> from autograd.draw import play
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> page = play(x * x)
    >>> page.save("backprop.html")                          # doctest: +SKIP
    'backprop.html'
    """
    if direction not in ("LR", "TB"):
        raise ValueError(f"direction must be LR or TB, got {direction!r}")
    if depth is not None:
        check_integer("depth", depth)
    if not isinstance(title, str):
        raise TypeError(f"title must be a text, got {title!r}")
    if path is not None:
        check_writable(path)
    graph = picture_of(y, inputs, grad, names, accept=_refuse_large)
    found = boxes(graph)                                # before its vertices get names for formulas
    captions = _captions(notes, graph)
    data = player_data(graph, optimizer, wrong)
    data |= {"boxes": [_box(box) for box in found], "open": _opened(found, depth), "direction": direction,
             "notes": captions}
    page = Page(_page(title, data))
    if path is not None:
        page.save(path)
    return page


def _refuse_large(n: int) -> None:
    if n > MAX_NODES:
        raise ValueError(f"this graph has {n} nodes; a page can hold {MAX_NODES}, each with its steps. Play a smaller "
                         "batch or a part of it, or see the whole with draw(y, depth=1)")


def _captions(notes: Any, graph: Picture) -> list[tuple[int, str]]:
    """(vertex, text) of each note."""
    if notes is None:
        return []
    if not isinstance(notes, Mapping) or not all(isinstance(text, str) for text in notes.values()):
        raise TypeError(f"notes must be {{Tensor or name of a node: text}}, got {notes!r:.60}")
    ids: dict[Any, int] = {node: v.id for v, node in zip(graph.vertices, graph.nodes, strict=True)}
    names = {name: v.id for v in graph.vertices for name in (v.label, v.name) if name}
    for node in notes:
        if (node not in names) if isinstance(node, str) else not (isinstance(node, Tensor) and node in ids):
            raise ValueError(f"notes: {node!r} is no node of this graph; there are {', '.join(names)}")
    return [(names[node] if isinstance(node, str) else ids[node], clean(text)) for node, text in notes.items()]


def _box(box: Box) -> dict[str, Any]:
    return {"id": box.id, "outer": box.outer, "label": clean(box.summary.label), "members": box.members,
            "notes": [clean(note) for note in box.summary.notes]}


def _opened(found: list[Box], depth: int | None) -> list[int]:
    """The boxes that are open at first: the whole, then, from outside, as deep as asked or as many as are readable."""
    level = {found[0].id: 0}
    for box in found[1:]:
        level[box.id] = level[box.outer] + 1                    # type: ignore[index]
    if depth is not None:
        return [box.id for box in found if level[box.id] <= depth]
    few = len(found[0].members) <= OPEN
    opened, seen, deepest = {found[0].id}, len(found[0].inside), max(level.values())
    for depth in range(1, deepest + 1):
        more = [b for b in found if level[b.id] == depth and b.outer in opened and (few or b.way == "module")]
        seen += sum(len(box.inside) - 1 for box in more)
        if seen > OPEN and not few:
            break
        opened |= {box.id for box in more}
    return sorted(opened)


MODULES = ("model", "numbers", "cards", "layout", "drawing", "neurons", "camera", "entries", "panel", "why", "quiz",
           "notes", "main")
"""The page's JavaScript, each file after those that it imports from."""


def _page(title: str, data: dict[str, Any]) -> str:
    kind, text = _written(data)
    pieces = {"title": escaped(title), "light": _variables(LIGHT), "dark": _variables(DARK),
              "style": _asset("player.css"), "script": _script(), "data": text, "kind": kind}
    return re.sub(r"\{\{(\w+)\}\}", lambda m: pieces[m[1]], _asset("player.html"))


def _written(data: dict[str, Any]) -> tuple[str, str]:
    """(type, text) of the data: JSON as it is, or packed where that is much."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if len(text) > PACKED_FROM:
        return "text/deflate", b64encode(zlib.compress(text.encode(), 9)).decode()
    return "application/json", re.sub(r"<(?=/?[sS!])", r"\\u003c", text)      # no name can end the script element


def _script() -> str:
    """The modules one after the other, each in a scope of its own that gives what it exports."""
    return "\n".join(_scoped(_asset(f"{name}.js")) for name in MODULES)


def _scoped(module: str) -> str:
    """
    >>> print(_scoped('import { a } from "./a.js";\\nexport const b = a + 1;\\n'))
    const { b } = await (async () => {
    const b = a + 1;
    return { b }; })();
    """
    body = re.sub(r"^import .*?;\n", "", module, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^export (?:const|function\*?) (?:([\w$]+)|\{([^}]*)\})", body, flags=re.MULTILINE)
    names = f"{{ {', '.join(one or several.strip() for one, several in found)} }}"
    body = re.sub("^export ", "", body, flags=re.MULTILINE)
    return f"const {names} = await (async () => {{\n{body}return {names}; }})();"


def _variables(theme: Theme) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in palette(theme).items())


def _asset(name: str) -> str:
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
