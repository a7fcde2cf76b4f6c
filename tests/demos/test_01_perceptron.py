"""The perceptron's arithmetic, to its printed digits."""

import pytest

from autograd import sigmoid


def test_arithmetic(run, wrote, capsys):
    demo = run()
    assert demo["average"].item() == pytest.approx(2, rel=1e-12)
    assert demo["z"].item() == pytest.approx(3.75, rel=1e-12)
    assert round(sigmoid(demo["z"]).item(), 5) == 0.97702
    assert demo["silent"].item() == 0 and demo["a"].item() == 0
    assert [demo[p].grad.item() for p in ("w1", "w2", "b")] == [0, 0, 0]
    out = capsys.readouterr().out
    assert "= 2\n" in out and "= 3.75\n" in out and "0.97702" in out
    wrote(".svg")
