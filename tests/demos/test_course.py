"""What holds for every demo: short, cells that open as a notebook, a test, and a row in the table of contents."""
import ast
import re
from pathlib import Path

import pytest

DEMOS = Path(__file__).parents[2] / "demos"
FILES = [*sorted(DEMOS.glob("[0-9]*.py")), DEMOS / "digits.py"]
README = (DEMOS / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r'\| <img src="([^"]+)"[^|]*\| \[`(\w+)`\]\((\w+)\.py\) \| ([^|]+) \| ([^|]+) \|')
every_demo = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def cells(file):
    """(kind, text) of each cell."""
    parts = re.split(r"^# %%(.*)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert parts[0] == ""                                       # nothing stands before the first cell
    return list(zip(parts[1::2], parts[2::2], strict=True))


@every_demo
def test_about_120_readable_lines(file):
    assert sum(bool(line.strip()) for line in file.read_text(encoding="utf-8").splitlines()) <= 120


@every_demo
def test_cells(file):
    first, *others = cells(file)
    assert first[0] == " [markdown]" and first[1].startswith('"""') and first[1].endswith('"""\n')
    assert ast.get_docstring(ast.parse(first[1]))
    for kind, text in others:
        assert kind in (" [markdown]", "")                      # a title beside the marker is not shown in a notebook
        if kind:
            assert text.strip() and all(line.startswith("# ") for line in text.strip().splitlines())
        else:
            assert ast.parse(text).body                             # runs by itself: no statement goes over its end
            assert "__file__" not in text                       # unknown in notebooks


@every_demo
def test_its_docstring_says_how_to_run_it(file):
    assert f"python demos/{file.name}" in ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


@every_demo
def test_there_is_a_test(file):
    assert (Path(__file__).parent / f"test_{file.stem}.py").is_file()


def test_the_table_of_contents():
    rows = ROW.findall(README)
    assert [name for _, name, *_ in rows] == ["digits", *(file.stem for file in FILES[:-1])]     # in order
    for picture, name, link, shows, try_next in rows:
        path = DEMOS / picture
        assert link == name and path.name.startswith(name) and shows.strip() and try_next.strip()
        assert path.stat().st_size < 40_000, path
    assert {path.name for path in (DEMOS / rows[0][0]).parent.iterdir()} == {Path(row[0]).name for row in rows}


def test_small_pictures(tmp_path):
    import thumbnails
    from PIL import Image
    Image.effect_noise((1200, 800), 80).convert("RGB").save(tmp_path / "noise.png")
    with pytest.raises(SystemExit, match="bytes, more than"):   # noise does not compress
        thumbnails.small(tmp_path / "noise.png", tmp_path / "small.png")
    Image.new("RGB", (1200, 800), "navy").save(tmp_path / "plain.png")
    thumbnails.small(tmp_path / "plain.png", tmp_path / "small.png")
    assert Image.open(tmp_path / "small.png").size == (480, 320)
    font = ' font-family="Arial"'
    drawing = f"<svg><!-- c --><title>t</title><a xlink:title='x'><text{font}>1</text></a><text{font}>2</text></svg>"
    assert thumbnails.lean(drawing) == f"<svg{font}><text>1</text><text>2</text></svg>"
