# %% [markdown]
"""One hidden layer is enough for any curve, if it is wide enough; training need not find it.

The universal approximation theorem (Cybenko 1989, Hornik 1991; for every activation that is no polynomial, Leshno and
others 1993): a network with one hidden layer comes as close as one wants to a continuous function on a closed and
bounded interval, if it may have as many neurons as that takes.

With ReLUs one can see why. Each ReLU bends the line at one place, so n of them draw a chain of n straight pieces, and
short pieces follow any curve. The weights of this chain can be written down without training. For a smooth curve its
error is at most h²/8 · max |f″| with pieces of length h: twice the neurons, a quarter of the error.

    python demos/19_universal_approximation.py      takes a few seconds
"""
# %%
import numpy as np
from common import keep

from nn import LBFGS, MLP, mse_loss, plot

WIDTHS = (1, 2, 4, 8, 16, 32, 64)
LARGEST_BEND = 9 + 0.5 * 49                         # no |f″| is larger, since no sine exceeds 1


def f(x):
    return np.sin(3 * x) + 0.5 * np.sin(7 * x)


fine = np.linspace(-1, 1, 1_001).reshape(-1, 1)


def largest_error(model):
    return np.abs(model(fine).numpy() - f(fine)).max()


# %% [markdown]
# By hand: the chain through n + 1 points of the curve. Neuron i begins at knot i, relu(x − knot), and its output weight
# is the change of slope there

# %%
def chain(n):
    knots = np.linspace(-1, 1, n + 1)
    slopes = np.diff(f(knots)) / np.diff(knots)
    model = MLP([1, n, 1], activation="relu")
    hidden, output = model.layers
    hidden.weight.assign(np.ones((1, n)))
    hidden.bias.assign(-knots[:-1])
    output.weight.assign(np.diff(slopes, prepend=0.0).reshape(n, 1))
    output.bias.assign([f(knots[0])])
    return model


# %% [markdown]
# By training: the same number of tanh neurons, 100 points, L-BFGS from three random starts. Every start is shown: the
# theorem promises nothing about training

# %%
x_train = np.linspace(-1, 1, 100).reshape(-1, 1)
STEPS, SEEDS = 80, (0, 1, 2)


def trained(n, seed):
    model = MLP([1, n, 1], activation="tanh", rng=seed)
    optimizer = LBFGS(model.parameters())

    def closure():
        optimizer.zero_grad()
        loss = mse_loss(model(x_train), f(x_train))
        loss.backward(retain_graph=False)
        return loss
    for _ in range(STEPS):
        optimizer.step(closure)
    return model


chains = {n: chain(n) for n in WIDTHS}
learned = {n: [trained(n, seed) for seed in SEEDS] for n in WIDTHS}
chain_errors = {n: largest_error(model) for n, model in chains.items()}
learned_errors = {n: [largest_error(model) for model in models] for n, models in learned.items()}
bounds = {n: (2 / n) ** 2 / 8 * LARGEST_BEND for n in WIDTHS}
print("largest error on 1 001 points\nwidth   by hand     bound   trained, three starts")
for n in WIDTHS:
    print(f"{n:>5}{chain_errors[n]:>10.4f}{bounds[n]:>10.4f}   " + "".join(f"{e:>9.4f}" for e in learned_errors[n]))

# %% [markdown]
# The curve and some of the networks; the error against the width

# %%
with plot.style():
    fig = plot.figure(13, 3.9)
    left, middle, right = fig.subplots(1, 3)
    left.sharey(middle)
    best = {n: min(models, key=largest_error) for n, models in learned.items()}
    for ax, models, widths, title in ((left, chains, (2, 4, 8), "ReLUs by hand: a chain of lines"),
                                      (middle, best, (1, 2, 8), "tanh, trained: the best start")):
        ax.plot(fine, f(fine), color="#B0B0B0", linewidth=5, label="the curve")
        for n, colour, dash in zip(widths, plot.COLOURS, ("-", "--", "-."), strict=False):
            ax.plot(fine, models[n](fine).numpy(), dash, color=colour, linewidth=1.5, label=f"width {n}")
        ax.set(title=title, xlabel="x", ylim=(-2.2, 1.7))
        ax.legend(loc="lower right", ncols=2)
    right.plot(WIDTHS, list(bounds.values()), ":", color="black", label="by hand: bound h²/8 · max |f″|")
    right.plot(WIDTHS, list(chain_errors.values()), "o-", color=plot.COLOURS[0], label="by hand")
    for k in range(len(SEEDS)):
        right.plot(WIDTHS, [e[k] for e in learned_errors.values()], "s", color=plot.COLOURS[1], markersize=5,
                   label="trained, three starts" if k == 0 else None)
    right.set(xscale="log", yscale="log", title="error against width", xlabel="width (hidden neurons)",
              ylabel="largest error")
    right.set_xticks(WIDTHS, labels=WIDTHS)
    right.minorticks_off()
    right.legend(loc="lower left")
keep(fig, "19_universal_approximation.png")
