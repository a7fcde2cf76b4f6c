"""`export`: the module that is written imports NumPy alone, runs, and computes what the compiled function does."""
import ast
import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import scipy.special

import autograd
import nn
from autograd.compile import ExportError, compile

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(6, 4)), RNG.integers(0, 3, 6)
IMAGES = RNG.normal(size=(6, 1, 6, 6))


def imported(path):
    """A module from a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def training_step(model, optimizer):
    @compile
    def step(x, labels):
        optimizer.zero_grad()
        loss = nn.cross_entropy_loss(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss
    return step


def convolutional():
    return nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3, rng=0))


@pytest.mark.parametrize("model, optimizer, x", [
    (nn.MLP([4, 8, 3], activation="relu", rng=0), nn.SGD, X), (nn.MLP([4, 8, 3], rng=0), nn.Adam, X),
    (nn.MLP([4, 8, 3], dropout=0.5, rng=0), nn.SGD, X), (convolutional(), nn.SGD, IMAGES),
    (nn.Sequential(nn.Linear(4, 8, rng=0), nn.BatchNorm1d(8), nn.Linear(8, 3, rng=0)), nn.RMSprop, X)],
    ids=["sgd", "adam", "dropout", "convolution", "batch norm"])
def test_the_module_goes_on_as_the_function_does(model, optimizer, x, tmp_path):
    step = training_step(model, optimizer(model.parameters(), lr=0.05))
    step(x, LABELS), step(x, LABELS)
    module = imported(autograd.export(step, tmp_path / "training.py"))
    losses = [(module.step(x * k, LABELS), step(x * k, LABELS).item()) for k in (1, 1.5, 0.5)]
    ours, theirs = zip(*losses, strict=True)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_large_numbers_take_the_careful_way_there_too(tmp_path):
    model = nn.MLP([4, 3], rng=0)
    step = training_step(model, nn.SGD(model.parameters(), lr=0.0))
    step(X, LABELS), step(X, LABELS)
    module = imported(autograd.export(step, tmp_path / "training.py"))
    np.testing.assert_allclose(module.step(X * 1e4, LABELS), step(X * 1e4, LABELS).item(), rtol=1e-12)


def test_it_imports_numpy_alone_and_runs(tmp_path):
    model = nn.MLP([4, 8, 3], rng=0)
    step = training_step(model, nn.SGD(model.parameters(), lr=0.05))
    step(X, LABELS), step(X, LABELS)
    path = autograd.export(step, tmp_path / "training.py")
    nodes = [*ast.walk(ast.parse(path.read_text()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert names == {"numpy", "pathlib"}
    run = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0 and len(run.stdout.split()) == 3, run.stderr


def test_results_keep_their_structure(tmp_path):
    f = compile(lambda x: {"sum": x.sum(), "both": [x * 2, (x, "text")], "none": None})
    f(X), f(X)
    found = imported(autograd.export(f, tmp_path / "f.py")).lambda_(X)
    assert found["sum"] == X.sum() and (found["both"][0] == 2 * X).all() and found["both"][1][1] == "text"


@pytest.mark.parametrize("name", ['a\n"b', "import os; os.abort()", "class", "ﬁ", "x'''", "1", "", "state", "found"])
def test_names_of_users_are_no_source(name, tmp_path):
    holder = nn.Module()
    setattr(holder, name, nn.Parameter(np.ones(3)))
    f = compile(lambda x: getattr(holder, name) * x)
    f(2.0), f(2.0)
    module = imported(autograd.export(f, tmp_path / "f.py"))
    assert (module.lambda_(3.0) == 3).all()


def test_a_function_that_is_not_numpys_is_refused(tmp_path):
    f = compile(lambda x: scipy.special.expit(x) * 2)
    np.testing.assert_array_equal(f(X), f(X))
    with pytest.raises(ExportError, match="expit"):
        autograd.export(f, tmp_path / "f.py")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("f, path, error", [
    (np.sin, "f.py", TypeError), (compile(np.sin), "f.txt", ValueError), (compile(np.sin), "f.py", RuntimeError)],
    ids=["not compiled", "ending", "no program"])
def test_misuse(f, path, error, tmp_path):
    with pytest.raises(error):
        autograd.export(f, tmp_path / path)
