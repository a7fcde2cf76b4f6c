# %% [markdown]
"""Rosenblatt's perceptron, 1958: learning without a gradient, and where it ends.

A neuron with a step for an activation answers 0 or 1. The step's slope is 0 everywhere, so there is nothing to descend.
Rosenblatt's rule learns from mistakes instead: show one sample; if the answer is wrong, move the weights towards the
sample or away from it,

    W ← W + α (y − ŷ) x        b ← b + α (y − ŷ)

and if it is right, do nothing, since y − ŷ is 0. If some straight line separates the two classes, this finds one after
finitely many mistakes (Novikoff 1962). If none does, it never settles. Four points suffice for that: XOR, "one or the
other, not both". That one neuron cannot draw this border, and that its rule has no word for neurons in between, is why
the rest of these demos is about gradients.

    python demos/09_rosenblatt.py           takes a second
"""
# %%
import warnings

import numpy as np
from common import keep
from sklearn.datasets import make_blobs

from nn import NotSeparable, Perceptron, plot

# %% [markdown]
# Two clouds that a line can separate, and XOR

# %%
blobs_x, blobs_y = make_blobs(100, centers=2, cluster_std=0.6, random_state=0)
xor_x, xor_y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def learn(x, y, passes, lr=0.1, rng=None):
    """The perceptron after at most so many passes, (w1, w2, b) after each of them, and the mistakes made in each."""
    unit, history, mistakes = Perceptron(2), [], []
    while len(history) < passes and not unit.converged:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotSeparable)               # it is what this demo is about
            unit.fit(x, y, lr=lr, epochs=1, rng=rng)                    # goes on from where it was
        history.append([*unit.weight.numpy(), unit.bias.item()])
        mistakes += unit.mistakes
    return unit, np.array(history), mistakes


blobs, blobs_lines, blobs_mistakes = learn(blobs_x, blobs_y, 50)
xor, xor_lines, xor_mistakes = learn(xor_x, xor_y, 50, rng=np.random.default_rng(0))
print(f"blobs: mistakes in each pass {blobs_mistakes}: converged after {len(blobs_mistakes)} passes")
print(f"       the line {blobs.weight.data[0]:.2f} x1 {blobs.weight.data[1]:+.2f} x2 {blobs.bias.item():+.2f} = 0")
print(f"XOR:   mistakes in each pass {xor_mistakes[:10]} ... {xor_mistakes[-3:]}: "
      f"{'converged' if xor.converged else 'never settles'}")
states = len(np.unique(np.round(xor_lines, 6), axis=0))
print(f"       it goes in circles: {len(xor_lines)} passes ended in {states} different settings of the weights")


# %% [markdown]
# The line after each pass, bold if it separates the two; and the mistakes

# %%
def draw_lines(ax, x, y, lines, settled):
    low, high = x.min(axis=0) - 0.5, x.max(axis=0) + 0.5
    lines = lines[np.abs(lines[:, :2]).max(axis=1) > 1e-9]              # where both weights are 0 there is no line
    for i, (w1, w2, b) in enumerate(lines):         # the line is where w1 x1 + w2 x2 + b = 0
        foot = -b * np.array([w1, w2]) / (w1 * w1 + w2 * w2)
        colour, width = ("black", 2) if settled and i == len(lines) - 1 else ("#A0A0A0", 1)
        ax.axline(foot, foot + np.array([-w2, w1]), color=colour, linewidth=width)
    for label, marker in ((0, "o"), (1, "s")):
        ax.plot(*x[y == label].T, marker, color=plot.COLOURS[label], label=f"class {label}", markeredgecolor="white",
                markersize=7)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="x1", ylabel="x2")
    ax.legend(loc="upper right", frameon=True, framealpha=1)


with plot.style():
    fig = plot.figure(12.5, 3.8)
    left, middle, right = fig.subplots(1, 3)
    draw_lines(left, blobs_x, blobs_y, blobs_lines, blobs.converged)
    left.set_title(f"two clouds: separated after {len(blobs_lines)} passes")
    draw_lines(middle, xor_x, xor_y, xor_lines, xor.converged)
    middle.set(title="XOR: no line can do it", xticks=(0, 1), yticks=(0, 1))
    for name, mistakes, n, mark in (("two clouds", blobs_mistakes, 100, "o-"), ("XOR", xor_mistakes, 4, "s--")):
        right.plot(range(1, len(mistakes) + 1), 100 * np.array(mistakes) / n, mark, label=name, markersize=4)
    right.set(title="mistakes", xlabel="pass over the data", ylabel="wrong answers in the pass (%)", ylim=(-3, 120))
    right.legend(loc="upper right", ncols=2)
keep(fig, "09_rosenblatt.png")
