"""CSV files as columns of texts, by Python's csv module; a line without a field for each name is an error."""
import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from autograd.support.files import check_readable

from .column import Column, Notation

MISSING = frozenset(["", "#N/A", "#NA", "<NA>", "N/A", "n/a", "NA", "NULL", "null", "NaN", "nan", "-NaN", "-nan",
                     "None"])
"""What pandas takes for a missing value too."""

OPTIONS = ("sep", "decimal", "thousands", "encoding", "na_values", "keep_default_na")
"""The keywords of pandas.read_csv that need no pandas."""

Columns = tuple[list, Callable[[int], Column]]
"""The names in the order of the source, and a function from a position to its column."""


def csv_columns(source: Any, *, sep: str = ",", decimal: str = ".", thousands: str | None = None,
                encoding: str = "utf-8", na_values: Any = (), keep_default_na: bool = True) -> Columns:
    """The columns of a path or an open file. ValueError, with the line, for what is no table."""
    _check_options(sep, decimal, thousands, encoding)
    notation = Notation(decimal, thousands)
    try:
        with _opened(source, encoding) as file:
            names, rows = _rows(file, sep, _title(source))
    except (UnicodeError, LookupError) as error:
        raise ValueError(f"{_title(source)} is not text of this encoding ({error}): pass another, such as "
                         "encoding=\"latin-1\", or save the table as CSV") from error
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    keep = [i for i, name in enumerate(names) if name or any(cells[i])]     # a separator at the end of each line

    def column(i: int) -> Column:
        texts, name = list(cells[keep[i]]), names[keep[i]]
        given = na_values.get(name, ()) if isinstance(na_values, Mapping) else na_values
        is_missing = _missing_test(given, keep_default_na)
        return Column(name, texts, [is_missing(t) for t in texts], notation)
    return [names[i] for i in keep], column


def _rows(file: Iterable[str], sep: str, title: str) -> tuple[list[str], list[list[str]]]:
    reader = csv.reader(file, delimiter=sep, skipinitialspace=True, strict=True)
    try:
        names = [name.strip() for name in next((row for row in reader if row), [])]
        _check_header(names, sep, title)
        return names, [_fields(row, names, reader.line_num, title) for row in reader if row]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} of {title} is damaged: {error}") from error


def _check_options(sep: str, decimal: str, thousands: str | None, encoding: str) -> None:
    for name, value in {"decimal": decimal, "thousands": thousands, "encoding": encoding}.items():
        if not isinstance(value, str) and not (name == "thousands" and value is None):
            raise TypeError(f"{name} must be a text, got {value!r}")
    if decimal in (sep, thousands):
        raise ValueError(f"decimal is {decimal!r}, and so is {'sep' if decimal == sep else 'thousands'}: pass another, "
                         "such as sep=\";\"")


def _check_header(names: list[str], sep: str, title: str) -> None:
    if not any(names):
        raise ValueError(f"{title} has no line of names: it is empty")
    if names[0].lower().startswith(("<!doctype", "<html")):
        raise ValueError(f"{title} is a web page: download the file that it shows")
    separators = {";": ";", "\t": r"\t", "|": "|", ",": ","}
    other = [written for s, written in separators.items() if s != sep and s in names[0]]
    if len(names) == 1 and other:
        raise ValueError(f"the names of {title} are {names[0]!r}, one column: pass sep=\"{other[0]}\"")
    numbers = [n for n in names if "." in n and Notation().number(n) is not None]
    if numbers:
        raise ValueError(f"the first line of {title} holds numbers such as {numbers[0]}: put a line of names before it")


def _fields(row: list[str], names: list[str], line: int, title: str) -> list[str]:
    """One stripped field for each name; empty ones at the end of a line may be too many, as some programs write."""
    fields = [field.strip() for field in row]
    if len(fields) < len(names) or any(fields[len(names):]):
        raise ValueError(f"line {line} of {title} has {len(fields)} fields for {len(names)} names: quote fields that "
                         "hold the separator, or repair the line")
    return fields[:len(names)]


def _missing_test(na_values: Any, defaults: bool) -> Callable[[str], bool]:
    given = [na_values] if isinstance(na_values, str) or not isinstance(na_values, Iterable) else list(na_values)
    words = {str(v) for v in given} | (MISSING if defaults else {""})
    numbers = {float(v) for v in given if not isinstance(v, str)}
    plain = Notation()
    return (lambda t: t in words or plain.number(t) in numbers) if numbers else words.__contains__


@contextmanager
def _opened(source: Any, encoding: str) -> Iterator[TextIO]:
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    if hasattr(source, "read"):
        content = source.read()
        yield io.StringIO(content if isinstance(content, str) else content.decode(encoding), newline="")
        return
    check_readable(source)
    with open(source, encoding=encoding, newline="") as file:
        yield file


def _title(source: Any) -> str:
    return os.fspath(source) if isinstance(source, str | os.PathLike) else "the file"
