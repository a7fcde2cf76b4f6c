"""Mini-batches: every row once, rows together, seeds, threads, memory maps, and memory that graphs need not copy."""
import itertools
import threading
import traceback

import numpy as np
import pytest

from autograd import Tensor, no_grad
from nn import (
    SGD,
    DataLoader,
    Dataset,
    Dropout,
    Linear,
    Sequential,
    batches,
    evaluate,
    fit,
    mse_loss,
    noisy,
)

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


def test_a_large_batch_is_not_copied_into_the_graph():
    x, = next(batches(np.ones((100, 100)), size=50, rng=0))
    result = Tensor(np.ones((100, 1)), requires_grad=True)
    product = x @ result
    assert np.shares_memory(product._inputs[0].data, x)


def test_batches_are_ones_own():
    for (y,) in batches(Y, size=4, shuffle=False):
        assert not np.shares_memory(y, Y)
        with pytest.raises(ValueError, match="read-only"):
            y[0] = 1


@pytest.mark.parametrize("arrays, size, message", [((), 1, "one length"), ((X, Y[:3]), 1, r"\[10, 3\]"),
                                                   ((X,), 0, "positive integer"), ((X,), 2.5, "got 2.5")])
def test_bad_input_is_refused_at_the_call(arrays, size, message):
    with pytest.raises(ValueError, match=message):
        batches(*arrays, size=size)


# ---- DataLoader ------------------------------------------------------------------------------------------------------

def rows_of(loader):
    return [batch[-1].tolist() for batch in loader]


@pytest.mark.parametrize("options", [{}, {"drop_last": True}, {"shuffle": True, "rng": 3}, {"batch_size": 20},
                                     {"batch_size": 20, "drop_last": True}, {"batch_size": 5, "drop_last": True}])
def test_the_length_is_the_number_of_batches(options):
    loader = DataLoader((X, Y), **{"batch_size": 4, **options})
    assert len(loader) == len(list(loader))


def test_a_seed_decides_all_epochs_and_they_differ():
    one, two, other = (DataLoader((X, Y), 3, shuffle=True, rng=seed) for seed in (5, 5, 6))
    epochs = [rows_of(one) for _ in range(3)]
    assert epochs == [rows_of(two) for _ in range(3)] and epochs[0] != rows_of(other)
    assert epochs[0] != epochs[1] != epochs[2]
    assert all(sorted(itertools.chain(*epoch)) == list(range(10)) for epoch in epochs)
    assert rows_of(DataLoader((X, Y), 4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert [y.tolist() for _, y in batches(X, Y, size=3, rng=5)] == epochs[0]


class Squares:
    """A sequence of samples, as PyTorch's map-style datasets are."""

    def __len__(self):
        return 10

    def __getitem__(self, i):
        if not 0 <= i < 10:
            raise IndexError(i)
        return X[i], i * i


class Rows:
    """A single column that is read row by row."""

    def __len__(self):
        return 10

    def __getitem__(self, i):
        return X[i]


@pytest.mark.parametrize("data", [(X, Y ** 2), [X, Y ** 2], Dataset(X, Y ** 2), Squares(), list(Squares()),
                                  (Rows(), Y ** 2), (Tensor(X), list(Y ** 2))])
def test_columns_and_samples_of_any_kind(data):
    x, y = next(iter(DataLoader(data, 3, shuffle=True, rng=0)))
    assert x.shape == (3, 2) and y.dtype.kind == "i" and not x.flags.writeable
    np.testing.assert_array_equal(x, X[np.sqrt(y).astype(int)])


def test_a_lone_array_gives_tuples_of_one():
    assert [len(batch) for batch in DataLoader(X, 4)] == [1, 1, 1]


def test_rows_of_a_dataset():
    data = Dataset(X, Y)
    x, y = data[3]
    assert x.tolist() == [6, 7] and y == 3 and len(data) == 10 and data[-1][1] == 9
    assert data[2:4][1].tolist() == [2, 3] and data[[5, 1]][1].tolist() == [5, 1] and data[Y > 7][1].tolist() == [8, 9]
    with pytest.raises(IndexError):
        data[10]


def test_transforms_of_samples_and_of_batches():
    seen = []

    def sample(x, y):
        seen.append(x.shape)
        x *= 10                                                         # its own copy: X stays
        return x, -y
    x, y = next(iter(DataLoader(Dataset(X, Y, transform=sample), 4, transform=lambda x, y: (x + 1, y, x[:, 0]))))[:2]
    assert seen == [(2,)] * 4 and y.tolist() == [0, -1, -2, -3]
    np.testing.assert_array_equal(x, np.arange(8.0).reshape(4, 2) * 10 + 1)
    assert X[1].tolist() == [2, 3]


def test_what_a_transform_keeps_is_not_sealed():
    kept = np.ones(4)
    (batch,) = next(iter(DataLoader(Y, 4, transform=lambda y: kept)))
    assert kept.flags.writeable and not batch.flags.writeable


@pytest.mark.parametrize("make, error, message", [
    (lambda: DataLoader((X, Y[:3])), ValueError, r"\[10, 3\]"),
    (lambda: DataLoader((X, Y), 0), ValueError, "batch_size must be a positive integer"),
    (lambda: DataLoader({"x": X, "y": Y}), TypeError, r"tuple of columns such as \(x, y\).*got dict"),
    (lambda: DataLoader(x for x in X), TypeError, "a length and an index, got generator"),
    (lambda: DataLoader((X, Y), prefetch=-1), ValueError, "prefetch must be a whole number of at least 0"),
    (lambda: DataLoader((X, Y), prefetch=True), ValueError, "prefetch must be a whole number"),
    (lambda: DataLoader((X, Y), True), ValueError, "batch_size must be a positive integer"),
    (lambda: DataLoader((X, Y), 2.5), ValueError, "batch_size must be a positive integer"),
    (lambda: DataLoader((X, Y), shuffle="no"), TypeError, "shuffle must be True or False, got 'no'"),
    (lambda: DataLoader((X, Y), drop_last="no"), TypeError, "drop_last must be True or False, got 'no'"),
    (lambda: DataLoader((X, Y), shuffle=True, rng=-1), ValueError, "rng must be a Generator, a seed"),
    (lambda: DataLoader((X, Y), transform=5), TypeError, "transform must be a function"),
    (lambda: Dataset(X, transform="flip"), TypeError, "transform must be a function"),
    (lambda: DataLoader("abc"), TypeError, "a length and an index, got str"),
    (lambda: DataLoader(np.array(3.0)), TypeError, "a column needs a row for each sample"),
    (lambda: DataLoader((X, 5)), TypeError, "a column needs a row for each sample, got int"),
    (lambda: DataLoader((X, None)), TypeError, "a column needs a row for each sample, got NoneType"),
    (lambda: Dataset(X, "0123456789"), TypeError, "a column needs a row for each sample, got str"),
    (lambda: Dataset(set(Y), Y), TypeError, "a column needs a row for each sample, got set"),
    (lambda: Dataset(dict.fromkeys(Y), Y), TypeError, "a column needs a row for each sample, got dict"),
    (lambda: Dataset((Y, Y)), TypeError, r"a tuple of columns was given as one column: pass Dataset\(x, y\)"),
    (lambda: Dataset(np.ma.masked_array(Y, Y > 3)), TypeError, "would lose its mask"),
    (lambda: Dataset([[1, 2], [3]]), ValueError, "rows of different shapes make no array"),
    (lambda: list(DataLoader([(1, 2), (3,)])), ValueError, "samples of 1 and 2 parts"),
    (lambda: batches(X, size=0), ValueError, "size must be a positive integer, got 0"),
    (lambda: list(DataLoader([{"x": 1.0}, {"x": 2.0}])), TypeError, "numbers, arrays or tuples of them, got dict"),
    (lambda: list(DataLoader([(1.0, None), (2.0, None)])), TypeError, "arrays or tuples of them, got NoneType"),
    (lambda: list(DataLoader([1.0, "a"])), ValueError, "numbers and texts"),
    (lambda: list(DataLoader([(1, 2), 3])), ValueError, "samples of 2 and None parts"),
    (lambda: list(DataLoader((X, Y), transform=lambda x, y: ([[1, 2], [3]], y))), ValueError, "different shapes"),
    (lambda: list(DataLoader((X, Y), transform=lambda x, y: (None, y))), TypeError, "must give a tuple"),
    (lambda: list(DataLoader((X, Y), transform=lambda x, y: ())), TypeError, r"must give a tuple.*got \(\)"),
    (lambda: list(DataLoader(X, transform=lambda x: None)), TypeError, "must give a tuple.*got None"),
    (lambda: Dataset(X, Y)[10], IndexError, "in a Dataset of 10: index 10 is out of bounds"),
    (lambda: Dataset(X, Y)[None], IndexError, "chosen by a number, a slice"),
    (lambda: Dataset(X, Y)[True], IndexError, "got True"),
    (lambda: Dataset(X, Y)[[[1, 2], [3, 4]]], IndexError, "chosen by a number, a slice"),
    (lambda: Dataset(X, Y, transform=lambda x, y: (x, y))[np.array([1.5])], IndexError, "in a Dataset of 10"),
    (lambda: Dataset(), ValueError, "one length"),
    (lambda: DataLoader((X, Y), rng=0), ValueError, "shuffle=True"),
    (lambda: list(DataLoader((X, Y), transform=lambda x, y: x)), TypeError, "tuple"),
    (lambda: Dataset(X, Y, transform=lambda x, y: x)[0], TypeError, "tuple"),
    (lambda: list(DataLoader([(np.ones(3),), (np.ones(2),)])), ValueError, "one shape"),
    (lambda: Dataset(Rows())[[]], ValueError, "no row")])
def test_what_makes_no_batches_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


# ---- prefetch --------------------------------------------------------------------------------------------------------

def noisy_loader(prefetch, **options):
    rng = np.random.default_rng(1)
    return DataLoader((X, Y), 3, shuffle=True, rng=0, prefetch=prefetch,
                      transform=lambda x, y: (x + rng.normal(size=x.shape), y), **options)


def threads():
    return [t for t in threading.enumerate() if t.name.startswith("batches")]


@pytest.mark.parametrize("prefetch", [1, 2, 100])
def test_batches_are_the_same_with_and_without_prefetch(prefetch):
    plain, ahead = noisy_loader(0), noisy_loader(prefetch)
    for _ in range(3):
        for (x, y), (x2, y2) in zip(plain, ahead, strict=True):
            assert np.array_equal(x, x2) and np.array_equal(y, y2)
    assert not threads()


def test_at_most_so_many_batches_are_ahead():
    made = []
    for given, _ in enumerate(DataLoader(np.arange(100), 1, prefetch=3, transform=lambda y: made.append(1) or y), 1):
        assert len(made) <= given + 3
    assert len(made) == 100


def test_batches_are_made_while_another_is_in_use():
    """The second batch is finished while the first is held: it would wait for ever without a thread."""
    finished = threading.Event()
    for (y,) in DataLoader(np.arange(2), 1, prefetch=1, transform=lambda y: (y[0] == 1 and finished.set()) or y):
        if y[0] == 0:
            assert finished.wait(10)


def test_an_error_in_the_thread_reaches_the_loop_with_its_lines():
    def fails_at_five(y):
        if 5 in y:
            raise ZeroDivisionError("five")
        return y
    got = []
    with pytest.raises(ZeroDivisionError, match="five") as caught:
        got.extend(y.tolist() for y, in DataLoader(Y, 2, prefetch=2, transform=fails_at_five))
    assert got == [[0, 1], [2, 3]]
    assert "fails_at_five" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert not threads()


def test_leaving_the_loop_ends_the_thread():
    made = []
    for _ in DataLoader(np.arange(1000), 1, prefetch=4, transform=lambda y: made.append(1) or y):
        break
    assert not threads() and len(made) <= 5
    batch = iter(DataLoader(Y, 2, prefetch=4))
    next(batch)
    assert threads()
    del batch
    assert not threads()


def test_the_thread_works_in_the_modes_of_the_loop():
    w = Tensor(np.ones((2, 1)), requires_grad=True)
    needs = []
    with no_grad():
        list(DataLoader((X, Y), 5, prefetch=2, transform=lambda x, y: needs.append((x @ w).requires_grad) or (x, y)))
    assert needs == [False, False]


def test_a_list_of_numpy_numbers_is_a_list_of_samples():
    (batch,), = DataLoader([np.float32(1), np.float32(2)])
    assert batch.tolist() == [1, 2] and batch.dtype == np.float32


# ---- in training -----------------------------------------------------------------------------------------------------

def trained(data, epochs=4, **options):
    model = Sequential(Linear(2, 4, rng=0), Dropout(0.5, rng=1), Linear(4, 1, rng=2))
    fit(model, data, mse_loss, SGD(model.parameters(), lr=0.01), epochs, progress=False, **options)
    return [p.numpy() for p in model.parameters()]


def test_evaluation_goes_in_order_whatever_the_loader_does():
    """So that it is the same each time, to the last bit, and leaves the order of training alone."""
    rng = np.random.default_rng(0)
    seen, loader = [], DataLoader((X / 20, X[:, :1]), 3, shuffle=True, rng=rng)
    before = rng.bit_generator.state
    evaluate(Linear(2, 1, rng=0), loader, lambda z, y: seen.append(y) or mse_loss(z, y))
    assert np.array_equal(np.concatenate(seen), X[:, :1]) and rng.bit_generator.state == before


def test_fit_takes_a_loader_and_shuffles_one_without_seed():
    data = X / 20, X.sum(axis=1, keepdims=True) / 40
    plain = trained(data, batch_size=3, rng=7)
    assert all(map(np.array_equal, plain, trained(DataLoader(data, 3, shuffle=True, prefetch=2), rng=7)))
    assert all(map(np.array_equal, plain, trained(DataLoader(data, 3, shuffle=True, rng=7))))
    assert not all(map(np.array_equal, plain, trained(DataLoader(data, 3), rng=7)))
    model = Linear(2, 1, rng=0)
    assert evaluate(model, DataLoader(data, 3), mse_loss) == pytest.approx(evaluate(model, data, mse_loss))


@pytest.mark.parametrize("options, rng", [({"rng": 5}, None), ({}, 5)])
def test_training_on_a_loader_resumes_bit_for_bit(tmp_path, options, rng):
    def loader():
        return DataLoader((X / 20, X[:, :1]), 3, shuffle=True, prefetch=1, **options)
    whole = trained(loader(), 4, rng=rng)
    trained(loader(), 2, rng=rng, checkpoint=tmp_path / "c.safetensors")
    assert all(map(np.array_equal, whole, trained(loader(), 4, rng=rng, checkpoint=tmp_path / "c.safetensors")))


def test_a_random_transform_that_shares_the_rng_resumes_too(tmp_path):
    def run(epochs, **options):
        rng = np.random.default_rng(3)
        return trained(DataLoader((X / 20, X[:, :1]), 3, shuffle=True, rng=rng, prefetch=2,
                                  transform=lambda x, y: (noisy(x, rng=rng), y)), epochs, **options)
    whole = run(4)
    run(2, checkpoint=tmp_path / "c.safetensors")
    assert all(map(np.array_equal, whole, run(4, checkpoint=tmp_path / "c.safetensors")))
