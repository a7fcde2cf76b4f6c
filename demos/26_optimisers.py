# %% [markdown]
"""What optimisers remember: five update rules, one valley, one network.

Plain gradient descent forgets everything after a step. In a long narrow valley that is costly: the rate must suit the
steep walls, and along the flat floor it is then far too small. The other rules keep a state for each parameter:

- momentum keeps a velocity, a fading sum of past gradients: v ← μ v + g, w ← w − α v. Along the floor the gradients
  agree and add up; across it they change sign and cancel
- Nesterov's momentum takes the gradient where the velocity will carry it, so that it brakes earlier
- RMSprop keeps the mean square of past gradients, v ← ρ v + (1 − ρ) g², and divides by its root: w ← w − α g / √v.
  Each parameter gets a rate of its own, small where the gradients are large
- Adam keeps both, a mean and a mean square, and corrects them for having started at 0

    python demos/26_optimisers.py           a few seconds
"""
# %%
import numpy as np
from common import keep
from sklearn.datasets import load_digits

from nn import MLP, SGD, Adam, Parameter, RMSprop, batches, cross_entropy_loss, plot

RULES = {"SGD": lambda p, lr: SGD(p, lr=lr),
         "momentum": lambda p, lr: SGD(p, lr=lr, momentum=0.9),
         "Nesterov": lambda p, lr: SGD(p, lr=lr, momentum=0.9, nesterov=True),
         "RMSprop": lambda p, lr: RMSprop(p, lr=lr, alpha=0.9),
         "Adam": lambda p, lr: Adam(p, lr=lr)}
KEEPS = {"SGD": [], "momentum": ["velocity"], "Nesterov": ["velocity"], "RMSprop": ["mean square"],
         "Adam": ["mean", "mean square"]}

# %% [markdown]
# A valley: J = ½ (w1² + 100 w2²), a hundred times as steep across as along. All start at the same point

# %%
START, STEEP, STEPS = np.array([-4.0, 1.0]), np.array([1.0, 100.0]), 60


def walk(rule, lr):
    """Rows (w1, w2, cost) from the start on; and the rule's state after each step: (steps, kept, 2)."""
    w = Parameter(START)
    optimizer, rows, kept = rule([w], lr), [], []
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        cost = 0.5 * (STEEP * w * w).sum()
        cost.backward(retain_graph=False)
        rows.append([*w.numpy(), cost.item()])
        optimizer.step()
        kept.append([np.array(values) for values in optimizer.state[0]])
    return np.array(rows), np.array(kept)


# %% [markdown]
# Each rule gets the best of 24 learning rates, measured by the cost after 60 steps: then the race is fair

# %%
RATES = np.geomspace(0.002, 1, 24)
best = {name: min(RATES, key=lambda lr: walk(rule, lr)[0][-1, 2]) for name, rule in RULES.items()}
walks = {name: walk(rule, best[name]) for name, rule in RULES.items()}
print(f"{'rule':>9} {'keeps per parameter':>20} {'best rate':>10} {'cost after 20':>14} {'after 60 steps':>15}")
for name, (rows, kept) in walks.items():
    assert kept.shape[1] == len(KEEPS[name])
    print(f"{name:>9} {' and '.join(KEEPS[name]) or 'nothing':>20} {best[name]:>10.3f} {rows[20, 2]:>14.2g} "
          f"{rows[60, 2]:>15.2g}")

# %% [markdown]
# A network with the same rules: 64-32-10 on the digits of scikit-learn, batches of 64, four epochs. Each rate
# gives a lower loss than a third of it and than three times it

# %%
NETWORK_RATES = {"SGD": 0.3, "momentum": 0.1, "Nesterov": 0.1, "RMSprop": 0.01, "Adam": 0.03}
images, labels = load_digits(return_X_y=True)


def train(name, epochs=4):
    model, rng, losses = MLP([64, 32, 10], rng=0), np.random.default_rng(0), []
    optimizer = RULES[name](model.parameters(), NETWORK_RATES[name])
    for _ in range(epochs):
        for x, y in batches(images / 16, labels, size=64, rng=rng):
            optimizer.zero_grad()
            loss = cross_entropy_loss(model(x), y)
            loss.backward(retain_graph=False)
            optimizer.step()
            losses.append(loss.item())
    return losses, optimizer


runs = {name: train(name) for name in RULES}
counts = {name: sum(np.size(kept) for kept in optimizer.state) for name, (_, optimizer) in runs.items()}
print(f"\nthe network has {sum(p.size for p in runs['SGD'][1].params)} parameters")
for name, (losses, _) in runs.items():
    print(f"{name:>9}: keeps {counts[name]:>4} numbers; mean loss of the last epoch {np.mean(losses[-29:]):.3f}")

# %% [markdown]
# The valley: the paths above, the state below, for w2, the steep parameter, beside its gradient. Adam's is shown as it
# is used, corrected for having started at 0

# %%
def unbiased(name, quantity, values, t):
    return values / (1 - {"mean": 0.9, "mean square": 0.999}[quantity] ** t) if name == "Adam" else values


with plot.style():
    fig = plot.figure(14, 5.6)
    above, below = fig.subplots(2, 5, sharey="row")
    a, b = np.meshgrid(np.linspace(-4.5, 2.5, 80), np.linspace(-1.3, 1.3, 80))
    for name, top, bottom in zip(RULES, above, below, strict=True):
        rows, kept = walks[name]
        top.contour(a, b, 0.5 * (a * a + 100 * b * b), levels=[0.3, 2, 8, 20, 40, 70], cmap="Blues_r", linewidths=0.8)
        top.plot(*rows[:, :2].T, ".-", color=plot.COLOURS[1], linewidth=1, markersize=4)
        top.plot(0, 0, "*", color=plot.COLOURS[2], markersize=11)
        top.set(title=f"{name}, α = {best[name]:.2g}", xlabel="w1", xlim=(-4.5, 2.5), ylim=(-1.3, 1.3))
        top.grid(False)
        bottom.plot(100 * rows[:30, 1], color="#808080", linewidth=1, label="gradient of w2")
        for k, (quantity, dash) in enumerate(zip(KEEPS[name], ("-", "--"), strict=False)):
            values = unbiased(name, quantity, kept[:30, k, 1], np.arange(1, 31))
            root = quantity == "mean square"
            bottom.plot(np.sqrt(values) if root else values, dash, color=plot.COLOURS[2 * root + 1],
                        label="root of its mean square" if root else f"its {quantity}")
        bottom.set(xlabel="step", ylim=(-125, 235))
        bottom.legend(loc="upper right")
    above[0].set_ylabel("w2")
keep(fig, "26_optimisers.png")

# %% [markdown]
# The network: the loss; and the rate that each of its parameters gets, α or α / √v, from the smallest to the largest.
# Weights of pixels that are nearly always black get the largest rates

# %%
with plot.style():
    fig = plot.figure(10.5, 3.8)
    left, right = fig.subplots(1, 2)
    for i, (name, (losses, optimizer)) in enumerate(runs.items()):
        left.plot(np.convolve(losses, np.ones(8) / 8, "valid"), plot.DASHES[i % 4], color=plot.COLOURS[i], label=name)
        if name in ("SGD", "RMSprop", "Adam"):
            means = np.concatenate([kept[-1].ravel() for kept in optimizer.state]) if counts[name] else np.ones(2410)
            means = unbiased(name, "mean square", means, len(losses))
            rates = np.sort(NETWORK_RATES[name] / (np.sqrt(means) + 1e-8))
            right.plot(np.linspace(0, 100, len(rates)), rates, plot.DASHES[i % 4], color=plot.COLOURS[i], label=name)
    left.set(title="64-32-10 on digits", xlabel="update", ylabel="loss, mean of 8 batches (nats)", yscale="log")
    right.set(title="one rate for all, or one for each", xlabel="share of the parameters (%)", ylabel="rate",
              yscale="log", ylim=(0.01, 100))
    left.legend(loc="lower left")
    right.legend(loc="upper left")
keep(fig, "26_optimisers_network.png")
