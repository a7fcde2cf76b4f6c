"""What `save` describes is what `load` builds: changed models are described as they are, or not at all and said so."""
import json
import warnings

import numpy as np
import pytest

from autograd import relu
from nn import (
    MLP,
    BatchNorm1d,
    Buffer,
    Conv2d,
    Dropout,
    LayerNorm,
    LeakyReLU,
    Linear,
    LSTMCell,
    Module,
    ModuleList,
    Parameter,
    Perceptron,
    PReLU,
    ReLU,
    Sequential,
    StandardScaler,
    Tanh,
    load,
    save,
)
from nn.io.architecture import BUILT_IN, build
from nn.io.stored import write_arrays

X = np.random.default_rng(0).normal(size=(4, 3))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.safetensors"


def mlp(**settings):
    return MLP([3, 5, 2], "tanh", rng=0, **settings)


def with_eps(model):
    model.norms[0].eps = 0.5


def with_head(model):
    model.layers[-1] = Linear(5, 7, rng=3)


def with_other_head(model):
    model.layers[-1] = Sequential(Linear(5, 4, rng=3), ReLU(), Linear(4, 1, bias=False, rng=4))


def with_more_layers(model):
    model.layers.append(Linear(2, 2, rng=5))
    model.norms.append(BatchNorm1d(2))


def with_normed_layers(model):
    model.norms = [LayerNorm(5)]


def with_module_as_activation(model):
    model.activation = PReLU(5)


def with_other_activation(model):
    model.activation = relu


def with_dropout(model):
    model.dropout = Sequential(Dropout(0.25))


def with_notes(model):
    model.notes, model.scale, model.shape = ["a", 1, None], np.float32(2.5), (1, (2, 3))


CHANGES = [with_eps, with_head, with_other_head, with_more_layers, with_normed_layers, with_module_as_activation,
           with_other_activation, with_dropout, with_notes]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_changed_network_comes_back_as_it_is(change, path):
    """The architecture told what the constructor had been given."""
    model = mlp(norm="batch")
    change(model)
    model(X)
    save(model, path)
    twin = load(path)
    np.testing.assert_array_equal(twin.eval()(X).data, model.eval()(X).data)
    assert repr(twin) == repr(model)


def test_attributes_of_ones_own_come_back(path):
    model = mlp()
    with_notes(model)
    save(model, path)
    twin = load(path)
    assert (twin.notes, twin.scale, twin.shape) == (model.notes, model.scale, model.shape)


def test_what_a_perceptron_found_comes_back(path):
    unit = Perceptron(2).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    save(unit, path)
    assert (load(path).mistakes, load(path).converged) == (unit.mistakes, True)


@pytest.mark.parametrize("change", [with_eps, with_other_head], ids=lambda change: change.__name__)
def test_changes_inside_containers_come_back(change, path):
    inner = mlp(norm="batch")
    change(inner)
    model = Sequential(StandardScaler(3), inner, LeakyReLU(0.3))
    model[2].slope = 0.7
    save(model, path)
    np.testing.assert_array_equal(load(path).eval()(X).data, model.eval()(X).data)


def own_forward(model):
    model.forward = lambda x: x


def own_array(model):
    model.mask = np.ones(3)


def own_parameter(model):
    model.gain = Parameter([1.0])


def other_shape(model):
    model.layers[0].weight = Buffer(model.layers[0].weight.data)


def without_norm(model):
    del model.norm


def own_method_in_a_part(model):
    model.layers[0].config = lambda: {"inputs": 3, "outputs": 5}


@pytest.mark.parametrize("change", [own_forward, own_array, own_parameter, other_shape, without_norm,
                                    own_method_in_a_part], ids=lambda change: change.__name__)
def test_what_no_architecture_can_tell_is_said(change, path):
    """It was left out without a word."""
    model = mlp()
    change(model)
    with pytest.warns(UserWarning, match=r"only the weights are saved.* the model.*load\(path, into=model\)") as said:
        save(model, path)
    assert said[0].filename == __file__ and not path.with_suffix(".json").exists()
    with pytest.raises(ValueError, match=r"holds no architecture.*: the model.*into=model"):
        load(path)


class Doubled(Linear):
    def forward(self, x):
        return 2 * super().forward(x)


@pytest.mark.parametrize("model", [Doubled(3, 2), Sequential(Doubled(3, 2)), MLP([3, 2, 2], lambda z: z)], ids=repr)
def test_classes_and_functions_of_ones_own_are_expected_to_have_none(model, path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save(model, path)
    with pytest.raises(ValueError, match=r"holds no architecture.* of your own"):
        load(path)


def test_a_function_that_only_has_the_name_of_an_activation_is_none(path):
    def tanh(z):
        return z
    save(MLP([3, 2, 2], tanh), path)
    with pytest.raises(ValueError, match=r"the model\.activation is a function of your own"):
        load(path)


def test_a_class_that_only_has_the_name_of_a_layer_is_none(path):
    class ReLU(Module):
        def forward(self, x):
            return x
    save(Sequential(ReLU()), path)
    with pytest.raises(ValueError, match=r"the model\.0 is ReLU, a class of your own"):
        load(path)


def test_dtypes_come_back_each(path):
    """All became float64 where they differed."""
    model = Sequential(StandardScaler(3), Linear(3, 2, rng=0).astype(np.float32))
    save(model, path)
    assert [x.dtype for x in load(path).state_dict().values()] == [x.dtype for x in model.state_dict().values()]


def test_what_is_frozen_comes_back_frozen(path):
    """It was trained on."""
    model = Sequential(Linear(3, 3, rng=0), BatchNorm1d(3), Linear(3, 2, rng=1))
    model[1].freeze()
    model[2].bias.requires_grad = False
    save(model, path)
    twin = load(path).train()
    assert [p.requires_grad for p in twin.parameters()] == [True, True, False, False, True, False]
    assert twin[1].frozen and not twin[1].training and twin[2].training


@pytest.mark.parametrize("text", ["", "5", "null", "[" * 100_000])
def test_what_is_frozen_must_be_names(text, path):
    write_arrays(path, Linear(3, 2).state_dict(), {"architecture": '{"class": "Linear", "inputs": 3, "outputs": 2}',
                                                   "frozen": text})
    with pytest.raises(ValueError, match=r"is damaged: what it says is frozen"):
        load(path)


def nested(depth):
    model = Linear(3, 2, rng=0)
    for _ in range(depth):
        model = Sequential(model)
    return model


def test_deep_models_are_saved(path):
    save(nested(99), path)
    np.testing.assert_array_equal(load(path)(X).data, nested(0)(X).data)


def test_deeper_models_are_saved_without_an_architecture(path):
    """Python's own limit of recursion was met."""
    with pytest.warns(UserWarning, match="nested more than 100 deep"):
        save(nested(300), path)
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        load(path)
    twin = nested(300)
    for p in twin.parameters():
        p.assign(p.data + 1.0)
    np.testing.assert_array_equal(load(path, into=twin)(X).data, nested(0)(X).data)


def test_a_model_that_knows_the_one_it_is_in_is_saved(path):
    model = Sequential(Linear(3, 2, rng=0))
    model[0].parent = model
    with pytest.warns(UserWarning, match="nested more than"):
        save(model, path)
    assert load(path, into=model) is model


HUGE = 10 ** 12
HOSTILE = [
    {"class": "Linear", "inputs": HUGE, "outputs": HUGE}, {"class": "MLP", "sizes": [HUGE, 3, HUGE]},
    {"class": "Conv2d", "inputs": 1, "outputs": 1, "size": [HUGE, HUGE]}, {"class": "LayerNorm", "features": HUGE},
    {"class": "BatchNorm1d", "features": HUGE}, {"class": "Embedding", "entries": HUGE, "features": 3},
    {"class": "LSTMCell", "inputs": HUGE, "hidden": HUGE}, {"class": "RNNCell", "inputs": 1, "hidden": HUGE},
    {"class": "PReLU", "features": HUGE}, {"class": "Perceptron", "inputs": HUGE},
    {"class": "StandardScaler", "features": [HUGE, HUGE]}, {"class": "MinMaxScaler", "features": HUGE},
    {"class": "ModuleList", "layers": [{"class": "Linear", "inputs": 10 ** 4, "outputs": 100}] * 10 ** 5},
]


@pytest.mark.parametrize("description", HOSTILE, ids=lambda d: d["class"])
def test_no_architecture_takes_more_memory_than_its_weights(description):
    """They were made, and initialised, before anything was compared."""
    with pytest.raises(ValueError, match="more than there is room for"):
        build(description, 10)


def test_every_layer_with_weights_is_among_them():
    blank = {"ReLU", "Dropout", "Flatten"}
    assert {d["class"] for d in HOSTILE} | blank <= set(BUILT_IN)
    with_weights = {"Linear", "MLP", "Conv2d", "LayerNorm", "BatchNorm1d", "Embedding", "LSTMCell", "RNNCell", "PReLU",
                    "Perceptron", "StandardScaler", "MinMaxScaler", "ModuleList"}
    assert with_weights == {d["class"] for d in HOSTILE}


def deep(depth):
    return '{"class": "Sequential", "layers": [' * depth + "]}" * depth


@pytest.mark.parametrize("text, message", [
    (deep(102), "nested more than 100 deep"), (deep(100_000), "does not describe a network"),
    ("[" * 100_000 + "]" * 100_000, "does not describe a network"),
    ('{"class": ["MLP"]}', "unknown class"), ('{"class": {"class": "MLP"}}', "unknown class"),
    ('"MLP"', "a network names its class"), ("5", "a network names its class"), ("[]", "a network names its class"),
    ('{"class": "Sequential"}', "does not describe"), ('{"class": "Sequential", "layers": 5}', "does not describe"),
    ('{"class": "Sequential", "layers": [5]}', "does not describe"),
    ('{"class": "ReLU", "attributes": {"forward": {"function": "tanh"}}}', "has no attribute forward"),
    ('{"class": "ReLU", "attributes": {"_hooks": []}}', "has no attribute _hooks"),
    ('{"class": "ReLU", "attributes": []}', "does not describe"),
    ('{"class": "ReLU", "attributes": {"a": {"function": "print"}}}', "no activation is named"),
    ('{"class": "ReLU", "attributes": {"a": {"tuple": 5}}}', "does not describe"),
    ('{"function": "relu"}', "a network names its class")])
def test_texts_that_describe_no_network(text, message, path):
    write_arrays(path, Linear(3, 2).state_dict(), {"architecture": text})
    with pytest.raises(ValueError, match=message) as error:
        load(path)
    assert str(path) in str(error.value)


# ---- the JSON beside -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", ['{"notes": "not a network"}', "", "{", "[1]", '{"class": "MLP", "lr": 0.1}',
                                  '{"class": "physics", "layers": []}', '{"class": "Linear"}', "\xff", deep(100_000)])
def test_a_file_of_the_users_is_left_alone(text, path):
    """It was overwritten."""
    beside = path.with_suffix(".json")
    beside.write_bytes(text.encode("latin-1"))
    save(mlp(), path)
    assert beside.read_bytes() == text.encode("latin-1")
    assert repr(load(path)) == repr(mlp())


def test_a_folder_or_link_of_the_users_is_left_alone(path, tmp_path):
    beside = path.with_suffix(".json")
    beside.symlink_to(tmp_path / "nowhere")
    save(mlp(), path)
    assert not (tmp_path / "nowhere").exists()
    beside.unlink()
    beside.mkdir()
    save(mlp(), path)
    assert beside.is_dir()


def test_the_json_follows_the_model(path):
    beside = path.with_suffix(".json")
    for model in (mlp(), Sequential(Tanh()), Conv2d(1, 1, 3), ModuleList(), LSTMCell(2, 2), StandardScaler((2, 3))):
        save(model, path)
        assert json.loads(beside.read_text())["class"] == type(model).__name__
    save(Doubled(3, 2), path)
    assert not beside.exists()


# ---- as others reported it of their libraries ------------------------------------------------------------------------

def test_weights_of_a_frozen_model_go_into_one_that_is_not(path):
    """Weights in another order, or an error, where some layers were frozen."""
    model, twin = mlp(), MLP([3, 5, 2], "tanh", rng=1)
    model.layers[0].freeze()
    save(model, path)
    load(path, into=twin)
    np.testing.assert_array_equal(twin(X).data, model(X).data)
    assert all(p.requires_grad for p in twin.parameters())


def test_a_model_is_saved_over_the_file_it_came_from(path):
    """A file that was still mapped was cut off below its arrays."""
    save(mlp(), path)
    model = load(path)
    for _ in range(3):
        save(model, path)
        model = load(path, into=model)
    np.testing.assert_array_equal(model(X).data, mlp()(X).data)


def test_a_loaded_model_does_not_depend_on_its_file(path):
    save(mlp(), path)
    model = load(path)
    with open(path, "r+b") as file:
        file.truncate(0)
    np.testing.assert_array_equal(model(X).data, mlp()(X).data)


def test_the_prefix_of_another_program_is_hinted_at():
    """All names had a prefix, and a lenient load left every weight as it was."""
    state = {f"module.{name}": a for name, a in mlp().state_dict().items()}
    with pytest.raises(ValueError, match=r"missing +layers.0.weight \(3, 5\), called module.layers.0.weight there"):
        mlp().load_state_dict(state)
    assert len(mlp().load_state_dict(state, strict=False).unexpected_keys) == 4


def test_weights_of_an_unusual_memory_order_come_back(path):
    """Weights that lay column by column came back scrambled."""
    model = Linear(3, 5)
    model.weight.assign(np.asfortranarray(np.arange(15.0).reshape(3, 5)))
    save(model, path)
    assert np.array_equal(load(path).weight.data, np.arange(15.0).reshape(3, 5))


def test_paths_of_every_kind_are_taken(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    for name in ("net.safetensors", "no_ending", "two.dots.safetensors", "ünï 中.safetensors", "-dash", ".hidden"):
        save(mlp(), name)
        np.testing.assert_array_equal(load(name)(X).data, mlp()(X).data)


def test_a_model_without_weights_is_saved(path):
    save(Sequential(ReLU(), Dropout(0.5)), path)
    assert repr(load(path)) == repr(Sequential(ReLU(), Dropout(0.5)))


def test_numbers_beyond_the_ordinary_come_back(path):
    model = Linear(2, 2)
    model.weight.assign([[np.nan, np.inf], [-0.0, 5e-324]])
    save(model, path)
    assert load(path).weight.data.tobytes() == model.weight.data.tobytes()
    save(Sequential(LeakyReLU(1e-320), LeakyReLU(0.1 + 0.2)), path)
    assert (load(path)[0].slope, load(path)[1].slope) == (1e-320, 0.1 + 0.2)
