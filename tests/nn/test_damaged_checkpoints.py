"""Checkpoints that do not fit: one ValueError, and nothing of the training has changed."""
import copy
import random

import numpy as np
import pytest

from nn import MLP, Adam, DataLoader, EarlyStopping, Training, cross_entropy_loss, fit, schedule
from nn.training import checkpoint as file

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2
JUNK = [None, "x", -1, [], float("nan"), np.zeros((3, 8)), (1, 2)]


class Counter:
    """A callback with a counter and a generator."""

    def __init__(self):
        self.calls, self.rng = 0, random.Random(0)

    def __call__(self, training):
        self.calls += 1
        self.rng.random()


def parts():
    model = MLP([3, 8, 2], dropout=0.3, norm="batch", rng=0)
    weights, biases = model.parameters()[::2], model.parameters()[1::2]
    return {"model": model, "data": DataLoader((X, Y), 8, shuffle=True, rng=1), "loss": cross_entropy_loss,
            "optimizer": Adam([{"params": weights}, {"params": biases, "lr": 0.01}], lr=0.02),
            "schedule": schedule.Plateau(0.05, patience=0),
            "callbacks": [EarlyStopping("loss", patience=9), Counter()]}


def fresh():
    made = parts()
    training = Training(metrics={}, rng=np.random.default_rng(3), **made)
    assert training.hidden is not None
    return training


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "kept"
    fit(**parts(), epochs=3, rng=3, progress=False, checkpoint=path)
    return file.read(path)


def everything(training):
    stopper, counter = training.callbacks
    return repr([training.epoch, training.steps, training.stop, training.history.columns, training.model.state_dict(),
                 training.optimizer.state_dict(), training.rng.bit_generator.state,
                 training.data.rng.bit_generator.state, vars(training.schedule), vars(stopper), counter.calls,
                 counter.rng.getstate(), [m.rng.bit_generator.state for _, m in training.model.named_modules()
                                          if hasattr(m, "rng")]])


def places(tree, path=()):
    yield path
    if isinstance(tree, dict):
        for key in tree:
            yield from places(tree[key], (*path, key))
    elif isinstance(tree, list):
        for i, x in enumerate(tree[:4]):
            yield from places(x, (*path, i))


def mutated(state, path, change):
    tree = copy.deepcopy(state)
    inside = tree
    for key in path[:-1]:
        inside = inside[key]
    change(inside, path[-1])
    return tree


def changes():
    yield lambda inside, key: inside.pop(key)
    for junk in JUNK:
        yield lambda inside, key, junk=junk: inside.__setitem__(key, junk)


def test_what_is_mutated_loads_whole_or_not_at_all(state):
    """169 of 900 left the model half-changed, or raised KeyError, TypeError and others."""
    training = fresh()
    before, refused, count = everything(training), 0, 0
    for path in places(state):
        for change in changes() if path else ():
            count += 1
            try:
                training.load_state_dict(mutated(state, path, change))
            except ValueError:
                refused += 1
                assert everything(training) == before, path
            else:                                       # another value that is possible, too
                assert everything(training) != before, path
                training = fresh()
    assert count > 900 and refused > 0.8 * count


def test_the_whole_state_is_taken_over(state):
    training = fresh()
    training.load_state_dict(state)
    assert (training.epoch, training.steps, training.callbacks[1].calls) == (3, 9, 3)
    assert training.rates()[1] == training.rates()[0] / 2
    assert repr(training.state_dict()["hidden"]) == repr(state["hidden"])


@pytest.mark.parametrize("tree", [{}, {"epoch": 1}, [], 3, None])
def test_a_file_of_something_else(tree, tmp_path):
    path = tmp_path / "kept"
    file.write(path, tree)
    with pytest.raises(ValueError, match="does not fit this training, nothing was loaded"):
        fit(**parts(), epochs=3, progress=False, checkpoint=path)


def test_containers_come_back_as_they_were(tmp_path):
    tree = {"a": (1, (2.5, None)), "b": {1: "x", (2, 3): [True]}, "c": {1, 2}, "d": np.float32(0.1), "e": np.arange(3),
            "f": {"array": {"dict": 2 ** 70}}, "g": float("inf"), "h": [], "i": {}}
    file.write(tmp_path / "kept", tree)
    back = file.read(tmp_path / "kept")
    assert repr(back) == repr(tree) and back["d"].dtype == np.float32


def test_what_a_checkpoint_cannot_hold_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"state\.a\.1 is <object"):
        file.write(tmp_path / "kept", {"a": [1, object()]})
    assert not (tmp_path / "kept").exists()
