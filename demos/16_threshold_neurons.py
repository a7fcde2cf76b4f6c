# %% [markdown]
"""Threshold neurons: logic with weights, and the table that one neuron cannot give.

McCulloch and Pitts (1943) described a neuron as a switch. As it is written today, it adds up its weighted inputs and
answers 1 if the sum reaches a threshold θ, else 0. Nobody trains it: the weights are chosen by hand. That is enough
for AND, OR and NOT.
For XOR, "one or the other, not both", it is not, and no choice of weights helps: the four rows of its table ask for
four inequalities that contradict each other. Three neurons do it, two of them in a hidden layer.

No gradient can find these nine numbers, since the slope of a step is 0 nearly everywhere. The sigmoid is a step with
round edges and has a slope: with it, training finds three such neurons from most random starts.

    python demos/16_threshold_neurons.py    takes a second; the drawing needs graphviz's program `dot`
"""
# %%
import itertools

import numpy as np
from common import keep

from autograd import draw_network
from autograd.numpy import heaviside
from nn import MLP, SGD, Linear, Module, bce_with_logits_loss, init, plot

# %% [markdown]
# One neuron: two weights and a threshold. The four inputs, one a row

# %%
x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def fires(inputs, w, theta):
    return (inputs @ np.array(w) >= theta) * 1.0


AND, OR = ((1, 1), 1.5), ((1, 1), 0.5)
print("x1 x2   AND  OR  NOT x1")
for row in x:
    print(f" {row[0]:g}  {row[1]:g}    {fires(row, *AND):g}    {fires(row, *OR):g}    {fires(row, (-1, 0), -0.5):g}")

# %% [markdown]
# Which of the 16 tables of two inputs can one neuron give? Try all weights and thresholds of a grid

# %%
GRID = np.linspace(-2, 2, 17)
tables = {}
for w1, w2, theta in itertools.product(GRID, GRID, GRID):
    tables.setdefault(tuple(fires(x, (w1, w2), theta).astype(int)), (w1, w2, theta))
missing = sorted(set(itertools.product((0, 1), repeat=4)) - set(tables))
print(f"\n{len(GRID) ** 3} neurons tried: they give {len(tables)} of the 16 tables. Never found: "
      + " and ".join("".join(map(str, table)) for table in missing) + " (XOR, and its opposite)")

# %% [markdown]
# A grid proves nothing about the weights between its points. This does. The four rows of XOR ask:
# - (0, 0) → 0: 0 < θ
# - (1, 1) → 0: w1 + w2 < θ
# - (0, 1) → 1: w2 ≥ θ
# - (1, 0) → 1: w1 ≥ θ

# %% [markdown]
# Add up the first two: w1 + w2 < 2θ. Add up the last two: w1 + w2 ≥ 2θ. Both cannot be. In numbers: each row as
# coefficients of (w1, w2, θ), below 0 or not; the first two minus the last two are 0 in every coefficient

# %%
must_be_negative = np.array([[0, 0, -1], [1, 1, -1]])
must_not_be_negative = np.array([[0, 1, -1], [1, 0, -1]])
contradiction = must_be_negative.sum(axis=0) - must_not_be_negative.sum(axis=0)
print(f"\nthe first two minus the last two: {contradiction}. So 0 < 0 would have to hold: no such weights exist")


# %% [markdown]
# Three neurons: OR and AND of the inputs, then "OR, but not AND". Columns of a matrix are neurons, a bias is −θ

# %%
class Threshold(Module):
    def __init__(self):
        self.hidden, self.output = Linear(2, 2), Linear(2, 1)
        for layer, weight, bias in ((self.hidden, [[1, 1], [1, 1]], [-0.5, -1.5]), (self.output, [[1], [-1]], [-0.5])):
            layer.weight.assign(weight)
            layer.bias.assign(bias)

    def step(self, z):
        return heaviside(z, 1.0)                    # 1 from 0 on

    def forward(self, inputs):
        return self.step(self.output(self.step(self.hidden(inputs))))


three = Threshold()
corners = three.step(three.hidden(x)).numpy()       # where the hidden layer puts the four inputs: two of them together
print(f"\nXOR by three neurons: {three(x).numpy()[:, 0]}")
keep(draw_network(three, [1.0, 0.0]), "16_threshold_neurons_network.svg")

# %% [markdown]
# Sigmoids in place of steps: gradient descent finds the nine numbers

# %%
xor, STEPS, RATE = np.array([[0.0], [1.0], [1.0], [0.0]]), 1_500, 1.0
learner = MLP([2, 2, 1], activation="sigmoid", init=init.normal(1.0), rng=4)
optimizer, losses = SGD(learner.parameters(), lr=RATE), []
for _ in range(STEPS):
    optimizer.zero_grad()
    loss = bce_with_logits_loss(learner(x), xor)
    loss.backward(retain_graph=False)
    optimizer.step()
    losses.append(loss.item())
answers = learner(x).sigmoid().numpy()[:, 0]
print(f"learned: log loss {losses[0]:.3f} → {losses[-1]:.3f}, answers {np.round(answers, 3)}")


# %% [markdown]
# The borders; and what the hidden layer does to XOR: in its space one line is enough

# %%
def table(ax, points, y, lines, title, names):
    for w1, w2, theta in lines:
        foot = theta * np.array([w1, w2]) / (w1 * w1 + w2 * w2)
        ax.axline(foot, foot + np.array([-w2, w1]), color="black", linewidth=1.2)
    for value, marker in ((0, "o"), (1, "s")):
        ax.plot(*points[y == value].T, marker, color=plot.COLOURS[value], markersize=13, label=f"answer {value}")
    ax.set(title=title, xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1), aspect="equal")
    ax.set(xlabel=names[0], ylabel=names[1])


with plot.style():
    fig = plot.figure(12.5, 3.6)
    panels, inputs = fig.subplots(1, 4), ("x1", "x2")
    table(panels[0], x, fires(x, *AND), [(1, 1, 1.5)], "AND: θ = 1.5", inputs)
    table(panels[1], x, fires(x, *OR), [(1, 1, 0.5)], "OR: θ = 0.5", inputs)
    table(panels[2], x, xor[:, 0], [(1, 1, 0.5), (1, 1, 1.5)], "XOR needs two lines ...", inputs)
    table(panels[3], corners, xor[:, 0], [(1, -1, 0.5)], "... which the hidden layer draws", ("OR", "AND"))
    panels[3].legend(loc="upper left", frameon=True, framealpha=1)
keep(fig, "16_threshold_neurons.png")
