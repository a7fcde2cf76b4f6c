"""Folders of labelled pictures."""
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..sizes import Pair, pair


def read_pictures(folder: str | os.PathLike, size: Pair = (64, 64), *, mode: str = "RGB",
                  label: Callable[[Path], Any] | None = None,
                  skip_damaged: bool = False) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Labelled pictures of any size and format, as one array. Needs Pillow.

    Args:
        folder: with files named `cat.12.jpg`, or with one folder per class.
        size: (height, width) that all are resized to, or one number for both. mode: "RGB" or "L" (grey).
        label: from a path to its class; default the word before the first dot or digit of the name, or for pictures
            in folders the folder's name.
        skip_damaged: warn about unreadable pictures and leave them out, instead of raising.

    Returns:
        (images, labels, classes): uint8 (n, height, width, 3) or (n, height, width); ids (n); names by id, sorted.

    Raises:
        ValueError: a picture is damaged, or there is none. FileNotFoundError: there is no folder.
    """
    root, size = Path(folder), pair("size", size)
    if not root.is_dir():
        raise FileNotFoundError(f"there is no folder {root}")
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
