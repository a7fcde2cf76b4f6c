"""The report agrees with its own confusion matrix, and the classifier is a good one."""
import os
from pathlib import Path

import numpy as np
import pytest

MNIST = Path(os.environ.get("RETROGRAD_DATA", "")) / "mnist10k"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_digits_of_scikit_learn(monkeypatch, run, wrote, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    demo = run("--seed", seed)
    hits = np.diag(demo["confused"])
    assert demo["accuracy"] > 0.93 and demo["accuracy"] == hits.sum() / len(demo["y_test"])
    assert np.allclose(demo["precision"], hits / demo["confused"].sum(axis=0))
    assert np.allclose(demo["recall"], hits / demo["confused"].sum(axis=1))
    assert np.allclose(demo["f1"], 2 / (1 / demo["precision"] + 1 / demo["recall"])) and demo["seconds"] > 0
    assert sum(len(demo[f"x_{part}"]) for part in ("train", "valid", "test")) == 1797
    wrote("_curves.png", "_classes.png")


@pytest.mark.skipif(not MNIST.is_dir(), reason="needs RETROGRAD_DATA/mnist10k")
def test_mnist(run):
    demo = run()
    assert demo["sizes"] == [784, 40, 40, 40, 40, 10] and (demo["rate"], demo["BATCH"]) == (1e-4, 64)
    assert demo["accuracy"] > 0.85
