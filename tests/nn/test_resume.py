"""Resuming: whatever random state, counter or schedule a training reaches goes on, or is refused by name."""
import copy
import dataclasses
import itertools
import random
from functools import partial
from types import MappingProxyType

import numpy as np
import pytest

from nn import (
    MLP,
    SGD,
    Adam,
    BatchNorm1d,
    DataLoader,
    Dataset,
    Dropout,
    EarlyStopping,
    Linear,
    Module,
    Sequential,
    cross_entropy_loss,
    fit,
    mse_loss,
    schedule,
)

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2


class Noise:
    """Adds noise from whatever draws."""

    def __init__(self, draw):
        self.draw = draw

    def __call__(self, x, y):
        return x + np.array([self.draw() for _ in range(x.shape[-1])]), y


@dataclasses.dataclass(slots=True)
class Slotted:
    rng: object
    calls: int = 0


class Noisy(Module):
    """A model with something inside that draws."""

    def __init__(self, inside, draw):
        self.layer, self.inside, self.draw = Linear(3, 2, rng=0), inside, draw

    def forward(self, x):
        return self.layer(x + self.draw(self.inside) if self.training else x)


def generator():
    return np.random.default_rng(7)


def from_slot(x):
    x.calls += 1
    return x.rng.normal() + x.calls


class Annealed(Module):
    rate, steps = 1.0, 0

    def __init__(self):
        self.layer = Linear(3, 2, rng=0)

    def forward(self, x):
        if self.training:
            self.rate *= 0.9
            self.steps += 1
        return self.layer(x) * self.rate


def model(inside, draw):
    return {"model": Noisy(inside, draw)}


def transform(function):
    return {"data": DataLoader((X, Y), 8, shuffle=True, transform=function)}


def with_closure(rng):
    return lambda x, y: (x + rng.normal(size=x.shape), y)


def with_default():
    default = generator()

    def draw(x, y, rng=default):
        return x + rng.normal(size=x.shape), y
    return draw


GLOBAL_RNG, GLOBAL_CALLS = generator(), 0


def with_global_rng():
    global GLOBAL_RNG
    GLOBAL_RNG = generator()
    return transform(lambda x, y: (x + helper(x), y))


def helper(x):
    return GLOBAL_RNG.normal(size=x.shape)


def with_global_counter():
    global GLOBAL_CALLS
    GLOBAL_CALLS = 0

    def count(x, y):
        global GLOBAL_CALLS
        GLOBAL_CALLS += 1
        return x * GLOBAL_CALLS, y
    return transform(count)


def with_numpys_state():
    np.random.seed(3)
    return transform(lambda x, y: (x + np.random.normal(size=x.shape), y))


def with_pythons_state():
    random.seed(3)
    return transform(Noise(random.random))


def with_counters():
    calls, cell = [], 0

    def count(x, y):
        nonlocal cell
        cell += 1
        calls.append(cell)
        return x * cell / len(calls) + sum(calls), y
    return transform(count)


def with_a_wrapped_plateau():
    plateau = schedule.Plateau(0.1, factor=0.5, patience=0, least=9.0)
    rates = {"now": 0.1}

    def watch(training):
        rates["now"] = plateau(training.history.last("loss"))
    return {"schedule": lambda step: rates["now"], "callbacks": [watch]}


class Counting:
    """A schedule that counts by itself."""

    def __init__(self):
        self.calls = 0

    def __call__(self, step):
        self.calls += 1
        return 0.1 / self.calls


def with_a_teacher():
    teacher = Sequential(Linear(3, 2, rng=1), BatchNorm1d(2))
    return {"loss": lambda z, y: cross_entropy_loss(z, y) + mse_loss(z, teacher(X[:len(y)] + z.data.sum()).detach())}


def with_thawing(how):
    network = MLP([3, 4, 2], dropout=0.1, norm="batch", rng=0)
    network.layers[0].freeze()
    network.layers[1].weight.requires_grad = False

    def thaw(training):
        if training.epoch == 1:
            how(network)
    return {"model": network, "callbacks": [thaw]}


class Averaged:
    """The mean of the weights so far; each epoch the weights are pulled towards it."""
    mean = None

    def __call__(self, training):
        state = training.model.state_dict()
        self.mean = state if self.mean is None else {n: 0.5 * (a + state[n]) for n, a in self.mean.items()}
        training.model.load_state_dict({n: 0.9 * a + 0.1 * self.mean[n] for n, a in state.items()})


class Shared:
    """Counts for all of its kind."""
    calls = 0

    def __call__(self, x, y):
        Shared.calls += 1
        return x * Shared.calls, y


def with_a_class_counter():
    Shared.calls = 0
    return transform(Shared())


class Batches:
    def __init__(self):
        self.rng, self.epoch = random.Random(5), 0

    def __iter__(self):
        self.epoch += 1
        order = list(range(24))
        self.rng.shuffle(order)
        return iter([(X[order[:12]] * self.epoch, Y[order[:12]])])


class Langevin(SGD):
    def step(self):
        super().step()
        for p in self.params:
            p.assign(p.data + self.noise.normal(0, 0.01, p.shape))


def with_a_noisy_optimizer():
    network = MLP([3, 2], rng=0)
    optimizer = Langevin(network.parameters())
    optimizer.noise = generator()
    return {"model": network, "optimizer": optimizer}


MAKERS = {
    "Generator in a list": lambda: model([generator()], lambda x: x[0].normal()),
    "Generator in a dict in a tuple": lambda: model(({"a": generator()},), lambda x: x[0]["a"].normal()),
    "Generator in a mapping": lambda: model(MappingProxyType({"a": generator()}), lambda x: x["a"].normal()),
    "Generator in an object with slots": lambda: model(Slotted(generator()), from_slot),
    "RandomState": lambda: model(np.random.RandomState(1), lambda x: x.normal()),
    "random.Random": lambda: model(random.Random(1), lambda x: x.gauss(0, 1)),
    "BitGenerator": lambda: model(np.random.Philox(1), lambda x: float(x.random_raw() % 7)),
    "MT19937": lambda: model(np.random.Generator(np.random.MT19937(1)), lambda x: x.normal()),
    "default": lambda: transform(with_default()), "closure": lambda: transform(with_closure(generator())),
    "bound method": lambda: transform(Noise(generator().normal)),
    "partial": lambda: transform(partial(lambda rng, x, y: (x + rng.normal(), y), generator())),
    "partial in an object": lambda: transform(Noise(partial(generator().normal, 0.0, 2.0))),
    "transform of a Dataset": lambda: {"data": Dataset(X, Y, transform=Noise(generator().normal))},
    "transform of a Dataset in a loader": lambda: {"data": DataLoader(Dataset(X, Y, transform=Noise(
        np.random.RandomState(3).rand)), 8)},
    "global generator in a helper": with_global_rng, "global counter": with_global_counter,
    "numpy.random": with_numpys_state, "random": with_pythons_state, "counters in closures": with_counters,
    "counter of a class": with_a_class_counter,
    "keys 1 and '1'": lambda: model({1: generator(), "1": np.random.default_rng(8)},
                                    lambda x: x[1].normal() - 2 * x["1"].normal()),
    "counter in a model": lambda: {"model": Annealed()}, "Plateau in a closure": with_a_wrapped_plateau,
    "schedule that counts": lambda: {"schedule": Counting()},
    "schedule that counts, by epoch": lambda: {"schedule": schedule.per_epoch(Counting())},
    "statistics of another model": with_a_teacher, "average of weights": lambda: {"callbacks": [Averaged()]},
    "thawed layer": lambda: with_thawing(lambda m: m.layers[0].freeze(False).train()),
    "thawed parameter": lambda: with_thawing(lambda m: setattr(m.layers[1].weight, "requires_grad", True)),
    "iterable with a state": lambda: {"data": Batches()}, "optimizer with noise": with_a_noisy_optimizer,
    "dropout and a seeded loader": lambda: {"data": DataLoader((X, Y), 8, shuffle=True, rng=2),
                                            "model": MLP([3, 8, 2], dropout=0.5, rng=0)},
}


def trained(make, epochs, path):
    made = make()
    network = made.pop("model", None) or MLP([3, 8, 2], norm="batch", rng=0)
    options = {"data": (X, Y), "loss": cross_entropy_loss, "optimizer": None, "progress": False, "rng": 0,
               "batch_size": 8} | made
    options["optimizer"] = options["optimizer"] or Adam(network.parameters(), lr=0.05)
    history = fit(network, epochs=epochs, checkpoint=path, **options)
    return np.concatenate([a.ravel() for a in network.state_dict().values()]), history


@pytest.mark.parametrize("name", MAKERS)
def test_training_in_two_parts_is_training_in_one(name, tmp_path):
    """All but the model's and loader's own Generators began from their seeds again."""
    one, history = trained(MAKERS[name], 4, tmp_path / "one")
    trained(MAKERS[name], 2, tmp_path / "two")
    two, continued = trained(MAKERS[name], 4, tmp_path / "two")
    assert history["loss"] == continued["loss"] and np.array_equal(one, two)


@pytest.mark.parametrize("make, message", [
    (lambda: model(itertools.count(), next), r"model\.inside is an iterator \(count\), whose place"),
    (lambda: transform(partial(lambda it, x, y: (x + next(it), y), (i for i in range(99)))),
     r"data\.transform\.args\.0 is an iterator \(generator\)"),
    (lambda: model(random.SystemRandom(), lambda x: x.random()), r"model\.inside .* SystemRandom")])
def test_what_cannot_be_kept_is_refused_by_name_before_training(make, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        trained(make, 2, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
    assert trained(make, 2, None)[1].epochs == 2


def test_a_generator_that_comes_to_be_in_training_is_refused_by_name(tmp_path):
    class Lazy(Module):
        def __init__(self):
            self.layer = Linear(3, 2, rng=0)

        def forward(self, x):
            if not hasattr(self, "drop"):
                self.drop = Dropout(0.5, rng=0)
            return self.layer(self.drop(x))
    with pytest.raises(ValueError, match=r"model\.drop\.rng came to be during training"):
        trained(lambda: {"model": Lazy()}, 2, tmp_path / "kept")


def test_a_state_dict_of_objects_is_refused_by_name_before_training(tmp_path):
    class Odd:
        def state_dict(self):
            return {"x": object()}

        def load_state_dict(self, state):
            pass

        def __call__(self, training):
            raise AssertionError
    with pytest.raises(ValueError, match=r"objects\.callbacks\.0\.x is <object"):
        trained(lambda: {"callbacks": [Odd()]}, 2, tmp_path / "kept")


def test_copies_of_a_model_are_not_kept_and_that_is_said(tmp_path):
    """A film of the training lost its first half without a word."""
    frames = []
    film = {"callbacks": [lambda training: frames.append(copy.deepcopy(training.model))]}
    trained(lambda: dict(film), 2, tmp_path / "kept")
    frames.clear()
    with pytest.warns(UserWarning, match=r"no objects such as copies.*callbacks\.0\.frames") as seen:
        trained(lambda: dict(film), 4, tmp_path / "kept")
    assert len(frames) == 2 and seen[0].filename == __file__


def test_a_generator_of_another_kind_is_named(tmp_path):
    trained(lambda: model([np.random.RandomState(0)], lambda x: x[0].normal()), 1, tmp_path / "kept")
    with pytest.raises(ValueError, match=r"no state of the Generator model\.inside\.0"):
        trained(lambda: model([generator()], lambda x: x[0].normal()), 2, tmp_path / "kept")


def test_settings_may_be_others_when_a_training_goes_on(tmp_path):
    """Only what changed in training is kept: a callback's limit is a setting."""
    class Limited:
        def __init__(self, limit):
            self.limit, self.seen = limit, 0

        def __call__(self, training):
            self.seen += 1
            training.stop |= self.seen >= self.limit
    first, then = Limited(3), Limited(5)
    trained(lambda: {"callbacks": [first]}, 2, tmp_path / "kept")
    trained(lambda: {"callbacks": [then]}, 4, tmp_path / "kept")
    assert (then.limit, then.seen) == (5, 4)


def test_containers_are_filled_in_place(tmp_path):
    """A list that a callback fills is the same list after resuming."""
    def run(epochs):
        seen = []
        trained(lambda: {"callbacks": [lambda training: seen.append({"epoch": training.epoch})]}, epochs,
                tmp_path / "kept")
        return seen
    run(2)
    assert run(4) == [{"epoch": i} for i in (1, 2, 3, 4)]


# ---- with other settings ---------------------------------------------------------------------------------------------

def hard(patience, path, epochs=40):
    """Random targets for validation: it gets worse soon."""
    stopper = EarlyStopping("val_loss", patience=patience)
    weights, history = trained(lambda: {"callbacks": [stopper], "validation": (X[:9], 1 - Y[:9])}, epochs, path)
    return weights, history, stopper


def test_a_training_ended_by_early_stopping_goes_on_with_more_patience(tmp_path):
    """It stayed ended; now it is, bit for bit, the training that had this patience from the beginning."""
    want, whole, _ = hard(8, tmp_path / "one")
    _, short, _ = hard(2, tmp_path / "two")
    assert short.epochs < whole.epochs
    assert hard(2, tmp_path / "two")[1]["loss"] == short["loss"]                # with the same one it stays ended
    weights, history, stopper = hard(8, tmp_path / "two")
    assert history["loss"] == whole["loss"] and np.array_equal(weights, want) and stopper.patience == 8


def test_a_training_that_another_callback_ended_stays_ended(tmp_path):
    def stop(training):
        training.stop = training.epoch == 2
    for _ in range(2):
        assert trained(lambda: {"callbacks": [stop]}, 9, tmp_path / "kept")[1].epochs == 2


def test_a_plateau_goes_on_with_another_factor(tmp_path):
    def run(factor, epochs):
        rate = schedule.Plateau(1.0, factor=factor, patience=0, least=99.0)
        return trained(lambda: {"schedule": rate, "optimizer": None}, epochs, tmp_path / "kept")[1]["lr"]
    run(0.5, 2)
    assert run(0.25, 4) == [1.0, 0.5, 0.125, 0.03125]


def test_early_stopping_refuses_the_best_parameters_of_another_model():
    stopper = EarlyStopping("loss")
    with pytest.raises(ValueError, match="best value must be a number"):
        stopper.load_state_dict({"best": "x", "best_epoch": 1, "best_state": {}})
    assert stopper.best_epoch == 0
    stopper.load_state_dict({"best": 1.0, "best_epoch": 1, "best_state": {"weight": np.ones(2)}})
    with pytest.raises(ValueError, match="does not fit the best parameters of EarlyStopping"):
        stopper.check_model(Linear(3, 2))
