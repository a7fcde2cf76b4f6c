"""docs/numpy.md says what the declarations say."""
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor
from autograd.core.constants import REFUSED

DOCS = Path(__file__).parent.parent / "docs"


def maker():
    spec = importlib.util.spec_from_file_location("make_tables", DOCS / "make_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names_by_section(page):
    """{(module and kind): names}, as the page lists them."""
    sections = re.findall(r"\*\*(`numpy[.\w]*`, [\w ]+)\*\* .*\n\n(.*)\n", page)
    return {section: set(re.findall(r"`(\w+)`", names)) for section, names in sections}


def test_the_tables_are_current():
    page = (DOCS / "numpy.md").read_text()
    if f"Of NumPy {np.__version__}." in page:
        assert maker().current(page) == page, "run make coverage-table"
    else:                                               # another NumPy has other names; those in both are of one kind
        listed, found = names_by_section(page), names_by_section(maker().current(page))
        known = {name for names in listed.values() for name in names}
        assert all(names & known <= listed[section] for section, names in found.items())


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_refused_function_says_what_to_write(name):
    function = next(filter(callable, (getattr(m, name, None) for m in (np, np.linalg, np.fft))), None)
    if function is None:                                # not in this NumPy
        return
    with pytest.raises(TypeError, match="not available on Tensors"):
        Tensor([1.0, 2.0]).__array_function__(function, (), (Tensor([1.0, 2.0]), [1, 1]), {})


@pytest.mark.parametrize("module", [np, np.linalg, np.fft], ids=lambda m: m.__name__)
def test_every_function_that_is_refused_has_its_remedy(module):
    tables = maker()
    refused = {name for name, f in tables.public(module).items() if tables.kind_of(f) == "refused"}
    assert sorted(name for name in refused if getattr(module, name).__name__ not in REFUSED) == []


def test_a_table_that_is_not_current_is_seen():
    page = (DOCS / "numpy.md").read_text()
    assert maker().current(page.replace("divides by n", "divides by 7")) == page
