# %% [markdown]
"""Learning from unbalanced classes, and four ways to be fair to the rare ones.

A set of digits in which four of the ten classes are rare: of 3, 5, 8 and 9 only six images are left. A network that
mostly sees the others earns little by telling the rare ones apart, and is still right most of the time: accuracy on
such a set flatters. On a balanced test set the mean over the classes (recall) shows the damage. The remedies:

    under-sampling    throw away common images until all classes are as small as the rarest: fair, but little is left
    over-sampling     show rare images several times: nothing is lost, nothing is new
    augmentation      the same, and a copy of every image shifted and turned a little: plausible new ones
    class weights     count each mistake on a rare image as many mistakes: over-sampling without the copies

    python demos/32_imbalance.py            takes several seconds (--full: ten seeds instead of three)
"""
# %%
import sys

import numpy as np
from common import keep
from scipy.ndimage import rotate, shift
from sklearn.datasets import load_digits
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import train_test_split

from autograd import no_grad
from nn import MLP, Adam, balanced_class_weight, cross_entropy_loss, fit, over_sample, plot, under_sample

SEEDS = range(10 if "--full" in sys.argv else 3)
RARE, KEPT = (3, 5, 8, 9), 6
images, labels = load_digits(return_X_y=True)


def unbalanced(rng):
    """Training images with 6 of each rare digit, and a balanced test set."""
    x, x_test, y, y_test = train_test_split(images / 16, labels, test_size=0.4, stratify=labels,
                                            random_state=int(rng.integers(1000)))
    rows = np.concatenate([np.flatnonzero(y == c)[:KEPT if c in RARE else None] for c in range(10)])
    return x[rows], y[rows], x_test, y_test


# %% [markdown]
# The remedies: each turns the training set (and the weights of the classes) into another

# %%
def moved(image, rng):
    """An 8 x 8 image shifted by up to half a pixel and turned by up to 12 degrees."""
    turned = rotate(image.reshape(8, 8), rng.uniform(-12, 12), reshape=False, order=1)
    return np.clip(shift(turned, rng.uniform(-0.5, 0.5, 2), order=1), 0, 1).ravel()


def as_it_is(x, y, rng):
    return x, y, None


def under_sampled(x, y, rng):
    return *under_sample(x, y, rng=rng), None


def over_sampled(x, y, rng):
    return *over_sample(x, y, rng=rng), None


def augmented(x, y, rng):
    """Over-sampled, with a moved copy of everything: were only the rare moved, the blur would give them away."""
    x, y, _ = over_sampled(x, y, rng)
    return np.concatenate([x, [moved(image, rng) for image in x]]), np.concatenate([y, y]), None


def weighted(x, y, rng):
    return x, y, balanced_class_weight(y)


REMEDIES = {"as it is": as_it_is, "under-sampling": under_sampled, "over-sampling": over_sampled,
            "augmentation": augmented, "class weights": weighted}


def measured(remedy, seed):
    """Precision, recall and F1 of each class on the balanced test set, after training on the remedied set."""
    rng = np.random.default_rng(seed)
    x, y, x_test, y_test = unbalanced(rng)
    x, y, class_weight = remedy(x, y, rng)
    model = MLP([64, 40, 10], rng=seed)

    def loss(logits, target):
        return cross_entropy_loss(logits, target, class_weight=class_weight)

    epochs = max(20, 12_000 // len(x))                      # so that a small set gets about as many updates
    fit(model, (x, y), loss, Adam(model.parameters(), lr=2e-3), epochs, rng=rng, progress=False)
    with no_grad():
        predicted = model(x_test).data.argmax(axis=1)
    return precision_recall_fscore_support(y_test, predicted, zero_division=0)[:3]


# %% [markdown]
# Compare: everything is measured on the same balanced test set

# %%
_, y, *_ = unbalanced(np.random.default_rng(0))
counts = np.bincount(y)
print(f"training images of the digits 0 to 9: {counts.tolist()}")
print(f"{'':<16}{'accuracy':>10}{'recall, rare':>15}{'recall, common':>16}{'precision':>11}{'F1':>7}")
common = [c for c in range(10) if c not in RARE]
table = {}
for name, remedy in REMEDIES.items():
    precision, recall, f1 = np.mean([measured(remedy, seed) for seed in SEEDS], axis=0)
    table[name] = {"recall": recall, "rare": recall[list(RARE)].mean(), "common": recall[common].mean()}
    print(f"{name:<16}{recall.mean():10.3f}{table[name]['rare']:15.3f}{table[name]['common']:16.3f}"
          f"{precision.mean():11.3f}{f1.mean():7.3f}")

# %% [markdown]
# The set, and what became of the rare and the common digits

# %%
with plot.style():
    figure = plot.figure(10, 3.8)
    left, right = figure.subplots(1, 2, width_ratios=(2, 3))
    left.bar(range(10), counts, color=[plot.COLOURS[c in RARE] for c in range(10)])
    left.set(xlabel="digit", ylabel="training images", title="An unbalanced set", xticks=range(10))
    place = np.arange(len(table))
    for k, kind in enumerate(("common", "rare")):
        bars = right.bar(place + 0.4 * k - 0.2, [row[kind] for row in table.values()], 0.38, color=plot.COLOURS[k],
                         label=f"{kind} digits", hatch="/"[:k], edgecolor="white")
        right.bar_label(bars, fmt="%.2f", fontsize=8)
    right.set(ylabel="recall on a balanced test set", ylim=(0, 1.25), title="Four remedies")
    right.set_xticks(place, [name.replace("-", "-\n").replace("s w", "s\nw") for name in table])
    right.legend(ncols=2)
    keep(figure, "32_imbalance.png")
