"""Colours and shapes of the pictures. Kinds of vertices differ in both, so that colour alone never carries meaning."""
from dataclasses import dataclass, field

SHAPES = {"parameter": "box3d", "input": "note", "constant": "box", "op": "box", "result": "box", "summary": "folder"}
STYLES = {"parameter": "filled", "input": "filled", "constant": "filled,rounded,dashed", "op": "filled,rounded",
          "result": "filled,bold", "summary": "filled,dashed"}

MARGINS = {"parameter": "0.1,0.08", "summary": "0.14,0.06"}        # room for the edges of their shapes


@dataclass(frozen=True)
class Theme:
    """Colours by role. `fill` and `line` are by kind of vertex; `strong` is the largest gradient's."""
    name: str
    background: str
    text: str
    faint: str
    forward: str
    backward: str
    strong: str
    negative: str
    fill: dict[str, str] = field(default_factory=dict)
    line: dict[str, str] = field(default_factory=dict)


LIGHT = Theme("light", "#ffffff", "#1b1f24", "#5f6873", "#3a424b", "#b91c2b", "#f08a82", "#3f7fbf",
              {"parameter": "#def4e4", "input": "#deebfa", "constant": "#f0f1f3", "op": "#fefefe", "result": "#fff2cf",
               "summary": "#ece8f8", "group": "#f7f8fa"},
              {"parameter": "#1d7a46", "input": "#2366a8", "constant": "#7c8590", "op": "#4a535d", "result": "#a86a0b",
               "summary": "#6a51b8", "group": "#a9b1ba"})

DARK = Theme("dark", "#14171b", "#eceff3", "#a3adb8", "#c2cad3", "#ff8d86", "#a3343d", "#6fb1f0",
             {"parameter": "#17392a", "input": "#18304d", "constant": "#2a2f36", "op": "#1f242b", "result": "#463613",
              "summary": "#2e2749", "group": "#191d22"},
             {"parameter": "#5fce90", "input": "#7ab8f5", "constant": "#8f99a5", "op": "#a9b3be", "result": "#f0bd57",
              "summary": "#b3a1f2", "group": "#4d5763"})

PRINT = Theme("print", "#ffffff", "#000000", "#404040", "#000000", "#a00010", "#d9d9d9", "#000000",
              dict.fromkeys(("parameter", "input", "constant", "op", "result", "summary", "group"), "#ffffff"),
              dict.fromkeys(("parameter", "input", "constant", "op", "result", "summary", "group"), "#000000"))

THEMES = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}


def palette(theme: Theme) -> dict[str, str]:
    """{role: colour} of a theme: what the page's style calls them."""
    named = {k: getattr(theme, k) for k in ("text", "faint", "forward", "backward", "strong", "negative", "background")}
    for kind in theme.fill:
        named |= {f"fill-{kind}": theme.fill[kind], f"line-{kind}": theme.line[kind]}
    return named


def blend(low: str, high: str, share: float) -> str:
    """The colour a share of the way from low to high.

    >>> blend("#000000", "#ffffff", 0.5)
    '#808080'
    """
    ends = [[int(c[i:i + 2], 16) for i in (1, 3, 5)] for c in (low, high)]
    return "#" + "".join(f"{round(a + (b - a) * min(max(share, 0.0), 1.0)):02x}" for a, b in zip(*ends, strict=True))
