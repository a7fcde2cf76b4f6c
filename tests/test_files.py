"""Every file is written whole, to where it was asked for and nowhere else."""
import ast
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor
from autograd.check.__main__ import main
from autograd.draw import draw, play
from autograd.support.files import check_readable, write_file
from nn import MLP, History, Linear, export_onnx, load, memory_map, read_idx, save
from nn.training.checkpoint import write as write_checkpoint

ROOT = Path(__file__).parent.parent


def result():
    return Tensor(3.0, requires_grad=True, name="x") * 2.0


def film(path):
    pytest.importorskip("matplotlib")
    from nn.film import Film
    from nn.plot import figure
    Film(figure(1, 1), 2, lambda frame: None).save(path)


def onnx_file(path):
    pytest.importorskip("onnx")
    export_onnx(Linear(2, 1, rng=0), path, (2,))


def reports(path):
    with pytest.raises(SystemExit) as end:
        raise SystemExit(main(["autograd.ops.activations:silu", "--examples", "2", "--json", str(path)]))
    if end.value.code == 2:
        raise ValueError("not a regular file")


WRITERS = {
    "text": lambda path: write_file(path, "text"),
    "weights": lambda path: save(MLP([2, 1], rng=0), path),
    "checkpoint": lambda path: write_checkpoint(path, {"a": np.ones(2)}),
    "csv": lambda path: History({"loss": [1.0]}).to_csv(path),
    "page": lambda path: play(result(), path),
    "drawing": lambda path: draw(result()).render(outfile=path, format="svg", cleanup=True),
    "dot": lambda path: draw(result()).save(path),
    "film.gif": film, "film.html": film, "onnx": onnx_file, "reports": reports,
}
"""All that the packages write."""


@pytest.fixture(params=WRITERS)
def writer(request, tmp_path):
    """(function that writes to a path, a path for it)"""
    return WRITERS[request.param], tmp_path / "folder" / (request.param if "." in request.param else "file")


@pytest.fixture(autouse=True)
def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def names(folder):
    return sorted(p.name for p in folder.iterdir() if p.suffix != ".json")


def test_the_file_is_there_and_nothing_else(writer, folder):
    write, path = writer
    write(path)
    assert path.stat().st_size and names(folder) == [path.name]


def test_the_mode_of_a_replaced_file_stays(writer):
    write, path = writer
    path.write_bytes(b"")
    path.chmod(0o640)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_what_the_umask_leaves(writer):
    write, path = writer
    before = os.umask(0o027)
    try:
        write(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_is_followed(writer, tmp_path):
    write, path = writer
    target = tmp_path / "elsewhere"
    target.write_bytes(b"old")
    path.symlink_to(target)
    write(path)
    assert path.is_symlink() and target.read_bytes() != b"old"


def test_a_link_to_a_new_file_is_followed(folder, tmp_path):
    (folder / "link").symlink_to(tmp_path / "new")
    write_file(folder / "link", b"x")
    assert (tmp_path / "new").read_bytes() == b"x"


def test_a_pipe_is_refused_and_stays(writer, folder):
    """A device was replaced by a file."""
    write, path = writer
    os.mkfifo(path)
    with pytest.raises(ValueError, match="not a regular file"):
        write(path)
    assert path.is_fifo() and names(folder) == [path.name]


def test_a_folder_is_refused_and_stays(writer, folder):
    write, path = writer
    path.mkdir()
    with pytest.raises(ValueError, match=r"is a folder|not a regular file"):
        write(path)
    assert path.is_dir() and names(folder) == [path.name]


@pytest.mark.parametrize("stage", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_no_other(writer, folder, monkeypatch, stage):
    write, path = writer
    path.write_bytes(b"old")

    def full(*_):
        raise OSError("disk full")
    monkeypatch.setattr(f"os.{stage}", full)
    with pytest.raises(OSError, match="disk full"):
        write(path)
    assert path.read_bytes() == b"old" and names(folder) == [path.name]


def test_an_interrupted_write_leaves_no_file(folder, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt
    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(folder / "file", b"x")
    assert names(folder) == []


def test_a_planted_link_is_never_opened(folder, tmp_path, monkeypatch):
    """Names made of the process's number could be guessed."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (folder / f"net.{os.getpid()}.part").symlink_to(victim)
    monkeypatch.setattr("os.urandom", lambda n: b"guessed")
    (folder / f".{b'guessed'.hex()}.part").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_file(folder / "net", b"x")
    assert victim.read_bytes() == b"mine" and not (folder / "net").exists()


def test_threads_may_write_one_path(folder):
    """They shared the temporary file: one failed, or its file was mixed of both."""
    wholes, errors = [bytes([i]) * 200_000 for i in range(4)], []

    def work(whole):
        try:
            for _ in range(5):
                write_file(folder / "file", whole)
        except Exception as error:
            errors.append(error)
    threads = [threading.Thread(target=work, args=[whole]) for whole in wholes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and (folder / "file").read_bytes() in wholes and names(folder) == ["file"]


def test_long_names_can_be_written(folder):
    """The name of the temporary file was longer than what a file system takes."""
    write_file(folder / ("n" * 250), b"x")
    assert (folder / ("n" * 250)).read_bytes() == b"x"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everything")
def test_a_protected_file_is_not_replaced(folder):
    write_file(folder / "file", b"old")
    (folder / "file").chmod(0o444)
    with pytest.raises(PermissionError, match="write-protected"):
        write_file(folder / "file", b"new")


def test_a_missing_folder_is_named(folder):
    with pytest.raises(FileNotFoundError, match=r"no folder .*none for file: make it first"):
        write_file(folder / "none" / "file", b"x")


@pytest.mark.parametrize("read", [load, memory_map, read_idx, check_readable])
def test_what_is_no_file_is_not_read(read, folder):
    """A pipe without a writer would be waited for without end."""
    os.mkfifo(folder / "pipe")
    with pytest.raises(ValueError, match="not a regular file"):
        read(folder / "pipe")
    with pytest.raises(ValueError, match="is a folder"):
        read(folder)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read(folder / "none")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read(ROOT / "pyproject.toml" / "inside")


def test_reports_of_pytest_are_refused_before_the_tests(folder):
    code = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:retrograd",
                           "-p", "autograd.check.integrations.pytest", "--gradients-json", str(folder),
                           str(ROOT / "tests" / "test_modes.py"), "--collect-only"],
                          cwd=ROOT, capture_output=True, text=True)
    assert code.returncode == pytest.ExitCode.USAGE_ERROR and "is a folder" in code.stderr


WRITING = {"write_text", "write_bytes", "savefig", "save_file", "savez", "savez_compressed", "tofile", "mkstemp"}


@pytest.mark.parametrize("path", sorted([*(ROOT / "autograd").rglob("*.py"), *(ROOT / "nn").rglob("*.py")]),
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_place_opens_a_file_to_write(path):
    if path.name == "files.py":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert called not in WRITING, f"line {node.lineno} calls {called}: use write_file"
            modes = [a.value for a in (*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode"))
                     if isinstance(a, ast.Constant)]
            assert called != "open" or not set("wax+") & set("".join(map(str, modes))), f"line {node.lineno} writes"
