"""Makes docs/gallery.md and all its pictures, and README.md's. Each picture's caption is the code that drew it.

    python docs/make_gallery.py     takes some seconds; needs pip install '.[all]' and the program `dot`
"""
import copy
import doctest
import inspect
import textwrap
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits, make_circles

from autograd import Tensor, draw, draw_network, explain, play
from autograd.draw.explain import Explanation
from autograd.draw.explain.paths import Paths
from nn import MLP, SGD, bce_with_logits_loss, cross_entropy_loss, fit, landscape, mse_loss, pictures, plot

DOCS = Path(__file__).parent
ENTRIES = []


def entry(file, title, words):
    """Put a function's picture, with the function's own code, into the gallery."""
    return lambda function: ENTRIES.append((file, title, words, function))


# ---- graphs --------------------------------------------------------------------------------------------------------

@entry("gallery_scalars.svg", "A graph of scalars", "Black arrows carry values forward, red ones contributions back. "
       "`a` is used twice, so two contributions meet there and add up.")
def scalars():
    a, b, c = (Tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "a"), (-3.0, "b"), (10.0, "c")))
    y = ((a * b + c) * a * 0.1).tanh()
    y.backward()
    return draw(y)


@entry("gallery_several.svg", "Several results in one graph", "`draw` takes a list, or a dict that names them. What "
       "both are made of is drawn once; `grad` says which of them gradients start from, here both, and they add up.")
def several():
    w, x = Tensor(0.5, requires_grad=True, name="w"), Tensor(3.0, name="x")
    score = w * x
    return draw({"loss": (score - 1.0) ** 2, "penalty": 0.1 * w ** 2}, grad={"loss": True, "penalty": True})


@entry("gallery_network.svg", "A network, grouped by module", "Arrays show their entries while they are few. Green "
       "boxes are parameters, blue notes inputs, the bold yellow box is the result.")
def network():
    model = MLP([2, 3, 1], activation="tanh", rng=0)
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], name="x")
    return draw(lambda x: mse_loss(model(x), [[0.5], [1.0]]), x, names={"mlp": model}, grad=True)


@entry("gallery_deep.svg", "A deep network, collapsed", "`depth=1` draws each layer as one node and equal blocks in a "
       "row once. The gradients of 24 sigmoid layers shrink on the way back.")
def deep():
    model = MLP([8] + [16] * 24 + [2], activation="sigmoid", rng=0)
    x, labels = np.random.default_rng(0).normal(size=(32, 8)), np.arange(32) % 2
    return draw(lambda x: cross_entropy_loss(model(x), labels), Tensor(x, name="x"), names={"mlp": model}, grad=True,
                depth=1, direction="TB")


@entry("gallery_dark.svg", "Dark, and without numbers", "`theme` is light, dark or print; `show` chooses what is told.")
def dark():
    x, w, b = Tensor(np.eye(3), name="x"), Tensor(np.ones((3, 2)), requires_grad=True, name="w"), Tensor(0.5, name="b")
    return draw((x @ w + b).sigmoid().mean(), show=("shape",), theme="dark")


@entry("gallery_neurons.svg", "Neurons and weights", "The values of one sample inside the neurons; a line's width and "
       "colour are its weight's size and sign.")
def neurons():
    model = MLP([2, 3, 3, 1], rng=0)
    for layer in model.layers:
        layer.weight.assign(np.arange(1, layer.weight.size + 1).reshape(layer.weight.shape) / 10)
        layer.bias.assign(np.arange(1, layer.bias.size + 1) / 10)
    return draw_network(model, [70, 25])


# ---- the derivation, the player --------------------------------------------------------------------------------------

@entry("", "The derivation", "`explain` runs the ops' declared rules on symbols: the equations of the textbooks come "
       "out of the graph, each with its numbers. It prints as text, shows formulas in a notebook, and has `.latex`.")
def derivation():
    model = MLP([2, 2, 1], activation="sigmoid", rng=0)
    return explain(mse_loss(model([[1.0, 2.0]]), [[1.0]]), names=model)


@entry("gallery_paths.png", "All ways to one weight", "With an `index`, `explain` takes one entry of a gradient apart: "
       "it is the sum over all paths from the result to it, and each path is the product of the derivatives on its "
       "way. Printed, it names the ops; `.latex` is for a paper and is what the picture shows.")
def ways():
    model = MLP([2, 2, 1], activation="sigmoid", rng=0)
    cost = mse_loss(model([[1.0, 2.0], [3.0, 4.0]]), [[0.5], [1.0]])
    return explain(cost, wrt=model.layers[0].weight, index=(0, 1)).paths[0]


@entry("gallery_backprop.html", "Step by step", "`play` writes one page that needs nothing else: forward, then back, "
       "with rules, numbers, heat-maps, running sums and a quiz. Download it and open it in a browser.")
def player(path):
    model = MLP([2, 3, 1], activation="tanh", rng=0)
    return play(lambda x: mse_loss(model(x), [[0.5], [1.0]]), path, Tensor([[1.0, 2.0], [3.0, 4.0]], name="x"),
                names=model)


@entry("gallery_deep.html", "Step by step through a deep network", "Modules and rows of equal blocks are boxes that "
       "open with a click; every step is there, whatever is open. This one has 12 hidden layers.")
def deep_player(path):
    model = MLP([3] + [6] * 12 + [2], activation="sigmoid", rng=0)
    x, labels = np.random.default_rng(0).normal(size=(4, 3)), np.arange(4) % 2
    return play(lambda x: cross_entropy_loss(model(x), labels), path, Tensor(x, name="x"), names={"mlp": model})


# ---- training --------------------------------------------------------------------------------------------------------

CIRCLES, SIDE = make_circles(n_samples=100, noise=0.1, factor=0.3, random_state=0)


def trained_on_circles():
    """A model, and from its training: a copy, the gradient norms and the state after every epoch."""
    model = MLP([2, 16, 16, 1], activation="tanh", rng=0)
    moments, norms, states = [("epoch 0", copy.deepcopy(model))], [], [model.state_dict()]

    def note(training):
        norms.append(pictures.layer_norms(training.model))
        states.append(training.model.state_dict())
        moments.append((f"epoch {training.epoch}", copy.deepcopy(training.model)))
    history = fit(model, (CIRCLES, SIDE[:, None].astype(float)), bce_with_logits_loss,
                  SGD(model.parameters(), lr=0.3), 60, batch_size=20, callbacks=[note], rng=0, progress=False)
    return model, history, moments, norms, states


MODEL, HISTORY, MOMENTS, NORMS, STATES = trained_on_circles()


@entry("gallery_strip.png", "A decision over the epochs", "The shading is the probability; the black line is one half.")
def strip():
    return pictures.decision_strip([MOMENTS[i] for i in (0, 5, 15, 60)], CIRCLES, SIDE)


@entry("gallery_film.gif", "The same as a film", "`.save` writes a GIF, or a page of HTML with a slider.")
def film():
    return pictures.decision_film(MOMENTS[::6], CIRCLES, SIDE)


@entry("gallery_curves.png", "Loss curves", "Linear, and on a logarithmic axis, on which a constant rate is a straight "
       "line. A loss that is nan or infinite is a cross.")
def curves():
    loss = {"train": HISTORY["loss"]}
    return plot.curves({"cross-entropy (nats)": loss, "the same, logarithmic": loss}, log=["the same, logarithmic"])


@entry("gallery_norms.png", "Gradients by layer, over time", "One line for each layer, on a logarithmic axis.")
def norms():
    return pictures.gradient_norms(NORMS, xlabel="epoch")


@entry("gallery_vanishing.png", "Vanishing gradients", "Twelve sigmoid layers under a linear one: each "
       "sigmoid multiplies by at most a quarter.")
def vanishing():
    model = MLP([2] + [16] * 12 + [1], activation="sigmoid", rng=0)
    bce_with_logits_loss(model(CIRCLES), SIDE[:, None].astype(float)).backward()
    return pictures.gradient_norms(pictures.layer_norms(model))


@entry("gallery_activations.png", "Activations", "What each layer gives, and what its activation makes of "
       "that, with the share of exact zeros.")
def activations():
    return pictures.activations(MODEL, CIRCLES)


@entry("gallery_weights.png", "Weights as images", "What each hidden unit of a digit reader looks for.")
def weights():
    images, labels = load_digits(return_X_y=True)
    model = MLP([64, 32, 10], rng=0)
    fit(model, (images / 16, labels), cross_entropy_loss, SGD(model.parameters(), lr=0.3), 10, rng=0, progress=False)
    return pictures.weight_images(model.layers[0].weight, (8, 8))


def loss():
    return bce_with_logits_loss(MODEL(CIRCLES), SIDE[:, None].astype(float))


@entry("gallery_landscape.png", "A loss surface", "Along two random, filter-normalised directions around the end of "
       "training. They hold next to nothing of the path that led there, and the axes say so.")
def surface():
    return landscape.loss_landscape(MODEL, loss, trajectory=STATES[::6], rng=0)


@entry("gallery_path.png", "The path of training", "The plane in which the weights moved most holds nearly all of it.")
def path():
    return landscape.loss_landscape(MODEL, loss, trajectory=STATES[::6], directions="principal")


@entry("gallery_rates.png", "Learning rates", "Right, oscillating, diverging, too small.")
def rates():
    return landscape.descent_1d(lambda x: x ** 2 / 2, 2.6, [0.3, 1.9, 2.05, 0.02])


@entry("gallery_valley.png", "A narrow valley", "Features of different scale: fast across, slow along.")
def valley():
    return landscape.descent_2d(lambda w: (w * w * [1.0, 8.0]).sum(), [[-2.5, 1.0], [2.0, 2.0]], 0.05)


# ---- writing ---------------------------------------------------------------------------------------------------------

def save(file, function):
    """Make a picture in docs/pictures; returns its Markdown."""
    path = DOCS / "pictures" / file
    made = function(path) if file.endswith(".html") else function()
    text = f"```text\n{made}\n```" if isinstance(made, Explanation | Paths) else ""
    if not file:
        return text
    if isinstance(made, Paths):
        made = typeset(made)
    if file.endswith(".svg"):
        path.write_text(made.pipe("svg", encoding="utf-8"), encoding="utf-8")
    if file.endswith(".png"):
        made.savefig(path, dpi=90, bbox_inches="tight" if text else None)
    if file.endswith(".gif"):
        made.save(path)
    picture = "" if file.endswith(".html") else "!"
    return "\n\n".join([f"{picture}[{function.__name__}](pictures/{file})", *([text] if text else [])])


def typeset(found):
    """A picture of equations, one below the other."""
    fig = Figure(figsize=(9.0, 0.7 * len(found.equations)))
    for i, line in enumerate(found.equations):
        fig.text(0.0, 1 - (i + 0.5) / len(found.equations), f"${line.latex}$".replace("frac", "dfrac"), fontsize=13,
                 va="center", math_fontfamily="cm")
    return fig


def readme():
    """The picture in README.md: what its first example draws."""
    first = doctest.DocTestParser().get_examples((DOCS.parent / "README.md").read_text(encoding="utf-8"))[:4]
    names = {}
    for example in first:
        exec(example.source, names)
    return names["draw"](names["y"]).pipe("svg", encoding="utf-8")


def body(function):
    """The code of a function, without its first lines and indentation."""
    lines = inspect.getsource(function).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("def ")) + 1
    return textwrap.dedent("\n".join(lines[start:]))


if __name__ == "__main__":
    parts = ["# Gallery", "Made by `python docs/make_gallery.py`. The code below each picture is what made it."]
    for file, title, words, function in ENTRIES:
        parts += [f"## {title}", words, save(file, function), f"```python\n{body(function)}\n```"]
        print(title)
    (DOCS / "pictures" / "neuron.svg").write_text(readme(), encoding="utf-8")
    (DOCS / "gallery.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
