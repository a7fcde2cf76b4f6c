"""The product underflows, its logarithm and the log loss do not, and they agree."""
from math import log

import pytest


def test_likelihood(run, wrote, capsys):
    demo = run()
    assert round(-demo["log_likelihood"] / 3, 3) == .280            # the mean of .105, .223, .511
    assert demo["likelihood"] == pytest.approx(.9 * .8 * .6)
    assert demo["first_zero"] == 1075                               # 2^-1074 is the smallest double
    rows = {n: rest for n, *rest in demo["rows"]}
    for n, (_, p_guess, _, log_guess, _, loss_guess) in rows.items():
        assert log_guess == pytest.approx(-n * log(2)) and loss_guess == pytest.approx(log(2))
        assert p_guess == (0.5 ** n if n < 1075 else 0)
    assert rows[5000][0] == 0 and 0 < rows[5000][4] < log(2)        # the good model, too
    assert demo["flat"] == 0 and demo["slope"] == pytest.approx(.5 - .7)
    assert demo["w"] == pytest.approx(log(.7 / .3), abs=1e-9)
    assert "the log loss is 800" in capsys.readouterr().out
    wrote(".png")
