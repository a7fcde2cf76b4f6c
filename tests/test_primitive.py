"""What a declaration reads off its kernel."""
import functools
import importlib

import pytest

from autograd.core.primitive import parameters_of


def plain(x, w, *, axis=0, keepdims): ...
def positional(x, /, w, *, axis=None): ...
def variadic(*xs, axis=0): ...


@functools.wraps(plain)
def wrapped(*args, **params): ...


class Callable:
    def __call__(self, x, *, power=2): ...


@pytest.mark.parametrize("kernel, found", [
    (plain, (2, ("axis", "keepdims"), {"axis": 0})),
    (positional, (2, ("axis",), {"axis": None})),
    (variadic, (None, ("axis",), {"axis": 0})),
    (lambda x: x, (1, (), {})),
    (wrapped, (2, ("axis", "keepdims"), {"axis": 0})),
    (functools.partial(positional, axis=1), (2, ("axis",), {"axis": 1})),
    (Callable(), (1, ("power",), {"power": 2})),
    (Callable().__call__, (1, ("power",), {"power": 2})),
], ids=["plain", "positional-only", "variadic", "lambda", "wrapped", "partial", "object", "method"])
def test_inputs_and_metadata_are_read_off_any_kind_of_function(kernel, found):
    assert parameters_of(kernel) == found


def test_defaults_are_no_part_of_the_kernel():
    """What changes the one would change the other."""
    assert parameters_of(plain)[2] is not plain.__kwdefaults__


TWICE = """
from autograd import primitive

@primitive(vjp=(lambda g, y, x: g,))
def declared_twice_in_a_file(x):
    return x + 0

@primitive(vjp=(lambda g, y, x: g * 2,), name={name!r})
def another(x):
    return x * 2
"""


def test_an_op_declared_twice_in_one_module_is_refused(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "twice_declared.py").write_text(TWICE.format(name="declared_twice_in_a_file"))
    with pytest.raises(ValueError, match="declared twice in twice_declared"):
        importlib.import_module("twice_declared")


def test_a_module_may_be_loaded_again_with_its_ops_elsewhere(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "loaded_again.py"
    file.write_text(TWICE.format(name="another_op").replace("twice_in_a_file", "again"))
    module = importlib.import_module("loaded_again")
    file.write_text("# moved down\n" + file.read_text())
    importlib.invalidate_caches()
    importlib.reload(module)
