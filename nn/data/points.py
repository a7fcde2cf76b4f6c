"""scikit-learn's small data sets and its split, as arrays of the shapes that networks and losses take.

`rng` is a seed, with the same result as scikit-learn's `random_state`, or a Generator, which gives another each time.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.support.optional import optional

from ..checks import at_least_0, check, numbers
from ..init import Rng
from ..sizes import is_integer, positive_int


def digits() -> tuple[np.ndarray, np.ndarray]:
    """1797 handwritten digits of 8 times 8 pixels (Alpaydin & Kaynak 1998): x (1797, 64) from 0 to 1, y (1797) of 0..9.

    >>> x, y = digits()
    >>> x.shape, y.shape, float(x.max()), y[:5].tolist()
    ((1797, 64), (1797,), 1.0, [0, 1, 2, 3, 4])
    """
    x, y = _sklearn("datasets").load_digits(return_X_y=True)
    return x / 16, y


def moons(n: int = 100, *, noise: float = 0.1, rng: Rng = None) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other: x (n, 2), y (n) of 0 and 1.

    For `bce_with_logits_loss` of an output (n, 1), write y[:, None].
    """
    positive_int(n=n)
    at_least_0(noise=noise)
    return _sklearn("datasets").make_moons(n, noise=noise, random_state=_seed(rng))


def circles(n: int = 100, *, noise: float = 0.1, factor: float = 0.3, rng: Rng = None) -> tuple[np.ndarray, np.ndarray]:
    """A circle around another whose radius is `factor` times as large: x (n, 2), y (n), 1 inside."""
    positive_int(n=n)
    at_least_0(noise=noise)
    check("factor", factor, lambda v: 0 <= v < 1, "in [0, 1)")
    return _sklearn("datasets").make_circles(n, noise=noise, factor=factor, random_state=_seed(rng))


def blobs(n: int = 100, *, centers: int | Sequence[Sequence[float]] = 2, std: float = 1.0, features: int = 2,
          rng: Rng = None) -> tuple[np.ndarray, np.ndarray]:
    """Clouds of normally distributed points: x (n, features), y (n), the number of each point's cloud.

    Args:
        centers: how many clouds, at random places, or their places. std: of each cloud.
    """
    positive_int(n=n, features=features)
    at_least_0(std=std)
    places = centers if is_integer(centers) else numbers("centers", centers)
    if np.ndim(places) != 2 or not np.size(places):
        positive_int(centers=centers)
    x, y = _sklearn("datasets").make_blobs(n, features, centers=places, cluster_std=std, random_state=_seed(rng))
    return x, y


def train_test_split(*arrays: Any, test_size: float = 0.2, stratify: Any = None, rng: Rng = None) -> list:
    """Rows in random order, cut in two: `x_train, x_test, y_train, y_test = train_test_split(x, y, rng=0)`.

    Args:
        test_size: the share of rows in the second part, or their number.
        stratify: labels, of which both parts then have the same shares.

    >>> x_train, x_test, y_train, y_test = train_test_split(*digits(), rng=0)
    >>> len(x_train), len(y_test)
    (1437, 360)
    """
    rows = [_rows(a) for a in arrays]
    if stratify is not None and [_rows(stratify)] != rows[:1]:
        raise ValueError(f"stratify must be labels, one per row, got {_rows(stratify)} for {rows[0]} rows")
    if not rows or len(set(rows)) > 1 or rows[0] < 2:
        raise ValueError(f"at least two rows are needed, and arrays of one length, got lengths {rows}")
    split = _sklearn("model_selection").train_test_split
    return split(*arrays, test_size=test_size, stratify=stratify, random_state=_seed(rng))


def _rows(a) -> int:
    """How many rows a has; TypeError for what has none."""
    shape = getattr(a, "shape", None)
    if isinstance(a, str) or shape == () or not (shape or hasattr(a, "__len__")):
        raise TypeError(f"an array needs rows to be split, got {a!r:.60}")
    return shape[0] if shape else len(a)


def _seed(rng: Rng) -> int | None:
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2 ** 32))
    if not (rng is None or (is_integer(rng) and 0 <= rng < 2 ** 32)):
        raise ValueError(f"rng must be a Generator, a seed from 0 to 2**32 - 1, or None, got {rng!r}")
    return rng


def _sklearn(part: str) -> Any:
    with optional("sklearn", "these data need"):
        import sklearn.datasets
        import sklearn.model_selection
    return getattr(sklearn, part)
