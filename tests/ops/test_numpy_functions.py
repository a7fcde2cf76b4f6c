"""NumPy's functions that are compositions of ops: value, dtype and shape as NumPy's, derivatives to second order.

Each row is one call: NumPy's function and its arguments. Every float array among them is differentiated.
"""
import numpy as np
import pytest

from autograd import Tensor
from autograd.check import gradcheck
from autograd.core.primitive import NUMPY

rng = np.random.default_rng(0)


def real(*shape, low=-2.0, high=2.0):
    """Numbers no two of which are close, none of them near an integer."""
    n = int(np.prod(shape))
    return (rng.permutation(n) * ((high - low) / max(n, 1)) + low + 0.1317).reshape(shape)


V, W, A, B, C = real(5), real(5, low=0.5, high=3), real(3, 4), real(3, 4, low=0.3, high=2), real(2, 3, 4)
GAPS = np.where(np.arange(12).reshape(3, 4) % 5 == 1, np.nan, A)
trapezoid = getattr(np, "trapezoid", None) or np.trapz

ELEMENTWISE = [
    (np.logaddexp2, V, W), (np.deg2rad, A), (np.radians, A), (np.rad2deg, A), (np.degrees, A), (np.reciprocal, W),
    (np.fabs, V), (np.copysign, V, W), (np.copysign, W, -V), (np.ldexp, V, [1, 2, 3, 0, -1]),
    (np.fmax, A, B), (np.fmin, A, B), (np.nan_to_num, A), (np.modf, A), (np.frexp, A), (np.heaviside, V, W),
]
SHAPES = [
    (np.rollaxis, C, 2), (np.rollaxis, C, 1, 3), (np.atleast_1d, V), (np.atleast_2d, V), (np.atleast_3d, A),
    (np.broadcast_arrays, A, real(4)), (np.meshgrid, V, W), (np.meshgrid, V, W, real(2), {"indexing": "ij"}),
    (np.meshgrid, V, real(2), {"sparse": True}), (np.vstack, [V, W]), (np.vstack, [A, real(4)]), (np.hstack, [V, W]),
    (np.hstack, [A, B]), (np.dstack, [A, B]), (np.dstack, [V, W]), (np.column_stack, [V, W]),
    (np.column_stack, [real(3), A]), (np.block, [[A, B], [B, A]]), (np.block, [V, W]), (np.append, V, W),
    (np.append, A, B, {"axis": 1}), (np.delete, V, 2), (np.delete, A, [0, 2], {"axis": 1}), (np.delete, A, 5),
    (np.insert, V, 2, W), (np.insert, V, [1, 3], real(2)), (np.insert, A, 1, real(4), {"axis": 0}),
    (np.insert, A, 1, real(3), {"axis": 1}), (np.insert, A, slice(0, 2), real(3, 2), {"axis": 1}), (np.flip, C),
    (np.flip, C, (0, 2)), (np.flip, C, -1), (np.fliplr, A), (np.flipud, A), (np.rot90, A), (np.rot90, A, 2),
    (np.rot90, C, 3, (1, 2)), (np.rot90, A, 4), (np.roll, V, 2), (np.roll, A, -5), (np.roll, A, 1, 1),
    (np.roll, C, (1, -2), (0, 2)), (np.roll, V, 7), (np.tile, V, 2), (np.tile, A, (2, 1, 3)), (np.repeat, A, 2),
    (np.repeat, A, 3, 1), (np.repeat, A, [1, 0, 2], 0), (np.pad, V, 2), (np.pad, A, ((1, 0), (2, 1))),
    (np.pad, A, 1, {"constant_values": 3.0}), (np.pad, V, (3, 2), "edge"), (np.pad, A, 2, "reflect"),
    (np.pad, A, (1, 2), "symmetric"), (np.pad, A, 1, "wrap"), (np.pad, A, (1, 2), "mean"), (np.pad, A, 1, "maximum"),
    (np.pad, A, 1, "minimum"), (np.resize, A, (5, 3)), (np.resize, V, 3),
]
CUMULATIVE = [
    (np.prod, V), (np.prod, C, {"axis": (0, 2), "keepdims": True}), (np.cumsum, A), (np.cumsum, C, 1),
    (np.cumsum, C, {"axis": -1}), (np.cumprod, A), (np.cumprod, C, 1), (np.diff, V), (np.diff, C, 2, 1),
    (np.diff, A, {"prepend": 0.5, "append": B}), (np.diff, A, {"axis": 0, "prepend": real(1, 4)}), (np.ediff1d, A),
    (np.ediff1d, V, [7.0], 0.5), (trapezoid, A), (trapezoid, A, {"dx": 0.3, "axis": 0}),
    (trapezoid, A, np.sort(real(4))), (trapezoid, A, B), (np.gradient, V), (np.gradient, A, 0.3, {"axis": 0}),
    (np.gradient, A), (np.gradient, V, np.sort(W)), (np.gradient, V, np.sort(W), {"edge_order": 2}),
    (np.gradient, A, 0.5, np.sort(real(4))), (np.interp, V, np.sort(W), real(5)),
    (np.interp, A, np.sort(real(7, low=-1.9)), real(7), {"left": -1.0, "right": 5.0}),
]
SORTING = [
    (np.take, A, [2, 0, 2]), (np.take, C, [[0, 1], [1, 1]], {"axis": 1}), (np.take, V, [7, -9], {"mode": "wrap"}),
    (np.take, V, [7, -9], {"mode": "clip"}), (np.take_along_axis, A, np.argsort(B, 1), 1),
    (np.take_along_axis, A, np.array([[1, 0, 2, 0]]), 0), (np.sort, A), (np.sort, C, 1), (np.sort, A, {"axis": None}),
    (np.partition, V, 2), (np.median, V), (np.median, A), (np.median, C, {"axis": (0, 2), "keepdims": True}),
    (np.median, A, 1), (np.quantile, A, 0.3), (np.quantile, C, [[0.1, 0.5], [0.9, 1.0]], {"axis": 1}),
    (np.quantile, A, 0.4, {"axis": 0, "keepdims": True, "method": "hazen"}), (np.percentile, A, [25, 50], {"axis": 1}),
    (np.quantile, V, 0.33, {"method": "nearest"}), (np.nanquantile, GAPS, 0.4, {"axis": 1}), (np.nanmedian, GAPS),
    (np.nanpercentile, GAPS, [10, 90], {"axis": 0}), (np.unique, V), (np.compress, [True, False, True], A, {"axis": 0}),
    (np.extract, A > 0, A), (np.select, [A > 1, A > 0], [A, B], 2.5), (np.choose, [0, 1, 1, 0, 1], [V, W]),
    (np.choose, [0, 3, 1, 0, -1], [V, W], {"mode": "wrap"}),
]
REDUCTIONS = [
    (np.nansum, GAPS), (np.nansum, GAPS, {"axis": 1, "keepdims": True}), (np.nanprod, GAPS, {"axis": 0}),
    (np.nanmean, GAPS, {"axis": 1}), (np.nanvar, GAPS), (np.nanvar, GAPS, {"axis": 1, "ddof": 1}),
    (np.nanstd, GAPS, {"axis": 1, "keepdims": True}), (np.nanmax, GAPS, 1), (np.nanmin, GAPS), (np.nancumsum, GAPS, 1),
    (np.nancumprod, GAPS), (np.ptp, A), (np.ptp, A, {"axis": 0}), (np.average, A), (np.average, A, {"axis": 1}),
    (np.average, A, 1, real(4, low=0.5)), (np.average, A, None, B, {"returned": True}),
]
S = real(4, 4)
PRODUCTS = [
    (np.diagonal, A), (np.diagonal, C, 1, 2, 0), (np.diagonal, A, -1), (np.diag, V), (np.diag, V, -2), (np.diag, A, 1),
    (np.diagflat, A, 1), (np.trace, A), (np.trace, C, -1, 1, 2), (np.outer, V, W), (np.outer, A, V), (np.inner, V, W),
    (np.inner, A, C), (np.inner, A, real()), (np.vdot, A, B), (np.kron, V, W), (np.kron, A, real(2)),
    (np.kron, A, real(2, 3)), (np.cross, real(3), real(3)), (np.cross, real(2, 3), real(3)),
    (np.cross, A, B, {"axis": 0}), (np.cross, A, B, 0, 0, 1), (np.convolve, V, real(3)), (np.convolve, real(2), V),
    (np.convolve, V, real(4), "same"), (np.convolve, V, real(3), "same"), (np.convolve, real(2), V, "valid"),
    (np.correlate, V, real(3)), (np.correlate, V, real(3), "full"), (np.correlate, V, real(2), "same"),
    (np.correlate, real(2), V, "valid"), (np.correlate, real(2), V, "full"), (np.correlate, real(3), V, "same"),
    *[(np.einsum, *call) for call in [
        ("ij,jk->ik", A, S), ("ij,jk", A, S), ("ij,ij->", A, B), ("ii", S), ("ii->i", S), ("ij->ji", A), ("ij", A),
        ("ba", A), ("i,j->ij", V, W), ("ij,j,k->ik", A, real(4), V), ("...j,j->...", C, real(4)),
        ("...ij,...jk->...ik", C, real(4, 2)), ("i...,i...", A, B), ("ij,kl->", A, S), ("iij->j", real(2, 2, 3)),
        ("ij,jk,kl->il", A, S, real(4, 2)), ("ij,ij->ij", A, real(1, 4)), ("abc,ac->b", C, real(2, 4)),
        ("...,...", A, B), (A, [0, 1], S, [1, 2], [0, 2]), (A, [0, 1], S, [1, 2]), ("i,i,i->i", V, W, V),
        ("ij,j->", A, real(4)), ("a...->...", C), ("iii", real(2, 2, 2)), ("i->", V), ("ij,jj->i", A, S),
        ("ab,b...->a...", A, S)]],
]
M, P = S + 3 * np.eye(4), S @ S.T + 4 * np.eye(4) * np.arange(1, 5)
L = np.linalg
LINALG = [
    (L.solve, M, real(4)), (L.solve, M, real(4, 2)), (L.solve, np.stack([M, P]), real(4, 1)), (L.inv, M), (L.det, M),
    (L.matrix_power, M, 3), (L.matrix_power, M, -2), (L.matrix_power, M, 1),
    (L.multi_dot, [A, M, real(4)]), (L.eigvalsh, P), (L.svd, M, {"compute_uv": False}), (L.cond, M),
    (L.cond, M, "fro"), (L.cond, M, -2), (L.tensorsolve, M.reshape(4, 2, 2), real(4)),
    (L.tensorinv, M.reshape(2, 2, 2, 2)), (L.pinv, A), (L.norm, V), (L.norm, A), (L.norm, C, {"axis": 1}),
    *[(L.norm, V, order) for order in (1, 2, 3, 0.5, -1, np.inf, -np.inf)], (L.norm, A, 3, 1, True),
    *[(L.norm, A, order) for order in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)],
    (L.norm, C, 1, (0, 2)), (L.norm, C, "nuc", (2, 1), True), (L.norm, C, {"axis": (0, 1), "keepdims": True}),
]
if hasattr(L, "vector_norm"):                               # since NumPy 2
    LINALG += [(L.svdvals, A), (L.vector_norm, C), (L.vector_norm, C, {"axis": (0, 2), "ord": 3, "keepdims": True}),
               (L.matrix_norm, C), (L.matrix_norm, C, {"ord": 2, "keepdims": True}), (L.trace, C), (L.diagonal, C)]
for _name, _args in (("vecdot", (A, real(4))), ("matvec", (C, real(4))), ("vecmat", (real(3), A))):
    if hasattr(np, _name):                                  # since NumPy 2.0 and 2.2
        PRODUCTS.append((getattr(np, _name), *_args))
CALLS = [*ELEMENTWISE, *SHAPES, *CUMULATIVE, *SORTING, *REDUCTIONS, *PRODUCTS, *LINALG]


WIDENED = {np.interp, np.quantile, np.percentile, np.nanquantile, np.nanpercentile}
"""NumPy's answer may be float64 for float32; ours keeps float32, as all ops do."""


def is_differentiated(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def leaves(x):
    """The float arrays in nested lists."""
    return [leaf for part in x for leaf in leaves(part)] if isinstance(x, list) else [x] * is_differentiated(x)


def split_call(call):
    """The function of the arrays alone that a call is, and the arrays."""
    function, *args = call
    params = args.pop() if args and isinstance(args[-1], dict) else {}
    arrays = leaves(args)

    def of_arrays(*xs):
        rest = iter(xs)

        def fill(a):
            if isinstance(a, list) and leaves(a):
                return [fill(x) for x in a]
            return next(rest) if is_differentiated(a) else a
        return function(*[fill(a) for a in args], **params)
    return of_arrays, arrays


def outputs(y):
    return list(y) if isinstance(y, tuple | list) else [y]


def name_of(call):
    return call[0].__name__


@pytest.mark.parametrize("call", CALLS, ids=name_of)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_value_shape_and_dtype_are_numpys(call, dtype):
    function, arrays = split_call(call)
    arrays = [x.astype(dtype) for x in arrays]
    found = outputs(function(*[Tensor(x, requires_grad=True) for x in arrays]))
    expected = outputs(function(*arrays))
    assert len(found) == len(expected)
    tolerance = 1e-13 if dtype is np.float64 else 2e-5
    for y, e in zip(found, expected, strict=True):
        assert y.shape == np.shape(e)
        assert y.dtype == (dtype if call[0] in WIDENED else np.asarray(e).dtype)
        np.testing.assert_allclose(y.numpy(), e, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("call", CALLS, ids=name_of)
def test_derivatives(call):
    function, arrays = split_call(call)
    missing = [np.isnan(x) for x in arrays]                 # gradcheck takes numbers alone

    def floats(*xs):
        xs = [np.where(gap, np.nan, x) if gap.any() else x for gap, x in zip(missing, xs, strict=True)]
        ys = tuple(y for y in outputs(function(*xs)) if y.dtype.kind == "f")
        return ys if len(ys) > 1 else ys[0]
    arrays = [np.where(gap, 0.5, x) for gap, x in zip(missing, arrays, strict=True)]
    assert gradcheck(floats, *arrays, raises=True, zero_ok=call[0] in (np.heaviside, np.modf))


@pytest.mark.parametrize("function", list(dict.fromkeys(call[0] for call in CALLS)), ids=lambda f: f.__name__)
def test_on_plain_arrays_it_is_numpys_own(function):
    call = next(c for c in CALLS if c[0] is function)
    of_arrays, arrays = split_call((NUMPY[function], *call[1:]))
    for y, e in zip(outputs(of_arrays(*arrays)), outputs(split_call(call)[0](*arrays)), strict=True):
        np.testing.assert_array_equal(y, e)
        assert type(y) is type(e)
