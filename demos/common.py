"""What the demos share: their options, where their pictures and texts go, and the digits that two of them read."""
import argparse
import io
import os
import sys
from pathlib import Path

import numpy as np

try:
    from sklearn.datasets import load_digits
except ModuleNotFoundError as error:
    raise SystemExit(f"the demos need {error.name}: pip install '.[all]' in the clone, or run make demos") from None

from autograd.support.files import write_file
from nn import datasets, metrics, read_digits

OUTPUT = Path(__file__).parent / "output"
OUTPUT.mkdir(exist_ok=True)


def existing(text):
    """A path on the command line."""
    if not Path(text).exists():
        raise argparse.ArgumentTypeError(f"there is no file or folder {text}")
    return Path(text)


def parsed(parser):
    """The options of the command line; in a notebook, whose command line is not the demo's, those it has by itself."""
    return parser.parse_args([] if "ipykernel" in sys.modules else None)


def keep(what, name):
    """Write a figure, a drawing or a text to demos/output; in a notebook show the picture as well."""
    path = OUTPUT / name
    if hasattr(what, "savefig"):
        picture = io.BytesIO()
        what.savefig(picture, format=path.suffix[1:])
        write_file(path, picture.getvalue())
    elif hasattr(what, "render"):
        what.render(outfile=path, cleanup=True)
    else:
        write_file(path, f"{what}\n")
    if "ipykernel" in sys.modules and path.suffix in (".png", ".svg"):
        from IPython.display import SVG, Image, display
        display({".svg": SVG, ".png": Image}[path.suffix](filename=path))


def percent_right(outputs, labels):
    """How many of a hundred classes are right, from logits (n, 1) or (n, classes): a metric for `fit`."""
    return 100 * metrics.accuracy(outputs, labels)


def real_data(name):
    """The folder of real data called `name` in $RETROGRAD_DATA, or None."""
    folder = Path(os.environ.get("RETROGRAD_DATA", "")) / name
    return folder if folder.is_dir() else None


def rows(images):
    """Images (n, height, width) of 0 to 255 as rows (n, height · width) of numbers in [0, 1], float32."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def mnist(folder=None):
    """All of MNIST, (x, y) to learn from and to be tested on, and where it is from; rows in [0, 1], float32.

    From the four IDX files in a folder or in $RETROGRAD_DATA/mnist, else from OpenML.
    """
    folder = folder or real_data("mnist")
    parts = [read_digits(folder, part) if folder else datasets.mnist(part) for part in ("train", "t10k")]
    train, test = ((rows(images), labels) for images, labels in parts)
    return train, test, f"the digits in {folder}" if folder else "MNIST from OpenML"


def digits():
    """Images (n, pixels) in [0, 1], float32; labels (n); and which digits they are, in words."""
    folder = real_data("mnist10k")
    if folder:
        images, labels = read_digits(folder, "t10k")
        return rows(images), labels, "10 000 MNIST digits"
    images, labels = load_digits(return_X_y=True)
    source = "scikit-learn's 1 797 digits of 8 x 8 pixels (RETROGRAD_DATA has no MNIST)"
    return (images / 16).astype(np.float32), labels, source
