"""`autograd.compile`: a function as the flat NumPy program that one would have written by hand.

The name is both this package and its function: calling the package compiles.
"""
import sys
import types
from typing import Any

from .export import ExportError, export
from .function import CompiledFunction, compile
from .symbol import TraceError

__all__ = ["CompiledFunction", "ExportError", "TraceError", "compile", "export"]


class _Compiling(types.ModuleType):
    def __call__(self, f: Any) -> CompiledFunction:
        return compile(f)


sys.modules[__name__].__class__ = _Compiling
