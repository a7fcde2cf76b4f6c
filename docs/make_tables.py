"""Write the tables of docs/numpy.md from the declarations: `make coverage-table`. A test holds them current."""
import re
from pathlib import Path

from autograd.support.clashes import CLASHES

PAGE = Path(__file__).parent / "numpy.md"


def clashes() -> str:
    """Names that mean one thing in NumPy and another in PyTorch."""
    rows = [f"| `{name}` | {c.numpys} | {c.torchs} | {c.write} |" for name, c in sorted(CLASHES.items())]
    return "\n".join(["| name | here and in NumPy | in PyTorch | for PyTorch's write |", "|---|---|---|---|", *rows])


TABLES = {"clashes": clashes}


def current(page: str) -> str:
    """The page with each table between its marks as the declarations say now."""
    for name, table in TABLES.items():
        marks = f"<!-- table: {name} -->", "<!-- end -->"
        page = re.sub(f"{marks[0]}.*?{marks[1]}", lambda _, t=table, m=marks: f"{m[0]}\n\n{t()}\n\n{m[1]}", page,
                      flags=re.DOTALL)
    return page


if __name__ == "__main__":
    PAGE.write_text(current(PAGE.read_text()))
