"""The network over-fits: all right on what it saw, worse and worse on what it did not."""
import os
from pathlib import Path

import pytest

PHOTOS = Path(os.environ.get("RETROGRAD_DATA", "")) / "catdog"


def overfits(demo):
    history = demo["history"]
    assert history["accuracy"][-1] > 90 and history["accuracy"][-1] - history["val_accuracy"][-1] > 10
    assert history["val_loss"][-1] > 1.2 * min(history["val_loss"]) and 1 <= demo["turn"] < demo["EPOCHS"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_generated(monkeypatch, run, wrote, seed):
    monkeypatch.delenv("RETROGRAD_DATA", raising=False)
    overfits(run("--seed", seed))
    wrote("_curves.png")


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs RETROGRAD_DATA/catdog")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_photos(run, seed):
    pytest.importorskip("h5py")
    overfits(run("--seed", seed))
