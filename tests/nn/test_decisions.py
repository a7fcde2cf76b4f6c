"""Decisions: shaded by the model's probabilities, for one feature or two, for few classes or many; films are whole."""
import io
import re

import numpy as np
import pytest

from nn import MLP, BatchNorm1d, Dropout, Linear, Sequential, mse_loss
from nn.figures.decisions import _probabilities, decision_boundary, decision_film, decision_strip
from nn.landscape import loss_landscape
from nn.pictures import activations

pytest.importorskip("matplotlib")

X = np.random.default_rng(0).normal(size=(20, 2))
SIDE = X[:, 0] > 0


def test_probabilities_of_one_logit_and_of_several_sum_to_one_and_do_not_overflow():
    one = _probabilities(lambda x: np.array([0.0, 1000.0, -2.0]), np.zeros((3, 2)))
    np.testing.assert_allclose(one[:, 1], [0.5, 1.0, 1 / (1 + np.exp(2.0))])
    three = _probabilities(lambda x: np.log([[1.0, 2.0, 5.0]]), np.zeros((1, 2)))
    np.testing.assert_allclose(three, [[0.125, 0.25, 0.625]])


def test_a_decision_asks_the_model_for_the_whole_plane_once_and_labels_it():
    calls = []

    def straight(x):
        calls.append(x.shape)
        return 3.0 * x[:, 0]
    plane, bar = decision_boundary(straight, X, SIDE, points=10, names=("length (cm)", "width (cm)")).axes
    assert calls[1:] == [(100, 2)]
    assert (plane.get_xlabel(), plane.get_ylabel()) == ("length (cm)", "width (cm)")
    assert bar.get_ylabel() == "probability of class 1"
    black = plane.collections[1].get_paths()[0].vertices                        # where one half is: x is 0
    np.testing.assert_allclose(black[:, 0], 0.0, atol=0.02)                    # a fifteenth of the shading's steps


@pytest.mark.parametrize("classes", [3, 9])
def test_several_classes_have_a_legend_and_their_own_look(classes):
    y = np.arange(20) % classes
    fig = decision_boundary(MLP([2, 8, classes], rng=0), X, y, points=12)
    handles = fig.legends[0].legend_handles
    assert [t.get_text() for t in fig.legends[0].get_texts()] == [f"class {i}" for i in range(classes)]
    looks = {(tuple(h.get_facecolor()[0]), h.get_paths()[0].vertices.tobytes()) for h in handles}
    assert len(looks) == classes
    fig.savefig(io.BytesIO())


@pytest.mark.parametrize("classes, samples", [(2, X[:, :1]), (2, X[:, 0]), (4, X[:, :1])])
def test_one_feature_is_a_curve_of_probability(classes, samples):
    model = MLP([1, 4, 1 if classes == 2 else classes], rng=0)
    (ax,) = decision_boundary(model, samples, np.arange(20) % classes, points=11).axes
    xs, curve = ax.lines[-1].get_data()
    np.testing.assert_allclose(curve, _probabilities(model, xs[:, None])[:, -1])
    assert ax.get_xlabel() == "x" and ax.get_ylabel().startswith("probability")


def test_a_strip_has_a_panel_for_each_moment():
    strip = decision_strip([(f"epoch {n}", MLP([2, 4, 1], rng=n)) for n in range(5)], X, SIDE, points=8)
    assert [ax.get_title("left") for ax in strip.axes[:5]] == [f"epoch {n}" for n in range(5)]


def test_a_film_shows_each_model_in_turn_and_is_written(tmp_path):
    Image = pytest.importorskip("PIL.Image")
    film = decision_film([(f"epoch {n}", MLP([2, 4, 1], rng=n)) for n in range(3)], X, SIDE, points=8)
    assert film.show(1).axes[0].get_title("left") == "epoch 1" and len(film.figure.axes) == 2
    film.save(tmp_path / "film.gif", fps=4)
    with Image.open(tmp_path / "film.gif") as gif:
        assert (gif.n_frames, gif.info["duration"], gif.info["loop"]) == (3, 250, 0)
    assert film.figure.axes[0].get_title("left") == "epoch 2"
    film.save(tmp_path / "film.html")
    page = (tmp_path / "film.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64") == 3 and not re.search(r"https?:|<link|\bfa-", page)
    assert film._repr_html_().startswith('<img src="data:image/gif;base64,R0lGOD')
    with pytest.raises(ValueError, match=r"saved as .gif or .html, not .mp4"):
        film.save(tmp_path / "film.mp4")


@pytest.mark.parametrize("x, y, frames, message", [
    (np.ones((4, 3)), np.zeros(4), 1, r"one or two features.*got x of shape \(4, 3\) and 4 labels"),
    (np.ones((4, 2)), np.zeros(3), 1, "4, 2.*3 labels"), (np.ones((0, 2)), [], 1, "0 labels"),
    (np.ones((4, 2)), np.zeros(4), 0, "frames is empty")])
def test_bad_input_is_refused(x, y, frames, message):
    for picture in (decision_strip, decision_film):
        with pytest.raises(ValueError, match=message):
            picture([("", MLP([2, 1], rng=0))] * frames, x, y)


def test_a_figure_does_not_train_the_model():
    """One of a model in training moved its running statistics, and its dropout's generator on."""
    model = Sequential(Linear(2, 4, rng=0), BatchNorm1d(4), Dropout(0.5, rng=1), Linear(4, 1, rng=2))
    before, state = model.state_dict(), model.layers[2].rng.bit_generator.state
    decision_boundary(model, [[0.0, 0.0], [1.0, 1.0]], [0, 1], points=5)
    activations(model, [[0.0, 0.0], [1.0, 1.0]])
    loss_landscape(model, lambda: mse_loss(model([[1.0, 1.0], [0.0, 2.0]]), [[1.0], [0.0]]), points=2)
    assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.layers[2].rng.bit_generator.state == state and model.training


def test_models_of_other_numbers_of_classes_are_refused():
    """The second was shown by the probability of its class 1 alone."""
    frames = [("two", MLP([2, 4, 1], rng=0)), ("three", MLP([2, 4, 3], rng=0))]
    for draw in (decision_strip, decision_film):
        with pytest.raises(ValueError, match="the first gives 2, that of 'three' another"):
            draw(frames, [[0.0, 0.0], [1.0, 1.0]], [0, 1], points=5)
    with pytest.raises(ValueError, match="points must be a whole number of at least 2, got 1"):
        decision_boundary(frames[0][1], [[0.0, 0.0]], [0], points=1)
