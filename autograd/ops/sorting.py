"""Sorting, searching and choosing: each reads entries at places that are found outside the graph."""
import numpy as np

from ..core.constants import OF_FOREIGN, outside_graph
from ..core.values import asanyarray
from .comparison import where
from .composed import composed
from .indexing import getitem
from .shape import broadcast_to, merge_axes, moveaxis, normalized_axes, ravel, reshape


def _plain(x):
    """The values of an array, number or Tensor, outside the graph; many examples of `vmap` as they are."""
    return x if x.__class__ in OF_FOREIGN else asanyarray(getattr(x, "_value", x))


@composed(np.take)
def take(a, indices, axis=None, mode="raise"):
    """The entries or slices of a at integer places along an axis, or with None of the vector of all."""
    a, axis = (ravel(a), 0) if axis is None else (a, normalized_axes(axis, np.ndim(a))[0])
    n, indices = np.shape(a)[axis], _plain(indices)
    if mode != "raise":
        indices = np.clip(indices, 0, n - 1) if mode == "clip" else indices % n
    return getitem(a, index=(slice(None),) * axis + (indices,))


@composed(np.take_along_axis)
def take_along_axis(arr, indices, axis=-1):
    """The entries of arr at places that differ from slice to slice along an axis, as `argsort` gives them."""
    arr, axis = (ravel(arr), 0) if axis is None else (arr, normalized_axes(axis, np.ndim(arr))[0])
    indices = _plain(indices)
    if indices.ndim != np.ndim(arr):
        raise ValueError(f"take_along_axis: indices and array need as many axes, got {indices.ndim} and {np.ndim(arr)}")
    grid = np.ogrid[tuple(slice(n) for n in np.shape(arr))]
    return getitem(arr, index=(*grid[:axis], indices, *grid[axis + 1:]))


@composed(np.sort)
def sort(a, axis=-1, kind=None, *, stable=None):
    """a with its entries in increasing order along an axis, nan last, or with None the vector of all. Of equal entries
    the first stays first and takes the gradient of its place."""
    a, axis = (ravel(a), 0) if axis is None else (a, axis)
    return take_along_axis(a, outside_graph(np.argsort)(a, axis, kind="stable"), axis)


@composed(np.partition)
def partition(a, kth, axis=-1, kind="introselect"):
    """a with its entries along an axis in such an order that those at `kth` are where sorting puts them."""
    a, axis = (ravel(a), 0) if axis is None else (a, axis)
    return take_along_axis(a, outside_graph(np.argpartition)(a, kth, axis), axis)


def _statistic_of_order(a, axis, keepdims, places_of):
    """What lies at a place, perhaps between two entries, of a's entries in increasing order along axes.

    `places_of(ranks)` is NumPy's statistic of the numbers 0, 1, ... in place of the sorted entries, nan where they are
    nan: it tells the place. The answer is linear between two entries, as NumPy's is.
    """
    ordered = sort(merge_axes(a, axis))
    ranks = np.where(np.isnan(_plain(ordered)), np.nan, np.arange(ordered.shape[-1], dtype=float))
    places = places_of(ranks)
    extra = places.ndim - ranks.ndim + 1
    low = np.where(np.isnan(places), 0, np.floor(places)).astype(int)
    high = np.where(np.isnan(places), 0, np.ceil(places)).astype(int)
    share = (places - low).astype(ordered.dtype)
    y = _between(_at_places(ordered, low, extra), _at_places(ordered, high, extra), share)
    y = where(np.isnan(places), np.nan, y) if np.isnan(places).any() else y
    axes = normalized_axes(axis, np.ndim(a))
    kept = tuple([1 if i in axes else n for i, n in enumerate(np.shape(a))])
    return reshape(y, shape=places.shape[:extra] + kept) if keepdims else y


def _at_places(ordered, places, extra):
    """The entries (q, ...) at places (q, ...) along the last axis of an array (..., n)."""
    columns = reshape(np.moveaxis(places.reshape(-1, *places.shape[extra:]), 0, -1), shape=(*ordered.shape[:-1], -1))
    return reshape(moveaxis(take_along_axis(ordered, columns), -1, 0), shape=places.shape)


def _between(low, high, share):
    """low + share (high - low); low alone where the share is 0, also beside infinities."""
    if not share.any():
        return low
    with np.errstate(invalid="ignore"):
        return where(share == 0, low, low * (1 - share) + high * share)


@composed(np.median)
def median(a, axis=None, keepdims=False):
    """The middle one of the entries along axes, or the mean of the middle two; nan if one is."""
    return _statistic_of_order(a, axis, keepdims, lambda ranks: np.asarray(np.median(ranks, axis=-1)))


def _quantiles(function, factor):
    @composed(function)
    def quantiles(a, q, axis=None, method="linear", keepdims=False):
        return _statistic_of_order(a, axis, keepdims, lambda ranks: np.asarray(
            function(ranks, _plain(q), axis=-1, method=method)))
    quantiles.__name__ = quantiles.__qualname__ = function.__name__
    quantiles.__doc__ = f"""The entry below which a share q of [0, {factor}] of the entries along axes lies, by one of
    NumPy's methods, linear between two entries. q is outside the graph."""
    return quantiles


quantile, percentile = _quantiles(np.quantile, 1), _quantiles(np.percentile, 100)
nanquantile, nanpercentile = _quantiles(np.nanquantile, 1), _quantiles(np.nanpercentile, 100)


@composed(np.nanmedian)
def nanmedian(a, axis=None, keepdims=False):
    """The median of the entries along axes that are not nan."""
    return _statistic_of_order(a, axis, keepdims, lambda ranks: np.asarray(np.nanmedian(ranks, axis=-1)))


@composed(np.unique)
def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True):
    """The distinct entries, or slices along an axis, in increasing order. The first of equal ones takes the gradient.

    As asked for, also where these are, where each entry is among them, and how often, outside the graph.
    """
    _, index, *rest = outside_graph(np.unique)(ar, True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    found = getitem(ravel(ar), index=index) if axis is None else take(ar, index, axis)
    more = [index] * return_index + rest
    return (found, *more) if more else found


@composed(np.compress)
def compress(condition, a, axis=None):
    """The slices of a along an axis, or entries of the vector of all, where a vector of booleans is true."""
    return take(a, np.flatnonzero(_plain(condition)), axis)


@composed(np.extract)
def extract(condition, arr):
    """The entries of arr where the condition is true, as a vector."""
    return take(arr, np.flatnonzero(_plain(condition)))


@composed(np.select)
def select(condlist, choicelist, default=0):
    """Elementwise, of the choices the one whose condition is the first to be true, else the default."""
    if len(condlist) != len(choicelist):
        raise ValueError(f"select takes a choice for each condition, got {len(condlist)} conditions and "
                         f"{len(choicelist)} choices")
    y = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        y = where(condition, choice, y)
    return y


@composed(np.choose)
def choose(a, choices, mode="raise"):
    """Elementwise, of the choices the one whose number is in a."""
    number, n = _plain(a), len(choices)
    number = np.clip(number, 0, n - 1) if mode == "clip" else number % n if mode == "wrap" else number
    if number.size and not 0 <= number.min() <= number.max() < n:
        raise ValueError(f"choose takes numbers of [0, {n}), one per choice, got {number.min()}..{number.max()}")
    shape = np.broadcast_shapes(number.shape, *map(np.shape, choices))
    y = broadcast_to(choices[0], shape=shape)
    for i, choice in enumerate(choices[1:], 1):
        y = where(number == i, choice, y)
    return y


@composed(np.trim_zeros)
def trim_zeros(filt, trim="fb"):
    """A vector without the zeros at its front and back; with trim "f" or "b" at one end."""
    if np.ndim(filt) != 1:
        raise ValueError(f"trim_zeros takes a vector, got shape {np.shape(filt)}")
    places, trim = np.flatnonzero(_plain(filt)), trim.lower()
    if not places.size:
        return getitem(filt, index=slice(0))
    return getitem(filt, index=slice(places[0] if "f" in trim else 0, places[-1] + 1 if "b" in trim else None))
