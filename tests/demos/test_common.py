"""Options of the demos: what is none is one sentence and exit status 2, before anything is computed."""
import sys
from unittest.mock import patch

import pytest
from conftest import DEMOS, run_demo

WITH_OPTIONS = [p.stem for p in sorted(DEMOS.glob("[0-9]*.py")) if "argparse" in p.read_text(encoding="utf-8")]


def refused(name, tmp_path, capsys, *arguments) -> str:
    """The last line that a demo writes as it ends with status 2."""
    with pytest.raises(SystemExit) as caught:
        run_demo(name, tmp_path, *arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err.strip().split("\n")[-1]


@pytest.mark.parametrize("name", WITH_OPTIONS)
def test_an_option_that_does_not_exist(name, tmp_path, capsys):
    assert refused(name, tmp_path, capsys, "--fast").endswith("error: unrecognized arguments: --fast")


@pytest.mark.parametrize("name, option", [("14_cat_dog_neuron", "--folder"), ("14_cat_dog_neuron", "--photo"),
                                          ("24_mnist_blog", "--data")])
def test_a_path_that_is_none(name, option, tmp_path, capsys):
    missing = tmp_path / "missing"
    told = refused(name, tmp_path, capsys, option, missing)
    assert told.endswith(f"error: argument {option}: there is no file or folder {missing}")


def test_a_notebook_has_no_command_line():
    import argparse

    import common
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    with patch.dict(sys.modules, ipykernel=None), patch.object(sys, "argv", ["kernel", "-f", "connection.json"]):
        assert common.parsed(parser).full is False
