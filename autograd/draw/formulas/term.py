"""Term: a formula and its value in one, which declared rules run on.

An op applied to a Term gives the Term of its declared `latex`; a vjp rule applied to Terms therefore writes itself
out. There is no table of derivatives here. The value rides along so that shapes, dtypes and numbers are always known.
"""
import math
import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from ...core.constants import CONSTANT_FUNCTIONS
from ...core.primitive import NUMPY, REGISTRY, Primitive
from ..format import number

RELATION, SUM, PRODUCT, APPLIED, POWER, ATOM = range(6)
LEADING = 1.5
"""How tightly a formula holds together, loosest first."""

RELATIONS = {
    "≠": r"\neq", "≤": r"\le", "≥": r"\ge", "<": "<", ">": ">", "=": "=", "and": r"\wedge", "or": r"\vee"}

SEED = "seed"
"""What the 1 is `made_by` that a backward pass starts from: as a factor it is not written."""

QUIET = frozenset({"reshape", "broadcast_to", "astype", "positive"})
"""Ops that change a form but no entry: formulas leave them out where only sides of length 1 come or go."""

GUARDS = frozenset({"equal", "isinf", "bitwise_and"})
"""Conditions of single points, such as x = 0: a rule's choice by one that holds nowhere is not written."""

CONSTANTS = {
    math.pi: r"\pi", 2 * math.pi: r"2 \cdot \pi", math.sqrt(math.pi): r"\sqrt{\pi}", math.log(2): r"\ln 2",
    math.sqrt(2 * math.pi): r"\sqrt{2 \cdot \pi}", math.sqrt(2): r"\sqrt{2}", math.log(10): r"\ln 10", math.e: "e"}
"""Numbers in rules that have names."""


class Term:
    """A formula in LaTeX together with the value it stands for. Ops, operators and NumPy functions give Terms."""

    def __init__(self, tex: str, value: Any, tight: int = ATOM, made_by: str = "", factors: tuple = ()):
        self.tex, self.value, self.tight, self.made_by, self.factors = tex, value, tight, made_by, factors

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def ndim(self) -> int:
        return np.ndim(self.value)

    @property
    def size(self) -> int:
        return np.size(self.value)

    @property
    def dtype(self) -> np.dtype:
        return np.asarray(self.value).dtype

    @property
    def T(self) -> "Term":
        return NUMPY[np.transpose](self)

    def reshape(self, *shape) -> "Term":
        return NUMPY[np.reshape](self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes) -> "Term":
        return NUMPY[np.transpose](self, axes[0] if len(axes) == 1 else axes or None)

    def __getattr__(self, name: str):
        """The methods of arrays that have a function of ours behind them: sum, swapaxes, squeeze, ..."""
        if (function := getattr(np, name, None)) in NUMPY:
            return partial(NUMPY[function], self)
        raise AttributeError(name)

    def astype(self, dtype) -> "Term":
        return REGISTRY["astype"](self, dtype=np.dtype(dtype))

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index) -> "Term":
        return REGISTRY["getitem"](self, index=index)

    def __array_ufunc__(self, ufunc, way, *args, **params):
        return NUMPY[ufunc](*args) if way == "__call__" and ufunc in NUMPY and not params else NotImplemented

    def __array_function__(self, function, types, args, params):
        if function in CONSTANT_FUNCTIONS:
            return function(*(x.value if isinstance(x, Term) else x for x in args), **params)
        return NUMPY[function](*args, **params) if function in NUMPY else NotImplemented

    @staticmethod
    def __carry__(op: Primitive, args: tuple, params: dict) -> "Term":
        return written(op, args, params)

    def __bool__(self) -> bool:
        return bool(np.all(self.value))

    __hash__ = object.__hash__


def _operator(name: str, reflected: bool = False):
    def method(self, *other):
        return written(REGISTRY[name], (*other, self) if reflected else (self, *other), {})
    return method


for _python, _name in {"add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
                       "matmul": "matmul", "floordiv": "floor_divide", "mod": "remainder"}.items():
    setattr(Term, f"__{_python}__", _operator(_name))
    setattr(Term, f"__r{_python}__", _operator(_name, reflected=True))
for _python, _name in {"rand": "bitwise_and", "ror": "bitwise_or"}.items():
    setattr(Term, f"__{_python}__", _operator(_name, reflected=True))
for _python, _name in {"neg": "negative", "pos": "positive", "abs": "absolute", "lt": "less", "le": "less_equal",
                       "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal", "and": "bitwise_and",
                       "or": "bitwise_or", "invert": "invert"}.items():
    setattr(Term, f"__{_python}__", _operator(_name))


def written(op: Primitive, args: tuple, params: dict) -> Any:
    """The Term of an op applied to Terms and plain values: its `latex` with the arguments in it, and its value."""
    with np.errstate(all="ignore"):
        value = op(*(x.value if isinstance(x, Term) else x for x in args), **params)
    if isinstance(same := _identity_argument(op, args, value), Term):
        return Term(same.tex, value, same.tight, same.made_by)
    if (tidy := _textbook_form(op, args)) is not None:
        return Term(tidy.tex, value, tidy.tight, tidy.made_by, args)
    terms = [x if isinstance(x, Term) else constant(x) for x in args]
    template, needs, tight = read(_with_axes(_template(op, terms), params, value))
    product = op.name if tight == PRODUCT else ""
    filled = [_bracketed(t, need, product) for t, need in zip(_joined(terms, len(needs)), needs, strict=True)]
    parts = template.split("%s")
    tex = "".join(a + b for a, b in zip(parts, [*filled, ""], strict=True))
    factors = args if op.name in ("multiply", "transpose") else ()
    return Term(tex.replace("+ -", "- "), value, min(tight, SUM) if tex.startswith("-") else tight, op.name, factors)


def _textbook_form(op: Primitive, args: tuple) -> Term | None:
    """t · t as t², t - t · u as t · (1 - u), Aᵀ c as c A: so textbooks write the derivatives of tanh, σ and a bias. And
    -1 · t as -t. Only where a rule uses the very same term twice, not where two values happen to be written alike."""
    if len(args) != 2:
        return None
    first, second = args
    if op.name == "multiply" and first is second and not first.ndim:
        return REGISTRY["square"](first)
    if op.name == "multiply" and any(isinstance(x, float | int) and x == -1 for x in args):
        return REGISTRY["negative"](second if isinstance(second, Term) else first)
    if op.name == "subtract" and isinstance(second, Term) and second.factors and second.factors[0] is first:
        return first * (1 - second.factors[1])
    if op.name == "matmul" and not isinstance(second, Term) and np.ndim(second) == 1 and first.made_by == "transpose":
        return second @ first.factors[0]
    return None


def _identity_argument(op: Primitive, args: tuple, value: Any) -> Any:
    """Identity simplifications: reshape, where(False), x*1, x+0, x**1."""
    if op.name in QUIET and _same_but_for_ones(np.shape(args[0]), np.shape(value)):
        return args[0]
    if op.name == "where" and isinstance(args[0], Term) and args[0].made_by in GUARDS:
        return None if np.any(args[0].value) else args[2]
    neutral = {"multiply": 1, "divide": 1, "power": 1, "add": 0, "subtract": 0}.get(op.name)
    if neutral is None:
        return None
    first, second = args
    if _is_number(second, neutral):
        return first
    return second if op.name in ("multiply", "add") and _is_number(first, neutral) else None


def _same_but_for_ones(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return [n for n in shape if n != 1] == [n for n in other if n != 1]


def _is_number(x: Any, number: int) -> bool:
    """Whether x is this number, plain or as the seed of a backward pass, which is 1."""
    if isinstance(x, Term):
        return number == 1 and x.made_by == SEED
    return np.ndim(x) == 0 and x == number


def _template(op: Primitive, terms: list[Term]) -> str:
    """The op's declared formula; a comparison is a relation, a product of arrays an entrywise one."""
    if not op.differentiable and op.label in RELATIONS:
        return f"%s {RELATIONS[op.label]} %s"
    if all(t.ndim for t in terms):
        return op.latex.replace(r"%s \cdot %s", r"%s \odot %s")
    return op.latex


_REDUCTION = re.compile(r"\\(?:sum|prod|max|min|operatorname\{\w+\})")


def _with_axes(template: str, params: dict, value: Any) -> str:
    """The template of a reduction with the axes that it goes over, of a change of shape with the new one. Rows are what
    softmax and its like are taken of, unless said otherwise."""
    axes = params.get("axis")
    if template.startswith((r"\operatorname{broadcast}", r"\operatorname{reshape}")):
        sides = r" \times ".join(map(str, np.shape(value))) or "1"
        return template.replace("}(", f"}}_{{{sides}}}(", 1)
    if template == "{%s}^{T}" and params.get("axes") not in (None, (1, 0)):
        return rf"\operatorname{{transpose}}_{{{', '.join(map(str, params['axes']))}}}(%s)"
    if axes is None or (axes == -1 and "keepdims" not in params) or not (found := _REDUCTION.match(template)):
        return template
    return rf"{found[0]}_{{{axes_named(axes)}}}\,{template[found.end():].strip()}"


def axes_named(axes: int | Sequence[int]) -> str:
    """The axes that something goes over, in LaTeX.

    >>> axes_named(0), axes_named((0, 2))
    ('\\\\mathrm{axis 0}', '\\\\mathrm{axes 0, 2}')
    """
    several = np.atleast_1d(axes)
    return rf"\mathrm{{{'axis' if len(several) == 1 else 'axes'} {', '.join(map(str, several))}}}"


def summed(term: Term, axes: Sequence[int], value: Any) -> Term:
    """The sum of a term over axes, which has this value."""
    return Term(rf"\sum_{{{axes_named(axes)}}}\,{_bracketed(term, APPLIED, '')}", value, PRODUCT, "sum")


def _joined(terms: list[Term], slots: int) -> list[Term]:
    """As many terms as slots; a template with fewer takes the rest as one list in its last slot."""
    if len(terms) <= slots:
        return terms
    rest = terms[slots - 1:]
    return [*terms[:slots - 1], Term(", ".join(t.tex for t in rest), rest[0].value)]


def _bracketed(term: Term, need: float, product: str) -> str:
    """The term, in brackets where it would fall apart, or where it is another kind of product than the one around."""
    mixed = product and need <= term.tight == PRODUCT and term.made_by not in ("", product) and term.ndim > 0
    if need == LEADING:                                             # -g y is -(g y): no brackets
        need = SUM if term.made_by == "negative" else PRODUCT
    if term.tight >= need and not mixed:
        return term.tex
    if term.tight == RELATION:                                      # Iverson's bracket: 1 if it holds, else 0
        return rf"\left[{term.tex}\right]"
    return rf"\left({term.tex}\right)"


_TOKEN = re.compile(r"%s|\\[A-Za-z]+|\\.|\S")
_OPENING, _CLOSING = {"{", "(", "[", r"\left", r"\{"}, {"}", ")", "]", r"\right", r"\}"}
_TIMES = {r"\cdot", r"\odot", r"\,", r"\times"}


@lru_cache(maxsize=512)
def read(template: str) -> tuple[str, tuple[float, ...], int]:
    """(template, how tight each slot's argument must be, how tight the whole is), read off the LaTeX itself.

    >>> read(r"%s - %s")[1:]
    ((1, 2), 1)
    """
    tokens = _TOKEN.findall(template)
    depth = 0
    needs: list[float] = []
    top: list[str] = []
    for i, token in enumerate(tokens):
        depth -= token in _CLOSING
        if token == "%s":
            needs.append(_need(tokens, i, depth))
        if depth == 0:
            top.append(token)
        depth += token in _OPENING
    return template, tuple(needs), _tightness(top)


def _need(tokens: list[str], i: int, depth: int) -> float:
    before, after = tokens[i - 1] if i else "", tokens[i + 1] if i + 1 < len(tokens) else ""
    if after == "^" or (after == "}" and tokens[i + 2:i + 3] == ["^"]):
        return ATOM
    if depth:
        return 0
    if after in _TIMES and not before:
        return LEADING
    if before in _TIMES or after in _TIMES or before == "-":
        return PRODUCT
    if before in RELATIONS.values() or after in RELATIONS.values():
        return RELATION
    if before.startswith("\\"):                                     # \ln x
        return POWER
    return SUM if before == "+" or after in ("+", "-") else 0


def _tightness(top: list[str]) -> int:
    if any(relation in top for relation in RELATIONS.values()):
        return RELATION
    if "+" in top or "-" in top:
        return SUM
    if any(token in _TIMES for token in top):
        return PRODUCT
    if "%s" in top and any(token.startswith("\\") for token in top):        # \ln x
        return APPLIED
    return POWER if "^" in top or r"\frac" in top else ATOM


def constant(value: Any) -> Term:
    """A plain value as a Term: a number, a small array in full, else a word that says what it is."""
    a = np.asarray(value)
    if a.ndim == 0:
        tex = CONSTANTS.get(float(a)) or numeral(a[()])
        return Term(tex, value, SUM if tex.startswith("-") else PRODUCT if r"\cdot" in tex else ATOM)
    if a.ndim == 2 and np.isin(a, (0, 1)).all() and (a.sum(-1) == 1).all():
        return Term(r"\mathrm{onehot}", value)
    if a.ndim == 1 and (a == 1).all():
        return Term(r"\mathbf{1}^{T}", value)
    return Term(array(a) if a.ndim <= 2 and a.size <= 9 else r"\mathrm{const}", value)


WORDS = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty", "True": r"\mathrm{true}",
         "False": r"\mathrm{false}"}


def numeral(x: Any) -> str:
    """A number in LaTeX, powers of ten written out.

    >>> numeral(0.25), numeral(1e-9)
    ('0.25', '10^{-9}')
    """
    text = number(x)
    if text in WORDS:
        return WORDS[text]
    mantissa, e, exponent = text.partition("e")
    if mantissa in ("1", "-1") and e:
        return rf"{mantissa[:-1]}10^{{{int(exponent)}}}"
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e else text


def array(a: np.ndarray) -> str:
    """A vector or matrix in LaTeX."""
    rows = [" & ".join(numeral(x) for x in row) for row in np.atleast_2d(a)]
    return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"
