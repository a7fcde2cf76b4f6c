"""docs/gallery.md: each block of code runs when pasted alone, and gives something that shows itself in a notebook."""
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs" / "make_gallery.py")
gallery = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gallery)
HEAD, *SECTIONS = gallery.sections()
REPRS = "_repr_mimebundle_", "_repr_html_", "_repr_svg_", "_repr_png_", "_repr_latex_", "_repr_markdown_"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.partition("\n")[0][3:].lower().replace(" ", "-"))
def test_a_block_of_code_runs_when_pasted(section, tmp_path, monkeypatch):
    """All 21 were the bodies of functions: `return` outside a function, without imports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    made = gallery.run(section)
    assert any(hasattr(made, name) for name in REPRS), f"{type(made).__name__} does not show itself in a notebook"
    assert list(tmp_path.iterdir()) == []
    if printed := re.search(r"```text\n(.*?)\n```", section, flags=re.DOTALL):
        assert str(made) == printed[1]


def test_every_section_has_one_block_and_one_title():
    assert len(SECTIONS) >= 21
    assert [s.count("```python") for s in SECTIONS] == [1] * len(SECTIONS)
    assert "return " not in HEAD
