"""Saved models come back the same; damaged and foreign files are refused and change nothing."""
import contextlib
import json
import os

import numpy as np
import pytest

from autograd import relu
from nn import (
    MLP,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    LSTMCell,
    MaxPool2d,
    Module,
    ModuleList,
    Perceptron,
    PReLU,
    ReLU,
    RNNCell,
    Sequential,
    load,
    save,
)
from nn.io.save import read_arrays, write_arrays

X = np.random.default_rng(0).normal(size=(4, 3))
IMAGES = np.random.default_rng(0).normal(size=(2, 1, 6, 6))
MODELS = {
    "mlp": (MLP([3, 5, 2], "tanh", norm="batch", dropout=.2, output="sigmoid", rng=0), X),
    "sequential": (Sequential(Linear(3, 4, rng=0), relu, BatchNorm1d(4), LayerNorm(4), Dropout(.5), PReLU(4),
                              Linear(4, 2, False)), X),
    "images": (Sequential(Conv2d(1, 2, 3, padding=(1, 0), rng=0), MaxPool2d(2), Flatten(), Linear(12, 2, rng=1)),
               IMAGES),
    "embedding": (Embedding(5, 2, rng=0), [1, 4]), "rnn": (RNNCell(3, 2, rng=0), X), "lstm": (LSTMCell(3, 2, rng=0), X),
    "perceptron": (Perceptron(3), X),
}


@pytest.mark.parametrize("name", MODELS)
def test_round_trip(name, tmp_path):
    model, x = MODELS[name]
    model.train()(x)                                    # moves running statistics
    save(model, tmp_path / "net.safetensors")
    twin = load(tmp_path / "net.safetensors")
    a, b = model.eval()(x), twin.eval()(x)
    for one, other in zip(a if isinstance(a, tuple) else [a], b if isinstance(b, tuple) else [b], strict=True):
        np.testing.assert_array_equal(one.data, other.data)
    assert repr(twin) == repr(model)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["net.json", "net.safetensors"]


def test_the_architecture_is_readable(tmp_path):
    save(Sequential(Linear(3, 4), relu), tmp_path / "net.safetensors")
    assert json.loads((tmp_path / "net.json").read_text()) == {
        "class": "Sequential", "layers": [{"class": "Linear", "inputs": 3, "outputs": 4}, {"function": "relu"}]}


def test_float32_and_lists_come_back(tmp_path):
    model = ModuleList([MLP([3, 2], rng=0)]).astype(np.float32)
    save(model, tmp_path / "net.safetensors")
    assert load(tmp_path / "net.safetensors")[0](X.astype(np.float32)).dtype == np.float32


def test_settings_may_be_numbers_of_numpy(tmp_path):
    model = Sequential(MLP(np.array([3, 4, 2]), dropout=np.float32(0.25), rng=0), Dropout(np.float64(0.5)))
    save(model, tmp_path / "net.safetensors")
    np.testing.assert_array_equal(load(tmp_path / "net.safetensors").eval()(X).data, model.eval()(X).data)


def test_weights_are_not_written_where_the_architecture_goes(tmp_path):
    with pytest.raises(ValueError, match=r"name the weights \*\.safetensors"):
        save(MLP([3, 2]), tmp_path / "net.json")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_saved_leaves_nothing(tmp_path):
    model = MLP([3, 2])
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*none for net\.safetensors: make it first"):
        save(model, tmp_path / "none" / "net.safetensors")
    with pytest.raises(ValueError, match="is a folder: name a file in it"):
        save(model, tmp_path)
    for swapped in (model.state_dict(), tmp_path / "net.safetensors"):
        with pytest.raises(TypeError, match=r"as save\(model, 'model\.safetensors'\), got"):
            save(swapped, tmp_path / "net.safetensors")
    assert not list(tmp_path.iterdir())


class Own(Module):
    def __init__(self):
        self.layer = Linear(3, 2, rng=0)

    def forward(self, x):
        return self.layer(x)


@pytest.mark.parametrize("model", [Own(), MLP([3, 2, 2], activation=lambda z: z * 2), Sequential(Own())], ids=repr)
def test_models_of_ones_own_are_loaded_into_one(model, tmp_path):
    path = tmp_path / "net.safetensors"
    save(model, path)
    with pytest.raises(ValueError, match="into=model"):
        load(path)
    before = model(X).data
    for p in model.parameters():
        p.assign(p.data + 1.0)
    assert load(path, into=model) is model
    np.testing.assert_array_equal(model(X).data, before)


def shared_layer():
    layer = Linear(3, 3, rng=0)
    return Sequential(layer, relu, layer)


def shared_weight():
    model = MLP([3, 3, 3], rng=0)
    model.layers[1].weight = model.layers[0].weight
    return model


@pytest.mark.parametrize("make", [shared_layer, shared_weight])
def test_shared_weights_are_loaded_into_a_model_that_shares_them(make, tmp_path):
    model, twin, path = make(), make(), tmp_path / "net.safetensors"
    save(model, path)
    with pytest.raises(ValueError, match="share no weights"):
        load(path)
    for p in twin.parameters():
        p.assign(p.data + 1.0)
    np.testing.assert_array_equal(load(path, into=twin)(X).data, model(X).data)


def test_modules_without_weights_may_be_shared(tmp_path):
    act = ReLU()
    model = Sequential(Linear(3, 4, rng=0), act, Linear(4, 2, rng=1), act)
    save(model, tmp_path / "net.safetensors")
    np.testing.assert_array_equal(load(tmp_path / "net.safetensors")(X).data, model(X).data)


class Doubled(MLP):
    def forward(self, x):
        return 2 * super().forward(x)


def test_the_architecture_of_another_model_does_not_stay_behind(tmp_path):
    """Its names and shapes fit, so that it would be loaded without a word."""
    path = tmp_path / "net.safetensors"
    save(MLP([3, 2], rng=0), path)
    save(Doubled([3, 2], rng=1), path)
    with pytest.raises(ValueError, match="into=model"):
        load(path)
    assert not path.with_suffix(".json").exists()
    path.with_suffix(".json").write_text('{"notes": "not a network"}')
    save(Doubled([3, 2], rng=1), path)
    assert path.with_suffix(".json").exists()           # somebody else's is left alone


def test_damaged_and_foreign_files(tmp_path):
    model, path = MLP([3, 2], rng=0), tmp_path / "net.safetensors"
    save(model, path)
    state, whole = model.state_dict(), path.read_bytes()
    for content in (whole[:-8], b"", b"hello", b"\xff" * 100):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="damaged or not a safetensors file"):
            load(path, into=model)
    write_arrays(path, state)                               # as of old: the architecture is in the JSON alone
    for text, message in [("{", "does not describe"), ('{"class": "os"}', "unknown class"), ("[]", "does not describe"),
                          ('{"class": "MLP"}', "does not describe"),
                          ('{"class": "Linear", "inputs": 3, "outputs": 9}', "does not fit")]:
        path.with_suffix(".json").write_text(text)
        with pytest.raises(ValueError, match=message):
            load(path)
        write_arrays(tmp_path / "inside.safetensors", state, {"architecture": text})
        with pytest.raises(ValueError, match=message):
            load(tmp_path / "inside.safetensors")
    path.with_suffix(".json").unlink()
    with pytest.raises(ValueError, match="into=model"):
        load(path)
    with pytest.raises(FileNotFoundError, match="no file"):
        load(tmp_path / "other.safetensors")
    assert all(np.array_equal(a, state[name]) for name, a in model.state_dict().items())


def test_files_that_hold_weights_alone_are_built_from_the_json_beside(tmp_path):
    """As `save` wrote them at first."""
    model, path = MLP([3, 2, 2], "tanh", rng=0), tmp_path / "net.safetensors"
    write_arrays(path, model.state_dict())
    path.with_suffix(".json").write_text('{"class": "MLP", "sizes": [3, 2, 2], "activation": "tanh"}')
    assert repr(load(path)) == repr(model) and np.array_equal(load(path)(X).data, model(X).data)


network = lambda activation: MLP([3, 2, 2], activation, rng=0)


@pytest.mark.parametrize("old, new", [(network("relu"), network("tanh")), (network("relu"), Doubled([3, 2, 2], rng=1)),
                                      (Doubled([3, 2, 2], rng=1), network("tanh"))], ids=["tanh", "own", "built-in"])
@pytest.mark.parametrize("writes", range(5))
def test_a_crash_between_the_files_never_mixes_two_models(old, new, writes, tmp_path, monkeypatch):
    """All share names and shapes of weights, so that one's weights in the other's architecture would load silently."""
    path, left = tmp_path / "net.safetensors", [writes]

    class Killed(BaseException):
        pass

    def counted(act):
        def until_killed(*args):
            if not left[0]:
                raise Killed
            left[0] -= 1
            return act(*args)
        return until_killed
    save(old, path)
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", counted(os.replace))
        patch.setattr("os.unlink", counted(os.unlink))
        with contextlib.suppress(Killed):
            save(new, path)
    there = old if writes == 0 else new
    state, _ = read_arrays(path)
    assert np.array_equal(state["layers.0.weight"], there.layers[0].weight.data)
    if isinstance(there, Doubled):
        with pytest.raises(ValueError, match="into=model"):
            load(path)
    else:
        assert np.array_equal(load(path)(X).data, there(X).data)


@pytest.mark.parametrize("stage", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch, stage):
    path = tmp_path / "net.safetensors"
    save(MLP([3, 2], rng=0), path)
    whole = path.read_bytes()
    monkeypatch.setattr(f"os.{stage}", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(MLP([3, 2], rng=1), path)
    assert path.read_bytes() == whole and len(list(tmp_path.iterdir())) == 2
