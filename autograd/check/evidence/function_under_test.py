"""What is checked: a forward function on plain arrays and its derivative rules."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import graph
from ...core.modes import no_grad
from ...core.node import RuleError
from ...core.outputs import Cotangents
from ...core.primitive import several
from ...core.record import make_constant, record
from ...core.reverse import sweep
from ...core.tensor import Tensor
from ...core.values import to_stored
from .structure import is_sequence, map_parts, parts


@dataclass(frozen=True)
class FunctionUnderTest:
    """`forward(*inputs)` gives an array or a tuple of arrays. `vjp(g, *inputs)`, with g in the form of the output,
    gives one cotangent per input (None where there is none); `jvp(tangents, *inputs)` the tangent of the output, a
    tangent None standing for an input that does not move. `partial`: parts of g may be None. `gradient(n)`, for n
    inputs, is the map (x, g) -> vjp(g) and its rules."""
    name: str
    forward: Callable[..., Any]
    vjp: Any = None
    jvp: Any = None
    order: int = 1
    partial: bool = False
    input_names: tuple[str, ...] = ()
    gradient: Callable[[int], "FunctionUnderTest"] | None = None


class RejectedRule(Exception):
    """A rule that its own engine refused, before there was a cotangent to look at; which input, where that is known."""

    def __init__(self, words: str, input: int | None = None):
        super().__init__(words)
        self.input = input


def of_function(f: Callable[..., Any], name: str) -> FunctionUnderTest:
    """A function of Tensors, differentiated by the engine."""
    def forward(*xs):
        with no_grad():
            return map_parts(_plain, f(*(make_constant(to_stored(x)) for x in xs)))

    def vjp(g, *xs):
        leaves, y = _recorded(f, xs)
        cotangents = _cotangents(y, parts(g), leaves)
        for leaf, x in zip(leaves, xs, strict=True):        # the graph holds a copy of x: show what was done to it
            if isinstance(x, np.ndarray) and not np.array_equal(leaf.data, x, equal_nan=True):
                x[...] = leaf.data
        return cotangents

    def jvp(tangents, *xs):
        leaves, y = _recorded(f, xs)
        return push(y, {leaf: t for leaf, t in zip(leaves, tangents, strict=True) if t is not None})
    return FunctionUnderTest(name, forward, vjp, jvp, partial=True,
                             gradient=lambda count: of_gradient(f, f"the gradient of {name}", count))


def of_gradient(f: Callable[..., Any], name: str, inputs: int, order: int = 2) -> FunctionUnderTest:
    """The gradient map (x, g) -> vjp(g) of a function, whose own derivative is the second one, jointly in x and g.

    Its forward runs the rules on arrays, its vjp differentiates the rules recorded on Tensors."""
    first, gradient = of_function(f, name), gradient_of(f, inputs)

    def forward(*args):
        g = args[inputs] if len(args) == inputs + 1 else args[inputs:]
        return tuple(c for c in first.vjp(g, *args[:inputs]) if c is not None)
    return FunctionUnderTest(name, forward, of_function(gradient, name).vjp, order=order,
                             gradient=lambda count: of_gradient(gradient, f"the gradient of {name}", count, order + 1))


def gradient_of(f: Callable[..., Any], inputs: int) -> Callable[..., tuple]:
    """(x, g) -> vjp(g) as a function of Tensors, which can be differentiated in its turn."""
    def gradient(*args):
        xs, seeds = args[:inputs], args[inputs:]
        return tuple(_pulled(f(*xs), seeds, [x for x in xs if x.requires_grad], create_graph=True))
    return gradient


def push(y, tangents: dict) -> Any:
    """The tangent of a Tensor (or tuple of them) from those of the leaves, by the declared jvp rules, oldest first.

    Raises NotImplementedError where an op on the way has no jvp rule."""
    if is_sequence(y):
        return tuple(push(part, tangents) for part in y)
    moved = dict(tangents)
    for node in graph.topological_order(y) if isinstance(y, Tensor) and y.requires_grad else ():
        tangents_in = {x: moved[x] for x in graph.inputs(node) if x in moved}
        if tangents_in:
            moved[node] = graph.jvp(node, tangents_in)
    return moved[y] if y in moved else np.zeros(np.shape(_plain(y)))


def _recorded(f, xs) -> tuple[list[Tensor], Any]:
    leaves = [_leaf(x) for x in xs]
    return leaves, f(*leaves)


def _leaf(x) -> Tensor:
    return Tensor(x, requires_grad=np.asarray(x).dtype.kind == "f")


def _pulled(y, g, targets, create_graph=False) -> list:
    """Cotangents of the targets, of all outputs in one sweep; zeros where nothing arrives."""
    seeded = [(part, seed if create_graph else to_stored(seed)) for part, seed in zip(parts(y), parts(g), strict=True)
              if isinstance(part, Tensor) and part.requires_grad and seed is not None]
    grads: dict = {}
    if seeded:
        outputs, seeds = zip(*seeded, strict=True)
        root = record(several, outputs, {}, tuple(map(graph.value, outputs)))
        try:
            grads = sweep(root, Cotangents(seeds), targets, create_graph=create_graph)
        except RuleError as error:
            raise RejectedRule(str(error)) from error
    return [grads[x] if x in grads else np.zeros(x.shape, x.dtype) for x in targets]


def _cotangents(y, g, leaves) -> tuple:
    """One array per leaf, None for those that no gradient can flow to."""
    found = iter(_pulled(y, g, [x for x in leaves if x.requires_grad]))
    return tuple(np.asarray(next(found)) if x.requires_grad else None for x in leaves)


def _plain(y) -> np.ndarray:
    return np.asarray(graph.value(y) if isinstance(y, Tensor) else y)
