"""Learning by heart: a deep network on few pictures gets all those right that it has seen, and few others.

With 4 096 pixels and a thousand pictures there are more weights than anything to learn from. Training loss goes on
falling long after the loss on unseen pictures has turned and begun to rise: from there on the network memorises.
Early stopping keeps the weights of the turning point; it costs one argument.

    python demos/23_cat_dog_overfit.py       cats and dogs in $RETROGRAD_DATA/catdog (needs: pip install h5py), else
                                             generated pictures: a faint pattern under strong noise
    --full                                   200 epochs
"""
# %% Set up
import argparse
import os
from pathlib import Path

import numpy as np

from nn import MLP, Adam, EarlyStopping, bce_with_logits_loss, fit, plot

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options, _ = parser.parse_known_args()
RATE, BATCH, EPOCHS = 1e-3, 50, 200 if options.full else 40
OUTPUT = Path(__file__).parent / "output"
OUTPUT.mkdir(exist_ok=True)


def read_hdf5(folder):
    """Grey pictures (n, 64, 64) and labels (n, 1), for training and for the test."""
    import h5py
    with h5py.File(folder / "trainset.hdf5") as train, h5py.File(folder / "testset.hdf5") as test:
        return (train["X_train"][:], train["Y_train"][:]), (test["X_test"][:], test["Y_test"][:])


def generated(n, rng):
    """Noise (n, 32, 32) with a little more light in the upper half for label 1, in the lower half for label 0."""
    labels = rng.integers(0, 2, size=(n, 1))
    light = np.where(np.arange(32)[:, None] < 16, 1, -1) * (2 * labels[:, :, None] - 1) * 2
    return np.clip(rng.normal(128, 60, (n, 32, 32)) + light, 0, 255), labels


# %% Data
folder, data = Path(os.environ.get("RETROGRAD_DATA", "")) / "catdog", None
if folder.is_dir():
    try:
        data, source = read_hdf5(folder), "photos of cats and dogs"
    except ImportError:
        print("RETROGRAD_DATA has photos, but reading HDF5 needs h5py: pip install h5py")
if data is None:
    rng = np.random.default_rng(options.seed)
    data, source = (generated(300, rng), generated(600, rng)), "generated pictures, not photos"
train, test = ((x.reshape(len(x), -1).astype(np.float32) / 255 - np.float32(0.5), y) for x, y in data)
print(f"data: {source}: {len(train[0])} to learn from, {len(test[0])} unseen")


# %% The same network twice: to the end, and stopped when the unseen pictures get no better
def accuracy(logits, labels):
    return 100 * float(np.mean((logits > 0) == labels))


def trained(*callbacks):
    model = MLP([train[0].shape[1], 32, 32, 32, 1], rng=options.seed).astype(np.float32)
    return fit(model, train, bce_with_logits_loss, Adam(model.parameters(), lr=RATE), EPOCHS, batch_size=BATCH,
               validation=test, metrics={"accuracy": accuracy}, callbacks=callbacks, rng=options.seed, progress=False)


history = trained()
stopping = EarlyStopping("val_loss", patience=5)
trained(stopping)
turn = stopping.best_epoch              # chosen by the unseen pictures themselves, which flatters it a little
for when, epoch in ("to the end, epoch", EPOCHS), ("stopped early, at epoch", turn):
    seen, unseen, loss = (history[name][epoch - 1] for name in ("accuracy", "val_accuracy", "val_loss"))
    print(f"{when} {epoch}: right on {seen:.1f} % of the seen and {unseen:.1f} % of the unseen pictures; "
          f"loss of the unseen {loss:.2f}")

# %% Curves
panels = {"log loss": ("loss", "val_loss"), "accuracy (%)": ("accuracy", "val_accuracy")}
fig = plot.curves({label: {"train": history[a], "test": history[b]} for label, (a, b) in panels.items()})
for ax in fig.axes:
    ax.axvline(turn, color="black", linewidth=0.8, linestyle=":", label="least test loss")
    ax.legend(loc="center right", frameon=False)
fig.savefig(OUTPUT / "23_cat_dog_overfit_curves.png")
