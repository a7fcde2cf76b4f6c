"""Data to learn from: from files and folders, from scikit-learn, and MNIST and Fashion-MNIST."""
from .data.fetch import FASHION, cache_folder, fashion_mnist, mnist
from .data.folder import read_pictures
from .data.idx import read_digits, read_idx
from .data.points import blobs, circles, digits, moons, train_test_split
from .data.table import Table, read_csv

__all__ = [
    "FASHION", "Table", "blobs", "cache_folder", "circles", "digits", "fashion_mnist", "mnist", "moons", "read_csv",
    "read_digits", "read_idx", "read_pictures", "train_test_split",
]
