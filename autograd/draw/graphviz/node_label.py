"""Labels of vertices: graphviz's HTML-like labels, built from escaped text alone."""
import math
from dataclasses import dataclass

import numpy as np

from ..format import UNKNOWN, clipped, grid, is_small, labelled, number, shape, summary
from ..graph.picture import Picture, Vertex, magnitude
from ..limits import EXPLODING, VANISHING
from ..theme import Theme

HEAT_ROWS, HEAT_COLUMNS = 6, 8
CELL = 12, 9
GAP = "\u00a0"
"""A space that stays where a text begins or ends with it."""
MOST_TERMS = 4


@dataclass(frozen=True)
class View:
    """What of a picture is shown and how. `largest` and `seed` are the magnitudes that gradients are compared with (the
    largest among those that do not explode)."""
    theme: Theme
    show: tuple[str, ...] = ("value", "grad", "shape")
    largest: float = 0.0
    seed: float = 0.0


def view_of(picture: Picture, theme: Theme, show: tuple[str, ...]) -> View:
    """The view in which gradients are compared with the largest and with the seed of this picture."""
    every = [v for outer in picture.vertices for v in outer.inside or (outer,)]
    sizes = [magnitude(v.grad) for v in every if v.grad is not None]
    seed = max((magnitude(g) for v in picture.results if (g := picture.vertices[v].grad) is not None), default=0.0)
    usual = [s for s in sizes if math.isfinite(s) and not s > EXPLODING * seed > 0]
    return View(theme, show, max(usual, default=0.0), seed)


def label(vertex: Vertex, view: View, sums: list[str]) -> str:
    """The label of a vertex: title, then value and gradient. `sums` are the written terms of the gradient."""
    bare = vertex.kind == "constant" and not vertex.shape and "value" in view.show       # a number is its own title
    rows = [_note(number(vertex.value), view.theme.text, 11) if bare else _title(vertex, view)]
    if vertex.kind != "summary" and not bare and vertex.outputs is None:
        if "value" in view.show:
            rows.append(_row("value", vertex.value, view.theme.text, view))
        if "grad" in view.show and (vertex.op is not None or vertex.kind == "parameter"):
            rows.append(_gradient(vertex, view, sums))
    rows += [_note(text, view.theme.faint) for text in vertex.notes + _warnings(vertex, view, sums)]
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{"".join(rows)}</TABLE>>'


def _title(vertex: Vertex, view: View) -> str:
    label, name = labelled(clipped(vertex.label)), labelled(clipped(vertex.name or ""))
    parts = [f"<B>{label or vertex.kind}</B>"]
    if vertex.op is not None:
        if name:
            parts.insert(0, f"<B>{name}</B>{GAP}={GAP}")
        if details := metadata(vertex):
            parts.append(_font(f"{GAP}{labelled(details)}", view.theme.faint, 9))
    if "shape" in view.show and vertex.shape and vertex.outputs is None:
        parts.append(_font(f"{GAP}{GAP}{shape(vertex.shape)}{GAP}{labelled(vertex.dtype)}", view.theme.faint, 9))
    return f'<TR><TD COLSPAN="2" ALIGN="CENTER">{"".join(parts)}</TD></TR>'


def metadata(vertex: Vertex) -> str:
    """An op's metadata where it differs from the defaults, shortened; "" for an output, whose label has it."""
    if vertex.is_output:
        return ""
    defaults = getattr(vertex.op, "defaults", {})
    given = {k: v for k, v in vertex.params.items() if k not in defaults or not _same(v, defaults[k])}
    return clipped(", ".join(f"{k}={_written(v)}" for k, v in given.items()), 32)


def _same(a, b) -> bool:
    return a is b or (isinstance(a, int | float | str | tuple) and type(a) is type(b) and a == b)


def _written(v) -> str:
    if isinstance(v, np.ndarray):
        return f"array {shape(v.shape)}"
    return f"{v.start or ''}:{'' if v.stop is None else v.stop}" if isinstance(v, slice) and v.step is None else repr(v)


def _row(caption: str, value, colour: str, view: View, shade: str = "", terms: str = "") -> str:
    if value is None:
        content = _font(UNKNOWN, colour)
    elif np.ndim(value) == 0:
        content = _font(terms + number(value), colour)
    elif is_small(value):
        content = _matrix(grid(value), colour)
    else:
        content = _heat(value, colour, view)
    back = f' BGCOLOR="{shade}"' if shade else ""
    return (f'<TR><TD ALIGN="RIGHT"{back}>{_font(caption, view.theme.text if shade else view.theme.faint, 9)}</TD>'
            f'<TD ALIGN="LEFT">{content}</TD></TR>')


def _gradient(vertex: Vertex, view: View, sums: list[str]) -> str:
    shade = ""
    if vertex.grad is not None:
        shade = _faded(view.theme.strong, 0.12 + 0.88 * intensity(magnitude(vertex.grad), view.largest))
    terms = ""
    if len(sums) > 1 and not _accumulated(vertex) and np.ndim(vertex.grad) == 0:
        few = len(sums) <= MOST_TERMS
        terms = f"{' + '.join(sums).replace('+ -', '− ') if few else f'sum of {len(sums)}'} = "
    return _row("grad", vertex.grad, view.theme.backward, view, shade, terms)


def intensity(size: float, largest: float) -> float:
    """0 for a gradient at or below the vanishing limit, 1 for the largest, by orders of magnitude between; 1 also for
    what is not finite."""
    if not math.isfinite(size):
        return 1.0
    if not size > 0 or not largest > 0:
        return 0.0
    return min(1.0, max(0.0, 1 - math.log10(largest / size) / -math.log10(VANISHING)))


def _warnings(vertex: Vertex, view: View, sums: list[str]) -> list[str]:
    if "grad" not in view.show:
        return []
    inside = vertex.inside or [vertex]
    notes = _marks([magnitude(v.grad) for v in inside if v.grad is not None and (v is vertex or v.op is None)], view)
    if len(sums) > 1 and np.ndim(vertex.grad):
        notes.append(f"the sum of {len(sums)} contributions")
    if _accumulated(vertex):
        notes.append(f"accumulated; one backward pass brings {_brief(vertex.arrived)}")
    return notes


def _marks(sizes: list[float], view: View) -> list[str]:
    """Warn of gradients that vanish, explode or are not finite: of one vertex, or of the leaves in a summary."""
    if not all(math.isfinite(s) for s in sizes):
        return ["⚠ gradient not finite"]
    notes = []
    if sizes and view.seed and max(sizes) > EXPLODING * view.seed:
        notes.append(f"⚠ exploding: {number(max(sizes) / view.seed)} × the seed")
    small = [s for s in sizes if s < VANISHING * view.largest and (s > 0 or len(sizes) > 1)]
    if small:
        share = number(min(small) / view.largest)
        notes.append(f"⚠ vanishing: {share} of the largest" if min(small) else "⚠ vanishing: down to 0")
    return notes


def _accumulated(vertex: Vertex) -> bool:
    """Whether a leaf's `.grad` holds more than the arrows of this picture bring: backward was called before."""
    if vertex.arrived is None or vertex.grad is None or vertex.op is not None:
        return False
    return not np.allclose(vertex.grad, vertex.arrived, equal_nan=True)


def _brief(value) -> str:
    return number(value) if np.ndim(value) == 0 else f"‖g‖ {number(np.linalg.norm(value))}"


def _matrix(rows: list[list[str]], colour: str) -> str:
    cells = [[f'<TD ALIGN="RIGHT">{_font(x, colour, 10)}</TD>' for x in row] for row in rows]
    lines = "".join(f"<TR>{''.join(row)}</TR>" for row in cells)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" SIDES="LR">{lines}</TABLE>'


def _heat(value, colour: str, view: View) -> str:
    """A coarse heat-map above the range: at most 6 × 8 block means, blue below zero, red above."""
    text = _font(labelled(summary(value)), colour, 9)
    a = np.asarray(value, dtype=float)
    if not a.size:
        return text
    blocks = thumbnail(a, HEAT_ROWS, HEAT_COLUMNS)
    top = float(np.max(np.abs(blocks[np.isfinite(blocks)]), initial=0.0)) or 1.0
    cells = "".join("<TR>" + "".join(_cell(x / top, view.theme) for x in row) + "</TR>" for row in blocks)
    size = f'FIXEDSIZE="TRUE" WIDTH="{CELL[0] * blocks.shape[1]}" HEIGHT="{CELL[1] * blocks.shape[0]}"'
    return ('<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1"><TR><TD ALIGN="LEFT">'
            f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" {size}>{cells}</TABLE></TD></TR>'
            f'<TR><TD ALIGN="LEFT">{text}</TD></TR></TABLE>')


def _cell(x: float, theme: Theme) -> str:
    colour = _faded(theme.backward if x > 0 else theme.negative, abs(x)) if math.isfinite(x) else theme.text
    return f'<TD BGCOLOR="{colour}" WIDTH="{CELL[0]}" HEIGHT="{CELL[1]}" FIXEDSIZE="TRUE"></TD>'


def _faded(colour: str, share: float) -> str:
    """The colour with that opacity, so that it works on any background."""
    return f"{colour}{round(255 * min(share, 1.0)):02x}"


def thumbnail(a: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """An array of any shape as a matrix of at most rows × columns block means (leading axes are laid out as rows).

    >>> import numpy as np
    >>> thumbnail(np.arange(8.0).reshape(2, 4), 1, 2)
    array([[2.5, 4.5]])
    """
    m = np.atleast_2d(a)
    m = m.reshape(-1, m.shape[-1])
    for axis, most in ((0, rows), (1, columns)):
        if m.shape[axis] > most:
            starts = np.linspace(0, m.shape[axis], most, endpoint=False).astype(int)
            sizes = np.diff(np.append(starts, m.shape[axis]))
            with np.errstate(all="ignore"):
                m = np.add.reduceat(m, starts, axis=axis) / (sizes[:, None] if axis == 0 else sizes)
    return m


def _font(text: str, colour: str, size: int = 11) -> str:
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size}">{text}</FONT>' if text else ""


def _note(text: str, colour: str, size: int = 9) -> str:
    return f'<TR><TD COLSPAN="2" ALIGN="CENTER">{_font(labelled(clipped(text, 60)), colour, size)}</TD></TR>'
