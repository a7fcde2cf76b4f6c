# %% [markdown]
"""A classifier of digits, examined as one examines a classifier: not by one number.

Three sets: the network learns from the first, the second tells when and how to stop, and the third is opened once, at
the end. Accuracy says how often it is right. Precision says how often a "7" really is one, recall how many of the 7s it
found, and F1 is their harmonic mean. The count of each class comes first: where one is rare, accuracy flatters.

    python demos/25_digits_report.py          784-40-40-40-40-10 on the 10 000 MNIST digits in $RETROGRAD_DATA/mnist10k,
                                              else a smaller network on the 1 797 digits that come with scikit-learn
    --full                                    100 epochs
"""
# %%
import argparse
import time

import numpy as np
from common import digits, keep, parsed, percent_right
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support
from sklearn.model_selection import train_test_split

from autograd import no_grad
from nn import MLP, Adam, cross_entropy_loss, fit, plot

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options = parsed(parser)

# %% [markdown]
# Data and settings

# %%
images, labels, source = digits()
if images.shape[1] == 784:
    sizes, rate, epochs = [784, 40, 40, 40, 40, 10], 1e-4, 20
else:
    sizes, rate, epochs = [64, 40, 40, 10], 1e-3, 40
EPOCHS, BATCH = 100 if options.full else epochs, 64


def split(x, y, share):
    """Two parts, each with the same mixture of classes."""
    return train_test_split(x, y, test_size=share, stratify=y, random_state=options.seed)


x_rest, x_test, y_rest, y_test = split(images, labels, 0.2)
x_train, x_valid, y_train, y_valid = split(x_rest, y_rest, 0.125)
print(f"data: {source}: {len(x_train)} for training, {len(x_valid)} for validation, {len(x_test)} for the test")

# %% [markdown]
# Train

# %%
model = MLP(sizes, rng=options.seed).astype(np.float32)
start = time.perf_counter()
history = fit(model, (x_train, y_train), cross_entropy_loss, Adam(model.parameters(), lr=rate), EPOCHS,
              batch_size=BATCH, validation=(x_valid, y_valid), rng=options.seed, progress=False,
              metrics={"accuracy": percent_right})
seconds = time.perf_counter() - start

# %% [markdown]
# The report, on digits that no decision so far has looked at

# %%
with no_grad():
    predicted = model(x_test).data.argmax(axis=1)
accuracy = accuracy_score(y_test, predicted)
precision, recall, f1, count = precision_recall_fscore_support(y_test, predicted)
print("\ndigit  precision  recall     F1  in the test")
for digit in range(10):
    print(f"{digit:5d}  {precision[digit]:9.3f}  {recall[digit]:6.3f}  {f1[digit]:5.3f}  {count[digit]:11d}")
print(f" mean  {precision.mean():9.3f}  {recall.mean():6.3f}  {f1.mean():5.3f}")
print(f"\naccuracy {100 * accuracy:.1f} % after {EPOCHS} epochs in {seconds:.1f} s")

# %% [markdown]
# Pictures

# %%
panels = {"cross-entropy (nats)": ("loss", "val_loss"), "accuracy (%)": ("accuracy", "val_accuracy")}
keep(plot.curves({label: {"training": history[a], "validation": history[b]} for label, (a, b) in panels.items()},
                 log=["cross-entropy (nats)"]), "25_digits_report_curves.png")
with plot.style():
    fig = plot.figure(9, 3.8)
    left, right = fig.subplots(1, 2)
    for i, (name, y) in enumerate({"training": y_train, "validation": y_valid, "test": y_test}.items()):
        left.bar(np.arange(10) + 0.27 * (i - 1), np.bincount(y), 0.27, label=name)
    left.set(xlabel="digit", ylabel="images", title="The classes are about equally frequent", xticks=range(10))
    left.set_ylim(0, 1.25 * np.bincount(y_train).max())
    left.legend(ncols=3, loc="upper center")
    confused = confusion_matrix(y_test, predicted)
    right.imshow(np.log1p(confused), cmap="Blues")
    for (i, j), n in np.ndenumerate(confused):
        if n:
            right.text(j, i, n, ha="center", va="center", fontsize=7, color="white" if i == j else "black")
    right.set(xlabel="digit read", ylabel="digit written", title="Test digits", xticks=range(10), yticks=range(10))
    right.grid(False)
keep(fig, "25_digits_report_classes.png")
