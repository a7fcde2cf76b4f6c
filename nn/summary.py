"""What a network is made of: layers, shapes, parameters, memory, work."""
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd import Tensor, no_grad
from autograd.core.dtypes import dtype_of

from .checks import numbers
from .layers.conv import Conv2d
from .layers.linear import Linear
from .module import Module, check_module, evaluating
from .sizes import sample_shape


class Row(NamedTuple):
    """One layer: path, class, the shape it gives for one sample, its own parameters, its floating-point operations."""
    path: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    flops: int


class Summary(NamedTuple):
    """The rows in order of use, and what they add up to, shown as a table."""
    rows: list[Row]
    parameters: int
    bytes: int
    flops: int

    def __str__(self) -> str:
        table = [("layer", "output", "parameters", "FLOPs")]
        table += [(f"{r.path} {r.kind}".strip(), str(r.shape), f"{r.parameters:,}", f"{r.flops:,}") for r in self.rows]
        table += [("total", "", f"{self.parameters:,}", f"{self.flops:,}")]
        w = [max(len(row[i]) for row in table) for i in range(4)]
        lines = [f"{a:<{w[0]}}  {b:<{w[1]}}  {c:>{w[2]}}  {d:>{w[3]}}" for a, b, c, d in table]
        rule = "-" * len(lines[0])
        memory = f"memory of the parameters: {self.bytes:,} bytes"
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], memory])

    def __repr__(self) -> str:
        return str(self)


def summary(model: Module, input_shape: Sequence[int], dtype=float) -> Summary:
    """A table of the layers of a model.

    Args:
        input_shape: the shape of one sample, without the batch axis: (2,), or (3, 32, 32) for an image.
        dtype: of the input; int for models that begin with an Embedding.

    Raises:
        ValueError: an input_shape that is none, or that the model does not take.

    FLOPs are those of the matrix products of Linear and Conv2d, two per multiply-add, for one sample.

    >>> from nn import MLP, summary
    >>> print(summary(MLP([2, 16, 16, 16, 1]), (2,)))
    layer            output  parameters  FLOPs
    ------------------------------------------
    layers.0 Linear  (16,)           48     64
    layers.1 Linear  (16,)          272    512
    layers.2 Linear  (16,)          272    512
    layers.3 Linear  (1,)            17     32
    ------------------------------------------
    total                           609  1,120
    memory of the parameters: 4,872 bytes
    """
    check_module(model)
    sample = sample_shape(input_shape)
    given = numbers("the input", np.zeros((1, *sample), dtype_of(dtype)))
    calls: list[tuple[str, Module, tuple[int, ...]]] = []

    def watch(path: str, module: Module):
        return module.on_call(lambda m, _inputs, y: calls.append((path, m, _shape(y))))
    undo = [watch(path, m) for path, m in model.named_modules() if not m.children()]
    try:
        with evaluating(model), no_grad():
            model(Tensor(given))
    except (ValueError, TypeError) as error:
        raise type(error)(f"the model does not take samples of shape {sample} of {given.dtype}: {error}") from error
    finally:
        for remove in undo:
            remove()
    counted: set[int] = set()
    rows = [Row(path, type(m).__name__, shape, _new_parameters(m, counted), _flops(m, shape))
            for path, m, shape in calls]
    own = model.parameters()
    return Summary(rows, sum(p.size for p in own), sum(p.data.nbytes for p in own), sum(r.flops for r in rows))


def _shape(y) -> tuple[int, ...]:
    return tuple((y[0] if isinstance(y, tuple) else y).shape[1:])


def _new_parameters(module: Module, counted: set[int]) -> int:
    """Those of a module that no row above has."""
    new = [p for p in module.parameters() if id(p) not in counted]
    counted.update(id(p) for p in new)
    return sum(p.size for p in new)


def _flops(module: Module, shape: tuple[int, ...]) -> int:
    if isinstance(module, Linear):
        return 2 * module.weight.shape[0] * int(np.prod(shape))
    if isinstance(module, Conv2d):
        return 2 * int(np.prod(module.weight.shape[1:])) * int(np.prod(shape))
    return 0
