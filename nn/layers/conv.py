"""Convolution and pooling over images (n, channels, height, width)."""
from autograd import as_tensor, transpose
from autograd.numpy import tensordot
from autograd.ops.windows import windows

from ..checks import check_flags, generator
from ..init import Initialiser, Rng, initialiser
from ..module import Module
from ..parameter import Parameter
from ..sizes import Pair, pair, positive_int


class Conv2d(Module):
    """Cross-correlation of images with learned kernels: each output is a sum over a window of all input channels.

    Windows are laid out as rows of a matrix, so that the convolution is one matrix product (Chellapilla et al. 2006).

    Args:
        inputs, outputs: number of channels. size, stride, padding: one number, or (height, width); padding is zeros.
        bias: whether there is one per output channel. rng: Generator or seed.
        init, bias_init: initialisers of kernels and biases; biases start at 0 by default.

    Attributes:
        weight: Parameter (outputs, inputs, height, width). bias: Parameter (outputs), or None.

    x (n, inputs, h, w) gives (n, outputs, rows, columns) with rows = (h + 2 padding - height) // stride + 1.

    >>> import numpy as np
    >>> from nn import Conv2d
    >>> Conv2d(3, 8, 5, padding=2, rng=0)(np.ones((2, 3, 28, 28))).shape
    (2, 8, 28, 28)
    """

    def __init__(self, inputs: int, outputs: int, size: Pair, stride: Pair = 1, padding: Pair = 0, bias: bool = True, *,
                 rng: Rng = None, init: str | Initialiser = "he_normal", bias_init: str | Initialiser = "zeros"):
        positive_int(inputs=inputs, outputs=outputs)
        check_flags(bias=bias)
        self.size, self.stride, self.padding = pair("size", size), pair("stride", stride), pair("padding", padding, 0)
        rng = generator(rng)                    # one for both: a seed given to each would draw the same
        self.weight = Parameter(initialiser(init)((outputs, inputs, *self.size), rng), name="K")
        self.bias = Parameter(initialiser(bias_init)((outputs,), rng), name="b") if bias else None

    def forward(self, x):
        x = as_tensor(x)
        _check_image("Conv2d", x, self.size, self.padding, self.weight.shape[1])
        seen = windows(x, size=self.size, stride=self.stride, padding=self.padding)
        y = tensordot(seen, self.weight, axes=((1, 4, 5), (1, 2, 3)))
        return transpose(y if self.bias is None else y + self.bias, (0, 3, 1, 2))

    def config(self) -> dict:
        outputs, inputs = self.weight.shape[:2]
        return {"inputs": inputs, "outputs": outputs, "size": self.size, "stride": self.stride, "padding": self.padding,
                **({} if self.bias is not None else {"bias": False})}


class _Pool2d(Module):
    def __init__(self, size: Pair, stride: Pair | None = None):
        self.size = pair("size", size)
        self.stride = self.size if stride is None else pair("stride", stride)

    def _windows(self, x):
        x = as_tensor(x)
        _check_image(type(self).__name__, x, self.size, (0, 0))
        return windows(x, size=self.size, stride=self.stride)

    def config(self) -> dict:
        return {"size": self.size, "stride": self.stride}


class MaxPool2d(_Pool2d):
    """The largest entry of each window, by default side by side. Tied entries share the gradient.

    Args:
        size, stride: one number, or (height, width); stride is size by default.

    x (n, channels, h, w) gives (n, channels, (h - height) // stride + 1, ...).
    """

    def forward(self, x):
        return self._windows(x).max(axis=(-2, -1))


class AvgPool2d(_Pool2d):
    """The mean of each window; arguments and shapes as those of `MaxPool2d`."""

    def forward(self, x):
        return self._windows(x).mean(axis=(-2, -1))


def _check_image(layer: str, x, size, padding, channels: int | None = None) -> None:
    if x.ndim != 4 or channels not in (None, x.shape[1]):
        raise ValueError(f"{layer} takes (n, {channels or 'channels'}, height, width), got shape {x.shape}"
                         + ("; a batch of one image is image[None]" if x.ndim == 3 else ""))
    if any(n + 2 * p < k for n, p, k in zip(x.shape[2:], padding, size, strict=True)):
        raise ValueError(f"{layer}: windows of {size} do not fit into images of {x.shape[2:]} with padding {padding}")
