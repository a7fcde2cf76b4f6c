"""The line of the user's program that a call came from: the first one outside of our own packages."""
import sys
import warnings
from types import FrameType

OUR_PACKAGES = frozenset({"autograd", "nn"})


def is_ours(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__", "").partition(".")[0] in OUR_PACKAGES


def users_frame() -> FrameType:
    frame = sys._getframe(1)
    while frame.f_back and is_ours(frame):
        frame = frame.f_back
    return frame


def line_of(frame: FrameType) -> str:
    """`file:line`."""
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def warn_at(frame: FrameType, message: str) -> None:
    """A UserWarning that Python shows, and counts, as one of this frame's line."""
    warnings.warn_explicit(message, UserWarning, frame.f_code.co_filename, frame.f_lineno,
                           frame.f_globals.get("__name__"), frame.f_globals.setdefault("__warningregistry__", {}))
