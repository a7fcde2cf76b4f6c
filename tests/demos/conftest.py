"""Demos are run as `python demos/NAME.py` runs them, but write to a folder of the test's own.

Which demo is meant, the name of the test file tells.
"""
import runpy
import sys
import warnings
from pathlib import Path
from unittest.mock import patch

import pytest

DEMOS = Path(__file__).parents[2] / "demos"
sys.path.insert(0, str(DEMOS))                      # as for a script there: demos share modules


def run_demo(name, output, *args):
    """What the demo defined, by name."""
    import common
    script = str(DEMOS / f"{name}.py")
    argv, keep_in = patch.object(sys, "argv", [script, *map(str, args)]), patch.object(common, "OUTPUT", output)
    with argv, keep_in, warnings.catch_warnings():
        return runpy.run_path(script)


@pytest.fixture(scope="module")
def demo_name(request):
    return request.module.__name__.rpartition("test_")[2]


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """The folder that the demo writes to."""
    return tmp_path_factory.mktemp("output")


@pytest.fixture(scope="module")
def demo(demo_name, output):
    """The names that the demo defined; it is run once for all tests of the file."""
    return run_demo(demo_name, output)


@pytest.fixture
def run(demo_name, output):
    """Runs the demo with the arguments that it is called with."""
    return lambda *args: run_demo(demo_name, output, *args)


@pytest.fixture
def wrote(demo_name, output):
    """`wrote("_curves.png")` asserts that the demo wrote a picture NAME_curves.png worth the name."""
    def check(*endings):
        for ending in endings:
            path = output / f"{demo_name}{ending}"
            assert path.stat().st_size > (10_000 if path.suffix == ".png" else 1000), path
    return check
