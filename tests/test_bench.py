"""What is timed against each other computes the same: losses of ours and of both hand-written steps, step by step."""
import hashlib
import inspect

import numpy as np
import pytest

from autograd import Tensor
from benchmarks import hand, networks, scalars

PLAIN = "c3e1204f6252e1a082a6904f3f35d4a7daf877b4266aa15c8f2b42e62d7fbbe4"
"""SHA-256 of the text of `hand.tuned`."""


@pytest.mark.parametrize("dtype, digits", [(np.float64, 1e-10), (np.float32, 2e-3)])
@pytest.mark.parametrize("case", networks.CASES)
def test_ours_and_by_hand_train_alike(case, dtype, digits):
    programs = networks.steps(networks.CASES[case], dtype, lr=0.001)
    losses = np.array([[run() for run in programs.values()] for _ in range(4)])
    assert np.allclose(losses, losses[:, :1], rtol=digits)
    assert losses[-1, 0] < losses[0, 0]


def test_a_convolution_and_the_one_by_hand_train_alike():
    programs = networks.convolution_steps(lr=0.01)
    losses = np.array([[run() for run in programs.values()] for _ in range(4)])
    assert np.allclose(losses, losses[:, :1], rtol=1e-10)
    assert losses[-1, 0] < losses[0, 0]


def test_the_rival_of_the_targets_stays_as_it_is():
    text = inspect.getsource(hand.tuned)
    assert hashlib.sha256(text.encode()).hexdigest() == PLAIN


@pytest.mark.parametrize("program, size", [(scalars.mlp_program, {}), (scalars.dag_program, {"n": 1000})])
def test_scalar_programs_agree_with_micrograd(program, size):
    engine = pytest.importorskip("micrograd.engine")
    ours = program(lambda value: Tensor(value, requires_grad=True), **size)()
    assert ours.item() == pytest.approx(program(engine.Value, 0, **size)().data)
