# %% [markdown]
"""A nudge: one weight changes a little; follow the change through the network to the cost.

Add Δw to one weight of the first layer. One sum changes, so one activation changes; then all activations of the next
layer change, and of the layer after it, and at last the cost C, by ΔC. To first order each step multiplies the change
by a weight or by the slope of a sigmoid. Along one path that is a product, and ΔC is the sum over all paths.

That is what the gradient means: ΔC ≈ ∂C/∂w · Δw. Following a nudge needs one walk forward for each weight.
Backpropagation adds up the same paths from the other end, and one walk serves all weights.

    python demos/18_nudge.py                takes a second
"""
# %%
import itertools

import numpy as np
from common import keep

from autograd import no_grad
from nn import MLP, init, plot

# %% [markdown]
# 3-4-3-2, sigmoids everywhere, one sample, cost ½ ‖a − y‖². The gradient by backpropagation

# %%
model = MLP([3, 4, 3, 2], activation="sigmoid", output="sigmoid", init=init.normal(1.5), rng=5)
x, y = np.array([0.9, -0.4, 0.7]), np.array([1.0, 0.0])
W1, W2, W3 = (layer.weight for layer in model.layers)
FROM, TO = 0, 1                                     # the weight from input 1 to hidden neuron 2


def cost(output):
    return 0.5 * ((output - y) ** 2).sum()


cost(model(x)).backward()
gradient = W1.grad.data[FROM, TO]
print(f"∂C/∂w by backpropagation: {gradient:+.6f}")


# %% [markdown]
# What really happens: run the network with w and with w + Δw, and take the difference of every activation

# %%
def evaluate():
    """The activations of each layer, then the cost."""
    with no_grad():
        a = [x]
        for layer in model.layers:
            a.append(layer(a[-1]).sigmoid().numpy())
        return a[1:], cost(a[-1])


def nudged(dw):
    """The changes of all activations, layer by layer, and of the cost."""
    before, cost_before = evaluate()
    weights = W1.numpy()
    changed = weights.copy()
    changed[FROM, TO] += dw
    W1.assign(changed)
    after, cost_after = evaluate()
    W1.assign(weights)
    return [b - a for a, b in zip(before, after, strict=True)], cost_after - cost_before


# %% [markdown]
# What is forecast: at each step a product with the slope there, as if the sigmoids were straight lines

# %%
(a1, a2, a3), C = evaluate()
slope1, slope2, slope3 = (a * (1 - a) for a in (a1, a2, a3))


def forecast(dw):
    da1 = np.zeros(4)
    da1[TO] = dw * x[FROM] * slope1[TO]             # one neuron of the first layer, no other
    da2 = da1 @ W2.data * slope2                    # all of the second
    da3 = da2 @ W3.data * slope3
    return [da1, da2, da3], ((a3 - y) * da3).sum()


DW = 0.5
(real, dC), (first_order, dC_forecast) = nudged(DW), forecast(DW)
print(f"\nΔw = {DW}: what changes, and the forecast")
for name, r, p in zip(("hidden 1", "hidden 2", "output"), real, first_order, strict=True):
    print(f"  Δa of {name:<9}" + "  ".join(f"{u:+.5f} ({v:+.5f})" for u, v in zip(r, p, strict=True)))
print(f"  ΔC             {dC:+.5f} ({dC_forecast:+.5f})   gradient · Δw = {gradient * DW:+.5f}")

# %% [markdown]
# The forecast is a sum over paths: hidden neuron 2, then one of three, then one of two outputs, then the cost

# %%
paths = {(i, m): DW * x[FROM] * slope1[TO] * W2.data[TO, i] * slope2[i] * W3.data[i, m] * slope3[m] * (a3[m] - y[m])
         for i, m in itertools.product(range(3), range(2))}
print("\nsix paths")
for (i, m), product in paths.items():
    print(f"  w → hidden 2 → neuron {i + 1} → output {m + 1} → C: {product:+.6f}")
print(f"  their sum: {sum(paths.values()):+.6f}")

# %% [markdown]
# The smaller the nudge, the better the forecast: a tenth of the nudge, a hundredth of the error

# %%
SIZES = 10.0 ** np.arange(-4, 1)
errors = np.array([abs(nudged(dw)[1] - gradient * dw) for dw in SIZES])
for dw, error in zip(SIZES, errors, strict=True):
    print(f"Δw = {dw:<7g} error of the forecast {error:.2e}")

# %% [markdown]
# The nudge on its way, in each layer the lines are as wide as what they carry; ΔC and its forecast; the error

# %%
with plot.style():
    fig = plot.figure(13.5, 4.2)
    net, line, error_ax = fig.subplots(1, 3, width_ratios=(1.7, 1, 1))
    places = [[(k, (n - 1) / 2 - j) for j in range(n)] for k, n in enumerate((3, 4, 3, 2, 1))]
    texts = [["x1", "x2", "x3"], *([f"{d:+.3f}" if d else "0" for d in changes] for changes in [*real, [dC]])]
    carried = [np.outer(np.eye(3)[FROM], first_order[0] / slope1), first_order[0][:, None] * W2.data,
               first_order[1][:, None] * W3.data, ((a3 - y) * first_order[2])[:, None]]
    for k, sums in enumerate(carried):
        for (i, start), (j, end) in itertools.product(enumerate(places[k]), enumerate(places[k + 1])):
            size, colour = sums[i, j], plot.COLOURS[1] if sums[i, j] > 0 else plot.COLOURS[0]
            net.plot(*zip(start, end, strict=True), color=colour if size else "#D0D0D0", zorder=1,
                     linewidth=0.6 + 6 * abs(size) / np.abs(sums).max())
    for column, labels in zip(places, texts, strict=True):
        for (across, up), text in zip(column, labels, strict=True):
            net.plot(across, up, "o", color="white", markeredgecolor="black", markersize=36)
            net.text(across, up, text, ha="center", va="center", fontsize=9)
    for across, text in enumerate(("input", "Δa hidden 1", "Δa hidden 2", "Δa output", "ΔC")):
        net.text(across, -2.1, text, ha="center")
    net.set(xlim=(-0.3, 4.3), ylim=(-2.2, 2), title=f"Δw = {DW} on its way (red up, blue down)")
    net.axis("off")
    dws = np.linspace(-2, 2, 41)
    line.plot(dws, [nudged(dw)[1] for dw in dws], label="ΔC")
    line.plot(dws, gradient * dws, "--", label="∂C/∂w · Δw")
    line.set(title="what happens, and the forecast", xlabel="Δw", ylabel="change of the cost")
    line.legend()
    error_ax.plot(SIZES, errors, "o-")
    error_ax.set(xscale="log", yscale="log", title="error of the forecast", xlabel="Δw", ylabel="|ΔC − ∂C/∂w · Δw|")
keep(fig, "18_nudge.png")
