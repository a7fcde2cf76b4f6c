"""explain's paths: all are found, each brings the product of its factors, and together they are the gradient."""
import numpy as np
import pytest

from autograd import Tensor, concatenate, primitive, where
from autograd.draw import explain
from nn import MLP, Conv2d, LSTMCell, cross_entropy_loss, mse_loss


def leaf(value, name="x"):
    return Tensor(value, requires_grad=True, name=name)


def the_paths(y, wrt, index=()):
    """The paths to one entry, after the checks that hold for any graph."""
    found = explain(y, wrt=wrt, index=index).paths[0]
    y.backward()
    gradient = wrt.grad.numpy()[index]
    wrt.grad = None
    np.testing.assert_allclose(found.total, gradient, rtol=1e-12)
    np.testing.assert_allclose(sum(p.value for p in found.strongest) + found.rest, gradient, rtol=1e-9, atol=1e-15)
    for path in found.strongest:
        if path.single:
            np.testing.assert_allclose(np.prod([s.factors[0] for s in path.steps]), path.value, rtol=1e-9)
    sizes = [abs(p.value) for p in found.strongest]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) <= 10
    return found


def test_each_use_of_a_scalar_is_a_path():
    a, b = leaf(2.0, "a"), leaf(-3.0, "b")
    found = the_paths(a * b * a + a, a)
    assert [str(p) for p in found.strongest] == [
        "-6: C → v₂ (+: 1) → a (×: -6)", "-6: C → v₂ (+: 1) → v₁ (×: 2) → a (×: -3)", "1: C → a (+: 1)"]
    assert str(found).startswith("∂C/∂a = -11, the sum of 3 paths\n")


def test_square_has_two_paths():
    x = leaf(3.0)
    assert [p.value for p in the_paths(x * x, x).strongest] == [3.0, 3.0]


def test_paths_through_a_matrix_product_lead_through_entries():
    model = MLP([2, 3, 1], activation="tanh", rng=0)
    cost = mse_loss(model([[1.0, 2.0], [3.0, 4.0]]), [[0.5], [1.0]])
    found = the_paths(cost, model.layers[0].weight, (0, 1))
    assert found.count == len(found.strongest) == 2 and all(p.single for p in found.strongest) and found.rest == 0
    names = {step.name for path in found.strongest for step in path.steps}
    assert {"W⁽¹⁾[0, 1]", "z⁽¹⁾[0, 1]", "z⁽¹⁾[1, 1]", "a⁽¹⁾[0, 1]", "a⁽¹⁾[1, 1]"} < names


def test_many_rows_are_taken_together_by_neuron():
    model = MLP([4, 6, 5], activation="tanh", rng=0)
    x = np.random.default_rng(0).normal(size=(20, 4))
    w, v = (layer.weight.numpy() for layer in model.layers)
    labels = np.arange(20) % 5
    found = the_paths(cross_entropy_loss(model(x), labels), model.layers[0].weight, (1, 2))
    assert found.count == len(found.strongest) == 5 and "all rows of the batch together" in found.heading
    a = np.tanh(x @ w)
    e = np.exp(a @ v)
    error = (e / e.sum(axis=1, keepdims=True) - np.eye(5)[labels]) / 20
    expected = {f"z⁽²⁾[:, {k}]": (error[:, k] * v[2, k] * (1 - a[:, 2] ** 2) * x[:, 1]).sum() for k in range(5)}
    brought = {next(s.name for s in p.steps if s.name.startswith("z⁽²⁾")): p.value for p in found.strongest}
    assert brought == pytest.approx(expected, rel=1e-10)
    step = next(s for s in found.strongest[0].steps if s.name == "z⁽¹⁾[:, 2]")
    np.testing.assert_allclose(step.factors, 1 - a[:, 2] ** 2, rtol=1e-10)


def test_beyond_ten_paths_the_rest_is_one_line():
    model = MLP([2, 4, 4, 4, 4, 4, 1], activation="tanh", rng=0)
    found = the_paths(mse_loss(model(np.ones((16, 2))), np.ones((16, 1))), model.layers[0].weight, (0, 0))
    assert found.count == 256 and len(found.strongest) == 3                  # long ones: only three
    wide = MLP([2, 30, 20, 1], activation="tanh", rng=0)
    found = the_paths(mse_loss(wide(np.ones((16, 2))), np.ones((16, 1))), wide.layers[0].weight, (0, 0))
    assert found.count == 20 and len(found.strongest) == 10
    assert found.lines[-1].endswith(": 10 others together")


def test_the_ten_are_the_strongest():
    x, w = leaf(np.full(3, 2.0)), Tensor(np.random.default_rng(0).normal(size=(3, 40)))
    found = the_paths((x @ w).tanh().sum(), x, 1)
    each = np.abs(w.data[1] * (1 - np.tanh(2 * w.data.sum(axis=0)) ** 2))
    assert found.count == 40
    np.testing.assert_allclose([abs(p.value) for p in found.strongest], np.sort(each)[::-1][:10], rtol=1e-12)


def test_exponentially_many_paths_are_counted_not_walked():
    y = x = leaf(1.0)
    for _ in range(60):
        y = y * 0.5 + y.tanh()
    found = the_paths(y, x)
    assert found.count == 2 ** 60
    assert "110 steps (" in str(found.strongest[0])


def test_a_sum_that_cancels_still_shows_its_paths():
    x = leaf(3.0)
    found = the_paths(x * 5.0 - x * 5.0, x)
    assert sorted(p.value for p in found.strongest) == [-5.0, 5.0] and found.total == 0


def test_paths_only_through_what_the_entry_touches():
    h = leaf(np.arange(12.0).reshape(3, 4), "h")
    found = the_paths((h.max(axis=1) ** 2.0).sum() * h[0, 0], h, (1, 3))
    assert found.count == 1
    assert [s.name for s in found.strongest[0].steps][-2:] == ["v₁[1]", "h[1, 3]"]
    assert the_paths((h.max(axis=1) ** 2.0).sum(), h, (1, 0)).total == 0


def test_the_branch_not_taken_is_no_path():
    x = leaf([-1.0, 4.0])
    found = the_paths(where(x.data > 0, x * 2.0, x * 3.0).sum(), x, 0)
    assert found.count == 1 and found.strongest[0].value == 3.0


def test_broadcasting_and_concatenation():
    b = leaf([1.0, 2.0], "b")
    y = (concatenate([b * np.ones((3, 2)), b.reshape(1, 2)]) ** 2.0).sum()
    assert the_paths(y, b, 1).count == 4


def test_a_custom_op_without_a_jvp_rule():
    @primitive(vjp=(lambda g, y, x: g[::-1] * 3.0,), name="turned for a test")
    def turned(x):
        return x[::-1] * 3.0
    x = leaf([1.0, 2.0, 3.0])
    found = the_paths((turned(x) * [1.0, 10.0, 100.0]).sum(), x, 0)
    assert found.total == 300.0 and found.count == 1


def test_convolution_and_recurrence():
    rng = np.random.default_rng(0)
    conv = Conv2d(1, 2, 3, rng=0)
    y = conv(rng.normal(size=(2, 1, 5, 5))).tanh().mean()
    assert any("[:, " in s.name for s in the_paths(y, conv.weight, (1, 0, 2, 2)).strongest[0].steps)
    cell, state = LSTMCell(2, 3, rng=0), None
    for x in rng.normal(size=(3, 4, 2)):
        state = cell(x, state)
    the_paths((state[0] ** 2.0).mean(), cell.recurrent, (0, 4))


def test_a_scalar_asked_for_needs_no_index():
    x = leaf(2.0)
    assert explain(x * x, wrt=x).paths[0].count == 2 and explain(x * x).paths == []


def test_shown_as_text_and_in_a_notebook():
    x = leaf([1.0, 2.0], "<x>")
    explanation = explain((x * x).sum(), wrt=x, index=0)
    assert "paths\n  ∂C/∂x[0] = 2, the sum of 2 paths\n    1: C →" in str(explanation)
    html = explanation._repr_html_()
    assert "<h4>∂C/∂x[0] = 2, the sum of 2 paths</h4><ul><li>1: C →" in html


def test_in_latex_the_gradient_is_a_sum_and_each_path_a_product():
    a, b = leaf(2.0, "a"), leaf(-3.0, "b")
    explanation = explain(a * b * a + a, wrt=a)
    def d(y, x):
        return rf"\frac{{\partial {y}}}{{\partial {x}}}"
    rows = [rf"{d('C', 'a')} &= -6 - 6 + 1 = -11 \\",
            rf"{d('C', 'v_{2}')} \cdot {d('v_{2}', 'a')} &= 1 \cdot \left(-6\right) = -6 \\",
            rf"{d('C', 'v_{2}')} \cdot {d('v_{2}', 'v_{1}')} \cdot {d('v_{1}', 'a')} "
            r"&= 1 \cdot 2 \cdot \left(-3\right) = -6"]
    block = "\n".join([r"\begin{aligned}", *rows, r"\end{aligned}"])
    assert explanation.paths[0].latex == block and explanation.latex.endswith(block.split("\n", 1)[1])


def test_latex_of_entries_of_neurons_and_of_long_paths():
    model = MLP([4, 6, 15], activation="tanh", rng=0)
    loss = cross_entropy_loss(model(np.random.default_rng(0).normal(size=(20, 4))), np.arange(20) % 5)
    found = the_paths(loss, model.layers[0].weight, (1, 2))
    assert r"\partial W^{(1)}[1, 2]}" in found.latex and r"\partial z^{(1)}[:, 2]}" in found.latex
    assert found.latex.count(r"\sum_{\mathrm{rows}}") == 10
    first = found.equations[0].numbers.replace(" - ", " + -").split(" + ")     # ten terms, and one for five others
    assert len(first) == 11 and sum(map(float, first)) == pytest.approx(found.total, abs=1e-5)
    y = x = leaf(1.0)
    for _ in range(20):
        y = y * 0.5 + y.tanh()
    assert r"\cdot \cdots \cdot" in explain(y, wrt=x).paths[0].latex


def test_the_latex_is_understood_by_a_renderer_of_latex():
    mathtext = pytest.importorskip("matplotlib.mathtext")
    x = leaf([1.0, 2.0], "x")
    equations = explain((x * x * 1e-9).sum() * 3.0, wrt=x, index=1).paths[0].equations
    for line in equations:
        assert mathtext.MathTextParser("path").parse(f"${line.latex}$").width > 0
    assert len(equations) == 3


def test_float32():
    x = leaf(np.array([1.0, 2.0], np.float32))
    assert explain((x * x).sum(), wrt=x, index=1).paths[0].total == 4.0
