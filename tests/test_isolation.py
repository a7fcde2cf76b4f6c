"""Ops declared outside of the packages: what their kernels and rules do to arrays reaches nobody else's."""
import ctypes

import numpy as np
import pytest

from autograd import Tensor, primitive
from autograd.core import isolation


def leaf(value):
    return Tensor(value, requires_grad=True)


def in_place(x):
    x *= 2
    return x


def test_a_kernel_that_writes_into_its_input_is_an_error_and_changes_nothing():
    op = primitive(vjp=(lambda g, y, x: 2 * g,), name="doubles_in_place")(in_place)
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r'kernel of doubles_in_place writes.*arrays="writable"'):
        op(x)
    assert x.tolist() == [1, 2]


def test_a_kernel_that_writes_into_its_input_may_ask_for_copies():
    op = primitive(vjp=(lambda g, y, x: 2 * g,), name="doubles_its_copy", arrays="writable")(in_place)
    x = leaf([1.0, 2.0])
    op(x).sum().backward()
    assert x.tolist() == [1, 2]
    assert x.grad.tolist() == [2, 2]


def into_its_cotangent(g, y, x):
    return np.multiply(g, 2, out=g)


def test_a_rule_that_writes_into_its_cotangent_is_an_error():
    op = primitive(vjp=(into_its_cotangent,), name="writes_into_g")(lambda x: x * 2)
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match="vjp rule of writes_into_g writes"):
        (op(x) + x).sum().backward()
    assert x.grad is None


def test_a_rule_that_writes_into_its_cotangent_may_ask_for_copies():
    op = primitive(vjp=(into_its_cotangent,), name="writes_into_its_g", arrays="writable")(lambda x: x * 2)
    x = leaf([1.0, 2.0])
    h = x * 1
    (op(h) + h).sum().backward()
    assert x.grad.tolist() == [3, 3]


@pytest.mark.parametrize("arrays", ["read-only", "writable"])
def test_a_rule_that_answers_with_a_buffer_of_its_own_may_be_used_twice(arrays):
    buffer = np.empty(3)

    def rule(g, y, x):
        return np.multiply(g, 2, out=buffer)
    op = primitive(vjp=(rule,), name=f"buffered_{arrays}", arrays=arrays)(lambda x: x * 2)
    x, w = leaf(np.ones(3)), leaf(np.ones(3))
    (op(x) * [1, 2, 3] + op(w) * [10, 20, 30]).sum().backward()
    assert x.grad.tolist() == [2, 4, 6]
    assert w.grad.tolist() == [20, 40, 60]


def test_a_kernel_that_answers_with_a_buffer_of_its_own_may_be_used_twice():
    buffer = np.empty(2)

    def kernel(x):
        return np.multiply(x, 2, out=buffer)
    op = primitive(vjp=(lambda g, y, x: 2 * g,), name="buffered_kernel")(kernel)
    first, second = op(leaf([1.0, 2.0])), op(leaf([10.0, 20.0]))
    assert first.tolist() == [2, 4]
    assert second.tolist() == [20, 40]


def test_a_kernel_may_answer_with_its_input():
    op = primitive(vjp=(lambda g, y, x: g,), name="passes_through")(lambda x: x)
    x = leaf([1.0, 2.0])
    y = op(x)
    x.writable()[:] = 5
    assert y.tolist() == [1, 2]


def test_writable_arrays_are_contiguous_copies_0d_ones_too():
    seen = []

    def kernel(x, w):
        seen.extend((x, w))
        return x * w
    op = primitive(vjp=(lambda g, y, x, w: seen.append(g) or g * w, None), name="looks", arrays="writable")(kernel)
    op(leaf(np.ones((3, 2))).T[::2], 2.0).sum().backward()
    assert all(isinstance(a, np.ndarray) for a in seen)
    assert all(a.flags.c_contiguous and a.flags.writeable for a in seen)


def test_ctypes_kernels_that_insist_on_memory():
    libc = ctypes.CDLL(None)
    libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]

    def first_entry_to_zero(a):
        pointer = a.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
        libc.memset(pointer, 0, a.itemsize)
        return np.ctypeslib.as_array(pointer, a.shape)
    op = primitive(vjp=(lambda g, y, x: first_entry_to_zero(g),), name="clears_the_first",
                   arrays="writable")(first_entry_to_zero)
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = op(x.T)
    y.sum().backward()
    assert y.tolist() == [[0, 3], [2, 4]]
    assert x.tolist() == [[1, 2], [3, 4]]
    assert x.grad.tolist() == [[0, 1], [1, 1]]


def test_numba_kernels_with_signatures():
    numba = pytest.importorskip("numba")
    kernel = numba.njit("float64[::1](float64[::1])")(lambda x: x * 2)
    op = primitive(vjp=(lambda g, y, x: 2 * g,), name="compiled", arrays="writable")(lambda x: kernel(x))
    x = leaf([1.0, 2.0, 3.0])
    op(x[::2]).sum().backward()
    assert x.grad.tolist() == [2, 0, 2]


def test_another_kind_of_arrays_is_refused():
    with pytest.raises(ValueError, match=r"read-only.*writable.*'mine'"):
        primitive(vjp=(None,), arrays="mine", name="unknown_arrays")(lambda x: x)


def test_a_kernel_cannot_write_into_a_memory_map(tmp_path):
    """Only arrays of NumPy's own class were protected."""
    op = primitive(vjp=(lambda g, y, x: 2 * g,), name="doubles_a_map")(in_place)
    mapped = np.memmap(tmp_path / "x", float, "w+", shape=3)
    with pytest.raises(RuntimeError, match="doubles_a_map writes"):
        op(mapped)


@pytest.mark.parametrize("part, test", [
    ("_read_only", test_a_kernel_that_writes_into_its_input_is_an_error_and_changes_nothing),
    ("_own_copy", test_a_kernel_that_writes_into_its_input_may_ask_for_copies),
    ("_copied", test_a_kernel_that_answers_with_a_buffer_of_its_own_may_be_used_twice)])
def test_a_broken_part_is_noticed(part, test, monkeypatch):
    monkeypatch.setattr(isolation, part, lambda x: x)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        test()
