"""Names that a package offers and loads when first asked for, for what most programs do without. Imports nothing of the
project."""
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def on_demand(package: str, names: Mapping[str, Iterable[str]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """A package's `__getattr__` and `__dir__`: the modules that `names` has, and the names that come from each.

    A module's name means the module, of a dotted one the package. Type checkers are shown imports: these
    `if TYPE_CHECKING`, `else` this, so that they know of no other name.

    >>> __getattr__, __dir__ = on_demand("autograd", {"check": ["gradcheck"]})
    >>> __getattr__("gradcheck").__name__, "gradcheck" in __dir__()
    ('gradcheck', True)
    """
    home = {name: module for module in names for name in names[module]}
    home |= {package: package for package in (module.partition(".")[0] for module in names)}
    scope = vars(sys.modules[package])

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(f"{package}.{home[name]}")
        value = scope[name] = module if name == home[name] else getattr(module, name)
        return value

    return load, lambda: sorted({*scope, *home})
