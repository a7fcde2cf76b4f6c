# %% [markdown]
"""Why training descends on a loss, and not on the number of right answers.

What we want is accuracy: as many pictures as possible on the right side. Why not descend on it? Turn one weight slowly
and count: for a long way nothing happens, then one picture changes sides and the accuracy jumps. It is a staircase, and
the slope of a step is 0: it does not say where to go. A smooth loss measures how sure and how wrong each answer is, so
each small change of a weight changes it.

Not every smooth loss is good. The squared error ½(y − a)² is a bowl in the prediction a, but a = σ(wx + b) bends this
bowl: as a function of the weight it can have several valleys, and the start decides which one is found. The log loss
is a bowl in the weight too.

    python demos/15_why_not_accuracy.py     takes a few seconds
"""
# %%
import numpy as np
from animals import drawn
from common import keep

from autograd import grad, sigmoid, softplus
from nn import SGD, Linear, bce_with_logits_loss, init, plot

# %% [markdown]
# One neuron learns 200 drawn cats (0) and dogs (1): 16 x 16 grey pixels, so 256 weights. One picture is watched: what
# does the neuron say about it, epoch after epoch?

# %%
rng = np.random.default_rng(0)
y = np.arange(200.0).reshape(-1, 1) % 2
pictures = np.array([drawn(int(label), rng).convert("L").resize((16, 16)) for label in y[:, 0]])
x, WATCHED, EPOCHS = pictures.reshape(200, 256) / 255, 7, 1_000
neuron = Linear(256, 1, init=init.normal(0.001), rng=0)
optimizer, watched, losses, right = SGD(neuron.parameters(), lr=0.03), [], [], []
for _ in range(EPOCHS):
    optimizer.zero_grad()
    z = neuron(x)
    loss = bce_with_logits_loss(z, y)
    loss.backward(retain_graph=False)
    optimizer.step()
    watched.append(sigmoid(z[WATCHED, 0]).item())
    losses.append(loss.item())
    right.append(100 * np.mean((z.data > 0) == y))
print(f"a dog: the neuron's probability of 'dog' is {watched[0]:.2f} before training, {watched[-1]:.2f} after {EPOCHS}")
print(f"log loss {losses[0]:.3f} → {losses[-1]:.3f}; right answers {right[0]:.1f} → {right[-1]:.1f} %")

# %% [markdown]
# Now turn one weight of the 256, all others held. The sum of picture i is z = c + w x: it crosses 0 where w = −c / x,
# and only there can the accuracy change

# %%
PIXEL = 72                                          # near the left ear
weights, bias = neuron.weight.data[:, 0], neuron.bias.item()
rest = x @ weights + bias - weights[PIXEL] * x[:, PIXEL]


def accuracy(w):
    return 100 * np.mean((rest + w * x[:, PIXEL] > 0) == y[:, 0])


def log_loss(w):
    return bce_with_logits_loss(rest + w * x[:, PIXEL], y[:, 0])


low, high = weights[PIXEL] - 4, weights[PIXEL] + 4
jumps = np.sort(-rest / x[:, PIXEL])
jumps = jumps[(low < jumps) & (jumps < high)]
tread = np.diff(jumps).argmax()                     # the longest step of the staircase
middle, half = jumps[tread:tread + 2].mean(), 0.4 * np.diff(jumps)[tread]
moved = np.array([middle - half, middle, middle + half])
on_step = [accuracy(w) for w in moved], [log_loss(w).item() for w in moved]
print(f"\n{len(jumps)} steps between w = {low:.2f} and {high:.2f}. On the longest one, w = "
      + ", ".join(f"{w:.3f}" for w in moved) + ":\n  accuracy "
      + ", ".join(f"{a:.1f} %" for a in on_step[0]) + "\n  log loss " + ", ".join(f"{v:.4f}" for v in on_step[1])
      + f"   its slope in the middle: {grad(log_loss)(middle):.4f}")

# %% [markdown]
# One weight w, fixed b, six samples: each x was seen with both answers, as where classes overlap. Both losses as
# functions of w, for a whole column of values of w at once, and descent from four starts

# %%
X, Y, B = np.array([-1, -1, 0.3, 0.3, 1, 1]), np.array([0.0, 1, 0, 1, 0, 1]), -3.0


def squared_error(w):
    return (0.5 * (Y - sigmoid(w * X + B)) ** 2).mean(axis=1)


def cross_entropy(w):
    z = w * X + B
    return (softplus(z) - Y * z).mean(axis=1)       # −log σ(z) where y is 1, −log(1 − σ(z)) where it is 0


def slope(f):
    return grad(lambda w: f(w).sum())               # for each value of w by itself


def descend(f, rate, steps=800):
    w = np.array([[-6.0], [1.0], [7.0], [15.0]])
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - rate * slope(f)(path[-1]))
    return np.array(path)[:, :, 0]


paths = {squared_error: descend(squared_error, 5.0), cross_entropy: descend(cross_entropy, 2.0)}
grid = np.linspace(-8, 20, 281).reshape(-1, 1)
curvature = {f: slope(slope(f))(grid)[:, 0] for f in paths}
in_prediction = grad(grad(lambda a: 0.5 * (1.0 - a) ** 2))(0.3)
print(f"\nsecond derivative of ½(y − a)²: by a it is {in_prediction:g}, whatever a is")
for f, path in paths.items():
    print(f"{f.__name__}: by w from {curvature[f].min():.4f} to {curvature[f].max():.4f}; descent ends at "
          + ", ".join(f"{w:.2f}" for w in path[-1]))

# %% [markdown]
# Three pictures: the watched dog, the staircase beside the loss, and the two losses of one weight

# %%
with plot.style():
    fig = plot.figure(13, 3.8)
    one, two, three = fig.subplots(1, 3)
    one.plot(watched, label="a = probability of 'dog'")
    one.plot(np.array(right) / 100, "--", label="share of right answers")
    one.set(title="one dog during training", xlabel="epoch", ylim=(0.4, 1.02))
    one.legend(loc="lower right")
    w = np.linspace(low, high, 1_501)
    two.plot(w, [accuracy(v) for v in w], color=plot.COLOURS[1])
    two.set(title="one weight of 256 is turned", xlabel="this weight")
    two.set_ylabel("right answers (%)", color=plot.COLOURS[1])
    smooth = two.twinx()
    smooth.plot(w, [log_loss(v).item() for v in w], "--", color=plot.COLOURS[0])
    smooth.set_ylabel("log loss (nats)", color=plot.COLOURS[0])
    smooth.grid(False)
    for f, colour, dash, name in ((squared_error, plot.COLOURS[1], "-", "squared error"),
                                  (cross_entropy, plot.COLOURS[0], "--", "log loss")):
        top = f(grid).max()
        three.plot(grid, f(grid) / top, dash, color=colour, label=name)
        three.plot(paths[f][0], f(paths[f][0][:, None]) / top, "o", color=colour, markersize=6, fillstyle="none")
        three.plot(paths[f][-1], f(paths[f][-1][:, None]) / top, "*", color=colour, markersize=11)
    three.set(title="descent from four starts (circle to star)", xlabel="weight w", ylim=(0, 1.1),
              ylabel="loss / its maximum")
    three.legend(loc="lower left")
keep(fig, "15_why_not_accuracy.png")
