"""NumPy's functions that need no derivative: they run on plain values, and their results are outside the graph."""
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .node import Node, describe
from .record import make_constant
from .values import asanyarray, is_protocol_array, to_stored

CONSTANT_FUNCTIONS = frozenset({
    np.all, np.any, np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isneginf, np.isposinf, np.isin,
    np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj,
    np.argsort, np.argpartition, np.lexsort, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted,
    np.digitize,
    np.zeros_like, np.ones_like, np.empty_like, np.zeros, np.ones, np.empty, np.eye, np.identity,
    np.can_cast, np.common_type, np.shares_memory, np.may_share_memory,
    np.nanargmax, np.nanargmin, np.angle, np.imag, np.spacing, np.histogram, np.histogram2d, np.histogramdd,
    np.histogram_bin_edges, np.tril_indices_from, np.triu_indices_from, np.diag_indices_from, np.ravel_multi_index,
    np.unravel_index, np.packbits, np.unpackbits, np.gcd, np.lcm, np.left_shift, np.right_shift, np.bitwise_xor,
    np.linalg.matrix_rank,
    np.array2string, np.array_repr, np.array_str, np.save, np.savez, np.savez_compressed, np.savetxt,
})
"""What they return is a truth value, an order, a count, a form or a text: constant wherever it is differentiable."""

IN_PLACE = "values are immutable: write where(mask, value, x), or x.assign(array) for a leaf"
COMPLEX = "values are real: Tensors of complex numbers are refused"
OF_SETS = "take unique(x), or x[np.isin(x, y)]"
LOCAL = "leave the graph with x.detach().data"
REFUSED: dict[str, str] = {
    **dict.fromkeys(("place", "put", "put_along_axis", "putmask", "fill_diagonal"), IN_PLACE),
    **dict.fromkeys(("eig", "eigvals", "sort_complex", "roots", "poly", "fft", "ifft", "fft2", "ifft2", "fftn", "ifftn",
                     "rfft", "irfft", "rfft2", "irfft2", "rfftn", "irfftn", "hfft", "ihfft"), COMPLEX),
    **dict.fromkeys(("intersect1d", "setdiff1d", "setxor1d", "union1d", "unique_all", "unique_counts", "unique_inverse",
                     "unique_values"), OF_SETS),
    "bincount": "add weights up with the matrix of one-hot rows: w @ (i[:, None] == np.arange(n))",
    "piecewise": "write select([conditions], [values])", "polyfit": "write linalg.lstsq(vander(x, n), y)[0]",
    "apply_over_axes": "give the function a tuple of axes", "fftshift": "write roll(x, n // 2)",
    "ifftshift": "write roll(x, -(n // 2))",
    **dict.fromkeys(("polyadd", "polysub"), "write a sum of padded coefficients"),
    "polydiv": LOCAL, "polyint": "divide the coefficients by the new powers",
    "polymul": "write convolve(a, b)", "polyder": "multiply the coefficients by their powers",
    "nextafter": LOCAL, "i0": LOCAL, "asmatrix": LOCAL, "bmat": "write block",
}
"""Name of a function without a derivative here -> what to write."""


OF_FOREIGN: dict[type, Callable[..., Any]] = {}
"""Classes of Nodes that have no plain value, and what such a function does with them: (function, args, params)."""


def outside_graph(function: Callable) -> Callable[..., Any]:
    """The NumPy function, for Tensors: arrays and numbers in its result are Tensors too."""
    @wraps(function)
    def constant(*args, **params):
        for x in args:
            if x.__class__ in OF_FOREIGN:
                return OF_FOREIGN[x.__class__](function, args, params)
        try:
            y = function(*_plain(args), **_plain(params))
        except (ValueError, IndexError, TypeError) as error:
            raise _named(error, function, args) from error
        return y if y is params.get("out") else _constant(y)
    return constant


def _named(error: Exception, function: Callable, args: tuple) -> Exception:
    kinds = (np.exceptions.AxisError, IndexError, ValueError, TypeError)        # NumPy's own take no message
    kind = next(k for k in kinds if isinstance(error, k))
    given = ", ".join(describe(x) if isinstance(x, Node) else f"{x!r:.40}" for x in args)
    return kind(f"np.{function.__name__} cannot take {given} ({error})")


def _plain(x):
    if isinstance(x, Node):
        return asanyarray(x._value)
    if isinstance(x, dict):
        return {key: _plain(v) for key, v in x.items()}
    return type(x)(map(_plain, x)) if x.__class__ in (list, tuple) else x


def _constant(y):
    if isinstance(y, tuple):
        return tuple(map(_constant, y))
    return make_constant(to_stored(y)) if isinstance(y, np.ndarray | np.generic) or is_protocol_array(y) else y
