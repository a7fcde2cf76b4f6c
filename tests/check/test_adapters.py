"""The adapters, each run where its framework is installed."""
import numpy as np
import pytest

from autograd import GradcheckError
from autograd.check import Verdict
from autograd.check.adapters import check_jax, check_torch

X = np.array([[0.5, -1.0, 2.0], [0.25, 1.5, -0.75]])


def test_torch_function():
    torch = pytest.importorskip("torch")

    class Cube(torch.autograd.Function):
        factor = 3.0

        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x ** 3

        @staticmethod
        def backward(ctx, g):
            x, = ctx.saved_tensors
            return Cube.factor * g * x ** 2
    assert check_torch(Cube, X, order=2).verdict is Verdict.OK
    assert check_torch(Cube, X.astype(np.float32)).verdict is Verdict.OK
    Cube.factor = 3.003
    report = check_torch(Cube, X, raises=False)
    assert (report.verdict, report.name) == (Verdict.WRONG_VALUE, "Cube")
    assert "1.001" in report.hint


def test_torch_functions_with_integers_unused_inputs_and_several_outputs():
    torch = pytest.importorskip("torch")
    assert check_torch(lambda x, k: (x[k], torch.sin(x)), X, np.array([0, 0]), order=2)
    assert check_torch(lambda x, w: x * 2, X, X).verdict is Verdict.OK


def test_torch_wrong_shape_and_nondeterminism():
    torch = pytest.importorskip("torch")

    class Summed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return 2 * g.sum(0)
    assert check_torch(Summed, X, raises=False).verdict in {Verdict.WRONG_SHAPE, Verdict.WRONG_VALUE}
    dropout = check_torch(lambda x: torch.nn.functional.dropout(x), X, raises=False)
    assert dropout.verdict is Verdict.NOT_REPEATABLE


def test_jax_custom_vjp():
    jax = pytest.importorskip("jax")

    def made(factor):
        @jax.custom_vjp
        def cube(x):
            return x ** 3
        cube.defvjp(lambda x: (x ** 3, x), lambda x, g: (factor * g * x ** 2,))
        return cube
    report = check_jax(made(3.0), X, order=2)
    assert report.verdict is Verdict.OK
    assert any("forward mode not checked" in note for note in report.notes)
    with pytest.raises(GradcheckError, match="sign is wrong"):
        check_jax(made(-3.0), X)


def test_jax_custom_jvp_and_integers():
    jax = pytest.importorskip("jax")

    @jax.custom_jvp
    def sine(x):
        return jax.numpy.sin(x)
    sine.defjvp(lambda primals, tangents: (jax.numpy.sin(primals[0]), jax.numpy.cos(primals[0]) * tangents[0]))
    assert check_jax(sine, X, order=2).verdict is Verdict.OK
    assert check_jax(lambda x, k: x[k] * 2.0, X, np.array([0, 0])).verdict is Verdict.OK
