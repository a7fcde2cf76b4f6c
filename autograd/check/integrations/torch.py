"""PyTorch: a `torch.autograd.Function`, or any function of torch tensors."""
from collections.abc import Callable
from typing import Any

import numpy as np

from ...support.arguments import check_function
from ...support.optional import optional
from ..api import arguments_of, check_order, check_takes, name_of, run_check
from ..evidence.function_under_test import FunctionUnderTest, RejectedRule
from ..evidence.structure import map_parts, parts
from ..report import Report


def check_torch(f: Callable[..., Any], *inputs, order: int = 1, raises: bool = True, name: str | None = None,
                **settings) -> Report:
    """Check the backward pass of PyTorch code.

    Args:
        f: takes one torch tensor per input and returns one, or a tuple. A subclass of `torch.autograd.Function` stands
            for its `apply`.
        inputs: numbers, arrays or tensors on the CPU; those of floating dtype are checked in float64 copies.
        order: 2 to check that backward can be differentiated again, jointly in the inputs and the cotangent.
        raises, name, settings: as for `gradcheck`.

    Raises:
        GradcheckError: the check did not pass.
        ModuleNotFoundError: PyTorch is not installed.
    """
    call = getattr(f, "apply", f) if isinstance(f, type) else f
    check_function("f", call, "a function of torch tensors")
    check_takes(call, len(inputs), "inputs")
    name = name_of(f, name)
    check_order(order)
    values = [x.detach().numpy() if hasattr(x, "detach") else x for x in inputs]
    return run_check(_function(call, name), arguments_of(call, tuple(values)), settings, order=order, raises=raises)


def _function(f, name: str, order: int = 1) -> FunctionUnderTest:
    def gradient(count: int) -> FunctionUnderTest:
        return _function(_gradient(f, count), f"the gradient of {name}", order + 1)
    return FunctionUnderTest(name, _forward(f), vjp=_vjp(f), order=order, gradient=gradient)


def _torch() -> Any:
    with optional("torch", "check_torch needs"):
        import torch.autograd
    return torch


def _tensors(xs, needs: bool) -> list:
    torch = _torch()
    return [t.requires_grad_(needs and t.is_floating_point()) for t in map(torch.from_numpy, xs)]


def _forward(f):
    def forward(*xs):
        return map_parts(lambda y: np.asarray(y.detach()), f(*_tensors(xs, False)))
    return forward


def _vjp(f):
    def vjp(g, *xs):
        leaves = _tensors(xs, True)
        return _filled(_pulled(f(*leaves), _tensors(parts(g), False), leaves, False), leaves)
    return vjp


def _gradient(f, count: int):
    """(x, g) -> vjp(g), which PyTorch differentiates again."""
    def gradient(*args):
        leaves = [x.clone().requires_grad_() if x.is_floating_point() and not x.requires_grad else x
                  for x in args[:count]]
        return tuple(c for c in _pulled(f(*leaves), args[count:], leaves, True) if c is not None)
    return gradient


def _pulled(y, g, leaves, create_graph: bool) -> list:
    """torch.autograd.grad with zeros for unused leaves and None for integer ones."""
    torch = _torch()
    wanted = [x for x in leaves if x.requires_grad]
    try:
        found = iter(torch.autograd.grad(parts(y), wanted, g, create_graph=create_graph, allow_unused=True))
    except RuntimeError as error:
        if "gradient" in str(error) and "shape" in str(error):
            raise RejectedRule(f"has shape: {error}") from error
        raise
    return [(torch.zeros_like(x) if (c := next(found)) is None else c) if x.requires_grad else None for x in leaves]


def _filled(cotangents, leaves) -> tuple:
    return tuple(None if c is None else c.detach().numpy() for c in cotangents)
