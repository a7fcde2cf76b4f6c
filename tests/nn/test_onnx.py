"""Exported networks: onnxruntime and ONNX's own evaluator compute what the model does; the rest is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from nn import (
    MLP,
    AvgPool2d,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Flatten,
    Identity,
    LayerNorm,
    Linear,
    LSTMCell,
    MaxPool2d,
    Module,
    Perceptron,
    RNNCell,
    Sequential,
    export_onnx,
)
from nn.io.onnx_ops import OPS
from nn.layers.activations import NAMED

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
from onnx.reference import ReferenceEvaluator  # noqa: E402

TOLERANCE = {"float32": {"rtol": 2e-5, "atol": 2e-5}, "float64": {"rtol": 1e-11, "atol": 1e-11}}
NORMS = [lambda n: BatchNorm1d(n, eps=0.125), lambda n: LayerNorm(n, eps=0.125)]
"""An eps that float32 holds exactly, as an attribute of ONNX must, and so large that rounding is not magnified."""


def by_runtime(path, x):
    """As users run it; in float64 without the runtime's rewriting, which rounds factors to float32, breaks on Clip."""
    options = runtime.SessionOptions()
    if x.dtype == np.float64:
        options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return runtime.InferenceSession(str(path), options).run(["output"], {"input": x})[0]


def by_reference(path, x):
    return ReferenceEvaluator(str(path)).run(["output"], {"input": x})[0]


def agrees(model, shape, path, dtype="float32", run=by_runtime):
    """Export, run on batches of several sizes, compare; the file has passed ONNX's checker."""
    export_onnx(model, path, shape, dtype=dtype)
    onnx.checker.check_model(str(path), full_check=True)
    model.eval().astype(dtype)
    for n in (1, 7):
        x = np.random.default_rng(n).normal(size=(n, *shape)).astype(dtype)
        y = run(path, x)
        want = model(autograd.Tensor(x)).data
        assert y.dtype == want.dtype == dtype and y.shape == want.shape
        np.testing.assert_allclose(y, want, **TOLERANCE[dtype])


# ---- random networks -------------------------------------------------------------------------------------------------

ACTIVATIONS = [nn.ReLU, nn.Sigmoid, nn.Tanh, nn.SiLU, nn.SELU, nn.Softplus, nn.LeakyReLU, nn.ELU, nn.Hardtanh, nn.PReLU,
               nn.Softmax, nn.LogSoftmax, lambda: nn.ELU(0.3), lambda: nn.LeakyReLU(0.2), lambda: autograd.square,
               lambda: autograd.sin, lambda: abs, lambda: Dropout(0.5, rng=0)]
widths, seeds = st.integers(1, 6), st.integers(0, 2 ** 16)


def stirred(model, shape, seed):
    """Running statistics and learned scales as training leaves them, not 0 and 1."""
    rng = np.random.default_rng(seed)
    model.train()(rng.normal(size=(8, *shape)))
    for p in model.parameters():
        p.assign(p.data + 0.2 * rng.normal(size=p.shape))
    return model


@st.composite
def dense(draw, width):
    layers, rng = [], np.random.default_rng(draw(seeds))
    for _ in range(draw(st.integers(1, 4))):
        before, width = width, draw(widths)
        layers.append(Linear(before, width, draw(st.booleans()), rng=rng))
        layers += [make(width) for make in draw(st.lists(st.sampled_from(NORMS), max_size=1))]
        layers += [make() for make in draw(st.lists(st.sampled_from(ACTIVATIONS), max_size=2))]
    return layers


@given(st.data(), widths, st.sampled_from(["float32", "float64"]))
def test_dense_networks(tmp_path_factory, data, width, dtype):
    model = stirred(Sequential(*data.draw(dense(width))), (width,), data.draw(seeds))
    agrees(model, (width,), tmp_path_factory.getbasetemp() / "dense.onnx", dtype)


@st.composite
def images(draw):
    channels, side = draw(st.integers(1, 3)), draw(st.tuples(st.integers(6, 9), st.integers(6, 9)))
    pair = lambda low, high: tuple(draw(st.tuples(st.integers(low, high), st.integers(low, high))))
    layers, c = [], channels
    for _ in range(draw(st.integers(1, 2))):
        before, c = c, draw(st.integers(1, 3))
        layers.append(Conv2d(before, c, pair(1, 3), pair(1, 2), pair(1, 2), draw(st.booleans()), rng=draw(seeds)))
        layers.append(draw(st.sampled_from([nn.ReLU, nn.Tanh, nn.ELU]))())
        rows, columns = Sequential(*layers)(np.zeros((1, channels, *side))).shape[2:]
        size = min(2, rows), min(2, columns)
        layers.append(draw(st.sampled_from([MaxPool2d, AvgPool2d]))(size, draw(st.sampled_from([None, 1]))))
    layers.append(Flatten())
    features = Sequential(*layers)(np.zeros((1, channels, *side))).shape[1]
    return Sequential(*layers, *draw(dense(features))), (channels, *side)


@given(images(), seeds)
def test_convolutional_networks(tmp_path_factory, made, seed):
    model, shape = made
    agrees(stirred(model, shape, seed), shape, tmp_path_factory.getbasetemp() / "images.onnx")


@pytest.mark.parametrize("activation, dtype", [
    (name, dtype) for name in NAMED for dtype in ("float32", "float64")
    if (name, dtype) != ("gelu", "float64")])               # neither evaluator computes erf in float64
def test_every_activation_of_mlp(activation, dtype, tmp_path):
    model = MLP([3, 5, 4, 2], activation, output="sigmoid", dropout=0.3, rng=0)
    agrees(stirred(model, (3,), 1), (3,), tmp_path / "net.onnx", dtype)


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_normalised_mlp(norm, tmp_path):
    agrees(stirred(MLP([3, 5, 4, 2], norm=norm, rng=0), (3,), 1), (3,), tmp_path / "net.onnx")


def test_convolution_in_float64_by_the_reference(tmp_path):
    model = Sequential(Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), rng=0), AvgPool2d(2), Flatten())
    agrees(model, (2, 7, 6), tmp_path / "net.onnx", "float64", by_reference)


C = np.array([0.5, -1.0, 2.0, 1.5])
CALLS = {
    "add": lambda x: x + C, "subtract": lambda x: C - x, "multiply": lambda x: x * C, "divide": lambda x: x / C,
    "power": lambda x: (x * x + 1) ** 1.5, "negative": lambda x: -x, "absolute": abs, "sign": autograd.sign,
    "exp": autograd.exp, "log": lambda x: (x * x + 1).log(), "sqrt": lambda x: (x * x).sqrt(), "sin": autograd.sin,
    "cos": autograd.cos, "tanh": autograd.tanh, "sigmoid": autograd.sigmoid, "relu": autograd.relu,
    "softplus": autograd.softplus, "erf": autograd.erf, "prelu": lambda x: nn.PReLU(4)(x),
    "maximum": lambda x: autograd.maximum(x, C), "minimum": lambda x: autograd.minimum(x, C), "positive": lambda x: +x,
    "where": lambda x: autograd.where(C > 0, x, 2.0), "matmul": lambda x: x @ np.diag(C),
    "astype": lambda x: x.astype(float),
    "linear": lambda x: autograd.linear(x, np.diag(C), C), "square": autograd.square, "silu": lambda x: nn.SiLU()(x),
    "leaky_relu": autograd.leaky_relu, "clip": lambda x: x.clip(-0.3, 0.4), "elu": lambda x: nn.ELU(0.4)(x),
    "gelu": autograd.gelu, "reshape": lambda x: x.reshape(-1, 2),
    "transpose": lambda x: x.reshape(-1, 2, 2).swapaxes(1, 2),
    "softmax": autograd.softmax, "log_softmax": autograd.log_softmax, "sum": lambda x: x.sum(axis=1, keepdims=True),
    "concatenate": lambda x: autograd.concatenate([x, x * 2.0], axis=1), "mean": lambda x: x.mean(axis=-1),
    "max": lambda x: x.max(axis=1), "min": lambda x: x.min(axis=(0, 1)), "logsumexp": lambda x: autograd.logsumexp(x),
    "getitem": lambda x: x[:, 1:3], "floor": lambda x: x.floor(), "ceil": lambda x: x.ceil(), "rint": np.rint,
    "round": lambda x: (2 * x).round(),
}


def test_every_op_that_can_be_exported_is_tried():
    assert set(CALLS) == set(OPS)


@pytest.mark.parametrize("name", CALLS)
def test_op(name, tmp_path):
    agrees(Sequential(CALLS[name]), (4,), tmp_path / "net.onnx", "float32" if name in ("erf", "gelu") else "float64")


@pytest.mark.parametrize("index", [
    (slice(None), 0), (slice(None), -1), np.s_[:, ::2], np.s_[:, ::-1], np.s_[:, -1:0:-2], np.s_[:, 3:1], np.s_[..., 1],
    np.s_[:, None], np.s_[..., None], np.s_[:, 1, ..., None, 2], np.s_[None, ..., -2:, 0, None], np.s_[0],
    np.s_[-1, ..., 0], np.s_[::-1, :, np.int64(2)], np.s_[:, :99, -99:99], np.s_[...], np.s_[:], (),
    np.s_[:, 1:, None, 0:3:2, ...],
], ids=str)
def test_basic_indices(index, tmp_path):
    agrees(Sequential(lambda x: x[index] * 2.0), (4, 3), tmp_path / "net.onnx", "float64")


@st.composite
def basic_indices(draw):
    """Whatever NumPy takes of an array (n, 4, 3), for any n: of the rows one, or all in an order."""
    ends = st.none() | st.integers(-6, 6)
    rows = st.sampled_from([slice(None), slice(None, None, -1), 0, -1])
    cuts = st.builds(slice, ends, ends, st.none() | st.integers(-3, 3).filter(bool)) | st.integers(-3, 2)
    parts = [draw(rows), *draw(st.lists(cuts, max_size=2))]
    if draw(st.booleans()):
        parts.insert(draw(st.integers(1, len(parts))), ...)
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return tuple(parts)


@given(basic_indices(), st.sampled_from([by_runtime, by_reference]))
def test_any_basic_index(tmp_path_factory, index, run):
    agrees(Sequential(lambda x: x[index] * 2.0), (4, 3), tmp_path_factory.getbasetemp() / "index.onnx", "float64", run)


def test_clipping_by_arrays(tmp_path):
    agrees(Sequential(lambda x: x.clip(-0.5, abs(C))), (4,), tmp_path / "net.onnx", "float64")
    agrees(Sequential(lambda x: x.clip(-abs(C), 0.5)), (4,), tmp_path / "net.onnx", "float64")


class Residual(Module):
    """A network of one's own: a skip, a shared layer, a reduction, a reshape, a constant and a transposed weight."""

    def __init__(self):
        self.inner, self.scale = Linear(4, 4, rng=0), np.array([1.0, 2.0, 3.0, 4.0])

    def forward(self, x):
        h = x + self.inner(self.inner(x).tanh()) * self.scale
        h = autograd.concatenate([h, autograd.maximum(x, 0.5)], axis=1)
        h = h.reshape(len(h), 2, 4) @ self.inner.weight.T
        return h.mean(axis=-1) - h.max(axis=(1, 2), keepdims=True).reshape(-1, 1) + autograd.logsumexp(h, axis=-1)


def test_models_of_ones_own(tmp_path):
    agrees(Residual(), (4,), tmp_path / "net.onnx", "float64")
    agrees(Identity(), (2, 3), tmp_path / "net.onnx")


class Steps(Module):
    """A cell that runs over the steps of sequences (n, steps, 3), and a layer on its last state."""

    def __init__(self, cell):
        self.cell, self.last = cell, Linear(4, 2, rng=1)

    def forward(self, x):
        state = None
        for i in range(x.shape[1]):
            state = self.cell(x[:, i], state)
        return self.last(state[0] if isinstance(state, tuple) else state)


@pytest.mark.parametrize("cell", [RNNCell(3, 4, rng=0), LSTMCell(3, 4, rng=0)], ids=["rnn", "lstm"])
def test_cells_over_sequences(cell, tmp_path):
    agrees(Steps(cell), (5, 3), tmp_path / "net.onnx", "float64")


# ---- the file --------------------------------------------------------------------------------------------------------

def test_names_shapes_and_versions(tmp_path):
    model = MLP([4, 8, 3], rng=0)
    export_onnx(model, tmp_path / "net.onnx", (4,))
    file = onnx.load(tmp_path / "net.onnx")
    ends = [(v.name, v.type.tensor_type.elem_type, [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim])
            for v in (*file.graph.input, *file.graph.output)]
    assert ends == [("input", onnx.TensorProto.DOUBLE, ["batch", 4]), ("output", onnx.TensorProto.DOUBLE, ["batch", 3])]
    assert [node.op_type for node in file.graph.node] == ["Gemm", "Relu", "Gemm"]
    assert {t.name: list(t.dims) for t in file.graph.initializer} == {k: list(a.shape) for k, a in
                                                                     model.state_dict().items()}
    assert file.opset_import[0].version == 18 and file.producer_name == "retrograd"


def test_the_model_stays_as_it_was(tmp_path):
    model = Sequential(Linear(3, 4, rng=0), BatchNorm1d(4), Dropout(0.5, rng=0))
    before, hooks = model.state_dict(), [vars(m).get("_hooks") for _, m in model.named_modules()]
    export_onnx(model, tmp_path / "net.onnx", (3,), dtype="float32")
    assert all(m.training for _, m in model.named_modules()) and all(p.requires_grad for p in model.parameters())
    assert [p.name for p in model.parameters()] == ["W", "b", "scale", "shift"]
    assert hooks == [vars(m).get("_hooks") for _, m in model.named_modules()]
    for name, a in model.state_dict().items():
        assert a.dtype == before[name].dtype and np.array_equal(a, before[name])


class If(Module):
    def forward(self, x):
        return x * 2.0 if len(x) == 2 else x + 1.0


@pytest.mark.parametrize("model, message", [
    (Sequential(Linear(3, 3, rng=0), lambda x: autograd.std(x, axis=1)), "no operator for std"),
    (Sequential(lambda x: x[:, [0, 2]]), r"this one holds list: \[0, 2\]"),
    (Sequential(lambda x: x[:, np.array([True, False, True])]), "this one holds ndarray"),
    (Sequential(lambda x: x[True]), "this one holds bool: True"),
    (Sequential(lambda x: x[1:]), "would take other rows of another batch"),
    (Sequential(lambda x: x[::2]), "would take other rows of another batch"),
    (Sequential(lambda x: x[:, :len(x)]), "getitem has index .* for a batch of two rows, and"),
    (Sequential(lambda x: x.clip(-0.1 * len(x), 1.0)), "clip has low -0.2 for a batch of two rows, and -0.3"),
    (Sequential(lambda x: autograd.where(x > 0, x, 0.0)), "depends on the input, outside the graph"),
    (Sequential(lambda x: x + x.data.argmax()), "depends on the input, outside the graph"),
    (Perceptron(3), "the output does not depend on the input"), (LSTMCell(3, 2, rng=0), "this one returns tuple"),
    (Sequential(lambda x: (x @ x.T).reshape(len(x), 1, -1)), "only one axis may depend"),
], ids=["std", "list", "mask", "bool", "batch", "every other", "rows", "limits", "where", "argmax",
        "step", "tuple", "two axes"])
def test_what_cannot_be_exported_is_named_and_nothing_written(model, message, tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"old")
    with pytest.raises(ValueError, match=message):
        export_onnx(model, tmp_path / "net.onnx", (3,))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_another_way_for_another_input(tmp_path):
    path = tmp_path / "net.onnx"
    with pytest.raises(ValueError, match="another way through the model"):
        export_onnx(If(), path, (3,))
    assert not path.exists()


def test_unsupported_dtype(tmp_path):
    with pytest.raises(ValueError, match="float32 or float64, not float16"):
        export_onnx(Linear(2, 1), tmp_path / "net.onnx", (2,), dtype=np.float16)
