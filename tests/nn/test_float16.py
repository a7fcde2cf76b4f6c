"""Training in float16: epsilons that vanish in it, squares and sums that it cannot hold."""
import numpy as np
import pytest

from autograd import Tensor
from nn import (
    LBFGS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    BatchNorm1d,
    LayerNorm,
    Lion,
    Parameter,
    ProximalSGD,
    RMSprop,
    clip_grad_norm,
    unrolled,
)

KINDS = [SGD, Adam, AdamW, RMSprop, Adagrad, Lion, ProximalSGD]
GRADIENTS = [0.0, 1e-3, 2e-4, 0.0, 300.0]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [(), (3,), (0,)])
@pytest.mark.parametrize("kind", KINDS)
def test_each_step_is_that_of_float32_rounded(kind, shape):
    """eps=1e-8 became 0 and a zero gradient nan; the square of 2e-4 vanished."""
    half, single = Parameter(np.ones(shape, np.float16)), Parameter(np.ones(shape, np.float32))
    one, other = kind([half], lr=0.01), kind([single], lr=0.01)
    for g in GRADIENTS:
        half.grad = single.grad = np.full(shape, g, np.float16).astype(np.float32)
        one.step(), other.step()
        assert half.dtype == np.float16 and np.array_equal(half.data, single.data.astype(np.float16))
        single.assign(half.data)                        # so that roundings of w do not add up


@pytest.mark.parametrize("kind", [Adam, RMSprop])
def test_a_restored_float16_optimiser_goes_on_bit_for_bit(kind):
    def steps(p, optimizer):
        for g in GRADIENTS:
            p.grad = np.full(3, g)
            optimizer.step()
    p, q = (Parameter(np.ones(3, np.float16)) for _ in range(2))
    one, other = kind([p]), kind([q])
    steps(p, one)
    q.assign(p.data), other.load_state_dict(one.state_dict())
    steps(p, one), steps(q, other)
    assert np.array_equal(p.data, q.data) and other.state[0][0].dtype == np.float32


def test_steps_one_differentiates_through_are_in_float32_too():
    p = Parameter(np.ones(2, np.float16))
    w, = unrolled(Adam([p], lr=0.01), lambda params: (params[0] * 0.0).sum(), steps=2)
    assert w.dtype == np.float16 and np.array_equal(w.data, np.ones(2))


@pytest.mark.parametrize("kind", [Adam, AdamW, RMSprop, Adagrad])
def test_an_eps_that_is_zero_in_the_parameters_dtype_is_refused(kind):
    kind([Parameter(np.ones(2))], eps=1e-60)
    for dtype in (np.float32, np.float16):
        with pytest.raises(ValueError, match="eps must be greater than 0, in the parameters' dtype too, got 1e-60"):
            kind([Parameter(np.ones(2, dtype))], eps=1e-60)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layer, axis", [(LayerNorm, 1), (BatchNorm1d, 0)])
@pytest.mark.parametrize("scale", [0.0, 1.0, 200.0])
def test_normalisation_is_that_of_float32_rounded(layer, axis, scale):
    """With eps=1e-8 constant rows were nan; the squares of larger ones infinite."""
    x = (np.arange(12.0).reshape(3, 4) % 5 * scale).astype(np.float16)
    half, single = layer(4, eps=1e-8).astype(np.float16), layer(4, eps=1e-8).astype(np.float32)
    for _ in range(2):
        want = single(x.astype(np.float32)).data
        y = half(x)
        assert y.dtype == np.float16
        np.testing.assert_allclose(y.data, want, rtol=2e-3, atol=1e-6)
        half.eval(), single.eval()


def test_a_constant_row_has_a_finite_gradient():
    layer = LayerNorm(4, eps=1e-8).astype(np.float16)
    x = Tensor(np.ones((1, 4), np.float16), requires_grad=True)
    (layer(x) * Tensor(np.float16([1, 2, 3, 4]))).sum().backward()
    assert np.isfinite(x.grad.data).all()


def test_the_norm_of_many_gradients_is_finite():
    """The sum of more than 65 504 squares was infinite, and clipping said that training had diverged."""
    p = Parameter(np.zeros(100_000, np.float16))
    p.grad = np.full(100_000, 2.0)
    assert clip_grad_norm([p], 1e3) == pytest.approx(2 * 100_000 ** 0.5, rel=1e-6)


def test_lbfgs_sums_in_float64():
    p = Parameter(np.zeros(4, np.float16))
    optimizer = LBFGS([p])

    def closure():
        optimizer.zero_grad()
        loss = ((p - 300.0) ** 2).mean()
        loss.backward()
        return loss
    with np.errstate(all="ignore"):
        for _ in range(20):
            optimizer.step(closure)
    assert np.allclose(p.data, 300.0, atol=1.0)
