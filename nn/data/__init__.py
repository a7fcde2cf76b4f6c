"""Data for training: loaders, files, samples. `nn.datasets` has the readers by name."""
from .loader import DataLoader, Dataset, batches

__all__ = ["DataLoader", "Dataset", "batches"]
