"""Arrays by name in one safetensors file, with a checksum. Shapes are known before anything is read."""
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.support.files import check_readable, write_file
from autograd.support.optional import optional

if TYPE_CHECKING:
    from pathlib import Path

DTYPES = {"F64": "f8", "F32": "f4", "F16": "f2", "I64": "i8", "I32": "i4", "I16": "i2", "I8": "i1", "U64": "u8",
          "U32": "u4", "U16": "u2", "U8": "u1", "BOOL": "?", "C64": "c8"}
"""The kinds of numbers of safetensors that NumPy has too."""


def write_arrays(path: "Path", arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> None:
    """Write a safetensors file, complete or not at all."""
    tensors = {name: np.ascontiguousarray(a).reshape(np.shape(a)) for name, a in arrays.items()}
    notes = dict(metadata or {})
    write_file(path, _safetensors().numpy.save(tensors, notes | {"crc32": _checksum(tensors, notes)}))


def read_arrays(path: "Path") -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """(arrays, metadata) of a safetensors file; ValueError if it is damaged or of another kind."""
    with opened(path) as file:
        return file.read(), file.metadata


class Stored:
    """A file that is open for reading.

    Attributes:
        metadata: texts by name. shapes: for each array one of its shape and dtype that takes no memory.
    """

    def __init__(self, path: "Path", file: Any):
        self.path, self._file = path, file
        self.metadata: dict[str, str] = file.metadata() or {}
        slices = {name: file.get_slice(name) for name in file.keys()}       # noqa: SIM118
        foreign = sorted({s.get_dtype() for s in slices.values()} - DTYPES.keys())
        if foreign:
            raise ValueError(f"{path} holds numbers of kind {', '.join(foreign)}, which NumPy does not have: convert "
                             "them where they were made, in PyTorch by tensor.float()")
        try:
            self.shapes = {name: np.broadcast_to(np.zeros((), DTYPES[s.get_dtype()]), s.get_shape())
                           for name, s in slices.items()}
        except ValueError as error:                         # more axes, or longer ones, than arrays have
            raise ValueError(f"{path} is damaged: {error}") from error

    def read(self) -> dict[str, np.ndarray]:
        """All arrays; ValueError if they, or the metadata, are not those that were written."""
        arrays = {name: self._file.get_tensor(name) for name in self.shapes}
        if self.metadata.get("crc32", "") not in ("", _checksum(arrays, self.metadata)):
            raise ValueError(f"{self.path} is damaged: its checksum says that it was changed after it was written")
        return arrays


@contextmanager
def opened(path: "Path") -> Iterator[Stored]:
    """A safetensors file, open for reading; ValueError if it is damaged or of another kind."""
    library = _safetensors()
    check_readable(path)
    try:
        with library.safe_open(path, "numpy") as file:
            yield Stored(path, file)
    except library.SafetensorError as error:
        raise ValueError(f"{path} is damaged or not a safetensors file: {error}") from error


def _checksum(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> str:
    """CRC-32 of all that a file says, in an order that does not depend on the file's."""
    crc = 0
    for name in sorted(metadata.keys() - {"crc32"}):
        crc = zlib.crc32(f"{name}: {metadata[name]}\n".encode(errors="backslashreplace"), crc)
    for name in sorted(arrays):
        a = np.ascontiguousarray(arrays[name], arrays[name].dtype.newbyteorder("<"))
        crc = zlib.crc32(f"{name} {a.dtype.str} {np.shape(arrays[name])}\n".encode(errors="backslashreplace"), crc)
        crc = zlib.crc32(a.data, crc)
    return f"{crc:08x}"


def _safetensors() -> Any:
    with optional("safetensors", "keeping weights needs"):
        import safetensors
        import safetensors.numpy
    return safetensors
