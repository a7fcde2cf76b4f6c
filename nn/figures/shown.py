"""The figure that `nn.plot.figure` makes. Imported only when one is drawn: it needs matplotlib."""
import io

from autograd.support.optional import optional

with optional("matplotlib", "figures need"):
    import matplotlib.figure


class Figure(matplotlib.figure.Figure):
    """A matplotlib Figure that shows itself in a notebook, where pyplot and `%matplotlib` are not used."""

    def _repr_png_(self) -> bytes:
        png = io.BytesIO()
        self.canvas.print_figure(png, format="png", dpi=self.dpi)
        return png.getvalue()
