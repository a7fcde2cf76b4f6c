"""The object that `draw` returns. Imported only when something is drawn: it is the one file that needs graphviz."""
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...support.files import Name, check_writable, write_file
from ...support.optional import optional

with optional("graphviz", "drawing needs the Python package"):
    from graphviz import CalledProcessError, Digraph, ExecutableNotFound

INSTALL = """the program `dot`, which lays drawings out, is missing; draw(y).source works without it. To install:
    Debian, Ubuntu: sudo apt install graphviz        macOS: brew install graphviz
    conda, Windows: conda install -c conda-forge graphviz"""

LAYOUT = """dot is there, but not its layout {engine!r}, which new Debian releases pack by itself. To install:
    sudo apt install '^libgvplugin-{engine}-layout[0-9]+$'"""

DIED = """dot died of signal {signal} on this graph. Draw less of it: draw(..., depth=1), a smaller max_nodes=, or play,
which needs no dot. The DOT text is in draw(y).source"""

PIPED = {"engine", "format", "formatter", "neato_no_op", "quiet", "renderer"}
"""The options of `render` that `pipe` has too."""


class DotMissing(RuntimeError):
    """The program `dot`, or one of its layouts, is not installed."""


class DotDied(RuntimeError):
    """The program `dot` ended without a layout, as old versions do of large graphs with boxes."""


@contextmanager
def explained(engine: str) -> Iterator[None]:
    """DotMissing or DotDied, with the remedy, for graphviz's own errors about what is not installed or has died."""
    try:
        yield
    except ExecutableNotFound as error:
        raise DotMissing(INSTALL) from error
    except CalledProcessError as error:
        if error.returncode < 0:
            raise DotDied(DIED.format(signal=-error.returncode)) from error
        if "no layout engine support" not in str(error):
            raise
        raise DotMissing(LAYOUT.format(engine=engine)) from error


class Drawing(Digraph):
    """A graphviz.Digraph: shows itself in notebooks; `.source` is the DOT text, `.pipe("svg")` the rendered bytes,
    `.render(outfile="graph.svg", cleanup=True)` a file of the kind its ending names."""

    def pipe(self, *args: Any, **options: Any) -> Any:
        """The rendering as bytes, or as text with `encoding="utf-8"`. DotMissing, with the remedy, without dot."""
        with explained(self.engine):
            return super().pipe(*args, **options)

    def render(self, *args: Any, outfile: Name | None = None, cleanup: bool = False, **options: Any) -> str:
        """Write the rendering to a file and return its path. DotMissing, with the remedy, without dot.

        With `outfile` and no options but those of `pipe`, files appear whole or not at all."""
        if outfile is None or args or options.keys() - PIPED:
            with explained(self.engine):
                return super().render(*args, outfile=outfile, cleanup=cleanup, **options)
        path = Path(self.directory, outfile)
        check_writable(path)
        kind = options.pop("format", None) or path.suffix[1:].lower() or self.format
        write_file(path, self.pipe(kind, **options))
        if not cleanup:
            write_file(path.with_suffix(".gv"), self.source)
        return os.fspath(path)

    def save(self, filename: Name | None = None, directory: Name | None = None, *,
             skip_existing: bool | None = False) -> str:
        """Write the DOT text, making folders on the way, and return the file's path."""
        if filename is not None:
            self.filename = filename
        if directory is not None:
            self.directory = directory
        path = Path(self.filepath)
        if not (skip_existing and path.exists()):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, self.source)
        return self.filepath

    def _repr_mimebundle_(self, include=None, exclude=None, **options: Any) -> dict[str, str]:
        try:
            return super()._repr_mimebundle_(include, exclude, **options)
        except (DotMissing, DotDied) as error:
            return {"text/plain": f"{error}\n\n{self.source}"}
