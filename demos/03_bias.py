# %% [markdown]
"""What a bias is for: the same two clouds, with and without it.

A neuron's decision line is where w1 x1 + w2 x2 + b = 0. Without the bias b the point (0, 0) always satisfies it: the
line is nailed to the origin, and training can turn it but not move it. When both clouds lie on the same side of the
origin, no turn separates them well. The bias pulls out the nail: one number more, and the line goes where it must.

    python demos/03_bias.py                 takes a second
"""
# %%
import numpy as np
from common import keep

from autograd import no_grad
from nn import SGD, Linear, bce_with_logits_loss, plot

# %% [markdown]
# Two clouds in the same direction from the origin, one nearer and one farther

# %%
def clouds(seed, n=100):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([0, 1], n // 2))
    return np.where(labels[:, None] == 1, 4.0, 1.5) + rng.normal(0, 0.6, (n, 2)), labels


# %% [markdown]
# The same neuron, trained the same way on the log loss, once without and once with a bias

# %%
def train(x, labels, bias, steps=500):
    neuron = Linear(2, 1, bias=bias, rng=0)
    optimizer = SGD(neuron.parameters(), lr=0.2, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        bce_with_logits_loss(neuron(x), labels.reshape(-1, 1)).backward()
        optimizer.step()
    return neuron


def accuracy(neuron, x, labels):
    with no_grad():
        return float(np.mean((neuron(x).data[:, 0] > 0) == labels))


x, labels = clouds(seed=0)
neurons = {"without a bias": train(x, labels, bias=False), "with a bias": train(x, labels, bias=True)}
for name, neuron in neurons.items():
    w1, w2 = neuron.weight.data[:, 0]
    b = 0.0 if neuron.bias is None else neuron.bias.item()
    print(f"{name:>14}: {accuracy(neuron, x, labels):4.0%} right, the line {w1:.2f} x1 {w2:+.2f} x2 {b:+.2f} = 0 "
          f"passes the origin at a distance of {abs(b) / np.hypot(w1, w2):.2f}")

# %% [markdown]
# The lines

# %%
with plot.style():
    fig = plot.figure(9.5, 4.2)
    for ax, (name, neuron) in zip(fig.subplots(1, 2, sharex=True, sharey=True), neurons.items(), strict=True):
        w, b = neuron.weight.data[:, 0], 0.0 if neuron.bias is None else neuron.bias.item()
        foot = -b * w / (w @ w)                     # the point of the line that is nearest to the origin
        ax.axline(foot, foot + np.array([-w[1], w[0]]), color="black", label="decision line")
        for label, marker in ((0, "o"), (1, "s")):
            ax.plot(*x[labels == label].T, marker, color=plot.COLOURS[label], markeredgecolor="white",
                    label=f"class {label}")
        ax.plot(0, 0, "+", color=plot.COLOURS[2], markersize=14, markeredgewidth=3, label="origin")
        ax.set(title=f"{name}: {accuracy(neuron, x, labels):.0%} right", xlabel="x1", ylabel="x2", aspect="equal",
               xlim=(-1.5, 6.5), ylim=(-1.5, 6.5))
    fig.axes[1].legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
keep(fig, "03_bias.png")
