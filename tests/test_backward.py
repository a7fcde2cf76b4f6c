"""The backward pass: order, accumulation, freeing, mutation, aliasing, depth, interruption."""
import gc
import itertools
import signal
import sys
import threading
import weakref
from copy import copy

import numpy as np
import pytest
from numpy.lib import stride_tricks

from autograd import ELEMENTWISE, GraphError, Tensor, as_tensor, concatenate, grad, primitive, stack
from autograd.core.reverse import sweep
from autograd.transforms import gradients


def leaf(value, **kwargs):
    return Tensor(value, requires_grad=True, **kwargs)


def sliding_window_view(b):
    return stride_tricks.sliding_window_view(b, 2)


def test_shared_node_counts_every_path():
    a = leaf(1.0)
    b = a + a
    (b + b).backward()
    assert a.grad.item() == 4


def test_diamond_visits_a_node_after_all_its_consumers():
    a, b = leaf(2.0), leaf(3.0)
    c, d = a + b, a * b
    ((c + d) + (c * d)).backward()
    assert (a.grad.item(), b.grad.item()) == (25, 19)


def test_same_tensor_twice_in_one_op():
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    assert x.grad.tolist() == [2, 4]
    for join in (concatenate, stack):
        x.grad = None
        (join([x, x]) * np.arange(4.0).reshape(join([x, x]).shape)).sum().backward()
        assert x.grad.tolist() == [0 + 2, 1 + 3]


def test_diamond_ladder_is_linear_not_exponential():
    x = y = leaf(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0 ** 60


@pytest.mark.parametrize("start", [1.0, [1.0, 2.0]])
def test_two_backwards_give_exactly_twice_on_leaves_and_once_inside(start):
    x = leaf(start)
    h = x * 3
    y = (h * h).sum() if h.shape else h * h
    y.backward()
    once, inner = x.grad.numpy(), h.grad.numpy()
    y.backward()
    assert np.array_equal(x.grad.data, 2 * once)
    assert np.array_equal(h.grad.data, inner)
    x.grad = None
    y.backward()
    assert np.array_equal(x.grad.data, once)


def test_gradient_is_a_tensor_or_none():
    x = leaf(2.0)
    assert x.grad is None
    (x * x).backward()
    assert isinstance(x.grad, Tensor) and x.grad is x.grad


def test_seed_is_used_and_left_alone():
    x, seed = leaf(np.ones((2, 3))), np.full((2, 3), 2.0)
    y = x * 1
    y.backward(seed)
    assert np.array_equal(x.grad.data, seed)
    assert not np.shares_memory(y.grad.data, seed) and not np.shares_memory(x.grad.data, seed)
    x.grad.assign(np.zeros((2, 3)))
    assert np.all(seed == 2) and np.all(y.grad.data == 2)


def test_gradients_never_alias_each_other():
    x = leaf(np.ones(3))
    a, b = x + 0, x + 0
    c = a + b
    (c.sum() + a.sum()).backward()
    assert x.grad.tolist() == [3, 3, 3] and a.grad.tolist() == [2, 2, 2] and b.grad.tolist() == [1, 1, 1]
    everything = [t.grad.data for t in (x, a, b, c)] + [t.data for t in (x, a, b, c)]
    for i, p in enumerate(everything):
        assert not any(np.shares_memory(p, q) for q in everything[:i])


def test_leaves_that_get_the_same_cotangent_get_their_own_array():
    x, w = leaf(np.ones(3)), leaf(np.ones(3))
    (x + w).backward(np.ones(3), retain_graph=False)
    assert not np.shares_memory(x.grad.data, w.grad.data)


def test_retain_graph_false_frees_and_says_so():
    x = leaf(np.ones(3))
    h = x * 2
    y = (h * h).sum()
    dead = weakref.ref(h)
    del h
    y.backward(retain_graph=False)
    assert dead() is None and x.grad.tolist() == [8, 8, 8]
    with pytest.raises(GraphError, match="freed") as error:
        y.backward()
    assert error.value.__context__ is None              # the user's mistake, not how it was noticed
    assert x.grad.tolist() == [8, 8, 8]


@pytest.mark.parametrize("retain", [True, False])
def test_dropping_the_result_frees_the_graph_without_the_collector(retain):
    gc.collect()
    gc.disable()
    try:
        x = leaf(np.ones(3))
        h = (x * 2).tanh()
        y = (h * h).sum()
        seen = [weakref.ref(h), weakref.ref(y)]
        y.backward(retain_graph=retain)
        del h, y
        assert [r() for r in seen] == [None, None]
    finally:
        gc.enable()


def test_epoch_loss_sum_does_not_keep_old_graphs():
    x, alive, total = leaf(np.ones(3)), [], 0.0
    for _ in range(3):
        loss = (x * x).sum()
        alive.append(weakref.ref(loss))
        loss.backward(retain_graph=False)
        total = total + loss.item()
    del loss
    assert total == 9 and all(r() is None for r in alive)


def test_a_million_op_chain_builds_sweeps_and_is_freed():
    x = y = leaf(1.0)
    for _ in range(1_000_000):
        y = y + 1.0
    y.backward(retain_graph=False)
    assert x.grad.item() == 1 and y.item() == 1_000_001
    z = x
    for _ in range(1_000_000):
        z = z * 1.0
    del z


def test_deep_array_chain():
    x = y = leaf(np.ones(2))
    for _ in range(100_000):
        y = -y
    y.sum().backward()
    assert x.grad.tolist() == [1, 1]
    del y


def test_a_leaf_assigned_after_use_is_an_error_naming_tensor_and_op():
    x = leaf([1.0, 2.0], name="weights")
    y = (x * x).sum()
    x.assign([10.0, 10.0])
    with pytest.raises(GraphError, match=r"weights.*multiply"):
        y.backward()
    assert x.grad is None
    with pytest.raises(ValueError, match="read-only"):
        x.data[:] = 3
    (x * x).sum().backward()
    assert x.grad.tolist() == [20, 20]


def test_a_constant_tensor_assigned_after_use_is_an_error():
    x, c = leaf([1.0, 2.0]), Tensor([3.0, 4.0])
    y = (x * c).sum()
    c.assign([0.0, 0.0])
    with pytest.raises(GraphError, match="assigned"):
        y.backward()


@pytest.mark.parametrize("wrap", [lambda b: b, as_tensor, lambda b: as_tensor(b[:]), lambda b: b[:],
                                  sliding_window_view, lambda b: copy(as_tensor(b)),
                                  lambda b: as_tensor(b).reshape(2), lambda b: as_tensor(b).detach(),
                                  lambda b: as_tensor(b)[:]])
def test_a_buffer_changed_after_use_does_not_change_the_gradient(wrap):
    x, buffer = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    y = (x * wrap(buffer).reshape(2)).sum()
    buffer[:] = 100
    y.backward()
    assert x.grad.tolist() == [3, 4]


@pytest.mark.parametrize("dtype", [float, np.float32, int])
def test_a_number_computed_from_a_borrowed_buffer_is_a_constant_like_any_other(dtype):
    x, buffer = leaf(np.ones(2, np.float32)), np.array([3, 4], dtype)
    y = (x * as_tensor(buffer).sum()).sum()
    buffer[:] = 100
    y.backward()
    assert x.grad.tolist() == [7, 7]


def test_a_borrowed_buffer_that_becomes_a_leaf_is_a_leaf_of_its_own():
    buffer = np.array([3.0, 4.0])
    x = as_tensor(buffer)
    x.requires_grad = True
    y = (x * x).sum()
    buffer[:] = 100
    y.backward()
    assert x.tolist() == [3, 4] and x.grad.tolist() == [6, 8]


def test_an_index_changed_after_use_does_not_change_the_gradient():
    x, index = leaf([1.0, 2.0, 3.0]), np.array([0, 0])
    y = x[index].sum()
    index[:] = 2
    y.backward()
    assert x.grad.tolist() == [2, 0, 0]


def test_repeated_indices_add_up():
    x = leaf([1.0, 2.0, 3.0])
    x[[0, 0, 1]].sum().backward()
    assert x.grad.tolist() == [2, 1, 0]


def test_a_leaf_that_is_not_reached_keeps_none():
    x, unused = leaf(1.0), leaf(1.0)
    (x * 2).backward()
    assert unused.grad is None


def test_backward_on_a_leaf_itself():
    x = leaf(3.0)
    x.backward()
    assert x.grad.item() == 1


def test_second_derivatives_by_create_graph():
    x = leaf([1.0, 2.0])
    (x ** 3).sum().backward(create_graph=True)
    g = x.grad
    x.grad = None
    g.sum().backward()
    assert np.allclose(x.grad.data, [6, 12])


@pytest.mark.parametrize("start", [1.0, [1.0, 2.0]])
def test_inner_nodes_do_not_hold_the_graph_of_their_gradients(start):
    gc.collect()
    gc.disable()
    try:
        x = leaf(start)
        h = (x * 2).tanh()
        y = (h * h).sum() if h.shape else h * h
        seen = [weakref.ref(h), weakref.ref(y)]
        y.backward(create_graph=True)
        assert np.array_equal(h.grad.data, 2 * h.data) and x.grad.requires_grad
        x.grad = None
        del h, y
        assert [r() for r in seen] == [None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize("seed", [Tensor([1, 1]), Tensor([1, 1], dtype=np.float32), [1, 1],
                                  leaf([1, 1], dtype=np.float32)])
def test_a_seed_of_another_dtype_is_converted(seed):
    for create_graph in (False, True):
        x = leaf([1.0, 2.0])
        y = x + 1
        y.backward(seed, create_graph=create_graph)
        assert x.grad.tolist() == [1, 1] and x.grad.dtype == y.grad.dtype == np.float64


def test_seed_with_a_graph_of_its_own():
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (x * x).backward(v, create_graph=True)
    g, x.grad, v.grad = x.grad, None, None
    g.sum().backward()
    assert v.grad.tolist() == [2, 4] and x.grad.tolist() == [6, 8]


def test_gradients_of_gradients_agree_with_the_closed_form():
    third = grad(grad(grad(lambda x: x ** 4 + x.sigmoid() * 0)))
    assert third(2.0) == pytest.approx(48)


def test_fan_out_accumulation_leaves_earlier_contributions_alone():
    x = leaf(np.ones(3))
    parts = [x * float(k) for k in range(5)]
    total = parts[0]
    for p in parts[1:]:
        total = total + p
    total.sum().backward()
    assert x.grad.tolist() == [10, 10, 10] and all(p.grad.tolist() == [1, 1, 1] for p in parts)


@pytest.mark.parametrize("value", [2.0, [2.0, 3.0]])
def test_a_leaf_frozen_after_use_gets_no_gradient(value):
    x, w = leaf(value), leaf(value)
    y = (x.tanh() * w).sum() if np.ndim(value) else x.tanh() * w
    x.requires_grad = False
    y.backward()
    assert x.grad is None and w.grad is not None


def test_an_elementwise_rule_may_sum_over_the_broadcast_axes_itself():
    op = primitive(vjp=(lambda g, y, x, w: (g * w).sum(axis=0), lambda g, y, x, w: g * x), jvp=ELEMENTWISE,
                   name="sums_itself")(lambda x, w: x * w)
    for first, expected in ((1.0, 3.0), (np.nan, np.nan)):
        x, w = leaf([1.0, 2.0]), np.ones((3, 2))
        w[0, 0] = first
        op(x, w).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [expected, 3])


def test_targets_leave_out_what_does_not_lead_to_them():
    x, w = leaf(2.0), leaf(3.0)
    h = x * w
    y = h * h + w
    assert sweep(y, 1.0, [x])[x] == 36 and w not in sweep(y, 1.0, [x])
    assert sweep(y, 1.0, [h])[h] == 12 and not {x, w} & sweep(y, 1.0, [h]).keys()
    assert sweep(y, 1.0, [x, w]) == sweep(y, 1.0)


def test_constants_that_are_asked_for_have_a_gradient_too():
    x, c = leaf(2.0), Tensor(3.0)
    for y in (x * c, (x * [1.0, 2.0] * c).sum()):
        dx, dc = gradients(y, [x, c])
        assert dx * 2 == dc * 3 == y.item()


class Interrupt(BaseException):
    """What Ctrl-C raises, at any line."""


def interrupted(call, at: int) -> bool:
    """Call, but for an Interrupt before the at-th line of the functions that go through the graph."""
    passed = itertools.count()

    def trace(frame, event, arg):
        if frame.f_code.co_name not in ("backward", "topological_order", "sweep", "_through_floats", "vjp_at"):
            return None
        if event == "line" and next(passed) == at:
            raise Interrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
        return False
    except Interrupt:
        return True
    finally:
        sys.settrace(before)


def test_an_interrupt_at_any_line_changes_all_grads_or_none():
    x = leaf(2.0)
    h = x * x + x
    a = h * leaf(np.ones(3))
    y = (a * a).sum() + h
    y.backward()
    once, inner = x.grad.item(), h.grad.item()
    for at in itertools.count():
        x.grad = None
        stopped = interrupted(y.backward, at)
        assert (x.grad is None and stopped) or x.grad.item() == once
        assert h.grad.item() == inner
        if not stopped:
            break
        assert gradients(y, [x])[0] == once
    assert at > 60


def test_real_interrupts_tear_no_grads_and_keep_no_lock():
    leaves = [leaf(np.ones(4)) for _ in range(30)]
    y = sum((x * x).sum() for x in leaves)
    torn = stopped = 0

    def interrupt(*_):
        raise Interrupt
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for k in range(150):
            for x in leaves:
                x.grad = None
            try:
                signal.setitimer(signal.ITIMER_REAL, 1e-6 + 1e-5 * k)
                y.backward()
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupt:
                stopped += 1
            torn += len({x.grad is None for x in leaves}) > 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    thread = threading.Thread(target=y.backward, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert torn == 0 and stopped > 10
