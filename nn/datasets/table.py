"""Tables: CSV files and pandas DataFrames as arrays, texts as columns of 0 and 1, the same way for every file."""
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..balance import one_hot


@dataclass(frozen=True)
class Table:
    """What `read_csv` gives.

    Attributes:
        x: (n, features) float64. features: the name of each column of x; those from texts are named "colour=red".
        y: (n) the target, or (n, targets) for a list of them: numbers as they are, texts as ids of `classes`.
        columns, target: the columns of the file that x and y come from.
        categories: {column: its values, sorted} of all that were taken as categories. text: how they are in x.
    """
    x: np.ndarray
    y: np.ndarray | None
    features: tuple[str, ...]
    columns: tuple[str, ...]
    target: str | Sequence[str] | None
    categories: Mapping[str, tuple]
    text: str

    @property
    def classes(self) -> tuple | None:
        """The values of a target that is a category, by id."""
        return self.categories.get(self.target) if isinstance(self.target, str) else None

    def read(self, source: Any, *, missing: str = "error", **options: Any) -> "Table":
        """Another file in exactly the same form, such as the test data. If it has no target, y is None.

        Raises:
            ValueError: a column is absent, or holds a category that this table does not have.
        """
        frame = _frame(source, options)
        target = self.target if set(_names(self.target)) <= set(frame.columns) else None
        return _table(frame, self.columns, target, self.categories, self.text, missing)


def read_csv(source: Any, target: str | Sequence[str] | None = None, *, columns: Sequence[str] | None = None,
             categorical: Sequence[str] = (), text: str = "one-hot", missing: str = "error", **options: Any) -> Table:
    """A CSV file with a line of names as arrays to learn from. Needs pandas.

        table = read_csv("houses.csv", target="price", columns=["area", "rooms", "town"])
        model = Sequential(StandardScaler().fit(table.x), MLP([table.x.shape[1], 16, 1]))
        test = table.read("houses_test.csv")

    Args:
        source: a path, address or file as pandas takes it, or a DataFrame.
        target: the name of y's column; a list of names makes y two-dimensional.
        columns: of x; default all but the target.
        categorical: columns of numbers that name classes, such as postcodes, to be treated like texts.
        text: "one-hot", a column of 0 and 1 for each text, or "ids", one column of 0, 1, 2, ... by sorted text, as
            `Embedding` takes them.
        missing: "error", or "drop" to leave out rows in which a column used is empty.
        options: what pandas.read_csv takes, such as sep=";", decimal="," or na_values=["?"].

    Raises:
        ImportError: pandas is missing.
        ValueError: an unknown column, missing values, numbers mixed with texts, or texts that hardly ever repeat.
    """
    frame = _frame(source, options)
    chosen = tuple(columns) if columns is not None else tuple(c for c in frame.columns if c not in _names(target))
    _check_names(frame, (*chosen, *_names(target), *categorical))
    used = [*chosen, *_names(target)]
    categories = {c: _categories(frame[c].dropna(), c, c in categorical) for c in used
                  if c in categorical or not _is_numeric(frame[c])}
    if not isinstance(target, str | None) and any(c in categories for c in target):
        raise ValueError(f"several targets must be numbers, got {[c for c in target if c in categories]}")
    return _table(frame, chosen, target, categories, text, missing)


def _table(frame, columns, target, categories, text: str, missing: str) -> Table:
    if text not in ("one-hot", "ids") or missing not in ("error", "drop"):
        raise ValueError(f'text is "one-hot" or "ids" and missing "error" or "drop", got {text!r} and {missing!r}')
    used = list(dict.fromkeys([*columns, *_names(target)]))
    _check_names(frame, used)
    frame = _complete(frame[used], missing)
    parts, features = [np.empty((len(frame), 0))], []
    for name in columns:
        a = _numbers(frame[name], categories.get(name))
        hot = text == "one-hot" and name in categories
        parts.append(one_hot(a, len(categories[name])) if hot else a[:, None].astype(float))
        features += [f"{name}={c}" for c in categories[name]] if hot else [name]
    y = [_numbers(frame[name], categories.get(name)) for name in _names(target)]
    return Table(np.concatenate(parts, axis=1), None if not y else y[0] if isinstance(target, str) else np.stack(y, 1),
                 tuple(features), tuple(columns), target, categories, text)


def _frame(source: Any, options: Mapping[str, Any]) -> Any:
    try:
        import pandas
    except ImportError:
        raise ImportError("reading tables needs pandas: pip install pandas") from None
    if isinstance(source, pandas.DataFrame):
        return source
    return pandas.read_csv(os.fspath(source) if isinstance(source, os.PathLike) else source, **options)


def _names(target: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if target is None else (target,) if isinstance(target, str) else tuple(target)


def _check_names(frame, names: Sequence[str]) -> None:
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise ValueError(f"there is no column {', '.join(map(repr, absent))}; the columns are "
                         f"{', '.join(map(str, frame.columns))}. Is the separator another? Then pass sep=\";\"")


def _is_numeric(column) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype
    return is_numeric_dtype(column) or is_bool_dtype(column)


def _categories(column, name: str, named: bool) -> tuple:
    """The different values of a column, sorted; ValueError for texts that seem to be something else than classes."""
    if _is_numeric(column):
        return tuple(sorted(column.unique().tolist()))
    values = sorted(column.astype(str).unique())
    if named:
        return tuple(values)
    odd = [v for v in values if not _is_number(v)]
    if len(odd) < len(values):
        raise ValueError(f"column {name!r} mixes numbers and texts such as {odd[0]!r}: name the texts that stand for a "
                         f"missing value, na_values=[{odd[0]!r}], or the column in categorical=[{name!r}]")
    if len(values) > 20 and len(values) > len(column) / 2:
        raise ValueError(f"column {name!r} has {len(values)} different texts in {len(column)} rows, so it tells rows "
                         f"apart, not classes: leave it out of columns, or name it in categorical=[{name!r}]")
    return tuple(values)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _complete(frame, missing: str):
    empty = frame.isna().sum()
    if missing == "error" and empty.any():
        counts = ", ".join(f"{name} ({n})" for name, n in empty.items() if n)
        raise ValueError(f"values are missing in {counts} of {len(frame)} rows: pass missing=\"drop\" to leave these "
                         "rows out, leave the columns out, or fill them with pandas' fillna and pass the DataFrame")
    return frame.dropna()


def _numbers(column, categories: tuple | None) -> np.ndarray:
    """A column as numbers; a category as the id of its value."""
    if categories is None:
        if not _is_numeric(column):
            raise ValueError(f"column {column.name!r} was read as texts, such as {str(column.iloc[0])!r}, where "
                             "numbers are expected")
        a = column.to_numpy()
        return a.astype(np.int64) if a.dtype.kind in "biu" else a.astype(float)
    values = column.tolist() if _is_numeric(column) else column.astype(str).tolist()
    ids = {value: i for i, value in enumerate(categories)}
    unknown = sorted({str(v) for v in values if v not in ids})
    if unknown:
        raise ValueError(f"column {column.name!r} holds {', '.join(map(repr, unknown[:5]))}, unknown to the table "
                         f"whose form this has; it knows {', '.join(map(str, categories[:20]))}")
    return np.array([ids[v] for v in values], dtype=np.int64)
