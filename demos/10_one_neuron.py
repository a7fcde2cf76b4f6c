# %% [markdown]
"""One neuron, the whole story: graph, chain rule, training, decision.

A neuron with two inputs computes z = w1 x1 + w2 x2 + b and answers a = σ(z), a probability. First one sample, as a
graph: values run forward along the black arrows, and the red arrows carry the derivative of the cost back, dJ/da →
dJ/dz → dJ/dw and dJ/db. Then a hundred samples at once: two clouds of points, where the same chain is one matrix
product, dJ/dW = Xᵀ (a − y) / m. A hundred steps of gradient descent on the log loss place the line on one side of
which the neuron says "class 1"; the surface of its probabilities is a smooth step across that line.

    python demos/10_one_neuron.py           takes a second or two; the drawing needs graphviz's program `dot`
"""
# %%
import numpy as np
from common import keep
from sklearn.datasets import make_blobs

from autograd import Tensor, draw, explain, no_grad, sigmoid
from nn import SGD, Linear, bce_with_logits_loss, plot

# %% [markdown]
# One sample. The cost here is ½(y − a)², which keeps the chain short

# %%
x1, x2, y = Tensor(1.0, name="x1"), Tensor(2.0, name="x2"), Tensor(1.0, name="y")
w1, w2 = Tensor(0.5, requires_grad=True, name="w1"), Tensor(-0.3, requires_grad=True, name="w2")
b = Tensor(0.2, requires_grad=True, name="b")
z = w1 * x1 + w2 * x2 + b
a = sigmoid(z)
J = 0.5 * (y - a) ** 2
J.backward()
names = {"z": z, "a": a, "J": J}
print(explain(J, wrt=[w1, w2, b], names=names))
keep(draw(J, names=names), "10_one_neuron_graph.svg")

# %% [markdown]
# A hundred samples: two clouds

# %%
x, labels = make_blobs(n_samples=100, n_features=2, centers=2, random_state=0)
targets = labels.reshape(-1, 1)                     # (100, 1), the shape of the neuron's answers


def train(seed, steps=100, rate=0.1):
    """The neuron, and its log loss before each step of full-batch gradient descent."""
    neuron, losses = Linear(2, 1, rng=seed), []
    optimizer = SGD(neuron.parameters(), lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = bce_with_logits_loss(neuron(x), targets)         # applies σ itself, which keeps the logarithm exact
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return neuron, losses


def probability(neuron, points):
    with no_grad():
        return sigmoid(neuron(np.asarray(points, dtype=float))).data[:, 0]


def accuracy(neuron):
    return float(np.mean((probability(neuron, x) > 0.5) == labels))


neuron, losses = train(seed=0)
(v1,), (v2,), c = *neuron.weight.data, neuron.bias.item()
print(f"\nlog loss {losses[0]:.3f} → {losses[-1]:.3f} in 100 steps; {accuracy(neuron):.0%} of the 100 points are right")
print(f"the line: {v1:.2f} x1 {v2:+.2f} x2 {c:+.2f} = 0")

# %% [markdown]
# The vectorised chain: the gradient that the engine found is Xᵀ (a − y) / m

# %%
neuron.weight.grad = neuron.bias.grad = None
bce_with_logits_loss(neuron(x), targets).backward()
by_formula = x.T @ (probability(neuron, x)[:, None] - targets) / len(x)
print(f"dJ/dW = {neuron.weight.grad.data.ravel()}, Xᵀ(a − y)/m = {by_formula.ravel()}")

# %% [markdown]
# A new point

# %%
new = np.array([[2.0, 1.0]])
p_new = probability(neuron, new)[0]
print(f"new point {tuple(new[0].tolist())}: class {int(p_new > 0.5)}, with probability {max(p_new, 1 - p_new):.2f}")

# %% [markdown]
# The loss, the decision line, and the surface of the probabilities

# %%
g1, g2 = np.meshgrid(np.linspace(-2, 5, 60), np.linspace(-2, 7, 60))
surface = probability(neuron, np.column_stack([g1.ravel(), g2.ravel()])).reshape(g1.shape)
with plot.style():
    fig = plot.figure(13.0, 4.0)
    grid = fig.add_gridspec(1, 3, width_ratios=(1, 1.1, 1.2))
    left, middle = fig.add_subplot(grid[0]), fig.add_subplot(grid[1])
    right = fig.add_subplot(grid[2], projection="3d")
    left.plot(range(100), losses)
    left.set(title="training", xlabel="step", ylabel="log loss (nats)")
    middle.contourf(g1, g2, surface, levels=np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.5)
    middle.contour(g1, g2, surface, levels=[0.5], colors="black")
    for label, marker in ((0, "o"), (1, "s")):
        middle.plot(*x[labels == label].T, marker, color=plot.COLOURS[label], markeredgecolor="white",
                    label=f"class {label}")
    middle.plot(*new[0], "*", color="black", markersize=14, label="new point")
    middle.set(title="the line where p = 0.5", xlabel="x1", ylabel="x2")
    middle.legend(loc="lower left", frameon=True, framealpha=1)
    right.plot_surface(g1, g2, surface, cmap="RdBu_r", alpha=0.8, linewidth=0)
    right.plot(*new[0], p_new, "*", color="black", markersize=12, zorder=10)
    right.set(xlabel="x1", ylabel="x2", zlabel="p", title="p, the probability of class 1")
    right.view_init(25, -120)
keep(fig, "10_one_neuron.png")
