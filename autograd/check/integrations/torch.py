"""PyTorch: a `torch.autograd.Function`, or any function of torch tensors."""
from collections.abc import Callable
from typing import Any

import numpy as np

from ...support.arguments import check_function
from ...support.optional import optional
from ..api import check_order, check_takes, name_of, run_check
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
    function = FunctionUnderTest(name, _forward(call), vjp=_vjp(call))
    second = _second(call, f"the gradient of {name}", len(inputs)) if order > 1 else None
    return run_check(function, values, settings, second=second, raises=raises)


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


def _second(f, name: str, inputs: int) -> FunctionUnderTest:
    """(x, g) -> vjp(g), differentiated by PyTorch again."""
    def forward(*args):
        g = args[inputs] if len(args) == inputs + 1 else args[inputs:]
        return tuple(c for c in _vjp(f)(g, *args[:inputs]) if c is not None)

    def vjp(h, *args):
        leaves = _tensors(args, True)
        first = _pulled(f(*leaves[:inputs]), leaves[inputs:], leaves[:inputs], True)
        kept = [(c, s) for c, s in zip([c for c in first if c is not None], _tensors(parts(h), False), strict=False)
                if c.requires_grad]
        return _filled(_pulled([c for c, _ in kept], [s for _, s in kept], leaves, False), leaves)
    return FunctionUnderTest(name, forward, vjp=vjp, order=2)


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
