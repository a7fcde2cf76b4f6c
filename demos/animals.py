"""Cats and dogs for two of the demos: real photos where they are found, else faces drawn by this file."""
import numpy as np
from common import real_data
from PIL import Image, ImageDraw


def photos():
    """Real ones, grey: (images (n, 64, 64), labels (n, 1)) to learn from and unseen ones; None where there are none."""
    folder = real_data("catdog")
    if folder is None:
        return None
    try:
        import h5py
    except ImportError:
        print("RETROGRAD_DATA has photos, but reading HDF5 needs h5py: pip install h5py")
        return None
    parts = []
    for part in ("train", "test"):
        with h5py.File(folder / f"{part}set.hdf5") as file:
            parts.append((file[f"X_{part}"][:], file[f"Y_{part}"][:]))
    return parts


def drawn(dog, rng):
    """A face of any size, place and colour: cats have pointed ears on top, dogs ears that hang down at the sides."""
    side = int(rng.integers(80, 160))
    back, fur, dark = (tuple(int(c) for c in rng.integers(n, n + 110, 3)) for n in (145, 60, 0))
    r, (x, y) = side * rng.uniform(0.2, 0.28), side * rng.uniform(0.42, 0.58, 2)
    image = Image.new("RGB", (side, side), back)
    pen = ImageDraw.Draw(image)
    for s in (-1, 1):
        if not dog:
            pen.polygon([(x + s * r, y - 1.7 * r), (x + s * r, y), (x + 0.1 * s * r, y - 0.8 * r)], fill=fur)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=fur)
    for s in (-1, 1):
        if dog:
            pen.ellipse((x + s * r - 0.35 * r, y - 0.7 * r, x + s * r + 0.35 * r, y + 1.2 * r), fill=dark)
        pen.ellipse((x + 0.4 * s * r - 3, y - 0.3 * r - 3, x + 0.4 * s * r + 3, y - 0.3 * r + 3), fill=dark)
    return image


def draw_folder(folder, n, seed=0):
    """Fill a folder with n pictures, half of them cats: cat.0.jpg, dog.0.jpg, cat.1.jpg ..."""
    rng = np.random.default_rng(seed)
    folder.mkdir(exist_ok=True)
    for i in range(n):
        drawn(i % 2, rng).save(folder / f"{('cat', 'dog')[i % 2]}.{i // 2}.jpg")
    return folder
