# %% [markdown]
"""Losses: one number for how wrong a prediction is.

For numbers there are two classical answers. The mean absolute error counts how far off we are on average; the mean
squared error counts large misses much more. For classes one asks: which probability did the model give to what is
true? Its logarithm, with a minus, is 0 for certainty and grows without limit for a confident mistake: cross-entropy.

The slope of a loss matters more than its value, because it is all that training sees. It is drawn beside each loss.

    python demos/05_losses.py               takes a second
"""
# %%
import numpy as np
from common import keep

from autograd import Tensor
from nn import bce_loss, bce_with_logits_loss, cross_entropy_loss, huber_loss, mae_loss, mse_loss, plot

# %% [markdown]
# Numbers: five predictions against five true values

# %%
predicted, true = [15.0, 18.0, 20.0, 22.0, 25.0], [17.0, 20.0, 18.0, 21.0, 20.0]
mae, mse = mae_loss(predicted, true), mse_loss(predicted, true)
print(f"errors {np.subtract(predicted, true)}: MAE {mae.item():g}, MSE {mse.item():g}")
print("the last one, 5 off, makes up 5/12 of the absolute and 25/38 of the squared error")

# %% [markdown]
# Two classes: the probability of "yes", and whether it is one

# %%
y, p = [1, 0, 1], [0.9, 0.2, 0.6]
each, binary = bce_loss(p, y, reduction="none"), bce_loss(p, y)
print(f"\nbinary cross-entropy of {p} against {y}: {np.round(each.data, 3)}, mean {binary.item():.3f}")

# %% [markdown]
# Many classes: only the probability of the right class counts. Three rows, each 0.7 on the right one. The loss wants
# scores (logits) and applies softmax itself; logarithms of probabilities are scores too, since softmax undoes them

# %%
rows = np.array([[0.7, 0.2, 0.1], [0.1, 0.7, 0.2], [0.1, 0.2, 0.7]])
categorical = cross_entropy_loss(np.log(rows), [0, 1, 2])
print(f"categorical cross-entropy, 0.7 on the right class each time: {categorical.item():.3f} = -ln 0.7")


# %% [markdown]
# The slopes. What does a sample pull with, when the model is off by e, or gives the truth the logit z?

# %%
def losses_and_slopes(loss, points, target):
    x = Tensor(points, requires_grad=True)
    values = loss(x, np.full_like(points, target), reduction="none")
    values.sum().backward()                         # each value depends on its own x only
    return values.numpy(), x.grad.numpy()


e, z = np.linspace(-3, 3, 301), np.linspace(-6, 6, 301)
numbers = {"squared": (mse_loss, 0.0), "absolute": (mae_loss, 0.0), "Huber": (huber_loss, 0.0)}
classes = {"truth 1": (bce_with_logits_loss, 1.0), "truth 0": (bce_with_logits_loss, 0.0)}
panels = {"numbers: off by e": (e, numbers), "two classes: cross-entropy of the logit z": (z, classes)}
with plot.style():
    fig = plot.figure(10.0, 6.4)
    for (upper, lower), (title, (x, lines)) in zip(fig.subplots(2, 2, sharex="col").T, panels.items(), strict=True):
        for dash, (name, (loss, target)) in zip(plot.DASHES, lines.items(), strict=False):
            values, slopes = losses_and_slopes(loss, x, target)
            upper.plot(x, values, dash, label=name)
            lower.plot(x, slopes, dash, label=name)
        upper.set(title=title, ylabel="loss of one sample")
        lower.set(xlabel="error e = prediction − truth" if x is e else "logit z, where p = σ(z)", ylabel="its slope")
        upper.legend(loc="upper center")
keep(fig, "05_losses.png")

# %% [markdown]
# Why sigmoid and cross-entropy are a pair: together their slope is p − y. A confident mistake keeps pulling with
# full force. With the squared error ½(p − y)² the slope carries σ'(z), which dies exactly where the mistake is largest

# %%
for logit in (-1.0, -5.0, -20.0):
    paired, squared = Tensor(logit, requires_grad=True), Tensor(logit, requires_grad=True)
    bce_with_logits_loss(paired, 1.0).backward()
    (0.5 * (squared.sigmoid() - 1) ** 2).backward()
    print(f"truth 1, logit {logit:5g}: the slope is {paired.grad.item():.4f} with cross-entropy, "
          f"{squared.grad.item():.2g} with the squared error")
