"""Join the outputs of an op of several into one vector, and split it again."""
from collections.abc import Sequence
from typing import Any

import numpy as np


def join_outputs(value: Any, like: Any = None) -> Any:
    """Outputs or their cotangents as one vector, zeros where none arrived; anything else as it is."""
    if not isinstance(value, tuple | list):
        return value
    parts = zip(value, value if like is None else like, strict=True)
    return np.concatenate([np.ravel(np.zeros(np.shape(y)) if v is None else np.asarray(getattr(v, "_value", v), float))
                           for v, y in parts])


def split_outputs(vector: np.ndarray, like: Sequence) -> tuple:
    """A vector as one array for each output, in shapes like theirs: the reverse of `join_outputs`."""
    ends = np.cumsum([np.size(y) for y in like])[:-1]
    return tuple(v.reshape(np.shape(y)) for v, y in zip(np.split(vector, ends), like, strict=True))
