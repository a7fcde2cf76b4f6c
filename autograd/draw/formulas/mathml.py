"""Parse the LaTeX of formulas into a tree; print it as MathML for pages or as text for terminals.

Covers what declarations and derivations use: fractions, roots, scripts, fences, operators by name, matrices, Greek.
A command it does not know is shown by its name.
"""
import re
from dataclasses import dataclass, field

from ..format import escaped

SYMBOLS = {
    "cdot": "·", "odot": "⊙", "times": "×", "partial": "∂", "sum": "∑", "prod": "∏", "infty": "∞", "le": "≤", "ge": "≥",
    "neq": "≠", "approx": "≈", "wedge": "∧", "vee": "∨", "to": "→", "rightarrow": "→", "leftarrow": "←", "dots": "…",
    "cdots": "⋯", "pm": "±", "in": "∈", "|": "‖", "Vert": "‖", "quad": "\u2003", "nabla": "∇", "top": "⊤", "circ": "∘"}
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω"}
FUNCTIONS = {"ln", "log", "exp", "sin", "cos", "tan", "tanh", "max", "min", "det"}
WORDS = {"operatorname", "mathrm", "text", "mathbf"}
SUPERSCRIPTS = str.maketrans("0123456789+-()T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵀ")
SUBSCRIPTS = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


@dataclass
class Part:
    """A piece of a formula. `kind` is identifier, number, operator, word, space, or what the parts inside are to it."""
    kind: str
    text: str = ""
    parts: list["Part"] = field(default_factory=list)


def parsed(tex: str) -> Part:
    """The tree of a LaTeX formula. Never raises: what is not understood appears as text."""
    reader = _Reader(_TOKEN.findall(tex))
    parts = []
    while reader.left:
        parts += reader.row(()).parts
        if reader.left:                                             # a closing sign without an opening one
            parts.append(Part("operator", reader.take()))
    return Part("row", "", parts)


class _Reader:
    """Reads tokens from left to right. Nesting is that of the formula, which people have to read, so it may recurse."""

    def __init__(self, tokens: list[str]):
        self.tokens, self.at = tokens, 0

    @property
    def left(self) -> bool:
        return self.at < len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self.at] if self.left else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def row(self, ends: tuple[str, ...]) -> Part:
        """Read up to one of the ends, or to a closing brace; leave the end in place."""
        parts: list[Part] = []
        while self.left and self.peek() not in ends and self.peek() != "}":
            token = self.take()
            if token in ("^", "_"):
                base = parts.pop() if parts else Part("row")
                parts.append(Part("sup" if token == "^" else "sub", "", [base, self.argument()]))
            elif not token.isspace():
                parts.append(self.one(token))
        return Part("row", "", parts)

    def argument(self) -> Part:
        while self.peek().isspace():
            self.take()
        return self.one(self.take())

    def one(self, token: str) -> Part:
        """The part that starts with this token, already taken."""
        if token == "{":
            inner = self.row(("}",))
            self.take()
            return inner
        if token.startswith("\\"):
            return self.command(token[1:])
        if token in ("(", "["):
            return self.bracket(token, ")" if token == "(" else "]")
        kind = "number" if token[:1].isdigit() else "identifier" if token.isalpha() else "operator"
        return Part(kind, token)

    def command(self, name: str) -> Part:
        if name == "frac":
            return Part("frac", "", [self.argument(), self.argument()])
        if name in ("sqrt", "bar", "overline"):
            return Part("sqrt" if name == "sqrt" else "bar", "", [self.argument()])
        if name in WORDS:
            return Part("bold" if name == "mathbf" else "word", self.raw())
        if name == "left":
            return self.fence()
        if name == "begin":
            return self.matrix()
        if name in (",", ";", "!", " ", "quad"):
            return Part("space")
        if name in GREEK:
            return Part("identifier", GREEK[name])
        if name in FUNCTIONS:
            return Part("word", name)
        return Part("operator", SYMBOLS.get(name, name))

    def raw(self) -> str:
        """The text of a braced argument as it stands."""
        text, depth = "", 0
        while self.left:
            token = self.take()
            depth += (token == "{") - (token == "}")
            text += "" if token in ("{", "}") else token.removeprefix("\\") if token != "\\" else ""
            if depth <= 0:
                break
        return text

    def bracket(self, opening: str, closing: str) -> Part:
        inner = self.row((closing, "\\right", "\\end", "&", "\\\\"))
        if self.peek() != closing:                                  # never closed: an ordinary sign
            return Part("row", "", [Part("operator", opening), *inner.parts])
        return Part("fence", opening + self.take(), [inner])

    def fence(self) -> Part:
        opening = self.take()
        inner = self.row(("\\right",))
        self.take()
        closing = self.take()
        return Part("fence", SYMBOLS.get(opening[1:], opening[-1:]) + SYMBOLS.get(closing[1:], closing[-1:]), [inner])

    def matrix(self) -> Part:
        self.raw()                                                  # its kind: all are bracketed
        rows, row = [], []
        while self.left:
            row.append(self.row(("&", "\\\\", "\\end")))
            token = self.take()
            if token != "&":
                rows.append(Part("row", "", row))
                row = []
            if token in ("\\end", "", "}"):
                self.raw()
                break
        return Part("matrix", "", rows)


# ---- printing ------------------------------------------------------------------------------------------------------

def mathml(tex: str) -> str:
    """A LaTeX formula as a MathML element.

    >>> mathml(r"\\frac{a}{2}")
    '<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>'
    """
    return f"<math>{_ml(parsed(tex))}</math>"


def _ml(part: Part) -> str:
    inner = [_ml(p) for p in part.parts]
    if part.kind in _WRAPPED:
        return f"<{_WRAPPED[part.kind]}>{''.join(inner)}</{_WRAPPED[part.kind]}>"
    if part.kind == "row":
        return inner[0] if len(inner) == 1 else f"<mrow>{''.join(inner)}</mrow>"
    if part.kind == "fence":
        left, right = (f'<mo fence="true">{escaped(c)}</mo>' for c in part.text.ljust(2)[:2])
        return f"<mrow>{left}{inner[0]}{right}</mrow>"
    if part.kind == "matrix":
        rows = "".join(f"<mtr>{''.join(f'<mtd>{_ml(cell)}</mtd>' for cell in row.parts)}</mtr>" for row in part.parts)
        return f'<mrow><mo fence="true">[</mo><mtable>{rows}</mtable><mo fence="true">]</mo></mrow>'
    if part.kind == "bar":
        return f"<mover>{inner[0]}<mo>¯</mo></mover>"
    if part.kind == "space":
        return '<mspace width="0.17em"/>'
    return _LEAVES[part.kind].format(escaped(part.text))


_WRAPPED = {"frac": "mfrac", "sqrt": "msqrt", "sup": "msup", "sub": "msub"}
_LEAVES = {
    "identifier": "<mi>{}</mi>", "number": "<mn>{}</mn>", "operator": "<mo>{}</mo>",
    "word": '<mi mathvariant="normal">{}</mi>', "bold": '<mi mathvariant="normal" style="font-weight: bold">{}</mi>'}


def plain(tex: str) -> str:
    """A LaTeX formula as one line of text for a terminal.

    >>> plain(r"\\frac{g}{2 \\cdot y} + {x}^{2}")
    'g / (2 · y) + x²'
    """
    return re.sub(r"  +", " ", _text(parsed(tex))).strip()


def _text(part: Part) -> str:
    inner = [_text(p) for p in part.parts]
    if part.kind == "row":
        return _spaced(part.parts, inner)
    if part.kind == "frac" and inner[0][:1] == inner[1][:1] == "∂":
        return f"{inner[0]}/{inner[1]}"
    if part.kind == "frac":
        return f"{_grouped(part.parts[0], inner[0])} / {_grouped(part.parts[1], inner[1])}"
    if part.kind == "sup":
        return _grouped(part.parts[0], inner[0]) + _script(inner[1], "^", SUPERSCRIPTS)
    if part.kind == "sub":
        return inner[0] + _script(inner[1], "_", SUBSCRIPTS)
    if part.kind == "fence":
        return part.text[:1] + inner[0].strip() + part.text[1:]
    if part.kind == "matrix":
        rows = [", ".join(_text(cell).strip() for cell in row.parts) for row in part.parts]
        return f"[{'; '.join(rows)}]"
    if part.kind in ("sqrt", "bar"):
        return ("√" if part.kind == "sqrt" else "mean") + f"({inner[0].strip()})"
    return " " if part.kind == "space" else part.text


def _spaced(parts: list[Part], texts: list[str]) -> str:
    line = ""
    for i, (part, text) in enumerate(zip(parts, texts, strict=True)):
        binary = part.kind == "operator" and text in "+-·⊙×=≠≤≥<>≈∧∨→?:⋯" and i > 0
        binary = binary and (text != "-" or parts[i - 1].kind != "operator")
        apart = text == "," or (part.kind == "word" and i + 1 < len(texts) and texts[i + 1][:1] not in "([")
        line += f" {text} " if binary else f"{text} " if apart else text
    return line


def _grouped(part: Part, text: str) -> str:
    """Text in parentheses unless it is one piece."""
    text = text.strip()
    return text if part.kind != "row" or len(part.parts) <= 1 or _is_derivative(text) else f"({text})"


def _is_derivative(text: str) -> bool:
    return text.startswith("∂") and " " not in text


def _script(text: str, sign: str, table: dict[int, int]) -> str:
    text = text.strip()
    small = text.translate(table)
    if all(ord(c) in table for c in text):
        return small
    return sign + (text if len(text) == 1 else f"({text})")
