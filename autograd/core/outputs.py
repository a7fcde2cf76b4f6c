"""Several outputs of one op: their names, the tuple a caller gets, the cotangents a rule gets."""
from collections import namedtuple
from functools import cache
from keyword import iskeyword
from typing import Any


class Cotangents(list):
    """The cotangents of the outputs of one op, None where none has arrived.

    A sweep adds those of one output after the other: only what has arrived is looked at, so that n outputs cost n."""
    __slots__ = ("arrived",)

    def __init__(self, cotangents):
        super().__init__(cotangents)
        self.arrived = [i for i, c in enumerate(self) if c is not None]

    @classmethod
    def only(cls, c: Any, index: int, count: int) -> "Cotangents":
        """Of one output among `count`."""
        found = cls(())
        found.extend([None] * count)
        found[index], found.arrived = c, [index]
        return found

    def __iadd__(self, other: "Cotangents") -> "Cotangents":    # type: ignore[override,misc]
        for i in other.arrived:
            if self[i] is None:
                self[i] = other[i]
                self.arrived.append(i)
            else:
                self[i] = self[i] + other[i]
        return self

    def __add__(self, other: "Cotangents") -> "Cotangents":     # type: ignore[override]
        total = Cotangents(self)
        total += other
        return total


def output_names(op: str, outputs: Any) -> tuple[str, ...] | None:
    """The declared names of an op's outputs, numbers where it has none; () for any number of them, None for one.

    ValueError for what declares none of these."""
    if outputs is None or outputs is ...:
        return None if outputs is None else ()
    names = outputs
    if isinstance(outputs, int) and not isinstance(outputs, bool):
        names = tuple(map(str, range(outputs)))
    if not isinstance(names, tuple | list) or not names or not all(isinstance(n, str) for n in names) \
            or len({*names}) < len(names):
        raise ValueError(f"primitive {op}: outputs must be how many there are, their names, each once, or ... for any "
                         f"number of them; got {outputs!r}")
    return tuple(names)


@cache
def tuple_of(op: str, names: tuple[str, ...]) -> Any:
    """The class of the tuple that a caller gets: with the outputs' names, where they are names of attributes."""
    if not names or not all(n.isidentifier() and not iskeyword(n) and n[0] != "_" for n in names):
        return None
    name = op if op.isidentifier() and not iskeyword(op) else "outputs"
    return type(name, (namedtuple(name, names),), {"__slots__": (), "__reduce__": _reduced, "_op": op})


def _reduced(values: Any) -> tuple:
    return _restored, (values._op, values._fields, tuple(values))


def _restored(op: str, names: tuple[str, ...], values: tuple) -> tuple:
    return tuple_of(op, names)(*values)
