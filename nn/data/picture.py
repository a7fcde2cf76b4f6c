"""One picture file as an array of bytes, upright and opaque, whatever its format."""
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.support.optional import optional

if TYPE_CHECKING:
    from pathlib import Path

MODES = ("RGB", "L")

SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")


def read_picture(path: "Path", size: tuple[int, int], mode: str) -> tuple[np.ndarray, int]:
    """uint8 (height, width, 3) or (height, width), and how many frames the file has, of which this is the first.

    Raises:
        ValueError: the file is damaged, larger than Pillow takes, or has pixels whose range is unknown.
    """
    try:
        with open(path, "rb") as file, pillow()[0].open(file) as image:     # of a path, it forgets the turn of a TIFF
            image.load()
            pixels = np.array(_upright(_opaque(_eight_bits(image), mode), image).resize((size[1], size[0])))
            return pixels, 1 if image.format == "MPO" else getattr(image, "n_frames", 1)    # MPO: with its previews
    except ImportError:
        raise
    except Exception as error:                              # Pillow lets through whatever a damaged file causes
        raise ValueError(str(error) or type(error).__name__) from error


def pillow() -> tuple[Any, Any]:
    """Pillow's modules Image and ImageOps."""
    with optional("PIL", "reading pictures needs"):
        from PIL import Image, ImageOps
    return Image, ImageOps


def _eight_bits(image: Any) -> Any:
    """16 bits of grey by their higher byte, which Pillow takes of 16 bits of colour too."""
    if image.mode in SIXTEEN_BITS or (image.mode == "I" and image.format == "PNG"):
        return pillow()[0].fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise ValueError("its pixels are numbers of 32 bits, whose range from black to white is not known: convert it "
                         "to 8 bits first")
    return image


def _opaque(image: Any, mode: str) -> Any:
    """In the mode, what is transparent on white."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert(mode)
    image = image.convert("RGBA")
    ground = pillow()[0].new("RGBA", image.size, "white")
    return pillow()[0].alpha_composite(ground, image).convert(mode)


def _upright(image: Any, source: Any) -> Any:
    """Turned as the camera noted it, if the note is readable."""
    with suppress(Exception):
        image.getexif()[ORIENTATION] = source.getexif()[ORIENTATION]
        return pillow()[1].exif_transpose(image)
    return image


ORIENTATION = 0x0112
"""The tag of EXIF that says which side of the picture is up."""
