"""Training as a differentiable function: steps of an optimiser as one graph."""
from collections.abc import Callable, Sequence

from autograd import Tensor, enable_grad
from autograd.transforms.gradient import gradients

from ..checks import check_function
from ..sizes import whole
from .base import Optimizer


def unrolled(optimizer: Optimizer, loss_fn: Callable[[Sequence[Tensor]], Tensor], steps: int) -> list[Tensor]:
    """The parameters after some steps of an optimiser, as Tensors one can differentiate through.

    Gradients flow to the optimiser's settings that are Tensors (the learning rate, say), to the initial parameters and
    to whatever `loss_fn` uses: hyper-gradients (Maclaurin et al. 2015). The optimiser and its parameters are unchanged.

    Args:
        optimizer: starts with fresh state.
        loss_fn: from the list of parameters, in the optimiser's order, to the loss.
        steps: how many.

    >>> from autograd import Tensor
    >>> from nn import SGD, Parameter
    >>> lr = Tensor(0.1, requires_grad=True)
    >>> w, = unrolled(SGD([Parameter(1.0)], lr=lr), lambda params: params[0] ** 2, steps=2)
    >>> w.backward()                        # w = (1 - 2 lr)², so dw/dlr = -4 (1 - 2 lr)
    >>> round(lr.grad.item(), 6)
    -3.2
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"unrolled takes an Optimizer, such as SGD(model.parameters()), got {optimizer!r}")
    check_function("loss_fn", loss_fn, "a function from the list of parameters to the loss")
    whole("steps", steps)
    params: list[Tensor] = list(optimizer.params)
    state = None
    with enable_grad():                                 # the steps need gradients, also where nobody else records
        for t in range(1, steps + 1):
            grads = gradients(loss_fn(params), params, create_graph=True)
            params, state = optimizer.updated(params, grads, state, t)
    return params
