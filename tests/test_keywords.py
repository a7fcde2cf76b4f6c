"""NumPy's keywords: for every function that we stand for, each one works as in NumPy, or is refused by name."""
import inspect

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, grad, no_grad, softmax
from autograd.core.primitive import NUMPY

A = np.array([[1.5, 0.5, 2.0], [0.25, 4.0, 3.0]])
MASK = np.array([True, False, True])
BITS = np.array([[6, 5, 1], [2, 3, 4]])
S = A.T @ A + np.eye(3)
FIRST = {"where": (A > 1, A, -A), "concatenate": ([A, A],), "stack": ([A, A],), "reshape": (A, (3, 2)),
         "clip": (A, 1.0, None),
         "broadcast_to": (A, (2, 2, 3)), "swapaxes": (A, 0, 1), "moveaxis": (A, 0, 1), "expand_dims": (A, 1),
         "squeeze": (A[None],), "dot": (A, A.T), "matmul": (A, A.T), "full_like": (A, 7.0), "copyto": None,
         "bitwise_and": (BITS, BITS + 1), "bitwise_or": (BITS, 1), "invert": (BITS,), "result_type": None,
         "astype": (A, np.float32), "ldexp": (A, BITS), "rollaxis": (A, 1), "hsplit": (A, 3),
         "dsplit": (A[:, :, None], 1), "vstack": ([A, A],), "row_stack": ([A, A],), "hstack": ([A, A],),
         "dstack": ([A, A],), "column_stack": ([A, A],), "block": ([A, A],), "append": (A, A), "delete": (A, 1),
         "insert": (A, 1, 2.0), "roll": (A, 2), "tile": (A, 2), "repeat": (A, 2), "pad": (A, 1), "resize": (A, (3, 3)),
         "ediff1d": (A,), "interp": (A, np.array([0.0, 1.0, 5.0]), np.array([2.0, 3.0, 1.0])), "take": (A, [1, 0]),
         "take_along_axis": (A, BITS % 2, 1), "partition": (A, 1), "quantile": (A, 0.3), "percentile": (A, 30),
         "nanquantile": (A, 0.3), "nanpercentile": (A, 30), "compress": ([True, False], A, 0), "extract": (A > 1, A),
         "select": ([A > 1], [A]), "choose": ([0, 1], [A[0, :2], A[1, :2]]),
         "trim_zeros": (A[0],), "cumulative_sum": (A[0],), "cumulative_prod": (A[0],),
         "outer": (A, A), "inner": (A, A),
         "vdot": (A, A), "kron": (A, A), "cross": (A.T @ A, A.T @ A + 1), "convolve": (A[0], A[1]),
         "correlate": (A[0], A[1]), "einsum": ("ij->j", A), "solve": (S, A[0]),
         "det": (S,), "inv": (S,), "slogdet": (S,), "cholesky": (S,), "eigh": (S,), "eigvalsh": (S,), "svd": (S,),
         "matrix_power": (S, 2), "multi_dot": ([A, S],), "cond": (S,), "tensorsolve": (S, A[0]),
         "tensorinv": (S[:, :, None], 1), "matvec": (A, A[0]), "vecmat": (A[:, 0], A),
         "arcsin": (A / 5,), "arccos": (A / 5,), "arctanh": (A / 5,), "arccosh": (A + 1,)}
"""Positional arguments of a call; for other functions one array, or two for ufuncs of two. None: tested elsewhere."""

TELLING = {
    "axis": (0, -1), "dtype": (np.float32,), "keepdims": (True,), "where": (MASK,), "initial": (2.5,), "order": ("F",),
    "ddof": (1,), "correction": (1,), "decimals": (1, -1), "a_min": (1.0, None), "a_max": (2.0,), "min": (1.0,),
    "max": (2.0, None), "casting": ("unsafe",), "subok": (False,), "axes": ((1, 0), None), "shape": ((3, 2),),
    "signature": ("d->d", "dd->d"), "copy": (True,), "mean": (np.array(2.0),), "device": ("cpu",),
    "ord": (1, 2), "p": (1, 2), "full_matrices": (False,), "compute_uv": (False,),
    "hermitian": (True,), "rcond": (1e-3,), "rtol": (1e-3,), "upper": (True,), "offset": (1,), "k": (1,),
    "optimize": (True,), "mode": ("same", "wrap"), "returned": (True,), "weights": (A + 1,), "indexing": ("ij",),
    "sparse": (True,), "prepend": (0.5,), "append": (0.5,), "n": (2,), "dx": (0.5,), "edge_order": (2,), "left": (7.0,),
    "right": (7.0,), "period": (2.0,), "method": ("hazen",), "kind": ("stable",),
    "stable": (True,), "return_index": (True,), "return_inverse": (True,), "return_counts": (True,),
    "equal_nan": (False,), "sorted": (True,), "default": (5.0,), "nan": (1.0,), "posinf": (1.0,), "neginf": (1.0,),
}
"""Values of a keyword that say something."""


def arguments(function):
    name = function.__name__
    if name in FIRST:
        return FIRST[name]
    return (A, A[0]) if isinstance(function, np.ufunc) and function.nin == 2 else (A,)


BUILTIN = {"where": lambda condition, x, y: None, "dot": lambda a, b, out=None: None,
           "concatenate": lambda arrays, axis=0, out=None, *, dtype=None, casting="same_kind": None}


def signature(function):
    try:
        return inspect.signature(function)
    except ValueError:                                      # NumPy 1 does not tell
        return inspect.signature(BUILTIN[function.__name__])


def keywords(function):
    if isinstance(function, np.ufunc):
        extra = ("axes", "axis", "keepdims") if function.signature else ()
        return ("out", "where", "casting", "order", "dtype", "subok", "signature", *extra)
    return [p.name for p in signature(function).parameters.values() if p.kind is not p.VAR_KEYWORD
            and p.kind is not p.VAR_POSITIONAL]


CASES = [(f, name) for f in dict.fromkeys(NUMPY) if arguments(f) for name in keywords(f)]


def tensors(x):
    if isinstance(x, list):
        return [tensors(v) for v in x]
    return Tensor(x, requires_grad=x.dtype.kind == "f") if isinstance(x, np.ndarray) and x.ndim else x


def agree(got, expected):
    if isinstance(expected, tuple):
        return all(map(agree, got, expected))
    if not isinstance(expected, np.ndarray | np.generic):
        return got == expected
    form = (got.shape, got.dtype) == (expected.shape, expected.dtype)
    return form and np.allclose(got.detach().data, expected, 1e-6)


def values(function, name):
    if name == "out":
        plain = function(*arguments(function))
        return [tuple(map(np.empty_like, plain)) if isinstance(plain, tuple) else np.empty_like(plain)]
    if name == "initial" and function.__name__ in ("max", "min", "amax", "amin"):
        return 0.5, 9.0
    default = signature(function).parameters[name].default if not isinstance(function, np.ufunc) else None
    return [v for v in (*TELLING.get(name, ()), default) if v is not inspect.Parameter.empty]


def legal(function, args, params):
    """NumPy's answer, or NotImplemented where it has none: a required array missing, a bound given twice, ..."""
    try:
        return function(*args, **params)
    except (TypeError, ValueError, np.exceptions.AxisError):
        return NotImplemented


@pytest.mark.filterwarnings("ignore::UserWarning")           # NumPy: 'where' used without 'out'
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("function, name", CASES, ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_each_keyword_works_or_is_refused_by_name(function, name):
    for value in values(function, name):
        args, params = arguments(function), {name: value}
        names = keywords(function)
        if not isinstance(function, np.ufunc) and name in names[:len(args)]:      # the first arguments by their names
            params |= dict(zip(names[names.index(name) + 1:len(args)], args[names.index(name) + 1:], strict=True))
            args = args[:names.index(name)]
        if name == "where" and function.__name__ in ("max", "min", "amax", "amin"):
            params["initial"] = 1.25
        expected = legal(function, args, params)
        if expected is NotImplemented:
            continue
        try:
            got = function(*tensors(list(args)), **params)
        except TypeError as error:
            assert f" with {name}= is not available on Tensors: " in str(error), (params, error)
        else:
            assert name != "out" or value is None
            assert agree(got, expected)


def test_of_the_keywords_that_say_something_these_work():
    """So that a change of the mechanism cannot refuse them all."""
    x, a = Tensor(A, requires_grad=True), A
    for call in (lambda np_, a: np_.sum(a, where=MASK), lambda np_, a: np_.sum(a, axis=0, where=MASK, initial=2.0),
                 lambda np_, a: np_.sum(a, 1, np.float32),
                 lambda np_, a: np_.mean(a, axis=1, where=MASK, keepdims=True),
                 lambda np_, a: np_.mean(a, dtype=np.float32), lambda np_, a: np_.max(a, 1, initial=2.0),
                 lambda np_, a: np_.min(a, axis=1, where=MASK, initial=9.0), lambda np_, a: np_.var(a, 0, np.float32),
                 lambda np_, a: np_.std(a, ddof=1, axis=0), lambda np_, a: np_.clip(a, a_min=1, a_max=2),
                 lambda np_, a: np_.clip(a, None, 2.0), lambda np_, a: np_.clip(a, a_max=2, a_min=None),
                 lambda np_, a: np_.reshape(a, (3, 2), order="F"), lambda np_, a: np_.reshape(a, (3, -1), "F"),
                 lambda np_, a: np_.ravel(a, "F"), lambda np_, a: np_.ravel(a, order="F"),
                 lambda np_, a: np_.size(a, axis=1), lambda np_, a: np_.squeeze(a[None], axis=0),
                 lambda np_, a: np_.concatenate([a, a], axis=1, dtype=np.float32), lambda np_, a: np_.where(a > 1),
                 lambda np_, a: np_.stack([a, a], 1, dtype=np.float32), lambda np_, a: np_.max(a, 0, keepdims=True),
                 lambda np_, a: np_.add.reduce(a, 1, np.float32) if np_ is np else np.add.reduce(a, 1, np.float32)):
        assert agree(call(np, x), call(np, a)) and agree(call(anp, x), call(np, a))
        assert np.array_equal(call(anp, a), call(np, a)) and not isinstance(call(anp, a), Tensor)


def test_methods_take_them_too():
    x, a = Tensor(A, requires_grad=True), A
    for call in (lambda a: a.sum(0, np.float32), lambda a: a.sum(where=MASK, initial=1.0), lambda a: a.mean(where=MASK),
                 lambda a: a.max(initial=9.0), lambda a: a.clip(min=1.0), lambda a: a.clip(max=1.0),
                 lambda a: a.round(decimals=1), lambda a: a.any(axis=0, keepdims=True), lambda a: a.argmax(axis=0),
                 lambda a: a.ravel(order="F"), lambda a: a.reshape(3, 2, order="F"), lambda a: a.reshape(6, order="C"),
                 lambda a: a.argsort(axis=0, kind="stable"), lambda a: a.var(ddof=1, dtype=np.float32)):
        assert agree(call(x), call(a))


@pytest.mark.parametrize("f, expected", [
    (lambda x: np.sum(x, where=MASK), [[1, 0, 1], [1, 0, 1]]),
    (lambda x: np.sum(x, dtype=np.float32), [[1, 1, 1], [1, 1, 1]]),
    (lambda x: np.mean(x, where=MASK), [[0.25, 0, 0.25], [0.25, 0, 0.25]]),
    (lambda x: np.max(x, initial=0.0), [[0, 0, 0], [0, 1, 0]]), (lambda x: np.max(x, initial=9.0), [[0, 0, 0]] * 2),
    (lambda x: np.max(x, where=MASK, initial=0.0), [[0, 0, 0], [0, 0, 1]]),
    (lambda x: np.reshape(x, (3, 2), order="F")[0, 1], [[0, 0, 0], [0, 1, 0]]),
    (lambda x: np.clip(x, a_min=1, a_max=2).sum(), [[1, 0, 1], [0, 0, 0]]),
    (lambda x: np.concatenate([x, x], dtype=np.float32).sum(), [[2, 2, 2], [2, 2, 2]]),
])
def test_gradients_flow_through_them(f, expected):
    g = grad(f)(A)
    assert g.tolist() == expected and g.dtype == A.dtype


@pytest.mark.parametrize("function", [np.max, np.min])
def test_an_extremum_of_nothing_is_the_initial_value(function):
    for params in ({}, {"axis": 0}, {"axis": (0, 1), "keepdims": True}):
        x, a = Tensor(np.zeros((0, 2)), requires_grad=True), np.zeros((0, 2))
        y = function(x, initial=2.5, **params)
        y.sum().backward()
        assert agree(y, function(a, initial=2.5, **params)) and x.grad.shape == (0, 2)
    with pytest.raises(ValueError, match="no identity"):
        function(x)
    with pytest.raises(ValueError, match="needs initial="):
        function(Tensor(A), where=MASK)


def test_a_mean_of_nothing_selected_is_nan():
    with pytest.warns(RuntimeWarning):
        assert np.isnan(np.mean(Tensor(A), where=False).item())


def test_bounds_that_depend_on_the_variable_are_refused():
    """clip(x, 0, x) had half of its gradient in another framework."""
    with pytest.raises(TypeError, match="no gradient flows"):
        grad(lambda x: np.clip(x, 0.0, x))(5.0)


def test_initial_carries_a_gradient():
    assert grad(lambda s: np.sum(Tensor(A), initial=s) * 2)(1.0) == 2


def test_mean_where_in_float16_counts_past_its_range():
    x = Tensor(np.ones(70_000, np.float16))
    assert np.mean(x, where=np.ones(70_000, bool)).item() == 1 and np.mean(x, where=[True]).dtype == np.float16


def test_positions_are_numpys():
    """The third position of np.sum is dtype: True there was taken for keepdims."""
    x = Tensor(A, requires_grad=True)
    assert np.sum(x, 0, np.float32).shape == (3,)
    assert np.var(x, 0, None, None, 1).tolist() == np.var(A, 0, None, None, 1).tolist()
    with pytest.raises(TypeError):
        np.sum(x, 0, True)
    with pytest.raises(TypeError, match=r"np\.max with out= is not available"):
        np.max(x, 0, np.zeros(3))


def test_an_op_of_no_numpy_function_has_positions_of_its_own():
    x = Tensor(A, requires_grad=True)
    assert np.array_equal(softmax(x, 0).data, softmax(x, axis=0).data)
    with pytest.raises(TypeError, match=r"softmax takes 1 array\(s\)"):
        softmax(x, 0, 1)


def test_a_placeholder_says_nothing():
    x = Tensor(A, requires_grad=True)
    assert np.sum(x, axis=0, keepdims=np._NoValue).tolist() == A.sum(axis=0).tolist()
    assert np.max(x, initial=np._NoValue, where=np._NoValue).item() == 4


def test_an_unknown_keyword_is_named_beside_the_known_ones():
    x = Tensor(A, requires_grad=True)
    for call in (lambda: x.sum(axes=0), lambda: anp.exp(x, foo=1), lambda: anp.clip(x, low=0, bottom=1)):
        with pytest.raises(TypeError, match=r"takes 1 array\(s\) .* got .*(axes|foo|bottom)") as caught:
            call()
        assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_bound_given_twice():
    with pytest.raises(ValueError, match="give each once"):
        np.clip(Tensor(A, requires_grad=True), 1.0, 2.0, min=0.0)


def test_where_without_choices_gives_indices_and_with_one_is_refused():
    with no_grad():
        assert [i.tolist() for i in np.where(Tensor([0.0, 2.0]))] == [[1]]
    with pytest.raises(TypeError):
        anp.where(Tensor([0.0]), 1.0)
