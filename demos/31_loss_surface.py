# %% [markdown]
"""The landscape that training walks in.

A network with thousands of weights has a loss for every choice of them: a surface in thousands of dimensions. To look
at it we stand where training ended and walk along two random directions, measuring the loss as we go; the result is a
height above a plane. Directions must be scaled with care, or a picture says more about the size of the weights than
about the loss: the part of a direction that belongs to one unit gets the length of that unit's own weights ("filter
normalisation", Li et al. 2018).

Along random directions the path of training itself cannot be seen: it is nearly perpendicular to both. So a second
picture uses the two directions in which the weights moved most, and draws the path into it.

    python demos/31_loss_surface.py         takes several seconds (--full: a finer picture)
"""
# %% [markdown]
# Set up: digits of 8 x 8 pixels, and a network that learns them

# %%
import sys

from common import keep
from sklearn.datasets import load_digits

from nn import MLP, Adam, cross_entropy_loss, evaluate, fit
from nn.landscape import loss_landscape

POINTS = 61 if "--full" in sys.argv else 21
images, labels = load_digits(return_X_y=True)
x, y = images[:300] / 16, labels[:300]
model = MLP([64, 32, 32, 10], rng=0)
states = [model.state_dict()]


def remember(training):
    states.append(training.model.state_dict())


# %% [markdown]
# Train, keeping the weights after every epoch

# %%
history = fit(model, (x, y), cross_entropy_loss, Adam(model.parameters(), lr=3e-3), 12, batch_size=30, rng=0,
              callbacks=[remember], progress=False)
end = evaluate(model, (x, y), cross_entropy_loss)["loss"]
print(f"cross-entropy on {len(x)} digits: {history['loss'][0]:.3f} in the first epoch, {end:.4f} at the end")


def loss():
    return cross_entropy_loss(model(x), y)


def save(figure, name, across, up):
    solid, flat, bar = figure.axes
    solid.set(xlabel=across, ylabel=up, zlabel="cross-entropy (nats)")
    solid.locator_params(nbins=5)
    flat.set(xlabel=across, ylabel=up)
    bar.set_ylabel("cross-entropy (nats)")
    keep(figure, f"31_loss_surface_{name}.png")


# %% [markdown]
# Along two random directions: a smooth bowl, its bottom where training ended

# %%
surface = loss_landscape(model, loss, points=POINTS, span=1.0, rng=1)
save(surface, "random", "random direction 1", "random direction 2")

# %% [markdown]
# In the plane of the path: how training came down, one dot after each epoch

# %%
path = loss_landscape(model, loss, trajectory=states, directions="principal", points=POINTS)
save(path, "path", "first principal direction", "second principal direction")
