"""State in places where resuming once missed it: special methods, defaults, seed sequences, Tensors, mixed lists."""
import random
from collections import deque
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from autograd import Tensor
from nn import SGD, DataLoader, EarlyStopping, Linear, Module, Training, fit, mse_loss

X = np.random.default_rng(0).normal(size=(24, 3))
Y = X[:, :1]


class Stored:
    """Samples that are noisy by what `draw` gives, drawn in a special method."""

    def __init__(self, draw):
        self.draw = draw

    def __len__(self):
        return len(X)

    def __getitem__(self, i):
        return X[i] + self.draw(), Y[i]


def in_a_special_method():
    rng = np.random.default_rng(3)

    class Rows:
        def __len__(self):
            return len(X)

        def __getitem__(self, i):
            return X[i] + rng.normal(), Y[i]
    return {"data": DataLoader(Rows(), 8)}


def in_a_property():
    rng = np.random.default_rng(3)

    class Scale:
        @property
        def now(self):
            return rng.normal()

        def __call__(self, x, y):
            return x * self.now, y
    return {"data": DataLoader((X, Y), 8, transform=Scale())}


def in_a_method_of_slots():
    draw = random.Random(7).random

    class Loss:
        __slots__ = ()

        def __call__(self, z, y):
            return mse_loss(z, y) * draw()
    return {"loss": Loss()}


def in_a_default():
    def rate(step, last=[0.1]):                             # noqa: B006
        last[0] *= 0.9
        return last[0]
    return {"schedule": rate}


def beside_a_generator():
    parts = [np.random.default_rng(0), [0], ({"calls": 0},)]

    def noisy(x, y):
        parts[1][0] += 1
        parts[2][0]["calls"] += 2
        return x * parts[1][0] + parts[2][0]["calls"], y
    return {"data": DataLoader((X, Y), 8, transform=noisy)}


def in_arguments_of_a_partial():
    def scaled(calls, x, y):
        calls[0] += 1
        return x * calls[0], y
    return {"data": DataLoader((X, Y), 8, transform=partial(scaled, [0]))}


def in_a_seed_sequence():
    seeds = np.random.SeedSequence(3)
    return {"data": DataLoader(Stored(lambda: np.random.default_rng(seeds.spawn(1)[0]).normal()), 8)}


def in_children_of_a_generator():
    rng = np.random.default_rng(3)
    return {"data": DataLoader(Stored(lambda: rng.spawn(1)[0].normal()), 8)}


def in_a_namespace():
    now = SimpleNamespace(calls=0)

    def draw():
        now.calls += 1
        return 0.1 * now.calls
    return {"data": DataLoader(Stored(draw), 8)}


class Remembering(Module):
    """A layer that carries a Tensor from one batch to the next."""

    def __init__(self):
        self.layer, self.h = Linear(3, 1, rng=0), None

    def forward(self, x):
        z = self.layer(x)
        if self.training:
            self.h = z.detach().sum() * 0.1 + (0 if self.h is None else self.h)
        return z + self.h


MAKERS = [in_a_special_method, in_a_property, in_a_method_of_slots, in_a_default, beside_a_generator,
          in_arguments_of_a_partial, in_a_seed_sequence, in_children_of_a_generator, in_a_namespace,
          lambda: {"model": Remembering()}]


def trained(made, epochs, path):
    network = made.get("model") or Linear(3, 1, rng=0)
    options = {"data": (X, Y), "loss": mse_loss, "optimizer": SGD(network.parameters(), lr=0.01), "rng": 0} | made
    options["model"] = network
    fit(epochs=epochs, checkpoint=path, progress=False, **options)
    return np.concatenate([a.ravel() for a in network.state_dict().values()])


@pytest.mark.parametrize("make", MAKERS)
def test_training_in_two_parts_is_training_in_one(make, tmp_path):
    """All of these began again, without a word, when a training was resumed."""
    one = trained(make(), 4, tmp_path / "one")
    trained(make(), 2, tmp_path / "two")
    assert np.array_equal(trained(make(), 4, tmp_path / "two"), one)


def test_numbers_that_no_checkpoint_keeps_are_named(tmp_path):
    class Count:
        calls = Fraction(0)

        def __call__(self, training):
            self.calls += Fraction(1, 3)
    trained({"callbacks": [Count()]}, 2, tmp_path / "kept")
    with pytest.warns(UserWarning, match=r"begin as they are now: callbacks\.0\.calls"):
        trained({"callbacks": [Count()]}, 3, tmp_path / "kept")


def test_dicts_by_other_keys_than_a_checkpoint_keeps_are_named(tmp_path):
    """The first checkpoint ended the training: only values were looked at, not keys."""
    def counting():
        seen = {}

        def watch(training):
            seen[training.model.weight.numpy().tobytes()] = training.epoch
        return {"callbacks": [watch]}
    trained(counting(), 2, tmp_path / "kept")
    with pytest.warns(UserWarning, match=r"begin as they are now: .*callbacks\.0\.seen"):
        trained(counting(), 3, tmp_path / "kept")


def test_generators_that_change_places_are_kept(tmp_path, recwarn):
    def two():
        turn = deque([np.random.default_rng(0), np.random.default_rng(1)])

        def draw():
            turn.rotate(1)
            return turn[0].normal()
        return {"data": DataLoader(Stored(draw), 8)}
    one = trained(two(), 4, tmp_path / "one")
    trained(two(), 2, tmp_path / "two")
    assert np.array_equal(trained(two(), 4, tmp_path / "two"), one) and not recwarn.list


def test_activations_that_a_model_shows_are_no_state(tmp_path, recwarn):
    class Showing(Module):
        def __init__(self):
            self.layer = Linear(3, 1, rng=0)

        def forward(self, x):
            self.shown = self.layer(x)
            return self.shown
    trained({"model": Showing()}, 2, tmp_path / "kept")
    trained({"model": Showing()}, 3, tmp_path / "kept")
    assert not recwarn.list


def test_a_state_in_memory_stays_as_it_is():
    """It held the training's own lists, which went on; and to put it back emptied them."""
    seen = [5]
    training = Training(Linear(3, 1, rng=0), mse_loss, None, {}, np.random.default_rng(0), data=(X, Y),
                        callbacks=[lambda training: seen.append(training.epoch)])
    training.optimizer = SGD(training.model.parameters())
    assert training.hidden is not None
    training.callbacks[0](training)
    state = training.state_dict()
    training.load_state_dict(state)
    assert seen == [5, 0]
    seen.append(7)
    training.load_state_dict(state)
    assert seen == [5, 0]


def test_entries_that_a_list_does_not_have_are_refused(tmp_path):
    def counting(length):
        parts = [np.random.default_rng(0), *range(length)]

        def draw():
            parts[-1] += 1
            return parts[0].normal()
        return {"data": DataLoader(Stored(draw), 8)}
    trained(counting(3), 1, tmp_path / "kept")
    with pytest.raises(ValueError, match=r"the checkpoint's values of .*parts do not fit"):
        trained(counting(1), 2, tmp_path / "kept")


def test_what_has_a_state_of_its_own_is_kept_once():
    """The best parameters were kept twice: those that were verified, and a copy that was not."""
    network = Linear(3, 1, rng=0)
    training = Training(network, mse_loss, SGD(network.parameters()), {}, np.random.default_rng(0),
                        callbacks=[EarlyStopping("loss")], data=(X, Y))
    assert training.hidden is not None
    training.history.add({"loss": 1.0})
    training.epoch = 1
    training.callbacks[0](training)
    kept = training.state_dict()["hidden"]
    assert "callbacks.0" in kept["objects"] and not kept["values"]


def test_a_tensor_comes_back_as_a_tensor(tmp_path):
    model = Remembering()
    trained({"model": model}, 1, tmp_path / "kept")
    again = Remembering()
    trained({"model": again}, 1, tmp_path / "kept")
    assert isinstance(again.h, Tensor) and again.h.item() == model.h.item()
