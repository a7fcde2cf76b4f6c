# %% [markdown]
"""The most expensive comma in NumPy: (n, 1) minus (n,).

A network answers with a column, shape (n, 1). Labels usually come as a plain row of numbers, shape (n,). Subtract one
from the other and NumPy does not complain. Its broadcasting rules read (n,) as (1, n) and build the whole table of
every prediction minus every label, shape (n, n). Its mean is a number, it even falls during training, and it trains the
wrong thing: every sample is pulled towards the mean of all labels.

So the losses here refuse two different shapes and say what to write instead, and a parameter refuses a gradient of
another shape before an optimiser can see it. This demo walks into the trap with plain operations, to show what it
costs.

    python demos/13_shapes.py               takes a second
"""
# %%
import numpy as np
from common import keep

from autograd import Tensor
from nn import SGD, Linear, Parameter, bce_with_logits_loss, mae_loss, mse_loss, plot

rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (50, 1))
labels = 2 * x[:, 0] + 1 + rng.normal(0, 0.1, 50)   # shape (50,)

# %% [markdown]
# The trap, in three numbers each

# %%
column, row = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])
table = column - row
print(f"(3, 1) − (3,) has the shape {table.shape}:\n{table}")
print(f"three perfect predictions; the mean squared error of that table is {np.mean(table ** 2):.3f}, not 0\n")

# %% [markdown]
# The losses refuse it, and say what to write

# %%
messages = {}
for loss in (mse_loss, mae_loss, bce_with_logits_loss):
    try:
        loss(Tensor(column), row)
    except ValueError as error:
        messages[loss.__name__] = str(error)
        print(f"ValueError: {error}")
fixed = mse_loss(Tensor(column), row.reshape(-1, 1))
print(f"with the fix: mse_loss(prediction, target.reshape(-1, 1)) = {fixed.item():g}")

# %% [markdown]
# A gradient of the wrong shape is refused as well: by the parameter, before an optimiser can see it

# %%
p = Parameter(np.zeros((3, 1)), name="w")
try:
    p.grad = np.zeros(3)
except ValueError as error:
    messages["gradient"] = str(error)
    print(f"\nValueError: {error}\n")


# %% [markdown]
# What the trap costs: the same line fitted twice, with the loss written by hand

# %%
def fit(target):
    model = Linear(1, 1, rng=0)
    optimizer, losses = SGD(model.parameters(), lr=0.3), []
    for _ in range(60):
        optimizer.zero_grad()
        loss = ((model(x) - target) ** 2).mean()    # nobody checks shapes here: (50, 1) − (50,) gives (50, 50)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses


trapped, trapped_losses = fit(labels)
right, right_losses = fit(labels.reshape(-1, 1))
for name, model, losses in (("(50, 1) − (50,)", trapped, trapped_losses), ("(50, 1) − (50, 1)", right, right_losses)):
    print(f"{name:>17}: the loss falls from {losses[0]:.3f} to {losses[-1]:.3f}, "
          f"the line is y = {model.weight.item():.2f} x + {model.bias.item():.2f}")
print(f"the truth is y = 2 x + 1, and the mean of all labels is {labels.mean():.2f}")

# %% [markdown]
# Both losses fall. Only one of the lines has learned

# %%
with plot.style():
    fig = plot.figure(9.5, 3.6)
    left, losses_ax = fig.subplots(1, 2)
    ends = np.array([[-1.0], [1.0]])
    left.plot(x[:, 0], labels, "o", color="#808080", markersize=4, label="data")
    for name, model, losses, dash in (("(n, 1) − (n, 1): right", right, right_losses, "-"),
                                      ("(n, 1) − (n,): trapped", trapped, trapped_losses, "--")):
        left.plot(ends[:, 0], model(ends).data[:, 0], dash, label=name)
        losses_ax.plot(losses, dash, label=name)
    left.set(title="what was learned", xlabel="x", ylabel="y")
    losses_ax.set(title="both losses fall", xlabel="step", ylabel="the loss as it was computed", yscale="log")
    left.legend(loc="upper left")
    losses_ax.legend(loc="center right")
keep(fig, "13_shapes.png")
