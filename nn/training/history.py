"""What happened in training: one row per epoch."""
import io
import math
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.support.files import write_file
from autograd.support.optional import optional

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def is_setting(name: str) -> bool:
    """Whether a column tells how training went, not how good the model is."""
    return name in ("lr", "grad_norm", "seconds") or (name[:3] == "lr_" and name[3:].isdecimal())


class History(Mapping):
    """Columns of numbers by name, one entry per epoch: "loss", "val_loss", metrics, "lr", "grad_norm", "seconds".

    Attributes:
        interrupted: whether Ctrl-C ended the training.

    >>> history = History()
    >>> history.add({"loss": 1.0}); history.add({"loss": 0.5})
    >>> history["loss"], history.last("loss")
    ([1.0, 0.5], 0.5)
    """

    def __init__(self, columns: Mapping[str, list] | None = None):
        self.columns: dict[str, list[float]] = {} if columns is None else _verified(columns)
        self.interrupted = False

    def add(self, row: Mapping[str, float]) -> None:
        """One more epoch. Columns that a row lacks, and those before a new one, are nan, so that rows stay together."""
        _verified({name: [value] for name, value in row.items()} if isinstance(row, Mapping) else row)
        before = self.epochs
        for name in dict.fromkeys([*self.columns, *row]):
            self.columns.setdefault(name, [math.nan] * before).append(row.get(name, math.nan))

    def __getitem__(self, name: str) -> list[float]:
        if not isinstance(name, str) or name not in self.columns:
            remedy = "; columns val_... come from fit(..., validation=(x, y))" if str(name).startswith("val_") else ""
            raise KeyError(f"no column is named {name!r}; there are {', '.join(self.columns) or 'none yet'}{remedy}")
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def epochs(self) -> int:
        """How many rows there are."""
        return max(map(len, self.columns.values()), default=0)

    def last(self, name: str) -> float:
        """The newest entry of a column."""
        if not self[name]:
            raise KeyError(f"the column {name!r} is empty: there is no epoch yet")
        return self[name][-1]

    def to_csv(self, path: str | os.PathLike) -> None:
        """Write a CSV file with a line of names, then a line per epoch."""
        import csv

        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(["epoch", *self.columns])
        writer.writerows((i, *row) for i, row in enumerate(zip(*self.columns.values(), strict=True), 1))
        write_file(path, text.getvalue())

    def to_pandas(self) -> Any:
        """A pandas DataFrame with the epochs, from 1, as index."""
        with optional("pandas", "to_pandas needs"):
            from pandas import DataFrame, RangeIndex
        return DataFrame(self.columns, index=RangeIndex(1, self.epochs + 1, name="epoch"))

    def plot(self) -> "Figure":
        """A figure with a panel for the loss, on a logarithmic axis if it is positive, and one for each metric."""
        from ..figures.plot import curves
        names = [n for n in self.columns if not n.startswith("val_") and not is_setting(n)]
        panels = {n: {"train": self[n]} for n in names}
        for n in names:
            if f"val_{n}" in self:
                panels[n]["validation"] = self[f"val_{n}"]
        positive = all(x > 0 for line in panels.get("loss", {}).values() for x in line)
        return curves(panels, log=["loss"] if positive else [])

    def __repr__(self) -> str:
        newest = ", ".join(f"{name}={values[-1]:.4g}" for name, values in self.columns.items())
        return f"<History of {self.epochs} epochs: {newest}>"


def _verified(columns) -> dict[str, list[float]]:
    """Columns by name. TypeError for what are none, ValueError for columns of different lengths."""
    lists = isinstance(columns, Mapping) and all(isinstance(values, list | tuple) for values in columns.values())
    if not lists or not all(isinstance(x, int | float | np.number) for values in columns.values() for x in values):
        raise TypeError('a history has columns of numbers, one row per epoch, as {"loss": [1.0, 0.5]}, got '
                        f"{columns!r:.80}")
    if len({len(values) for values in columns.values()}) > 1:
        raise ValueError(f"columns of one length are needed, got {({k: len(v) for k, v in columns.items()})}")
    return {name: list(values) for name, values in columns.items()}
