"""The chain of lines keeps its bound at every width; trained networks are as good as is said of them, and no better."""
import numpy as np
import pytest

WIDTHS = [1, 2, 4, 8, 16, 32, 64]
X = np.linspace(-1, 1, 1001)
Y = np.sin(3 * X) + 0.5 * np.sin(7 * X)


@pytest.mark.parametrize("n", WIDTHS)
def test_the_network_by_hand_is_linear_interpolation(demo, n):
    knots = np.linspace(-1, 1, n + 1)
    expected = np.interp(X, knots, np.sin(3 * knots) + 0.5 * np.sin(7 * knots))
    np.testing.assert_allclose(demo["chains"][n](X[:, None]).numpy()[:, 0], expected, atol=1e-12)
    assert demo["chain_errors"][n] == pytest.approx(np.abs(expected - Y).max(), rel=1e-9)
    assert demo["chain_errors"][n] <= demo["bounds"][n]


def test_the_bound(demo):
    bend = np.abs(-9 * np.sin(3 * X) - 24.5 * np.sin(7 * X)).max()
    for n in WIDTHS:
        assert demo["bounds"][n] == pytest.approx((2 / n) ** 2 / 8 * 33.5) and bend < 33.5


def test_twice_the_neurons_a_quarter_of_the_error(demo):
    errors = np.array([demo["chain_errors"][n] for n in WIDTHS])
    assert np.all(np.diff(errors) <= 1e-12)
    assert errors[-2] / errors[-1] == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize("n", WIDTHS)
def test_errors_of_the_trained_ones(demo, n):
    for model, error in zip(demo["learned"][n], demo["learned_errors"][n], strict=True):
        w1, b1, w2, b2 = (p.numpy() for p in model.parameters())
        assert w1.shape == (1, n)
        answers = np.tanh(X[:, None] @ w1 + b1) @ w2 + b2
        assert error == pytest.approx(np.abs(answers[:, 0] - Y).max(), rel=1e-9)


def test_existence_is_not_finding(demo):
    best = {n: min(errors) for n, errors in demo["learned_errors"].items()}
    assert best[1] > 0.4 and all(best[n] < 0.25 for n in WIDTHS[1:])
    assert all(best[n] < demo["chain_errors"][n] for n in (1, 2, 4))        # few neurons: training places them better
    assert best[64] > 5 * demo["chain_errors"][64]                          # many: it does not find what exists


def test_picture(demo, wrote):
    wrote(".png")
