"""Three hidden layers part the circles, one neuron cannot, for every seed."""
import runpy
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "demos" / "22_circles.py"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_circles(monkeypatch, seed):
    monkeypatch.setattr(sys, "argv", [str(DEMO), "--seed", str(seed)])
    demo = runpy.run_path(str(DEMO))
    assert demo["network"].sizes == [2, 32, 32, 32, 1] and demo["points"].shape == (100, 2)
    assert demo["straight"]["accuracy (%)"]["train"][-1] < 70 and demo["straight"]["log loss"]["train"][-1] > 0.6
    assert demo["curves"]["accuracy (%)"]["train"][-1] == 100 and demo["curves"]["accuracy (%)"]["test"][-1] >= 95
    assert demo["curves"]["log loss"]["train"][-1] < 0.05
    for name in "curves", "boundary":
        assert (DEMO.parent / "output" / f"22_circles_{name}.png").stat().st_size > 10_000
