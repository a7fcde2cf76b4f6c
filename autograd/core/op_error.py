"""What is said when an op cannot take what it was given."""
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from .values import holds_numbers

REFUSALS = (ValueError, IndexError, TypeError, AttributeError, OverflowError)
"""What NumPy and Python raise in a kernel that is given what it cannot take."""

CONVERT = "Convert the inputs with astype(...), or give the parameters it takes"
RANK = "It needs matrices of full rank: leave singular ones out, or add a multiple of the identity to them"
FIT = "Reshape, transpose or index the inputs so that their axes fit"


def op_error(name: str, inputs: Sequence, params: dict, error: Exception, names: Sequence = ()) -> Exception:
    """The error of an op in our words: its inputs, called by names where they have some, its metadata, the cause."""
    for x in inputs:
        if not holds_numbers(x):
            return TypeError(f"{name} takes numbers and arrays of real numbers, got {repr(x)[:60]}")
    kind = type(error)                                  # but NumPy's own kind of TypeError takes no message
    kind = TypeError if isinstance(error, TypeError | AttributeError) else ValueError if kind is OverflowError else kind
    shown = [_shown(x, kind is TypeError) for x in inputs]
    called = [f"{n}: {x}" if n else x for n, x in zip([*names, *[None] * len(shown)], shown, strict=False)]
    given = "".join(f", {k}={v!r}" for k, v in params.items() if not isinstance(v, ndarray))
    what, remedy = ("", CONVERT) if kind is TypeError else ("shapes ", FIT)
    if "ingular" in str(error):
        remedy = RANK
    return kind(f"{name} cannot take {what}{', '.join(called)}{given} ({error}). {remedy}")


def _shown(x: Any, with_dtype: bool) -> str:
    if not hasattr(x, "dtype"):
        x = np.asarray(x)
    return f"{x.dtype} {x.shape}" if with_dtype else str(x.shape)
