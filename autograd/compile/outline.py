"""The outline of a function's result: which of the program's results stands where in tuples, lists and dicts."""
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Leaf:
    """The result at this place, among those that the function returns."""
    place: int
    is_tensor: bool


@dataclass(slots=True)
class Outline:
    """A result with Leaves for what was computed, and their numbers in the program."""
    tree: Any = None
    ids: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, result: Any, id_of: Callable[[Any], int | None], is_tensor: Callable[[Any], bool]) -> "Outline":
        """The outline of a result; `id_of` gives the number of a computed value and None for all else."""
        outline = cls()

        def tree(x: Any) -> Any:
            if (i := id_of(x)) is not None:
                outline.ids.append(i)
                return Leaf(len(outline.ids) - 1, is_tensor(x))
            if isinstance(x, dict):
                return {key: tree(part) for key, part in x.items()}
            if isinstance(x, tuple | list):
                parts = [tree(part) for part in x]
                return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
            return x
        outline.tree = tree(result)
        return outline

    def text(self, leaf: Callable[[Leaf], str], name: Callable[[Any], str]) -> str:
        """The source of the result: `leaf` writes what was computed, `name` anything that is no container."""
        def written(x: Any) -> str:
            if x.__class__ is Leaf:
                return leaf(x)
            if isinstance(x, dict):
                return "{" + ", ".join(f"{name(key)}: {written(part)}" for key, part in x.items()) + "}"
            if isinstance(x, tuple | list):
                parts = "".join(f"{written(part)}, " for part in x)
                if hasattr(x, "_fields"):
                    return f"{name(type(x))}({parts})"
                return f"[{parts.rstrip(', ')}]" if isinstance(x, list) else f"({parts})"
            return name(x)
        return written(self.tree)
