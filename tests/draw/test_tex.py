"""Formulas: every declared rule writes itself with the right value, and the brackets say what the value is."""
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd import Tensor, primitive
from autograd.check.generate.strategies import cases
from autograd.core.outputs import Cotangents
from autograd.core.primitive import REGISTRY
from autograd.core.reverse import unbroadcast, vjp_at
from autograd.draw.formulas.mathml import mathml, parsed, plain
from autograd.draw.formulas.term import Term, numeral, read

DIFFERENTIABLE = sorted(name for name, op in REGISTRY.items()
                        if op.differentiable and op.kernel.__module__.startswith("autograd.ops"))


def in_the_form_of(value):
    """(a cotangent of an op's value, the same as a Term, the value as one); tuples for several outputs."""
    if isinstance(value, tuple):
        g, terms, values = zip(*map(in_the_form_of, value), strict=True)
        return Cotangents(g), terms, values
    g = np.full(np.shape(value), 0.75) if np.shape(value) else 0.75
    return g, Term("g", g), Term("y", value)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@settings(max_examples=15)
@given(st.data())
def test_every_rule_writes_itself_and_has_the_engines_value(name, data):
    op = REGISTRY[name]
    case = data.draw(cases(op))
    needs = [bool(op.vjp_rules[i]) for i in range(len(case.inputs))]
    y = op(*(Tensor(x, requires_grad=n) for x, n in zip(case.inputs, needs, strict=True)), **case.params)
    if op.several:
        y = y[0]._inputs[0]                                         # the call
    g, as_terms, values = in_the_form_of(y._value)
    terms = [Term("r", y._residual)] if op.residual else []
    terms += [Term(f"x_{{{i}}}", x) for i, x in enumerate(case.inputs)]
    for i, (x, c) in zip(np.flatnonzero(needs), vjp_at(y, g), strict=True):
        with np.errstate(all="ignore"):
            written = op.vjp_rules[i](as_terms, values, *terms, **y._params or {})
        value = written.value if isinstance(written, Term) else written
        if np.shape(value) != np.shape(c):                          # the engine sums over what was broadcast
            value = unbroadcast(np.broadcast_to(value, y.shape) if op.elementwise else value, np.shape(x))
        np.testing.assert_allclose(np.where(np.isnan(value), 0, value), c, rtol=1e-9, atol=1e-12)
        if isinstance(written, Term):
            assert mathml(written.tex).startswith("<math>") and plain(written.tex)


class Reader:
    """Evaluates the tree of a formula as a mathematician would: sums of products of powers."""

    def __init__(self, names):
        self.names = names

    def row(self, parts):
        total, sign, start = 0.0, 1.0, 0
        for i, part in enumerate([*parts, None]):
            if part is None or (part.kind == "operator" and part.text in "+-" and i > start):
                total += sign * self.product(parts[start:i])
            if part is not None and part.kind == "operator" and part.text in "+-":
                sign, start = (-1.0 if part.text == "-" else 1.0), i + 1
        return total

    def product(self, parts):
        result, i = 1.0, 0
        while i < len(parts):
            if parts[i].text != "·":
                factor, i = self.factor(parts, i)
                result *= factor
            else:
                i += 1
        return result

    def factor(self, parts, i):
        """(value, next place) of one factor; a function takes the factor after it."""
        if parts[i].text in FUNCTIONS:
            x, end = self.factor(parts, i + 1)
            return FUNCTIONS[parts[i].text](x), end
        return self.one(parts[i]), i + 1

    def one(self, part):
        if part.kind == "identifier":
            return math.e if part.text == "e" else self.names[part.text]
        if part.kind == "number":
            return float(part.text)
        if part.kind == "frac":
            return self.one(part.parts[0]) / self.one(part.parts[1])
        if part.kind == "sup":
            return self.one(part.parts[0]) ** self.one(part.parts[1])
        if part.kind == "sqrt":
            return math.sqrt(self.one(part.parts[0]))
        if part.kind == "fence" and part.text == "||":
            return abs(self.row(part.parts[0].parts))
        return self.row(part.parts[0].parts if part.kind == "fence" else part.parts)


FUNCTIONS = {"tanh": math.tanh, "σ": lambda x: 1 / (1 + math.exp(-x)), "ln": math.log, "sin": math.sin}


LEAVES = {"x": 0.7, "w": 1.3, "z": -0.4}
BINARY = ["add", "subtract", "multiply", "divide"]
UNARY = ["negative", "exp", "tanh", "sigmoid", "square", "absolute", "sin", "positive"]

formulas = st.recursive(
    st.sampled_from(sorted(LEAVES)).map(lambda name: Term(name, LEAVES[name])),
    lambda inner: st.builds(lambda op, a, b: REGISTRY[op](a, b), st.sampled_from(BINARY), inner, inner)
    | st.builds(lambda op, a: REGISTRY[op](a), st.sampled_from(UNARY), inner)
    | st.builds(lambda a, b: a - b * 0.25, inner, inner) | inner.map(lambda a: a * a)
    | st.builds(lambda a, b: a - a * b, inner, inner), max_leaves=8)


@settings(max_examples=300)
@given(formulas)
def test_brackets_are_where_the_value_needs_them(term):
    assume(np.isfinite(term.value) and abs(term.value) < 1e6)
    assert Reader(LEAVES).row(parsed(term.tex).parts) == pytest.approx(float(term.value), rel=1e-9, abs=1e-9)


X, W, M = Term("x", 2.0), Term("w", 3.0), Term("M", np.eye(2) + 1)


@pytest.mark.parametrize("term, text", [
    (X - (W - X), "x - (w - x)"), (X * (W + 1), "x · (w + 1)"), (X * W * X, "x · w · x"), (-X * W, "-x · w"),
    (X * (-W), "x · (-w)"), ((X + W) ** 2, "(x + w)²"), (X ** 1, "x"), (X * 1 + 0, "x"), (1 - X * X, "1 - x²"),
    (X - X * X, "x · (1 - x)"), (W * (X - X * W), "w · x · (1 - w)"), (-(X - X * X), "-x · (1 - x)"),
    (X * -1.0, "-x"), (-1.0 * X / W, "(-x) / w"), (X - (-1.0 * W), "x - (-w)"),
    (X * Term("x", 2.0), "x · x"), (X - Term("x", 2.0) * X, "x - x · x"), ((-X) * (-X), "-x · (-x)"),
    (X / (W + 1), "x / (w + 1)"), (np.exp(-X), "e^(-x)"), (np.log(X * W), "ln(x · w)"), (X * (W > 0), "x · [w > 0]"),
    (M @ M.T, "M Mᵀ"), (M * M, "M ⊙ M"), ((M @ M) * M, "(M M) ⊙ M"), (M @ (M * M), "M (M ⊙ M)"), (M * 2, "M · 2"),
    (M - M * M, "M ⊙ (1 - M)"), (M @ (M - M * M), "M (M ⊙ (1 - M))"),
    (X * 1e-9, "x · 10⁻⁹"), (X * -1e9, "x · (-10⁹)"), (np.where(X > 1, X, 0.0), "[x > 1 ? x : 0]"), (abs(X), "|x|"),
    (M.sum(axis=0), "∑_(axis 0) M"), (M.sum(axis=(0, 1)), "∑_(axes 0, 1) M"), (M.T @ np.ones(2), "1ᵀ M"),
    (M.reshape(4), "reshape₄(M)"), (M.reshape(1, 2, 2), "M"), (X / math.sqrt(2 * math.pi), "x / √(2 · π)"),
    (M[0], "M[·]")])
def test_how_formulas_read(term, text):
    assert plain(term.tex) == text


@pytest.mark.parametrize("value, tex", [(True, r"\mathrm{true}"), (np.False_, r"\mathrm{false}"), (-1e-9, "-10^{-9}"),
                                        (2.5e30, r"2.5 \cdot 10^{30}"), (np.inf, r"\infty"), (3, "3")])
def test_numerals(value, tex):
    assert numeral(value) == tex


def test_a_templates_needs_are_read_off_its_latex():
    assert read(r"\frac{%s}{%s}")[1:] == ((0, 0), 4)
    assert read(r"{%s}^{%s}")[1:] == ((5, 0), 4)
    assert read(r"\ln %s")[1:] == ((4,), 3)


def test_a_users_op_is_written_by_its_own_declaration():
    @primitive(vjp=(lambda g, y, x: g * 3 * x ** 2,), name="cubed for a test", latex=r"%s^{3}")
    def cube(x):
        return x ** 3
    assert plain(cube(X).tex) == "x³"
    assert plain(cube.vjp_rules[0](Term("g", 1.0), cube(X), X).tex) == "g · 3 · x²"


def test_what_numpy_has_and_we_have_not_is_refused():
    with pytest.raises(TypeError):
        np.spacing(X)


@given(st.text(max_size=30) | st.text(alphabet="\\{}^_[]()frac% left right", max_size=30))
def test_no_text_breaks_the_printers(tex):
    mathml(tex)
    plain(tex)


def test_unicode_and_markup_are_safe():
    assert "&lt;" in mathml("a < b") and "<script" not in mathml(r"\text{<script>}")


def test_a_rule_may_divide_with_a_remainder():
    x, w = Term("x", np.array([7.0])), Term("w", np.array([2.0]))
    assert (x // w).value == 3 and (x % 4.0).value == 3 and (9.0 // x).value == 1 and "bmod" in (x % w).tex
