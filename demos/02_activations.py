# %% [markdown]
"""Activations, each with its derivative beside it.

Without an activation a stack of layers is one layer: sums of sums are sums. The bend in the activation is what lets a
network draw curved lines. For learning its derivative matters just as much, because backpropagation multiplies by it
in every layer: a sigmoid passes on a quarter of a gradient at most, a ReLU all of it or nothing, a leaky ReLU never
quite nothing. PReLU learns how much it leaks, so it has one derivative more: the one by its slope.

The derivative curves come from the engine, point by point.

    python demos/02_activations.py          takes a second
"""
# %%
import numpy as np
from common import keep

from autograd import Tensor, gelu, leaky_relu, prelu, relu, sigmoid, softmax, tanh
from nn import PReLU, plot

SLOPE = PReLU().slope.item()                        # where PReLU's learned slope begins: 0.25

ACTIVATIONS = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "ReLU": relu,
    "leaky ReLU (slope 0.01)": leaky_relu,
    "PReLU (slope learned, from 0.25)": lambda x: prelu(x, SLOPE),
    "GELU": gelu,
}


def derivative(f, points):
    """f' at many points in one sweep: each y depends on its own x only, so the gradient of their sum holds them all."""
    x = Tensor(points, requires_grad=True)
    f(x).sum().backward()
    return x.grad.numpy()


# %% [markdown]
# Values and slopes at five points

# %%
points = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
print(f"{'':34}" + "".join(f"{f'x = {p:g}':>10}" for p in points))
for name, f in ACTIVATIONS.items():
    print(f"{name:34}" + "".join(f"{v:10.4f}" for v in f(points)))
    print(f"{'   its derivative':34}" + "".join(f"{v:10.4f}" for v in derivative(f, points)))

# %% [markdown]
# All six, and the derivatives

# %%
x = np.linspace(-4, 4, 801)
with plot.style():
    fig = plot.figure(12.0, 6.4)
    for ax, (name, f) in zip(np.ravel(fig.subplots(2, 3, sharex=True, sharey=True)), ACTIVATIONS.items(), strict=True):
        ax.plot(x, f(x), label="activation σ(z)")
        ax.plot(x, derivative(f, x), "--", label="derivative σ'(z)")
        ax.set(title=name, xlabel="pre-activation z", ylabel="σ(z) and σ'(z)", ylim=(-1.2, 2.2))
        ax.label_outer()
    fig.axes[0].legend(loc="upper left")
keep(fig, "02_activations.png")

# %% [markdown]
# PReLU's slope is a parameter: its gradient is the sum of all negative inputs

# %%
prelu_layer = PReLU()
prelu_layer(Tensor([-3.0, -1.0, 2.0])).sum().backward()
print(f"\nPReLU(-3, -1, 2): the derivative by the slope is {prelu_layer.slope.grad.item():g}")

# %% [markdown]
# Softmax works on a whole row: it turns any numbers into shares that add up to 1. Its derivative is a matrix, since
# raising one score takes shares from all the others: rows sum to 0

# %%
scores = np.array([2.0, 1.0, -1.0, 3.0])
shares = softmax(scores)
jacobian = np.zeros((4, 4))
for i in range(4):
    s = Tensor(scores, requires_grad=True)
    softmax(s)[i].backward()
    jacobian[i] = s.grad.numpy()
print(f"softmax(2, 1, -1, 3) = ({', '.join(f'{p:.4f}' for p in shares)}), sum {shares.sum():g}")
print(f"its derivative, row i: how share i answers each score\n{np.round(jacobian, 4)}")

with plot.style():
    fig = plot.figure(9.0, 3.6)
    left, right = fig.subplots(1, 2)
    bars = left.bar([f"{s:g}" for s in scores], shares, color=plot.COLOURS[0])
    left.bar_label(bars, fmt="%.4f", padding=2)
    left.set(title="softmax(2, 1, −1, 3)", xlabel="score", ylabel="share (they add up to 1)", ylim=(0, 0.8))
    shown = right.imshow(jacobian, cmap="RdBu_r", vmin=-0.25, vmax=0.25)
    for (i, j), v in np.ndenumerate(jacobian):
        right.text(j, i, f"{v:.3f}", ha="center", va="center", color="white" if abs(v) > 0.15 else "black")
    right.set(title="its derivative", xlabel="with respect to the score", ylabel="of the share")
    right.set(xticks=range(4), yticks=range(4), xticklabels=[f"{s:g}" for s in scores])
    right.set_yticklabels([f"{s:g}" for s in scores])
    right.grid(False)
    fig.colorbar(shown, ax=right)
keep(fig, "02_activations_softmax.png")
