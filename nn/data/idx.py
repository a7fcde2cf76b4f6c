"""IDX, the format of MNIST and Fashion-MNIST."""
import math
import os
import re
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from autograd.support.files import as_path, check_readable

if TYPE_CHECKING:
    from gzip import GzipFile
    from pathlib import Path

PARTS = {"train": slice(60_000), "t10k": slice(60_000, None)}
"""How the names of MNIST's files begin, and which of its 70 000 images they hold."""

KINDS = {"images": "images-idx3-ubyte", "labels": "labels-idx1-ubyte"}
"""How the names go on, and how they end in the original."""

IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}

MAX_GZIP_RATIO = 1032
"""By how much gzip can make a file smaller at most (zlib's documentation): what declares more is a lie."""


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """The array in an IDX file, the format of MNIST and Fashion-MNIST, gzipped or not.

    No more is read, and unpacked, than what the first bytes of the file say that it holds.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not IDX, or cut short.
    """
    path = as_path(path)
    check_readable(path)
    from gzip import GzipFile

    size = path.stat().st_size
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            if not zipped:
                return _array(file, path, size)
            with GzipFile(fileobj=file) as unpacked:
                return _array(unpacked, path, size * MAX_GZIP_RATIO)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path} is damaged: {error}") from error


def _array(file: "BinaryIO | GzipFile", path: "Path", limit: int) -> np.ndarray:
    """What the file declares, if it has neither less nor more, and not more than the limit."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in IDX_TYPES:
        raise ValueError(f"{path} is not an IDX file: its first bytes are {magic!r}")
    dtype, dims = np.dtype(IDX_TYPES[magic[2]]), magic[3]
    lengths = file.read(4 * dims)
    if len(lengths) < 4 * dims:
        raise ValueError(f"{path} is damaged: it ends within its {dims} lengths")
    shape = struct.unpack(f">{dims}I", lengths)
    expected = math.prod(shape) * dtype.itemsize
    data = file.read(expected + 1) if expected <= limit else b""
    if len(data) != expected:
        found = "more" if len(data) > expected else len(data) if expected <= limit else f"at most {limit}"
        raise ValueError(f"{path} is damaged: shape {shape} of {dtype.name} takes {expected} bytes, not {found}")
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def read_digits(folder: str | os.PathLike, part: str = "train") -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 28, 28) of 0 to 255 and labels (n) from a folder with MNIST's or Fashion-MNIST's IDX files.

    Args:
        part: how the file names begin, "train" or "t10k".

    Raises:
        FileNotFoundError: the folder lacks a file, with the names that are looked for.
        ValueError: a file is damaged, or they are not images and as many labels.
    """
    if not isinstance(part, str):
        raise TypeError(f'part is how the files\' names begin, "train" or "t10k", got {part!r}')
    paths = _files(as_path(folder), part)
    images, labels = map(read_idx, paths)
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(f"{paths[0]} and {paths[1]} do not belong together: images (n, height, width) and labels (n) "
                         f"are needed, got shapes {images.shape} and {labels.shape}")
    return images, labels


def has_digits(folder: "Path", part: str) -> bool:
    """Whether `read_digits` would find its files."""
    return all(_candidates(folder, part, kind) for kind in KINDS)


def idx_bytes(a: np.ndarray) -> bytes:
    """The content of an IDX file with this array of one of its dtypes."""
    code = {np.dtype(t).newbyteorder("="): code for code, t in IDX_TYPES.items()}[a.dtype]
    return struct.pack(f">HBB{a.ndim}I", 0, code, a.ndim, *a.shape) + a.astype(IDX_TYPES[code]).tobytes()


def _files(folder: "Path", part: str) -> "list[Path]":
    if not has_digits(folder, part):
        raise FileNotFoundError(f"no files {part}*images*ubyte and {part}*labels*ubyte in {folder}; the four files of "
                                f"MNIST are {', '.join(f'{p}-{kind}' for p in PARTS for kind in KINDS.values())}, or "
                                "the same with .gz")
    return [_candidates(folder, part, kind)[0] for kind in KINDS]


def _candidates(folder: "Path", part: str, kind: str) -> "list[Path]":
    """Files of this name in any of its spellings, sorted: no folders, no remains of an interrupted download."""
    name = re.compile(rf"{re.escape(str(part))}.*{kind}.*ubyte(\.gz)?")
    return sorted(p for p in folder.iterdir() if name.fullmatch(p.name) and p.is_file()) if folder.is_dir() else []
