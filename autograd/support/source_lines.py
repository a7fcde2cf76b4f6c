"""Where functions stand in the source, as the files are now."""
import linecache
from collections.abc import Callable
from types import CodeType, FunctionType


def stand_side_by_side(f: Callable, g: Callable) -> bool:
    """Whether two functions of one module both stand in its file. A module that was loaded again and a cell that was
    run again replace their functions; two of one name, beside each other, hide one."""
    if not isinstance(f, FunctionType) or not isinstance(g, FunctionType) or g.__module__ == "__main__":
        return False
    a, b = f.__code__, g.__code__
    if "<locals>" in f.__qualname__ + g.__qualname__ or a.co_filename != b.co_filename \
            or a.co_firstlineno == b.co_firstlineno:
        return False
    linecache.checkcache(a.co_filename)
    return _begins(a, f.__name__) and _begins(b, g.__name__)


def _begins(code: CodeType, name: str) -> bool:
    """Whether a function of this name begins, with its decorators, at the line where its code did."""
    lines = [linecache.getline(code.co_filename, code.co_firstlineno + i) for i in range(40)]
    first = next((line for line in lines if line.lstrip().startswith("def ")), "")
    return lines[0].lstrip().startswith(("@", "def ")) and f"def {name}(" in first
