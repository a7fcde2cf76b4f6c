"""Imported before all else: is the package `autograd` that Python finds the one that came with this one?"""
import os
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def look() -> None:
    """ImportError, with the remedy, if it is not. What stands in its place is not run, as far as can be seen."""
    spec = find_spec("autograd")
    if spec is not None and spec.origin == os.path.join(HOME, "autograd", "__init__.py"):
        with suppress(ImportError):
            import_module("autograd.support.installed")             # ours alone has it, and it looks at its own folder
            return
    from runpy import run_path
    run_path(os.path.join(HOME, "autograd", "support", "installed.py"))


look()
