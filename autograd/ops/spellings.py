"""Reductions and others with the keywords that NumPy has and the ops do not: dtype, initial, where, order, min, max."""
import numpy as np

from ..core.constants import outside_graph
from ..support.keywords import spelling_of
from .arithmetic import power
from .comparison import clip, isnan, maximum, minimum, where
from .composed import composed
from .cumulative import cumprod, cumsum, prod
from .reductions import broadcast_to, count, max, mean, min, std, sum, var
from .shape import reshape, transpose


def _in_dtype(x, dtype):
    return x if dtype is None else x.astype(dtype)


def _where_selected(selected, x, neutral):
    """x where it is selected, else the neutral number."""
    if selected is True:
        return x
    return where(np.broadcast_to(getattr(selected, "_value", selected), x.shape), x, neutral)


@spelling_of(np.sum)
def _sum(a, axis=None, dtype=None, keepdims=False, initial=None, where=True):
    total = sum(_where_selected(where, _in_dtype(a, dtype), 0), axis=axis, keepdims=keepdims)
    return total if initial is None else total + initial


@spelling_of(np.prod)
def _prod(a, axis=None, dtype=None, keepdims=False, initial=None, where=True):
    product = prod(_where_selected(where, _in_dtype(a, dtype), 1), axis=axis, keepdims=keepdims)
    return product if initial is None else product * initial


@spelling_of(np.mean)
def _mean(a, axis=None, dtype=None, keepdims=False, where=True):
    a = _in_dtype(a, dtype)
    if where is True:
        return mean(a, axis=axis, keepdims=keepdims)
    wide = np.result_type(a.dtype, np.float32)                      # float16 cannot count further than 65 504
    total = _sum(a, axis, wide, keepdims, where=where)
    count = np.sum(np.broadcast_to(getattr(where, "_value", where), a.shape), axis=axis, keepdims=keepdims)
    return (total / count.astype(wide)).astype(a.dtype if a.dtype.kind == "f" else wide)


def _spread(op):
    def statistic(a, axis=None, dtype=None, ddof=0, keepdims=False, correction=None):
        return op(_in_dtype(a, dtype), axis=axis, keepdims=keepdims, ddof=ddof if correction is None else correction)
    return statistic


spelling_of(np.var)(_spread(var))
spelling_of(np.std)(_spread(std))


def _extremum(op, of_two, neutral):
    def extremum(a, axis=None, keepdims=False, initial=None, where=True):
        if where is not True and initial is None:
            raise ValueError(f"{op.name} with where= needs initial=, the value where nothing is selected")
        if initial is None:
            return op(a, axis=axis, keepdims=keepdims)
        if not count(a.shape, axis):                    # of no entries, the initial value is the largest
            return sum(a, axis=axis, keepdims=keepdims) + initial
        return of_two(op(_where_selected(where, a, neutral), axis=axis, keepdims=keepdims), initial)
    return extremum


spelling_of(np.max)(_extremum(max, maximum, -np.inf))
spelling_of(np.min)(_extremum(min, minimum, np.inf))


@spelling_of(np.clip)
def _clip(a, a_min=None, a_max=None, min=None, max=None):
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise ValueError("clip: a_min and min are one bound, and so are a_max and max; give each once")
    return clip(a, low=min if a_min is None else a_min, high=max if a_max is None else a_max)


@spelling_of(np.reshape)
def _reshape(a, shape=None, order="C", newshape=None):
    shape = newshape if shape is None else shape
    if order not in ("C", "F"):
        raise ValueError(f"reshape with order={order!r}: a Tensor's entries are in order 'C', or 'F' for columns first")
    if order == "C":
        return reshape(a, shape=shape)
    backwards = tuple(np.atleast_1d(shape)[::-1].tolist())
    return transpose(reshape(transpose(a), shape=backwards))


@spelling_of(np.where)
def _where(condition, x=None, y=None):
    if (x is None) != (y is None):
        raise TypeError("where takes a condition and two choices, or a condition alone, which gives its indices")
    return outside_graph(np.nonzero)(condition) if x is None else where(condition, x, y)


# ---- entries that are not nan ----------------------------------------------------------------------------------------

def _known(a):
    """The values of a, 0 for nan, and which are known."""
    known = ~np.isnan(np.asarray(getattr(a, "_value", a)))
    return where(known, a, 0.0), known


def _of_known(function, statistic, doc):
    @composed(function)
    def of_known(a, axis=None, dtype=None, keepdims=False):
        return statistic(*_known(a), axis=axis, dtype=dtype, keepdims=keepdims)
    of_known.__name__ = of_known.__qualname__ = function.__name__
    of_known.__doc__ = f"{doc} of the entries along axes that are not nan."
    return of_known


nansum = _of_known(np.nansum, lambda a, known, **kw: _sum(a, **kw), "The sum")
nanprod = _of_known(np.nanprod, lambda a, known, **kw: _prod(a, where=known, **kw), "The product")
nanmean = _of_known(np.nanmean, lambda a, known, **kw: _mean(a, where=known, **kw), "The mean")


@composed(np.nanvar)
def nanvar(a, axis=None, dtype=None, ddof=0, keepdims=False):
    """The variance of the entries along axes that are not nan, with divisor n - ddof."""
    a, known = _known(_in_dtype(a, dtype))
    count = np.sum(known, axis=axis, keepdims=True)
    centred = where(known, a - _mean(a, axis, keepdims=True, where=known), 0.0)
    total = sum(centred * centred, axis=axis, keepdims=keepdims)
    degrees = np.where(count > ddof, count - ddof, np.nan).astype(total.dtype)
    return total / degrees.reshape(total.shape)


@composed(np.nanstd)
def nanstd(a, axis=None, dtype=None, ddof=0, keepdims=False):
    """The standard deviation of the entries along axes that are not nan. The derivative at 0 is 0."""
    variance = nanvar(a, axis, dtype, ddof, keepdims)
    return where(variance == 0, 0.0, np.sqrt(where(variance == 0, 1.0, variance)))


def _extremum_of_known(function, op, neutral):
    @composed(function)
    def of_known(a, axis=None, keepdims=False):
        nan = isnan(a)
        y = op(where(nan, neutral, a), axis=axis, keepdims=keepdims)
        return where(np.all(np.asarray(nan), axis=axis, keepdims=keepdims), np.nan, y)
    of_known.__name__ = of_known.__qualname__ = function.__name__
    of_known.__doc__ = f"The {op.name}imum of the entries along axes that are not nan; ties share the gradient evenly."
    return of_known


nanmax, nanmin = _extremum_of_known(np.nanmax, max, -np.inf), _extremum_of_known(np.nanmin, min, np.inf)


@composed(np.nancumsum)
def nancumsum(a, axis=None, dtype=None):
    """Running sums, in which nan counts as 0."""
    return cumsum(where(isnan(a), 0.0, a), axis, dtype)


@composed(np.nancumprod)
def nancumprod(a, axis=None, dtype=None):
    """Running products, in which nan counts as 1."""
    return cumprod(where(isnan(a), 1.0, a), axis, dtype)


@composed(np.ptp)
def ptp(a, axis=None, keepdims=False):
    """The range of values along axes: the largest less the smallest."""
    return max(a, axis=axis, keepdims=keepdims) - min(a, axis=axis, keepdims=keepdims)


@composed(np.average)
def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    """The mean along axes, with weights Σ w a / Σ w; with `returned` also Σ w. Weights are as a, or a vector along one
    axis."""
    if weights is None:
        y = mean(a, axis=axis, keepdims=keepdims)
        return (y, outside_graph(np.full_like)(y, count(np.shape(a), axis))) if returned else y
    if np.shape(weights) != np.shape(a):
        if np.ndim(weights) != 1 or axis is None or np.shape(weights)[0] != np.shape(a)[axis]:
            raise ValueError(f"average: weights {np.shape(weights)} must have the shape {np.shape(a)} of the array, or "
                             "be a vector as long as the axis")
        weights = reshape(weights, shape=[-1 if i == axis % np.ndim(a) else 1 for i in range(np.ndim(a))])
    weights = broadcast_to(weights, shape=np.shape(a))
    total = sum(weights, axis=axis, keepdims=keepdims)
    y = sum(weights * a, axis=axis, keepdims=keepdims) / total
    return (y, total) if returned else y


@composed(np.real, np.conjugate, np.real_if_close)
def real(val):
    """The value itself: Tensors are real."""
    return val


@composed(np.float_power)
def float_power(x, w):
    """x to the power w, in float64."""
    return power(*[v.astype(np.float64) if hasattr(v, "astype") else float(v) for v in (x, w)])


@composed(np.unwrap)
def unwrap(p, discont=None, axis=-1, *, period=2 * np.pi):
    """Angles along an axis, moved by multiples of the period so that no step is larger than half of it."""
    values = np.asarray(getattr(p, "_value", p))
    return p + (np.unwrap(values, discont, axis, period=period) - values)
