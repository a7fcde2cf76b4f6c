"""The public surface: every function, class, method and operator that a user may call with arguments."""
import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from autograd import Primitive, Tensor

MODULES = (
    "autograd", "autograd.check", "autograd.draw", "autograd.numpy", "nn", "nn.datasets", "nn.decisions",
    "nn.estimator", "nn.film", "nn.init", "nn.landscape", "nn.losses", "nn.metrics", "nn.optim", "nn.pictures",
    "nn.plot", "nn.schedule",
)
"""Where people import from."""

CALLED_BY_US = frozenset((
    "Primitive", "Primitive.bind", "Primitive.evaluate", "Primitive.jvp_rule", "Primitive.misuse", "ELEMENTWISE",
    "LINEAR", "MULTILINEAR", "PIECEWISE_LINEAR", "SAME", "SYMMETRIC", "Report", "Training",
    "Training.load_state_dict", "Table", "EarlyStopping.finish", "EarlyStopping.check_model", "EarlyStopping.is_over",
    "PerEpoch", "PerEpoch.__call__", "came_from_sigmoid", "take_logits", "warn_of_probabilities", "blank", "filled",
))
"""Public for those who write an op or a callback; the framework is who calls them."""

HOOKS = frozenset((
    "rule", "validate", "remembers", "__bool__", "__len__", "__float__", "__int__", "__index__",
))
"""Methods that the framework or Python calls."""

OPERATORS = frozenset((
    "__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__", "__matmul__", "__lt__",
    "__le__", "__gt__", "__ge__", "__and__", "__or__", "__getitem__", "__setitem__", "__call__", "__format__",
    "__float__", "__int__", "__index__", "__bool__", "__len__",
))
"""Special methods that a user reaches by an operator or a built-in function."""


def public_callables() -> set[str]:
    """The names of all of them, such as "Linear", "Linear.forward", "cosine": the qualified name of each definition."""
    found = set()
    for path in MODULES:
        for thing in _public(import_module(path)):
            found.update(_methods(thing) if isinstance(thing, type) else [_name_of(thing)])
    return {name for name in found if name not in CALLED_BY_US and name.rpartition(".")[2] not in HOOKS}


def _public(module) -> Iterator:
    """What a module offers of ours and can be called: by its `__all__`, or what it defines itself."""
    given = getattr(module, "__all__", None)
    for name in given or [n for n in vars(module) if not n.startswith("_")]:
        thing = getattr(module, name)
        home = getattr(thing, "__module__", None) or type(thing).__module__
        ours = home == module.__name__ or (given and home.partition(".")[0] in ("autograd", "nn"))
        if ours and _is_called(thing):
            yield thing


def _is_called(thing) -> bool:
    """A function, a class but no exception, a primitive; `autograd.draw` is a package that can be called."""
    if isinstance(thing, type):
        return not issubclass(thing, Exception)
    return callable(thing) and (inspect.isfunction(thing) or isinstance(thing, Primitive | ModuleType))


def _methods(cls: type) -> Iterator[str]:
    """The class itself, if its constructor takes anything, and the methods that it and our own bases define."""
    ours = [c for c in cls.__mro__ if c.__module__.partition(".")[0] in ("autograd", "nn")]
    if any("__init__" in vars(c) and _takes_arguments(vars(c)["__init__"]) for c in ours):
        yield cls.__qualname__
    for base in ours:
        owner = Tensor if base in Tensor.__mro__ else base              # also of the classes that Tensor is made of
        for name, method in vars(base).items():
            if (name in OPERATORS or not name.startswith("_")) and _is_method(method) and _takes_arguments(method):
                yield f"{owner.__qualname__}.{name}"


def _is_method(x) -> bool:
    return isinstance(x, staticmethod | classmethod) or inspect.isfunction(x)


def _takes_arguments(method) -> bool:
    """Whether there is anything to give beside self."""
    function = getattr(method, "__func__", method)
    return len(inspect.signature(function).parameters) > (not isinstance(method, staticmethod))


def _name_of(thing) -> str:
    return getattr(thing, "name", None) or getattr(thing, "__qualname__", None) or thing.__name__.rpartition(".")[2]
