"""Initialisers: moments against their formulas, seeds, shapes."""
import numpy as np
import pytest

from nn import MLP, Conv2d, Linear, init

SHAPE = (400, 100)


@pytest.mark.parametrize("draw, variance", [
    (init.xavier_normal, 2 / 500), (init.xavier_uniform, 2 / 500), (init.he_normal, 2 / 400),
    (init.he_uniform, 2 / 400), (init.lecun_normal, 1 / 400), (init.lecun_uniform, 1 / 400),
    (init.normal(0.3), 0.09), (init.uniform(-1, 1), 1 / 3)])
def test_mean_and_variance_are_those_of_the_formula(draw, variance):
    w = draw(SHAPE, 0)
    assert w.shape == SHAPE and w.dtype == float
    assert abs(w.mean()) < 5 * np.sqrt(variance / w.size)          # five standard errors
    assert w.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("draw, edge", [(init.xavier_uniform, np.sqrt(6 / 500)), (init.he_uniform, np.sqrt(6 / 400)),
                                        (init.lecun_uniform, np.sqrt(3 / 400))])
def test_uniform_ones_fill_their_interval(draw, edge):
    w = np.abs(draw(SHAPE, 0))
    assert 0.999 * edge < w.max() <= edge


def test_constants():
    assert not init.zeros((2, 3)).any()
    assert (init.constant(0.25)((2, 3)) == 0.25).all()


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (4, 2, 3, 3)])
def test_orthogonal_rows_or_columns(shape):
    w = init.orthogonal(shape, 0).reshape(shape[0], -1)
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-14)


@pytest.mark.parametrize("name", [n for n in init.NAMED if n != "zeros"])
def test_a_seed_fixes_the_draw_and_a_generator_moves_on(name):
    draw, rng = init.initialiser(name), np.random.default_rng(0)
    first = draw((4, 3), rng)
    assert np.array_equal(first, draw((4, 3), 0)) and not np.array_equal(first, draw((4, 3), rng))


def test_fans_of_a_convolution_count_the_area():
    assert init.fans((8, 3, 5, 5)) == (75, 200)


def test_vectors_have_no_fans():
    with pytest.raises(ValueError, match="at least two axes"):
        init.he_normal((3,), 0)


def test_biases_are_drawn_too():
    model = MLP([3, 500, 500, 1], init=init.normal(1.0), bias_init=init.normal(2.0), rng=0)
    first, second = model.layers[0].bias.data, model.layers[1].bias.data
    assert 1.8 < first.std() < 2.2 and 1.8 < second.std() < 2.2 and not np.array_equal(first, second)
    assert (Linear(2, 3, bias_init=init.constant(0.5)).bias.data == 0.5).all() and not Linear(2, 3).bias.data.any()


@pytest.mark.parametrize("make", [Linear, lambda n, m, **options: Conv2d(n, m, 1, **options)])
def test_a_seed_does_not_draw_the_same_for_weights_and_biases(make):
    layer = make(1, 4, init=init.normal(1.0), bias_init=init.normal(1.0), rng=0)
    assert layer.bias.data.any() and not np.isin(layer.bias.data, layer.weight.data).any()


def test_biases_of_convolutions_take_an_initialiser_and_start_at_0():
    assert (Conv2d(1, 2, 3, bias_init=init.constant(0.5)).bias.data == 0.5).all()
    assert not Conv2d(1, 2, 3).bias.data.any()
    want = init.he_normal((2, 1, 3, 3), 7)                  # the draws for the kernels come first
    assert np.array_equal(Conv2d(1, 2, 3, rng=7, bias_init=init.normal(1.0)).weight.data, want)


def test_initialisers_that_count_connections_are_refused_for_biases():
    with pytest.raises(ValueError, match="zeros, constant, normal or uniform for vectors"):
        MLP([2, 3, 1], bias_init="he_normal")


@pytest.mark.parametrize("name, other", [("glorot_uniform", "xavier_uniform"), ("glorot_normal", "xavier_normal"),
                                         ("kaiming_uniform", "he_uniform"), ("kaiming_normal", "he_normal")])
def test_first_and_last_names_are_the_same(name, other):
    assert init.initialiser(name) is init.initialiser(other) is getattr(init, name)
