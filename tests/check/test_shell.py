"""`python -m autograd.check`: what it prints, and its exit status."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
OPS = '''
import numpy as np
from autograd import primitive

@primitive(vjp=(lambda g, y, x: 2 * g * x,))
def fine(x):
    return x * x

@primitive(vjp=(lambda g, y, x: g * x,))
def wrong(x):
    return x * x

@primitive(vjp=(lambda g, y, x: g * no_such_name,))
def crashing(x):
    return x * x

@primitive(vjp=None)
def constant(x):
    return np.floor(x)

number = 3
'''
FILES = {"own/ops.py": OPS, "leaves.py": "import sys\nsys.exit(0)\n", "broken.py": "def (\n", "empty.py": "",
         "needy.py": "import nosuch\n"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shell")
    (folder / "own").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def run(folder, *arguments, block=""):
    """(exit status, standard output, last line of standard error)."""
    code = f"import sys; sys.modules.update(dict.fromkeys({block.split()!r}))\n" \
           "from autograd.check.__main__ import main\nsys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=folder,
                          check=False, env=os.environ | {"PYTHONPATH": str(ROOT)})
    return done.returncode, done.stdout, done.stderr.strip().split("\n")[-1]


def test_a_right_op(folder):
    command = [sys.executable, "-m", "autograd.check", "own.ops:fine"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stdout.split(":")[0], done.stderr) == (0, "OK", "")


def test_all_ops_of_a_module_are_checked_though_one_raises(folder):
    status, out, _ = run(folder, "own.ops", "--json", "out.json", "--examples", "5")
    assert status == 1
    assert "WRONG_VALUE: wrong" in out
    assert "ERROR: crashing raised NameError: name 'no_such_name' is not defined\nTo see it again:" in out
    found = json.loads((folder / "out.json").read_text())
    verdicts = {name: report["verdict"] for name, report in found.items()}
    assert verdicts == {"fine": "OK", "wrong": "WRONG_VALUE", "crashing": "ERROR"}


@pytest.mark.parametrize("arguments, sentence", [
    ("", "the following arguments are required: target"),
    ("own.nothing:fine", "there is no module 'own.nothing', seen from {folder}"),
    ("nothing", "there is no module 'nothing', seen from {folder}"),
    ("own.ops:fin", "own.ops has no op 'fin'; it has fine"),
    ("own.ops:", "own.ops has no op ''; it has constant, crashing, fine, wrong"),
    ("own.ops:number", "own.ops:number is not an op but of type int: ops are declared with @primitive(vjp=...)"),
    ("own.ops:constant", "own.ops:constant declares no derivative, so there is nothing to check"),
    ("own/ops.py:fine", "'own/ops.py' is not the name of a module: write own.ops"),
    ("ops.py", "'ops.py' is not the name of a module: write ops"),
    (":fine", "'' is not the name of a module: write one such as package.module"),
    (".", "'.' is not the name of a module: write one such as package.module"),
    ("leaves", "importing leaves raised SystemExit: 0"),
    ("broken", "importing broken raised SyntaxError: invalid syntax (broken.py, line 1)"),
    ("needy", "importing needy raised ModuleNotFoundError: No module named 'nosuch'"),
    ("empty", "empty declares no differentiable op: ops are declared with @primitive(vjp=...)"),
    ("own.ops:fine --examples 0", "argument --examples: must be a whole number from 1 on, got '0'"),
    ("own.ops:fine --examples few", "argument --examples: must be a whole number from 1 on, got 'few'"),
    ("own.ops:fine --seed -1", "argument --seed: must be a whole number from 0 on, got '-1'"),
    ("own.ops:fine --json own", "own is a folder: name a file in it"),
    ("own.ops:fine --json none/out.json", "there is no folder {folder}/none for out.json: make it first")])
def test_what_makes_no_sense_is_one_sentence_and_status_2(folder, arguments, sentence):
    status, out, error = run(folder, *arguments.split())
    assert (status, out) == (2, "")
    assert error.endswith(f": error: {sentence.format(folder=folder.resolve())}")


def test_without_hypothesis_it_says_what_to_install(folder):
    status, _, error = run(folder, "own.ops:fine", block="hypothesis")
    assert status == 2
    assert error.endswith("error: drawing inputs needs hypothesis: pip install hypothesis")
