"""Without a bias the line is nailed to the origin and separates badly; with it, well: for every seed."""

import pytest


@pytest.mark.parametrize("seed", range(5))
def test_bias_separates_what_no_line_through_the_origin_can(demo, seed):
    x, labels = demo["clouds"](seed)
    without, with_bias = (demo["train"](x, labels, bias=bias) for bias in (False, True))
    assert without.bias is None and len(list(without.parameters())) == 1
    assert demo["accuracy"](without, x, labels) < 0.75
    assert demo["accuracy"](with_bias, x, labels) >= 0.97


def test_picture(demo, wrote):
    wrote(".png")
