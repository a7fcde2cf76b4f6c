# %% [markdown]
"""Forward through a small network, every number visible.

A network of layers 2-3-3-1: two inputs, two hidden layers of three neurons, one output. Each neuron multiplies what
arrives by its weights, adds them up, adds its bias, and lets the sum pass if it is positive (ReLU). Written for a whole
layer at once this is one matrix product: z = x W + b, a = max(z, 0). Here all sums are positive, so the ReLU changes
nothing, and you can follow the pass with a pencil.

    python demos/04_forward.py              takes a second; the drawings need graphviz's program `dot`
"""
# %%
import numpy as np
from common import keep

from autograd import draw, draw_network, relu
from nn import MLP

# %% [markdown]
# The weights are given. Row i of a matrix holds what leaves neuron i, column j what arrives at neuron j

# %%
WEIGHTS = [[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
           [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
           [[0.1], [0.2], [0.3]]]
BIASES = [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [0.1]]

model = MLP([2, 3, 3, 1], activation="relu", output="relu")
for layer, w, b in zip(model.layers, WEIGHTS, BIASES, strict=True):
    layer.weight.assign(w)
    layer.bias.assign(b)

# %% [markdown]
# Layer by layer, with the sum of the first neuron of each layer written out

# %%
x = np.array([[70.0, 25.0]])
values = [x]
for i, layer in enumerate(model.layers, start=1):
    received, w = values[-1][0], layer.weight.data[:, 0]
    values.append(relu(layer(values[-1])).numpy())
    terms = " + ".join(f"{a:g}·{v:g}" for a, v in zip(received, w, strict=True))
    print(f"layer {i}: {np.round(values[-1][0], 3)}")
    print(f"         the first: {terms} + {layer.bias.data[0]:g} = {values[-1][0, 0]:g}")

# %% [markdown]
# The same in one call

# %%
output = model(x)
print(f"model(x) = {output.item():g}")

# %% [markdown]
# Two drawings of it: neurons and weights, and the graph that backpropagation will walk

# %%
keep(draw_network(model, x), "04_forward_network.svg")
graph = draw(output, names=model, grad=False, show=("value", "shape"))
keep(graph, "04_forward_graph.svg")
