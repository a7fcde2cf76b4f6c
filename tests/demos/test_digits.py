"""The first demo reaches its accuracy, finds its gradient right and writes what it promises."""
import re


def test_digits(run, output, wrote, capsys):
    run()
    printed = capsys.readouterr().out
    train, test = (float(x) for x in re.findall(r"digits: +([\d.]+) %", printed))
    assert train > 99 and test >= 97
    assert "the gradient is right" in printed and "gradient is right" in (output / "digits_gradcheck.txt").read_text()
    wrote("_curves.png", "_predictions.png", "_graph.svg")
