"""The names that rows may use, made afresh for each, and a snapshot of all that a call could change."""
import operator
from pathlib import Path

import numpy as np

import autograd
import autograd.check
import autograd.draw
import nn
import nn.decisions
import nn.estimator
import nn.film
import nn.landscape
import nn.pictures
from autograd.core.modes import mode


def world(folder: Path) -> dict:
    """A small model, data that fit it, an optimiser, Tensors of several shapes, and a folder with one text in it."""
    (folder / "text.txt").write_text("no file that anybody takes", encoding="utf-8")
    (folder / "table.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    rng = np.random.default_rng(0)
    model = nn.MLP([2, 3, 1], rng=0).train()
    rows, column = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    ids = np.array([0, 1, 1, 0])
    return {
        "np": np, "nn": nn, "ag": autograd, "check": autograd.check, "draw": autograd.draw, "op": operator,
        "Tensor": autograd.Tensor, "est": nn.estimator, "sets": nn.datasets, "pic": nn.pictures, "land": nn.landscape,
        "dec": nn.decisions, "m": nn.metrics, "s": nn.schedule, "init": nn.init, "plot": nn.plot, "rng": rng,
        "x": autograd.Tensor([1.0, 2.0, 3.0], True, name="x"), "w": autograd.Tensor(np.ones((3, 2)), True, name="w"),
        "c": autograd.Tensor(2.0, True, name="c"), "whole": autograd.Tensor([1, 2, 3]),
        "model": model, "data": (rows, column), "rows": rows, "column": column, "ids": ids,
        "logits": rng.normal(size=(4, 3)), "labels": np.array([0, 2, 1, 0]), "images": np.zeros((2, 1, 8, 8)),
        "loss": nn.mse_loss, "sgd": nn.SGD(model.parameters(), lr=0.1), "loader": nn.DataLoader((rows, column), 2),
        "dataset": nn.Dataset(rows, column), "history": nn.History({"loss": [1.0, 0.5]}),
        "folder": folder, "text": folder / "text.txt", "csv": folder / "table.csv",
        "missing": folder / "no" / "such.file",
        "ragged": [[1.0, 2.0], [3.0]], "Thing": object(), "typo": {"typo": True},
    }


def snapshot(value, seen: frozenset = frozenset()):
    """Plain data that is equal before and after, unless something in value was changed."""
    if id(value) in seen:
        return "..."
    seen = seen | {id(value)}
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes(), value.flags.writeable
    if isinstance(value, autograd.Tensor):
        return type(value).__name__, snapshot(value.data), value.requires_grad, value.name, snapshot(value.grad, seen)
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, dict):
        return [(key, snapshot(x, seen)) for key, x in value.items()]
    if isinstance(value, list | tuple):
        return [snapshot(x, seen) for x in value]
    if isinstance(value, Path):
        return [(p.name, p.is_file() and p.read_bytes()) for p in sorted(value.rglob("*"))]
    if type(value).__module__.startswith("nn.") and hasattr(value, "__dict__"):
        return type(value).__name__, snapshot({k: v for k, v in vars(value).items() if k != "_hooks" or v}, seen)
    return value if isinstance(value, int | float | str | bool | None) else id(value)


def surroundings():
    """What a call could change without being given it."""
    return mode(), np.geterr(), repr(np.random.get_state()), Path.cwd(), len(list(Path.cwd().iterdir()))
