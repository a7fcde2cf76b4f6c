"""The Tensor itself: data in and out, dtypes, identity, copies, repr."""
import copy
import pickle

import numpy as np
import pytest

from autograd import (
    GraphError,
    Tensor,
    as_tensor,
    bce_with_logits,
    matmul,
    maximum,
    mean,
    mean_cross_entropy,
    no_grad,
    relu,
    sigmoid,
    where,
)
from nn import MLP, SGD


def leaf(value, **kwargs):
    return Tensor(value, requires_grad=True, **kwargs)


def test_tensor_copies_and_as_tensor_does_not():
    a = np.ones(3)
    assert not np.shares_memory(Tensor(a).data, a)
    assert np.shares_memory(as_tensor(a).data, a)
    t = Tensor(a)
    assert as_tensor(t) is t


def test_data_is_a_read_only_array_also_for_scalars():
    for t in (Tensor(2.0), Tensor([1.0]), leaf(2.0) * 3, Tensor(np.float32(1))):
        assert isinstance(t.data, np.ndarray) and not t.data.flags.writeable and t.data.shape == t.shape


def test_numpy_is_a_copy_of_ones_own():
    t = Tensor([1.0, 2.0])
    a = t.numpy()
    a[:] = 9
    assert t.tolist() == [1, 2]


def test_item_and_python_numbers():
    assert Tensor([[3.0]]).item() == 3 and float(Tensor(2.5)) == 2.5 and int(Tensor(2.5)) == 2
    assert [10, 20, 30][Tensor(1)] == 20 and f"{Tensor(1 / 3):.2f}" == "0.33" and bool(Tensor(0.0)) is False
    with pytest.raises(ValueError):
        Tensor([1.0, 2.0]).item()
    with pytest.raises(ValueError):
        bool(Tensor([1.0, 2.0]))


def test_scalars_are_python_floats_inside():
    x = leaf(2.0)
    y = (x * 3 + 1).tanh() / 2 - x ** 2
    assert type(y._value) is float and y.shape == () and y.dtype == np.float64


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_float32_stays_float32_in_values_and_gradients(shape):
    x = leaf(np.full(shape, 0.5), dtype=np.float32)
    y = mean(sigmoid(x * 0.5 + 1) / 3 - 2 * relu(x) ** 2 + Tensor(0.5) * x + np.float64(0.5))
    y.backward()
    assert y.dtype == np.float32 and x.grad.dtype == np.float32


def test_mixed_precision_gives_each_input_its_own_dtype():
    x, w = leaf(np.ones((2, 3)), dtype=np.float32), leaf(np.ones((3, 2)))
    y = matmul(x, w).sum()
    y.backward()
    assert y.dtype == np.float64 and x.grad.dtype == np.float32 and w.grad.dtype == np.float64


def test_mixed_precision_with_a_scalar_result():
    a, b = np.array([0.1, 0.2], np.float32), np.array([1 / 3, 2 / 3])
    x, w = leaf(a), leaf(b)
    (x @ w).backward(0.1)
    assert x.grad.dtype == np.float32 and w.grad.dtype == np.float64
    assert np.array_equal(w.grad.data, 0.1 * a.astype(float))                   # not rounded to float32 on the way
    logit = leaf(0.3)
    bce_with_logits(logit, a[0]).backward()
    assert logit.grad.item() == pytest.approx(1 / (1 + np.exp(-0.3)) - 0.1)


def test_integers_cannot_require_grad():
    for bad in ([1, 2], 3, True, np.arange(3)):
        with pytest.raises(TypeError, match=r"1\.0 instead of 1|dtype=float"):
            Tensor(bad, requires_grad=True)
    assert Tensor([1, 2], requires_grad=True, dtype=float).dtype == np.float64
    t = Tensor([1, 2])
    with pytest.raises(TypeError):
        t.requires_grad = True
    assert not t.requires_grad


@pytest.mark.parametrize("bad", [1j, "text", [None], [object()], "3", None])
def test_data_that_is_not_real_numbers_is_refused(bad):
    x = leaf(np.ones(np.shape(bad)))
    for take in (Tensor, lambda data: Tensor(data, dtype=float), x.assign):
        with pytest.raises(TypeError, match="real numbers"):
            take(bad)
    assert np.all(x.data == 1)


@pytest.mark.parametrize("wrong", [
    lambda x: x * np.ones(4), lambda x: maximum(x, "text"), lambda x: where(x, 1.0, 2.0),
    lambda x: mean_cross_entropy(x.reshape(1, 3), [3]), lambda x: mean_cross_entropy(x.sum(), 0)],
    ids=["shapes", "text", "not differentiable", "label out of range", "logits that are a number"])
def test_an_error_about_plain_operands_shows_no_error_of_ours_behind_it(wrong):
    with pytest.raises((TypeError, ValueError)) as caught:
        wrong(leaf(np.ones(3)))
    shown, error = [caught.value], caught.value
    while error := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
        shown.append(error)
    assert all(e.__cause__ is shown[i + 1] for i, e in enumerate(shown[:-1]))


@pytest.mark.parametrize("value", [2.0, [2.0, 3.0]])
def test_foreign_byte_order_is_turned(value):
    x = leaf(np.array(value, ">f8"))
    (x * x).sum().backward() if np.ndim(value) else (x * x).backward()
    assert x.dtype == np.float64 == x.grad.dtype and Tensor(value, dtype=">f4").dtype == np.float32


def test_a_masked_array_is_refused_rather_than_stripped_of_its_mask():
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    for take in (Tensor, as_tensor, lambda a: leaf([1.0, 2.0]) * a):
        with pytest.raises(TypeError, match=r"mask.*filled\(value\)"):
            take(masked)


def test_a_list_of_tensors_points_to_stack():
    for take in (Tensor, np.array, np.sum):
        with pytest.raises(TypeError, match="stack"):
            take([leaf(1.0), leaf(2.0)])


def test_assign_checks_shape_and_leafness_and_keeps_dtype():
    x = leaf([1.0, 2.0], dtype=np.float32)
    with pytest.raises(ValueError, match=r"\(3,\)"):
        x.assign([1, 2, 3])
    x.data = [5, 6]
    assert x.dtype == np.float32 and x.tolist() == [5, 6]
    with pytest.raises(GraphError, match="computed"):
        (x * 2).assign([0, 0])


def test_immutable_item_assignment_names_the_way_out():
    t = leaf([1.0, 2.0])
    with pytest.raises(TypeError, match=r"where.*concatenate"):
        t[0] = 5


def test_augmented_assignment_of_a_computed_tensor_rebinds():
    x = leaf([1.0, 2.0])
    y = z = x * 1
    y += 1
    assert y is not z and z.tolist() == [1, 2] and y.op.name == "add"


def add(x, w):
    x += w


def subtract(x, w):
    x -= w


def multiply(x, w):
    x *= w


def divide(x, w):
    x /= w


def power(x, w):
    x **= w


def floor_divide(x, w):
    x //= w


def remainder(x, w):
    x %= w


IN_PLACE = [(add, 3.0), (subtract, -1.0), (multiply, 2.0), (divide, 0.5), (power, 1.0), (floor_divide, 0.0),
            (remainder, 1.0)]


@pytest.mark.parametrize("value", [1.0, [1.0, 1.0], np.float32([1, 1])])
@pytest.mark.parametrize("update,expected", IN_PLACE)
def test_under_no_grad_an_in_place_update_assigns_a_leaf(value, update, expected):
    x = leaf(value)
    dtype = x.dtype
    with no_grad():
        update(x, np.full(np.shape(value), 2.0))
    assert np.all(x.data == expected)
    assert x.dtype == dtype
    assert x.requires_grad and x.is_leaf


@pytest.mark.parametrize("update", [update for update, _ in IN_PLACE])
def test_where_ops_are_recorded_an_in_place_update_of_a_leaf_names_the_remedy(update):
    x = leaf([1.0, 2.0])
    with pytest.raises(TypeError, match=r"with no_grad\(\)"):
        update(x, 2.0)
    assert x.tolist() == [1, 2]


def test_the_update_of_every_tutorial_trains():
    w = leaf([1.0, 2.0])
    for _ in range(50):
        (w * w).sum().backward()
        with no_grad():
            w -= 0.1 * w.grad
        w.grad = None
    assert np.all(np.abs(w.data) < 1e-4)


def test_an_in_place_update_of_another_shape_changes_nothing():
    x = leaf([1.0, 2.0])
    with no_grad(), pytest.raises(ValueError, match="shapes must be equal"):
        x += np.ones((2, 2))
    assert x.tolist() == [1, 2]


@pytest.mark.parametrize("update", [update for update, _ in IN_PLACE])
def test_an_in_place_update_of_data_names_the_remedy(update):
    with pytest.raises(ValueError, match=r"no_grad\(\): x -= step"):
        update(leaf([1.0, 2.0]).data, 1.0)


def test_what_is_computed_from_data_is_an_ordinary_array():
    data = leaf([1.0, 2.0]).data
    for a in (data + 1, np.exp(data), data.sum(), data.max(axis=0), data @ data):
        assert type(a) in (np.ndarray, np.float64)
    copied = data.copy()
    copied += 1
    copied[0] = 5
    assert copied.tolist() == [5, 3] and repr(data) == "array([1., 2.])"


def test_identity_hash_and_membership():
    a, b, c = Tensor([1.0, 2.0]), Tensor([1.0, 3.0]), Tensor([1.0, 2.0, 3.0])
    assert len({a, b, a}) == 2 and {a: 1}[a] == 1
    assert a in [b, c, a] and a not in [b, c]
    assert (a == b).tolist() == [True, False] and (a != b).tolist() == [False, True]
    assert (a != c) and bool(a == c) is False


def test_comparisons_are_tensors_outside_the_graph():
    x = leaf([1.0, 2.0])
    for y in (x > 1, x >= 1, x < 1, x <= 1, x == 1, x != 1, (x > 1) & (x < 3), (x > 1) | (x < 3), ~(x > 1)):
        assert isinstance(y, Tensor) and y.dtype == bool and not y.requires_grad


def test_pickle_and_deepcopy_of_leaves_keep_value_grad_and_name():
    x = leaf([1.0, 2.0], name="w")
    (x * x).sum().backward()
    for y in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert y.tolist() == [1, 2] and y.requires_grad and y.name == "w" and y.grad.tolist() == [2, 4]
        y.assign([0, 0])
    assert x.tolist() == [1, 2]


def test_a_computed_tensor_is_copied_as_its_value():
    y = leaf(2.0) * 3
    for z in (copy.deepcopy(y), copy.copy(y), pickle.loads(pickle.dumps(y))):
        assert z.item() == 6 and z.is_leaf and not z.requires_grad


def test_models_and_optimisers_are_copied_after_training():
    rng = np.random.default_rng(0)
    model = MLP([2, 3, 1], rng=rng)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    model.last = mean(model(rng.normal(size=(4, 2))) ** 2)              # a module that keeps a graph tensor
    model.last.backward()
    optimizer.step()
    for again in (copy.deepcopy((model, optimizer)), pickle.loads(pickle.dumps((model, optimizer)))):
        twin, twin_optimizer = again
        for p, q in zip(model.parameters(), twin.parameters(), strict=True):
            assert q is not p and np.array_equal(p.data, q.data)
        before = [p.numpy() for p in model.parameters()]
        twin_optimizer.step()
        assert all(np.array_equal(a, p.data) for a, p in zip(before, model.parameters(), strict=True))
        assert any(not np.array_equal(a, q.data) for a, q in zip(before, twin.parameters(), strict=True))


def test_repr_shows_value_dtype_op_and_name():
    x = leaf(2.0, name="x")
    assert repr(x) == "Tensor(2.0, requires_grad=True, name='x')"
    assert repr(x * 3) == "Tensor(6.0, op=multiply)"
    assert repr(Tensor([1.0, 2.0], dtype=np.float32)) == "Tensor([1. 2.], float32)"


def test_setting_grad_is_verified():
    x = leaf([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(3,\)"):
        x.grad = np.ones(3)
    for g in ([1, 2], Tensor([1, 2]), Tensor([1, 2], dtype=np.float32)):
        x.grad = g
        assert x.grad.tolist() == [1, 2] and x.grad.dtype == np.float64


def test_len_iter_contains():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2 and [row.tolist() for row in x] == [[1, 2], [3, 4]] and 3.0 in x and Tensor(3.0) in x
    with pytest.raises(TypeError, match="0-d"):
        len(Tensor(1.0))
