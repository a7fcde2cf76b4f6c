"""What is timed against each other computes the same: losses of ours and of both hand-written steps, step by step."""
import numpy as np
import pytest

from autograd import Tensor
from benchmarks import networks, scalars


@pytest.mark.parametrize("case", networks.CASES)
def test_ours_and_by_hand_train_alike(case):
    programs = networks.steps(*networks.CASES[case])
    losses = np.array([[run() for run in programs] for _ in range(5)])
    assert np.allclose(losses, losses[:, :1], rtol=1e-10) and losses[-1, 0] < losses[0, 0]


@pytest.mark.parametrize("program, size", [(scalars.mlp_program, {}), (scalars.dag_program, {"n": 1000})])
def test_scalar_programs_agree_with_micrograd(program, size):
    engine = pytest.importorskip("micrograd.engine")
    ours = program(lambda value: Tensor(value, requires_grad=True), **size)()
    assert ours.item() == pytest.approx(program(engine.Value, 0, **size)().data)
