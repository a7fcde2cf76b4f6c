"""The adapters on what their users have: modules, trees, Python numbers, refusals; `make test-peers` runs it."""
import numpy as np
import pytest

from autograd.check import Verdict
from autograd.check.adapters import check_jax, check_torch

X = np.array([[0.5, -1.0, 2.0], [0.25, 1.5, -0.75]])


def test_a_module_is_checked_in_its_parameters():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    before = [p.detach().clone() for p in net.parameters()]
    report = check_torch(net, X)
    assert report.verdict is Verdict.OK and "4 x 32" in report.how
    assert all(torch.equal(p, b) for p, b in zip(net.parameters(), before, strict=True))
    assert check_torch(lambda net, x: net(x).sum(), net, torch.tensor(X)).verdict is Verdict.OK


def test_a_module_with_buffers():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    norm = torch.nn.BatchNorm1d(3).eval()
    assert check_torch(norm, X).verdict is Verdict.OK


def test_nested_outputs_of_a_recurrent_layer():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    assert check_torch(torch.nn.LSTM(3, 2), X[:, None]).verdict is Verdict.OK


def test_python_numbers_and_half_precision():
    torch = pytest.importorskip("torch")
    assert check_torch(lambda x, k, a: (x ** k).sum(dim=k - 2) * a, X, 2, 1.5).verdict is Verdict.OK
    assert check_torch(torch.tanh, torch.tensor(X, dtype=torch.bfloat16)).verdict is Verdict.OK


def test_once_differentiable_is_right_once():
    torch = pytest.importorskip("torch")

    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x ** 3

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, g):
            x, = ctx.saved_tensors
            return 3 * g * x ** 2
    assert check_torch(Cube, X)
    report = check_torch(Cube, X, order=2, raises=False)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE_AGAIN
    assert "order 1 OK" in report.message


def test_a_torch_rule_of_wrong_shape_is_named_with_its_input():
    torch = pytest.importorskip("torch")

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, w):
            ctx.save_for_backward(x, w)
            return x * w

        @staticmethod
        def backward(ctx, g):
            x, w = ctx.saved_tensors
            return g * w, (g * x).sum(0)
    report = check_torch(Product, X, X + 1, raises=False)
    assert (report.verdict, report.input) == (Verdict.WRONG_SHAPE, 1)


def test_jax_trees():
    jnp = pytest.importorskip("jax").numpy
    p = {"w": X.T, "b": [np.ones(2)]}
    assert check_jax(lambda p, x: {"y": jnp.tanh(x @ p["w"] + p["b"][0])}, p, X, order=2).verdict is Verdict.OK
    assert check_jax(lambda x, axis: x.sum(axis=axis) ** 2, X, 1).verdict is Verdict.OK


def test_a_jax_rule_of_wrong_shape_is_named_with_its_input():
    jax = pytest.importorskip("jax")

    @jax.custom_vjp
    def product(x, w):
        return x * w
    product.defvjp(lambda x, w: (x * w, (x, w)), lambda r, g: (g * r[1], (g * r[0]).sum(0)))
    report = check_jax(product, X, X + 1, raises=False)
    assert report.verdict is Verdict.WRONG_SHAPE, report
    assert report.input == 1, report
