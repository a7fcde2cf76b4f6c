"""The object that `draw` returns. Imported only when something is drawn: it is the one file that needs graphviz."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

try:
    import graphviz
except ImportError as error:
    raise ImportError('drawing needs the Python package graphviz: pip install "retrograd[draw]"') from error

INSTALL = """the program `dot`, which lays drawings out, is missing; draw(y).source works without it. To install:
    Debian, Ubuntu: sudo apt install graphviz        macOS: brew install graphviz
    conda, Windows: conda install -c conda-forge graphviz"""

LAYOUT = """dot is there, but not its layout {engine!r}, which new Debian releases pack by itself. To install:
    sudo apt install '^libgvplugin-{engine}-layout[0-9]+$'"""


class DotMissing(RuntimeError):
    """The program `dot`, or one of its layouts, is not installed."""


@contextmanager
def explained(engine: str) -> Iterator[None]:
    """DotMissing, with the remedy, for graphviz's own errors about what is not installed."""
    try:
        yield
    except graphviz.ExecutableNotFound as error:
        raise DotMissing(INSTALL) from error
    except graphviz.CalledProcessError as error:
        if "no layout engine support" not in str(error):
            raise
        raise DotMissing(LAYOUT.format(engine=engine)) from error


class Drawing(graphviz.Digraph):
    """A graphviz.Digraph: shows itself in notebooks; `.source` is the DOT text, `.pipe("svg")` the rendered bytes,
    `.render(outfile="graph.svg", cleanup=True)` a file of the kind its ending names."""

    def pipe(self, *args: Any, **options: Any) -> Any:
        """The rendering as bytes, or as text with `encoding="utf-8"`. DotMissing, with the remedy, without dot."""
        with explained(self.engine):
            return super().pipe(*args, **options)

    def render(self, *args: Any, **options: Any) -> str:
        """Write the rendering to a file and return its path. DotMissing, with the remedy, without dot."""
        with explained(self.engine):
            return super().render(*args, **options)

    def _repr_mimebundle_(self, include=None, exclude=None, **options: Any) -> dict[str, str]:
        try:
            return super()._repr_mimebundle_(include, exclude, **options)
        except DotMissing as error:
            return {"text/plain": f"{error}\n\n{self.source}"}


def rendered(drawings: list[Drawing]) -> list[str]:
    """The drawings as SVG texts, all from one run of `dot`. DotMissing, with the remedy, without it."""
    sources = "\n".join(drawing.source for drawing in drawings)
    with explained("dot"):
        svg = graphviz.pipe_string("dot", "svg", input_string=sources, encoding="utf-8")
    return [f"<svg{text}" for text in svg.split("<svg")[1:]]
