"""Arrays on disk that are read where they lie, however large."""
import math
import os
import struct
import zipfile
from pathlib import Path

import numpy as np

from autograd.support.files import as_path, check_readable

HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def memory_map(path: str | os.PathLike) -> np.memmap | dict[str, np.memmap]:
    """The array of a .npy file, or those of a .npz file by name, read-only and without reading them.

    What is read later is what is looked at: of a batch of rows, these rows. (`np.load` with `mmap_mode` does the same
    for .npy, and silently reads .npz whole.)

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is neither, is damaged, or holds what cannot be mapped: compressed arrays or Python objects.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "train.npz"
    >>> np.savez(path, x=np.ones((3, 2)), y=np.arange(3))
    >>> {name: a.shape for name, a in memory_map(path).items()}
    {'x': (3, 2), 'y': (3,)}
    """
    path = as_path(path)
    check_readable(path)
    with open(path, "rb") as file:
        zipped = file.read(2) == b"PK"
    try:
        return _members(path) if zipped else _whole_file(path)
    except Exception as error:                  # a damaged header makes numpy and zipfile raise whatever comes of it
        raise ValueError(f"{path} cannot be mapped: {error or type(error).__name__}") from error


def _whole_file(path: Path) -> np.memmap:
    with np.errstate(over="ignore"):            # of a length that no file has
        a = np.lib.format.open_memmap(path, mode="r")
    _check_length(path.name, a.nbytes, path.stat().st_size - a.offset)
    return a


def _members(path: Path) -> dict[str, np.memmap]:
    with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
        members = archive.infolist()
        arrays = {info.filename.removesuffix(".npy"): _member(path, archive, info, file) for info in members}
    if not 0 < len(arrays) == len(members):
        raise ValueError(f"it holds {len(members)} arrays of {len(arrays)} names")
    return arrays


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, file) -> np.memmap:
    """One array of the archive: behind the zip's header of the member and numpy's of the array."""
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{info.filename} is compressed. Write it with np.savez instead of np.savez_compressed, or "
                         "read it whole with np.load")
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version not in HEADERS:
            raise ValueError(f"{info.filename} has version {version} of the format, whose names are not ASCII")
        shape, fortran, dtype = HEADERS[version](member)
        header = member.tell()
    if dtype.hasobject:
        raise ValueError(f"{info.filename} holds Python objects. Turn them into numbers first")
    _check_length(info.filename, math.prod(shape) * dtype.itemsize, info.file_size - header)
    file.seek(info.header_offset + 26)
    name, extra = struct.unpack("<HH", file.read(4))
    start = info.header_offset + 30 + name + extra + header
    return np.memmap(path, dtype, "r", start, shape, "F" if fortran else "C")


def _check_length(name: str, expected: int, found: int) -> None:
    """ValueError if an array would end before, or behind, what belongs to it."""
    if expected != found:
        raise ValueError(f"{name} is damaged: its header declares an array of {expected} bytes, and it holds {found}")
