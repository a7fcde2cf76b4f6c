"""What `compile` promises besides numbers: state is never stale, errors name the line, nothing is half-changed."""
import operator

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, grad
from autograd.compile import TraceError, compile

X = np.arange(6.0).reshape(2, 3)


def twice(f, *args):
    """The results of the call that runs as usual, and of the one that runs compiled."""
    return f(*args), f(*args)


def test_package_and_function_are_one():
    assert autograd.compile(lambda x: x + 1)(np.float64(1)) == 2


def test_arrays_numbers_and_containers_go_in_and_out():
    f = compile(lambda data, k: {"sum": data["a"] + data["b"][0] * k, "pair": (data["a"] * 2, "text")})
    for result in twice(f, {"a": X, "b": [X]}, 3.0):
        assert (result["sum"] == 4 * X).all() and (result["pair"][0] == 2 * X).all() and result["pair"][1] == "text"


@pytest.mark.parametrize("f, expected", [
    (lambda x: grad(lambda v: (v ** 3).sum())(x), 3 * X ** 2),
    (lambda x: grad(lambda u: grad(lambda v: (v ** 3).sum())(u).sum())(x), 6 * X)], ids=["first", "second"])
def test_gradients_inside(f, expected):
    for result in twice(compile(f), X):
        np.testing.assert_allclose(result, expected, rtol=1e-15)


def test_a_number_as_argument_is_no_constant():
    f = compile(lambda x, k: x * k)
    assert [f(X, k)[1, 2] for k in (1.0, 2.0, 3.0)] == [5.0, 10.0, 15.0]


def test_other_shapes_get_programs_of_their_own():
    f = compile(lambda x: x.sum())
    assert [f(X[:, :n]) for n in (3, 3, 2, 1, 2)] == [15.0, 15.0, 8.0, 3.0, 8.0]


def test_an_assigned_or_replaced_tensor_is_never_stale():
    model = nn.Linear(3, 1, rng=0)
    f = compile(lambda x: model(x))
    f(X), f(X)
    model.weight.assign(np.ones((3, 1)))
    assert (f(X).data == X.sum(1, keepdims=True) + model.bias.data).all()
    model.weight = nn.Parameter(np.ones((3, 1)) * 2)
    assert (f(X).data == 2 * X.sum(1, keepdims=True) + model.bias.data).all()


def test_an_attribute_of_an_object_without_a_dict_is_never_stale():
    class Slotted:
        __slots__ = ("array", "number")

    held = Slotted()
    held.array, held.number = np.ones(3), 1.0
    f = compile(lambda x: np.exp(held.array) * x * held.number)
    for k in range(1, 4):
        held.array[:] = k
        held.number = float(k)
        np.testing.assert_array_equal(f(np.ones(3)), np.exp(held.array) * k)
    held.array = np.zeros(3)
    np.testing.assert_array_equal(f(np.ones(3)), np.full(3, 3.0))


GLOBAL_MODEL = nn.Linear(3, 1, rng=0)
GLOBAL_OPTIMIZER = nn.SGD(GLOBAL_MODEL.parameters(), lr=0.1)


@compile
def step(x):
    """Named as the method that it calls."""
    GLOBAL_OPTIMIZER.zero_grad()
    loss = (GLOBAL_MODEL(x) ** 2).sum()
    loss.backward()
    GLOBAL_OPTIMIZER.step()
    return loss


@compile
def outer(x):
    return step(x) * 2


def test_a_function_named_as_an_attribute_it_calls_is_traced_once(recwarn):
    for f in (step, outer):
        for _ in range(20):
            f(X)
    assert not recwarn.list


def test_a_number_that_changes_is_read_again():
    class Scale:
        factor = 1.0
    scale = Scale()
    scale.factor = 2.0
    f = compile(lambda x: x * scale.factor)
    f(X), f(X)
    scale.factor = 5.0
    assert f(X)[1, 2] == 25.0


def test_a_number_that_the_function_counts():
    counter = {"n": 0}

    def f(x):
        counter["n"] += 1
        return x * counter["n"]
    g = compile(f)
    assert [g(X)[1, 2] for _ in range(4)] == [5.0, 10.0, 15.0, 20.0] and counter["n"] == 4


def test_a_branch_on_a_number_is_taken_anew_when_it_changes():
    f = compile(lambda x, k: x + 1 if k > 0 else x - 1)
    assert [f(X, k)[0, 0] for k in (1, 1, -1, 1, -1)] == [1.0, 1.0, -1.0, 1.0, -1.0]


@pytest.mark.parametrize("kind", [list, tuple])
def test_an_array_that_is_changed_in_place_is_seen(kind):
    held = kind([np.ones(3), np.ones(3)])

    def f(x):
        return x * (held[0] + held[1] * 2)
    g = compile(f)
    g(X), g(X)
    held[0][:] = 5
    held[1][:] = 7
    assert (g(X) == X * 19).all()


def test_an_array_of_another_shape_in_its_place_is_seen():
    held = {"a": np.ones((1, 3))}
    f = compile(lambda x: x + held["a"])
    f(X), f(X)
    held["a"] = np.full((2, 1), 2.0)
    assert (f(X) == X + 2).all()


def test_a_tensor_that_needs_no_gradient_any_more_stays_as_it_is():
    w, v = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    optimizer = nn.SGD([w, v], lr=0.5)

    def step():
        optimizer.zero_grad()
        (w * v).sum().backward()
        optimizer.step()
    f = compile(step)
    f(), f()
    w.requires_grad = False
    before = w.data.copy()
    f()
    assert (w.data == before).all()


def test_a_model_may_change_its_dtype():
    model = nn.Linear(3, 2, rng=0)
    f = compile(lambda x: model(x))
    f(X), f(X)
    model.astype(np.float32)
    assert f(X.astype(np.float32)).dtype == np.float32 and f(X).dtype == np.float64


def test_evaluation_and_training_differ():
    layer = nn.Dropout(0.5, rng=0)
    f = compile(lambda x: layer(x))
    f(X), f(X)
    layer.eval()
    assert (f(X).data == X).all()


def test_what_data_gave_out_does_not_change_with_the_next_step():
    w = Tensor([1.0, 2.0], requires_grad=True)
    optimizer = nn.SGD([w], lr=0.25)

    def step():
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()
    f = compile(step)
    f(), f()
    seen, gradient = w.data, w.grad
    before, slope = seen.copy(), gradient.data.copy()
    f()
    assert (seen == before).all() and (gradient.data == slope).all() and (w.data != before).any()


@pytest.mark.parametrize("f, told", [
    (lambda x: x + 1 if x.sum() > 0 else x, "a branch on a value"),
    (lambda x: x * float(x[0, 0]), "float"),
    (lambda x: x[x > 0], "indexing by a mask"),
    (lambda x: [v + 1 for v in x], "iteration"),
    (lambda x: np.nonzero(x), "depends on values")], ids=["branch", "float", "mask", "iteration", "nonzero"])
def test_what_asks_for_values_is_named_with_its_line(f, told):
    g = compile(f)
    g(X)
    with pytest.raises(TraceError, match=told) as caught:
        g(X)
    assert "test_function.py:" in str(caught.value)


def test_a_trace_that_fails_leaves_everything_as_it_was():
    w = Tensor([1.0, 2.0], requires_grad=True)

    def step(x):
        w.grad = None
        (w * x).sum().backward()
        w.assign(w.data * 2)
        return float(w.sum()) if x.shape else x

    f = compile(step)
    f(np.ones(2))
    before, slope = w.data.copy(), w.grad.data.copy()
    with pytest.raises(TraceError):
        f(np.ones(2))
    assert (w.data == before).all() and (w.grad.data == slope).all()


def test_a_part_that_is_read_after_a_write_shows_it():
    def f(x):
        y = np.zeros_like(x)
        part = y[0]
        y[0] = x[0]
        return part + 0
    for result in twice(compile(f), X):
        np.testing.assert_array_equal(result, X[0])


def test_other_views_are_not_read_after_a_write():
    def f(x):
        y = np.zeros_like(x)
        column = y.reshape(-1)
        y[0] = x[0]
        return column + 0
    g = compile(f)
    g(X)
    with pytest.raises(TraceError, match="changed in place"):
        g(X)


def test_the_source_can_be_read():
    f = compile(lambda x: np.exp(x) * 2)
    with pytest.raises(RuntimeError, match="call it twice"):
        f.source  # noqa: B018
    twice(f, X)
    assert f.source.startswith("def step(x0):\n    np.exp(x0, out=b0)  # (2, 3)\n")


@pytest.mark.parametrize("name", ["import os\nos.abort()", "class", "x0", "np", "b0", "ſtep", "'\"", "", "1a"])
def test_names_of_users_are_only_names(name):
    holder = {name: Tensor([1.0, 2.0], name=name, requires_grad=True)}
    f = compile(lambda x: holder[name] * x)
    for result in twice(f, X[:, :2]):
        assert (result.data == [[0, 2], [3, 8]]).all()
    assert f.source.isascii() and "abort()" not in f.source


def test_threads_may_call_one_function(in_threads):
    f, found = compile(lambda x: np.exp(x) - x), []
    f(X), f(X)
    in_threads(lambda: found.append((f(X) == np.exp(X) - X).all()))
    assert found and all(found)


def test_something_else_than_a_function_is_refused():
    with pytest.raises(TypeError, match="compile takes a function"):
        compile(3)


# ---- updates --------------------------------------------------------------------------------------------------------

def test_a_nan_that_only_an_update_would_show_takes_the_careful_way():
    x = np.array([-1.0, 1.0, 1.0])

    def learn(w, x):
        slope = grad(lambda w: autograd.where(x > 0, autograd.sqrt(w), 0.0).sum())(w)
        with autograd.no_grad():
            w.assign(w - 0.1 * slope)

    usual, twin = (Tensor([0.0, 1.0, 4.0], requires_grad=True) for _ in range(2))
    f = compile(lambda x: learn(twin, x))
    with np.errstate(all="ignore"):
        for _ in range(3):
            learn(usual, x), f(x)
    np.testing.assert_array_equal(twin.data, usual.data)


def test_values_that_change_places_are_read_before():
    a, b = Tensor(np.zeros(3), requires_grad=True), Tensor(np.arange(3.0), requires_grad=True)

    def swap():
        old = a.detach()
        a.assign(b.detach())
        b.assign(old)
    f = compile(swap)
    for i in range(4):
        f()
        assert (a.data == np.arange(3.0) * (i % 2 == 0)).all() and (b.data == np.arange(3.0) * (i % 2)).all()


@pytest.mark.parametrize("view", [lambda w: w.detach(), lambda w: w.detach().reshape(3, 1)], ids=["itself", "view"])
def test_an_old_value_that_comes_out_is_the_old_one(view):
    w = Tensor(np.zeros(3), requires_grad=True)

    def count():
        before = view(w)
        with autograd.no_grad():
            w.assign(w + 1)
        return before
    f = compile(count)
    assert [f().data.ravel()[0] for _ in range(4)] == [0, 1, 2, 3]


def test_what_an_optimiser_remembers_is_updated_in_place():
    model = nn.Linear(3, 2, rng=0)
    optimizer = nn.Adam(model.parameters())

    @compile
    def step(x):
        optimizer.zero_grad()
        (model(x) ** 2).sum().backward()
        optimizer.step()
    step(X), step(X)
    first, second = optimizer.state[0]
    step(X)
    assert optimizer.state[0][0] is first and optimizer.state[0][1] is second
    assert "copyto" not in step.source


def test_explain_tells_calls_memory_and_work():
    f = compile(lambda x: (x @ x.T).sum())
    f(X), f(X)
    assert "2 NumPy calls, and 1 views" in f.explain()
    assert "28 floating-point operations, 86 % in products" in f.explain()              # 2 · 2 · 2 · 3 and a sum of 4


# ---- arrays that the function changes in place ---------------------------------------------------------------------

class Holder:
    """State of a user."""

    def __init__(self):
        self.a, self.b = np.zeros(3), np.zeros((2, 3))


def written(state, x):
    state.a[0] = x
    state.a += 1
    np.add.at(state.a, [1], 2.0)
    state.b[0] += x
    state.b[:, 0] -= 0.5
    return state.a * 1


def written_through_a_view(state, x):
    row = state.b[1:]
    row *= 2
    row += x
    state.b[1] -= 1
    return row * 1


def replaced(state, x):
    state.a = state.a + x
    return state.a


@pytest.mark.parametrize("change", [written, written_through_a_view, replaced])
def test_changes_of_arrays_are_those_of_the_function(change):
    usual, twin = Holder(), Holder()
    old, program = (usual.a, twin.a), compile(lambda x: change(twin, x))
    for x in (1.0, 2.0, 3.0):
        np.testing.assert_array_equal(program(x), change(usual, x))
    for a, b in ((usual.a, twin.a), (usual.b, twin.b), old):
        np.testing.assert_array_equal(a, b)


def test_an_array_found_at_two_places_is_one():
    state = Holder()
    other = state.a
    f = compile(lambda x: (written(state, x), other * 1)[1])
    for x in (1.0, 2.0, 3.0):
        np.testing.assert_array_equal(f(x), state.a)


def test_an_argument_is_changed_as_the_function_changes_it():
    def clear(x):
        x[:, 0] = 7.0
    f = compile(clear)
    f(X.copy())
    x = X.copy()
    f(x)
    assert (x[:, 0] == 7).all() and (x[:, 1:] == X[:, 1:]).all()


def test_a_write_into_memory_known_under_two_names_is_refused():
    state = Holder()
    part = state.a[:1]
    f = compile(lambda x: (written(state, x), part * 1)[1])
    f(1.0)
    with pytest.raises(TraceError, match="shares memory"):
        f(1.0)


@pytest.mark.parametrize("x", [np.ones((2, 3)), np.ones(3, np.complex128)], ids=["shape", "dtype"])
def test_in_place_what_does_not_fit_is_refused(x):
    state = Holder()
    f = compile(lambda x: state.__setattr__("a", operator.iadd(state.a, x)))
    f(np.ones(3))
    with pytest.raises(ValueError, match="in place"):
        f(x)
