"""Without a bias the line is nailed to the origin and separates badly; with it, well: for every seed."""
import runpy
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "demos" / "03_bias.py"


@pytest.fixture(scope="module")
def demo():
    return runpy.run_path(str(DEMO))


@pytest.mark.parametrize("seed", range(5))
def test_bias_separates_what_no_line_through_the_origin_can(demo, seed):
    x, labels = demo["clouds"](seed)
    without, with_bias = (demo["train"](x, labels, bias=bias) for bias in (False, True))
    assert without.bias is None and len(list(without.parameters())) == 1
    assert demo["accuracy"](without, x, labels) < 0.75
    assert demo["accuracy"](with_bias, x, labels) >= 0.97


def test_picture(demo):
    assert (demo["OUTPUT"] / "03_bias.png").stat().st_size > 10_000
