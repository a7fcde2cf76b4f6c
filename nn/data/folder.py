"""Folders of labelled pictures."""
import os
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.support.files import as_path

from ..checks import check_flags, check_function
from ..sizes import Pair, pair
from .picture import MODES, pillow, read_picture

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff")


def read_pictures(folder: str | os.PathLike, size: Pair = (64, 64), *, mode: str = "RGB",
                  label: "Callable[[Path], Any] | None" = None,
                  skip_damaged: bool = False) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Labelled pictures of any size and format, as one array. Needs Pillow.

    They are turned upright as their EXIF data say. What is transparent becomes white, and of 16 bits a channel the
    higher 8 stay. Of a picture with several frames the first is read, with a warning. Hidden files and folders are left
    out.

    Args:
        folder: with files named `cat.12.jpg`, or with one folder per class.
        size: (height, width) that all are resized to, or one number for both. mode: "RGB" or "L" (grey).
        label: from a path to its class; default the word before the first dot or digit of the name, or for pictures
            in folders the folder's name.
        skip_damaged: warn about unreadable pictures and leave them out, instead of raising.

    Returns:
        (images, labels, classes): uint8 (n, height, width, 3) or (n, height, width); ids (n); names by id, sorted.

    Raises:
        ValueError: a picture is damaged, larger than twice Pillow's MAX_IMAGE_PIXELS, or of 32 bits a channel;
            its name has no class; or there is none. FileNotFoundError: there is no folder.
    """
    root, size = as_path(folder), pair("size", size)
    check_flags(skip_damaged=skip_damaged)
    if label is not None:
        check_function("label", label, "a function from a path to its class, or None")
    if mode not in MODES:
        raise ValueError(f'mode must be "RGB" or "L", got {mode!r}')
    if not root.is_dir():
        raise FileNotFoundError(f"there is no folder {root}")
    pillow()
    names = {path: str(label(path) if label else _class_of(path, root)) for path in _picture_paths(root)}
    images = _readable(names, size, mode, skip_damaged)
    if not images:
        raise ValueError(f"no readable picture ({', '.join(PICTURES)}) in {folder}")
    classes = sorted({names[path] for path in images})
    _warn_of_lost_classes(root, names, classes)
    return np.stack(list(images.values())), np.array([classes.index(names[path]) for path in images]), classes


def _readable(paths: "dict[Path, str]", size: tuple[int, int], mode: str,
              skip_damaged: bool) -> "dict[Path, np.ndarray]":
    images, several = {}, []
    for path in paths:
        try:
            images[path], frames = read_picture(path, size, mode)
        except ValueError as error:
            if not skip_damaged:
                raise ValueError(f"{path} is damaged or of an unknown kind ({error}); remove it, or pass "
                                 "skip_damaged=True") from error
            warnings.warn(f"left out {path}: {error}", stacklevel=3)
        else:
            several += [path] * (frames > 1)
    if several:
        warnings.warn(f"{len(several)} pictures have several frames, such as {several[0]}: the first of each is read",
                      stacklevel=3)
    return images


def _picture_paths(root: "Path") -> "list[Path]":
    return sorted(p for p in root.rglob("*") if p.suffix.lower() in PICTURES and (p.is_file() or p.is_symlink())
                  and not any(part.startswith(".") for part in p.relative_to(root).parts))


def _class_of(path: "Path", root: "Path") -> str:
    if path.parent != root:
        return path.parent.name
    word = re.split(r"[.\d]", path.name, maxsplit=1)[0]
    if not word:
        raise ValueError(f"{path} has no class in its name, as cat.12.jpg has: put it into a folder named after its "
                         "class, or pass label, a function from a path to a class")
    return word


def _warn_of_lost_classes(root: "Path", names: "dict[Path, str]", classes: list[str]) -> None:
    """Without them the other classes have other ids than in a folder that has all."""
    empty = [p.name for p in sorted(root.iterdir()) if p.is_dir() and not p.name.startswith(".")
             and not any(path.is_relative_to(p) for path in names)]
    lost = sorted({*names.values(), *empty} - set(classes))
    if lost:
        warnings.warn(f"no picture can be read of {', '.join(map(repr, lost))} in {root}, so that this is no class",
                      stacklevel=3)
