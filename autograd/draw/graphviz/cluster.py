"""Boxes around the vertices of one module: graphviz clusters, nested as the modules are."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..format import clean, clipped
from ..theme import Theme


@contextmanager
def clustered(drawn: Any, theme: Theme) -> Iterator[Callable[[tuple[str, ...]], Any]]:
    """A function from a group to the graph that its vertices are drawn into; on leaving, the boxes are put in place."""
    boxes: dict[tuple[str, ...], Any] = {}

    def into(group: tuple[str, ...]) -> Any:
        for level in range(1, len(group) + 1):
            boxes.setdefault(group[:level], _box(drawn, len(boxes), within(group, level - 1), level, theme))
        return boxes[group] if group else drawn
    yield into
    for group in sorted(boxes, key=len, reverse=True):              # inner boxes into outer ones first
        boxes.get(group[:-1], drawn).subgraph(boxes[group])


def within(group: tuple[str, ...], level: int) -> str:
    """The title of a module without the path of the one around it, whose box tells it.

    >>> within(("mlp · MLP", "mlp.layers.0 · Linear"), 1)
    'layers.0 · Linear'
    """
    outer = group[level - 1].partition(" · ")[0] if level else ""
    return group[level].removeprefix(f"{outer}.")


def _box(drawn: Any, number: int, title: str, level: int, theme: Theme) -> Any:
    import graphviz
    text = graphviz.escape(clipped(" ".join(clean(title).split()), 60))
    return graphviz.Digraph(f"cluster_{number}", graph_attr={
        "label": text, "labeljust": "l", "style": "rounded,filled", "fillcolor": theme.fill["group"],
        "color": theme.line["group"], "fontcolor": theme.faint, "penwidth": "1" if level > 1 else "1.5"})
