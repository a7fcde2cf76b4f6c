"""What outside code takes from HIPS autograd's tracer: is a value on its way through a transform, and what is it?"""
from typing import Any

from .core.tensor import Tensor

Box = Tensor
"""What stands for a value that is differentiated."""


def isbox(x: Any) -> bool:
    """Whether x is a Tensor, not a plain value.

    >>> isbox(2.0)
    False
    """
    return isinstance(x, Tensor)


def getval(x: Any) -> Any:
    """The plain value of a Tensor, an array or number outside the graph; anything else as it is.

    >>> from autograd import Tensor
    >>> getval(Tensor(2.0))
    2.0
    """
    if not isinstance(x, Tensor):
        return x
    value = x.detach().data
    return value if value.shape else value[()].item()
