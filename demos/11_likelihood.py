# %% [markdown]
"""From likelihood to log loss, in numbers.

A model gives each sample a probability. How plausible is the whole data set under the model? Independent events
multiply, so the likelihood is a product: for each sample the probability of what really happened. That is a fine
definition and a useless number. A thousand factors below 1 give something smaller than the smallest number a computer
can hold, and it becomes 0, for a good model and for a bad one alike.

The logarithm turns the product into a sum, which does not vanish, and whose maximum is at the same place. A minus makes
it a cost to descend on, dividing by the number of samples makes it comparable: this is the log loss, and nothing else.

    python demos/11_likelihood.py           takes a second
"""
# %%
import numpy as np
from common import keep

from autograd import Tensor, grad, log, sigmoid
from nn import bce_loss, bce_with_logits_loss, plot


def of_truth(p, y):
    """The probability that the model gave to what happened: p where y is 1, 1 − p where y is 0."""
    return np.where(y == 1, p, 1 - p)


# %% [markdown]
# Three samples, by hand

# %%
y, p = np.array([1, 0, 1]), np.array([0.9, 0.2, 0.6])
likelihood = np.prod(of_truth(p, y))
log_likelihood = np.sum(np.log(of_truth(p, y)))
print(f"three samples: likelihood .9 · .8 · .6 = {likelihood:.3f}")
print(f"  log-likelihood ln .9 + ln .8 + ln .6 = {log_likelihood:.3f} = ln {np.exp(log_likelihood):.3f}")
print(f"  log loss = {-log_likelihood:.3f} / 3 = {-log_likelihood / 3:.3f}; bce_loss says {bce_loss(p, y).item():.3f}")

# %% [markdown]
# The product underflows. Two models of the same data: one is mostly right, and gives what happened
# between 0.4 and 1; the other guesses, and says 0.5 to everything

# %%
rng = np.random.default_rng(0)
truth = (rng.uniform(size=5000) < 0.5) * 1
sureness = rng.uniform(0.4, 1.0, size=5000)
good, guess = np.where(truth == 1, sureness, 1 - sureness), np.full(5000, 0.5)
print(f"\n{'samples':>8} {'likelihood, good':>17} {'guessing':>10} {'log-likelihood, good':>21} {'guessing':>10} "
      f"{'log loss, good':>15} {'guessing':>9}")
rows = []
for n in (1, 10, 100, 1000, 1500, 5000):
    products = [float(np.prod(of_truth(model[:n], truth[:n]))) for model in (good, guess)]
    sums = [float(np.sum(np.log(of_truth(model[:n], truth[:n])))) for model in (good, guess)]
    rows.append((n, *products, *sums, *(bce_loss(model[:n], truth[:n]).item() for model in (good, guess))))
    print("{:>8} {:>17.3g} {:>10.3g} {:>21.5g} {:>10.5g} {:>15.4f} {:>9.4f}".format(*rows[-1]))
first_zero = int(np.argmax(np.cumprod(of_truth(guess, truth)) == 0)) + 1
print(f"guessing, the likelihood is exactly 0 from {first_zero} samples on: no floating-point number is that small")

# %% [markdown]
# The same maximum, but only one of them can be climbed. The model is a coin with p = σ(w), 2 000 throws, 70 %
# heads. Its likelihood is 0 everywhere, and so is its slope; the slope of the log loss leads to the share of heads

# %%


def product(w):
    return sigmoid(w) ** 1400 * (1 - sigmoid(w)) ** 600


def log_loss(w):
    return -(1400 * log(sigmoid(w)) + 600 * log(1 - sigmoid(w))) / 2000


flat, slope = grad(product)(0.0), grad(log_loss)(0.0)
w = 0.0
for _ in range(100):
    w -= 2.0 * grad(log_loss)(w)
print(f"\nat w = 0 the slope of the likelihood is {flat:g}, that of the log loss {slope:.3f}")
print(f"100 steps on the log loss: p = σ({w:.4f}) = {sigmoid(w):.4f}, the share of heads in the data")

# %% [markdown]
# And from the logit directly: the logarithm and the sigmoid in one are exact where one after the other fails

# %%
for z in (10.0, 40.0, 800.0):
    print(f"truth 0, logit {z:g}: 1 − σ(z) = {1 - sigmoid(z):.3g}, the log loss is "
          f"{bce_with_logits_loss(Tensor(z), 0.0).item():g}")

# %% [markdown]
# Three curves: the product falls out of the numbers, the sum falls steadily, the mean settles

# %%
with plot.style():
    fig = plot.figure(12.5, 3.6)
    ax = fig.subplots(1, 3)
    n = np.arange(1, 5001)
    for name, model, dash in (("mostly right (.4 to 1)", good, "-"), ("guessing (.5)", guess, "--")):
        logs = np.cumsum(np.log(of_truth(model, truth)))
        products = np.cumprod(of_truth(model, truth))
        ax[0].semilogy(n[products > 0], products[products > 0], dash, label=name)
        ax[0].plot(n[products > 0][-1], products[products > 0][-1], "x", color="black", clip_on=False)
        ax[1].plot(n, logs, dash)
        ax[2].plot(n, -logs / n, dash)
    ax[0].set(title="likelihood: 0 from the cross on", xlabel="samples", ylabel="product of probabilities")
    ax[1].set(title="log-likelihood: a sum", xlabel="samples", ylabel="sum of ln p")
    ax[2].set(title="log loss: its mean, with a minus", xlabel="samples", ylabel="mean of −ln p (nats)", ylim=(0, 1))
    ax[0].set(yticks=[1, 1e-100, 1e-200, 1e-300], ylim=(5e-324, 1e30))
    ax[0].legend(loc="upper right")
keep(fig, "11_likelihood.png")
