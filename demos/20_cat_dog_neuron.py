"""One neuron looks at pictures of cats and dogs: every pixel is a feature, every feature has one weight.

A picture of any size becomes 64 x 64 pixels, is unrolled into one long row of numbers, and divided by 255. The neuron
adds up weight times pixel, and the sigmoid turns the sum into the probability of "dog". That is a template, compared
pixel by pixel: no wonder that it stays far from perfect on photos, and a surprise that it beats guessing at all.

    python demos/20_cat_dog_neuron.py                 the HDF5 set in $RETROGRAD_DATA/catdog (needs: pip install h5py),
                                                      else pictures of cats and dogs that this program draws
    --folder photos                                   a folder of your own, files named cat.<n>.jpg and dog.<n>.jpg
    --photo mine.jpg                                  a picture of your own to be judged
    --full                                            5 000 epochs
"""
# %% Set up
import argparse
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from sklearn.model_selection import train_test_split

from autograd import Tensor, draw, sigmoid
from nn import SGD, Linear, bce_with_logits_loss, fit, init, plot

parser = argparse.ArgumentParser()
parser.add_argument("--folder", type=Path)
parser.add_argument("--photo", type=Path)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options, _ = parser.parse_known_args()
SIDE, EPOCHS = 64, 5_000 if options.full else 400
NAMES = ("cat", "dog")                                      # label 0, label 1
OUTPUT = Path(__file__).parent / "output"
OUTPUT.mkdir(exist_ok=True)
rng = np.random.default_rng(options.seed)


def drawn_animal(dog):
    """A face of any size, place and colour: cats have pointed ears on top, dogs ears that hang down at the sides."""
    side = int(rng.integers(80, 160))
    back, fur, dark = (tuple(int(c) for c in rng.integers(n, n + 110, 3)) for n in (145, 60, 0))
    r, (x, y) = side * rng.uniform(0.2, 0.28), side * rng.uniform(0.42, 0.58, 2)
    image = Image.new("RGB", (side, side), back)
    pen = ImageDraw.Draw(image)
    for s in (-1, 1):
        if not dog:
            pen.polygon([(x + s * r, y - 1.7 * r), (x + s * r, y), (x + 0.1 * s * r, y - 0.8 * r)], fill=fur)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=fur)
    for s in (-1, 1):
        if dog:
            pen.ellipse((x + s * r - 0.35 * r, y - 0.7 * r, x + s * r + 0.35 * r, y + 1.2 * r), fill=dark)
        pen.ellipse((x + 0.4 * s * r - 3, y - 0.3 * r - 3, x + 0.4 * s * r + 3, y - 0.3 * r + 3), fill=dark)
    return image


def read_folder(folder):
    """Pictures (n, 64, 64, 3) of any format and size, and labels (n, 1) from the beginnings of their names."""
    files = sorted(p for p in Path(folder).iterdir() if p.name.split(".")[0] in NAMES)
    images = [np.asarray(Image.open(p).convert("RGB").resize((SIDE, SIDE))) for p in files]
    return np.stack(images), np.array([[NAMES.index(p.name.split(".")[0])] for p in files])


def read_hdf5(folder):
    """Grey pictures (n, 64, 64) and labels (n, 1) for training and for validation."""
    import h5py
    with h5py.File(folder / "trainset.hdf5") as train, h5py.File(folder / "testset.hdf5") as test:
        return train["X_train"][:], test["X_test"][:], train["Y_train"][:], test["Y_test"][:]


# %% Data, four fifths to learn from
parts, folder = None, Path(os.environ.get("RETROGRAD_DATA", "")) / "catdog"
if options.folder is None and folder.is_dir():
    try:
        parts, source = read_hdf5(folder), "the photos of RETROGRAD_DATA"
    except ImportError:
        print("RETROGRAD_DATA has photos, but reading HDF5 needs h5py: pip install h5py")
if parts is None:
    source = options.folder or OUTPUT / "20_cat_dog_neuron_drawn"
    if options.folder is None:
        source.mkdir(exist_ok=True)
        for i in range(300):
            drawn_animal(dog=i % 2).save(source / f"{NAMES[i % 2]}.{i // 2}.jpg")
    parts = train_test_split(*read_folder(source), test_size=0.2, random_state=options.seed)
    source = f"photos in {source}" if options.folder else "cats and dogs drawn by this program, not photos"
arrays = {"train": (parts[0], parts[2]), "valid": (parts[1], parts[3])}
for name, (images, labels) in arrays.items():               # prepared once, read back ever after
    np.savez_compressed(OUTPUT / f"20_cat_dog_neuron_{name}.npz", images=images, labels=labels)
loaded = {name: np.load(OUTPUT / f"20_cat_dog_neuron_{name}.npz") for name in arrays}
(train_images, y_train), (valid_images, y_valid) = ((f["images"], f["labels"]) for f in loaded.values())


def features(images):
    """Pictures as rows of numbers in [0, 1]."""
    return np.asarray(images).reshape(len(images), -1).astype(np.float32) / 255


x_train, x_valid = features(train_images), features(valid_images)
print(f"data: {source}: {len(x_train)} to learn from, {len(x_valid)} unseen, {x_train.shape[1]} features each")

# %% Why divide by 255: otherwise the sum is so far from 0 that the sigmoid is flat there, and a flat curve has no slope
neuron = Linear(x_train.shape[1], 1, init=init.normal(0.001), rng=options.seed).astype(np.float32)
answers = {name: sigmoid(neuron(scale * x_train)).data for name, scale in (("0 to 255", 255), ("0 to 1", 1))}
slopes = {name: float(np.median(a * (1 - a))) for name, a in answers.items()}
print("slope of the sigmoid, median:", ", ".join(f"{s:.2g} for pixels {name}" for name, s in slopes.items()))


# %% Train by full-batch gradient descent: one update an epoch. The more features, the smaller the steps must be
def accuracy(logits, labels):
    return 100 * float(np.mean((logits > 0) == labels))


rate = 12 / x_train.shape[1]
history = fit(neuron, (x_train, y_train), bce_with_logits_loss, SGD(neuron.parameters(), lr=rate), EPOCHS,
              batch_size=len(x_train), validation=(x_valid, y_valid), metrics={"accuracy": accuracy}, progress=False)
print(f"accuracy after the first epoch: {history['val_accuracy'][0]:.1f} % of the unseen pictures")
print(f"after {EPOCHS} epochs: {history['accuracy'][-1]:.1f} % of the seen and {history['val_accuracy'][-1]:.1f} % of "
      "the unseen ones; guessing gives 50 %")

# %% Judge a picture: one's own, or the first of the unseen
photo = Image.open(options.photo).convert("RGB") if options.photo else Image.fromarray(valid_images[0])
photo = photo.convert("L" if train_images.ndim == 3 else "RGB").resize((SIDE, SIDE))
dog = sigmoid(neuron(features([np.asarray(photo)]))).item()
verdict = f"{NAMES[dog > 0.5]}, probability {max(dog, 1 - dog):.2f}"
print(f"the picture to be judged: {verdict}")

# %% Pictures
panels = {"log loss": ("loss", "val_loss"), "accuracy (%)": ("accuracy", "val_accuracy")}
plot.curves({label: {"training": history[a], "validation": history[b]} for label, (a, b) in panels.items()}
            ).savefig(OUTPUT / "20_cat_dog_neuron_curves.png")
with plot.style():
    fig = plot.figure(9, 3.2)
    left, right = fig.subplots(1, 2, width_ratios=(2, 1))
    left.hist([a.ravel() for a in answers.values()], bins=20, range=(0, 1), label=[f"pixels {n}" for n in answers])
    left.set(xlabel="first answer of the neuron, a = σ(z)", ylabel="pictures", title="Unscaled pixels saturate")
    left.set_ylim(0, 1.35 * len(x_train))
    left.legend(loc="upper center", ncols=2)
    right.imshow(photo, cmap="gray")
    right.set(xticks=[], yticks=[], title=verdict)
fig.savefig(OUTPUT / "20_cat_dog_neuron_pictures.png")
w1, w2, b = (Tensor(v, requires_grad=True, name=n) for v, n in ((0.4, "w₁"), (-0.2, "w₂"), (0.1, "b")))
cost = 0.5 * (1 - sigmoid(w1 * Tensor(0.9, name="x₁") + w2 * Tensor(0.3, name="x₂") + b)) ** 2
cost.backward()                                             # the same neuron with two pixels: red is the way back
draw(cost).render(outfile=OUTPUT / "20_cat_dog_neuron_graph.svg", cleanup=True)
