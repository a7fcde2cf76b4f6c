"""Handwritten digits with nothing but sigmoids: 784-200-10, mini-batch SGD, and the four equations behind it.

Each of the ten outputs answers yes or no to "is it this digit?", so the cost of one sample is the sum of ten binary
cross-entropies; a batch averages over its samples. Tutorials on backpropagation derive four equations for such a
network and code them as a Python loop over the samples. Here the engine derives the equations (`explain` prints them),
a batch is one matrix, and the loop is run beside it: the same gradient, many times slower.

    python demos/24_mnist_blog.py           10 000 MNIST digits in $RETROGRAD_DATA/mnist10k, else scikit-learn's 1 797
    python demos/24_mnist_blog.py --full    60 000 / 10 000 digits from OpenML: needs the network, takes a minute
    --seed N                                other weights, another split
"""
# %% Set up
import argparse
import gzip
import os
import time
from pathlib import Path

import numpy as np
from sklearn.datasets import fetch_openml, load_digits

from autograd import Tensor, explain, no_grad
from nn import MLP, SGD, batches, bce_with_logits_loss, init, plot

parser = argparse.ArgumentParser()
parser.add_argument("--full", action="store_true")
parser.add_argument("--seed", type=int, default=0)
options, _ = parser.parse_known_args()
RATE, BATCH, EPOCHS, HIDDEN = 3.0, 32, 3, 200             # a rate of 3 is bold: batches of 10 make it jump about
OUTPUT = Path(__file__).parent / "output"
OUTPUT.mkdir(exist_ok=True)
rng = np.random.default_rng(options.seed)



def idx(path, header):
    """The numbers of a gzipped IDX file: a header, then one byte each."""
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


# %% Data: images (n, pixels) in [0, 1], labels (n), and how many of them are for training
folder = Path(os.environ.get("RETROGRAD_DATA", "")) / "mnist10k"
if options.full:
    images, labels = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False)
    images, labels, n_train, source = images / 255, labels.astype("uint8"), 60_000, "MNIST from OpenML"
elif folder.is_dir():
    images, labels = idx(folder / "t10k-images-idx3-ubyte.gz", 16) / 255, idx(folder / "t10k-labels-idx1-ubyte.gz", 8)
    images, n_train, source = images.reshape(-1, 784), 8_000, "10 000 MNIST digits"
else:
    images, labels = load_digits(return_X_y=True)
    images, n_train, source = images / 16, 1_437, "scikit-learn's digits of 8 x 8 pixels (set RETROGRAD_DATA for MNIST)"
order = np.arange(len(images)) if options.full else rng.permutation(len(images))
x_train, x_test = np.split(images[order], [n_train])
y_train, y_test = np.split(labels[order], [n_train])
t_train = np.eye(10)[y_train]                           # one-hot rows: ten yes-or-no answers for each digit
print(f"data: {source}, {len(x_train)} to learn from, {len(x_test)} to be tested on")


def new_model():
    return MLP([images.shape[1], HIDDEN, 10], activation="sigmoid", init=init.normal(1.0), rng=options.seed)


def cost(logits, targets):
    return bce_with_logits_loss(logits, targets, reduction="sum") / len(targets)


# %% The four equations, read off the graph. Samples are rows here, so W stands on the other side than in most textbooks
model = new_model()
t = Tensor(t_train[:4], name="y")
a = model(x_train[:4]).sigmoid()
written_out = -(t * a.log() + (1 - t) * (1 - a).log()).sum() / 4
print("\nthe four equations, for any cost:")
equations = [line for line in str(explain(written_out, names=model)).splitlines() if "δ" in line]
print("\n".join(equations))
print("with the cross-entropy of sigmoids as one op, σ' cancels in the first:")
fused = [line for line in str(explain(cost(model(x_train[:4]), t), names=model)).splitlines() if "  δ⁽²⁾" in line]
print("\n".join(fused))


# %% The same by hand, as tutorials have it: one sample after the other, in plain NumPy
def loop_gradients(weights, biases, xs, ts):
    """The gradients of the batch, summed sample by sample; columns, as in the textbooks."""
    grads = [np.zeros(p.shape) for p in (*weights, *biases)]
    for x, target in zip(xs, ts, strict=True):
        a0 = x.reshape(-1, 1)
        a1 = 1 / (1 + np.exp(-(weights[0] @ a0 + biases[0])))
        a2 = 1 / (1 + np.exp(-(weights[1] @ a1 + biases[1])))
        delta2 = a2 - target.reshape(-1, 1)
        delta1 = weights[1].T @ delta2 * a1 * (1 - a1)
        grads = [g + h for g, h in zip(grads, (delta1 @ a0.T, delta2 @ a1.T, delta1, delta2), strict=True)]
    return [g / len(xs) for g in grads]


def loop_epoch(weights, biases, size):
    for i in range(0, len(x_train), size):
        grads = loop_gradients(weights, biases, x_train[i:i + size], t_train[i:i + size])
        weights = [w - RATE * g for w, g in zip(weights, grads[:2], strict=True)]
        biases = [b - RATE * g for b, g in zip(biases, grads[2:], strict=True)]


def epoch(model, optimizer, x, t, size):
    for xs, ts in batches(x, t, size=size, rng=rng):
        optimizer.zero_grad()
        cost(model(xs), ts).backward(retain_graph=False)
        optimizer.step()


def seconds(work, *args):
    start = time.perf_counter()
    work(*args)
    return time.perf_counter() - start


def race():
    """Seconds of one epoch in batches of 100: the loop, ours in float64, ours in float32."""
    times = [seconds(loop_epoch, *hand_made, 100)]
    for kind in (np.float64, np.float32):
        timed = new_model().astype(kind)
        work = timed, SGD(timed.parameters(), lr=RATE), x_train.astype(kind), t_train.astype(kind), 100
        times.append(min(seconds(epoch, *work) for _ in range(3)))
    return times


hand_made = ([layer.weight.numpy().T.copy() for layer in model.layers], [np.zeros((n, 1)) for n in (HIDDEN, 10)])
cost(model(x_train[:100]), t_train[:100]).backward()
theirs = loop_gradients(*hand_made, x_train[:100], t_train[:100])
gap = max(np.abs(layer.weight.grad.data - g.T).max() for layer, g in zip(model.layers, theirs, strict=False))
print(f"\nlargest difference between the loop's gradient and the engine's: {gap:.1e}")
times = race()
ratio = times[0] / times[2]
print(f"one epoch in batches of 100: the loop {times[0]:.2f} s, ours {times[1]:.3f} s in float64 and {times[2]:.3f} s "
      f"in float32: {times[0] / times[1]:.0f} and {ratio:.0f} times faster")


# %% Train
def accuracy(model):
    with no_grad():
        return float(np.mean(model(x_test.astype("float32")).data.argmax(axis=1) == y_test))


model = new_model().astype(np.float32)
optimizer = SGD(model.parameters(), lr=RATE)
reached = [accuracy(model)]
print(f"\nuntrained: {100 * reached[0]:.1f} % of the test digits")
for i in range(EPOCHS):
    spent = seconds(epoch, model, optimizer, x_train.astype("float32"), t_train.astype("float32"), BATCH)
    reached.append(accuracy(model))
    print(f"epoch {i + 1}: {100 * reached[-1]:.1f} %, {spent:.2f} s")

# %% Pictures
with plot.style():
    fig = plot.figure(9, 3.2)
    left, right = fig.subplots(1, 2)
    left.plot(range(EPOCHS + 1), 100 * np.array(reached), "o-")
    left.set(xlabel="epochs of training", ylabel="right test digits (%)", xticks=range(EPOCHS + 1), ylim=(0, 100))
    names = "loop over samples,\nNumPy, float64", "ours in batches,\nfloat64", "ours in batches,\nfloat32"
    bars = right.barh(names, times, color=[plot.COLOURS[1], plot.COLOURS[0], plot.COLOURS[0]])
    right.bar_label(bars, [f" {s:.2g} s" for s in times])
    right.set(xlabel="seconds for an epoch in batches of 100", xscale="log", xlim=(min(times) / 3, max(times) * 4))
    right.invert_yaxis()
    right.grid(axis="y", visible=False)
fig.savefig(OUTPUT / "24_mnist_blog_curves.png")
predicted = model(x_test.astype("float32")).data.argmax(axis=1)
shown = np.argsort(predicted == y_test, kind="stable")[:20].tolist() + list(range(20))
side = round(images.shape[1] ** 0.5)
table = plot.predictions(x_test[shown].reshape(-1, side, side), predicted[shown], y_test[shown],
                         title="Unseen digits and what the network reads: twenty misread ones, then the first twenty")
table.savefig(OUTPUT / "24_mnist_blog_digits.png")
