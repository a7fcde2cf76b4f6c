"""One column of a table: whether it holds numbers or classes, and an error for all that is neither."""
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from numbers import Complex, Integral, Number, Real
from typing import Any, NoReturn

import numpy as np

TRUTH = {"true": 1, "True": 1, "TRUE": 1, "false": 0, "False": 0, "FALSE": 0}

TIME = r"(\d+ days? )?\d{1,3}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AP]\.?M\.?)?( ?Z| ?UTC| ?GMT)?( ?[+-]\d{2}:?\d{2})?"
WEEKDAY = r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?"
MONTH = (r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
         r"|dec(ember)?)\.?")
DAY = (rf"({WEEKDAY},? )?" r"(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})"
       rf"|\d{{1,2}}[ -]{MONTH},?[ -]\d{{2,4}}|{MONTH} \d{{1,2}},? \d{{4}}|{MONTH}[ -]\d{{4}})")
DATE = rf"({DAY}([T ]{TIME})?|{TIME})"
DECIMAL_COMMA = r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+"
THOUSANDS = r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"
OTHER_WRITING = (r"[+-]?[$€£¥] ?[+-]?[\d.,]+|[+-]?[\d.,]+ ?[%$€£¥]|\([\d.,]+\)|−[\d.,]+"
                 r"|[+-]?\d{1,3}([ '\u00a0\u202f]\d{3})+([.,]\d+)?")
"""Amounts of money and shares, negative numbers in brackets or with a typographic minus, thousands set apart."""


@dataclass(frozen=True)
class Notation:
    """How a file writes numbers."""
    decimal: str = "."
    thousands: str | None = None

    def number(self, text: str) -> int | float | None:
        """The number a text stands for, or None."""
        numbers = _all_numbers([self._with_point(text) if self.thousands or self.decimal != "." else text])
        return numbers[0] if numbers else None

    def _with_point(self, text: str) -> str:
        if self.thousands:
            group, point = re.escape(self.thousands), re.escape(self.decimal)
            if re.fullmatch(rf"[+-]?\d{{1,3}}({group}\d{{3}})+({point}\d*)?", text):
                text = text.replace(self.thousands, "")
        return text if self.decimal == "." else text.replace(".", "_").replace(self.decimal, ".")


@dataclass(frozen=True)
class Column:
    """A column of a file or DataFrame.

    Attributes:
        cells: an array of numbers, or a list of texts and other objects.
        missing: for each cell, whether there is nothing in it.
        notation: of the numbers of a file. None: texts of a DataFrame, which stay texts. classes: declared as such.
    """
    name: Any
    cells: np.ndarray | list
    missing: Sequence[bool] | np.ndarray
    notation: Notation | None = None
    classes: bool = False

    def kept(self, rows: np.ndarray) -> "Column":
        """Some rows. Integers that pandas made floats, for want of a nan among integers, are integers again."""
        if rows.all():
            return self
        if not isinstance(self.cells, np.ndarray):
            cells: Any = list(compress(self.cells, rows))
        else:
            cells = self.cells[rows]
            if np.any(self.missing) and cells.dtype.kind == "f" and (cells == np.rint(cells)).all() and (
                    abs(cells) < 2 ** 53).all():
                cells = cells.astype(np.int64)
        return Column(self.name, cells, np.asarray(self.missing)[rows], self.notation, self.classes)

    @cached_property
    def numbers(self) -> np.ndarray | list | None:
        """The cells as numbers, integers exactly; None if they are something else."""
        if isinstance(self.cells, np.ndarray):
            return self.cells.astype(np.int64) if self.cells.dtype.kind == "b" else self.cells
        if self._are_truths:
            return [TRUTH[cell] for cell in self.cells]
        if self.notation == Notation():
            return _all_numbers(self.cells)
        numbers = list(map(self._number, self.cells))
        return None if any(n is None for n in numbers) else numbers

    @cached_property
    def _are_truths(self) -> bool:
        return self.notation is not None and all(cell in TRUTH for cell in self.cells)

    def _number(self, cell: Any) -> int | float | None:
        if isinstance(cell, str):
            return self.notation.number(cell) if self.notation else None
        if isinstance(cell, Integral | np.bool_):
            return int(cell)
        return float(cell) if _is_real(cell) else None

    def as_array(self) -> np.ndarray:
        """The numbers as int64 or float64. ValueError for texts, and for integers out of int64's range."""
        if self.numbers is None:
            raise ValueError(f"column {self.name!r} was read as texts, such as {self._text_among_numbers()!r}, where "
                             "numbers are expected")
        if not all(isinstance(n, int) for n in self.numbers) and not _is_integer_array(self.numbers):
            return self._finite_floats()
        low, high = np.iinfo(np.int64).min, np.iinfo(np.int64).max
        large = [int(n) for n in (min(self.numbers), max(self.numbers)) if not low <= n <= high]
        if large:
            self._refuse_as_inexact(large[0], "int64")
        return np.asarray(self.numbers, dtype=np.int64)

    def as_floats(self) -> np.ndarray:
        """The numbers as float64. ValueError for integers that would change their value."""
        a = self.as_array()
        floats = a.astype(float)
        with np.errstate(invalid="ignore"):
            changed = floats.astype(a.dtype) != a
        if a.dtype.kind == "i" and changed.any():
            self._refuse_as_inexact(int(a[changed][0]), "float64")
        return floats

    def _finite_floats(self) -> np.ndarray:
        a = np.asarray(self.numbers, dtype=float)
        for i in np.flatnonzero(abs(a) >= 2 ** 53):
            if isinstance(self.cells[i], str):
                self._check_large(self.cells[i], a[i])
        return a

    def _check_large(self, text: str, value: float) -> None:
        """ValueError for a text of a file that became another number."""
        if np.isinf(value) and "inf" not in text.lower():
            raise ValueError(f"column {self.name!r} holds {text!r}, which is larger than float64 can hold")
        if text.lstrip("+-").isdigit() and int(text) != int(value):
            self._refuse_as_inexact(int(text), "float64")

    def _refuse_as_inexact(self, value: int, dtype: str) -> NoReturn:
        raise ValueError(f"column {self.name!r} holds integers such as {value}, which {dtype} cannot hold exactly. If "
                         f"they are identifiers, {self._remedy}; if quantities, make them floats first")

    def _text_among_numbers(self) -> Any:
        return next((c for c in self.cells if self._number(c) is None), self.cells[0])

    # ---- classes -----------------------------------------------------------------------------------------------------

    def categories(self) -> tuple:
        """The different values, sorted; numbers as numbers, if none is written with zeros before it."""
        values = self.numbers
        if values is None or self._are_truths or any(_has_leading_zero(c) for c in self.cells):
            return tuple(sorted(set(map(_text, self.cells))))
        return tuple(sorted(set(values.tolist() if isinstance(values, np.ndarray) else values)))

    def ids(self, categories: tuple) -> np.ndarray:
        """Each cell's position among the categories. ValueError for others."""
        ids = {value: i for i, value in enumerate(categories)}
        keys = self._keys(any(isinstance(c, str) for c in categories))
        unknown = sorted({str(cell) for cell, key in zip(self.cells, keys, strict=True) if key not in ids})
        if unknown:
            raise ValueError(f"column {self.name!r} holds {', '.join(map(repr, unknown[:5]))}, unknown to the table "
                             f"whose form this has; it knows {', '.join(map(str, categories[:20]))}")
        return np.array([ids[key] for key in keys], dtype=np.int64)

    def _keys(self, texts: bool) -> list:
        cells = self.cells.tolist() if isinstance(self.cells, np.ndarray) else self.cells
        return list(map(_text, cells)) if texts else [self._number(c) if isinstance(c, str) else c for c in cells]

    def check_classes(self) -> None:
        """ValueError for cells that are no classes by their looks: dates, numbers written otherwise, names of rows."""
        odd = next((c for c in self.cells if not (isinstance(c, str | np.bool_) or _is_real(c))), None)
        if type(odd).__module__ == "datetime" or hasattr(odd, "to_pydatetime") or hasattr(odd, "to_pytimedelta"):
            self._refuse("dates or times", odd, "turn them into numbers, such as days, months or weekdays")
        if odd is not None:
            raise ValueError(f"column {self.name!r} holds objects of type {type(odd).__name__}: turn them into numbers "
                             "or texts, or leave the column out")
        texts, notation = sorted(set(map(_text, self.cells))), self.notation or Notation()
        self._check_writing(texts, [t for t in texts if notation.number(t) is None])
        self._check_repetition(len(texts), len(self.cells))

    def _check_writing(self, texts: list[str], odd: list[str]) -> None:
        comma = next((t for t in odd if re.fullmatch(DECIMAL_COMMA, t)), None)
        if comma and all(re.fullmatch(DECIMAL_COMMA, t) or re.fullmatch(THOUSANDS, t) for t in odd):
            raise ValueError(f"column {self.name!r} holds numbers with a comma, such as {comma!r}: pass decimal=\",\" "
                             "(then sep is often \";\"), or thousands=\",\" if it separates thousands")
        if sum(map(_is_date, odd)) > len(texts) / 2:
            self._refuse("dates or times", next(filter(_is_date, odd)),
                         "turn them into numbers, such as days, months or weekdays")
        other = next((t for t in odd if re.fullmatch(OTHER_WRITING, t)), None)
        if other:
            self._refuse("numbers in another writing", other, "write plain numbers")
        if not odd:
            self._refuse("numbers as texts", texts[0], "turn them into numbers with astype(float)")
        if len(odd) < len(texts):
            raise ValueError(f"column {self.name!r} mixes numbers and texts such as {odd[0]!r}: name the texts that "
                             f"stand for a missing value, na_values=[{odd[0]!r}], or the column in "
                             f"categorical=[{self.name!r}]")

    def _check_repetition(self, different: int, rows: int) -> None:
        if (different > 20 and different > rows / 2) or (different >= 5 and different >= 0.9 * rows):
            raise ValueError(f"column {self.name!r} has {different} different texts in {rows} rows, so it tells rows "
                             f"apart, not classes: {self._remedy}")

    def _refuse(self, kind: str, example: Any, remedy: str) -> NoReturn:
        raise ValueError(f"column {self.name!r} holds {kind}, such as {str(example)!r}: {remedy}, or {self._remedy}")

    @property
    def _remedy(self) -> str:
        return f"leave it out of columns, or name it in categorical=[{self.name!r}]"


def frame_column(name: Any, series: Any) -> Column:
    """A column of a pandas DataFrame."""
    missing, classes = series.isna().to_numpy(), str(series.dtype) == "category"
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "biuf":
        return Column(name, series.to_numpy(), missing)
    return Column(name, [c.strip() if isinstance(c, str) else c for c in series.tolist()], missing, classes=classes)


def _all_numbers(texts: Sequence[str]) -> list | None:
    """What all texts stand for, or None. Underscores, which Python takes between digits, are no part of numbers."""
    if any("_" in text for text in texts):
        return None
    for kind in (int, float):
        try:
            return list(map(kind, texts))
        except ValueError:
            continue
    return None


def _is_real(cell: Any) -> bool:
    """Whether a cell is a real number; Decimal is a Number of no kind."""
    return isinstance(cell, Real) or (isinstance(cell, Number) and not isinstance(cell, Complex))


def _is_integer_array(numbers: Iterable) -> bool:
    return isinstance(numbers, np.ndarray) and numbers.dtype.kind in "iu"


def _text(cell: Any) -> str:
    """A cell as the name of a class: 1.0, which is how pandas keeps a 1 beside a gap, is "1"."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _has_leading_zero(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) > 1 and cell[0] == "0" and cell.isdigit()


def _is_date(text: str) -> bool:
    return re.fullmatch(DATE, text, re.IGNORECASE) is not None
