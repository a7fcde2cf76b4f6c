"""One neuron learns the drawn animals, reads a folder, judges a picture; on real photos it beats guessing."""
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn import fit

PHOTOS = Path(os.environ.get("RETROGRAD_DATA", "")) / "catdog"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_drawn_animals(monkeypatch, run, output, wrote, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    demo = run("--seed", seed)
    assert demo["x_train"].shape == (240, 12_288) and demo["x_valid"].shape == (60, 12_288)             # 80 to 20
    assert demo["x_train"].min() >= 0 and demo["x_train"].max() <= 1
    assert demo["slopes"]["0 to 255"] < 0.02 and demo["slopes"]["0 to 1"] > 0.1
    assert demo["history"]["val_accuracy"][-1] > 85
    for part in ("train", "valid"):
        assert np.array_equal(np.load(output / f"14_cat_dog_neuron_{part}.npz")["images"], demo[f"{part}_images"])
    wrote("_curves.png", "_pictures.png", "_graph.svg")


@pytest.fixture
def folder(tmp_path):
    """Cats are dark, dogs are bright, sizes and formats differ."""
    for i in range(20):
        path = tmp_path / f"{('cat', 'dog')[i % 2]}.{i}.{('png', 'jpg', 'bmp')[i % 3]}"
        Image.new("RGB", (30 + i, 70), (200 * (i % 2),) * 3).save(path)
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def test_a_folder_and_a_photo_of_ones_own(run, folder):
    demo = run("--folder", folder, "--photo", folder / "dog.1.jpg")
    assert len(demo["x_train"]) == 16 and demo["history"]["val_accuracy"][-1] == 100
    assert demo["verdict"].startswith("dog")


def test_the_squared_error_as_cost(run, folder):
    demo = run("--folder", folder, "--cost", "squared")
    a = 1 / (1 + np.exp(-demo["neuron"](demo["x_valid"]).data.astype(float)))
    assert demo["history"]["val_loss"][-1] == pytest.approx(np.mean(0.5 * (demo["y_valid"] - a) ** 2), rel=1e-5)
    assert demo["history"]["val_accuracy"][-1] == 100


def test_five_thousand_full_batches(monkeypatch, run, folder):
    """Asked for, not waited for: ten epochs are done."""
    asked = []

    def short(model, data, cost, optimizer, epochs, **others):
        asked.append((epochs, others["batch_size"]))
        return fit(model, data, cost, optimizer, 10, **others)

    monkeypatch.setattr("nn.fit", short)
    run("--folder", folder, "--full")
    assert asked == [(5_000, 16)]


def test_a_folder_of_something_else(run, tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "tree.1.png")
    with pytest.raises(SystemExit, match=r"tree.*cat\. and dog\."):
        run("--folder", tmp_path)


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs RETROGRAD_DATA/catdog")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_photos(run, seed):
    pytest.importorskip("h5py")
    demo = run("--seed", seed)
    assert demo["x_train"].shape == (1000, 4096) and demo["x_valid"].shape == (200, 4096)
    assert abs(demo["untrained"] - 50) < 4
    assert demo["history"]["accuracy"][-1] > 62 and demo["history"]["val_accuracy"][-1] > 56
