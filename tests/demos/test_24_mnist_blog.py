"""The blog's network learns, its equations come out of the graph, and batches beat the loop over samples."""
import os
import runpy
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "demos" / "24_mnist_blog.py"
MNIST = Path(os.environ.get("RETROGRAD_DATA", "")) / "mnist10k"


def run(patch, seed):
    patch.setattr(sys, "argv", [str(DEMO), "--seed", str(seed)])
    return runpy.run_path(str(DEMO))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_the_digits_that_come_with_scikit_learn(monkeypatch, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    demo = run(monkeypatch, seed)
    assert demo["reached"][0] < 0.25 and demo["reached"][3] > 0.75
    assert demo["gap"] < 1e-12                          # the loop and the engine find the same gradient
    assert demo["ratio"] > 1                            # small images: the loop suffers less
    assert [line.split(" = ")[-2].strip() for line in demo["equations"]] == [
        "∂C/∂a⁽²⁾ ⊙ a⁽²⁾ ⊙ (1 - a⁽²⁾)", "1ᵀ δ⁽²⁾", "a⁽¹⁾ᵀ δ⁽²⁾", "(δ⁽²⁾ W⁽²⁾ᵀ) ⊙ a⁽¹⁾ ⊙ (1 - a⁽¹⁾)", "1ᵀ δ⁽¹⁾",
        "xᵀ δ⁽¹⁾"]
    assert "(σ(z⁽²⁾) - y)" in demo["fused"][0]
    for name in "curves", "digits":
        assert (DEMO.parent / "output" / f"24_mnist_blog_{name}.png").stat().st_size > 10_000


@pytest.mark.skipif(not MNIST.is_dir(), reason="needs RETROGRAD_DATA/mnist10k")
def test_on_mnist(monkeypatch):
    demo = run(monkeypatch, 0)
    assert demo["reached"][0] < 0.2 and demo["reached"][1] > 0.8 and demo["reached"][3] > 0.88
    assert demo["ratio"] > 3            # tests share the cores; on a quiet machine the demo prints more than 20
