# %% [markdown]
"""The same network three ways: how models are put together out of modules.

A module owns parameters and has a `forward` that says what is computed. Other modules can be its attributes, one by
one, or in a list that a loop fills; where one simply follows the other, a Sequential needs no class at all. Whichever
way, the network finds all parameters in all attributes, and training is the same four lines: gradients to zero,
forward, backward, step.

Two things change once training is over. `eval()` tells layers such as Dropout, which act at random while the network
learns, that it is being used. And within `no_grad()` no graph is recorded, since nobody will ask for a gradient.

    python demos/20_modules.py              takes a second or two
"""
# %%
from itertools import pairwise

import numpy as np
from common import keep
from sklearn.datasets import make_moons

from autograd import no_grad, relu
from nn import SGD, Dropout, Linear, Module, ModuleList, ReLU, Sequential, bce_with_logits_loss
from nn.pictures import decision_strip

x, labels = make_moons(200, noise=0.15, random_state=0)
y = labels.reshape(-1, 1)
SIZES = (2, 16, 16, 1)


# %% [markdown]
# Layers as attributes; `forward` says how they follow each other

# %%
class Attributes(Module):
    def __init__(self, rng):
        self.first = Linear(2, 16, rng=rng)
        self.second = Linear(16, 16, rng=rng)
        self.last = Linear(16, 1, rng=rng)

    def forward(self, x):
        return self.last(relu(self.second(relu(self.first(x)))))


# %% [markdown]
# A list of layers, built in a loop: as many as there are sizes

# %%
class Listed(Module):
    def __init__(self, sizes, rng):
        self.layers = ModuleList(Linear(before, after, rng=rng) for before, after in pairwise(sizes))

    def forward(self, x):
        *hidden, last = self.layers
        for layer in hidden:
            x = relu(layer(x))
        return last(x)


# %% [markdown]
# One after the other: no class needed

# %%
def sequential(rng):
    return Sequential(Linear(2, 16, rng=rng), ReLU(), Linear(16, 16, rng=rng), ReLU(), Linear(16, 1, rng=rng))


# %% [markdown]
# Training does not care which it is: the same start gives the same network

# %%
def train(model, steps=500):
    criterion, optimizer, losses = bce_with_logits_loss, SGD(model.parameters(), lr=0.3, momentum=0.9), []
    model.train()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    return losses


models = {"attributes": Attributes(np.random.default_rng(0)), "a list": Listed(SIZES, np.random.default_rng(0)),
          "Sequential": sequential(np.random.default_rng(0))}
losses = {name: train(model) for name, model in models.items()}
for name, model in models.items():
    names = [path for path, _ in model.named_parameters()]
    print(f"{name:>10}: {sum(p.size for p in model.parameters())} parameters in {len(names)} arrays, {names[0]} to "
          f"{names[-1]}; log loss {losses[name][0]:.3f} → {losses[name][-1]:.4f}")

# %% [markdown]
# `train()` and `eval()`: with a Dropout inside, a network that learns answers differently each time, in use always
# the same

# %%
dropping = Sequential(Linear(2, 16, rng=0), ReLU(), Dropout(0.5, rng=0), Linear(16, 1, rng=0))
learning = [dropping(x[:1]).item() for _ in range(3)]
dropping.eval()
using = [dropping(x[:1]).item() for _ in range(3)]
print("one point, three times, while learning:", ", ".join(f"{v:.3f}" for v in learning))
print("                               in use:", ", ".join(f"{v:.3f}" for v in using))

# %% [markdown]
# `no_grad()`: the same numbers, and no graph behind them

# %%
recorded = model(x)
with no_grad():
    plain = model(x)
print(f"requires_grad: {recorded.requires_grad} as it is, {plain.requires_grad} within no_grad()")

# %% [markdown]
# Three networks, one decision

# %%
keep(decision_strip(list(models.items()), x, labels, names=("x₁", "x₂")), "20_modules.png")
