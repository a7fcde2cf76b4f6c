"""The two kinds of Tensor that belong to a Module: those it learns, and those it only keeps."""
from autograd import Tensor


class Parameter(Tensor):
    """A Tensor that a Module learns: it requires grad unless told otherwise, and `Module.parameters` finds it.

    Args as those of `Tensor`, except that `requires_grad` is True by default. `requires_grad=False` freezes it.

    Raises:
        TypeError: data that is not floating (write 1.0 instead of 1, or pass dtype=float).

    >>> from nn import Parameter
    >>> Parameter([1.0, 2.0])
    Tensor([1. 2.], requires_grad=True)
    """
    __slots__ = ()

    def __init__(self, data, requires_grad: bool = True, *, dtype=None, name: str | None = None):
        super().__init__(data, requires_grad, dtype=dtype, name=name)


class Buffer(Tensor):
    """A Tensor that a Module keeps and saves but does not learn, such as a running mean. Update it with `assign`."""
    __slots__ = ()
