"""IDX, the format of MNIST and Fashion-MNIST."""
import gzip
import os
import struct
import zlib
from pathlib import Path

import numpy as np

PARTS = {"train": slice(60_000), "t10k": slice(60_000, None)}
"""How the names of MNIST's files begin, and which of its 70 000 images they hold."""

KINDS = {"images": "images-idx3-ubyte", "labels": "labels-idx1-ubyte"}
"""How the names go on, and how they end in the original."""

IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """The array in an IDX file, the format of MNIST and Fashion-MNIST, gzipped or not.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not IDX, or cut short.
    """
    data = Path(path).read_bytes()
    try:
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in IDX_TYPES:
        raise ValueError(f"{path} is not an IDX file: its first bytes are {data[:4]!r}")
    dims, dtype = data[3], np.dtype(IDX_TYPES[data[2]])
    shape = struct.unpack_from(f">{dims}I", data, 4) if len(data) >= 4 + 4 * dims else (1,)
    start, size = 4 + 4 * dims, int(np.prod(shape)) * dtype.itemsize
    if len(data) != start + size:
        raise ValueError(f"{path} is damaged: shape {shape} takes {start + size} bytes, and it holds {len(data)}")
    return np.frombuffer(data, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def read_digits(folder: str | os.PathLike, part: str = "train") -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 28, 28) of 0 to 255 and labels (n) from a folder with MNIST's or Fashion-MNIST's IDX files.

    Args:
        part: how the file names begin, "train" or "t10k".

    Raises:
        FileNotFoundError: the folder lacks a file, with the names that are looked for.
    """
    images, labels = (read_idx(path) for path in _files(Path(folder), part))
    return images, labels


def has_digits(folder: Path, part: str) -> bool:
    """Whether `read_digits` would find its files."""
    return all(any(folder.glob(f"{part}*{kind}*")) for kind in KINDS)


def idx_bytes(a: np.ndarray) -> bytes:
    """The content of an IDX file with this array of one of its dtypes."""
    code = {np.dtype(t).newbyteorder("="): code for code, t in IDX_TYPES.items()}[a.dtype]
    return struct.pack(f">HBB{a.ndim}I", 0, code, a.ndim, *a.shape) + a.astype(IDX_TYPES[code]).tobytes()


def _files(folder: Path, part: str) -> list[Path]:
    if not has_digits(folder, part):
        raise FileNotFoundError(f"no files {part}*images* and {part}*labels* in {folder}; the four files of MNIST are "
                                f"{', '.join(f'{p}-{kind}' for p in PARTS for kind in KINDS.values())}, or the same "
                                "with .gz")
    return [min(folder.glob(f"{part}*{kind}*")) for kind in KINDS]
