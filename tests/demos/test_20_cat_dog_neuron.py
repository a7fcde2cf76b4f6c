"""One neuron learns the drawn animals, reads a folder, judges a picture; on real photos it beats guessing."""
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

DEMO = Path(__file__).parents[2] / "demos" / "20_cat_dog_neuron.py"
OUTPUT = DEMO.parent / "output"
PHOTOS = Path(os.environ.get("RETROGRAD_DATA", "")) / "catdog"


def run(patch, *args):
    patch.setattr(sys, "argv", [str(DEMO), *map(str, args)])
    return runpy.run_path(str(DEMO))


@pytest.mark.parametrize("seed", [0, 1])
def test_drawn_animals(monkeypatch, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    demo = run(monkeypatch, "--seed", seed)
    assert demo["x_train"].shape == (240, 12_288) and demo["x_train"].min() >= 0 and demo["x_train"].max() <= 1
    assert demo["slopes"]["0 to 255"] < 0.02 and demo["slopes"]["0 to 1"] > 0.1
    assert demo["history"]["val_accuracy"][-1] > 85
    assert np.array_equal(np.load(OUTPUT / "20_cat_dog_neuron_train.npz")["images"], demo["train_images"])
    for name in "curves.png", "pictures.png", "graph.svg":
        assert (OUTPUT / f"20_cat_dog_neuron_{name}").stat().st_size > 4_000


def test_a_folder_and_a_photo_of_ones_own(monkeypatch, tmp_path):
    from PIL import Image
    for i in range(20):                                     # cats are dark, dogs are bright, sizes and formats differ
        Image.new("RGB", (30 + i, 70), (200 * (i % 2),) * 3).save(tmp_path / f"{('cat', 'dog')[i % 2]}.{i}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    demo = run(monkeypatch, "--folder", tmp_path, "--photo", tmp_path / "dog.1.png")
    assert len(demo["x_train"]) == 16 and demo["history"]["val_accuracy"][-1] == 100
    assert demo["verdict"].startswith("dog")


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs RETROGRAD_DATA/catdog")
def test_photos(monkeypatch):
    pytest.importorskip("h5py")
    demo = run(monkeypatch)
    assert demo["x_train"].shape == (1000, 4096) and demo["x_valid"].shape == (200, 4096)
    assert demo["history"]["accuracy"][-1] > 60 and demo["history"]["val_accuracy"][-1] > 53
