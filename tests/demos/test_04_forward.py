"""The 2-3-3-1 pass, to the digits that the book prints."""

import pytest


def test_forward(run, output, wrote, capsys):
    demo = run()
    _, first, second, last = (v.ravel().tolist() for v in demo["values"])
    assert first == pytest.approx([17.1, 26.7, 36.3], rel=1e-12)
    assert second == pytest.approx([37.9, 46.01, 54.12], rel=1e-12)
    assert last == pytest.approx([29.328], rel=1e-12) and demo["output"].item() == pytest.approx(29.328, rel=1e-12)
    assert "model(x) = 29.328" in capsys.readouterr().out
    drawn = (output / "04_forward_network.svg").read_text(encoding="utf-8")
    for number in ("70", "25", "17.1", "26.7", "36.3", "37.9", "46.01", "54.12"):
        assert f">{number}<" in drawn
    assert ">29.33<" in drawn                           # drawings write four digits
    wrote("_graph.svg")
