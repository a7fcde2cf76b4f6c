"""MNIST and Fashion-MNIST: from a folder, or fetched from OpenML once, verified, and kept."""
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.support.files import as_path, write_file
from autograd.support.optional import optional

from ..progress import bar
from .idx import KINDS, PARTS, has_digits, idx_bytes, read_digits

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A data set on OpenML, and the MD5 checksums of the IDX files it was first published as."""
    title: str
    number: int
    megabytes: int
    md5: dict[str, str]


MNIST = Source("MNIST", 554, 15, {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637"})

FASHION_MNIST = Source("Fashion-MNIST", 40996, 40, {
    "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
    "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
    "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965"})

FASHION = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
"""The classes of Fashion-MNIST, by label."""


def mnist(part: str = "train", folder: str | os.PathLike | None = None, *,
          progress: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits (LeCun et al. 1998): images (n, 28, 28) of 0 to 255 and labels (n), both uint8.

    If the folder lacks the four IDX files, they are fetched from OpenML, verified by their checksums and put there.
    That needs scikit-learn and a connection, once, and half a minute for reading what came.

    Args:
        part: "train", 60 000 images, or "t10k", 10 000 for testing.
        folder: where the files are or shall be; default `cache_folder() / "MNIST"`.
        progress: whether to show the download.

    Raises:
        ConnectionError: nothing, or something else, came from OpenML; the message says which files to put where.
    """
    return _read(MNIST, part, folder, progress)


def fashion_mnist(part: str = "train", folder: str | os.PathLike | None = None, *,
                  progress: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of clothes (Xiao et al. 2017), in every way like `mnist`; the classes' names are in `FASHION`."""
    return _read(FASHION_MNIST, part, folder, progress)


def cache_folder() -> "Path":
    """Where fetched data are kept: `retrograd` in $XDG_CACHE_HOME, by default in ~/.cache."""
    return as_path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "retrograd"


def _read(source: Source, part: str, folder: str | os.PathLike | None, progress: bool) -> tuple[np.ndarray, np.ndarray]:
    if part not in tuple(PARTS):
        raise ValueError(f"part is one of {', '.join(PARTS)}, got {part!r}")
    home = as_path(folder) if folder is not None else cache_folder() / source.title
    if not has_digits(home, part):
        _fetch(source, home, progress)
    return read_digits(home, part)


def _fetch(source: Source, folder: "Path", progress: bool) -> None:
    """Put the four files into the folder, or none of them."""
    import hashlib
    from tempfile import TemporaryDirectory

    openml = _openml()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as home, _shown(source, folder, as_path(home), progress):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")                 # of every attempt; the last one is raised
                files = _files(*openml(data_id=source.number, data_home=home, as_frame=False, parser="liac-arff",
                                       return_X_y=True))
        except Exception as error:
            raise ConnectionError(f"{source.title} could not be fetched from OpenML ({type(error).__name__}: {error}). "
                                  + _by_hand(source, folder)) from error
    for name, content in files.items():
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != source.md5[name]:
            raise ConnectionError(f"what came from OpenML as {name} of {source.title} is not what it was when this was "
                                  "written: its checksum differs. " + _by_hand(source, folder))
    for name, content in files.items():
        write_file(folder / name, content)


def _by_hand(source: Source, folder: "Path") -> str:
    return f"Call again when online, or put {', '.join(source.md5)} (or the same with .gz) into {folder}"


def _files(x: Any, y: Any) -> dict[str, bytes]:
    images, labels = np.asarray(x).reshape(-1, 28, 28).astype(np.uint8), np.asarray(y).astype(np.uint8)
    return {f"{part}-{kind}": idx_bytes(a[rows]) for part, rows in PARTS.items()
            for kind, a in zip(KINDS.values(), (images, labels), strict=True)}


def _openml() -> Callable[..., tuple[Any, Any]]:
    with optional("sklearn", "fetching from OpenML needs"):
        from sklearn.datasets import fetch_openml
    return fetch_openml


@contextmanager
def _shown(source: Source, folder: "Path", home: "Path", progress: bool) -> Iterator[None]:
    """Says what happens, and shows in a bar by how much the files of the download grow."""
    if progress:
        print(f"fetching {source.title} from OpenML into {folder}, once: {source.megabytes} MB, then half a minute to "
              "read them", flush=True)
    shown = bar(desc=source.title, unit="B", unit_scale=True) if progress else None
    if shown is None:
        yield
        return
    done = threading.Event()

    def follow() -> None:
        while not done.wait(0.2):
            with suppress(OSError):                             # of a file that was just given its final name
                shown.update(max(0, sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) - shown.n))
    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        shown.close()
