"""Every declared op, tested from its declaration alone: written once, run for all entries of the registry."""
import array
import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Tensor, domain
from autograd.check import Verdict, gradcheck
from autograd.check.generate.layouts import LAYOUTS, laid_out
from autograd.check.generate.strategies import cases, cotangents
from autograd.core.primitive import NUMPY, REGISTRY, ZERO
from autograd.core.reverse import sweep
from autograd.core.values import shape_and_dtype

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops")]
SMOOTH = [op for op in OPS if op.differentiable]
WITH_NUMPY = [op for op in OPS if op in NUMPY.values()]
ZERO_DERIVATIVE = {op.name for op in SMOOTH if op.arity and {*op.vjp_rules} == {ZERO}}
NO_EVIDENCE = {Verdict.VACUOUS, Verdict.ILL_CONDITIONED}


def each(ops):
    return pytest.mark.parametrize("op", ops, ids=lambda op: op.name)


def called(op, case):
    """The op as a function of its inputs alone."""
    return functools.wraps(op.kernel)(lambda *xs: op(*xs, **case.params))


def parts(y):
    """The outputs of an op, one or several."""
    return y if isinstance(y, tuple) else (y,)


def assert_equal(got, expected, **tolerance):
    for a, b in zip(parts(got), parts(expected), strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


def tensors(case):
    return [Tensor(x, requires_grad=np.asarray(x).dtype.kind == "f") for x in case.inputs]


# ---- values --------------------------------------------------------------------------------------------------------

@each(WITH_NUMPY)
def test_value_is_numpys(op):
    function = next(f for f, ours in NUMPY.items() if ours is op)

    @given(cases(op))
    def check(case):
        try:
            expected = function(*case.inputs, **case.params)
        except TypeError:                       # NumPy calls the parameters otherwise
            expected = function(*case.inputs, *case.params.values())
        ours = [(op(*case.inputs, **case.params), expected), (called(op, case)(*tensors(case)), expected)]
        for got, value in ((a, b) for y, values in ours for a, b in zip(parts(y), sequence(values), strict=True)):
            got = got.data if isinstance(got, Tensor) else got
            np.testing.assert_allclose(got, value, rtol=1e-14, atol=1e-14)
            assert np.shape(got) == np.shape(value)
            assert np.asarray(got).dtype == np.asarray(value).dtype
    check()


def sequence(y):
    """What NumPy gives: one array, a tuple or, as np.split does, a list."""
    return y if isinstance(y, tuple | list) else (y,)


@each(OPS)
def test_value_does_not_depend_on_memory_layout(op):
    @given(cases(op, layout=st.just("C")), st.sampled_from([name for name in LAYOUTS if name != "repeated"]))
    def check(case, layout):
        inputs = [laid_out(x, layout) for x in case.inputs]
        assert_equal(op(*inputs, **case.params), op(*case.inputs, **case.params), rtol=1e-14, atol=1e-15)
    check()


# ---- derivatives ---------------------------------------------------------------------------------------------------

@each(SMOOTH)
def test_derivatives(op):
    """First order, second order jointly in (x, g), jvp against vjp, linearity in g, purity, repeatability."""
    verdicts = []

    @given(cases(op))
    def check(case):
        report = gradcheck(called(op, case), *case.inputs, raises=False, name=op.name,
                           zero_ok=op.name in ZERO_DERIVATIVE)
        assert report or report.verdict in NO_EVIDENCE, report
        verdicts.append(report.verdict)
    check()
    assert sum(v is Verdict.OK for v in verdicts) >= len(verdicts) / 4, "too few examples say anything"


@each([op for op in SMOOTH if op.several])
def test_derivatives_of_some_of_several_outputs(op):
    """What rules make of cotangents that are None, to both orders, and the sum of outputs that meet again."""
    @given(cases(op), st.data())
    def check(case, data):
        count = len(op(*case.inputs, **case.params))
        chosen = data.draw(st.lists(st.sampled_from(range(count)), min_size=1, max_size=2))
        report = gradcheck(lambda *xs: tuple(op(*xs, **case.params)[i] for i in chosen), *case.inputs, raises=False,
                           name=f"{op.name}, outputs {chosen}", zero_ok=True)
        assert report or report.verdict in NO_EVIDENCE, report
    check()


@each(SMOOTH)
def test_every_differentiable_op_declares_its_jvp(op):
    rules = [rule for i in range(op.arity or 2) if (rule := op.vjp_rules[i])]
    assert rules
    assert all(op.jvp_rule(i) for i in range(op.arity or 2) if op.vjp_rules[i])


@each(SMOOTH)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_have_shape_and_dtype_of_their_inputs(op, dtype):
    @given(cases(op, dtype=dtype), st.data())
    def check(case, data):
        xs = tensors(case)
        params = {**case.params, "dtype": np.dtype(dtype)} if op.name == "astype" else case.params
        for y in parts(op(*xs, **params)):
            assert y.dtype == dtype
            g = data.draw(cotangents(y.shape, dtype))
            for create_graph in (False, True):
                grads = sweep(y, Tensor(g) if create_graph else form_of(y, g), create_graph=create_graph)
                for x in xs:
                    if x.requires_grad:
                        assert shape_and_dtype(getattr(grads[x], "_value", grads[x])) == (x.shape, dtype)
    check()


def form_of(y, g):
    return g if y.shape else y._value.__class__(g)


@each(SMOOTH)
def test_what_kernels_and_rules_of_our_own_return_is_theirs_to_give(op):
    """The engine copies views and what is the cotangent itself; all else must be new memory at each call."""
    @given(cases(op))
    def check(case):
        xs = [np.array(x) for x in case.inputs]
        y = op.kernel(*xs, **case.params)
        y, kept = y if op.residual else (y, ())
        if len(xs) > 1:
            assert not any(np.may_share_memory(part, x) for x in xs for part in parts(y))
        assert not any(part is xs[0] for part in parts(y))      # a view is noticed, the same array is not
        g = tuple(map(np.ones_like, y)) if op.several else np.ones_like(y)
        given = [a for part in (g, y, tuple(xs), kept) for a in parts(part)]
        args = [g, y, kept, *xs] if op.residual else [g, y, *xs]
        for i in range(len(xs)):
            if rule := op.vjp_rules[i]:
                c, again = (rule(*args, **case.params) for _ in range(2))
                if isinstance(c, np.ndarray) and c is not g and c.base is None and c.size:
                    assert not any(np.may_share_memory(c, a) for a in (again, *given) if np.size(a))
    check()


@each([op for op in SMOOTH if op.residual])
def test_recomputed_residual_is_the_cached_one(op):
    @given(cases(op))
    def check(case):
        _, cached = op.kernel(*case.inputs, **case.params)
        again = op.residual(*case.inputs, **case.params)
        np.testing.assert_allclose(again, cached, rtol=1e-14, atol=1e-15)
    check()


@each([op for op in SMOOTH if getattr(op.shapes, "min_side", 0) == 0 and not isinstance(op.shapes, str)])
def test_empty_arrays_give_empty_gradients(op):
    count = op.arity or 2
    params = {name: empty_parameter(where) for name, where in op.params.items()}
    xs = [Tensor(np.zeros((0, 2)), requires_grad=True) for _ in range(count)]
    for y in parts(op(*xs, **params)):
        y.backward(np.ones(y.shape))
    for x in xs:
        assert x.grad.shape == x.shape


def empty_parameter(where):
    if isinstance(where, domain.Choice):
        return where.values[0]
    return {domain.Axis: 0, domain.Axes: None, domain.Flag: False, domain.Permutation: None, domain.Shape: (0, 2),
            domain.Index: slice(None), domain.Real: 0.5, domain.Sections: (1,)}[type(where)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@each([op for op in OPS if op.scalar])
def test_scalars_follow_arrays_to_the_edges(op):
    """Python numbers against arrays of one entry: value, gradients and dtype, also where Python raises or rounds."""
    edges = [0.0, -0.0, 1.0, -2.0, 0.5, 1e308, -1e308, 800.0, -800.0, np.inf, -np.inf, np.nan]
    for xs in itertools.product(edges, edges if (op.arity or 2) > 1 else [1.0], edges if op.arity == 3 else [1.0]):
        xs = (xs[0] > 0, *xs[1:]) if op.name == "where" else xs[:op.arity]
        scalars, arrays = ([as_input(v) for v in vs] for vs in (xs, [[x] for x in xs]))
        y, ys = op(*scalars), op(*arrays)
        assert y.dtype == ys.dtype
        np.testing.assert_allclose(y.item(), ys.item(), rtol=1e-13, err_msg=str(xs))
        if op.differentiable:
            y.backward(), ys.sum().backward()
            for x, v in zip(scalars, arrays, strict=True):
                if x.requires_grad:
                    np.testing.assert_allclose(x.grad.item(), v.grad.item(), rtol=1e-13, err_msg=str(xs))


def as_input(x):
    return Tensor(x, requires_grad=np.asarray(x).dtype == float)


@pytest.mark.parametrize("op, xs", [("add", (True, True)), ("multiply", (3, 4)), ("divide", (1, 0)), ("divide", (7, 2)),
                                    ("maximum", (2, 1.5)), ("minimum", (0.5, True)), ("where", (True, 1, 2.0)),
                                    ("where", (False, 2.0, True)), ("add", (2 ** 62, 2 ** 62)), ("absolute", (-3,))])
def test_integer_scalars_are_treated_as_numpy_treats_them(op, xs):
    with np.errstate(all="ignore"):
        y, ys = REGISTRY[op](*map(Tensor, xs)), REGISTRY[op](*(Tensor([x]) for x in xs))
    assert y.dtype == ys.dtype and y.item() == ys.item()


def test_where_between_an_integer_and_a_variable_is_a_float():
    x = Tensor(2.0, requires_grad=True)
    y = ag.where(True, 1, x)
    assert y.dtype == float and ag.maximum(x, 3).dtype == float
    y.backward()
    assert x.grad.item() == 0


@each([op for op in OPS if op.scalar])
def test_scalar_kernel_is_the_array_kernel(op):
    @given(cases(op, layout=st.just("C")))
    def check(case):
        numbers = [float(np.ravel(x)[0]) if np.size(x) else 0.75 for x in case.inputs]
        got = op(*numbers, **case.params)
        arrays = op(*(np.array([x]) for x in numbers), **case.params)
        np.testing.assert_allclose(got, arrays[0], rtol=1e-13, atol=1e-15)
    check()


# ---- kinks ---------------------------------------------------------------------------------------------------------

def at_kinks(op):
    """Inputs at which every entry (or one of two) sits on a kink, and metadata."""
    params = {name: where.low if isinstance(where, domain.Real) else op.defaults[name]
              for name, where in op.params.items()}
    avoided = getattr(op.domain[0], "avoid", ())
    if avoided:
        x = np.array([*map(float, avoided), 2.0])
        return [(x, *(np.full(x.shape, 0.25) for _ in op.domain[1:]))], params
    if op.arity == 2:
        x = np.array([1.0, 2.0, -0.5])
        return [(x, x.copy()), (x, np.array([1.0, 0.0, 3.0]))], params
    return [(np.array([1.0, 1.0, 0.0, -1.0, -1.0]),), (np.ones((2, 2)),)], params


@each([op for op in SMOOTH if op.kinks])
def test_gradient_at_a_kink_is_a_subgradient(op):
    inputs, params = at_kinks(op)
    for xs in inputs:
        assert np.any(op.kinks(*xs, **params))
        report = gradcheck(lambda *xs: op(*xs, **params), *xs, raises=False, zero_ok=True)
        assert report or (op.name in ZERO_DERIVATIVE and report.verdict is Verdict.KINK), report


# ---- the published conventions -------------------------------------------------------------------------------------

def gradient(f, *xs):
    leaves = [Tensor(x, requires_grad=True) for x in xs]
    f(*leaves).sum().backward()
    return [x.grad.numpy().tolist() for x in leaves] if len(xs) > 1 else leaves[0].grad.numpy().tolist()


np_ = ag.numpy
CONVENTIONS = [
    ("relu'(0) = 0", ag.relu, ([0.0, -1.0, 2.0],), [0, 0, 1]),
    ("abs'(0) = 0", abs, ([0.0, -1.0, 2.0],), [0, -1, 1]),
    ("sign' = 0", ag.sign, ([0.0, -1.0, 2.0],), [0, 0, 0]),
    ("maximum shares a tie", ag.maximum, ([1.0, 2.0], [1.0, 3.0]), [[0.5, 0], [0.5, 1]]),
    ("minimum shares a tie", ag.minimum, ([1.0, 2.0], [1.0, 3.0]), [[0.5, 1], [0.5, 0]]),
    ("maximum(x, x) has mass 1", lambda x: ag.maximum(x, x), ([1.0, 2.0],), [1, 1]),
    ("max shares ties, mass 1", lambda x: x.max(), ([1.0, 1.0, 0.0],), [0.5, 0.5, 0]),
    ("min shares ties, all equal", lambda x: x.min(), ([2.0, 2.0, 2.0, 2.0],), [0.25] * 4),
    ("max(stack([x, x])) has mass 1", lambda x: ag.stack([x, x]).max(axis=0), ([1.0, 2.0],), [1, 1]),
    ("x**0 at 0", lambda x: x ** 0, ([0.0],), [0]),
    ("x**1 at 0", lambda x: x ** 1, ([0.0],), [1]),
    ("x**2 at 0", lambda x: x ** 2, ([0.0],), [0]),
    ("x**2 at -2, no warning", lambda x: x ** 2, ([-2.0],), [-4]),
    ("x**3 at -2, no warning", lambda x: x ** 3.0, ([-2.0],), [12]),
    ("d/dy 0**y = 0", lambda y: 0.0 ** y, (2.0,), 0),
    ("std of a constant", lambda x: x.std(), ([3.0, 3.0, 3.0],), [0, 0, 0]),
    ("var of a constant", lambda x: x.var(), ([3.0, 3.0, 3.0],), [0, 0, 0]),
    ("where past sqrt", lambda x: ag.where(x > 0, ag.sqrt(ag.where(x > 0, x, 1.0)), x), ([-1.0, 4.0],), [1, 0.25]),
    ("where past log at 0", lambda x: ag.where(x > 1, ag.log(abs(x) + 1), 2 * x), ([0.0],), [2]),
    ("clip's ends have derivative 1", lambda x: x.clip(-1, 1), ([-1.0, 1.0, 2.0],), [1, 1, 0]),
    ("repeated index adds up", lambda x: x[np.array([0, 0, 1])], ([1.0, 2.0],), [2, 1]),
    ("mass of a mean over nothing kept", lambda x: x.sum(axis=()), ([1.0, 2.0],), [1, 1]),
]


@pytest.mark.parametrize("f, xs, expected", [c[1:] for c in CONVENTIONS], ids=[c[0] for c in CONVENTIONS])
def test_convention(f, xs, expected):
    assert gradient(f, *xs) == expected


@pytest.mark.parametrize("axes", [(-1, 0), (0, -1), (1, 0), (-2, -1)])
def test_transpose_by_negative_axes(axes):
    w = np.arange(4.0).reshape(2, 2)
    assert gradient(lambda x: x.transpose(axes) * w, np.ones((2, 2))) == np.transpose(w, np.argsort(np.mod(axes, 2)))\
        .tolist()
    assert np.shape(gradient(lambda x: x.transpose(0, -1, 1), np.ones((2, 3, 4)))) == (2, 3, 4)


@pytest.mark.parametrize("index", [(0, 0, 1), [0, 0, 1], array.array("i", [0, 0, 1]), np.uint8([0, 0, 1])], ids=repr)
def test_every_sequence_of_integers_may_repeat(index):
    for place in ((index,), (None, ..., index)):
        assert gradient(lambda x: x[place], [1.0, 2.0, 3.0]) == [2, 1, 0]      # noqa: B023


@pytest.mark.parametrize("low, high, expected", [(None, 2.0, [1, 1, 0]), (2.0, None, [0, 1, 1])])
def test_clip_on_one_side(low, high, expected):
    assert gradient(lambda x: np.clip(x, low, high), [1.0, 2.0, 3.0]) == expected


def test_concatenate_all_entries():
    assert gradient(lambda x: np.concatenate([x, 2 * x[0]], axis=None), [[1.0, 2.0], [3.0, 4.0]]) == [[3, 3], [1, 1]]


@pytest.mark.parametrize("k, n", [(0, 4), (4, 0), (0, 0)])
def test_products_of_empty_batches(k, n):
    leaves = x, w, b = [Tensor(np.ones(shape), requires_grad=True) for shape in ((2, 3, k), (k, n), (n,))]
    (ag.matmul(x, w).sum() + ag.linear(x, w, b).sum()).backward()
    assert [t.grad.shape for t in leaves] == [t.shape for t in leaves]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ["var", "std", "mean"])
def test_statistics_without_degrees_of_freedom(name):
    for shape, params in (((0,), {}), ((0, 3), {"axis": 0})):
        x = Tensor(np.zeros(shape), requires_grad=True)
        getattr(x, name)(**params).sum().backward()
        assert x.grad.shape == shape
    if name != "mean":
        assert np.isnan(gradient(lambda x: getattr(x, name)(ddof=1), [1.0])).all()


def test_zero_cotangent_stays_zero_through_a_singular_derivative():
    with np.errstate(all="ignore"):             # sqrt(-1) and log(0) are evaluated, then not taken
        assert gradient(lambda x: ag.where(x > 0, ag.sqrt(x), x), [-1.0, 4.0]) == [1, 0.25]
        assert gradient(lambda x: ag.where(x > 0, ag.log(x), 2 * x), [0.0]) == [2]
        assert gradient(lambda a: ag.where(a <= 0, ag.exp(a), 1 + a), np.float32([1000.0])) == [1]
        assert gradient(lambda x: ag.where(x > 0, 1 / x, x), [0.0]) == [1]


def test_a_cotangent_that_is_zero_by_its_value_is_differentiated_beside_a_singular_derivative():
    def f(x):                                   # the slope (√x - √2) / √x is 0 at 2, and its derivative is not
        return ag.where(x > 0, ag.square(ag.sqrt(x) - 2 ** 0.5), 0.0).sum()
    with np.errstate(all="ignore"):
        second = ag.grad(lambda x: ag.grad(f)(x).sum())(np.array([-1.0, 2.0]))
    assert np.allclose(second, [0, 0.25], rtol=1e-15)


HARD = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 1e308)
FEW_SLOPES = [op for op in REGISTRY.values() if op.jvp is ag.PIECEWISE_LINEAR]


@pytest.mark.parametrize("op", FEW_SLOPES, ids=lambda op: op.name)
def test_finitely_many_slopes_make_zero_of_zero_everywhere(op):
    xs = np.array(list(itertools.product(HARD, repeat=op.arity))).T
    with np.errstate(all="ignore"):
        y = op.kernel(*xs, **op.defaults)
        assert all((rule(np.zeros(len(y)), y, *xs, **op.defaults) == 0).all() for rule in op.vjp_rules)


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softmax, ag.log_softmax, ag.logsumexp, ag.softplus, ag.tanh, ag.gelu,
                               lambda x: ag.bce_with_logits(x, 1.0), lambda x: ag.bce_with_logits(x, 0.0),
                               lambda x: ag.softmax_cross_entropy(x.reshape(2, 2), np.array([0, 1]))])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_logits_are_finite_and_raise_no_warning(f, dtype):
    x = Tensor(np.array([1000, -1000, -1000, 1000], dtype), requires_grad=True)
    y = f(x)
    y.sum().backward()
    assert np.isfinite(y.data).all()
    assert np.isfinite(x.grad.data).all()


def test_logsumexp_of_entries_that_are_infinite():
    for x, value, derivative in (([-np.inf, -np.inf], -np.inf, [0, 0]), ([-np.inf, 2.0], 2.0, [0, 1]),
                                 ([[-np.inf, -np.inf], [0.0, 0.0]], [-np.inf, np.log(2)], [[0, 0], [0.5, 0.5]])):
        x = Tensor(x, requires_grad=True)
        y = ag.logsumexp(x, axis=-1)
        y.backward(np.ones(y.shape))
        np.testing.assert_allclose(y.data, value)
        np.testing.assert_allclose(x.grad.data, derivative)
    assert ag.logsumexp(np.array([np.inf, 1.0])) == np.inf


def test_mean_of_float16_does_not_overflow():
    x = Tensor(np.full(1000, 100.0, np.float16), requires_grad=True)        # their sum, 100 000, is inf in float16
    x.mean().backward()
    assert x.mean().item() == 100 and x.mean().dtype == x.grad.dtype == np.float16
    np.testing.assert_allclose(x.grad.data, 0.001, rtol=1e-3)


@settings(max_examples=5)
@given(st.floats(-50, 50))
def test_softmax_does_not_change_when_all_logits_move(shift):
    x = np.array([0.5, -1.0, 2.0])
    np.testing.assert_allclose(ag.softmax(x + shift), ag.softmax(x), rtol=1e-12)
