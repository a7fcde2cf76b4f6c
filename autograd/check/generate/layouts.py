"""The same values in memory in other ways: what code that takes C order for granted trips over."""
import numpy as np

LAYOUTS = ("C", "Fortran", "reversed", "strided", "read-only", "repeated")


def laid_out(a: np.ndarray, layout: str) -> np.ndarray:
    """The same values in memory another way; "repeated" is the first row broadcast, so it changes the values."""
    if layout == "Fortran":
        return np.array(a, order="F")
    if layout == "reversed":
        backwards = (slice(None, None, -1),) * a.ndim
        return a[backwards].copy()[backwards]
    if layout == "strided":
        wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]) if a.ndim else (), a.dtype)
        view = wide[..., ::2] if a.ndim else wide
        view[...] = a
        return view
    if layout == "repeated" and a.ndim and a.shape[0]:
        return np.broadcast_to(a[:1], a.shape)
    view = a.copy()
    view.flags.writeable = layout != "read-only"
    return view
