"""PyTorch: a `torch.autograd.Function`, or any function of torch tensors."""
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ...support.arguments import check_function
from ...support.optional import optional
from ..api import arguments_of, check_order, check_takes, name_of, run_check
from ..evidence.function_under_test import FunctionUnderTest, RejectedRule
from ..evidence.structure import map_parts, parts
from ..nested import is_module, with_flat_arguments
from ..report import Report


def check_torch(f: Callable[..., Any], *inputs, order: int = 1, raises: bool = True, name: str | None = None,
                **settings) -> Report:
    """Check the backward pass of PyTorch code.

    Args:
        f: takes torch tensors and returns one, or several nested in tuples, lists or dicts. A subclass of
            `torch.autograd.Function` stands for its `apply`; a `torch.nn.Module` is checked in its parameters too.
        inputs: numbers, arrays or tensors on the CPU, also nested; those of floating dtype are checked in float64
            copies. Modules are checked in their parameters; Python integers and other values stay as they are.
        order: 2 or more to check that backward can be differentiated again, jointly in the inputs and the cotangent.
        raises, name, settings: as for `gradcheck`.

    Raises:
        GradcheckError: the check did not pass.
        ModuleNotFoundError: PyTorch is not installed.
    """
    call = getattr(f, "apply", f) if isinstance(f, type) else f
    check_function("f", call, "a function of torch tensors")
    name = name_of(f, name)
    if is_module(call):
        call, inputs = _called, (call, *inputs)
    else:
        check_takes(call, len(inputs), "inputs")
    check_order(order)
    arguments = arguments_of(call, tuple(map(_as_arrays, inputs)))
    flat = with_flat_arguments(_with_modules(call, inputs), arguments)
    return run_check(_function(flat, name), arguments, settings, order=order, raises=raises)


def _called(module, *xs):
    return module(*xs)


def _as_arrays(x) -> Any:
    """Tensors as arrays, modules as dicts of their parameters."""
    if is_module(x):
        return {path: _as_arrays(p) for path, p in x.named_parameters()}
    if isinstance(x, dict):
        return {key: _as_arrays(part) for key, part in x.items()}
    if isinstance(x, tuple | list):
        return type(x)(map(_as_arrays, x))
    if not hasattr(x, "detach"):
        return x
    x = x.detach()
    return (x.float() if x.is_floating_point() and x.element_size() < 4 else x).numpy()


def _with_modules(f, inputs: tuple):
    """f, where the parameters that come in place of a module are put into it."""
    def call(*xs):
        return f(*(partial(_functional_call, module, x) if is_module(module) else x
                   for module, x in zip(inputs, xs, strict=True)))
    return call


def _functional_call(module, parameters: dict, *xs):
    kind = next((p.dtype for p in parameters.values() if p.is_floating_point()), None)
    buffers = {path: b.to(kind) if b.is_floating_point() else b for path, b in module.named_buffers()}
    return _torch().func.functional_call(module, {**buffers, **parameters}, xs)


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
    tensors = [torch.from_numpy(x if x.flags.writeable else x.copy()) for x in map(np.asarray, xs)]
    return [t.requires_grad_(needs and t.is_floating_point()) for t in tensors]


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
        found = tuple(c for c in _pulled(f(*leaves), args[count:], leaves, True) if c is not None)
        _refuse_marked(found)
        return found
    return gradient


def _refuse_marked(tensors: tuple) -> None:
    """Raise where a backward pass is marked @once_differentiable: PyTorch itself would give zeros without a word."""
    nodes, seen = [t.grad_fn for t in tensors], set()
    while nodes:
        node = nodes.pop()
        if node is None or node in seen:
            continue
        if node.name().split("::")[-1] in ("Error", "DelayedError"):
            raise RuntimeError("a backward pass is marked with @once_differentiable")
        seen.add(node)
        nodes += [after for after, _ in node.next_functions]


def _pulled(y, g, leaves, create_graph: bool) -> list:
    """torch.autograd.grad with zeros for unused leaves and None for integer ones."""
    torch = _torch()
    wanted = [x for x in leaves if x.requires_grad]
    try:
        answers = iter(torch.autograd.grad(parts(y), wanted, g, create_graph=create_graph, allow_unused=True))
    except RuntimeError as error:
        if found := re.search(r"index (\d+) - got \[(.*)\] but expected shape compatible with \[(.*)\]", str(error)):
            index, got, needed = found.groups()
            raise RejectedRule(f"the cotangent has shape ({got}), the input ({needed})", int(index)) from error
        raise
    return [(torch.zeros_like(x) if (c := next(answers)) is None else c) if x.requires_grad else None for x in leaves]


def _filled(cotangents, leaves) -> tuple:
    return tuple(None if c is None else c.detach().numpy() for c in cotangents)
