"""docs/numpy.md says what the declarations say."""
import importlib.util
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def maker():
    spec = importlib.util.spec_from_file_location("make_tables", DOCS / "make_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_current():
    page = (DOCS / "numpy.md").read_text()
    assert maker().current(page) == page, "run make coverage-table"


def test_a_table_that_is_not_current_is_seen():
    page = (DOCS / "numpy.md").read_text()
    assert maker().current(page.replace("divides by n", "divides by 7")) == page
