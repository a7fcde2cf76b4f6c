"""Scaling as a layer: its statistics are fitted once on data, and saved, loaded and drawn with the network."""
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from autograd import Tensor, as_tensor, no_grad
from autograd.core.dtypes import narrow, wide

from ..checks import numbers, ordered
from ..init import filled
from ..module import Module
from ..parameter import Buffer
from ..sizes import lengths


class Scaler(Module):
    """(x - shift) / scale, column by column, with a shift and scale that `fit` finds in data. Nothing is learned.

    As the first layer of a network it takes data as they are, in training and in use, and cannot be forgotten. Beside
    one it scales targets: `transform` before, `inverse_transform` on what the network says.

    Args:
        features: the columns, where they are known before `fit`: their number, or the shape of a sample.

    Attributes:
        shift, scale: Buffers of the shape of a sample.
    """

    def __init__(self, features: int | Sequence[int] | None = None):
        self.shift: Buffer | None = None
        self.scale: Buffer | None = None
        if features is not None:
            shape = lengths((features,) if isinstance(features, int | np.integer) else features, "features", least=1)
            self._set(filled(shape, 0.0), filled(shape, 1.0))

    def fit(self, x: Any) -> Self:
        """Find shift and scale in x (n, ...), block by block, so that a memory map is not read at once; returns self.

        Statistics are float64; they are kept in x's dtype if that is floating, so that float32 stays float32, and those
        of float16 in float32.

        Raises:
            ValueError: x has no row, another shape than `features`, or holds nan, inf or values so far apart, or so
                near, that the scale leaves the dtype's range; the message names the columns.
        """
        x = numbers("x", x)
        if not x.ndim or not len(x):
            raise ValueError(f"{type(self).__name__} is fitted to rows (n, ...), got shape {x.shape}")
        if self.shift is not None and self.shift.shape != x.shape[1:]:
            raise ValueError(f"{type(self).__name__} is for samples of shape {self.shift.shape}, got x of {x.shape}")
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(float)
        kept = np.promote_types(dtype, np.float32)
        with np.errstate(over="ignore", invalid="ignore"):          # what leaves the range is refused by column
            mean, std, low, high = _statistics(x)
            varies = high - low > 10 * np.finfo(dtype).eps * np.maximum(abs(low), abs(high))    # not by rounding
            shift, scale = (a.astype(kept) for a in self._found(mean, std, low, high, varies))
        _check_columns(np.isfinite(shift) & np.isfinite(scale) & (scale > 0),
                       f"spread further, or less, than {kept} can hold", "multiply them by a suitable factor first")
        self._set(shift, scale)
        return self

    def _found(self, mean, std, low, high, varies) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _set(self, shift: np.ndarray, scale: np.ndarray) -> None:
        self.shift, self.scale = Buffer(shift, name="shift"), Buffer(scale, name="scale")

    def forward(self, x) -> Tensor:
        x, shift, scale = self._matched(x)
        return narrow((wide(x) - wide(shift)) / wide(scale), x)

    def transform(self, x: Any) -> np.ndarray:
        """An array scaled, as an array."""
        with no_grad():
            return self.forward(x).numpy()

    def inverse_transform(self, y: Any) -> np.ndarray:
        """An array of scaled values, such as a network's output, back in the units of the data."""
        y, shift, scale = self._matched(y)
        with no_grad():
            return narrow(wide(y) * wide(scale) + wide(shift), y).numpy()

    def _matched(self, x) -> tuple[Tensor, Buffer, Buffer]:
        if self.shift is None or self.scale is None:
            raise ValueError(f"{type(self).__name__} is not fitted yet: call fit(x_train) first")
        x = as_tensor(x)
        shape = self.shift.shape
        if x.shape[x.ndim - len(shape):] != shape:
            raise ValueError(f"{type(self).__name__} was fitted to samples of shape {shape}, got x of {x.shape}")
        return x, self.shift, self.scale

    def config(self) -> dict:
        if self.shift is None:
            return {"features": None}
        shape = self.shift.shape
        return {"features": shape[0] if len(shape) == 1 else list(shape)}


class StandardScaler(Scaler):
    """Each column to mean 0 and standard deviation 1: (x - mean) / std, with the biased std. Constant columns become 0.

    >>> import numpy as np
    >>> from nn import Linear, Sequential
    >>> x = np.array([[1.0, 200.0], [3.0, 400.0]])
    >>> scaler = StandardScaler().fit(x)
    >>> scaler.transform(x)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> model = Sequential(scaler, Linear(2, 1, rng=0))
    >>> sorted(model.state_dict())
    ['layers.0.scale', 'layers.0.shift', 'layers.1.bias', 'layers.1.weight']
    """

    def _found(self, mean, std, low, high, varies) -> tuple[np.ndarray, np.ndarray]:
        return mean, np.where(varies, std, 1.0)


class MinMaxScaler(Scaler):
    """Each column to [low, high], by default [0, 1]: the smallest value seen in `fit` becomes low, the largest high.

    Constant columns become low. Later values outside what `fit` saw go outside [low, high].

    >>> MinMaxScaler().fit([[0.0, 5.0], [10.0, 7.0]]).transform([[5.0, 7.0]])
    array([[0.5, 1. ]])
    """

    def __init__(self, features: int | Sequence[int] | None = None, low: float = 0.0, high: float = 1.0):
        ordered(low, high)
        super().__init__(features)
        self.low, self.high = low, high

    def _found(self, mean, std, low, high, varies) -> tuple[np.ndarray, np.ndarray]:
        scale = np.where(varies, high - low, 1.0) / (self.high - self.low)
        return low - self.low * scale, scale

    def config(self) -> dict:
        return super().config() | {"low": self.low, "high": self.high}


BLOCK = 2 ** 22
"""How many numbers `fit` looks at in one go."""


def _statistics(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, biased standard deviation, smallest and largest of each column (Chan et al. 1979, joined over blocks)."""
    step = max(1, BLOCK * len(x) // max(1, x.size))
    count, mean, squares, low, high = 0, 0.0, 0.0, np.inf, -np.inf
    for start in range(0, len(x), step):
        block = np.asarray(x[start:start + step], dtype=float)
        _check_columns(np.isfinite(block).all(axis=0), "hold nan or inf", "fill or leave out what is missing first")
        n, own = len(block), block.mean(axis=0)
        off = own - mean
        squares = squares + block.var(axis=0) * n + off ** 2 * (count * n / (count + n))
        mean, count = mean + off * (n / (count + n)), count + n
        low, high = np.minimum(low, block.min(axis=0)), np.maximum(high, block.max(axis=0))
    mean = np.clip(mean, low, high)                         # rounding puts the mean of equal entries beside them
    return np.asarray(mean), np.sqrt(squares / count), np.asarray(low), np.asarray(high)


def _check_columns(good: np.ndarray, fault: str, remedy: str) -> None:
    if not np.all(good):
        where = f" in columns {np.flatnonzero(~good)[:10].tolist()}" if np.ndim(good) == 1 else ""
        raise ValueError(f"the data {fault}{where}: {remedy}")
