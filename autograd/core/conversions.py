"""Conversions: a Tensor as NumPy's arrays and Python's numbers, outside the graph.

Inside `grad`, each warns where a value leaves the graph that the gradient depends on.
"""
import math
from typing import Any

import numpy as np
from numpy import ndarray

from .node import Node, describe
from .traces import OPEN_TRACES, warn_if_traced
from .values import asanyarray, is_protocol_array, shape_and_dtype, to_host


class Conversions(Node):
    """The form of a Tensor's value, and what asks for the numbers in it."""
    __slots__ = ()
    @property
    def shape(self) -> tuple[int, ...]:
        value = self._value
        return value.shape if value.__class__ is ndarray else shape_and_dtype(value)[0]

    @property
    def dtype(self) -> np.dtype:
        value = self._value
        return value.dtype if value.__class__ is ndarray else shape_and_dtype(value)[1]

    @property
    def ndim(self) -> int:
        value = self._value
        return value.ndim if value.__class__ is ndarray else len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def numpy(self) -> ndarray:
        """A copy of the value as an array of your own, outside the graph."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.numpy()")
        return np.array(to_host(self._value))

    def item(self) -> float | int | bool:
        """The value of a tensor with one element, as a Python number. ValueError for others."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.item()")
        value = self._value
        return value if value.__class__ is float else self._only_entry("item()")

    def _only_entry(self, asked: str) -> float | int | bool:
        if self.size != 1:
            raise ValueError(f"{asked} is for a tensor with one entry, not for {describe(self)}: index or reduce it; "
                             "tolist() gives all entries")
        return to_host(self._value).item()

    def _number(self, asked: str) -> Any:
        """What Python turns into a number, without being asked to leave a device: its library decides."""
        return self._value if is_protocol_array(self._value) else self._only_entry(asked)

    def tolist(self) -> Any:
        """The value as nested lists of Python numbers."""
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "x.tolist()")
        return to_host(self._value).tolist()

    def __float__(self) -> float:
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "float(x), as by math.sin(x),")
        value = self._value
        return value if value.__class__ is float else float(self._number("float(x)"))

    def __int__(self) -> int:
        if OPEN_TRACES and self._needs:
            warn_if_traced(self, "int(x)")
        value = self._number("int(x)")
        if value != value or value in (math.inf, -math.inf):
            raise ValueError(f"{describe(self)} is {value}, which is no integer")
        return int(value)

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.ndim:
            raise TypeError(f"{describe(self)} is no integer, as an index or a count must be; write int(x) if it shall "
                            "become one")
        return int(self._value)

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(f"{describe(self)} has no one truth value: ask x.any() or x.all()")
        return bool(self._value)

    def __format__(self, spec: str) -> str:
        if spec and self.size != 1:
            raise TypeError(f"the format {spec!r} is for one number, not for {describe(self)}: reduce it, or format "
                            "its entries")
        try:
            return format(self._only_entry("a format"), spec) if spec else repr(self)
        except ValueError as error:
            raise ValueError(f"{spec!r} is no format for {describe(self)}: {error}") from None

    def __contains__(self, value) -> bool:
        return bool(np.any(asanyarray(self._value) == getattr(value, "_value", value)))
