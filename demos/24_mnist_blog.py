# %% [markdown]
"""Handwritten digits with nothing but sigmoids: 784-200-10, mini-batch SGD, and the four equations behind it.

Each of the ten outputs answers yes or no to "is it this digit?", so the cost of one sample is the sum of ten binary
cross-entropies; a batch averages over its samples. Tutorials on backpropagation derive four equations for such a
network and code them as a Python loop over the samples. Here the engine derives the equations (`explain` prints them),
a batch is one matrix, and the loop is run beside it: the same gradient, many times slower.

    python demos/24_mnist_blog.py       10 000 MNIST digits in $RETROGRAD_DATA/mnist10k, else scikit-learn's 1 797
    --full                              all of MNIST, 60 000 and 10 000 digits: in $RETROGRAD_DATA/mnist, else OpenML's
    --data FOLDER                       the four files of MNIST, or of a set in the same format, in a folder of your own
    --batch 100                         samples in a batch
    --seed N                            other weights, another order

On all of MNIST after 1, 2, 3 epochs, medians of 8 seeds: 94.4, 95.5, 96.0 % in batches of 32; 92.9, 94.2, 95.0 of 100.
"""
# %%
import argparse
import time

import by_hand
import numpy as np
from common import digits, existing, keep, mnist, parsed
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from autograd import Tensor, explain, no_grad
from nn import MLP, SGD, batches, bce_with_logits_loss, init, one_hot, plot

parser = argparse.ArgumentParser()
parser.add_argument("--full", action="store_true")
parser.add_argument("--data", type=existing)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--seed", type=int, default=0)
options = parsed(parser)
RATE, EPOCHS, HIDDEN = 3.0, 3, 200                          # a rate of 3 is bold: batches of 10 make it jump about
rng = np.random.default_rng(options.seed)

# %% [markdown]
# Data: images (n, pixels) in [0, 1] and labels (n), to learn from and to be tested on

# %%
if options.full or options.data:
    (x_train, y_train), (x_test, y_test), source = mnist(options.data)
else:
    images, labels, source = digits()
    x_train, x_test, y_train, y_test = train_test_split(images, labels, test_size=0.2, random_state=options.seed)
t_train = one_hot(y_train, 10).astype(np.float32)           # ten yes-or-no answers for each digit
print(f"data: {source}: {len(x_train)} to learn from, {len(x_test)} to be tested on")


def new_model():
    return MLP([x_train.shape[1], HIDDEN, 10], activation="sigmoid", init=init.normal(1.0), rng=options.seed)


def cost(logits, targets):
    return bce_with_logits_loss(logits, targets, reduction="sum") / len(targets)


# %% [markdown]
# The four equations, read off the graph. Samples are rows here, so W stands on the other side than in most textbooks.
# With the cross-entropy of sigmoids as one operation, σ' cancels in the first

# %%
model, t = new_model(), Tensor(t_train[:4], name="y")
a = model(x_train[:4]).sigmoid()
written_out = -(t * a.log() + (1 - t) * (1 - a).log()).sum() / 4
equations = [line for line in str(explain(written_out, names=model)).splitlines() if "δ" in line]
fused = [line for line in str(explain(cost(model(x_train[:4]), t), names=model)).splitlines() if "  δ⁽²⁾" in line]
print("\nthe four equations, for any cost:", *equations, "the first for cross-entropy:", *fused, sep="\n")


# %% [markdown]
# The same by hand, as tutorials have it: one sample after the other, in plain NumPy. The gradient is the same. The time
# is not: an epoch in batches of 100, by the loop (measured on 1000 samples) and by us, in turns. First by the clock, on
# all cores (matrix products use them, a loop cannot), then one core's own time, the same when the machine is busy

# %%
def epoch(model, optimizer, x, t, size):
    for xs, ts in batches(x, t, size=size, rng=rng):
        optimizer.zero_grad()
        cost(model(xs), ts).backward(retain_graph=False)
        optimizer.step()


def ours(kind):
    model = new_model().astype(kind)
    return epoch, model, SGD(model.parameters(), lr=RATE), x_train.astype(kind), t_train.astype(kind), 100


def seconds(clock, work, *args):
    start = clock()
    work(*args)
    return clock() - start


xs, ts = x_train[:1000].astype(float), t_train[:1000].astype(float)
columns = [layer.weight.numpy().T.copy() for layer in model.layers], [np.zeros((n, 1)) for n in (HIDDEN, 10)]
cost(model(xs[:100]), ts[:100]).backward()
theirs = by_hand.gradients(*columns, xs[:100], ts[:100])
gap = max(np.abs(layer.weight.grad.data - g.T).max() for layer, g in zip(model.layers, theirs, strict=False))
print(f"\nlargest difference between the loop's gradient and the engine's: {gap:.1e}")
contestants = {"loop over samples,\nNumPy, float64": (by_hand.epoch, *columns, xs, ts, 100, RATE),
               "ours in batches,\nfloat64": ours(np.float64), "ours in batches,\nfloat32": ours(np.float32)}
ratios = {}
for where, cores, clock in (("all cores", None, time.perf_counter), ("one core", 1, time.thread_time)):
    with threadpool_limits(cores):
        turns = np.array([[seconds(clock, *run) for run in contestants.values()] for _ in range(5)])
    turns[:, 0] *= len(x_train) / len(xs)
    times, ratios[where] = np.median(turns, axis=0), np.median(turns[:, :1] / turns[:, 1:], axis=0)
    print(f"an epoch, batches of 100, {where}: loop {times[0]:.2f} s, ours {times[1]:.3f} s, {ratios[where][0]:.3g} "
          f"times as fast; in float32 {times[2]:.3f} s, {ratios[where][1]:.3g} times as fast")

# %% [markdown]
# Train, and read digits that were not learned from

# %%
def read(model):
    with no_grad():
        return model(x_test).data.argmax(axis=1)


model = new_model().astype(np.float32)
optimizer, reached = SGD(model.parameters(), lr=RATE), [np.mean(read(model) == y_test)]
print(f"\nuntrained: {100 * reached[0]:.1f} % of the test digits")
for i in range(EPOCHS):
    spent = seconds(time.perf_counter, epoch, model, optimizer, x_train, t_train, options.batch)
    reached.append(np.mean(read(model) == y_test))
    print(f"epoch {i + 1}: {100 * reached[-1]:.1f} %, {spent:.2f} s")

# %% [markdown]
# Pictures: what was reached, what it took, and what is still misread

# %%
with plot.style():
    fig = plot.figure(9, 3.2)
    left, right = fig.subplots(1, 2)
    left.plot(range(EPOCHS + 1), 100 * np.array(reached), "o-")
    left.set(xlabel="epochs of training", ylabel="right test digits (%)", xticks=range(EPOCHS + 1), ylim=(0, 100))
    bars = right.barh(list(contestants), times, color=[plot.COLOURS[1], plot.COLOURS[0], plot.COLOURS[0]])
    right.bar_label(bars, [f" {s:.3g} s" for s in times])
    right.set(xlabel="an epoch, batches of 100, one core (s)", xlim=(0, 1.25 * max(times)))
    right.invert_yaxis()
keep(fig, "24_mnist_blog_curves.png")
predicted, side = read(model), round(x_test.shape[1] ** 0.5)
shown = np.argsort(predicted == y_test, kind="stable")[:20].tolist() + list(range(20))
keep(plot.predictions(x_test[shown].reshape(-1, side, side), predicted[shown], y_test[shown],
                      title="Unseen digits and what the network reads: misread ones, then the first twenty"),
     "24_mnist_blog_digits.png")
