"""The shape of the code: which way imports point, what `import autograd` may cost and load, how long functions are."""
import ast
import pathlib
import re
import statistics
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parent.parent
ORDER = {
    "autograd": "support core domain ops numpy transforms graph check draw compile builtins tracer "
                "differential_operators extend test_util",
    "autograd.core": "domain dtypes values modes op_error outputs isolation primitive ownership "
                     "node reverse forward record traces constants operators conversions methods tensor",
    "autograd.ops": "composed comparison exponential trigonometric arithmetic special activations rounding reductions "
                    "shape indexing joining cumulative sorting windows products linalg fitting fused spellings",
    "autograd.ops.linalg": "solving decompositions norms",
    "autograd.transforms": "containers carried gradient forward batching batch products",
    "autograd.compile": "ir outline symbol random reach passes dialects driver trace explain function export",
    "autograd.check": "report generate evidence api declared_ops integrations adapters",
    "autograd.check.generate": "layouts script strategies decorator",
    "autograd.check.evidence": "structure function_under_test differences check_point compare identities diagnose "
                               "summary",
    "autograd.check.integrations": "html jax op_lookup torch pytest",
    "autograd.draw": "format limits theme graph formulas graphviz explain player notebook",
    "autograd.draw.graph": "module_calls several_outputs picture collapse repeats boxes",
    "autograd.draw.formulas": "symbols term mathml equations",
    "autograd.draw.graphviz": "cluster drawing node_label dense network hover dot",
    "autograd.draw.explain": "path_search paths diagnostics explain",
    "autograd.draw.player": "numeric_check update wrong local neurons strongest events page player",
    "nn": "installed progress sizes checks init parameter state module figures layers losses metrics optim data "
          "summary io training sklearn",
    "nn.losses": "verify report penalty weights reduce classification regression cross_entropy",
    "nn.optim": "base schedule adaptive clip lbfgs proximal sgd unrolled",
    "nn.data": "column idx picture loader memmap points sampling csv_file fetch folder table",
    "nn.io": "architecture onnx_ops stored onnx save",
    "nn.training": "history checkpoint random_state interrupts arguments reachable hidden_state resume training "
                   "callbacks fit lr_finder",
    "nn.sklearn": "compat plain_data base estimators",
}
"""The parts of each package, lowest first: a part may import from parts below it, and from itself. A part that is not
listed has no place yet. `docs/architecture.md` shows this table."""

FILES = sorted((ROOT / "autograd").rglob("*.py")) + sorted((ROOT / "nn").rglob("*.py"))
FORBIDDEN = {"autograd": {"nn", "hypothesis"}, "nn": {"hypothesis"}}


def module_of(path: pathlib.Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: pathlib.Path) -> set[str]:
    """Absolute names of all modules a file imports, inside functions too."""
    package = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *([node.module] if node.module else [])])
            names = {f"{prefix}.{alias.name}" for alias in node.names} if not node.module else set()
            found |= names or {prefix}
    return found


def parts_within(package: str, module: str) -> str | None:
    """Which part of a package a module belongs to; None if to none."""
    inside = module.removeprefix(package + ".") if module.startswith(package + ".") else ""
    return inside.partition(".")[0] or None


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_point_downwards(path):
    for package, parts in ORDER.items():
        order = parts.split()
        here = parts_within(package, module_of(path))
        for name in imports_of(path) if here in order else ():
            part = parts_within(package, name)
            if part in order:
                assert order.index(part) <= order.index(here), f"{module_of(path)} imports {name}"


@pytest.mark.parametrize("package", ORDER)
def test_the_page_for_contributors_shows_the_order(package):
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert f"| `{package}` | {ORDER[package]} |" in page, "write the row of ORDER into docs/architecture.md"


def test_the_page_for_contributors_shows_no_other_packages():
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert set(re.findall(r"^\| `((?:autograd|nn)[.\w]*)` \| [a-z_ ]+ \|$", page, re.MULTILINE)) == set(ORDER)


@pytest.mark.parametrize("package", ORDER)
def test_listed_parts_exist(package):
    folder = ROOT.joinpath(*package.split("."))
    names = {path.stem for path in folder.iterdir()}
    assert {*ORDER[package].split()} <= names


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_files_are_short(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("folder", sorted({p.parent for p in FILES}), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_folders_are_small(folder):
    assert len([*folder.glob("*.py")]) <= 20


def test_no_import_cycles():
    graph = {module_of(p): {n for n in imports_of(p) if n.split(".")[0] in ("autograd", "nn")} for p in FILES}
    done, path = set(), []

    def visit(module):
        assert module not in path, " -> ".join([*path[path.index(module):], module])
        if module in done or module not in graph:
            return
        path.append(module)
        for other in graph[module] - {module}:
            visit(other)
        path.pop()
        done.add(module)
    for module in graph:
        visit(module)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_forbidden_and_optional_imports(path):
    top = path.relative_to(ROOT).parts[0]
    names = {n.split(".")[0] for n in imports_of(path)}
    allowed = {"hypothesis"} if path.parent.name == "generate" else set()
    assert not names & (FORBIDDEN[top] - allowed)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_functions_are_short(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            doc = len((ast.get_docstring(node) or "").splitlines())
            length = node.end_lineno - node.lineno + 1 - doc
            assert length <= 40, f"{node.name} in {module_of(path)} has {length} lines"


SLOTS = re.compile(r"(?<!\bself)\._(value|inputs|params|op|needs|id|line|residual|grad|views|born|name)\b")
REACHES = {"nn/optim/base.py": 2, "nn/state.py": 1}
"""How often a file outside the engine reads or writes a node's private slots: `step` and `zero_grad`, whose speed
counts, and a change of dtype in place. Everything else asks `autograd.graph`."""


@pytest.mark.parametrize("package", ["autograd/check", "autograd/draw", "nn"])
def test_nodes_are_read_through_the_public_graph(package):
    found = {str(p.relative_to(ROOT)): len(SLOTS.findall(p.read_text())) for p in (ROOT / package).rglob("*.py")}
    assert {path: n for path, n in found.items() if n > REACHES.get(path, 0)} == {}


def test_there_are_few_reaches_into_private_slots():
    assert sum(REACHES.values()) <= 5


def run(code: str, *arguments: str) -> str:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True,
                          cwd=ROOT).stdout


def test_import_loads_numpy_alone():
    optional = {"matplotlib", "sklearn", "hypothesis", "graphviz", "tqdm", "safetensors", "scipy", "pandas", "PIL"}
    loaded = run("import sys, autograd, nn; print(' '.join(m.split('.')[0] for m in sys.modules))").split()
    assert not optional & set(loaded)


SLOW = {"base64", "concurrent", "csv", "difflib", "gzip", "hashlib", "importlib.metadata", "ipaddress", "logging",
        "numpy.random", "pathlib", "random", "secrets", "shutil", "tempfile", "urllib", "zipfile"}
"""What takes long to load and is needed by parts of programs only. Some NumPys load some of it themselves."""


@pytest.mark.parametrize("code, needed", [
    ("autograd, nn", set()),
    ("nn.training.fit, nn.data", {"base64", "hashlib", "random", "numpy.random", "secrets"}),
    ("nn.datasets", {"base64", "csv", "hashlib", "random", "numpy.random", "secrets"}),
], ids=["import", "training", "data"])
def test_import_loads_nothing_slow(code, needed):
    names = run(f"import sys, numpy; before = set(sys.modules); import {code}; print(*set(sys.modules) - before)")
    assert not (SLOW - needed) & {*names.split()}


COSTS = """
import sys, time
def seconds(package, clock=time.thread_time):       # of this thread alone, however loaded the machine is
    start = clock()
    __import__(package)
    return clock() - start
numpy = seconds("numpy")
sys.dont_write_bytecode, sys.pycache_prefix = False, sys.argv[1]
print(seconds("autograd") / numpy, seconds("nn") / numpy)
"""


def test_import_costs_little_beside_that_of_numpy(tmp_path):
    """Measured: 0.15 and 0.15 of it. Before parts were loaded on demand, and dataclasses compiled: 0.20 and 0.58."""
    runs = [[float(ratio) for ratio in run(COSTS, str(tmp_path)).split()] for _ in range(8)]
    autograd, nn = map(statistics.median, zip(*runs[1:], strict=True))          # the first run compiles
    assert autograd < 0.25, f"importing autograd takes {autograd:.2f} of what importing NumPy takes"
    assert nn < 0.40, f"importing nn takes {nn:.2f} of what importing NumPy takes"


def test_the_page_of_the_engine_names_what_is_there():
    page = (ROOT / "autograd" / "core" / "README.md").read_text()
    files = {path.name: path.read_text() for path in (ROOT / "autograd" / "core").glob("*.py")}
    named = set(re.findall(r"`(?:\w+\.)?(\w+)`", page)) - {"grad", "create_graph"}
    assert {name for name in named if name + ".py" not in files and name not in {"py"}
            and not any(re.search(rf"\b{name}\b", text) for text in files.values())} == set()


def test_an_op_call_and_a_backward_call_are_followed_in_500_lines():
    core = ROOT / "autograd" / "core"
    assert sum(len((core / name).read_text().splitlines()) for name in ("record.py", "reverse.py")) <= 500
