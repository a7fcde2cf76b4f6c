"""Rows of data and mini-batches of them, from arrays, memory maps or any sequence, made ahead in a thread if wanted."""
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import copy_context
from typing import Any

import numpy as np

from autograd.core.ownership import freeze

from ..checks import check_flags, check_function, generator
from ..init import Rng
from ..sizes import is_integer, positive_int, whole

Batch = tuple[np.ndarray, ...]


class Dataset:
    """Columns of equal length, such as x and y, read row by row.

    Args:
        columns: arrays and memory maps, of which only the rows asked for are read; lists, Tensors and whatever else
            turns into an array, which do so at once; any other object with a length and an index, row by row.
        transform: `transform(*row)` gives the row, a tuple, as it is to be: called for each sample when it is read.

    `dataset[3]` is a row as a tuple; `dataset[2:5]`, `dataset[[4, 1]]` and `dataset[mask]` are tuples of arrays.

    Raises:
        ValueError: no column, columns of different length, or a list of rows of different shapes.
        TypeError: a column without rows, such as a number, a mapping, a masked array or a tuple of columns.

    >>> data = Dataset([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 1, 0], transform=lambda x, y: (x / 2, y))
    >>> len(data), data[[2, 0]]
    (3, (array([[2.5, 3. ],
           [0.5, 1. ]]), array([0, 0])))
    """

    def __init__(self, *columns: Any, transform: Callable[..., tuple] | None = None):
        self.columns, self.transform = tuple(_column(c) for c in columns), _checked_transform(transform)
        if len({len(c) for c in self.columns}) != 1:
            raise ValueError(f"columns of one length are needed, got lengths {[len(c) for c in self.columns]}")

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, rows) -> tuple:
        if is_integer(rows):
            row = tuple(column[0] for column in self._read(self._numbers([rows])))     # of a copy, free for a transform
            return _transformed(self.transform, row)
        return self._at(self._numbers(rows))

    def _at(self, rows: np.ndarray) -> tuple:
        """Rows by their numbers, from 0, which are known to be there."""
        return self._read(rows) if self.transform is None else _stacked(self, rows)

    def _numbers(self, rows) -> np.ndarray:
        """The numbers, from 0, of rows chosen by numbers, a slice or a mask."""
        try:
            numbers = np.arange(len(self))[rows]
        except (IndexError, ValueError) as error:
            raise IndexError(f"no such rows in a Dataset of {len(self)}: {error}") from None
        if numbers.ndim != 1:
            raise IndexError(f"rows are chosen by a number, a slice, a list of numbers or a mask, got {rows!r}")
        return numbers

    def _read(self, rows) -> tuple:
        return tuple(c[rows] if isinstance(c, np.ndarray) else _stacked(c, rows)[0] for c in self.columns)


class DataLoader:
    """Mini-batches: each run through a loader is one epoch. What `fit` and `evaluate` take as data.

    Args:
        data: a tuple of columns such as (x, y); a single array; or a sequence of samples (a `Dataset`, or any object
            with a length and an index), each a tuple such as (x, y).
        batch_size: rows per batch; the last may be smaller.
        shuffle: whether each epoch has another order.
        rng: Generator or seed of the order: two loaders of one seed give the same epochs. Without it, `fit` shuffles by
            its own rng.
        drop_last: leave out a last, smaller batch.
        transform: `transform(*columns)` gives the batch, a tuple, as it is to be: called once for each batch.
            A `Dataset` has one for each sample.
        prefetch: how many batches a thread makes ahead, 0 for none. The batches are the same. Worth it where reading
            or transforming takes long. Let a random transform draw from the Generator given as rng, or from one that
            nobody else draws from.

    Yields:
        A tuple of arrays of your own, marked read-only, so that graphs need not copy large ones.

    `len` is the number of batches. An error in the thread is raised where the batch is asked for; leaving the loop
    ends the thread.

    Raises:
        ValueError: columns of different length, sizes out of range, or an rng without shuffle.
        TypeError: data without length or index.

    >>> import numpy as np
    >>> loader = DataLoader((np.arange(4.0), np.arange(4)), batch_size=3, transform=lambda x, y: (x / 10, y))
    >>> len(loader)
    2
    >>> for x, y in loader:
    ...     print(x, y)
    [0.  0.1 0.2] [0 1 2]
    [0.3] [3]
    """

    def __init__(self, data: Any, batch_size: int = 32, shuffle: bool = False, *, rng: Rng = None,
                 drop_last: bool = False, transform: Callable[..., tuple] | None = None, prefetch: int = 0):
        positive_int(batch_size=batch_size)
        whole("prefetch", prefetch)
        check_flags(shuffle=shuffle, drop_last=drop_last)
        if rng is not None and not shuffle:
            raise ValueError("an rng is for shuffling: pass shuffle=True with it")
        if isinstance(data, tuple) or are_columns(data):
            data = Dataset(*data)
        self.data = Dataset(data) if hasattr(data, "__array__") else data
        if not _has_rows(data):
            raise TypeError("data must be a tuple of columns such as (x, y), or have a length and an index, got "
                            f"{type(data).__name__}")
        self.batch_size, self.shuffle, self.drop_last = batch_size, shuffle, drop_last
        self.rng = None if rng is None else generator(rng)
        self.transform, self.prefetch = _checked_transform(transform), prefetch

    def __len__(self) -> int:
        full, rest = divmod(len(self.data), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Batch]:
        return self.epoch()

    def epoch(self, rng: Rng = None, *, in_order: bool = False) -> Iterator[Batch]:
        """One run through, shuffled by the loader's own rng, or without one by this; in_order overrules `shuffle`."""
        check_flags(in_order=in_order)
        rng = None if rng is None else generator(rng)
        n, size = len(self.data), self.batch_size
        order = np.arange(n)
        if self.shuffle and not in_order:
            order = (generator(rng) if self.rng is None else self.rng).permutation(n)
        parts = (order[i * size:(i + 1) * size] for i in range(len(self)))
        return _ahead(self._batch, parts, self.prefetch) if self.prefetch else map(self._batch, parts)

    def _batch(self, rows: np.ndarray) -> Batch:
        batch = _samples(self.data, rows)
        if self.transform is not None:
            batch = tuple(np.array(_array(a)) for a in _transformed(self.transform, batch))
        return tuple(map(freeze, batch))


def batches(*arrays, size: int = 32, rng: Rng = None, shuffle: bool = True,
            drop_last: bool = False) -> Iterator[Batch]:
    """Arrays cut along their first axis into batches, the same rows of each: one epoch of a `DataLoader`.

    Args:
        arrays: arrays of equal length, such as x (n, features) and y (n).
        size: rows per batch; the last may be smaller.
        rng: Generator or seed of the order. Pass one Generator to all epochs, and each gets another order.
        shuffle: False keeps the order. drop_last: leave out a last, smaller batch.

    Yields:
        A tuple of arrays of your own, marked read-only, so that graphs need not copy large ones.

    Raises:
        ValueError: no array, arrays of different length, or a size below 1.

    >>> import numpy as np
    >>> for x, y in batches(np.arange(4), np.arange(4) * 10, size=3, shuffle=False):
    ...     print(x, y)
    [0 1 2] [ 0 10 20]
    [3] [30]
    """
    positive_int(size=size)
    return DataLoader(Dataset(*arrays), size, shuffle, drop_last=drop_last).epoch(rng)


def are_columns(data: Any) -> bool:
    """Whether data is a tuple or list of columns, as opposed to a sequence of samples or of batches."""
    return isinstance(data, tuple | list) and len(data) > 0 and all(
        getattr(a, "shape", ()) or isinstance(a, list) for a in data)


def _column(values: Any) -> Any:
    """An array, or the sequence itself if it is one that does not say how to become an array."""
    if isinstance(values, tuple) and any(isinstance(v, list) or np.ndim(v) for v in values):
        raise TypeError("a tuple of columns was given as one column: pass Dataset(x, y), or a list if it is one column")
    if hasattr(values, "filled"):
        raise TypeError("a masked array would lose its mask: fill it, or leave rows out")
    column = _array(values) if isinstance(values, list | tuple) or hasattr(values, "__array__") else values
    if np.shape(column) == () if isinstance(column, np.ndarray) else not _has_rows(column):
        raise TypeError(f"a column needs a row for each sample, got {type(values).__name__}")
    return column


def _has_rows(values: Any) -> bool:
    """Whether values are a sequence with a length and an index, but no text or mapping."""
    is_sequence = hasattr(values, "__len__") and hasattr(values, "__getitem__")
    return is_sequence and not isinstance(values, str | bytes | Mapping)


def _array(values: Any) -> np.ndarray:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"rows of different shapes make no array ({error}): bring them to one shape, or pass an "
                         "object with a length and an index, whose rows a Dataset's transform makes alike") from None


def _checked_transform(transform: Callable[..., tuple] | None) -> Callable[..., tuple] | None:
    if transform is not None:
        check_function("transform", transform, "a function of the columns, or None")
    return transform


def _transformed(transform: Callable[..., tuple] | None, row: tuple) -> tuple:
    """What the transform makes of a row or batch; of a single column it may be given without a tuple around it."""
    if transform is None:
        return row
    result = transform(*row)
    if isinstance(result, tuple | list) and len(result) and all(value is not None for value in result):
        return tuple(result)
    if len(row) > 1 or result is None or isinstance(result, tuple | list):
        raise TypeError(f"the transform of {len(row)} columns must give a tuple, as in `lambda x, y: (x / 255, y)`, "
                        f"got {result!r}"[:300])
    return (result,)


def _samples(data: Any, rows: np.ndarray) -> Batch:
    """Samples by their numbers, from 0, which are known to be there: an array for each of their columns."""
    if type(data) is Dataset:
        return data._at(rows)
    return data[rows] if isinstance(data, Dataset) else _stacked(data, rows)


def _stacked(samples: Any, rows: Iterable[int]) -> Batch:
    """Some samples, each a tuple or a single value, as one array for each of their columns."""
    chosen = [samples[int(i)] for i in rows]
    if not chosen:
        raise ValueError("no row is asked for")
    parts = {len(x) if isinstance(x, tuple | list) else None for x in chosen}
    if len(parts) > 1:
        raise ValueError(f"samples of {' and '.join(sorted(map(str, parts)))} parts do not make one batch")
    if parts == {None}:
        chosen = [(x,) for x in chosen]
    columns = [[_array(x) for x in column] for column in zip(*chosen, strict=True)]
    for column in columns:
        _check_alike(column)
    return tuple(np.stack(column) for column in columns)


def _check_alike(column: list[np.ndarray]) -> None:
    """An error about values of samples that do not make one array of numbers, or of texts."""
    shapes, texts = {x.shape for x in column}, {x.dtype.kind in "US" for x in column}
    if len(shapes) > 1:
        raise ValueError(f"samples of shapes {sorted(shapes)} do not make one batch: bring them to one shape, for "
                         "instance in the transform of a Dataset")
    if len(texts) > 1:
        raise ValueError("samples of numbers and texts do not make one batch, which would be texts")
    odd = next((x for x in column if x.dtype.kind == "O" and not x.ndim), None)
    if odd is not None:
        raise TypeError(f"samples must be numbers, arrays or tuples of them, got {type(odd.item()).__name__}")


def _ahead(make: Callable[[Any], Any], parts: Iterable, count: int) -> Iterator:
    """`map(make, parts)`, run in a thread that is up to `count` results ahead."""
    from concurrent.futures import Future, ThreadPoolExecutor

    pool = ThreadPoolExecutor(1, "batches")
    waiting: deque[Future] = deque()
    try:
        for part in parts:
            waiting.append(pool.submit(copy_context().run, make, part))
            if len(waiting) > count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
