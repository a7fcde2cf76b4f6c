# %% [markdown]
"""Learning by heart: a deep network on few pictures gets all those right that it has seen, and few others.

With 4 096 pixels and a thousand pictures there are more weights than anything to learn from. Training loss goes on
falling long after the loss on unseen pictures has turned and begun to rise: from there on the network memorises.
Early stopping keeps the weights of the turning point; it costs one argument.

    python demos/23_cat_dog_overfit.py       cats and dogs in $RETROGRAD_DATA/catdog (needs: pip install h5py), else
                                             generated pictures: a faint pattern under strong noise
    --full                                   200 epochs
"""
# %%
import argparse

import numpy as np
from animals import photos
from common import keep, parsed, percent_right, rows

from nn import MLP, Adam, EarlyStopping, bce_with_logits_loss, fit, plot

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options = parsed(parser)
RATE, BATCH, EPOCHS = 1e-3, 50, 200 if options.full else 40


def generated(n, rng):
    """Noise (n, 32, 32) with a little more light in the upper half for label 1, in the lower half for label 0."""
    labels = rng.integers(0, 2, size=(n, 1))
    light = np.where(np.arange(32)[:, None] < 16, 1, -1) * (2 * labels[:, :, None] - 1) * 2
    return np.clip(rng.normal(128, 60, (n, 32, 32)) + light, 0, 255), labels


# %% [markdown]
# Data

# %%
data, source = photos(), "photos of cats and dogs"
if data is None:
    rng = np.random.default_rng(options.seed)
    data, source = (generated(300, rng), generated(600, rng)), "generated pictures, not photos"
train, test = ((rows(x) - np.float32(0.5), y) for x, y in data)
print(f"data: {source}: {len(train[0])} to learn from, {len(test[0])} unseen")


# %% [markdown]
# The same network twice: to the end, and stopped when the unseen pictures get no better

# %%
def trained(*callbacks):
    model = MLP([train[0].shape[1], 32, 32, 32, 1], rng=options.seed).astype(np.float32)
    return fit(model, train, bce_with_logits_loss, Adam(model.parameters(), lr=RATE), EPOCHS, batch_size=BATCH,
               validation=test, metrics={"accuracy": percent_right}, callbacks=callbacks, rng=options.seed,
               progress=False)


history = trained()
stopping = EarlyStopping("val_loss", patience=5)
trained(stopping)
turn = stopping.best_epoch              # chosen by the unseen pictures themselves, which flatters it a little
for when, epoch in ("to the end, epoch", EPOCHS), ("stopped early, at epoch", turn):
    seen, unseen, loss = (history[name][epoch - 1] for name in ("accuracy", "val_accuracy", "val_loss"))
    print(f"{when} {epoch}: right on {seen:.1f} % of the seen and {unseen:.1f} % of the unseen pictures; "
          f"loss of the unseen {loss:.2f}")

# %% [markdown]
# Curves

# %%
panels = {"log loss (nats)": ("loss", "val_loss"), "accuracy (%)": ("accuracy", "val_accuracy")}
fig = plot.curves({label: {"train": history[a], "test": history[b]} for label, (a, b) in panels.items()})
for ax in fig.axes:
    ax.axvline(turn, color="black", linewidth=0.8, linestyle=":", label="least test loss")
    ax.legend(loc="center right", frameon=False)
keep(fig, "23_cat_dog_overfit_curves.png")
