"""Data to learn from: files of handwritten digits and folders of labelled pictures."""
import gzip
import os
import re
import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

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
    except (OSError, EOFError) as error:
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
    return tuple(read_idx(_only(Path(folder), f"{part}*{kind}*")) for kind in ("images", "labels"))  # type: ignore


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"no file {pattern} in {folder}; the four files of MNIST are train-images-idx3-ubyte, "
                                "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or the "
                                "same with .gz")
    return found[0]


def read_pictures(folder: str | os.PathLike, size: tuple[int, int] = (64, 64), *, mode: str = "RGB",
                  label: Callable[[Path], Any] | None = None,
                  skip_damaged: bool = False) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Labelled pictures of any size and format, as one array. Needs Pillow.

    Args:
        folder: with files named `cat.12.jpg`, or with one folder per class.
        size: (height, width) that all are resized to. mode: "RGB" or "L" (grey).
        label: from a path to its class; default the word before the first dot or digit of the name, or for pictures
            in folders the folder's name.
        skip_damaged: warn about unreadable pictures and leave them out, instead of raising.

    Returns:
        (images, labels, classes): uint8 (n, height, width, 3) or (n, height, width); ids (n); names by id, sorted.

    Raises:
        ValueError: a picture is damaged, or there is none.
    """
    root = Path(folder)
    kept: list[tuple[np.ndarray, str]] = []
    for path in sorted(p for p in root.rglob("*") if p.suffix.lower() in PICTURES):
        try:
            kept.append((_picture(path, size, mode), str(label(path) if label else _class_of(path, root))))
        except OSError as error:
            if not skip_damaged:
                raise ValueError(f"{path} is damaged ({error}); remove it, or pass skip_damaged=True") from error
            warnings.warn(f"left out {path}: {error}", stacklevel=2)
    if not kept:
        raise ValueError(f"no readable picture ({', '.join(PICTURES)}) in {folder}")
    classes = sorted({name for _, name in kept})
    return np.stack([image for image, _ in kept]), np.array([classes.index(name) for _, name in kept]), classes


PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff")


def _picture(path: Path, size: tuple[int, int], mode: str) -> np.ndarray:
    try:
        from PIL import Image
    except ImportError:
        raise ImportError("reading pictures needs Pillow: pip install pillow") from None
    with Image.open(path) as image:
        return np.asarray(image.convert(mode).resize((size[1], size[0])))


def _class_of(path: Path, root: Path) -> str:
    return path.parent.name if path.parent != root else re.split(r"[.\d]", path.name, maxsplit=1)[0]
