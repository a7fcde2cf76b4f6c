"""Tables: CSV files and pandas DataFrames as arrays, texts as columns of 0 and 1, the same way for every file."""
import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

import numpy as np

from autograd.support.optional import optional

from .column import Column, frame_column
from .csv_file import OPTIONS, Columns, csv_columns
from .sampling import one_hot

Names = Hashable | Sequence[Hashable] | None
"""One name of a column, several, or none."""


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
    columns: tuple[Hashable, ...]
    target: Names
    categories: Mapping[Hashable, tuple]
    text: str

    @property
    def classes(self) -> tuple | None:
        """The values of a target that is a category, by id."""
        return None if isinstance(self.target, list) else self.categories.get(self.target)

    def read(self, source: Any, *, missing: str = "error", **options: Any) -> "Table":
        """Another file in exactly the same form, such as the test data. If it has no target, y is None.

        Raises:
            ValueError: a column is absent, or holds a category that this table does not have.
        """
        names, column = _columns(source, options)
        has_target = any(name in names for name in _as_tuple(self.target))
        table = _table((names, column), self.columns, self.target if has_target else None, self.text, missing,
                       lambda columns: self.categories)
        y = table.y
        if y is not None and self.y is not None and (y == y.astype(self.y.dtype)).all():
            y = y.astype(self.y.dtype)
        return replace(table, y=y, target=self.target)


def read_csv(source: Any, target: Names = None, *, columns: Names = None, categorical: Names = (),
             text: str = "one-hot", missing: str = "error", **options: Any) -> Table:
    """A CSV file with a line of names, or a DataFrame, as arrays to learn from.

        table = read_csv("houses.csv", target="price", columns=["area", "rooms", "town"])
        model = Sequential(StandardScaler().fit(table.x), MLP([table.x.shape[1], 16, 1]))
        test = table.read("houses_test.csv")

    Args:
        source: a path, an open file, or a pandas DataFrame. Addresses and compressed files are read through pandas.
        target: the name of y's column; a list of names makes y two-dimensional.
        columns: of x; default all but the target.
        categorical: columns of numbers, dates or different texts that name classes, such as postcodes.
        text: "one-hot", a column of 0 and 1 for each text, or "ids", one column of 0, 1, 2, ... by sorted text, as
            `Embedding` takes them.
        missing: "error", or "drop" to leave out rows in which a column used is empty.
        options: pandas' sep=";", decimal=",", thousands, encoding, na_values=["?"] and keep_default_na; with others
            pandas.read_csv reads the file, which must be installed.

    Raises:
        ImportError: pandas is missing, and needed.
        ValueError: an unknown column, missing values, integers too large for float64, or a column of neither numbers
            nor classes: mixed, dates, decimal commas, or texts that hardly ever repeat.

    >>> import io
    >>> table = read_csv(io.StringIO("size,colour,price\\n1.5,red,10\\n2,blue,20\\n"), "price")
    >>> table.features, table.x.tolist(), table.y.tolist()
    (('size', 'colour=blue', 'colour=red'), [[1.5, 0.0, 1.0], [2.0, 1.0, 0.0]], [10, 20])
    """
    found = _columns(source, options)
    targets, named = _as_tuple(target), _as_tuple(categorical)
    chosen = _default_columns(found[0], targets) if columns is None else _as_tuple(columns)
    _check_names(found[0], (*chosen, *targets, *named))
    _check_choice(chosen, targets)
    if _are_several(target) and not targets:
        raise ValueError("target is an empty list: name the columns of y, or pass None")

    def categories(used: Mapping[Hashable, Column]) -> dict[Hashable, tuple]:
        return {name: _categories(column, name in named) for name, column in used.items()
                if name in named or column.classes or column.numbers is None}
    return _table(found, chosen, list(targets) if _are_several(target) else target, text, missing, categories)


def _table(found: Columns, chosen: tuple, target: Names, text: str, missing: str,
           categories_of: Callable[[Mapping[Hashable, Column]], Mapping[Hashable, tuple]]) -> Table:
    if text not in ("one-hot", "ids") or missing not in ("error", "drop"):
        raise ValueError(f'text is "one-hot" or "ids" and missing "error" or "drop", got {text!r} and {missing!r}')
    names, column = found
    used = (*chosen, *_as_tuple(target))
    _check_names(names, used)
    data = _complete({name: column(names.index(name)) for name in used}, missing)
    categories = categories_of(data)
    parts = [_features(data[name], categories.get(name), text) for name in chosen]
    features = tuple(feature for names, _ in parts for feature in names)
    _check_features(features)
    rows = len(next(iter(data.values())).cells)
    x = np.concatenate([np.empty((rows, 0)), *(a for _, a in parts)], axis=1)
    return Table(x, _target(data, target, categories), features, chosen, target, categories, text)


def _features(column: Column, categories: tuple | None, text: str) -> tuple[list[str], np.ndarray]:
    """The names and values of what a column gives to x."""
    if categories is None:
        return [str(column.name)], column.as_floats()[:, None]
    ids = column.ids(categories)
    if text == "ids":
        return [str(column.name)], ids[:, None].astype(float)
    return [f"{column.name}={c}" for c in categories], one_hot(ids, len(categories))


def _target(data: Mapping[Hashable, Column], target: Names, categories: Mapping[Hashable, tuple]) -> np.ndarray | None:
    if target is None:
        return None
    if not isinstance(target, list):
        return data[target].ids(categories[target]) if target in categories else data[target].as_array()
    if any(name in categories for name in target):
        raise ValueError(f"several targets must be numbers, got {[name for name in target if name in categories]}")
    if len({data[name].as_array().dtype for name in target}) > 1:
        return np.stack([data[name].as_floats() for name in target], axis=1)
    return np.stack([data[name].as_array() for name in target], axis=1)


def _categories(column: Column, named: bool) -> tuple:
    if not named and not column.classes:
        column.check_classes()
    return column.categories()


def _complete(data: dict[Hashable, Column], missing: str) -> dict[Hashable, Column]:
    """The rows in which no column is empty; ValueError if others are not to be dropped, or none is left."""
    if not data:
        raise ValueError("no column is chosen: name some in columns, or a target")
    empty = np.stack([np.asarray(column.missing, dtype=bool) for column in data.values()])
    counts = ", ".join(f"{column.name} ({n})" for column, n in zip(data.values(), empty.sum(axis=1), strict=True) if n)
    if missing == "error" and counts:
        raise ValueError(f"values are missing in {counts} of {empty.shape[1]} rows: pass missing=\"drop\" to leave "
                         "these rows out, leave the columns out, or fill them with pandas' fillna and pass the frame; "
                         "if words such as NA are values, keep_default_na=False")
    rows = np.logical_not(np.any(empty, axis=0))
    if not rows.any():
        raise ValueError(f"no row is complete: values are missing in {counts} of {len(rows)} rows" if len(rows)
                         else "the table has no rows")
    return {name: column.kept(rows) for name, column in data.items()}


# ---- names -----------------------------------------------------------------------------------------------------------

def _as_tuple(names: Names) -> tuple:
    return () if names is None else tuple(names) if _are_several(names) else (names,)


def _are_several(names: Names) -> TypeGuard[Iterable]:
    return isinstance(names, Iterable) and not isinstance(names, str | bytes)


def _default_columns(names: list, targets: tuple) -> tuple:
    chosen = tuple(name for name in names if name not in targets)
    unnamed = [name for name in chosen if name == "" or str(name).startswith("Unnamed: ")]
    if unnamed:
        raise ValueError(f"column {names.index(unnamed[0]) + 1} has no name, like the numbers of rows that "
                         "DataFrame.to_csv writes without index=False: name the columns to learn from in columns")
    return chosen


def _check_names(names: list, wanted: tuple) -> None:
    absent = [name for name in wanted if name not in names]
    if absent:
        raise ValueError(f"there is no column {', '.join(map(repr, absent))}; the columns are "
                         f"{', '.join(map(_shown, names))}. Is the separator another? Then pass sep=\";\"")
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        raise ValueError(f"{names.count(twice[0])} columns are named {twice[0]!r}: give each a name of its own")


def _check_choice(chosen: tuple, targets: tuple) -> None:
    twice = [name for name, n in Counter((*chosen, *targets)).items() if n > 1]
    if twice:
        raise ValueError(f"column {twice[0]!r} is chosen twice, in columns or as a target: name it once")


def _check_features(features: tuple[str, ...]) -> None:
    twice = [name for name, n in Counter(features).items() if n > 1]
    if twice:
        raise ValueError(f"two features would be named {twice[0]!r}: rename a column of the table")


def _shown(name: Any) -> str:
    return name if isinstance(name, str) else repr(name)


# ---- sources ---------------------------------------------------------------------------------------------------------

def _columns(source: Any, options: Mapping[str, Any]) -> Columns:
    if hasattr(source, "iloc") and hasattr(source, "columns"):
        return _frame_columns(source)
    if not isinstance(source, str | os.PathLike) and not hasattr(source, "read"):
        raise TypeError(f"a path, an open file or a pandas DataFrame is needed, got {type(source).__name__}")
    if _needs_pandas(source, options):
        return _frame_columns(_pandas().read_csv(source, **options))
    return csv_columns(source, **options)


def _needs_pandas(source: Any, options: Mapping[str, Any]) -> bool:
    name = os.fspath(source) if isinstance(source, str | os.PathLike) else ""
    return ("://" in name or name.endswith((".gz", ".bz2", ".zip", ".xz", ".zst")) or not set(options) <= set(OPTIONS)
            or not _is_character(options.get("sep", ",")))


def _is_character(sep: Any) -> bool:
    return isinstance(sep, str) and len(sep) == 1


def _frame_columns(frame: Any) -> Columns:
    if frame.columns.nlevels > 1:
        raise ValueError("the DataFrame has several lines of names: join them into one, such as "
                         "frame.columns = [\"_\".join(names) for names in frame.columns]")
    names = frame.columns.tolist()
    return names, lambda i: frame_column(names[i], frame.iloc[:, i])


def _pandas() -> Any:
    use = f"reading other files than plain CSV, or with other options than {', '.join(OPTIONS)}, needs"
    with optional("pandas", use):
        import pandas
    return pandas
