"""Page: what `play` returns. It shows itself in a notebook and knows the file that it was written to."""
import html
import os
from typing import Any

from ...support.files import Name, check_writable, write_file

HEIGHT = 640
"""Pixels of a page in a notebook."""
EMBEDDED = 320
"""Pixels of a page within an article; up to 420 the page leaves out its heading and keeps its controls small."""


class Page:
    """A page that `play` made: one self-contained HTML text.

    As the last value of a notebook's cell it shows itself, also after nbconvert and without a server. `str(page)` and
    `os.fspath(page)` are the path of its file.
    """

    def __init__(self, html: str, path: Name | None = None):
        self.html = html
        self.path = None if path is None else os.fspath(path)

    def save(self, path: Name) -> str:
        """Write the page to a file and return its path."""
        check_writable(path)
        write_file(path, self.html)
        self.path = os.fspath(path)
        return self.path

    def iframe(self, height: int = EMBEDDED) -> str:
        """HTML that holds the whole page, to paste into an article: `height` in pixels.

        >>> from autograd import Tensor, play
        >>> play(Tensor(2.0, requires_grad=True).exp()).iframe()[:48]
        '<iframe title="Backpropagation, step by step" st'
        """
        title = self.html.partition("<title>")[2].partition("</title>")[0]
        return (f'<iframe title="{title}" style="width:100%;height:{int(height)}px;border:1px solid #d5dae0;'
                f'border-radius:6px" sandbox="allow-scripts allow-modals" loading="lazy" '
                f'srcdoc="{html.escape(self.html)}"></iframe>')

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.iframe(HEIGHT)}

    def __fspath__(self) -> str:
        if self.path is None:
            raise TypeError("this page has no file: write it with page.save(path)")
        return self.path

    def __str__(self) -> str:
        return self.path or repr(self)

    def __repr__(self) -> str:
        place = f", {self.path!r}" if self.path is not None else ""
        return f"Page({len(self.html) // 1000} kB{place})"
