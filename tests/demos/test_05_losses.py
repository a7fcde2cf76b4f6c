"""The losses, to their printed digits."""

import pytest


def test_losses(run, wrote, capsys):
    demo = run()
    assert demo["mae"].item() == pytest.approx(2.4, rel=1e-12)
    assert demo["mse"].item() == pytest.approx(7.6, rel=1e-12)
    assert [round(float(v), 3) for v in demo["each"].data] == [.105, .223, .511]
    assert round(demo["binary"].item(), 3) == .280
    assert round(demo["categorical"].item(), 3) == .357
    out = capsys.readouterr().out
    assert "MAE 2.4, MSE 7.6" in out and "mean 0.280" in out and "0.357" in out
    wrote(".png")
    assert abs(demo["paired"].grad.item() + 1) < 1e-8 > abs(demo["squared"].grad.item())
