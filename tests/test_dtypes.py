"""Precision: float16 as far as it reaches, and float32 that stays float32 whatever numbers it meets."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import autograd.numpy as anp
import nn
from autograd import Tensor, domain
from autograd.check.generate.strategies import cases
from autograd.core.primitive import REGISTRY
from autograd.core.record import NUMPY_2
from autograd.ops.activations import elu, prelu, selu, silu
from autograd.ops.indexing import scatter
from autograd.ops.special import erf
from autograd.ops.windows import overlap_add

OPS = [op for op in REGISTRY.values() if op.kernel.__module__.startswith("autograd.ops")]
SMOOTH = [op for op in OPS if op.differentiable and op.name != "astype"]
HALF, MANY = np.float16, 70_000                 # more than 65 504, the largest number of float16


def each(ops):
    return pytest.mark.parametrize("op", ops, ids=lambda op: op.name)


def leaf(x):
    return Tensor(x, requires_grad=np.asarray(x).dtype.kind == "f")


def joined(op, params):
    """The op as a function of its inputs; what it gives, if that is several outputs, as one sum."""
    def call(*xs):
        y = op(*xs, **params)
        return sum(part.sum() for part in y) if op.several else y
    return call


def value_and_gradients(f, *xs):
    xs = [leaf(x) for x in xs]
    y = f(*xs)
    if y.dtype.kind == "f":
        y.backward(np.ones(y.shape))
    return y, [x.grad for x in xs if x.grad is not None]


# ---- float16 -------------------------------------------------------------------------------------------------------

@each(SMOOTH)
def test_float16_gives_float16(op):
    @given(cases(op, dtype=HALF))
    def check(case):
        y, grads = value_and_gradients(joined(op, case.params), *case.inputs)
        assert y.dtype == HALF
        assert all(g.dtype == HALF for g in grads)
        if NUMPY_2:                             # arrays act as NumPy, whose version 1 widens 0-d ones
            assert np.asarray(joined(op, case.params)(*case.inputs)).dtype == HALF
    check()


def weighted_mean(x):
    return anp.mean(x * np.linspace(1, 2, x.size).astype(x.dtype))


LABELS = np.arange(MANY) % 2
OVER_MANY = {
    "mean": anp.mean, "mean of columns": lambda x: anp.mean(x.reshape(-1, 2), axis=0).sum(),
    "mean of products": weighted_mean, "var": anp.var, "std": anp.std, "logsumexp": ag.logsumexp, "max": anp.max,
    "softmax": lambda x: (ag.softmax(x) * x).sum(), "log_softmax": lambda x: ag.log_softmax(x)[:5].mean(),
    "cross-entropy": lambda x: nn.cross_entropy_loss(anp.stack([x, -x], axis=1), LABELS),
    "its sum": lambda x: ag.softmax_cross_entropy(anp.stack([x, -x], axis=1), LABELS)[:50].sum(),
    "cross-entropy of many classes": lambda x: nn.cross_entropy_loss(x.reshape(1, -1), np.array([3])),
    "bce": lambda x: nn.bce_with_logits_loss(x, LABELS), "mse": lambda x: nn.mse_loss(x, LABELS),
    "mae": lambda x: nn.mae_loss(x, LABELS), "huber": lambda x: nn.huber_loss(x, LABELS),
    "average pooling": lambda x: nn.AvgPool2d((100, 700))(x.reshape(1, 1, 100, 700)).sum(),
    "layer norm": lambda x: nn.LayerNorm(MANY).astype(x.dtype)(x.reshape(1, -1))[0, :9].sum(),
    "batch norm": lambda x: nn.BatchNorm1d(1).astype(x.dtype)(x.reshape(-1, 1))[:9].sum(),
    "broadcasting": lambda x: (x.reshape(-1, 1) * 0 + x[:2]).mean(),
    "linear": lambda x: ag.linear(x.reshape(-1, 1), x[:1].reshape(1, 1), x[:1]).mean(),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", OVER_MANY)
def test_float16_over_many_entries_is_float32_rounded(name):
    """The number of entries, or a sum over them, became inf: the gradient of a mean was 0."""
    x = (np.sin(np.arange(MANY)) * 2).astype(HALF)
    y, (g,) = value_and_gradients(OVER_MANY[name], x)
    z, (h,) = value_and_gradients(OVER_MANY[name], x.astype(np.float32))
    np.testing.assert_allclose(y.item(), z.item(), rtol=2e-3, atol=1e-5)
    np.testing.assert_allclose(g.data.astype(np.float32), h.data, rtol=2e-3, atol=6e-8 + 2e-3 * abs(h.data).max())


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_gradient_of_a_float16_mean_with_a_scaled_loss(scale):
    _, (g,) = value_and_gradients(lambda x: anp.mean(x) * scale, np.ones(MANY, HALF))
    np.testing.assert_array_equal(g.data, HALF(scale / MANY))


def test_float16_sums_go_on_beyond_2048():
    """Row by row, NumPy adds float16 in float16, where 2048 + 1 is 2048."""
    n = 5000
    assert (anp.sum(np.ones((n, 3), HALF), axis=0) == n).all()
    rules = {
        "broadcasting": lambda x: x + np.zeros((n, 3), HALF), "broadcast_to": lambda x: anp.broadcast_to(x, (n, 3)),
        "repeated index": lambda x: x[np.zeros(n, int)], "matmul": lambda x: np.ones((n, 1), HALF) @ x.reshape(1, 3),
        "bias": lambda x: ag.linear(np.ones((n, 3), HALF), np.ones((3, 3), HALF), x),
    }
    for name, f in rules.items():
        _, (g,) = value_and_gradients(lambda x: f(x).sum(axis=None) * 0.5, np.ones(3, HALF))      # noqa: B023
        assert g.data.max() == n / 2, name
    assert scatter(np.ones(n, HALF), index=np.zeros(n, int), shape=(2,))[0] == n
    assert overlap_add(np.ones((60, 60, 60, 60), HALF))[59, 59] == 3600


FAR = np.array([-1000, -60, -17, -14, -12, -11, -5, -1e-3, 0, 1e-3, 5, 11, 12, 17, 60, 1000], np.float32)
CURVES = [ag.sigmoid, ag.softplus, ag.tanh, ag.gelu, ag.relu, erf, silu, elu, selu, ag.leaky_relu, ag.softmax,
          ag.log_softmax, ag.logsumexp, lambda x: ag.bce_with_logits(x, 0.0),
          lambda x: ag.bce_with_logits(x, 1.0), lambda x: ag.softmax_cross_entropy(x.reshape(4, 4), np.arange(4))]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("f", CURVES)
def test_float16_far_from_0_is_float64_rounded(f):
    """sigmoid and silu were 0 below -11; gelu warned of squares beyond 65 504."""
    y, (g,) = value_and_gradients(f, FAR.astype(HALF))
    z, (h,) = value_and_gradients(f, FAR.astype(HALF).astype(float))
    np.testing.assert_allclose(y.data.astype(float), z.data, rtol=3e-3, atol=2e-7)
    np.testing.assert_allclose(g.data.astype(float), h.data, rtol=3e-3, atol=1e-3)      # of y = 1 the rest is lost


@pytest.mark.parametrize("f", [ag.sigmoid, silu, ag.softplus, elu, ag.softmax, ag.log_softmax, ag.logsumexp])
def test_float16_derivatives_far_left(f):
    x = FAR[FAR < 0].astype(HALF)
    _, (g,) = value_and_gradients(f, x)
    _, (h,) = value_and_gradients(f, x.astype(float))
    np.testing.assert_allclose(g.data.astype(float), h.data, rtol=3e-3, atol=2e-6)


# ---- float32 -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("f, name", [(elu, "elu"), (selu, "selu"), (anp.expm1, "expm1")])
def test_derivatives_that_vanish_far_left_keep_their_digits(f, name):
    """y + alpha cancels: of e^-15 three digits were wrong in float32."""
    x = np.float32([-1.0, -5.0, -10.0, -15.0, -20.0, -80.0])
    _, (g,) = value_and_gradients(f, x)
    scale = {"selu": 1.0507009873554805 * 1.6732632423543772}.get(name, 1.0)
    np.testing.assert_allclose(g.data, scale * np.exp(x.astype(float)), rtol=1e-6)


# ---- numbers as metadata and operands ------------------------------------------------------------------------------

KINDS = {"np.float64": np.float64, "np.float32": np.float32, "0-d array": np.array, "0-d Tensor": Tensor}
INTEGERS = {"np.int64": np.int64, "np.int32": np.int32, "0-d array": np.array, "0-d Tensor": Tensor}


def renumbered(params, floats, integers):
    """Metadata with every number in another form."""
    forms = {float: floats, int: integers}
    return {name: forms.get(type(v), lambda v: v)(v) for name, v in params.items()}


@each([op for op in SMOOTH if op.params])
def test_numbers_among_the_metadata_widen_nothing(op):
    """np.float64(.1) as slope made float64 of float32."""
    @given(cases(op, dtype=np.float32), st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(INTEGERS)))
    def check(case, kind, integer):
        params = renumbered(case.params, KINDS[kind], INTEGERS[integer])
        y, grads = value_and_gradients(joined(op, params), *case.inputs)
        z, others = value_and_gradients(joined(op, case.params), *case.inputs)
        assert y.dtype == np.float32
        if NUMPY_2 and not any(isinstance(v, Tensor) for v in params.values()):
            assert np.asarray(joined(op, params)(*case.inputs)).dtype == np.float32
        np.testing.assert_allclose(y.data, z.data, rtol=1e-6)
        for g, h in zip(grads, others, strict=True):
            assert g.dtype == np.float32
            np.testing.assert_allclose(g.data, h.data, rtol=1e-6, atol=1e-7)
    check()


OPERANDS = {"float": float, "int": lambda v: 1, "bool": lambda v: True, **KINDS, "np.float16": np.float16,
            "np.longdouble": np.longdouble, "np.int64": lambda v: np.int64(1), "np.int32": lambda v: np.int32(1),
            "np.uint64": lambda v: np.uint64(1), "0-d int32 array": lambda v: np.array(1, np.int32),
            "0-d int Tensor": lambda v: Tensor(1), "0-d float32 Tensor": lambda v: Tensor(np.float32(v))}
MEETS_NUMBERS = [op for op in SMOOTH if op.shapes in (None, "(),(),()->()") and op.arity and op.arity > 1]


@pytest.mark.parametrize("kind", OPERANDS)
@pytest.mark.parametrize("shape", [(3,), ()])
@each(MEETS_NUMBERS)
def test_a_number_beside_float32_widens_nothing(op, shape, kind):
    x, number = np.full(shape, 0.75, np.float32), OPERANDS[kind](0.5)
    first = (np.True_,) if isinstance(op.domain[0], domain.Boolean) else ()
    for f in (lambda x: op(*first, x, number), lambda x: op(*first, number, x)):
        y, (g,) = value_and_gradients(f, x)
        assert y.dtype == np.float32
        assert g.dtype == np.float32


@pytest.mark.parametrize("kind", OPERANDS)
def test_numbers_joined_with_float32_widen_nothing(kind):
    """stack([f4[0], 1.0]) was float64."""
    x, number = leaf(np.float32([1, 2])), OPERANDS[kind](0.5)
    joined = [ag.stack([x[0], number]), ag.stack([number, x[0], 2]), ag.concatenate([x, number], axis=None),
              ag.concatenate([number, x[1]], axis=None), np.stack([x[0], number])]
    for y in joined:
        assert y.dtype == np.float32
        y.sum().backward()
        assert x.grad.dtype == np.float32


def test_arrays_joined_keep_numpys_dtypes():
    assert ag.stack([1, 2]).dtype == np.stack([1, 2]).dtype
    assert ag.concatenate([np.ones(2, np.float32), np.ones(2)]).dtype == np.float64
    assert ag.concatenate([np.uint8([250]), np.int8([-3])]).tolist() == [250, -3]
    assert ag.concatenate([[1, 2], [3.5]], axis=None).tolist() == [1, 2, 3.5]


def test_a_tensor_of_metadata_beside_plain_arrays():
    """np.clip called itself for ever."""
    y = anp.clip(np.float32([-1, 0.5]), low=Tensor(0.0))
    assert y.dtype == np.float32 and y.tolist() == [0, 0.5]


def test_a_variable_as_metadata_is_refused():
    with pytest.raises(TypeError, match="was given as a parameter"):
        anp.clip(np.ones(2), low=Tensor(0.0, requires_grad=True))


ROWS = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)


@pytest.mark.parametrize("number", [np.float64, np.float32, np.array, Tensor])
def test_layers_with_such_numbers_keep_float32(number):
    layers = [nn.LeakyReLU(number(0.1)), nn.ELU(number(0.5)), nn.Hardtanh(number(-0.5), number(0.5)),
              nn.LayerNorm(3, eps=number(1e-3)).astype(np.float32),
              nn.BatchNorm1d(3, eps=number(1e-3)).astype(np.float32), lambda x: prelu(x, number(0.2))]
    for f in layers:
        y, (g, *_) = value_and_gradients(f, ROWS)
        assert y.dtype == np.float32
        assert g.dtype == np.float32


@pytest.mark.parametrize("number", [np.float64, np.float32])
def test_losses_with_such_numbers_keep_float32(number):
    zeros = np.zeros((4, 3))
    losses = [lambda x: nn.huber_loss(x, zeros, delta=number(0.5)),
              lambda x: nn.quantile_loss(x, zeros, q=number(0.3)),
              lambda x: nn.cross_entropy_loss(x, [0, 1, 2, 0], label_smoothing=number(0.1)),
              lambda x: nn.elastic_net_penalty([x], number(0.5)), lambda x: nn.mse_loss(x, zeros) * number(2)]
    for f in losses:
        y, (g,) = value_and_gradients(f, ROWS)
        assert y.dtype == np.float32
        assert g.dtype == np.float32
