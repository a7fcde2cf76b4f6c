"""Films: figures that change from frame to frame, saved as GIF or as a page with a slider. Needs matplotlib."""
import base64
import math
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.support.files import as_path, check_writable, write_file

from ..checks import check, check_function
from ..sizes import is_integer, positive_int
from .plot import style

__all__ = ["Film"]

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ICONS = {"fa-minus": "−", "fa-fast-backward": "⏮", "fa-step-backward": "◁", "fa-play fa-flip-horizontal": "◀",
         "fa-pause": "❚❚", "fa-play": "▶", "fa-step-forward": "▷", "fa-fast-forward": "⏭", "fa-plus": "+"}
"""What stands on the buttons of matplotlib's page, instead of a font from the network."""


class Film:
    """Frames of one figure. Shows itself in notebooks.

    Attributes:
        figure: shows the last frame.
        frames: how many there are.
    """

    def __init__(self, figure: "Figure", frames: int, show: Callable[[int], Any]):
        if not hasattr(figure, "savefig"):
            raise TypeError(f"figure must be a matplotlib figure, got {figure!r}")
        positive_int(frames=frames)
        check_function("show", show, "a function of the number of a frame")
        self.figure, self.frames, self._show = figure, frames, show
        self.show(frames - 1)

    def show(self, frame: int) -> "Figure":
        """The figure with one frame, from 0, drawn into it."""
        if not is_integer(frame) or not 0 <= frame < self.frames:
            raise ValueError(f"frame must be an integer of [0, {self.frames}), got {frame!r}")
        with style():
            self._show(frame)
        return self.figure

    def save(self, path: str | os.PathLike, *, fps: float = 2.0) -> None:
        """Write the film: `.gif` loops for ever, `.html` is one page with a slider that needs nothing else.

        Args:
            fps: frames per second.

        Raises:
            ValueError: the path ends with neither.
        """
        kind = as_path(path).suffix.lower()
        if kind not in (".gif", ".html"):
            raise ValueError(f"a film is saved as .gif or .html, not {kind or 'without an ending'}: {path}")
        _check_fps(fps)
        check_writable(path)
        write_file(path, self.html(fps=fps) if kind == ".html" else self._gif(fps))

    def html(self, *, fps: float = 2.0) -> str:
        """The film as a piece of HTML with buttons and a slider; every frame is in it, nothing is fetched."""
        _check_fps(fps)
        with style():
            page = self._animation(fps).to_jshtml(fps=fps, embed_frames=True, default_mode="loop")
        self.show(self.frames - 1)
        page = re.sub(r"<link[^>]*>", "", page)
        return re.sub(r'<i class="fa ([^"]+)"></i>', lambda icon: ICONS.get(icon[1], ""), page)

    def _gif(self, fps: float) -> bytes:
        from matplotlib.animation import PillowWriter
        with style(), tempfile.TemporaryDirectory() as folder:              # the writer takes nothing but a path
            path = Path(folder) / "film.gif"
            self._animation(fps).save(path, writer=PillowWriter(fps=fps), dpi=self.figure.dpi)  # type: ignore[arg-type]
            self.show(self.frames - 1)
            return path.read_bytes()

    def _animation(self, fps: float) -> Any:
        from matplotlib.animation import FuncAnimation
        return FuncAnimation(self.figure, self._show, frames=self.frames, interval=1000 / fps)

    def _repr_html_(self) -> str:
        return f'<img src="data:image/gif;base64,{base64.b64encode(self._gif(2.0)).decode()}" alt="film">'


def _check_fps(fps: float) -> None:
    check("fps", fps, lambda v: 0 < v < math.inf, "a number of frames per second greater than 0")
