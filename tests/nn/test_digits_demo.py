"""The main demo runs as a script, reaches its accuracy and writes what it promises."""
import re
import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "demos" / "digits.py"


def test_digits_demo():
    output = DEMO.parent / "output"
    for old in output.glob("digits_*"):
        old.unlink()
    run = subprocess.run([sys.executable, DEMO], capture_output=True, text=True, cwd=DEMO.parents[1], timeout=300)
    assert run.returncode == 0, run.stderr
    train, test = (float(x) for x in re.findall(r"digits: +([\d.]+) %", run.stdout))
    assert train > 99 and test >= 97
    assert "the gradient is right" in run.stdout
    written = {p.name for p in output.iterdir() if p.stat().st_size > 50}
    assert written >= {"digits_curves.png", "digits_predictions.png", "digits_gradcheck.txt", "digits_graph.svg"}
