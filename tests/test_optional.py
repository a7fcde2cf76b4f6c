"""Optional packages: whoever lacks one is told which to install, by pip's name for it."""
import ast
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.check import check_op
from autograd.check.adapters import check_jax, check_torch
from autograd.support.optional import optional

ROOT = pathlib.Path(__file__).parent.parent
MLP = nn.MLP([2, 3, 2], rng=0)
NEEDS = {
    "graphviz": [lambda d: ag.draw(MLP, np.zeros(2)), lambda d: ag.draw_network(MLP)],
    "matplotlib": [lambda d: nn.plot.curves({"a": {"b": [1.0, 2.0]}}), lambda d: nn.plot.figure(3, 3),
                   lambda d: nn.metrics.confusion_figure([0, 1], [0, 1]), lambda d: nn.plot.style().__enter__()],
    "scikit-learn": [lambda d: nn.metrics.roc_auc([.1, .9], [0, 1]), lambda d: nn.train_test_split([1, 2, 3]),
                     lambda d: nn.datasets.moons(9), lambda d: fresh("nn.estimator"),
                     lambda d: nn.datasets.mnist(folder=d, progress=False)],
    "scipy": [lambda d: nn.rotated(np.zeros((1, 3, 3)))],
    "safetensors": [lambda d: nn.save(MLP, d / "m.safetensors"), lambda d: nn.load(present(d / "m.safetensors"))],
    "onnx": [lambda d: nn.export_onnx(MLP, d / "m.onnx", (1, 2))],
    "pillow": [lambda d: nn.read_pictures(present(d / "cat" / "a.png").parents[1], (2, 2))],
    "pandas": [lambda d: nn.History().to_pandas(), lambda d: nn.read_csv(present(d / "t.csv"), "y", skiprows=1)],
    "hypothesis": [lambda d: check_op(ag.exp), lambda d: fresh("autograd.check.generate.strategies")],
    "torch": [lambda d: check_torch(abs, 1.0)],
    "jax": [lambda d: check_jax(abs, 1.0), lambda d: check_jax(abs, 1.0, order=2)],
}
IMPORTED = {"scikit-learn": "sklearn", "pillow": "PIL"}


def present(path: pathlib.Path) -> pathlib.Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("a,y\n1,2\n")
    return path


def fresh(module: str):
    """Import a module as a new program would."""
    sys.modules.pop(module, None)
    __import__(module)


@pytest.mark.parametrize("name, call", [(name, call) for name, calls in NEEDS.items() for call in calls],
                         ids=[f"{name}{i}" for name, calls in NEEDS.items() for i in range(len(calls))])
def test_the_error_names_what_pip_installs(name, call, monkeypatch, tmp_path):
    top = IMPORTED.get(name, name)
    for module in [m for m in sys.modules if m.split(".")[0] == top or m in
                   ("autograd.draw.graphviz.drawing", "autograd.check.generate.strategies", "nn.estimator",
                    "nn.sklearn.estimators")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, top, None)                             # as if it were not installed
    for home, attribute in (("autograd.draw.graphviz", "drawing"), ("autograd.check.generate", "strategies"),
                            ("nn", "estimator"), ("nn.sklearn", "estimators")):
        monkeypatch.delattr(f"{home}.{attribute}", raising=False)
    with pytest.raises(ModuleNotFoundError) as caught:
        call(tmp_path)
    assert str(caught.value).endswith(f" {name}: pip install {name}")
    assert "\n" not in str(caught.value)


def imports_outside(tree: ast.AST, allowed: tuple[str, ...]) -> set[str]:
    """The packages that a file imports neither in `with optional(...)` nor for types alone."""
    found = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.With) and "optional" in ast.unparse(node.items[0].context_expr):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
        found |= imports_outside(node, allowed)
    return found - set(allowed)


FILES = [*(ROOT / "autograd").rglob("*.py"), *(ROOT / "nn").rglob("*.py")]
SECOND = {"nn/figures/film.py", "nn/figures/plot.py", "nn/figures/decisions.py", "nn/figures/landscape.py",
          "nn/figures/pictures.py", "nn/sklearn/estimators.py", "nn/training/history.py", "nn/metrics.py",
          "autograd/draw/graphviz/cluster.py"}
"""Files that are reached only with the package loaded, which draws or fits already."""
WITHOUT = {"nn/sklearn/compat.py": "scipy", "nn/progress.py": "tqdm", "autograd/ops/special.py": "scipy",
           "autograd/check/integrations/pytest.py": "pytest"}
"""What does something else without the package, or is loaded by it or by scikit-learn."""


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_optional_packages_are_imported_in_one_way(path):
    file = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    packages = {IMPORTED.get(name, name) for name in NEEDS} | {"tqdm", "pytest", "h5py", "IPython"}
    once = {"matplotlib", "sklearn", "graphviz"} if file in SECOND else set()
    found = imports_outside(ast.parse(text), (*once, WITHOUT.get(file, "")))
    assert not found & packages
    assert "retrograd[" not in text, "an extra of a distribution that is not published"


@pytest.mark.parametrize("file, text, inside", [
    ("graphviz.py", "mine = 1\n", "autograd.draw.graphviz.drawing"),    # one's own script, named as the package
    ("sklearn/__init__.py", "raise ImportError('DLL load failed', name='sklearn._core')\n", "nn.estimator")])
def test_something_else_under_the_name_is_told_with_its_place(file, text, inside, tmp_path):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {inside}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = done.stderr.strip().split("\n")[-1]
    top = file.removesuffix(".py").split("/")[0]
    name = {"sklearn": "scikit-learn"}.get(top, top)
    assert last.startswith("ImportError: ")
    assert str(tmp_path / top) in last and f"pip install --upgrade {name}, or rename that file" in last


def test_a_mere_folder_under_the_name_is_told_with_its_place(tmp_path, monkeypatch):
    (tmp_path / "pictures_of_mine").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError, match="pictures_of_mine, does not do"), optional("pictures_of_mine", "this needs"):
        import pictures_of_mine.reader  # noqa: F401


def test_another_package_that_is_missing_speaks_for_itself():
    with pytest.raises(ImportError, match="No module named 'no_such_package'"), optional("pandas", "this needs"):
        import no_such_package  # noqa: F401
