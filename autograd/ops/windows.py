"""Sliding windows over images and their adjoint, overlapping sums: what convolution and pooling are made of."""
import numpy as np

from ..core.domain import AnyShape, Choice
from ..core.dtypes import float16_in_float32
from ..core.primitive import LINEAR, primitive
from ..core.values import zeros

PAIRS = Choice(((1, 1), (2, 1), (2, 2)))


@primitive(vjp=(lambda g, y, x, size, stride, padding:
                overlap_add(g, shape=tuple(np.shape(x)[-2:]), stride=stride, padding=padding),), jvp=LINEAR,
           shapes=AnyShape(min_dims=2, min_side=2),
           params={"size": PAIRS, "stride": PAIRS, "padding": Choice(((0, 0), (1, 0), (1, 2)))},
           latex=r"\operatorname{windows}(%s)")
def windows(x, *, size, stride=(1, 1), padding=(0, 0)):
    """All windows of `size` (height, width) over the last two axes, `stride` apart, of x with `padding` zeros around.

    x (..., h, w) gives (..., rows, columns, height, width) with rows = (h + 2 padding - height) // stride + 1, columns
    alike. A read-only view where there is no padding: nothing is copied.
    """
    if any(padding):
        x = np.pad(x, [(0, 0)] * (np.ndim(x) - 2) + [(p, p) for p in padding])
    every = np.lib.stride_tricks.sliding_window_view(x, size, axis=(-2, -1))
    return every[..., ::stride[0], ::stride[1], :, :]


@primitive(vjp=(lambda g, y, x, shape, stride, padding:
                windows(g, size=tuple(np.shape(x)[-2:]), stride=stride, padding=padding),), jvp=LINEAR,
           shapes=AnyShape(min_dims=4, min_side=1),
           params={"shape": Choice((None,)), "stride": PAIRS, "padding": Choice(((0, 0),))},
           latex=r"\operatorname{overlap}(%s)")
@float16_in_float32
def overlap_add(x, *, shape=None, stride=(1, 1), padding=(0, 0)):
    """Windows put back where they came from, overlaps added up: the adjoint of `windows`.

    x (..., rows, columns, height, width) gives (..., *shape), by default the smallest that holds them all.
    """
    rows, columns, height, width = np.shape(x)[-4:]
    least = ((rows - 1) * stride[0] + height, (columns - 1) * stride[1] + width)
    if shape is None:
        shape = tuple(n - 2 * p for n, p in zip(least, padding, strict=True))
    padded = tuple(n + 2 * p for n, p in zip(shape, padding, strict=True))
    y = zeros((*np.shape(x)[:-4], *padded), x)
    for i in range(height):
        for j in range(width):
            y[..., i:i + rows * stride[0]:stride[0], j:j + columns * stride[1]:stride[1]] += x[..., i, j]
    (top, left), (h, w) = padding, shape
    return y[..., top:top + h, left:left + w]
