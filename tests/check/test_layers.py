"""`check_layer` on layers as courses write them, right and wrong."""
import numpy as np
import pytest

from autograd.check import Verdict, check_layer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 3))


class Attributes:
    """W, b, dW, db."""
    factor = 1.0

    def __init__(self):
        self.W, self.b = RNG.normal(size=(3, 2)), RNG.normal(size=2)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW, self.db = self.x.T @ g, self.factor * g.sum(axis=0)
        return g @ self.W.T


class Dicts:
    """params and grads."""
    factor = 1.0

    def __init__(self):
        self.params = {"W": RNG.normal(size=(3, 2)), "b": RNG.normal(size=2)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return np.tanh(x @ self.params["W"] + self.params["b"])

    def backward(self, g):
        d = g * (1 - np.tanh(self.x @ self.params["W"] + self.params["b"]) ** 2)
        self.grads = {"W": self.x.T @ d, "b": self.factor * d.sum(axis=0)}
        return d @ self.params["W"].T


class Lists:
    """[W, b] and [dW, db], the arrays kept and added to."""
    factor = 1.0

    def __init__(self):
        self.params = [RNG.normal(size=(3, 2)), RNG.normal(size=2)]
        self.grads = [np.zeros((3, 2)), np.zeros(2)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, g):
        self.grads[0] += self.x.T @ g
        self.grads[1] += self.factor * g.sum(axis=0)
        return g @ self.params[0].T


class Slot:
    def __init__(self, data):
        self.data, self.grad = data, None


class Objects:
    """Parameters with data and grad."""
    factor = 1.0

    def __init__(self):
        self.weight, self.bias = Slot(RNG.normal(size=(3, 2))), Slot(RNG.normal(size=2))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data + self.bias.data

    def backward(self, g):
        self.weight.grad, self.bias.grad = self.x.T @ g, self.factor * g.sum(axis=0)
        return g @ self.weight.data.T


class Underscored(Attributes):
    """weights and grad_weights."""

    def __init__(self):
        self.weights, self.bias = RNG.normal(size=(3, 2)), RNG.normal(size=2)

    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias

    def backward(self, g):
        self.grad_weights, self.grad_bias = self.x.T @ g, self.factor * g.sum(axis=0)
        return g @ self.weights.T


@pytest.mark.parametrize("kind", [Attributes, Dicts, Lists, Objects, Underscored])
def test_a_right_layer_passes(kind):
    report = check_layer(kind(), X)
    assert report.verdict is Verdict.OK
    assert "x 17" in report.how or "8 x 20" in report.how               # 12 inputs, 6 weights, 2 biases


@pytest.mark.parametrize("kind", [Attributes, Dicts, Lists, Objects, Underscored])
def test_a_wrong_bias_gradient_is_located(kind):
    layer = kind()
    layer.factor = 1 / 4
    report = check_layer(layer, X, raises=False)
    assert report.verdict is Verdict.WRONG_VALUE
    assert report.input_name in {"b", "params.b", "params.1", "bias", "bias.data"}
    assert "1/4: mean instead of sum?" in report.hint


def test_the_layer_itself_stays_as_it_is():
    layer = Attributes()
    before = layer.W.copy()
    check_layer(layer, X)
    np.testing.assert_array_equal(layer.W, before)
    assert not hasattr(layer, "dW")


def test_a_layer_without_parameters():
    class Relu:
        def forward(self, x):
            self.on = x > 0
            return x * self.on

        def backward(self, g):
            return g * self.on
    assert check_layer(Relu(), X)


def test_what_is_missing_is_named():
    with pytest.raises(TypeError, match="no method forward"):
        check_layer(3.0, X)

    class Forgetful(Attributes):
        def backward(self, g):
            return g @ self.W.T
    with pytest.raises(TypeError, match=r"arrays \(W, b\).* no gradients"):
        check_layer(Forgetful(), X)


def test_an_array_of_which_no_gradient_is_found_is_named():
    class Half(Attributes):
        def backward(self, g):
            self.dW = self.x.T @ g
            return g @ self.W.T
    assert "no gradient found for b: not checked" in check_layer(Half(), X).notes
