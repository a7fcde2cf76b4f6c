"""Draw one sheet of SVG for each box, laid out by `dot`; the player's page puts them together."""
import re
from collections import Counter
from typing import Any

from ..graph.boxes import Box, Line, Port
from ..graph.picture import Edge, Picture
from ..graphviz.dot import arrow_text, canvas, draw_vertex, terms_of
from ..graphviz.node_label import view_of
from ..theme import LIGHT, Theme

SHOW = ("value", "grad", "shape")


def sheets(graph: Picture, boxes: list[Box], ports: list[Port], lines: list[Line], direction: str) -> str:
    """The sheets as SVG groups `sheet12`, one for each box; in them nodes `vertex3`, edges `forward5`, `backward5`."""
    from ..graphviz.drawing import rendered
    view, terms = view_of(graph, LIGHT, SHOW, marked=True), terms_of(graph)
    drawn = {box.id: canvas(LIGHT, direction, len(box.inside)) for box in boxes}
    closed = {box.id: box.summary for box in boxes}
    for box in boxes:
        for v in box.inside:
            vertex = closed[v] if v in closed else graph.vertices[v]
            draw_vertex(drawn[box.id], vertex, view, [] if v in closed else terms[v])
    for port in ports:
        with drawn[port.box].subgraph() as border:
            border.attr(rank="source" if port.enters else "sink")
            border.node(f"v{port.id}", "", id=f"vertex{port.id}", shape="point", width="0.03", color=LIGHT.faint)
    borders = {port.id: port for port in ports}
    ending = Counter(end for line in lines for end in (line.source, line.target) if end in borders)
    for i, line in enumerate(lines):
        told = any(ending[end] == 1 for end in (line.source, line.target))             # by the line outside the box
        _draw_line(drawn[line.box], i, line, [graph.edges[e] for e in line.edges], borders, told)
    texts = rendered(list(drawn.values()))
    return "\n".join(_sheet(svg, box) for svg, box in zip(texts, drawn, strict=True))


def _draw_line(drawn: Any, i: int, line: Line, edges: list[Edge], borders: dict[int, Port], told: bool) -> None:
    """A black line, and a red one if gradients flow; with an arrow where it ends in this box, with its sum if that is
    the gradient of one thing and not `told` elsewhere."""
    ends = f"v{line.source}", f"v{line.target}"
    drawn.edge(*ends, color=LIGHT.forward, id=f"forward{i}", arrowhead="none" if line.target in borders else "normal")
    flowing = [e for e in edges if e.contribution is not None]
    if flowing:
        one = len({e.source for e in flowing}) == 1 and not told
        drawn.edge(*ends, dir="back", color=LIGHT.backward, fontcolor=LIGHT.backward, id=f"backward{i}",
                   arrowtail="none" if line.source in borders else "normal",
                   label=arrow_text(sum(e.contribution for e in flowing)) if one else "")


def _sheet(svg: str, box: int) -> str:
    """One sheet out of what `dot` wrote: without header and background."""
    width, height = re.findall(r'viewBox="0\.00 0\.00 ([\d.]+) ([\d.]+)"', svg)[0]
    inside = svg[svg.index("<polygon", svg.index('class="graph"')):svg.rindex("</g>")]
    inside = inside[inside.index("/>") + 2:]
    size = f'data-width="{float(width) - 8:g}" data-height="{float(height) - 8:g}"'
    return f'<g id="graph-sheet{box}" class="sheet" {size}>{compact_svg(inside)}</g>'


def compact_svg(svg: str) -> str:
    """Write the same drawing in fewer characters: colours by name, so that light and dark share it; without what
    the page's style says; the cells of a heat-map as one path for each shade."""
    svg = re.sub(r"</?a\b[^>]*>\s*|<title>[^<]*</title>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    for role, colour in [*palette(LIGHT).items(), ("background", "white")]:
        svg = svg.replace(f'"{colour}"', f'"var(--{role})"')
    svg = re.sub(r' id="a_vertex\d+"', "", svg)                                # the node around it has it
    svg = re.sub(r'\bid="(?:a_)?', 'id="graph-', svg).replace("&#45;", "-").replace("&#160;", "\u00a0")
    svg = re.sub(r' (?:text-anchor="start"|font-family="[^"]*"|font-size="11.00"|fill="var\(--text\)"(?=>))', "", svg)
    svg = re.sub(r'(font-size="\d+)\.00"', r'\1"', svg)
    return re.sub(r"(?:" + _CELL + r"\s*){2,}", _shades, svg)


_CELL = (r'<polygon fill="[^"]+"(?: fill-opacity="[\d.]+")? stroke="transparent" '
         r'points="[^"]+"/>')
_PARTS = re.compile(r'fill="([^"]+)"(?: fill-opacity="([\d.]+)")? stroke="transparent" points="([^"]+)"')


def _shades(cells: re.Match) -> str:
    """The cells of one heat-map, those of one shade in one path; shades in sixteenths."""
    places: dict[tuple[str, int], str] = {}
    for fill, opacity, points in _PARTS.findall(cells[0]):
        corners = [[float(x) for x in point.split(",")] for point in points.split()]
        (left, low), (_, high), (right, _) = corners[:3]
        shade = (fill, round(16 * float(opacity or 1)))
        places[shade] = places.get(shade, "") + f"M{left:g},{high:g}h{right - left:g}v{low - high:g}h{left - right:g}z"
    return "".join(f'<path fill="{fill}" fill-opacity="{sixteenths / 16:g}" d="{where}"/>'
                   for (fill, sixteenths), where in places.items() if sixteenths)


def palette(theme: Theme) -> dict[str, str]:
    """{role: colour} of a theme: what the page's style calls them."""
    named = {k: getattr(theme, k) for k in ("text", "faint", "forward", "backward", "strong", "negative", "background")}
    for kind in theme.fill:
        named |= {f"fill-{kind}": theme.fill[kind], f"line-{kind}": theme.line[kind]}
    return named
