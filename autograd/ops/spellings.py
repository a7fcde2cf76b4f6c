"""Reductions and others with the keywords that NumPy has and the ops do not: dtype, initial, where, order, min, max."""
import numpy as np

from ..core.constants import outside_graph
from ..core.keywords import spelling_of
from .comparison import clip, maximum, minimum, where
from .reductions import count, max, mean, min, std, sum, var
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
