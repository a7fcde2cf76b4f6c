"""The network over-fits: all right on what it saw, worse and worse on what it did not."""
import os
import runpy
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "demos" / "23_cat_dog_overfit.py"
PHOTOS = Path(os.environ.get("RETROGRAD_DATA", "")) / "catdog"


def overfits(patch, seed):
    patch.setattr(sys, "argv", [str(DEMO), "--seed", str(seed)])
    demo = runpy.run_path(str(DEMO))
    history = demo["history"]
    assert history["accuracy"][-1] > 90 and history["accuracy"][-1] - history["val_accuracy"][-1] > 10
    assert history["val_loss"][-1] > 1.2 * min(history["val_loss"]) and 1 <= demo["turn"] < demo["EPOCHS"]
    assert (DEMO.parent / "output" / "23_cat_dog_overfit_curves.png").stat().st_size > 10_000


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_generated(monkeypatch, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    overfits(monkeypatch, seed)


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs RETROGRAD_DATA/catdog")
def test_photos(monkeypatch):
    pytest.importorskip("h5py")
    overfits(monkeypatch, 0)
