"""Arrays of other libraries that speak NumPy's protocols: forward, backward and second order where they are."""
import numpy as np
import pytest
from glass import FixedGlass, Glass, Leak, inside
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Tensor, as_tensor, grad, primitive
from autograd.check.generate.strategies import cases
from autograd.core.primitive import REGISTRY
from autograd.core.reverse import sweep
from autograd.core.values import to_host

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops")]

WRITE = {"getitem", "scatter", "concatenate", "stack", "windows", "overlap_add", "prod", "cumprod"}
"""Those that write into new memory, in their derivative or that of it: they need arrays that can be written to."""


@pytest.fixture(params=[Glass, FixedGlass])
def kind(request):
    return request.param


def is_glass(x):
    return isinstance(getattr(x, "_value", x), Glass)


# ---- the array itself: a strictness that cannot fail would prove nothing --------------------------------------------

LEAKS = [float, int, bool, len, iter, list, np.asarray, np.array, max, lambda x: 1.0 in x, lambda x: x.item(),
         lambda x: x + np.ones(2), lambda x: np.where(x > 0, np.ones(2), x), lambda x: x[np.array([0])],
         lambda x: np.array_equal(x, x), lambda x: np.concatenate([x, np.ones(1)]), lambda x: "y" if x > 0 else "n"]


@pytest.mark.parametrize("look", LEAKS)
def test_glass_refuses_to_be_looked_into(look):
    with pytest.raises((Leak, TypeError)):
        look(Glass([1.0, 2.0]))


def test_glass_has_no_other_attributes():
    with pytest.raises(AttributeError):
        Glass([1.0]).copy()


# ---- the engine ----------------------------------------------------------------------------------------------------

def test_a_tensor_holds_it_and_tells_its_form():
    x = Tensor(Glass(np.ones((2, 3), np.float32)), requires_grad=True)
    assert is_glass(x) and (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float32, 2)
    assert repr(x) == "Tensor(Glass(float32, (2, 3)), float32, requires_grad=True)"


@pytest.mark.parametrize("convert", [float, int, bool, np.asarray, lambda x: x if x > 0 else -x])
def test_a_tensor_that_holds_it_is_no_way_around(convert):
    with pytest.raises(Leak):
        convert(Tensor(Glass(2.0)))


def test_values_come_out_where_they_are_asked_for():
    x = Tensor(Glass([1.0, 2.0]))
    assert x.numpy().tolist() == x.tolist() == to_host(x).tolist() == [1, 2] and x.sum().item() == 3
    assert f"{x.sum():.1f}" == "3.0" and to_host(2.0) == 2 and to_host(np.ones(2)).tolist() == [1, 1]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_backward_starts_and_ends_in_it(shape, create_graph, kind):
    x, w = (Tensor(kind(np.full(shape, v)), requires_grad=True) for v in (2.0, 3.0))
    y = (x * w + x / w - w).sum()
    y.backward(create_graph=create_graph)
    assert all(map(is_glass, (y, x.grad, w.grad)))
    np.testing.assert_allclose(x.grad.numpy(), np.full(shape, 3 + 1 / 3), rtol=1e-15)


def test_gradients_accumulate():
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    for _ in range(2):
        (x * x + 3 * x).sum().backward()
    assert is_glass(x.grad) and x.grad.tolist() == [10, 14]


@pytest.mark.parametrize("gradient", [[1.0, 2.0], np.array([1.0, 2.0]), Glass([1.0, 2.0]), Tensor(Glass([1.0, 2.0]))])
def test_a_gradient_to_start_from(gradient):
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    (x * x).backward(gradient)
    assert is_glass(x.grad) and x.grad.tolist() == [2, 8]


@pytest.mark.parametrize("y", [lambda x: x.exp(), lambda x: 2 * x, lambda x: x + 1])
def test_an_integer_gradient_of_a_number(y):
    x = Tensor(Glass(0.0), requires_grad=True)
    y(x).backward(2)
    assert is_glass(x.grad) and x.grad.dtype == float


def test_zero_cotangents_stay_zero_beside_a_singular_derivative():
    with np.errstate(all="ignore"):
        x = Tensor(Glass([-1.0, 4.0]), requires_grad=True)
        ag.where(x > 0, ag.sqrt(x), x).sum().backward()
        second = grad(lambda x: grad(lambda x: ag.where(x > 0, ag.sqrt(x), x).sum())(x).sum())(Glass([-1.0, 4.0]))
    assert x.grad.tolist() == [1, 0.25] and inside(second).tolist() == [0, -1 / 32]


def test_gradients_of_functions():
    f = lambda x, w: (x * x * w).sum()
    g = grad(f, (0, 1))(Glass([1.0, 2.0]), Glass([3.0, 4.0]))
    assert isinstance(g[0], Glass) and inside(g[0]).tolist() == [6, 16] and inside(g[1]).tolist() == [1, 4]
    zero = grad(lambda x: Tensor(Glass(1.0), requires_grad=True) * 1)(Glass([1.0]))
    assert isinstance(zero, Glass) and inside(zero).tolist() == [0]


def test_operators_with_it_on_either_side():
    x, a = Tensor(Glass([1.0, 2.0]), requires_grad=True), Glass([3.0, 4.0])
    for y in (x * a, a * x, 2 * x, x * np.float64(2), x * np.array(2.0), np.multiply(a, x)):
        y.sum().backward()
        assert isinstance(y, Tensor) and is_glass(y)
    assert x.grad.tolist() == [15, 18] and (x == a).dtype == bool and is_glass(x == a)


def test_functions_outside_the_graph():
    x = Tensor(Glass([[1.0, 2.0]]), requires_grad=True)
    for y in (np.zeros_like(x), np.isclose(x, x), x.argsort(), np.any(x), x.astype(int)):
        assert isinstance(y, Tensor) and is_glass(y)


def test_indices_are_glass_too():
    x = Tensor(Glass([1.0, 2.0, 3.0]), requires_grad=True)
    x[Glass([0, 0, 2])].sum().backward()
    x[Tensor(Glass([True, False, False]))].sum().backward()
    assert is_glass(x.grad) and x.grad.tolist() == [3, 0, 1]
    with pytest.raises(Leak):
        x[np.array([0, 1])]


def test_a_borrowed_array_may_change_after_it_was_used():
    x, a = Tensor(Glass([1.0, 2.0]), requires_grad=True), Glass([3.0, 4.0])
    y = (x * as_tensor(a) + x * a).sum()
    a *= 100
    y.backward()
    assert x.grad.tolist() == [6, 8]


def test_what_data_gives_may_be_written_to():
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    y = (x * x).sum()
    for seen in (x.data, x.detach().data):
        seen *= 100
    y.backward()
    assert x.grad.tolist() == [2, 4]


def test_a_leaf_is_assigned_by_value():
    x, a = Tensor([1.0, 2.0], requires_grad=True), Glass([3.0, 4.0])
    x.assign(a)
    a *= 100
    assert is_glass(x) and x.tolist() == [3, 4]
    with ag.no_grad():
        x -= 1
    assert is_glass(x) and x.tolist() == [2, 3]


def test_a_leaf_to_be_written_in_place_is_a_copy():
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    view, w = x.reshape(1, 2), x.writable()
    w *= 100
    assert view.tolist() == [[1, 2]]


def test_anomaly_mode_looks_for_nan():
    with ag.detect_anomaly(), np.errstate(all="ignore"), pytest.raises(ag.AnomalyError, match="log gave nan"):
        ag.log(Tensor(Glass([-1.0]), requires_grad=True))


def test_an_op_of_a_user():
    cube = primitive(vjp=(lambda g, y, x: g * 3 * x ** 2,), name="cube_of_glass")(lambda x: x ** 3)
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    cube(x).sum().backward()
    assert is_glass(x.grad) and x.grad.tolist() == [3, 12]


def test_copies_of_a_tensor():
    import copy
    x = copy.deepcopy(Tensor(Glass([1.0, 2.0]), requires_grad=True))
    assert is_glass(x) and x.tolist() == [1, 2]


def test_an_op_of_a_user_that_writes_into_what_it_is_given_changes_nothing():
    kept = []

    def doubled(x):
        kept.append(x)
        x *= 2
        return x
    op = primitive(vjp=(lambda g, y, x: g * 2,), name="doubles_glass")(doubled)
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    y = op(x)
    kept[0] *= 100
    assert x.tolist() == [1, 2] and y.tolist() == [2, 4]


def test_an_op_of_several_outputs():
    parts = primitive(vjp=(lambda g, y, x: sum(c * d for c, d in zip(g, (1, 2 * x), strict=True) if c is not None),),
                      outputs=("x", "square"), name="powers_of_glass")(lambda x: (+x, x * x))
    x = Tensor(Glass([1.0, 2.0]), requires_grad=True)
    same, square = parts(x)
    (same * square).sum().backward()
    assert is_glass(x.grad) and x.grad.tolist() == [3, 12]


# ---- every op ------------------------------------------------------------------------------------------------------

def everything(op, case, make, seed):
    """Value, first derivatives without and with a graph, and second ones, on arrays that `make` makes."""
    rng = np.random.default_rng(seed)
    xs = [Tensor(make(np.asarray(x)), requires_grad=np.asarray(x).dtype.kind == "f") for x in case.inputs]
    params = {name: make(v) if isinstance(v, np.ndarray | tuple) else v for name, v in case.params.items()}
    y = op(*xs, **params)
    parts = list(y) if op.several else [y]
    if not op.differentiable:
        return parts

    def like(x):
        return Tensor(make(np.asarray(rng.uniform(0.5, 2, x.shape), x.dtype)))
    if op.several:
        y = sum((part * like(part)).sum() for part in parts)
    xs, g = [x for x in xs if x.requires_grad], like(y)
    first, graph = sweep(y, g._value), sweep(y, g, create_graph=True)
    total = sum((graph[x] * like(x)).sum() for x in xs)
    second = sweep(total, like(total)._value) if total.requires_grad else {}
    return [*parts, *(grads[x] for grads in (first, graph, second) for x in xs if x in grads)]


@pytest.mark.parametrize("op, kind", [(op, kind) for op in OPS for kind in (Glass, FixedGlass)
                                      if kind is Glass or op.name not in WRITE], ids=lambda x: x.__name__)
def test_every_op_gives_what_it_gives_of_numpys_arrays_to_the_last_digit(op, kind):
    @given(cases(op, layout=st.just("C")), st.integers(0, 99))
    def check(case, seed):
        expected = everything(op, case, lambda x: x, seed)
        found = everything(op, case, kind_of(kind), seed)
        assert len(found) == len(expected)
        exact = all(np.ndim(inside(y)) for y in (*case.inputs, *expected))      # numbers go through Python's math
        for y, e in zip(found, expected, strict=True):
            assert type(getattr(y, "_value", y)) is kind
            y, e = np.asarray(inside(y)), np.asarray(inside(e))
            assert (y.shape, y.dtype) == (e.shape, e.dtype)
            np.testing.assert_allclose(y, e, rtol=0 if exact else 1e-13, atol=0 if exact else 1e-14)
    check()


def kind_of(kind):
    return lambda x: tuple(map(kind_of(kind), x)) if isinstance(x, tuple) else kind(x) \
        if isinstance(x, np.ndarray) and (x.ndim or x.dtype.kind != "i") else x


# ---- another library, for real: Dask's arrays know fewer functions than NumPy's -------------------------------------

def test_dask_trains_a_network_and_gives_numpys_losses():
    array = pytest.importorskip("dask.array")
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(8, 3)), rng.integers(0, 2, 8)

    def training(wrap):
        model = nn.MLP([3, 4, 2], "tanh", norm="layer", rng=0)
        for p in model.parameters():
            p.assign(wrap(p.numpy()))
        history = nn.fit(model, [(wrap(x), wrap(t))], nn.cross_entropy_loss, nn.Adam(model.parameters(), lr=0.1), 3,
                         rng=0, clip_norm=1.0, progress=False)
        return history["loss"], model.parameters()
    expected, _ = training(np.asarray)
    found, parameters = training(lambda a: array.from_array(a, chunks=4))
    assert all(isinstance(p.data, array.Array) for p in parameters)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


# ---- what is not taken ---------------------------------------------------------------------------------------------

class WithoutProtocols:
    """As PyTorch's and JAX's arrays are, and those of the array API standard."""
    shape, dtype, device = (2,), np.dtype(float), "gpu:0"

    def __dlpack__(self):
        raise AssertionError

    def __array__(self, dtype=None, copy=None):
        return np.ones(2)


@pytest.mark.parametrize("take", [Tensor, as_tensor, lambda a: Tensor([1.0, 2.0]) * as_tensor(a), ag.exp,
                                  lambda a: np.multiply(Tensor([1.0, 2.0]), a)])
def test_arrays_without_the_protocols_are_refused(take):
    with pytest.raises(TypeError, match=r"WithoutProtocols is an array without NumPy's protocols.*np\.asarray\(x\)"):
        take(WithoutProtocols())


@pytest.mark.parametrize("x", [object(), {1.0}, lambda: 1.0])
def test_plain_objects_are_refused(x):
    with pytest.raises(TypeError, match="real numbers"):
        Tensor(x)
