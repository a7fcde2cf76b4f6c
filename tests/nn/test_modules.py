"""The layers beyond Linear: values by hand or by another road, gradients by finite differences, train against eval."""
import copy
import pickle

import numpy as np
import pytest

from autograd import Tensor, gradcheck
from autograd.ops.windows import overlap_add, windows
from nn import (
    ELU,
    GELU,
    MLP,
    SELU,
    AvgPool2d,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Hardtanh,
    Identity,
    LayerNorm,
    LeakyReLU,
    Linear,
    LogSoftmax,
    LSTMCell,
    MaxPool2d,
    Module,
    ModuleList,
    PReLU,
    ReLU,
    RNNCell,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)

RNG = np.random.default_rng(0)
ROWS, IMAGES = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 3, 6, 5))

CASES = {
    "linear": (Linear(3, 2, rng=0), ROWS), "prelu": (PReLU(), ROWS), "prelu per feature": (PReLU(3), ROWS),
    "layer norm": (LayerNorm(3), ROWS), "batch norm": (BatchNorm1d(3), ROWS),
    "batch norm in use": (BatchNorm1d(3).eval(), ROWS), "dropout": (Dropout(0.5, rng=0), ROWS),
    "conv": (Conv2d(3, 2, (3, 2), rng=0), IMAGES),
    "strided, padded conv": (Conv2d(3, 2, 3, stride=(2, 1), padding=1, rng=0), IMAGES),
    "conv, no bias": (Conv2d(3, 2, 2, bias=False, rng=0), IMAGES), "max pool": (MaxPool2d(2), IMAGES),
    "overlapping max pool": (MaxPool2d(3, stride=1), IMAGES), "average pool": (AvgPool2d((2, 1)), IMAGES),
    "rnn": (RNNCell(3, 2, rng=0), ROWS), "mlp": (MLP([3, 4, 2], "tanh", norm="layer", dropout=0.3, rng=0), ROWS),
    "mlp, batch norm": (MLP([3, 4, 2], "gelu", norm="batch", output="sigmoid", rng=0), ROWS),
    "sequential": (Sequential(Linear(3, 4, rng=0), Tanh(), Linear(4, 2, rng=1), np.exp), ROWS),
    "flatten": (Flatten(), IMAGES),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_in_input_and_parameters_against_finite_differences(name):
    module, x = CASES[name]
    parameters = [p.numpy() for p in module.parameters()]
    gradcheck(lambda x, *params: module.with_parameters(params)(x), x, *parameters, order=1)


@pytest.mark.parametrize("name", CASES)
def test_modules_pickle_copy_and_print(name):
    module, x = copy.deepcopy(CASES[name])
    twins = [copy.deepcopy(module), pickle.loads(pickle.dumps(module))]
    result = module(x).data
    assert all(np.array_equal(twin(x).data, result) for twin in twins)
    assert repr(module).startswith(type(module).__name__)


# ---- activations ---------------------------------------------------------------------------------------------------

X = np.array([-30.0, -1.5, -0.2, 0.0, 0.3, 2.0, 30.0])
SIGMOID = 1 / (1 + np.exp(-X))
VALUES = [
    (Identity(), X), (ReLU(), np.maximum(X, 0)), (LeakyReLU(), np.where(X > 0, X, .01 * X)), (Sigmoid(), SIGMOID),
    (Tanh(), np.tanh(X)), (Softplus(), np.logaddexp(0, X)), (SiLU(), X * SIGMOID),
    (PReLU(), np.where(X > 0, X, .25 * X)),
    (ELU(2.0), np.where(X > 0, X, 2 * (np.exp(X) - 1))), (Hardtanh(-.5, 1), np.clip(X, -.5, 1)),
    (SELU(), 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * (np.exp(X) - 1))),
    (Softmax(), np.exp(X) / np.exp(X).sum()), (LogSoftmax(), X - np.log(np.exp(X).sum())),
]


@pytest.mark.parametrize("module, expected", VALUES, ids=lambda v: type(v).__name__ if isinstance(v, Module) else "")
def test_activation_values(module, expected):
    np.testing.assert_allclose(module(Tensor(X)).data, expected, rtol=1e-13, atol=1e-15)


def test_gelu_at_one():
    assert GELU()(Tensor([1.0])).item() == pytest.approx(0.8413447460685429, rel=1e-14)          # Φ(1)


def test_selu_keeps_mean_zero_and_variance_one():
    y = SELU()(Tensor(np.random.default_rng(0).normal(size=1_000_000))).data
    assert abs(y.mean()) < 0.005 and abs(y.var() - 1) < 0.01


# ---- dropout and normalisation ---------------------------------------------------------------------------------------

def test_dropout_keeps_the_expected_value_and_is_silent_in_use():
    layer, x = Dropout(0.25, rng=0), np.ones(100_000)
    y = layer(x).data
    assert set(np.round(np.unique(y), 12)) == {0.0, np.round(4 / 3, 12)}
    assert np.mean(y == 0) == pytest.approx(0.25, abs=0.01) and y.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(layer.eval()(x).data, x)


def test_dropout_masks_follow_the_seed_and_differ_between_calls():
    x, one, same = np.ones(50), Dropout(0.5, rng=3), Dropout(0.5, rng=3)
    first = one(x).data
    assert np.array_equal(first, same(x).data) and not np.array_equal(first, one(x).data)


def test_dropout_keeps_float32():
    assert Dropout(0.5, rng=0)(np.ones(4, np.float32)).dtype == np.float32


def test_layer_norm_rows():
    y = LayerNorm(3, eps=0.0)(Tensor(ROWS)).data
    np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(axis=1), 1, rtol=1e-13)


def test_batch_norm_learns_its_running_statistics():
    layer = BatchNorm1d(3, momentum=0.5, eps=0.0)
    y = layer(ROWS).data
    np.testing.assert_allclose([y.mean(axis=0), y.var(axis=0)], [[0] * 3, [1] * 3], atol=1e-12)
    np.testing.assert_allclose(layer.running_mean.data, 0.5 * ROWS.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(layer.running_var.data, 0.5 + 0.5 * ROWS.var(axis=0, ddof=1), rtol=1e-13)
    used = layer.eval()(ROWS).data
    expected = (ROWS - layer.running_mean.data) / np.sqrt(layer.running_var.data)
    np.testing.assert_allclose(used, expected, rtol=1e-13)
    assert [name for name, _ in layer.named_buffers()] == ["running_mean", "running_var"]


# ---- convolution and pooling -----------------------------------------------------------------------------------------

def convolved(x, k, b, stride, padding):
    """The definition, entry by entry."""
    x = np.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2])
    rows, columns = ((x.shape[2 + i] - k.shape[2 + i]) // stride[i] + 1 for i in (0, 1))
    y = np.zeros((len(x), len(k), rows, columns))
    for n, o, i, j in np.ndindex(y.shape):
        top, left = i * stride[0], j * stride[1]
        y[n, o, i, j] = np.sum(x[n, :, top:top + k.shape[2], left:left + k.shape[3]] * k[o]) + b[o]
    return y


@pytest.mark.parametrize("size, stride, padding", [
    ((3, 2), (1, 1), (0, 0)), ((2, 3), (2, 3), (1, 2)), ((1, 1), (2, 1), (0, 1))])
def test_convolution_is_its_definition(size, stride, padding):
    layer = Conv2d(3, 4, size, stride, padding, rng=0)
    layer.bias.assign(np.arange(4.0))
    expected = convolved(IMAGES, layer.weight.data, layer.bias.data, stride, padding)
    np.testing.assert_allclose(layer(IMAGES).data, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shape, size, stride, padding", [
    ((5, 6), (2, 3), (1, 1), (0, 0)), ((7, 7), (3, 2), (2, 3), (1, 0)), ((4, 4), (2, 2), (2, 2), (1, 1)),
    ((6, 5), (2, 2), (3, 3), (0, 2))])
def test_windows_and_overlap_add_are_adjoint(shape, size, stride, padding):
    """⟨windows(x), u⟩ = ⟨x, overlap_add(u)⟩, which is what makes the one the gradient of the other."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, *shape))
    y = windows(x, size=size, stride=stride, padding=padding)
    u = rng.normal(size=y.shape)
    back = overlap_add(u, shape=shape, stride=stride, padding=padding)
    assert np.vdot(y, u) == pytest.approx(np.vdot(x, back), rel=1e-13)


def test_pooling_by_hand():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    np.testing.assert_array_equal(MaxPool2d(2)(x).data[0, 0], [[5, 7], [13, 15]])
    np.testing.assert_array_equal(AvgPool2d(2)(x).data[0, 0], [[2.5, 4.5], [10.5, 12.5]])
    assert MaxPool2d(3, stride=1)(x).shape == (1, 1, 2, 2)


def test_tied_entries_of_a_pool_share_the_gradient():
    x = Tensor(np.ones((1, 1, 2, 2)), requires_grad=True)
    MaxPool2d(2)(x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, np.full((1, 1, 2, 2), .25))


# ---- embedding, recurrent cells, containers --------------------------------------------------------------------------

def test_embedding_adds_up_the_gradients_of_repeated_ids():
    layer = Embedding(4, 2, rng=0)
    y = layer([[0, 2], [2, 2]])
    np.testing.assert_array_equal(y.data, layer.weight.data[[[0, 2], [2, 2]]])
    y.sum().backward()
    np.testing.assert_array_equal(layer.weight.grad.data, [[1, 1], [0, 0], [3, 3], [0, 0]])


def test_lstm_step_by_hand():
    cell, x = LSTMCell(3, 2, rng=0), ROWS
    h0, c0 = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 2))
    h, c = cell(x, (h0, c0))
    z = x @ cell.weight.data + h0 @ cell.recurrent.data + cell.bias.data
    i, f, o = (1 / (1 + np.exp(-z[:, k:k + 2])) for k in (0, 2, 4))
    expected = f * c0 + i * np.tanh(z[:, 6:])
    np.testing.assert_allclose(c.data, expected, rtol=1e-13)
    np.testing.assert_allclose(h.data, o * np.tanh(expected), rtol=1e-13)


def test_gradients_through_a_sequence_of_lstm_steps():
    cell, xs = LSTMCell(2, 2, rng=0), np.random.default_rng(1).normal(size=(3, 2, 2))

    def unrolled_in_time(xs, *params):
        twin, state = cell.with_parameters(params), None
        for t in range(3):
            state = twin(xs[t], state)
        return state[0]
    gradcheck(unrolled_in_time, xs, *(p.numpy() for p in cell.parameters()), order=1)


def test_recurrent_weights_start_orthogonal_and_the_forget_gate_open():
    cell = LSTMCell(3, 4, rng=0)
    u = cell.recurrent.data
    for k in range(0, 16, 4):
        np.testing.assert_allclose(u[:, k:k + 4] @ u[:, k:k + 4].T, np.eye(4), atol=1e-14)
    np.testing.assert_array_equal(cell.bias.data, np.repeat([0, 1, 0, 0], 4))


def test_containers_behave_like_sequences():
    layers = [Linear(3, 4, rng=0), Tanh(), Linear(4, 2, rng=1)]
    model, listed = Sequential(*layers), ModuleList(layers)
    assert len(model) == len(listed) == 3 and list(model) == list(listed) == layers
    assert len(model[:2]) == 2 and listed[1:][0] is layers[1]
    np.testing.assert_array_equal(model(ROWS).data, layers[2](layers[1](layers[0](ROWS))).data)
    assert len(listed.append(Tanh())) == 4 and len(listed.parameters()) == 4
    assert Flatten()(Tensor(IMAGES)).shape == (2, 90)


@pytest.mark.parametrize("layer, x, shape", [
    (Conv2d(3, 2, 2), IMAGES, (0, 2, 5, 4)), (MaxPool2d(2), IMAGES, (0, 3, 3, 2)), (Flatten(), IMAGES, (0, 90)),
    (MLP([3, 4, 2], norm="layer", dropout=.5), ROWS, (0, 2)), (BatchNorm1d(3).eval(), ROWS, (0, 3)),
    (RNNCell(3, 4), ROWS, (0, 4)), (Embedding(3, 2), np.ones((2, 5), int), (0, 5, 2))], ids=lambda v: type(v).__name__)
def test_a_batch_of_no_rows(layer, x, shape):
    layer.zero_grad()
    y = layer(x[:0])
    assert y.shape == shape
    if layer.parameters():
        y.sum().backward()
        assert not any(p.grad.data.any() for p in layer.parameters() if p.grad is not None)


def test_dropout_scales_integers_too():
    """Images as they come, from 0 to 255."""
    y = Dropout(0.25, rng=0)(np.full(1000, 3, np.uint8))
    assert set(np.unique(y.data)) == {0.0, 4.0} and y.dtype == np.float64


def test_mlp_of_the_calculator_has_609_parameters():
    model = MLP([2, 16, 16, 16, 1])
    assert [sum(p.size for p in layer.parameters()) for layer in model.layers] == [48, 272, 272, 17]


# ---- bad input -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call, error, message", [
    (lambda: Dropout(1.0), ValueError, r"\[0, 1\)"),
    (lambda: LayerNorm(3)(np.ones((2, 4))), ValueError, r"3 features.*\(2, 4\)"),
    (lambda: BatchNorm1d(3)(np.ones((1, 3))), ValueError, "at least two rows"),
    (lambda: BatchNorm1d(3)(np.ones((2, 3, 3))), ValueError, r"\(n, features\)"),
    (lambda: Conv2d(3, 2, 2)(np.ones((3, 6, 5))), ValueError, r"image\[None\]"),
    (lambda: Conv2d(1, 2, 2)(IMAGES), ValueError, r"\(n, 1, height, width\)"),
    (lambda: Conv2d(3, 2, 9)(IMAGES), ValueError, "do not fit"),
    (lambda: MaxPool2d(7)(IMAGES), ValueError, "do not fit"),
    (lambda: Conv2d(3, 2, (1, 2, 3)), ValueError, "pair"),
    (lambda: Conv2d(3, 2, 2, stride=0), ValueError, "at least 1"),
    (lambda: Embedding(3, 2)([3]), IndexError, r"\[0, 3\), got 3..3"),
    (lambda: Embedding(3, 2)([.5]), TypeError, "integer"),
    (lambda: RNNCell(3, 2)(np.ones(3)), ValueError, r"x \(n, 3\), got shape \(3,\); write x\[None\]"),
    (lambda: LSTMCell(3, 2)(np.ones((5, 4, 3))), ValueError, r"got shape \(5, 4, 3\); give it one step"),
    (lambda: RNNCell(3, 2)(np.ones((4, 5))), ValueError, r"x \(n, 3\), got shape \(4, 5\)"),
    (lambda: LSTMCell(3, 2)(ROWS, np.ones((4, 2))), ValueError, r"pair \(h, c\)"),
    (lambda: LayerNorm(3, eps=-1.0), ValueError, "eps must be at least 0"),
    (lambda: BatchNorm1d(3, eps=np.nan), ValueError, "eps must be at least 0"),
    (lambda: BatchNorm1d(3, momentum=2.0), ValueError, r"momentum.*\[0, 1\], got 2.0"),
    (lambda: PReLU(0), ValueError, "features must be a positive integer"),
    (lambda: Sequential(Linear(1, 1), 3), TypeError, "got 3"),
    (lambda: Sequential([Linear(1, 1)]), TypeError, r"given as Sequential\(\*layers\)"),
    (lambda: Sequential(Linear(1, 1), Tanh), TypeError, r"Tanh is a class of them: call it, as Tanh\(\.\.\.\)"),
    (lambda: MLP(3, [4, 4, 1]), ValueError, r"in one list, as MLP\(\[64, 32, 10\]\), got 3"),
    (lambda: MLP([1, 1], norm="group"), ValueError, '"batch"')])
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
