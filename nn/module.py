"""Module: a callable that owns parameters. Attributes are plain attributes; everything is found by walking them."""
import copy
from collections import UserList, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Self

import numpy as np

from autograd import Tensor
from autograd.core.dtypes import dtype_of

from .checks import check_flags, check_function, numbers
from .parameter import Buffer, Parameter
from .state import LoadResult, Rules, assign, convert, fitting


class Module:
    """Base class of everything that has parameters.

    Subclass it, set parameters and other modules as attributes (also inside lists, tuples, dicts and dataclasses), and
    write `forward`. Calling the module calls `forward`. There is nothing to register and no base constructor to call.

    Attributes:
        training: True until `eval()`; layers that behave differently in use, such as Dropout, read it.
        frozen: whether `freeze()` was called.

    >>> import numpy as np
    >>> from nn import Linear, Module
    >>> class Pair(Module):
    ...     def __init__(self, rng):
    ...         self.layers = [Linear(2, 3, rng=rng), Linear(3, 1, rng=rng)]
    ...     def forward(self, x):
    ...         first, second = self.layers
    ...         return second(first(x).tanh())
    >>> model = Pair(np.random.default_rng(0))
    >>> model([[1.0, 2.0]]).shape
    (1, 1)
    >>> [name for name, _ in model.named_parameters()]
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']
    """
    training = True
    frozen = False
    from_torch: ClassVar[Rules] = {}
    """For parameters that PyTorch lays out in another way: how ours are made of its arrays."""
    _hooks: tuple[tuple[bool, Callable], ...] = ()
    """(whether it comes before the computation, hook)"""

    def __call__(self, *inputs, **options) -> Any:
        if not (self._hooks or options):
            return self.forward(*inputs)
        for before, hook in self._hooks:
            if before:
                hook(self, inputs)
        y = self.forward(*inputs, **options)
        for before, hook in self._hooks:
            if not before:
                hook(self, inputs, y)
        return y

    def forward(self, *inputs, **options) -> Any:
        """The computation; every subclass writes its own."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: write `def forward(self, x): ...` in it")

    # ---- what is inside ---------------------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """(attribute path, module) of the modules directly inside, such as ("layers.0", ...)."""
        return ((path, x) for path, x in contents(self) if isinstance(x, Module))

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        """(path, module) of this module, whose path is "", and all inside, each once, parents first."""
        seen, stack = set(), [("", self)]
        while stack:
            path, module = stack.pop()
            if id(module) not in seen:
                seen.add(id(module))
                yield path, module
                stack += reversed([(_join(path, name), child) for name, child in module.named_children()])

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """(path, parameter) of all parameters, each once, in the order in which the attributes were set."""
        return self._named(Parameter)

    def named_buffers(self) -> Iterator[tuple[str, Buffer]]:
        """(path, buffer) of all tensors that are kept but not learned."""
        return self._named(Buffer)

    def _named(self, kind) -> Iterator[tuple[str, Any]]:
        seen = set()
        for path, module in self.named_modules():
            for name, x in contents(module):
                if isinstance(x, kind) and id(x) not in seen:
                    seen.add(id(x))
                    yield _join(path, name), x

    def children(self) -> list["Module"]:
        """The modules directly inside."""
        return [child for _, child in self.named_children()]

    def parameters(self) -> list[Parameter]:
        """All parameters, each once: what an optimiser takes."""
        return [p for _, p in self.named_parameters()]

    # ---- acting on all of it ----------------------------------------------------------------------------------------

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: `backward` adds to them until then."""
        for p in self.parameters():
            p.grad = None

    def train(self, flag: bool = True) -> Self:
        """Set `training` here and inside, but in frozen modules; returns self."""
        check_flags(flag=flag)
        for _, module in self.named_modules():
            module.training = flag and not module.frozen
        return self

    def eval(self) -> Self:
        """The opposite of `train`: Dropout passes everything, BatchNorm uses its running statistics."""
        return self.train(False)

    def freeze(self, flag: bool = True) -> Self:
        """Keep this module and all inside as they are, until `freeze(False)`; returns self.

        Their parameters require no grad and have none, so no optimiser moves them; they stay in `eval` mode, also in
        `fit` and after `train()`, so BatchNorm keeps its running statistics and Dropout passes everything. After
        `freeze(False)` parameters require grad again, and the mode is that of the next `train()`, `eval()` or `fit`.

        >>> from nn import BatchNorm1d, Linear, Sequential
        >>> model = Sequential(Linear(2, 3, rng=0), BatchNorm1d(3), Linear(3, 1, rng=1))
        >>> layer = model[1].freeze()
        >>> [module.training for module in model.train()]
        [True, False, True]
        """
        check_flags(flag=flag)
        for _, module in self.named_modules():
            module.frozen, module.training = flag, False
        for p in self.parameters():
            p.requires_grad, p.grad = not flag, None
        return self

    def apply(self, function: Callable[["Module"], Any]) -> Self:
        """Call function on this module and all inside, parents first; returns self."""
        check_function("what apply takes", function, "a function of a module")
        for _, module in self.named_modules():
            function(module)
        return self

    def astype(self, dtype) -> Self:
        """Give all parameters and floating buffers this floating dtype, where they are; returns self."""
        dtype = dtype_of(dtype)
        if dtype.kind != "f":
            raise TypeError(f"parameters are real numbers: {dtype} is not a floating dtype")
        for x in self._tensors().values():
            if x.dtype.kind == "f":
                convert(x, dtype)
        return self

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer as an array, by path.

        >>> from nn import Linear
        >>> {name: a.shape for name, a in Linear(3, 2).state_dict().items()}
        {'weight': (3, 2), 'bias': (2,)}
        """
        return {name: x.numpy() for name, x in self._tensors().items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True, *,
                        layout: str | None = None) -> LoadResult:
        """Assign every parameter and buffer from arrays, by path. Dtypes stay the module's.

        Args:
            strict: whether names must be exactly the module's. If not, those on both sides are assigned.
            layout: "torch" if PyTorch wrote the arrays: its Linear stores W as (outputs, inputs), ours as (inputs,
                outputs), which no shape tells apart where W is square; its LSTMCell has other gates last.

        Returns:
            The names that were left out, as `missing_keys` and `unexpected_keys`; of a strict load, none.

        Raises:
            ValueError: names or shapes differ from the module's; the message lists every difference. Nothing changes.

        >>> from nn import Linear
        >>> Linear(3, 2).load_state_dict({"bias": [1.0, 2.0]}, strict=False)
        LoadResult(missing_keys=['weight'], unexpected_keys=[])
        """
        arrays, left_out = self._fitting(state, strict, layout)
        assign(self._tensors(), arrays)
        return left_out

    def _fitting(self, state: Mapping[str, np.ndarray], strict: bool,
                 layout: str | None) -> tuple[dict[str, np.ndarray], LoadResult]:
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict takes {{name: array}}, as state_dict() gives it, got {state!r:.60}")
        check_flags(strict=strict)
        return fitting(self._tensors(), state, type(self).__name__, strict=strict, layout=layout,
                       rules=self._torch_rules())

    def _torch_rules(self) -> Rules:
        return {_join(path, name): rule for path, module in self.named_modules()
                for name, rule in module.from_torch.items()}

    def _tensors(self) -> dict[str, Tensor]:
        pairs = [*self.named_parameters(), *self.named_buffers()]
        tensors = dict(pairs)
        if len(tensors) < len(pairs):
            twice = next(name for i, (name, _) in enumerate(pairs) if name in dict(pairs[:i]))
            raise ValueError(f"two tensors of this {type(self).__name__} are called {twice!r}, as under the keys 1 and "
                             "'1' of a dict: one of them would be lost; rename one")
        return tensors

    def with_parameters(self, values: Sequence[Tensor] | Mapping[str, Tensor]) -> Self:
        """A twin of this module that computes with other Tensors in the place of its parameters.

        What it computes is a differentiable function of these values: for `gradcheck`, `grad` and `unrolled`. Buffers
        are shared with the twin, the module itself is unchanged.

        Args:
            values: Tensors or arrays in the order of `parameters()`, or by name for some of them.

        Raises:
            ValueError: too many or too few, an unknown name, or another shape.

        >>> from autograd import grad
        >>> from nn import Linear
        >>> layer = Linear(2, 1, bias=False, rng=0)
        >>> grad(lambda w: layer.with_parameters([w])([[3.0, 4.0]]).sum())(layer.weight.numpy())
        array([[3.],
               [4.]])
        """
        own = dict(self.named_parameters())
        if not isinstance(values, Mapping):
            if isinstance(values, str) or not hasattr(values, "__len__"):
                raise TypeError(f"with_parameters takes a list of values, or {{name: value}}, got {values!r}")
            if len(values) != len(own):
                raise ValueError(f"got {len(values)} values for {len(own)} parameters: {', '.join(own)}")
            values = dict(zip(own, values, strict=True))
        memo: dict[int, Any] = {id(x): x for x in (*own.values(), *(b for _, b in self.named_buffers()))}
        for name, value in values.items():
            if name not in own:
                raise ValueError(f"no parameter is named {name!r}; there are {', '.join(own)}")
            shape = value.shape if isinstance(value, Tensor) else numbers(name, value).shape
            if shape != own[name].shape:
                raise ValueError(f"{name} needs shape {own[name].shape}, got {shape}")
            memo[id(own[name])] = value
        return copied(self, memo)                   # which takes what is in the memo instead of copying

    # ---- hooks ------------------------------------------------------------------------------------------------------

    def on_call(self, hook: Callable[["Module", tuple, Any], Any]) -> Callable[[], None]:
        """Have `hook(module, inputs, output)` called after each call; returns a function that takes it away again.

        >>> from nn import Linear
        >>> layer = Linear(2, 3)
        >>> remove = layer.on_call(lambda module, inputs, y: print(y.shape))
        >>> y = layer([[1.0, 2.0]])
        (1, 3)
        >>> remove()
        """
        return self._with_hook(False, hook)

    def before_call(self, hook: Callable[["Module", tuple], Any]) -> Callable[[], None]:
        """Have `hook(module, inputs)` called before each call; returns a function that takes it away again."""
        return self._with_hook(True, hook)

    def _with_hook(self, before: bool, hook: Callable) -> Callable[[], None]:
        check_function("a hook", hook, "a function")
        entry = before, hook
        self._hooks = (*self._hooks, entry)
        return lambda: setattr(self, "_hooks", tuple(e for e in self._hooks if e is not entry))

    # ---- how it prints ----------------------------------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data (numbers, strings, lists): what repr shows and JSON keeps."""
        return {}

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        """In a notebook: the text and, for a chain of layers, the picture of its neurons."""
        from autograd.draw.notebook import shown
        return {"text/plain": repr(self)} | shown(self)

    def __repr__(self) -> str:
        """One line for each module, those inside indented; without recursion, as they may be nested deep."""
        lines: list[str] = []
        stack: list[tuple[str, Module, str, tuple[int, ...]]] = [("", self, "", ())]
        while stack:
            path, module, indent, around = stack.pop()
            lines.append(indent + (f"{path}: " if path else "") + _head(module, around).replace("\n", "\n" + indent))
            if id(module) not in around and (module is self or type(module).__repr__ is Module.__repr__):
                around = (*around, id(module))
                stack += reversed([(p, x, f"{indent}  ", around) for p, x in module.named_children()])
        return "\n".join(lines)


def _head(module: Module, around: tuple[int, ...]) -> str:
    """A module's own line; "..." for one that holds itself."""
    if id(module) in around:
        return "..."
    if around and type(module).__repr__ is not Module.__repr__:
        return repr(module)
    return f"{type(module).__name__}({', '.join(f'{k}={v!r}' for k, v in module.config().items())})"


def copied(parts: Any, memo: dict[int, Any] | None = None) -> Any:
    """A deep copy of a model, and of what belongs to it; ValueError for modules nested too deep for Python."""
    try:
        return copy.deepcopy(parts, memo)
    except RecursionError:
        raise ValueError("modules are nested too deep to be copied: put layers side by side, as in Sequential(a, b, c)"
                         ) from None


def contents(module: Module) -> Iterator[tuple[str, Any]]:
    """(path, x) of the Tensors and Modules among a module's attributes, looking into lists, tuples, deques, dicts and
    other mappings, and dataclasses."""
    for name, value in vars(module).items():
        yield from _unpacked(name, value, ())


def _unpacked(path: str, value, inside: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    """`inside` are the ids of the containers around the value: one may hold itself."""
    if isinstance(value, Module | Tensor):
        yield path, value
    elif id(value) not in inside:
        for key, x in _items(value):
            yield from _unpacked(f"{path}.{key}", x, (*inside, id(value)))


def _items(value) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, list | tuple | deque | UserList):
        return enumerate(value)
    if isinstance(value, Mapping):
        return value.items()
    if not is_dataclass(value) or isinstance(value, type):
        return ()
    if hasattr(value, "__dict__"):
        return vars(value).items()
    return ((f.name, getattr(value, f.name)) for f in fields(value) if hasattr(value, f.name))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def check_module(model) -> None:
    """TypeError for what is no Module, or a class of them."""
    if not isinstance(model, Module):
        raise TypeError(f"the model must be a Module, such as MLP([2, 16, 2]), got {model!r}")


def modes_of(model: Module) -> list[tuple[Module, bool]]:
    """Each module inside and whether it is in training."""
    return [(m, m.training) for _, m in model.named_modules()]


def set_modes(modes: list[tuple[Module, bool]]) -> None:
    """Put back what `modes_of` found."""
    for module, training in modes:
        module.training = training


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Inside, the model is in `eval` mode; afterwards each module is in the mode that it was in."""
    modes = modes_of(model)
    try:
        model.eval()
        yield
    finally:
        set_modes(modes)
