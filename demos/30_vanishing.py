# %% [markdown]
"""Why depth used to be a problem: gradients that vanish, gradients that explode.

Going back through a network, the gradient is multiplied once per layer: by the layer's weights and by the slope of its
activation. Factors below 1 shrink it geometrically, factors above 1 blow it up. The sigmoid's slope is never more than
1/4, so twenty sigmoid layers leave almost nothing for the first; ReLU passes the gradient on unchanged wherever it is
active. The rest is up to the weights, and there the cure is to start them with the right variance: 2 / (inputs +
outputs) keeps the size of what flows forward and of what flows back (Glorot and Bengio 2010).

    python demos/30_vanishing.py            takes two seconds (--full: 50 layers instead of 20)
"""
# %%
import sys

import numpy as np
from common import keep

from autograd import Tensor
from nn import MLP, init, mse_loss, plot
from nn.pictures import layer_norms

DEPTH, WIDTH = 50 if "--full" in sys.argv else 20, 50

# %% [markdown]
# The smallest case: five neurons in a row that only multiply. The derivative of the end by the start is w⁵: with 0.1 it
# is 10⁻⁵, a hundred-thousandth, with 10 it is 10⁵

# %%
chains = {}
for w in (0.1, 1.0, 10.0):
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(5):
        y = w * y
    y.backward()
    chains[w] = x.grad.item()
    print(f"five layers with weight {w:<4g}: derivative {chains[w]:g}")

# %% [markdown]
# A deep stack: the norm of each layer's gradient after one backward pass, on the same data for all

# %%
rng = np.random.default_rng(0)
x, target = rng.normal(size=(64, WIDTH)), rng.normal(size=(64, WIDTH))


def norms(activation, start, seed=0):
    """Gradient norms from the first layer to the last."""
    model = MLP([WIDTH] * (DEPTH + 1), activation, init=start, rng=seed)
    mse_loss(model(x), target).backward()
    return np.array(list(layer_norms(model).values()))


by_activation = {name: norms(name, "xavier_normal") for name in ("sigmoid", "tanh", "relu", "leaky_relu")}
starts = {"N(0, 0.01²)": init.normal(0.01), "N(0, 1)": init.normal(1.0), "Xavier (Glorot)": "xavier_normal"}
by_start = {name: norms("tanh", start) for name, start in starts.items()}
by_start["He, with ReLU"] = norms("relu", "he_normal")

# %% [markdown]
# How much of the gradient is left when it reaches the first layer

# %%
print(f"\n{DEPTH} layers of {WIDTH} units: norm of the gradient in the first layer / in the last")
for title, group in (("activation, Xavier start", by_activation), ("start, tanh", by_start)):
    print(title)
    for name, values in group.items():
        print(f"    {name:<16} {values[0]:9.2e} / {values[-1]:9.2e} = {values[0] / values[-1]:9.2e}")

# %% [markdown]
# Both as curves

# %%
with plot.style():
    figure = plot.figure(10, 4)
    panels = zip(figure.subplots(1, 2), (by_activation, by_start),
                 ("Activations, all started by Xavier", "Starts of the weights, tanh layers"), strict=True)
    for ax, group, title in panels:
        for i, (name, values) in enumerate(group.items()):
            ax.plot(range(1, DEPTH + 1), values, plot.DASHES[i], color=plot.COLOURS[i], marker="osD^"[i],
                    markersize=4, label=name)
        ax.set(yscale="log", title=title, xlabel="layer (1 is next to the input)", ylabel="norm of the gradient")
        ax.locator_params(axis="x", integer=True)
        ax.legend()
    keep(figure, "30_vanishing.png")
