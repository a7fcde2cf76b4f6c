"""Mini-batches: every row once, rows together, seeds, and memory that graphs need not copy."""
import numpy as np
import pytest

from autograd import Tensor
from nn import batches

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def test_every_row_comes_once_and_rows_stay_together():
    parts = list(batches(X, Y, size=3, rng=0))
    assert [len(y) for _, y in parts] == [3, 3, 3, 1]
    y = np.concatenate([y for _, y in parts])
    assert sorted(y) == list(range(10)) and list(y) != list(range(10))
    np.testing.assert_array_equal(np.concatenate([x for x, _ in parts]), X[y])


def test_one_seed_one_order_and_one_generator_another_each_epoch():
    def order(rng):
        return [int(i) for y, in batches(Y, size=4, rng=rng) for i in y]
    assert order(5) == order(5) != order(6)
    rng = np.random.default_rng(5)
    assert order(rng) == order(5) and order(rng) != order(5)


def test_drop_last_and_no_shuffle():
    assert [list(y) for y, in batches(Y, size=4, shuffle=False, drop_last=True)] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_batch_is_not_copied_into_the_graph():
    x, _ = next(batches(X, Y, size=4, rng=0))
    result = Tensor(np.ones((2, 1)), requires_grad=True)
    product = x @ result
    assert np.shares_memory(product._inputs[0].data, x)


def test_batches_are_ones_own():
    for (y,) in batches(Y, size=4, shuffle=False):
        assert not np.shares_memory(y, Y)
        with pytest.raises(ValueError, match="read-only"):
            y[0] = 1


@pytest.mark.parametrize("arrays, size, message", [((), 1, "one length"), ((X, Y[:3]), 1, r"\[10, 3\]"),
                                                   ((X,), 0, "at least 1")])
def test_bad_input_is_refused_at_the_call(arrays, size, message):
    with pytest.raises(ValueError, match=message):
        batches(*arrays, size=size)
