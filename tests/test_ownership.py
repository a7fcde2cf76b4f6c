"""Who may write to which array: each row of the table in `autograd.core.ownership`, and breaking a row is noticed."""
import itertools
import weakref

import numpy as np
import pytest

from autograd import Tensor, as_tensor, grad, no_grad, primitive
from autograd.core import ownership
from autograd.core.ownership import freeze
from nn import MLP, SGD, BatchNorm1d, Conv2d, LayerNorm, Linear, LSTMCell, RNNCell, mse_loss


def leaf(value, **kwargs):
    return Tensor(value, requires_grad=True, **kwargs)


def change(x):
    memory = x.writable()
    memory += 1


def test_what_we_made_is_written_in_place():
    x = leaf([1.0, 2.0])
    memory = x._value
    change(x)
    assert x._value is memory


def tracked(x):
    x.requires_grad = True
    return x


LOOKS = {"data": lambda x: x.data, "detach": Tensor.detach, "a slice of data": lambda x: x.data[:],
         "data of detach": lambda x: x.detach().data, "a view": lambda x: x[:], "a view of a view": lambda x: x[:][:],
         "data of a view": lambda x: x[:].data, "detached view": lambda x: x.reshape(2, 1).detach(), "T": lambda x: x.T,
         "unrecorded view": no_grad()(lambda x: x[:]), "data of an unrecorded view": no_grad()(lambda x: x[:].data),
         "unrecorded view of a view": no_grad()(lambda x: x[:][:]),
         "unrecorded view of recorded ones": lambda x: no_grad()(lambda view: view[:])(x[:][:]),
         "views of views, the inner ones gone": no_grad()(lambda x: x.T.reshape(2, 1).T[0]),
         "astype to its own dtype": lambda x: x.astype(float),
         "unrecorded astype to its own dtype": no_grad()(lambda x: x.astype(float)),
         "view of a view that came to require grad": lambda x: tracked(no_grad()(lambda: x[:])())[:],
         "its unrecorded view": lambda x: no_grad()(lambda view: view[:])(tracked(no_grad()(lambda: x[:])()))}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_what_is_seen_from_elsewhere_keeps_its_value(look):
    x = leaf([1.0, 2.0])
    seen = look(x)
    change(x)
    assert np.ravel(seen.tolist()).tolist() == [1, 2]
    assert x.tolist() == [2, 3]


@pytest.mark.parametrize("make", [Tensor.detach, no_grad()(lambda x: x[:])])
def test_what_was_taken_from_a_leaf_may_be_updated_itself(make):
    x = leaf([1.0, 2.0])
    twin = make(x)
    twin.requires_grad = True
    change(twin)
    assert x.tolist() == [1, 2]


def test_a_view_of_a_freed_view_keeps_its_value():
    x = leaf([1.0, 2.0])
    view = x[:]
    view.sum().backward(retain_graph=False)
    again = view[:]
    del view
    change(x)
    assert again.tolist() == [1, 2]


def test_a_tensor_that_comes_to_require_grad_may_have_views_already():
    x = Tensor([1.0, 2.0])
    view = x[:]
    x.requires_grad = True
    change(x)
    assert view.tolist() == [1, 2]


def test_a_long_chain_of_views_costs_the_same_per_view():
    """Each one walked back to the leaf: 20 000 took 20 s."""
    x = leaf([1.0, 2.0])
    last = x
    for _ in range(20_000):
        last = last[:]
    change(x)
    assert last.tolist() == [1, 2]


def test_a_view_that_is_gone_costs_no_copy():
    x = leaf([1.0, 2.0])
    memory, view = x._value, x[:]
    del view
    change(x)
    assert x._value is memory


@pytest.mark.parametrize("read_only", [False, True])
def test_what_a_caller_hands_in_is_copied_when_a_graph_depends_on_it(read_only):
    buffer = np.array([3.0, 4.0])
    buffer.flags.writeable = not read_only
    x = leaf([1.0, 2.0])
    y = (x * buffer).sum()
    buffer.flags.writeable = True                       # which a caller can always do
    buffer[:] = 100
    y.backward()
    assert x.grad.tolist() == [3, 4]


def test_a_read_only_buffer_may_have_a_writable_owner():
    store = bytearray(np.array([3.0, 4.0]).tobytes())
    x = leaf([1.0, 2.0])
    y = (x * np.frombuffer(memoryview(store).toreadonly())).sum()
    store[:] = bytes(16)
    y.backward()
    assert x.grad.tolist() == [3, 4]


@pytest.mark.parametrize("part", [lambda a: a, lambda a: a[:], lambda a: a[1:].reshape(-1, 9)])
def test_what_we_froze_is_not_copied(part):
    buffer = freeze(np.arange(10_000.0))
    t = as_tensor(part(buffer))
    leaf(2.0) * t
    assert np.shares_memory(t._value, buffer)


def test_what_is_small_is_copied_although_we_froze_it():
    """A reader who takes the flag back, and writes, reaches no graph."""
    buffer = freeze(np.array([3.0, 4.0]))
    x = leaf([1.0, 2.0])
    y = (x * buffer).sum()
    buffer.flags.writeable = True
    buffer[:] = 0
    y.backward()
    assert x.grad.tolist() == [3, 4]


def test_what_was_frozen_is_forgotten_with_the_array():
    buffer = freeze(np.ones(10_000))
    gone = weakref.ref(buffer)
    del buffer
    assert gone() is None


def memories(*tensors):
    return [np.asarray(t._value if isinstance(t, Tensor) else t) for t in tensors if t is not None]


def apart(arrays, others=()):
    pairs = [*itertools.combinations(arrays, 2), *itertools.product(arrays, others)]
    return not any(np.shares_memory(a, b) for a, b in pairs)


@pytest.mark.parametrize("f", [lambda x, w: x + w, lambda x, w: (x.T + w.T).T, lambda x, w: x.reshape(4) + w.reshape(4),
                               lambda x, w: +x - w, lambda x, w: x + w + (x + w)])
def test_gradients_have_memory_of_their_own(f):
    x, w, seed = leaf(np.ones((2, 2))), leaf(np.ones((2, 2))), np.ones((2, 2))
    y = f(x, w)
    y.backward(seed.reshape(y.shape))
    assert apart(memories(x.grad, w.grad, y.grad), memories(x, w, y, seed))


def test_rules_of_others_may_return_arrays_that_they_keep_or_were_given():
    kept = np.ones(3)
    half_square = primitive(vjp=(lambda g, y, x: x,), name="half_square_of_given")(lambda x: (x * x).sum() / 2)
    total = primitive(vjp=(lambda g, y, x: kept,), name="total_of_kept")(lambda x: x.sum())
    for f, retain in itertools.product((half_square, total), (True, False)):
        x, a = leaf([1.0, 2.0, 3.0]), np.ones(3)
        y = x * 1.0
        f(y).backward(retain_graph=retain)
        alone = leaf([1.0, 2.0, 3.0])
        f(alone).backward()
        assert apart(memories(x.grad, y.grad, alone.grad, grad(f)(a)), memories(x, y, alone, a, kept))


# ---- what a step copies --------------------------------------------------------------------------------------------

LAYERS = {"Linear": (lambda: Linear(4, 3, rng=0), (5, 4)), "MLP": (lambda: MLP([4, 8, 3], rng=0), (5, 4)),
          "Conv2d": (lambda: Conv2d(2, 3, 2, rng=0), (2, 2, 4, 4)), "BatchNorm1d": (lambda: BatchNorm1d(4), (5, 4)),
          "LayerNorm": (lambda: LayerNorm(4), (5, 4))}


def addresses(params):
    return [p._value.ctypes.data for p in params]


@pytest.mark.parametrize("retain", [True, False])
@pytest.mark.parametrize("make,shape", LAYERS.values(), ids=LAYERS)
def test_a_step_of_a_layer_copies_no_weights(make, shape, retain):
    layer, x = make(), np.random.default_rng(0).normal(size=shape)
    optimizer = SGD(layer.parameters(), lr=0.1)
    before = addresses(layer.parameters())
    for _ in range(2):
        optimizer.zero_grad()
        y = layer(x)
        loss = mse_loss(y, np.zeros(y.shape))
        loss.backward(retain_graph=retain)
        optimizer.step()
    assert addresses(layer.parameters()) == before


@pytest.mark.parametrize("make", [RNNCell, LSTMCell])
def test_a_step_of_a_cell_copies_no_weights(make):
    cell, x = make(3, 4, rng=0), np.ones((2, 3))
    optimizer = SGD(cell.parameters(), lr=0.1)
    before = addresses(cell.parameters())
    for _ in range(2):
        y = cell(x)
        y = y[0] if isinstance(y, tuple) else y
        y.sum().backward()
        optimizer.step()
    assert addresses(cell.parameters()) == before


def test_a_step_through_a_transposed_weight_copies_nothing_once_the_graph_is_freed():
    w, x = leaf(np.ones((3, 2))), np.ones((4, 2))
    optimizer, before = SGD([w], lr=0.1), addresses([w])
    for _ in range(3):
        optimizer.zero_grad()
        loss = (x @ w.T).sum()
        loss.backward(retain_graph=False)
        optimizer.step()
    assert addresses([w]) == before


# ---- breaking a row ------------------------------------------------------------------------------------------------

def _always_copied(node):
    node._value = node._value.copy()
    return node._value


def _marked_but_not_copied(node):
    if node._op is None:
        node._views = ownership.GIVEN_OUT
    return node._value


BROKEN = {
    "copy_if_shared": ("copy_if_shared", lambda a: a, test_a_read_only_buffer_may_have_a_writable_owner, ()),
    "frozen": ("copy_if_shared", np.copy, test_what_we_froze_is_not_copied, (lambda a: a,)),
    "a view given out": ("give_out", _marked_but_not_copied, test_what_is_seen_from_elsewhere_keeps_its_value,
                         (LOOKS["data of a view"],)),
    "in place": ("own_memory", _always_copied, test_what_we_made_is_written_in_place, ()),
    "give_out": ("give_out", lambda node: node._value, test_what_is_seen_from_elsewhere_keeps_its_value,
                 (LOOKS["data"],)),
    "add_view": ("add_view", lambda x, result: None, test_what_is_seen_from_elsewhere_keeps_its_value,
                 (LOOKS["a view"],)),
    "own_memory": ("own_memory", lambda node: node._value, test_what_is_seen_from_elsewhere_keeps_its_value,
                   (LOOKS["T"],)),
    "unshare": ("unshare", lambda cotangents: None, test_gradients_have_memory_of_their_own, (lambda x, w: x + w,)),
}


@pytest.mark.parametrize("name,broken,test,args", BROKEN.values(), ids=BROKEN)
def test_a_broken_row_is_noticed(name, broken, test, args, monkeypatch):
    from autograd import transforms
    from autograd.core import record, tensor
    from autograd.core import reverse as engine
    for module in (ownership, engine, record, tensor, transforms):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, broken)
    with pytest.raises(AssertionError):
        test(*args)
