"""Weights of other programs: turned where they are the other way round, never loaded transposed without a word."""
import numpy as np
import pytest

from nn import MLP, Conv2d, Embedding, Linear, LSTMCell, Module, RNNCell, Sequential, load, save
from nn.io.stored import write_arrays

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 3))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.safetensors"


def foreign(path, model, turn=True):
    """A file as PyTorch would write it for this model."""
    state = {name: a.T if turn and a.ndim == 2 else a for name, a in model.state_dict().items()}
    write_arrays(path, state, {"format": "pt"})
    return state


@pytest.mark.parametrize("sizes", [[3, 3], [3, 3, 3, 3], [3, 4, 3], [3, 4, 4, 2]])
def test_files_of_pytorch_are_turned(sizes, path):
    model = MLP(sizes, rng=0)
    foreign(path, model)
    twin = load(path, into=MLP(sizes, rng=1), layout="torch")
    np.testing.assert_array_equal(twin(X).data, model(X).data)


@pytest.mark.parametrize("make", [lambda: MLP([3, 3, 3]), lambda: Linear(3, 3), lambda: RNNCell(3, 3),
                                  lambda: Sequential(Embedding(4, 3), Linear(3, 3))])
@pytest.mark.parametrize("turn", [True, False])
def test_square_weights_of_unknown_layout_are_refused(make, turn, path):
    """They came in transposed."""
    model, twin = make(), make()
    state, before = foreign(path, model, turn), twin.state_dict()
    for file in (path, path.with_name("bare")):
        write_arrays(file, state)
        with pytest.raises(ValueError, match=r'how its matrices are laid out.*weight.*square: pass layout="torch"'):
            load(file, into=twin)
    assert all(np.array_equal(a, before[name]) for name, a in twin.state_dict().items())


def test_the_caller_may_tell_the_layout(path):
    model, twin = MLP([3, 3, 3], rng=0), MLP([3, 3, 3], rng=1)
    foreign(path, model, turn=False)
    np.testing.assert_array_equal(load(path, into=twin, layout="retrograd")(X).data, model(X).data)


def test_a_matrix_that_is_not_square_tells_the_layout(path):
    model, twin = MLP([3, 4, 4, 2], rng=0), MLP([3, 4, 4, 2], rng=1)
    foreign(path, model, turn=False)
    np.testing.assert_array_equal(load(path, into=twin)(X).data, model(X).data)
    foreign(path, model)
    with pytest.raises(ValueError, match='layout="torch"'):
        load(path, into=twin)


def test_mirrored_shapes_of_a_file_are_named(path):
    foreign(path, MLP([3, 4, 2], rng=0))
    with pytest.raises(ValueError, match=r'0.weight: \(3, 4\) in the model, \(4, 3\) .*mirrored.*layout="torch"'):
        load(path, into=MLP([3, 4, 2], rng=1))


@pytest.mark.parametrize("make", [lambda: Conv2d(3, 3, 3), lambda: Embedding(3, 3)])
def test_what_both_lay_out_alike_is_loaded(make, path):
    model, twin = make(), make()
    write_arrays(path, model.state_dict())
    load(path, into=twin)
    assert np.array_equal(twin.weight.data, model.weight.data)


class Own(Module):
    def __init__(self, rng):
        self.layer = Linear(3, 3, rng=rng)

    def forward(self, x):
        return self.layer(x)


@pytest.mark.parametrize("make", [lambda rng: Own(rng), lambda rng: MLP([3, 3, 3], rng=rng)])
def test_files_of_save_tell_their_layout(make, path):
    model = make(0)
    save(model, path)
    np.testing.assert_array_equal(load(path, into=make(1))(X).data, model(X).data)
    with pytest.raises(ValueError, match="was written by save, not by PyTorch"):
        load(path, into=make(1), layout="torch")


@pytest.mark.parametrize("notes", [{"architecture": "null\n"}, {"architecture": '{"class": "Linear", "inputs": 3, '
                                                                               '"outputs": 3}'}])
def test_files_of_an_earlier_save_are_known_by_their_architecture(notes, path):
    write_arrays(path, Linear(3, 3, rng=0).state_dict(), notes)
    assert np.array_equal(load(path, into=Linear(3, 3)).weight.data, Linear(3, 3, rng=0).weight.data)


@pytest.mark.parametrize("note", ["Transformer", "[]", '{"class": "Net"}', '"relu"'])
def test_an_architecture_of_another_program_tells_nothing(note, path):
    write_arrays(path, Linear(3, 3, rng=0).state_dict(), {"architecture": note})
    with pytest.raises(ValueError, match="how its matrices are laid out"):
        load(path, into=Linear(3, 3))


def test_an_unknown_layout_is_refused(path):
    save(LSTMCell(3, 3), path)
    with pytest.raises(ValueError, match='layout must be "retrograd", "torch" or None'):
        load(path, layout="keras")
