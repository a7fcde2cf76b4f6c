"""Beside HIPS's distribution `autograd`, which installs a package of the same name: real installations by pip, of our
wheel and of one with the file names of theirs, in environments thrown away afterwards."""
import os
import pathlib
import re
import subprocess
import sys
import zipfile

import numpy
import pytest

ROOT = pathlib.Path(__file__).parent.parent
THEIRS = ["builtins", "core", "differential_operators", "extend", "test_util", "tracer", "util", "wrap_util",
          "misc/__init__", "misc/fixed_points", "misc/flatten", "misc/optimizers", "misc/tracers", "numpy/__init__",
          "numpy/fft", "numpy/linalg", "numpy/numpy_boxes", "numpy/numpy_jvps", "numpy/numpy_vjps",
          "numpy/numpy_vspaces", "numpy/numpy_wrapper", "numpy/random", "scipy/__init__", "scipy/special"]
FILES = {"retrograd": {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for top in ("autograd", "nn")
                       for p in (ROOT / top).rglob("*.*") if "__pycache__" not in p.parts},
         "autograd": {f"autograd/{name}.py": "" for name in THEIRS} | {"autograd/__init__.py": "from . import extend\n",
                      "autograd/extend.py": "def primitive(f):\n    return f\n"}}


def wheel(folder: pathlib.Path, name: str) -> pathlib.Path:
    """A wheel of the files, as a build backend writes it."""
    about = f"{name}-0.1.0.dist-info"
    files = FILES[name] | {f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n",
                           f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    path = folder / f"{name}-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{about}/RECORD", "".join(f"{file},,\n" for file in [*files, f"{about}/RECORD"]))
    return path


class Environment:
    """A virtual environment that sees NumPy, and this interpreter's pip working on it."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
        self.python = next((folder / "env").glob("[bS]*/python*"))
        self.site = pathlib.Path(self.run("import sysconfig; print(sysconfig.get_path('purelib'))"))
        self.site.joinpath("numpy.pth").write_text(str(pathlib.Path(numpy.__file__).parents[1]))
        self.wheels = {name: wheel(folder, name) for name in FILES}

    def run(self, code: str, cwd=None) -> str:
        """What a program prints, or the last line of its traceback."""
        done = subprocess.run([self.python, "-c", code], capture_output=True, text=True, cwd=cwd or self.folder,
                              check=False, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"})
        return (done.stderr or done.stdout).strip().split("\n")[-1]

    def pip(self, *arguments) -> None:
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "--python", self.python,
                        *arguments], check=True, cwd=self.folder)

    def install(self, *names: str) -> None:
        for name in names:
            self.pip("install", "--no-index", "--no-deps", self.wheels[name])

    def obey(self, sentence: str) -> None:
        """Run the commands that a message gives."""
        for command in re.findall("`pip (.+?)`", sentence):
            self.pip(*command.replace("uninstall", "uninstall -y").split())


@pytest.fixture
def env(tmp_path):
    return Environment(tmp_path)


WORKS = "import autograd, nn; print(autograd.Tensor(1.0) + nn.Parameter(2.0))"


def test_a_healthy_installation_works_and_reads_no_metadata(env):
    env.install("retrograd")
    assert env.run(WORKS).startswith("Tensor(3.0")
    code = "import numpy, sys; before = set(sys.modules); import autograd; print(sorted(set(sys.modules) - before))"
    assert "importlib.metadata" not in env.run(code)


@pytest.mark.parametrize("order, doors", [
    (("autograd", "retrograd"), ["autograd", "nn", "autograd.extend"]),
    (("retrograd", "autograd"), ["nn", "autograd.check", "autograd.draw"])])
def test_both_orders_are_told_and_the_commands_given_repair_them(env, order, doors):
    env.install(*order)
    told = {env.run(f"import {door}") for door in doors}
    assert len(told) == 1, told
    sentence = told.pop()
    assert sentence.startswith(f"ImportError: HIPS's autograd, in {env.site / 'autograd'}, is mixed with retrograd's")
    reinstall = f"`pip install --force-reinstall --no-deps {env.wheels['retrograd'].as_uri()}`"
    assert f"run `pip uninstall autograd`, then {reinstall}, and use one environment for each" in sentence
    env.obey(sentence)
    assert env.run(WORKS).startswith("Tensor(3.0")
    assert "No module named 'autograd.wrap_util'" in env.run("import autograd.wrap_util")


def test_what_removing_theirs_leaves_of_ours_is_told_and_repaired(env):
    env.install("autograd", "retrograd")
    env.pip("uninstall", "-y", "autograd")
    told = {env.run(f"import {door}") for door in ("nn", "autograd.check", "autograd.core.tensor")}
    assert len(told) == 1, told
    sentence = told.pop()
    assert f"{env.site / 'autograd'} has lost its __init__.py" in sentence
    assert "uninstall" not in sentence
    env.obey(sentence)
    assert env.run(WORKS).startswith("Tensor(3.0")


def test_beside_an_editable_installation_theirs_comes_first_and_removing_it_is_enough(env):
    env.site.joinpath("_retrograd.pth").write_text(str(ROOT))
    assert env.run(WORKS).startswith("Tensor(3.0")
    env.install("autograd")
    sentence = env.run("import nn")
    assert "hides retrograd's package of the same name: run `pip uninstall autograd`, and use" in sentence
    assert "reinstall" not in sentence
    assert env.run(WORKS, cwd=ROOT).startswith("Tensor(3.0")            # in the clone, ours comes first
    env.obey(sentence)
    assert env.run(WORKS).startswith("Tensor(3.0")


def test_a_file_of_the_users_named_autograd_is_named_and_not_run(env):
    env.install("retrograd")
    mine = env.folder / "autograd.py"
    mine.write_text("import nn\nprint('this ran')\nnn.MLP\n")
    assert env.run("import nn") == f"ImportError: `import autograd` finds {mine}, and retrograd's package is in " \
                                   f"{env.site / 'autograd'}: rename or remove the former"


def test_the_marker_is_a_file_of_theirs_and_none_of_ours():
    from autograd.support.installed import THEIRS as marker
    assert f"autograd/{pathlib.PurePath(marker).as_posix()}" in FILES["autograd"].keys() - FILES["retrograd"].keys()
