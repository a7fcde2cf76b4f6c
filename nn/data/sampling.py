"""Before training: classes of unequal size made equal, images varied, labels as rows of 0 and 1."""
from collections.abc import Sequence

import numpy as np

from autograd.ops.fused import one_hot as rows_of
from autograd.support.optional import optional

from ..checks import as_array, at_least_0, check_number, generator, numbers
from ..init import Rng
from ..sizes import is_integer, positive_int


def class_counts(y) -> dict:
    """How many rows each class has, by class. ValueError for labels that are not one per row.

    >>> class_counts([1, 0, 1, 1])
    {0: 1, 1: 3}
    """
    y = as_array("labels", y)
    if not y.ndim or y.size != len(y):
        raise ValueError(f"labels must be (n), one per row, got shape {y.shape}; of one-hot rows take argmax(axis=1)")
    if not len(y):
        raise ValueError("there are no labels")
    if y.dtype.kind == "O" or (y.dtype.kind == "f" and np.isnan(y).any()):
        raise ValueError("labels must be numbers or texts, one of a kind and none missing: there are None, nan or "
                         "several kinds among them")
    classes, counts = np.unique(y, return_counts=True)
    return dict(zip(classes.tolist(), counts.tolist(), strict=True))


def balanced_class_weight(y) -> np.ndarray:
    """A weight for each class, in sorted order, so that all count the same: n / (classes · count).

    For `cross_entropy_loss(..., class_weight=...)` with class ids (King & Zeng 2001).

    >>> balanced_class_weight([1, 0, 1, 1])
    array([2.        , 0.66666667])
    """
    counts = np.array(list(class_counts(y).values()))
    return counts.sum() / (len(counts) * counts)


def under_sample(x, y, *, rng: Rng = None) -> tuple[np.ndarray, np.ndarray]:
    """As many random rows of each class as the rarest has, each at most once, in random order."""
    return _resampled(x, y, min(class_counts(y).values()), rng)


def over_sample(x, y, *, rng: Rng = None) -> tuple[np.ndarray, np.ndarray]:
    """As many rows of each class as the commonest has: all of them, and random ones again, in random order."""
    return _resampled(x, y, max(class_counts(y).values()), rng)


def _resampled(x, y, count: int, rng) -> tuple[np.ndarray, np.ndarray]:
    x, y, rng = as_array("x", x), as_array("labels", y), generator(rng)
    if not x.ndim:
        raise ValueError(f"x must have rows (n, ...), got {x!r:.60}")
    if len(x) != len(y):
        raise ValueError(f"x and y must have the same length, got {len(x)} and {len(y)}")
    rows = []
    for name in class_counts(y):
        own = rng.permutation(np.flatnonzero(y == name))
        extra = rng.choice(own, max(0, count - len(own)))
        rows.append(np.concatenate([own[:count], extra]))
    order = rng.permutation(np.concatenate(rows))
    return x[order], y[order]


def shifted(images, limit: int = 2, *, rng: Rng = None) -> np.ndarray:
    """Each image (n, height, width, ...) moved by up to `limit` pixels up or down and left or right, at random; the
    border is filled with 0."""
    images, rng = numbers("images", images), generator(rng)
    if images.ndim < 3 or not is_integer(limit) or limit < 0:
        raise ValueError("shifted moves images (n, height, width, ...) by 0 pixels or more, got shape "
                         f"{images.shape} and limit {limit!r}")
    pad = [(0, 0), (limit, limit), (limit, limit)] + [(0, 0)] * (images.ndim - 3)
    wide, (h, w) = np.pad(images, pad), images.shape[1:3]
    moves = rng.integers(0, 2 * limit + 1, (len(images), 2))
    moved = np.empty_like(images)
    for target, image, (i, j) in zip(moved, wide, moves, strict=True):
        target[...] = image[i:i + h, j:j + w]
    return moved


def rotated(images, limit: float | tuple[float, float] = 10.0, *, rng: Rng = None) -> np.ndarray:
    """Each image (n, height, width) or (n, height, width, channels) turned about its middle by a random angle, with
    values interpolated between pixels and 0 around; in the images' dtype. Needs SciPy, which scikit-learn brings.

    Args:
        limit: degrees, up to which images turn either way; or (low, high), anticlockwise if positive, such as (90, 90).

    Raises:
        ValueError: images of another number of axes, or low above high.

    >>> rotated([[[1, 2], [3, 4]]], (90, 90)).tolist()
    [[[2, 4], [1, 3]]]
    """
    images, rng = _graded("images", images), generator(rng)
    low, high = _span(limit)
    if images.ndim not in (3, 4) or low > high:
        raise ValueError("rotated turns images (n, height, width) or (n, height, width, channels) by degrees from low "
                         f"to high, got shape {images.shape} and {low} to {high}")
    with optional("scipy", "rotating images needs"):
        from scipy.ndimage import rotate
    turned, wide = np.empty_like(images), images.astype(np.float32) if images.dtype == np.float16 else images
    for target, image, angle in zip(turned, wide, rng.uniform(low, high, len(images)), strict=True):
        target[...] = rotate(image, angle, reshape=False, order=1)
    return turned


def _graded(name: str, values) -> np.ndarray:
    """Numbers that have others between them: no truth values."""
    a = numbers(name, values)
    if a.dtype.kind == "b":
        raise TypeError(f"{name} are True or False, with nothing between: convert them with astype(float)")
    return a


def _span(limit) -> tuple[float, float]:
    """(low, high) of an angle. An error for what are no numbers."""
    both = tuple(limit) if isinstance(limit, tuple | list) else (limit,)
    if len(both) > 2:
        raise ValueError(f"limit must be degrees, or (low, high), got {limit!r}")
    for angle in both:
        check_number("limit, in degrees,", angle)
    return (both[0], both[1]) if len(both) == 2 else (-both[0], both[0])


def noisy(x, std: float = 0.1, *, rng: Rng = None) -> np.ndarray:
    """x plus N(0, std²) in every entry, in x's dtype: integers are rounded, and stay within what it can hold."""
    x = _graded("x", x)
    at_least_0(std=std)
    y = x + generator(rng).normal(0.0, std, x.shape)
    if x.dtype.kind not in "iu":
        return y.astype(x.dtype)
    kinds = np.iinfo(x.dtype)
    top = float(kinds.max)                                  # of 64 bits, rounded up and out of range
    return np.rint(y).clip(kinds.min, top if int(top) <= kinds.max else np.nextafter(top, 0)).astype(x.dtype)


def one_hot(labels: Sequence[int] | np.ndarray, classes: int | None = None) -> np.ndarray:
    """Rows with a single 1 at the label: ids (n) of [0, classes) give (n, classes).

    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    ids = as_array("ids", labels)
    if ids.dtype.kind not in "iu" or ids.ndim != 1:
        raise TypeError(f"one_hot takes integer ids of shape (n,), got {ids.dtype} of shape {ids.shape}")
    if classes is not None:
        positive_int(classes=classes)
    n = classes if classes is not None else int(ids.max()) + 1 if ids.size else 0
    if ids.size and not 0 <= ids.min() <= ids.max() < n:
        raise ValueError(f"ids must be in [0, {n}), got {ids.min()}..{ids.max()}")
    return rows_of(ids, n)
