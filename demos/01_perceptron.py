# %% [markdown]
"""One neuron with a pencil: multiply, add up, decide.

A neuron weighs what it hears. Each input is multiplied by a weight, the products are added, a bias is added too, and
an activation turns the sum into an answer. With equal weights the sum is the plain average; with other weights some
inputs count more. The sigmoid turns any sum into a number between 0 and 1; ReLU lets only positive sums through.

    python demos/01_perceptron.py           takes a second; the drawing needs graphviz's program `dot`
"""
# %%
from common import keep

from autograd import Tensor, as_tensor, draw, relu, sigmoid


def weighted_sum(x, w, b=0.0):
    """w · x + b, the pre-activation z of a neuron."""
    return as_tensor(x) @ as_tensor(w) + b


# %% [markdown]
# Three inputs, weighed equally: the average

# %%
x = [7.0, -3.0, 2.0]
average = weighted_sum(x, [1 / 3, 1 / 3, 1 / 3])
print(f"w = (1/3, 1/3, 1/3):   7/3 - 3/3 + 2/3 = {average.item():g}")

# %% [markdown]
# The first input counts most

# %%
z = weighted_sum(x, [0.6, 0.25, 0.15])
print(f"w = (.6, .25, .15):    .6·7 - .25·3 + .15·2 = {z.item():g}")

# %% [markdown]
# Squeezed into (0, 1), the sum can be read as a probability

# %%
print(f"sigma({z.item():g}) = {sigmoid(z).item():.5f}")

# %% [markdown]
# Two inputs and a bias; the sum is negative, and ReLU answers 0

# %%
two = weighted_sum([2.0, 3.0], [0.2, -0.5], 0.1)
silent = relu(two)
print(f"w = (.2, -.5), b = .1: relu(.2·2 - .5·3 + .1) = relu({two.item():g}) = {silent.item():g}")

# %% [markdown]
# The same neuron as a graph of scalars. The gradient of a silent ReLU is 0: this neuron cannot learn from this
# sample, because a small change of its weights leaves the answer at 0. Change the bias to 1.2 and look again

# %%
w1, w2, b = (Tensor(v, requires_grad=True, name=n) for v, n in ((0.2, "w1"), (-0.5, "w2"), (0.1, "b")))
a = relu(w1 * Tensor(2.0, name="x1") + w2 * Tensor(3.0, name="x2") + b)
a.backward()
print(f"gradients of the silent neuron: w1 {w1.grad.item():g}, w2 {w2.grad.item():g}, b {b.grad.item():g}")
keep(draw(a, names={"a": a}), "01_perceptron.svg")
