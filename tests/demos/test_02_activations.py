"""Softmax to its printed digits; the plotted derivatives are those of the formulas."""
from math import erf, exp, pi, sqrt

import numpy as np
import pytest


def test_softmax(demo):
    assert [round(float(p), 4) for p in demo["shares"]] == [.2418, .0889, .0120, .6572]
    s = demo["shares"]
    np.testing.assert_allclose(demo["jacobian"], np.diag(s) - np.outer(s, s), atol=1e-15)


def sigma(x):
    return 1 / (1 + exp(-x))


@pytest.mark.parametrize(("name", "slope"), [
    ("sigmoid", lambda x: sigma(x) * (1 - sigma(x))),
    ("tanh", lambda x: 1 - np.tanh(x) ** 2),
    ("ReLU", lambda x: float(x > 0)),
    ("leaky", lambda x: 1.0 if x > 0 else .01),
    ("PReLU", lambda x: 1.0 if x > 0 else .25),
    ("GELU", lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)),
])
def test_derivatives(demo, name, slope):
    f = next(f for full, f in demo["ACTIVATIONS"].items() if full.startswith(name))
    points = np.array([-3.0, -1.0, -0.1, 0.1, 1.0, 3.0])
    np.testing.assert_allclose(demo["derivative"](f, points), [slope(x) for x in points], rtol=1e-12)


def test_prelu_learns_its_slope(demo):
    assert demo["SLOPE"] == 0.25 and demo["prelu_layer"].slope.grad.item() == -4


def test_pictures(demo, wrote):
    wrote(".png", "_softmax.png")
