"""The ops that a module declares, found by its name as people write it on a command line or in a mark."""
import importlib
import os
from difflib import get_close_matches
from types import ModuleType

from ...core.primitive import REGISTRY, Primitive


class NotFound(ValueError):
    """There is no such module or op, or importing it failed; the text is one sentence."""


def ops_named(target: str) -> list[Primitive]:
    """The op that "package.module:op" stands for, or all differentiable ones that "package.module" declares."""
    module, colon, name = target.partition(":")
    home = module_named(module)
    return [_op(home, name)] if colon else declared(home)


def declared(home: ModuleType) -> list[Primitive]:
    """The differentiable ops that a module declares, at least one."""
    found = [op for op in _all(home) if op.differentiable]
    if not found:
        raise NotFound(f"{home.__name__} declares no differentiable op: ops are declared with @primitive(vjp=...)")
    return found


def module_named(name: str) -> ModuleType:
    """The module of that dotted name, imported."""
    if not _is_dotted(name) or name.endswith(".py"):
        raise NotFound(f"{name!r} is not the name of a module{_instead(name)}")
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{name}.".startswith(f"{error.name}."):
            raise NotFound(f"there is no module {name!r}, seen from {os.getcwd()}") from error
        raise NotFound(f"importing {name} raised {type(error).__name__}: {error}") from error


def _instead(path: str) -> str:
    dotted = ".".join(part for part in path.removesuffix(".py").replace("\\", "/").split("/") if part not in ("", "."))
    return f": write {dotted}" if path.endswith(".py") and _is_dotted(dotted) else ": write one such as package.module"


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _all(home: ModuleType) -> list[Primitive]:
    return [op for op in REGISTRY.values() if op.kernel.__module__ == home.__name__]


def _op(home: ModuleType, name: str) -> Primitive:
    ops = {op.name: op for op in _all(home)}
    op = getattr(home, name, ops.get(name))
    if op is None:
        near = ", ".join(get_close_matches(name, ops, 1) or sorted(ops)[:8])
        raise NotFound(f"{home.__name__} has no op {name!r}" + (f"; it has {near}" if near else ""))
    if not isinstance(op, Primitive):
        raise NotFound(f"{home.__name__}:{name} is not an op but of type {type(op).__name__}: ops are declared with "
                       "@primitive(vjp=...)")
    if not op.differentiable:
        raise NotFound(f"{home.__name__}:{name} declares no derivative, so there is nothing to check")
    return op
