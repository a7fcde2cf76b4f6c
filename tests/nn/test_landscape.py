"""Landscapes: descents take the steps of gradient descent, surfaces hold the loss, models come out as they went in."""
import numpy as np
import pytest

import autograd.numpy as anp
from nn import MLP, Sequential, mse_loss
from nn.figures.landscape import _direction, descent_1d, descent_2d, descent_path, loss_landscape

pytest.importorskip("matplotlib")

X = np.random.default_rng(0).normal(size=(20, 2))


def trained_a_little():
    model = MLP([2, 4, 1], activation="tanh", rng=0)
    mse_loss(model(X), X[:, :1]).backward()
    return model


def test_descent_takes_the_steps_of_gradient_descent():
    path = descent_path(lambda w: (w * w).sum(), [1.0, -2.0], 0.25, 3)
    assert path.tolist() == [[1.0, -2.0], [0.5, -1.0], [0.25, -0.5], [0.125, -0.25]]
    assert len(descent_path(lambda x: x ** 4, 3.0, 10.0, 50)) < 51                 # stops when it has exploded


def test_every_axis_of_a_descent_is_labelled_and_every_step_is_an_arrow():
    curves = descent_1d(lambda x: x ** 2, [1.0, -1.0], [0.1, 0.2, 0.3], steps=4, xlabel="weight (kg)")
    assert len(curves.axes) == 6 and [len(ax.patches) for ax in curves.axes] == [4] * 6
    assert curves.axes[4].get_xlabel() == "weight (kg)" and curves.axes[0].get_ylabel() == "cost J(w)"
    fig = descent_2d(lambda w: (w * w).sum(), [[1.0, 1.0], [2.0, 0.0]], 0.1, steps=5)
    plane, bar = fig.axes
    assert (plane.get_xlabel(), plane.get_ylabel(), bar.get_ylabel()) == ("parameter w₁", "parameter w₂", "cost J(w)")
    assert len(plane.patches) == 10
    hole = descent_1d(lambda x: anp.sqrt(x), 1.0, 0.1, span=(-1.0, 2.0), steps=2)
    assert np.isfinite(hole.axes[0].get_ylim()).all()


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


@pytest.mark.parametrize("directions", ["random", "principal"])
def test_a_trajectory_ends_at_the_star_and_is_shown_whole(directions):
    model, rng = trained_a_little(), np.random.default_rng(3)
    states = [{k: v + rng.normal(size=v.shape) * s for k, v in model.state_dict().items()} for s in (3, 2, 1)]
    ax = loss_landscape(model, lambda: mse_loss(model(X), X[:, :1]), trajectory=[*states, model.state_dict()],
                        directions=directions, points=3, rng=0).axes[1]
    path = ax.lines[0].get_xydata()
    assert len(path) == 4 and np.allclose(path[-1], 0)
    assert np.abs(path).max() < ax.get_xlim()[1]
    assert ax.get_xlabel().startswith(f"{directions} direction 1")


def test_the_path_is_projected_onto_the_random_directions():
    """A state that lies in the plane is drawn at its own coordinates."""
    model = trained_a_little()
    here, rng = model.state_dict(), np.random.default_rng(5)
    across, up = ({k: _direction(v, rng) for k, v in here.items()} for _ in range(2))
    states = [{k: v + a * across[k] + b * up[k] for k, v in here.items()} for a, b in ((0.5, -0.25), (0.1, 0.75))]
    ax = loss_landscape(model, lambda: mse_loss(model(X), X[:, :1]), trajectory=states, points=3, rng=5).axes[1]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[0.5, -0.25], [0.1, 0.75]], atol=1e-12)
    assert ax.get_xlim()[1] == pytest.approx(1.25 * 0.75)


def test_principal_directions_hold_all_of_a_plane_path_and_need_one():
    model = trained_a_little()
    here = model.state_dict()
    moves = [{k: np.full_like(v, n) for k, v in here.items()} for n in (1.0, 2.0)]
    states = [{k: here[k] + m[k] for k in here} for m in moves]
    loss = lambda: mse_loss(model(X), X[:, :1])
    ax = loss_landscape(model, loss, trajectory=states, directions="principal", points=3).axes[1]
    assert "100.0% of the path" in ax.get_xlabel() and "0.0% of the path" in ax.get_ylabel()
    for states in ([], [here, here]):
        with pytest.raises(ValueError, match="at least two states that differ"):
            loss_landscape(model, loss, trajectory=states, directions="principal", points=3)
    with pytest.raises(ValueError, match='must be "random" or "principal", got \'up\''):
        loss_landscape(model, loss, directions="up")


def test_surface_and_contours_are_labelled():
    model = trained_a_little()
    solid, flat, bar = loss_landscape(model, lambda: mse_loss(model(X), X[:, :1]), points=3, rng=0).axes
    assert (solid.get_xlabel(), solid.get_ylabel(), solid.get_zlabel()) == ("direction 1", "direction 2", "loss")
    assert flat.get_ylabel() == "random direction 2 (norms of the weights)" and bar.get_ylabel() == "loss"
    assert flat.get_xlim() == (-1.0, 1.0)


def test_states_of_another_model_and_models_without_parameters_are_named():
    model = trained_a_little()
    loss = lambda: mse_loss(model(X), X[:, :1])
    with pytest.raises(ValueError, match=r"layers.1.weight is \(4, 1\), got \(4, 3\)"):
        loss_landscape(model, loss, trajectory=[MLP([2, 4, 3], rng=0).state_dict()], points=3)
    with pytest.raises(ValueError, match="the model has no parameters"):
        loss_landscape(Sequential(), lambda: 1.0, points=3)
    with pytest.raises(ValueError, match="points must be a whole number of at least 2"):
        loss_landscape(model, loss, points=1)
