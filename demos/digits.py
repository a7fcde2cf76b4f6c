# %% [markdown]
"""A network learns to read handwritten digits.

Trains a 64-32-10 network on the 1 797 digits that come with scikit-learn (8 x 8 pixels, 0 to 16), and writes to
`demos/output/`: the curves of loss and accuracy, a table of test digits with what the network reads in them, the
gradient check of the whole network, and the computational graph of a tiny one with every value and gradient.

    python demos/digits.py          takes some 15 seconds; needs pip install '.[all]' and, for the graph, `dot`
"""
# %%
import numpy as np
from common import OUTPUT, keep
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm.auto import trange

from autograd import draw, gradcheck, no_grad
from nn import MLP, SGD, batches, cross_entropy_loss, plot, schedule

SEED, EPOCHS = 0, 60

# %% [markdown]
# Data: pixels scaled to [0, 1], one fifth kept for the test

# %%
images, labels = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images / 16, labels, test_size=0.2, stratify=labels,
                                                    random_state=SEED)


def accuracy(model, x, y):
    with no_grad():
        return 100 * float(np.mean(model(x).data.argmax(axis=1) == y))


# %% [markdown]
# Train

# %%
rng = np.random.default_rng(SEED)
model = MLP([64, 32, 10], rng=rng)
optimizer = SGD(model.parameters(), momentum=0.9, weight_decay=1e-4)
rate = schedule.cosine(0.2, EPOCHS)                 # large steps first, small ones to settle
history = {"cross-entropy (nats)": {"train": []}, "accuracy (%)": {"train": [], "test": []}}

bar = trange(EPOCHS, desc="training", unit="epoch", disable=None)     # no bar where the output is no terminal
for epoch in bar:
    optimizer.lr, losses = rate(epoch), []
    for x, y in batches(x_train, y_train, size=32, rng=rng):
        optimizer.zero_grad()
        loss = cross_entropy_loss(model(x), y)
        loss.backward(retain_graph=False)           # frees the graph as it goes: it is not needed again
        optimizer.step()
        losses.append(loss.item())
    history["cross-entropy (nats)"]["train"].append(np.mean(losses))
    history["accuracy (%)"]["train"].append(accuracy(model, x_train, y_train))
    history["accuracy (%)"]["test"].append(accuracy(model, x_test, y_test))
    bar.set_postfix(loss=f"{np.mean(losses):.4f}", test=f"{history['accuracy (%)']['test'][-1]:.1f} %")

print(f"accuracy on the {len(x_train)} training digits: {history['accuracy (%)']['train'][-1]:5.1f} %")
print(f"accuracy on the {len(x_test)} test digits:      {history['accuracy (%)']['test'][-1]:5.1f} %")

# %% [markdown]
# Curves

# %%
keep(plot.curves(history, log=["cross-entropy (nats)"]), "digits_curves.png")

# %% [markdown]
# What the network reads: the wrong ones first, then some right ones

# %%
predicted = model(x_test).data.argmax(axis=1)
shown = np.argsort(predicted == y_test, kind="stable")[:40]
table = plot.predictions(x_test[shown].reshape(-1, 8, 8), predicted[shown], y_test[shown],
                         title="Test digits and what the network reads (framed: wrong)")
keep(table, "digits_predictions.png")

# %% [markdown]
# Is the gradient right? All 2 410 partial derivatives of the loss against finite differences

# %%


def loss_of(*parameters):
    return cross_entropy_loss(model.with_parameters(parameters)(x_test[:8]), y_test[:8])


weights = [p.numpy() for p in model.parameters()]
count = sum(w.size for w in weights)
report = gradcheck(loss_of, *weights, full=count, entries=count)
print(report)
keep(report, "digits_gradcheck.txt")

# %% [markdown]
# The graph of a tiny network on one sample, with values and gradients

# %%
tiny = MLP([2, 2, 2], activation="tanh", rng=SEED)
loss = cross_entropy_loss(tiny([[1.0, -0.5]]), [0])
loss.backward()
keep(draw(loss, names=tiny), "digits_graph.svg")
print(f"written to {OUTPUT}: {', '.join(sorted(p.name for p in OUTPUT.glob('digits_*')))}")
