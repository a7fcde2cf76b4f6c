"""Figures of networks show what the numbers are, models come out as they went in, bad input is refused."""
import numpy as np
import pytest

from nn import MLP, mse_loss
from nn.landscape import _direction, descent_1d, descent_2d, descent_path, loss_landscape
from nn.pictures import activations, decision_boundary, decision_film, gradient_norms, layer_norms, weight_images

pytest.importorskip("matplotlib")

X = np.random.default_rng(0).normal(size=(20, 2))


def trained_a_little():
    model = MLP([2, 4, 1], activation="tanh", rng=0)
    mse_loss(model(X), X[:, :1]).backward()
    return model


def test_layer_norms_are_those_of_all_parameters_of_a_layer():
    model = trained_a_little()
    first = model.layers[0]
    expected = np.sqrt(np.sum(first.weight.grad.data ** 2) + np.sum(first.bias.grad.data ** 2))
    assert layer_norms(model)["layers.0"] == pytest.approx(expected)
    with pytest.raises(ValueError, match="call backward"):
        layer_norms(MLP([2, 1], rng=0))


def test_bars_and_lines_of_gradient_norms():
    bars = gradient_norms({"a": 1e-8, "b": 0.0, "c": 5.0, "d": 2e3}).axes[0]
    assert [t.get_text().strip() for t in bars.texts] == ["vanishing", "vanishing", "exploding"]
    assert [p.get_height() for p in bars.patches][2:] == [5.0, 2e3]
    lines = gradient_norms([{"a": 1.0, "b": 2.0}, {"a": 0.5, "b": 3.0}]).axes[0].lines
    assert [list(line.get_ydata()) for line in lines] == [[1.0, 0.5], [2.0, 3.0]]


def test_activations_count_zeros_and_leave_no_hooks():
    model = trained_a_little()
    fig = activations(model, X)
    assert [ax.get_title("left") for ax in fig.axes] == ["layers.0", "layers.1"]
    assert sum(p.get_height() for p in fig.axes[0].patches) == 80
    assert not any(m._after for _, m in model.named_modules())
    with pytest.raises(ValueError, match="no module inside"):
        activations(model.layers[0], X)


def test_weight_images_share_one_scale():
    w = np.array([[1.0, -4.0, 0.5], [0.0, 2.0, 0.5]])
    fig = weight_images(w, (1, 2), columns=2)
    assert [ax.images[0].get_clim() for ax in fig.axes] == [(-4.0, 4.0)] * 3
    assert fig.axes[1].images[0].get_array().tolist() == [[-4.0, 2.0]]
    with pytest.raises(ValueError, match=r"weights of shape \(4, units\)"):
        weight_images(w, (2, 2))


def test_decisions_of_two_and_of_several_classes():
    calls = []

    def three(x):
        calls.append(x.shape)
        return np.stack([x.data[:, 0], x.data[:, 1], -x.data[:, 0]], axis=1)
    assert len(decision_boundary(three, X, np.arange(20) % 3, points=10).axes) == 1
    assert calls == [(100, 2)]
    film = decision_film([("start", trained_a_little()), ("end", trained_a_little())], X, X[:, 0] > 0, points=10)
    assert [ax.get_title("left") for ax in film.axes] == ["start", "end"]
    with pytest.raises(ValueError, match=r"must be \(n, 2\)"):
        decision_boundary(three, np.ones((4, 3)), np.zeros(4))


def test_descent_takes_the_steps_of_gradient_descent():
    path = descent_path(lambda w: (w * w).sum(), [1.0, -2.0], 0.25, 3)
    assert path.tolist() == [[1.0, -2.0], [0.5, -1.0], [0.25, -0.5], [0.125, -0.25]]
    assert len(descent_path(lambda x: x ** 4, 3.0, 10.0, 50)) < 51                 # stops when it has exploded
    assert len(descent_1d(lambda x: x ** 2, [1.0, -1.0], 0.1).axes) == 2
    assert len(descent_2d(lambda w: (w * w).sum(), [1.0, 1.0], 0.1).axes) == 1


def test_directions_have_the_norm_of_each_unit_and_spare_biases():
    w = np.random.default_rng(1).normal(size=(5, 3)) * [1.0, 10.0, 0.0]
    d = _direction(w, np.random.default_rng(2))
    np.testing.assert_allclose(np.linalg.norm(d, axis=0), np.linalg.norm(w, axis=0))
    assert not _direction(np.ones(3), np.random.default_rng(2)).any()


def test_the_landscape_has_the_loss_in_its_middle_and_the_model_is_as_before():
    model = trained_a_little()
    before, seen = model.state_dict(), []

    def loss():
        seen.append(float(mse_loss(model(X), X[:, :1])))
        return seen[-1]
    loss_landscape(model, loss, points=3, rng=0)
    assert seen[4] == pytest.approx(float(mse_loss(model(X), X[:, :1]))) and len(seen) == 9
    assert all(np.array_equal(before[k], v) for k, v in model.state_dict().items())


def test_the_model_is_as_before_even_if_the_loss_fails():
    model = trained_a_little()
    before = model.state_dict()
    with pytest.raises(ZeroDivisionError):
        loss_landscape(model, lambda: 1 / 0, points=3, rng=0)
    assert all(np.array_equal(before[k], v) for k, v in model.state_dict().items())


def test_a_trajectory_ends_at_the_star_and_is_shown_whole():
    model, rng = trained_a_little(), np.random.default_rng(3)
    states = [{k: v + rng.normal(size=v.shape) * s for k, v in model.state_dict().items()} for s in (3, 2, 1)]
    ax = loss_landscape(model, lambda: mse_loss(model(X), X[:, :1]), trajectory=[*states, model.state_dict()],
                        points=3).axes[1]
    path = ax.lines[0].get_xydata()
    assert len(path) == 4 and np.allclose(path[-1], 0)
    assert np.abs(path).max() < ax.get_xlim()[1]
