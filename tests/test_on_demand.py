"""Names that are loaded when first asked for: all there, seen by `dir`, `*` and type checkers, none loaded before."""
import ast
import importlib
import pathlib
import subprocess
import sys

import pytest

from autograd.support.on_demand import on_demand

PACKAGES = ["autograd", "autograd.check", "nn"]


def source(package: str) -> pathlib.Path:
    return pathlib.Path(importlib.import_module(package).__file__)


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=pathlib.Path(__file__).parent.parent).stdout


def table(package: str) -> dict[str, list[str]]:
    """What `on_demand` is called with."""
    calls = [node for node in ast.walk(ast.parse(source(package).read_text())) if isinstance(node, ast.Call)]
    return next(ast.literal_eval(call.args[1]) for call in calls if ast.unparse(call.func) == "on_demand")


def shown_to_checkers(package: str) -> dict[str, list[str]]:
    """What is imported under TYPE_CHECKING; modules as names of their own."""
    tree = ast.parse(source(package).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    found = {}
    for node in block.body:
        names = [a.name for a in node.names]
        for module in [_listed(node.module, package)] if node.module else names:
            found.setdefault(module, []).extend(names if node.module else [])
    return found


def _listed(module: str, package: str) -> str:
    return module if module in table(package) else module.partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_are_shown_the_same_names(package):
    loaded = {module: sorted({*names} - {module}) for module, names in table(package).items()}
    assert loaded == {module: sorted({*names} - {module}) for module, names in shown_to_checkers(package).items()}


@pytest.mark.parametrize("package", PACKAGES)
def test_star_gives_all_public_names(package):
    module, scope = importlib.import_module(package), {}
    exec(f"from {package} import *", scope)
    assert {*module.__all__} == {*scope} - {"__builtins__"}


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_dir_lists_all_public_names_before_they_are_loaded(package):
    assert run(f"import {package} as p; print({{*p.__all__}} - {{*dir(p)}})") == "set()\n"


@pytest.mark.parametrize("package", PACKAGES)
def test_help_needs_no_optional_package(package):
    """It asks for all names that dir() gives."""
    optional = ["hypothesis", "matplotlib", "graphviz", "sklearn", "scipy", "pandas", "PIL", "safetensors", "onnx"]
    code = f"import sys; sys.modules |= dict.fromkeys({optional}); import {package} as p, pydoc; pydoc.render_doc(p)"
    assert run(code + "; print('made')") == "made\n"


@pytest.mark.parametrize("package", PACKAGES)
def test_all_names_on_demand_are_public_and_there(package):
    module = importlib.import_module(package)
    for name in (name for names in table(package).values() for name in names):
        assert name in module.__all__ and getattr(module, name) is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_takes_the_place_of_a_name(package):
    """Importing nn.summary sets nn.summary to that module, whatever was there: such a name must be loaded at once."""
    names = {name for module, names in table(package).items() for name in names if name != module}
    assert not names & {path.stem for path in source(package).parent.iterdir()}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_that_is_not_there_is_refused(package):
    module = importlib.import_module(package)
    assert not hasattr(module, "no_such_name")
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'no_such_name'"):
        module.no_such_name  # noqa: B018


def test_modules_can_be_reached_by_attribute():
    assert run("import nn; print(nn.datasets.moons.__name__, nn.fit is nn.training.fit.fit)") == "moons True\n"


def test_importing_loads_none_of_them():
    code = "import sys, {0}; print([m for m in {1} if '{0}.' + m in sys.modules])"
    assert {run(code.format(package, [*table(package)])) for package in PACKAGES} == {"[]\n"}


def test_a_name_is_looked_up_once(tmp_path, monkeypatch):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "part.py").write_text("name = object()\n")
    (tmp_path / "pack" / "__init__.py").write_text(
        "from autograd.support.on_demand import on_demand\n"
        "__getattr__, __dir__ = on_demand(__name__, {'part': ['name']})\n")
    monkeypatch.syspath_prepend(tmp_path)
    pack = importlib.import_module("pack")
    assert "name" not in vars(pack)
    assert pack.name is vars(pack)["name"]


def test_threads_get_the_same_object(in_threads):
    found = []
    getattr_, _ = on_demand("nn", {"training.lr_finder": ["lr_range_test"]})
    in_threads(lambda: found.append(getattr_("lr_range_test")))
    assert len(found) == 4 and len({*map(id, found)}) == 1
