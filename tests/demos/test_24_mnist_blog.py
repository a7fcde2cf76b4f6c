"""The blog's network learns, its equations come out of the graph, and batches beat the loop over samples."""
import os
import struct
from pathlib import Path

import pytest
from sklearn.datasets import load_digits

DATA = Path(os.environ.get("RETROGRAD_DATA", ""))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_the_digits_that_come_with_scikit_learn(monkeypatch, run, wrote, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    demo = run("--seed", seed)
    assert demo["reached"][0] < 0.25 and demo["reached"][3] > 0.75
    assert demo["gap"] < 1e-12                          # the loop and the engine find the same gradient
    start = demo["new_model"]()                         # weights from N(0, 1)
    assert start.sizes == [64, 200, 10] and start.layers[0].weight.numpy().std() == pytest.approx(1, abs=0.05)
    assert min(demo["ratios"]["one core"]) > 2                     # small images: the loop suffers less
    assert [line.split(" = ")[-2].strip() for line in demo["equations"]] == [
        "∂C/∂a⁽²⁾ ⊙ a⁽²⁾ ⊙ (1 - a⁽²⁾)", "1ᵀ δ⁽²⁾", "a⁽¹⁾ᵀ δ⁽²⁾", "(δ⁽²⁾ W⁽²⁾ᵀ) ⊙ a⁽¹⁾ ⊙ (1 - a⁽¹⁾)", "1ᵀ δ⁽¹⁾",
        "xᵀ δ⁽¹⁾"]
    assert "(σ(z⁽²⁾) - y)" in demo["fused"][0]
    wrote("_curves.png", "_digits.png")


@pytest.fixture
def idx_folder(tmp_path):
    """scikit-learn's digits in the format of MNIST's four files."""
    images, labels = load_digits(return_X_y=True)
    images = (images * 15.9375).astype("uint8")
    for part, these in (("train", slice(1500)), ("t10k", slice(1500, None))):
        x, y = images[these], labels[these]
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, len(x), 8, 8) + x.tobytes())
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(
            struct.pack(">2I", 0x801, len(y)) + y.astype("uint8").tobytes())
    return tmp_path


def test_a_folder_of_ones_own(run, idx_folder):
    demo = run("--data", idx_folder, "--batch", 20)
    assert demo["x_train"].shape == (1500, 64) and demo["x_test"].shape == (297, 64) and demo["x_train"].max() <= 1
    assert demo["reached"][3] > 0.7


@pytest.mark.skipif(not (DATA / "mnist10k").is_dir(), reason="needs RETROGRAD_DATA/mnist10k")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_a_part_of_mnist(run, seed):
    demo = run("--seed", seed)
    assert len(demo["x_train"]) == 8_000 and len(demo["x_test"]) == 2_000
    assert demo["model"].sizes == [784, 200, 10] and demo["RATE"] == 3.0
    assert demo["reached"][0] < 0.2 and demo["reached"][1] > 0.8 and demo["reached"][3] > 0.88
    one_core = demo["ratios"]["one core"]            # float64, float32: 14 and 25 measured; 21 and 34 on two cores
    assert one_core[0] > 10 and one_core[1] > 20


@pytest.mark.skipif(not (DATA / "mnist").is_dir(), reason="needs RETROGRAD_DATA/mnist, all of MNIST")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_on_all_of_mnist(run, seed):
    demo = run("--full", "--seed", seed)
    assert len(demo["x_train"]) == 60_000 and len(demo["x_test"]) == 10_000
    assert demo["reached"][0] < 0.15
    assert demo["reached"][1] >= 0.92 and demo["reached"][2] >= 0.94 and demo["reached"][3] >= 0.95
