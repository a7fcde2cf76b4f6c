"""Pages for contributors: their code runs, their links lead somewhere, their commands exist."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_page_on_adding_an_op_runs_from_top_to_bottom():
    page = (ROOT / "docs" / "add_an_op.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    scope = {"__name__": "softsign_page"}
    for block in blocks:
        exec(block, scope)
    assert len(blocks) == 4 and scope["check_op"](scope["softsign"]).verdict.passed


@pytest.mark.parametrize("name", ["README.md", "docs/transforms.md", "docs/compile.md"])
def test_python_on_a_page_runs(name):
    blocks = re.findall(r"^```python\n((?!>>>).*?)^```", (ROOT / name).read_text(encoding="utf-8"), flags=re.S | re.M)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {"__name__": "page"})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = re.findall(r"`make ([a-z-]+)`|^    make ([a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {name for pair in named for name in pair if name} <= targets
