"""Runs the code blocks of docs/gallery.md and draws the pictures beside them anew; README.md's picture too.

    python docs/make_gallery.py     takes some seconds; needs pip install '.[all]' and the program `dot`
"""
import ast
import doctest
import re
from pathlib import Path

from matplotlib.figure import Figure

from autograd.draw.explain import Explanation
from autograd.draw.explain.paths import Paths

DOCS = Path(__file__).parent
PAGE = DOCS / "gallery.md"


def sections():
    """The sections of the gallery, each with its title."""
    return re.split(r"(?m)^(?=## )", PAGE.read_text(encoding="utf-8"))


def run(section):
    """What the last line of a section's code gives, in a scope of its own."""
    code = ast.parse(re.search(r"```python\n(.*?)```", section, flags=re.DOTALL)[1])
    scope = {"__name__": "gallery"}
    exec(compile(ast.Module(code.body[:-1], []), str(PAGE), "exec"), scope)
    return eval(compile(ast.Expression(code.body[-1].value), str(PAGE), "eval"), scope)


def save(made, file):
    """Write a picture, a film or a page."""
    path = DOCS / "pictures" / file
    if file.endswith(".svg"):
        path.write_text(made.pipe("svg", encoding="utf-8"), encoding="utf-8")
    elif isinstance(made, Paths):
        typeset(made).savefig(path, dpi=90, bbox_inches="tight")
    elif file.endswith(".png"):
        made.savefig(path, dpi=90)
    else:
        made.save(path)


def drawn(section):
    """The section, with its picture drawn and its text printed anew."""
    made = run(section)
    if link := re.search(r"\]\(pictures/(\S+)\)", section):
        save(made, link[1])
    if not isinstance(made, Explanation | Paths):
        return section
    return re.sub(r"```text\n.*?```", lambda _: f"```text\n{made}\n```", section, flags=re.DOTALL)


def typeset(found):
    """A picture of equations, one below the other."""
    fig = Figure(figsize=(9.0, 0.7 * len(found.equations)))
    for i, line in enumerate(found.equations):
        fig.text(0.0, 1 - (i + 0.5) / len(found.equations), f"${line.latex}$".replace("frac", "dfrac"), fontsize=13,
                 va="center", math_fontfamily="cm")
    return fig


def readme():
    """The picture in README.md: what its first example draws."""
    first = doctest.DocTestParser().get_examples((DOCS.parent / "README.md").read_text(encoding="utf-8"))[:4]
    names = {}
    for example in first:
        exec(example.source, names)
    return names["draw"](names["y"]).pipe("svg", encoding="utf-8")


if __name__ == "__main__":
    head, *rest = sections()
    PAGE.write_text(head + "".join(map(drawn, rest)), encoding="utf-8")
    (DOCS / "pictures" / "neuron.svg").write_text(readme(), encoding="utf-8")
