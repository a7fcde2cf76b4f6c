"""Mini-batches of arrays."""
from collections.abc import Iterator

import numpy as np

from .init import Rng


def batches(*arrays, size: int = 32, rng: Rng = None, shuffle: bool = True,
            drop_last: bool = False) -> Iterator[tuple[np.ndarray, ...]]:
    """Arrays cut along their first axis into batches, the same rows of each: one epoch.

    Args:
        arrays: arrays of equal length, such as x (n, features) and y (n).
        size: rows per batch; the last may be smaller.
        rng: Generator or seed of the order. Pass one Generator to all epochs, and each gets another order.
        shuffle: False keeps the order. drop_last: leave out a last, smaller batch.

    Yields:
        A tuple of arrays of your own, marked read-only, so that graphs need not copy them.

    Raises:
        ValueError: no array, arrays of different length, or a size below 1.

    >>> import numpy as np
    >>> for x, y in batches(np.arange(4), np.arange(4) * 10, size=3, shuffle=False):
    ...     print(x, y)
    [0 1 2] [ 0 10 20]
    [3] [30]
    """
    columns = [np.asarray(a) for a in arrays]
    lengths = {len(a) for a in columns}
    if len(lengths) != 1:
        raise ValueError(f"batches needs arrays of one length, got lengths {[len(a) for a in columns]}")
    if size < 1:
        raise ValueError(f"batch size must be at least 1, got {size}")
    return _cut(columns, lengths.pop(), size, np.random.default_rng(rng) if shuffle else None, drop_last)


def _cut(columns, n, size, rng, drop_last):
    order = np.arange(n) if rng is None else rng.permutation(n)
    for start in range(0, n - size + 1 if drop_last else n, size):
        rows = order[start:start + size]
        yield tuple(_sealed(column[rows]) for column in columns)


def _sealed(a: np.ndarray) -> np.ndarray:
    a.flags.writeable = False
    return a
