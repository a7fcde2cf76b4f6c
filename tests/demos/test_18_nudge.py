"""The nudge's way through the network, its forecast and the gradient, computed again in plain NumPy."""
import numpy as np
import pytest

X, Y = np.array([0.9, -0.4, 0.7]), np.array([1.0, 0.0])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.fixture(scope="module")
def parameters(demo):
    return [(layer.weight.numpy().copy(), layer.bias.numpy().copy()) for layer in demo["model"].layers]


def run(parameters, dw=0.0):
    """The activations of each layer and the cost, with the weight from input 1 to hidden neuron 2 changed by dw."""
    a, activations = X, []
    for i, (w, b) in enumerate(parameters):
        a = sigmoid(a @ (w + dw * np.outer(np.eye(3)[0], np.eye(4)[1]) if i == 0 else w) + b)
        activations.append(a)
    return activations, 0.5 * np.sum((a - Y) ** 2)


def gradient(parameters):
    """By the four equations."""
    (_, _), (w2, _), (w3, _) = parameters
    a1, a2, a3 = run(parameters)[0]
    d3 = (a3 - Y) * a3 * (1 - a3)
    d2 = w3 @ d3 * a2 * (1 - a2)
    d1 = w2 @ d2 * a1 * (1 - a1)
    return np.outer(X, d1)[0, 1]


def test_what_happens(demo, parameters):
    before, cost = run(parameters)
    after, cost_after = run(parameters, 0.5)
    for change, a, b in zip(demo["real"], before, after, strict=True):
        np.testing.assert_allclose(change, b - a, atol=1e-14)
    assert demo["dC"] == pytest.approx(cost_after - cost, rel=1e-9)
    assert np.flatnonzero(demo["real"][0]).tolist() == [1]              # one neuron in the first layer
    assert np.all(demo["real"][1]) and np.all(demo["real"][2])          # all in those after it


def test_the_forecast_is_the_limit_of_what_happens(demo, parameters):
    """Central differences with a small nudge, scaled up."""
    up, cost_up = run(parameters, 1e-5)
    down, cost_down = run(parameters, -1e-5)
    for forecast, u, d in zip(demo["first_order"], up, down, strict=True):
        np.testing.assert_allclose(forecast, 0.5 * (u - d) / 2e-5, atol=1e-9)
    assert demo["dC_forecast"] == pytest.approx(0.5 * (cost_up - cost_down) / 2e-5, rel=1e-6)


def test_the_forecast_is_the_gradient_times_the_nudge_and_the_sum_of_the_paths(demo, parameters):
    assert demo["gradient"] == pytest.approx(gradient(parameters), rel=1e-12)
    assert demo["dC_forecast"] == pytest.approx(0.5 * gradient(parameters), rel=1e-12)
    assert len(demo["paths"]) == 6 and sum(demo["paths"].values()) == pytest.approx(0.5 * gradient(parameters))
    assert min(demo["paths"].values()) < 0 < max(demo["paths"].values())


def test_each_path_alone(demo, parameters):
    """With all other weights of the way set to 0 in the derivative, the product of this path is left."""
    (_, _), (w2, _), (w3, _) = parameters
    a1, a2, a3 = run(parameters)[0]
    for (i, m), product in demo["paths"].items():
        only2, only3 = np.zeros_like(w2), np.zeros_like(w3)
        only2[1, i], only3[i, m] = w2[1, i], w3[i, m]
        d2 = only3 @ ((a3 - Y) * a3 * (1 - a3)) * a2 * (1 - a2)
        d1 = only2 @ d2 * a1 * (1 - a1)
        assert product == pytest.approx(0.5 * X[0] * d1[1], rel=1e-12)


def test_a_tenth_of_the_nudge_a_hundredth_of_the_error(demo, parameters):
    cost = run(parameters)[1]
    expected = [abs(run(parameters, dw)[1] - cost - gradient(parameters) * dw) for dw in (1e-4, 1e-3, 1e-2, 0.1, 1)]
    assert demo["errors"] == pytest.approx(expected, rel=1e-4, abs=1e-15)
    assert demo["errors"][1:4] / demo["errors"][:3] == pytest.approx([100] * 3, rel=0.1)


def test_the_weights_are_as_before(demo):
    fresh = demo["MLP"]([3, 4, 3, 2], activation="sigmoid", output="sigmoid", init=demo["init"].normal(1.5), rng=5)
    assert np.array_equal(demo["W1"].numpy(), fresh.layers[0].weight.numpy())


def test_picture(demo, wrote):
    wrote(".png")
