"""Write values in pictures: few digits, summaries of arrays, text that is safe in every renderer."""
import html
import linecache
import os
import re
from typing import Any

import numpy as np

UNKNOWN = "–"
"""Stands for a value that does not exist yet. Never 0, which is a value."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def number(x: Any) -> str:
    """One number in four significant digits; -0 is 0.

    >>> number(2.0), number(1 / 3), number(True)
    ('2', '0.3333', 'True')
    """
    if x is None:
        return UNKNOWN
    kind = np.asarray(x).dtype.kind
    return str(x) if kind == "b" else str(int(x)) if kind in "iu" else format(float(x) + 0.0, ".4g")


def shape(of: tuple[int, ...]) -> str:
    """A shape with multiplication signs: 64 × 32; a scalar's is empty.

    >>> shape((64, 32))
    '64×32'
    """
    return "×".join(map(str, of))


def summary(value: Any) -> str:
    """The range of an array: `min … mean … max …`, nan and inf show; a mean that is rounding noise is ≈0.

    >>> import numpy as np
    >>> summary(np.arange(5.0))
    'min 0  mean 2  max 4'
    """
    a = np.asarray(value)
    if not a.size:
        return "empty"
    with np.errstate(all="ignore"):
        low, mean, high = a.min(), a.mean(), a.max()
        noise = abs(mean) < 1e-12 * max(abs(low), abs(high))
    return f"min {number(low)}  mean {'≈0' if noise and mean else number(mean)}  max {number(high)}"


def is_small(value: Any, rows: int = 4, columns: int = 4) -> bool:
    """Whether an array is shown in full."""
    a = np.asarray(value)
    wide = a.shape[-1] if a.ndim else 1
    return a.ndim <= 2 and a.size > 0 and wide <= columns and a.size // wide <= rows


def grid(value: Any) -> list[list[str]]:
    """A small array as rows of written numbers.

    >>> grid([[1.0, 0.5]])
    [['1', '0.5']]
    """
    a = np.asarray(value)
    return [[number(x) for x in row] for row in np.atleast_2d(a)]


def clean(text: str) -> str:
    """Text without the characters that XML forbids (control characters, lone surrogates) and those that turn the
    direction of writing; each becomes a visible ▯.

    >>> clean("a\\x00b")
    'a▯b'
    """
    return _UNPRINTABLE.sub("▯", text)


def about(op) -> str:
    """The first line of an op's docstring; "" for None (which has a docstring since 3.13)."""
    return clean((op.__doc__ or "").strip().split("\n")[0]) if op else ""


def clipped(text: str, width: int = 40) -> str:
    """Text shortened to a width, the cut shown.

    >>> clipped("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= width else text[:width - 1] + "…"


def escaped(text: str) -> str:
    """Any text made safe for HTML and SVG; white space on one line.

    >>> escaped("a < b & c")
    'a &lt; b &amp; c'
    """
    return html.escape(" ".join(clean(text).split()))


def labelled(text: str) -> str:
    """The same for graphviz's HTML-like labels, in which a backslash starts an escape: \\N is a node's name.

    >>> print(labelled(r"a\\N <b>"))
    a\\\\N &lt;b&gt;
    """
    return escaped(text).replace("\\", "\\\\")


def plural(n: int, word: str) -> str:
    """A number of things.

    >>> plural(1, "path"), plural(12345, "node"), plural(2 ** 60, "path")
    ('1 path', '12 345 nodes', '1.15e+18 paths')
    """
    many = f"{n:,}".replace(",", " ") if n < 1e9 else f"{n:.3g}"
    return f"{many} {word}{'' if n == 1 else 's'}"


def source_line(line: str | None) -> str | None:
    """`file.py:12` as the file's name, the number, and what stands there, if it can be read."""
    if line is None:
        return None
    path, _, number = line.rpartition(":")
    text = linecache.getline(path, int(number)).strip() if number.isdigit() else ""
    return clean(f"{os.path.basename(path)}:{number}  {text}".rstrip())
