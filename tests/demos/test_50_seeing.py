"""The four views of one training step are written, and the formulas hold the gradients of the engine."""

import numpy as np
import pytest


def test_the_formulas_end_in_the_right_gradients(demo):
    """By the textbook, on the weights as they were at the start."""
    from nn import MLP
    model = MLP([2, 2, 1], activation="tanh", rng=1)
    W1, b1, W2, b2 = (p.numpy() for p in model.parameters())
    x, y = demo["x"].numpy(), demo["y"].numpy()
    a1 = np.tanh(x @ W1 + b1)
    d2 = 1 / (1 + np.exp(-(a1 @ W2 + b2))) - y
    d1 = (d2 @ W2.T) * (1 - a1 ** 2)
    expected = {"W^{(1)}": x.T @ d1, "b^{(1)}": d1[0], "W^{(2)}": a1.T @ d2, "b^{(2)}": d2[0]}
    found = {line.left: np.asarray(line.value) for line in demo["derivation"].backward}
    for name, value in expected.items():
        (got,) = [v for left, v in found.items() if name in left.replace(r"\mathbf", "") and "C" in left]
        assert got == pytest.approx(value, rel=1e-12)


def test_training_says_yes(demo):
    assert demo["losses"] == sorted(demo["losses"], reverse=True) and demo["losses"][-1] < 0.1


def test_files(demo, output):
    for name in ("network.svg", "blame.svg", "graph.svg", "backprop.html"):
        text = (output / f"50_seeing_{name}").read_text(encoding="utf-8")
        assert len(text) > 1000 and "<svg" in text
    assert r"\begin{aligned}" in (output / "50_seeing.tex").read_text(encoding="utf-8")
