# %% [markdown]
"""A network that learns to add: a regression from end to end, without telling it what a sum is.

It sees pairs of whole numbers from 0 to 100 and their sum, never the rule. Numbers are scaled to [0, 1] first, because
a network starts with weights of the order of 1 and learns best from inputs and targets of that size. Four fifths of the
pairs are for learning; the rest, which it never learns from, tell whether it found the rule or memorised the pairs.
At the end it is examined on 2 000 fresh pairs, in the original units.

    python demos/21_calculator.py                                  about a second
    python demos/21_calculator.py --operation product --epochs 40  products are harder: the rule is not linear
    python demos/21_calculator.py --hidden 8 --activation tanh --optimizer sgd --rate 0.1 --pair 12 30
    python demos/21_calculator.py --full                           100 epochs
"""
# %%
import argparse

import numpy as np
from common import keep, parsed
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

from autograd import no_grad
from nn import MLP, SGD, Adam, fit, mse_loss, plot, schedule, summary

parser = argparse.ArgumentParser()
parser.add_argument("--operation", choices=["sum", "product"], default="sum")
parser.add_argument("--hidden", type=int, nargs="+", default=[16, 16, 16], help="units of each hidden layer")
parser.add_argument("--activation", default="relu")
parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
parser.add_argument("--rate", type=float, default=0.01, help="learning rate at the start; it falls to 0")
parser.add_argument("--samples", type=int, default=10_000)
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--pair", type=int, nargs=2, default=[50, 50], help="two numbers of your own, 0 to 100")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--full", action="store_true")
options = parsed(parser)
EPOCHS, BATCH, LARGEST = 100 if options.full else options.epochs, 64, 100
operation, sign = (np.add, "+") if options.operation == "sum" else (np.multiply, "·")
TOP = operation(LARGEST, LARGEST)                           # the largest possible result
rng = np.random.default_rng(options.seed)

# %% [markdown]
# Data: pairs (n, 2) and results (n, 1). The result has as many axes as the network's output, or the loss refuses it

# %%
pairs = rng.integers(0, LARGEST + 1, size=(options.samples, 2))
results = operation(pairs[:, :1], pairs[:, 1:])
x_train, x_valid, y_train, y_valid = train_test_split(pairs / LARGEST, results / TOP, test_size=0.2,
                                                      random_state=options.seed)

# %% [markdown]
# Model

# %%
model = MLP([2, *options.hidden, 1], activation=options.activation, rng=rng)
table = summary(model, (2,))
print(table)

# %% [markdown]
# Train. Large steps find the rule, small ones at the end polish it: the rate falls along half a cosine

# %%
optimizer = (Adam if options.optimizer == "adam" else SGD)(model.parameters(), lr=options.rate)
steps = EPOCHS * -(-len(x_train) // BATCH)
history = fit(model, (x_train, y_train), mse_loss, optimizer, EPOCHS, batch_size=BATCH, rng=rng,
              validation=(x_valid, y_valid), schedule=schedule.cosine(options.rate, steps))
curves = {"mean squared error (scaled)": {"training": history["loss"], "validation": history["val_loss"]}}
keep(plot.curves(curves, log=list(curves)), "21_calculator_curves.png")


# %% [markdown]
# Examine: 2 000 pairs it has never seen

# %%
def calculate(pairs):
    """What the network thinks the results (n) of pairs (n, 2) are."""
    with no_grad():
        return model(np.asarray(pairs) / LARGEST).data[:, 0] * TOP


fresh = rng.integers(0, LARGEST + 1, size=(2_000, 2))
true, predicted = operation(*fresh.T), calculate(fresh)
mse, mae, r2 = (score(true, predicted) for score in (mean_squared_error, mean_absolute_error, r2_score))
print(f"\n2 000 fresh pairs: MSE {mse:.2f}, MAE {mae:.2f}, R² {r2:.4f}")
for pair in (*fresh[:5].tolist(), options.pair):
    print(f"  {pair[0]:3d} {sign} {pair[1]:3d} = {operation(*pair):5d}   the network says {calculate([pair])[0]:8.1f}")

# %% [markdown]
# Where is it wrong? An arrow leads from the true result to the predicted one where they differ by more than 1

# %%
off = np.abs(predicted - true) > 1
with plot.style():
    fig = plot.figure(9, 4)
    left, right = fig.subplots(1, 2)
    for ax, base, height in ((left, true, predicted), (right, 0 * true, predicted - true)):
        ax.plot([0, TOP], [0, TOP if ax is left else 0], color="black", linewidth=0.8)
        ax.scatter(true, height, s=5, label=f"{len(true) - off.sum()} within 1", color=plot.COLOURS[0])
        ax.quiver(true[off], base[off], 0 * true[off], (height - base)[off], angles="xy", scale_units="xy", scale=1,
                  color="#D00000", width=0.004, label=f"{off.sum()} further off")
        ax.set(xlabel=f"true {options.operation}")
    left.set(ylabel=f"predicted {options.operation}", title=f"MSE {mse:.2f}, MAE {mae:.2f}, R² {r2:.4f}")
    right.set(ylabel="predicted − true", title="the same, the errors alone")
    left.legend()
keep(fig, "21_calculator_scatter.png")
