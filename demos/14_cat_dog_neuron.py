# %% [markdown]
"""One neuron looks at pictures of cats and dogs: every pixel is a feature, every feature has one weight.

A picture of any size becomes 64 x 64 pixels, is unrolled into one long row of numbers, and divided by 255. The neuron
adds up weight times pixel, and the sigmoid turns the sum into the probability of "dog". That is a template, compared
pixel by pixel: no wonder that it stays far from perfect on photos, and a surprise that it beats guessing at all.

    python demos/14_cat_dog_neuron.py                 the HDF5 set in $RETROGRAD_DATA/catdog (needs: pip install h5py),
                                                      else pictures of cats and dogs that this program draws
    --folder photos                                   a folder of your own, files named cat.<n>.jpg and dog.<n>.jpg
    --photo mine.jpg                                  a picture of your own to be judged
    --cost squared                                    ½(y − a)² instead of the log loss
    --full                                            5 000 epochs

On the 1 000 photos of that set it gets 58.5 % of the 200 unseen ones right; where the line between seen and unseen is
drawn at random, 56 ± 3 % (15 times). More epochs only fit the seen ones. More photos help: from 120, hardly any.
"""
# %%
import argparse

import numpy as np
from animals import draw_folder, photos
from common import OUTPUT, existing, keep, parsed, percent_right, rows
from PIL import Image
from sklearn.model_selection import train_test_split

from autograd import Tensor, draw, sigmoid
from nn import SGD, Linear, bce_with_logits_loss, fit, init, mse_loss, plot, read_pictures

parser = argparse.ArgumentParser()
parser.add_argument("--folder", type=existing)
parser.add_argument("--photo", type=existing)
parser.add_argument("--cost", choices=["log", "squared"], default="log")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options = parsed(parser)
SIDE, EPOCHS = 64, 5_000 if options.full else 400
NAMES = ("cat", "dog")                                      # label 0, label 1

# %% [markdown]
# Data, four fifths to learn from: (n, 64, 64, 3) in colours or (n, 64, 64) in grey, and labels (n, 1). What was
# prepared once is read back ever after

# %%
parts, source = None if options.folder else photos(), "the photos of RETROGRAD_DATA"
if parts is None:
    folder = options.folder or draw_folder(OUTPUT / "14_cat_dog_neuron_drawn", 300, options.seed)
    images, labels, classes = read_pictures(folder, (SIDE, SIDE))
    if tuple(classes) != NAMES:
        raise SystemExit(f"{folder} has pictures of {classes}; their names must begin with cat. and dog.")
    x_train, x_valid, y_train, y_valid = train_test_split(images, labels[:, None], test_size=0.2,
                                                          random_state=options.seed)
    parts = (x_train, y_train), (x_valid, y_valid)
    source = f"photos in {folder}" if options.folder else "cats and dogs drawn by this program, not photos"
loaded = []
for name, (images, labels) in zip(("train", "valid"), parts, strict=True):
    np.savez_compressed(OUTPUT / f"14_cat_dog_neuron_{name}.npz", images=images, labels=labels)
    loaded.append(np.load(OUTPUT / f"14_cat_dog_neuron_{name}.npz"))
(train_images, y_train), (valid_images, y_valid) = ((f["images"], f["labels"]) for f in loaded)
x_train, x_valid = rows(train_images), rows(valid_images)
print(f"data: {source}: {len(x_train)} to learn from, {len(x_valid)} unseen, {x_train.shape[1]} features each")

# %% [markdown]
# Why divide by 255: otherwise the sum is so far from 0 that the sigmoid is flat there, and a flat curve has no slope

# %%
neuron = Linear(x_train.shape[1], 1, init=init.normal(0.001), rng=options.seed).astype(np.float32)
answers = {name: sigmoid(neuron(scale * x_train)).data for name, scale in (("0 to 255", 255), ("0 to 1", 1))}
slopes = {name: float(np.median(a * (1 - a))) for name, a in answers.items()}
print("slope of the sigmoid, median:", ", ".join(f"{s:.2g} for pixels {name}" for name, s in slopes.items()))
untrained = percent_right(neuron(x_valid).data, y_valid)
print(f"untrained: {untrained:.1f} % of the unseen pictures are right; guessing gives 50 %")

# %% [markdown]
# Train by full-batch gradient descent: one update an epoch. The more features, the smaller the steps must be

# %%
def squared(z, y):
    return 0.5 * mse_loss(sigmoid(z), y)


cost, label = (bce_with_logits_loss, "log loss (nats)") if options.cost == "log" else (squared, "cost ½(y − a)²")
rate = 12 / x_train.shape[1]
history = fit(neuron, (x_train, y_train), cost, SGD(neuron.parameters(), lr=rate), EPOCHS,
              batch_size=len(x_train), validation=(x_valid, y_valid), metrics={"accuracy": percent_right},
              progress=False)
print(f"after {EPOCHS} epochs: {history['accuracy'][-1]:.1f} % of the seen and {history['val_accuracy'][-1]:.1f} % of "
      "the unseen ones")

# %% [markdown]
# Judge a picture: one's own, or the first of the unseen

# %%
photo = Image.open(options.photo).convert("RGB") if options.photo else Image.fromarray(valid_images[0])
photo = photo.convert("L" if train_images.ndim == 3 else "RGB").resize((SIDE, SIDE))
dog = sigmoid(neuron(rows(np.asarray(photo)[None]))).item()
verdict = f"{NAMES[dog > 0.5]}, probability {max(dog, 1 - dog):.2f}"
print(f"the picture to be judged: {verdict}")

# %% [markdown]
# Pictures

# %%
panels = {label: ("loss", "val_loss"), "accuracy (%)": ("accuracy", "val_accuracy")}
keep(plot.curves({label: {"training": history[a], "validation": history[b]} for label, (a, b) in panels.items()}),
     "14_cat_dog_neuron_curves.png")
with plot.style():
    fig = plot.figure(9, 3.2)
    left, right = fig.subplots(1, 2, width_ratios=(2, 1))
    left.hist([a.ravel() for a in answers.values()], bins=20, range=(0, 1), label=[f"pixels {n}" for n in answers])
    left.set(xlabel="first answer of the neuron, a = σ(z)", ylabel="pictures", title="Unscaled pixels saturate")
    left.set_ylim(0, 1.35 * len(x_train))
    left.legend(loc="upper center", ncols=2)
    right.imshow(photo, cmap="gray")
    right.set(xticks=[], yticks=[], title=verdict)
keep(fig, "14_cat_dog_neuron_pictures.png")
w1, w2, b = (Tensor(v, requires_grad=True, name=n) for v, n in ((0.4, "w₁"), (-0.2, "w₂"), (0.1, "b")))
J = 0.5 * (1 - sigmoid(w1 * Tensor(0.9, name="x₁") + w2 * Tensor(0.3, name="x₂") + b)) ** 2
J.backward()                                                # the same neuron with two pixels: red is the way back
keep(draw(J, names={"J": J}), "14_cat_dog_neuron_graph.svg")
