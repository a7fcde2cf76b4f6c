"""Linear, MLP and the perceptron: values against NumPy, shapes, seeds, and what they say to bad input."""
import warnings

import numpy as np
import pytest

from autograd import Tensor
from nn import MLP, Linear, NotSeparable, Perceptron


def test_linear_is_x_w_plus_b():
    layer, x = Linear(3, 2, rng=0), np.arange(12.0).reshape(2, 2, 3)
    layer.bias.assign([1.0, -1.0])
    np.testing.assert_array_equal(layer(x).data, x @ layer.weight.data + [1.0, -1.0])
    assert Linear(3, 2, bias=False, rng=0).parameters()[0].shape == (3, 2)


def test_linear_names_both_shapes_when_they_do_not_fit():
    with pytest.raises(ValueError, match=r"\(4, 5\).*\(3, 2\)"):
        Linear(3, 2)(np.ones((4, 5)))


@pytest.mark.parametrize("size", [0, -1, 2.0, True, "3"])
def test_sizes_must_be_positive_integers(size):
    with pytest.raises(ValueError, match="inputs must be a positive integer"):
        Linear(size, 2)


def test_the_feed_forward_network_of_the_book():
    """2-3-3-1 with ReLU on (70, 25), its hidden values and its output by hand."""
    model = MLP([2, 3, 3, 1], activation="relu")
    weights = [[[.1, .2, .3], [.4, .5, .6]], [[.1, .2, .3], [.4, .5, .6], [.7, .8, .9]], [[.1], [.2], [.3]]]
    for layer, w, b in zip(model.layers, weights, [[.1, .2, .3], [.1, .2, .3], [.1]], strict=True):
        layer.weight.assign(w)
        layer.bias.assign(b)
    seen = []
    for layer in model.layers:
        layer.on_call(lambda m, xs, y: seen.append(y.data))
    assert model([[70.0, 25.0]]).item() == pytest.approx(29.328, abs=1e-12)
    np.testing.assert_allclose(seen[0], [[17.1, 26.7, 36.3]], rtol=1e-14)
    np.testing.assert_allclose(seen[1], [[37.9, 46.01, 54.12]], rtol=1e-14)


def test_mlp_has_no_activation_after_the_last_layer():
    model = MLP([1, 1], activation="relu", rng=0)
    model.layers[0].weight.assign([[-1.0]])
    assert model([[2.0]]).item() == -2.0


def test_mlp_takes_any_function_as_activation():
    model = MLP([1, 1, 1], activation=lambda z: z * 0 + 5.0, rng=0)
    model.layers[1].weight.assign([[2.0]])
    assert model([[1.0]]).item() == 10.0


def test_the_same_seed_gives_the_same_weights_and_another_gives_others():
    one, same, other = (MLP([4, 3, 2], rng=seed).parameters()[0].data for seed in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_layers_of_one_network_start_differently():
    first, second = MLP([4, 4, 4], rng=0).layers
    assert not np.array_equal(first.weight.data, second.weight.data)


def test_global_random_state_is_neither_read_nor_advanced():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    one = MLP([4, 3, 2], rng=3)
    assert np.array_equal(before, np.random.get_state()[1])
    np.random.seed(9)
    assert np.array_equal(one.parameters()[0].data, MLP([4, 3, 2], rng=3).parameters()[0].data)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match=r"no activation is named 'rleu'.*relu"):
        MLP([1, 1, 1], activation="rleu")
    with pytest.raises(ValueError, match=r"no initialiser is named 'xavier'.*xavier_normal"):
        Linear(1, 1, init="xavier")
    with pytest.raises(ValueError, match="at least input and output"):
        MLP([3])


# ---- the perceptron ------------------------------------------------------------------------------------------------

def test_perceptron_learns_separable_classes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 2)) + 4 * np.repeat([[-1.0], [1.0]], 50, axis=0)
    y = np.repeat([0, 1], 50)
    unit = Perceptron(2).fit(x, y, rng=0)
    assert unit.converged and np.array_equal(unit(x).data, y)
    assert len(unit.mistakes) > 1 and unit.mistakes[-1] == 0


def test_first_correction_is_rosenblatts_rule():
    unit = Perceptron(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")                      # one pass is too early to say that there is no line
        unit.fit([[2.0, 3.0]], [1], lr=0.5, epochs=1)       # 0 predicted, so w += .5 * (1 - 0) * x
    np.testing.assert_array_equal(unit.weight.data, [1.0, 1.5])
    assert unit.bias.item() == 0.5 and unit.mistakes == [1]


@pytest.mark.parametrize("dtype", [np.uint8, bool, float])
def test_labels_of_any_dtype_are_corrected_alike(dtype):
    x, y = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [1, 0, 0]
    want, unit = Perceptron(2).fit(x, y), Perceptron(2).fit(x, np.array(y, dtype))
    np.testing.assert_array_equal(unit.weight.data, want.weight.data)
    assert unit.mistakes == want.mistakes and unit.bias.item() == want.bias.item()


def test_perceptron_reports_that_it_cannot_learn_xor():
    unit = Perceptron(2)
    with pytest.warns(NotSeparable, match=r"no straight line"):
        unit.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], epochs=50)
    assert not unit.converged and len(unit.mistakes) == 50


@pytest.mark.parametrize("x, y, message", [
    ([[1.0, 2.0]], [[1]], r"got \(1, 2\) and \(1, 1\)"), ([[1.0]], [1], r"\(n, 2\)"),
    ([[1.0, 2.0]], [2], "labels must be 0 and 1")])
def test_bad_data_for_the_perceptron_changes_nothing(x, y, message):
    unit = Perceptron(2)
    with pytest.raises(ValueError, match=message):
        unit.fit(x, y)
    assert not unit.weight.data.any() and unit.mistakes == []


def test_the_score_of_a_perceptron_is_differentiable():
    unit = Perceptron(2)
    unit.score(Tensor([[1.0, 2.0]])).sum().backward()
    np.testing.assert_array_equal(unit.weight.grad.data, [1.0, 2.0])
