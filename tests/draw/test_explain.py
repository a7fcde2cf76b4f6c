"""explain: the textbook's equations come out of the graph, their numbers are the engine's, remarks name the culprit."""
import re

import numpy as np
import pytest

from autograd import GraphError, Tensor, detect_anomaly, logsumexp, sin
from autograd.draw import explain
from autograd.draw.formulas.mathml import plain
from autograd.draw.formulas.symbols import from_name
from nn import MLP, cross_entropy_loss, mse_loss


def leaf(value, name=None):
    return Tensor(value, requires_grad=True, name=name)


def lines(explanation):
    """{left side: the rest} of all backward lines, as text."""
    return dict(plain(line.latex).split(" = ", 1) for line in explanation.backward)


def test_the_four_equations_of_a_perceptron():
    model = MLP([2, 3, 2, 1], activation="sigmoid", rng=0)
    x, target = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [0.0]])
    cost = mse_loss(model(x).sigmoid(), target)
    found = {k: v.split(" = ")[:2] for k, v in lines(explain(cost, names=model)).items()}
    assert found["δ⁽³⁾"] == ["∂C/∂z⁽³⁾", "∂C/∂a⁽³⁾ ⊙ a⁽³⁾ ⊙ (1 - a⁽³⁾)"]
    assert found["δ⁽²⁾"] == ["∂C/∂z⁽²⁾", "(δ⁽³⁾ W⁽³⁾ᵀ) ⊙ a⁽²⁾ ⊙ (1 - a⁽²⁾)"]
    assert found["δ⁽¹⁾"] == ["∂C/∂z⁽¹⁾", "(δ⁽²⁾ W⁽²⁾ᵀ) ⊙ a⁽¹⁾ ⊙ (1 - a⁽¹⁾)"]
    assert [found[f"∂C/∂W⁽{i}⁾"][0] for i in "¹²³"] == ["xᵀ δ⁽¹⁾", "a⁽¹⁾ᵀ δ⁽²⁾", "a⁽²⁾ᵀ δ⁽³⁾"]
    assert [found[f"∂C/∂b⁽{i}⁾"][0] for i in "¹²³"] == [f"1ᵀ δ⁽{i}⁾" for i in "¹²³"]


def test_relu_and_cross_entropy():
    model = MLP([3, 4, 2], rng=0)
    loss = cross_entropy_loss(model(np.ones((5, 3))), np.array([0, 1, 0, 1, 0]))
    found = lines(explain(loss, names=model))
    assert found["δ⁽²⁾"].startswith("∂C/∂z⁽²⁾ = 1 / 5 · (softmax(z⁽²⁾) - onehot)")
    assert found["δ⁽¹⁾"].startswith("∂C/∂z⁽¹⁾ = (δ⁽²⁾ W⁽²⁾ᵀ) ⊙ [z⁽¹⁾ > 0]")


def test_what_is_compared_with_is_y_and_the_seed_is_not_written():
    loss = mse_loss(MLP([2, 1], rng=0)([[1.0, 2.0]]), [[0.5]])
    text = str(explain(loss))
    assert "z⁽¹⁾ - y" in text and " 1 · " not in text
    named = Tensor([[0.5]], name="truth")
    assert "z⁽¹⁾ - truth" in str(explain(mse_loss(MLP([2, 1], rng=0)([[1.0, 2.0]]), named)))


def chain():
    """The 1-1-1-1 sigmoid chain with half the squared error."""
    parameters, a = {}, Tensor(1.0, name="x")
    for i in (1, 2, 3):
        w, b = parameters[f"w{i}"], parameters[f"b{i}"] = leaf(0.3 * i, f"w{i}"), leaf(0.1, f"b{i}")
        a = (w * a + b).sigmoid()
    return parameters, 0.5 * (a - Tensor(0.5, name="y")) ** 2


def test_the_chain_of_scalars_as_products_of_factors():
    parameters, cost = chain()
    explanation = explain(cost)
    cost.backward()
    products = {plain(line.left): line for line in explanation.products}
    assert list(products) == ["∂C/∂w⁽¹⁾", "∂C/∂b⁽¹⁾", "∂C/∂w⁽²⁾", "∂C/∂b⁽²⁾", "∂C/∂w⁽³⁾", "∂C/∂b⁽³⁾"]
    assert plain(products["∂C/∂w⁽²⁾"].right).endswith("∂a⁽³⁾/∂z⁽³⁾ · ∂z⁽³⁾/∂a⁽²⁾ · ∂a⁽²⁾/∂z⁽²⁾ · ∂z⁽²⁾/∂w⁽²⁾")
    for line, p in zip(products.values(), parameters.values(), strict=True):
        factors = [float(f.strip("()")) for f in plain(line.numbers).split(" · ")]
        assert len(factors) == line.right.count(r"\partial") // 2
        assert line.value == p.grad.item()
        assert np.prod(factors) == pytest.approx(p.grad.item(), rel=2e-3)


def test_every_line_has_the_engines_number():
    model = MLP([2, 3, 1], activation="tanh", rng=0)
    loss = mse_loss(model([[1.0, 2.0]]), [[0.5]])
    explanation = explain(loss, names=model)
    loss.backward()
    values = {plain(line.left): line.value for line in explanation.backward}
    for layer, i in zip(model.layers, "¹²", strict=True):
        assert np.array_equal(values[f"∂C/∂W⁽{i}⁾"], layer.weight.grad.data)
        assert np.array_equal(values[f"∂C/∂b⁽{i}⁾"], layer.bias.grad.data)


def test_contributions_add_up_at_a_fan_out():
    a = leaf(2.0, "a")
    assert lines(explain(a * a + a))["∂C/∂a"] == "1 + ∂C/∂v₁ · a + ∂C/∂v₁ · a = 1 + 1 · 2 + 1 · 2 = 5"


def test_constants_are_numbers_and_names_are_symbols():
    w, rate = leaf(2.0, "W1"), Tensor(3.0, name="rate")
    text = str(explain(w ** 2 * rate - 1.0))
    assert "v₁ = W₁² = 2² = 4" in text and "∂C/∂W₁ = ∂C/∂v₁ · 2 · W₁ = 3 · 2 · 2 = 12" in text


def test_only_what_leads_to_wrt_is_derived():
    a, b = leaf(2.0, "a"), leaf(3.0, "b")
    found = lines(explain(a.exp() * sin(b), wrt=b))
    assert "∂C/∂b" in found and "∂C/∂a" not in found and len(found) == 2


def test_two_tensors_of_one_name_are_told_apart():
    a, b = leaf(2.0, "w"), leaf(3.0, "w")
    assert len(lines(explain(a * b))) == 2


def test_large_arrays_show_shape_and_norm():
    w = leaf(np.ones((20, 30)), "w")
    assert lines(explain(w.sum()))["∂C/∂w"] == "broadcast_(20 × 30)(1) = array 20×30, norm 24.49"


def test_latex_mathml_and_text():
    explanation = explain(leaf(2.0, "w") * 3.0)
    assert explanation.latex.startswith("\\begin{aligned}\nC &= w \\cdot 3 = 2 \\cdot 3 = 6 \\\\")
    assert explanation._repr_latex_().startswith("$$\n\\begin{aligned}")
    html = explanation._repr_html_()
    assert html.count("<math>") == len(explanation.forward + explanation.backward) and "<h4>Backward</h4>" in html
    assert repr(explanation) == str(explanation)


# ---- remarks -------------------------------------------------------------------------------------------------------

def dead_model():
    model = MLP([4, 32, 10], rng=0)
    model.layers[0].bias.assign(np.where(np.arange(32) == 3, -100.0, 100.0))
    x = np.random.default_rng(0).normal(size=(32, 4))
    return model, cross_entropy_loss(model(x), np.arange(32) % 10)


def test_a_dead_unit_is_named():
    model, loss = dead_model()
    dead = explain(loss, wrt=model.layers[0].weight, index=(0, 3))
    assert dead.paths[0].total == 0 and len(dead.paths[0].strongest) == 1
    assert dead.remarks == ["W⁽¹⁾[0, 3]: ReLU inactive (factor 0) for 32 of 32 rows of unit 3"]
    assert explain(loss, wrt=model.layers[0].weight, index=(0, 4)).remarks == []
    assert explain(loss, wrt=model.layers[0].weight).remarks == [
        "W⁽¹⁾: ReLU inactive (factor 0) for all 32 rows in 1 of 32 units"]


def test_a_bias_belongs_to_a_unit_too():
    model, loss = dead_model()
    assert explain(loss, wrt=model.layers[0].bias, index=3).remarks == [
        "b⁽¹⁾[3]: ReLU inactive (factor 0) for 32 of 32 rows of unit 3"]


def test_half_of_a_relu_inactive_is_nothing_remarkable():
    model = MLP([4, 32, 10], rng=0)
    x = np.random.default_rng(0).normal(size=(32, 4))
    assert explain(cross_entropy_loss(model(x), np.arange(32) % 10)).remarks == []


def test_many_harmless_factors_are_named_together():
    model = MLP([2] + [8] * 24 + [1], activation="sigmoid", rng=0)
    cost = mse_loss(model(np.ones((16, 2))), np.ones((16, 1)))
    for options in ({}, {"index": (0, 0)}):
        remark, = explain(cost, wrt=model.layers[0].weight, **options).remarks
        low, high, together = (float(x) for x in re.findall(r"[\d.e-]+(?= …|,|$)", remark.split("factors ")[1]))
        assert "σ, 24 times: factors " in remark and low ** 24 <= together <= high ** 24 <= 0.25 ** 24 * 1.001


@pytest.mark.parametrize("f, remark", [
    (lambda x: (x * 20.0).sigmoid(), "x: σ saturated: factor 2.061e-09"),
    (lambda x: (x - 5.0).relu() * 2.0, "x: ReLU inactive: factor 0"),
    (lambda x: x * 1e6, "x: × blew it up: factor 1e+06"),
    (lambda x: x * 0.1 * 0.1 * 0.1 * 0.1 * 0.1, "x: factor 0.1, 5 times in a row: (0.1)^5 = 1e-05")])
def test_the_factor_that_decides_is_named(f, remark):
    x = leaf(1.0, "x")
    assert explain(f(x)).remarks == explain(f(x), wrt=x).remarks == [remark]


def test_nothing_remarkable_no_remark():
    assert explain(leaf(1.0, "x").tanh() * 2.0).remarks == []


# ---- errors --------------------------------------------------------------------------------------------------------

def test_errors():
    x, other = leaf([1.0, 2.0], "x"), leaf(1.0)
    with pytest.raises(ValueError, match="does not depend on wrt"):
        explain(x.sum(), wrt=other)
    with pytest.raises(ValueError, match="gradient"):
        explain(x * 2)
    with pytest.raises(GraphError, match="requires grad"):
        explain(Tensor(1.0))
    with pytest.raises(IndexError, match="does not fit wrt of shape"):
        explain(x.sum(), wrt=x, index=7)
    with pytest.raises(IndexError, match="must name one entry"):
        explain(x.sum(), wrt=x, index=slice(None))


def test_not_finite_values_do_not_stop_it():
    assert "∞" in str(explain(leaf(1e308, "x") * 10.0 * 10.0))
    with detect_anomaly():
        explain(leaf(1.0, "x") * 2.0)


@pytest.mark.parametrize("name, tex", [("w", "w"), ("W1", "W_{1}"), ("loss", r"\mathrm{loss}"), ("7", r"\mathrm{7}"),
                                       ("layers.0.weight", r"\mathrm{layers.0.weight}"), ("a_b", r"\mathrm{a b}"),
                                       ("{}\\", "?")])
def test_names_as_symbols(name, tex):
    assert from_name(name) == tex


def test_a_leaf_may_be_called_like_the_symbols_that_are_made_up():
    a, b = leaf(2.0, "v1"), leaf(3.0, "C")
    text = str(explain((a * b).tanh()))
    symbols = [line.strip().split(" = ")[0] for line in text.split("backward")[0].split("\n")[1:] if line.strip()]
    product = re.search(r"= (\S+) · (\S+) = 2 · 3", text)
    assert len({*symbols, product[1], product[2]}) == 4             # two leaves, the product, the result


def test_names_without_letters_count_as_none():
    text = str(explain(leaf(2.0, " ") * leaf(3.0, "()")))
    assert "C = v₁ · v₂ = 2 · 3 = 6" in text


def test_a_result_that_is_a_leaf():
    assert str(explain(leaf(2.0, "x"))) == "backward\n  ∂x/∂x = 1"


def test_a_result_of_several_numbers_is_refused_with_the_remedy():
    for shape in ((2,), (0, 3)):
        with pytest.raises(ValueError, match=r"y\.sum\(\)"):
            explain(leaf(np.ones(shape)) * 2.0)


def test_what_a_rule_does_at_infinity_is_written_only_there():
    x = Tensor([0.0, 0.0], requires_grad=True, name="x")
    assert "∂C/∂x = e^(x - C)" in str(explain(logsumexp(x)))
    x.assign([-np.inf, -np.inf])
    assert "∂C/∂x = e^(x - [C = -∞ ? 0 : C])" in str(explain(logsumexp(x)))


# ---- what stopped it, or was written falsely -------------------------------------------------------------------------

def test_a_scalar_parameter_times_an_array():
    """The first example of every course stopped with a TypeError."""
    x, t, w = Tensor(np.arange(3.0), name="x"), Tensor(np.ones(3), name="t"), leaf(2.0, "w")
    found = lines(explain(((x * w + leaf(1.0, "b") - t) ** 2).mean()))
    assert found["∂C/∂w"] == "∑_(axis 0) (∂C/∂v₁ ⊙ x) = ∑_(axis 0) ([0, 1.333, 2.667] ⊙ [0, 1, 2]) = 6.667"


@pytest.mark.parametrize("f, end", [
    (lambda w, z: np.sqrt(z) * w, "∂C/∂z = ∂C/∂v₁ / (2 · v₁) = 2 / (2 · 0) = ∞"),
    (lambda w, z: np.log(z) * w, "∂C/∂z = ∂C/∂v₁ / z = 2 / 0 = ∞"),
    (lambda w, z: np.log(z) * (w - 2.0), "= [0 = 0 ? 0 : 0 / 0] = 0"), (lambda w, z: w / z, "/ 0 = -∞")])
def test_division_by_zero_does_not_stop_it(f, end):
    """Rules divided Python floats by zero."""
    with np.errstate(all="ignore"):
        text = str(explain(f(leaf(2.0, "w"), leaf(0.0, "z"))))
    assert end in text


def test_guards_that_do_not_act_are_not_written():
    """n · a^([n = 0 ∧ a = 0 ? 1 : n - 1]) was the derivative of a power."""
    found = lines(explain(leaf(2.0, "a") ** leaf(3.0, "n") * 2.0))
    assert found["∂C/∂a"].startswith("∂C/∂v₁ · n · a^(n - 1) =") and "v₁ · ln a =" in found["∂C/∂n"]
    assert "n = 0 ∧ a = 0" in lines(explain(leaf(0.0, "a") ** leaf(0.0, "n") * 2.0))["∂C/∂a"]


def test_sums_over_broadcast_axes_are_written():
    """The gradient of b (2,) was said to equal a matrix (3, 2)."""
    found = lines(explain(((Tensor(np.ones((3, 2)), name="x") + leaf([1.0, 2.0], "b")) ** 2).sum()))
    assert found["∂C/∂b"].startswith("∑_(axis 0) ∂C/∂v₁ = ")
