# %% [markdown]
"""Seeing backpropagation: one small network drawn, played and explained.

Everything so far ran on the same graph; here it is looked at. The network has two inputs, two hidden neurons and one
output, small enough for all of its numbers to fit into a picture. The same training step is shown in four ways: as the
neurons and weights of the textbooks, as the graph of operations with values going forward and gradients coming back,
as formulas with the numbers in them, and as a page that steps through all of it, one operation at a time. Nothing is
prepared for the occasion: all four read the graph that training uses.

    python demos/50_seeing.py               takes a few seconds; needs graphviz's program `dot`

Then open demos/output/50_seeing_backprop.html in a browser: arrow keys step, Space plays, Q asks you the next sign.
"""
# %% [markdown]
# Set up: one network, one sample, one wanted answer

# %%
from common import OUTPUT, keep

from autograd import Tensor, draw, draw_network, explain, play
from nn import MLP, SGD, bce_with_logits_loss

model = MLP([2, 2, 1], activation="tanh", rng=1)
x, y = Tensor([[1.0, 0.0]], name="x"), Tensor([[1.0]], name="y")          # the answer should be yes


def loss_of(model):
    return bce_with_logits_loss(model(x), y)


loss = loss_of(model)
loss.backward()
print(f"loss {loss.item():.4f} at the start")

# %% [markdown]
# As neurons: each circle holds what its neuron passes on; red weights are positive, blue ones negative

# %%
keep(draw_network(model, x), "50_seeing_network.svg")

# %% [markdown]
# The same lines, now as thick as the gradient of their weight: who is to blame for the error?

# %%
keep(draw_network(model, x, by="grad"), "50_seeing_blame.svg")

# %% [markdown]
# As a graph: black arrows carry values forward, red arrows carry gradients back

# %%
keep(draw(loss, names=model), "50_seeing_graph.svg")

# %% [markdown]
# As formulas: the error δ of the last layer, that of the layer before, and what both mean for weights and biases

# %%
derivation = explain(loss, names=model)
print(f"\n{derivation}\n")
keep(derivation.latex, "50_seeing.tex")

# %% [markdown]
# As a film: one page, no server, no network

# %%
play(loss, OUTPUT / "50_seeing_backprop.html", names=model, title="One training step, step by step")

# %% [markdown]
# And what all of it is for: steps down the gradient, until the network says yes

# %%
optimizer, losses = SGD(model.parameters(), lr=0.5), []
for _ in range(20):
    optimizer.zero_grad()
    loss = loss_of(model)
    loss.backward(retain_graph=False)
    optimizer.step()
    losses.append(loss.item())
print(f"loss {losses[0]:.4f} before the first step, {losses[-1]:.4f} after the nineteenth")
print("written to demos/output: " + ", ".join(sorted(p.name for p in OUTPUT.glob("50_seeing*"))))
