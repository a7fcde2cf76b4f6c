# %% [markdown]
"""The chain rule, one factor at a time.

The smallest network that is still deep: one input, three sigmoid neurons in a row, one output. Every weight can reach
the cost J by one road only, so its derivative is a plain product: one factor for each step along that road, from the
cost back to the weight. Backpropagation is the remark that these products share their beginnings, so that each factor
is computed once and handed on to the neuron before.

The demo prints all six products in symbols and in numbers, draws the graph that they were read from, and then looks at
two slips that are easy to make and hard to see, both found in print. The derivative of ½(y − ŷ)² by ŷ is ŷ − y, because
the minus inside the bracket is a factor of the chain too: forget it and training runs uphill. And the road from w2 to
the cost passes through the last neuron: forget that, and two factors are missing. A gradient checker notices at once.

    python demos/06_chain_rule.py           takes a second; the drawing needs graphviz's program `dot`
"""
# %%
from common import keep

from autograd import Tensor, draw, explain, gradcheck, sigmoid
from autograd.check import check_vjp

# %% [markdown]
# The network: x → a1 → a2 → a3 = ŷ, and the cost that compares ŷ with the wanted y

# %%
x, y = Tensor(1.5, name="x"), Tensor(1.0, name="y")
w1, b1 = Tensor(0.8, requires_grad=True, name="w1"), Tensor(-0.4, requires_grad=True, name="b1")
w2, b2 = Tensor(-1.2, requires_grad=True, name="w2"), Tensor(0.3, requires_grad=True, name="b2")
w3, b3 = Tensor(1.6, requires_grad=True, name="w3"), Tensor(-0.9, requires_grad=True, name="b3")
parameters = [w1, b1, w2, b2, w3, b3]


def network(w1, b1, w2, b2, w3, b3):
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    return sigmoid(w3 * a2 + b3)


def cost(*parameters):
    return 0.5 * (y - network(*parameters)) ** 2


J = cost(*parameters)
J.backward()

# %% [markdown]
# Six gradients, each as the product of its factors. Nobody typed these formulas: `explain` runs the derivative rules
# of the operations on symbols instead of numbers. Read the first three factors of any product: ½ · 2(y − ŷ) · (−1).
# They are the derivative of the cost, and the −1 turns y − ŷ into ŷ − y.

# %%
derivation = explain(J, wrt=parameters, names={"J": J})
print(derivation)
keep(derivation.latex, "06_chain_rule.tex")

# %% [markdown]
# The same derivation as a picture: values forward along black arrows, gradients back along red ones

# %%
keep(draw(J, names={"J": J}), "06_chain_rule_graph.svg")

# %% [markdown]
# Are the six right? Wiggle each parameter a little both ways and see how much the cost answers

# %%
report = gradcheck(cost, *[p.item() for p in parameters])
print(f"\nall six gradients against finite differences: {report.verdict.name}")

# %% [markdown]
# The first slip. A backward pass written by hand gets a function, and the rule that is claimed to be its derivative

# %%
target = y.item()


def squared_error(y_hat):
    return 0.5 * (target - y_hat) ** 2


def slip(g, y_hat):
    return g * (target - y_hat)                     # looks natural, and forgets the inner derivative −1


def corrected(g, y_hat):
    return g * (y_hat - target)


y_hat = network(*parameters).item()
wrong = check_vjp(squared_error, slip, y_hat, raises=False)
right = check_vjp(squared_error, corrected, y_hat)
print(f"\n∂J/∂ŷ = y − ŷ is checked:\n{wrong}\n\n∂J/∂ŷ = ŷ − y is checked: {right.verdict.name}")

# %% [markdown]
# What the slip would do. One step along each gradient: the right one lowers the cost, the other raises it

# %%
alpha = 1.0
down = cost(*[p.item() - alpha * p.grad.item() for p in parameters])
up = cost(*[p.item() + alpha * p.grad.item() for p in parameters])
print(f"\ncost now {J.item():.4f}; after a step with ŷ − y {down.item():.4f}, with y − ŷ {up.item():.4f}")

# %% [markdown]
# The second slip hides behind the first. Somebody writes ∂J/∂w2 = (y − ŷ) · ŷ(1 − ŷ) · a1: the sign is wrong, and the
# step from z3 back to z2 is skipped, the factor w3 · a2(1 − a2). Mend the sign alone and the checker still objects

# %%
a1 = sigmoid(w1 * x + b1).item()


def activations(value):
    """a2 and ŷ with another w2."""
    a2 = sigmoid(value * a1 + b2.item())
    return a2, sigmoid(w3.item() * a2 + b3.item())


def cost_of_w2(value):
    return squared_error(activations(value)[1])


def printed(g, value):
    _, y_hat = activations(value)
    return g * (target - y_hat) * y_hat * (1 - y_hat) * a1


def sign_mended(g, value):
    return -printed(g, value)


def both_mended(g, value):
    a2, _ = activations(value)
    return sign_mended(g, value) * w3.item() * a2 * (1 - a2)


a2, _ = activations(w2.item())
skipped = w3.item() * a2 * (1 - a2)
print(f"\nthe factor that is skipped: w3 · a2(1 − a2) = {skipped:.4f} = 1 / {1 / skipped:.4f}")
claims, ratios = {}, {}
for rule in (printed, sign_mended, both_mended):
    claims[rule.__name__] = check_vjp(cost_of_w2, rule, w2.item(), raises=False)
    ratios[rule.__name__] = rule(1.0, w2.item()) / w2.grad.item()
    print(f"∂J/∂w2, {rule.__name__.replace('_', ' '):<11}: {ratios[rule.__name__]:+.4f} × the truth: "
          f"{claims[rule.__name__].verdict.name}; {claims[rule.__name__].hint or 'nothing to mend'}")
