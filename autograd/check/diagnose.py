"""Why a gradient is wrong: explanations tried one after the other on the claimed and the measured Jacobian."""
import numpy as np

from .compare import Differences


def diagnosis(differences: Differences) -> str:
    """The first explanation that fits all compared entries, or an empty string."""
    claimed, measured = matrices(differences)
    return _factor(claimed, measured) or ""


def matrices(differences: Differences) -> tuple[np.ndarray, np.ndarray]:
    """Claims and measurements of the single entries, one column each."""
    single = [c for c in differences.done if c.direction.entry is not None]
    return np.array([c.claim for c in single]).T, np.array([c.found.value for c in single]).T


def _factor(claimed: np.ndarray, measured: np.ndarray) -> str | None:
    size = float(np.vdot(measured, measured))
    if not size:
        return None
    c = float(np.vdot(measured, claimed)) / size
    if not np.allclose(claimed, c * measured, rtol=1e-4, atol=1e-6 * np.max(np.abs(claimed))):
        return None
    if np.isclose(c, -1):
        return "the sign is wrong"
    return f"off by the constant factor {c:.6g}"
