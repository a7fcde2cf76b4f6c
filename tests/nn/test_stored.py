"""Files that are damaged, foreign or hostile: one clear error each, no memory taken, and the model as it was."""
import itertools
import json
import os
import tracemalloc

import numpy as np
import pytest

from autograd import relu
from nn import MLP, Linear, LSTMCell, Sequential, StandardScaler, load, save
from nn.io.stored import read_arrays, write_arrays
from nn.training.checkpoint import read as read_checkpoint
from nn.training.checkpoint import write as write_checkpoint

X = np.random.default_rng(0).normal(size=(4, 3))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.safetensors"


def raw(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def one(dtype, shape, size, data=None, **more):
    return raw({"weight": {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}, **more},
               bytes(size) if data is None else data)


@pytest.mark.parametrize("dtype, shape, size", [("BF16", [3, 2], 12), ("F8_E4M3", [3, 2], 6), ("F8_E5M2", [3, 2], 6)])
def test_numbers_that_numpy_lacks_are_named(dtype, shape, size, path):
    """An AttributeError of the library came through, or an array of another package's numbers."""
    path.write_bytes(one(dtype, shape, size))
    for read in (lambda: load(path, into=Linear(3, 2, bias=False)), lambda: read_arrays(path)):
        with pytest.raises(ValueError, match=rf"{path} holds numbers of kind {dtype}.*tensor\.float\(\)"):
            read()


def test_complex_numbers_are_no_weights(path):
    path.write_bytes(one("C64", [3, 2], 48))
    with pytest.raises(ValueError, match="complex64 is not a dtype of real numbers"):
        load(path, into=Linear(3, 2, bias=False))


BROKEN = [
    b"", b"\0", b"PK\x03\x04" + bytes(50), b"\x93NUMPY" + bytes(50), b"\x89HDF\r\n\x1a\n" + bytes(50), b"\x80\x04." * 9,
    (2 ** 63).to_bytes(8, "little"), (2 ** 40).to_bytes(8, "little") + b"{}", raw(b"{" * 60_000), raw(b"[]"),
    raw(b"null"), raw(b"\xff\xfe"), raw({"weight": {"dtype": "F64", "shape": [3, 2]}}), raw({"weight": 5}),
    raw({"__metadata__": {"a": 5}}), one("F64", [3, 2], 48, __metadata__={"a": [1]}),
    one("F64", [10 ** 6, 10 ** 6], 48), one("F64", [3, 2], 10 ** 15, b""), one("F64", [-3, -2], 48),
    one("F64", [2 ** 40, 2 ** 40], 48), one("F64", [3.5, 2], 48), one("F64", [3, 2], 48, bytes(40)),
    one("F64", [3, 2], 48, bytes(48) + b"more"), one("F64", [1] * 70, 8), one("F64", [0, 2 ** 62], 0),
    one("XX", [3, 2], 48), one("F64", [3, 2], 48, bias={"dtype": "F64", "shape": [2], "data_offsets": [40, 56]})]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_headers_that_do_not_hold(content, path):
    model = Linear(3, 2, bias=False, rng=0)
    before = model.weight.numpy()
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"damaged|does not fit"):
            load(path, into=model)
        assert tracemalloc.get_traced_memory()[1] < 2 ** 24
    finally:
        tracemalloc.stop()
    assert np.array_equal(model.weight.data, before)


@pytest.mark.parametrize("make", [lambda: None, lambda: Linear(3, 2, bias=False, rng=0)])
def test_nothing_is_read_before_shapes_are_compared(make, path):
    """A file with a hole is as long as its header claims: its 64 GB were taken."""
    size = 2 ** 36
    notes = {"architecture": json.dumps({"class": "Linear", "inputs": 3, "outputs": 2, "bias": False})}
    head = raw({"weight": {"dtype": "F64", "shape": [size // 8], "data_offsets": [0, size]}, "__metadata__": notes})
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(len(head) + size)
    with pytest.raises(ValueError, match=r"weight: \(3, 2\) in the model, \(8589934592,\) in the state"):
        load(path, into=make())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(path):
    save(Linear(3, 2), path)
    path.chmod(0)
    with pytest.raises(PermissionError):
        load(path)


def test_a_path_that_runs_in_a_circle(path):
    path.symlink_to(path)
    for act in (lambda: load(path), lambda: save(Linear(3, 2), path)):
        with pytest.raises(OSError, match=r"symbolic link|no file"):
            act()


def test_a_changed_number_is_noticed(path):
    """A single bit turned a weight into another, or relu into selu, and all looked well."""
    model = MLP([3, 2, 2], rng=0)
    save(model, path)
    whole = path.read_bytes()
    for old, new in [(whole[-8:], whole[-8:-1] + bytes([whole[-1] ^ 1])), (b'"relu\\"', b'"selu\\"'),
                     (b'\\"relu\\"', b'\\"selu\\"'), (b'"layers.0.bias"', b'"layers.1.bias"')]:
        if old in whole and old != new:
            path.write_bytes(new.join(whole.rsplit(old, 1)))
            with pytest.raises(ValueError, match="damaged"):
                load(path)


def test_files_without_a_checksum_are_read(path):
    from safetensors.numpy import save_file
    save_file(Linear(3, 2, rng=0).state_dict(), path)
    assert np.array_equal(load(path, into=Linear(3, 2)).weight.data, Linear(3, 2, rng=0).weight.data)


@pytest.mark.parametrize("a", [np.float64(2.5), np.zeros((2, 0, 3)), np.arange(6).reshape(2, 3).T, np.array(True),
                               np.arange(3, dtype=">i4"), np.float16([1, 2]), np.arange(12)[::-2]], ids=repr)
def test_every_kind_of_array_comes_back(a, path):
    write_arrays(path, {"a": a})
    b = read_arrays(path)[0]["a"]
    assert np.array_equal(a, b) and a.shape == b.shape and b.dtype == a.dtype.newbyteorder("=")


# ---- mutation --------------------------------------------------------------------------------------------------------

MODELS = [MLP([3, 4, 2], "tanh", norm="batch", dropout=0.5, rng=0), LSTMCell(3, 2, rng=0),
          Sequential(StandardScaler(3), Linear(3, 2, rng=0), relu)]


def mutations(whole, rng):
    """One change each: a bit, a byte, a stretch, the end, a number or word of the header."""
    for _ in range(60):
        yield _with_byte(whole, rng.integers(len(whole)), lambda b: b ^ (1 << rng.integers(8)))
        yield _with_byte(whole, rng.integers(8 + int.from_bytes(whole[:8], "little")), lambda b: int(rng.integers(256)))
        i, j = sorted(rng.integers(0, len(whole), 2))
        yield whole[:i] + whole[j:]
        yield whole[:j] + whole[i:]
        yield whole[:i]
    end = 8 + int.from_bytes(whole[:8], "little")
    for old, new in itertools.product((b"[", b"]", b"0", b"2", b"F64", b"weight", b"class", b"null", b"tanh", b":"),
                                      (b"", b"1", b"-1", b"99999999999", b"F32", b"bias", b"relu", b"{", b'"')):
        text = whole[8:end].replace(old, new, 1)
        yield len(text).to_bytes(8, "little") + text + whole[end:]


def _with_byte(whole, i, change):
    return whole[:i] + bytes([change(whole[i])]) + whole[i + 1:]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_mutated_files_load_right_or_raise_one_clear_error(model, path):
    save(model, path)
    whole, state, loaded = path.read_bytes(), model.state_dict(), 0
    for content in mutations(whole, np.random.default_rng(0)):
        path.write_bytes(content)
        for into in (None, model):
            try:
                twin = load(path, into=into)
            except ValueError as error:
                assert str(path) in str(error) or "does not fit" in str(error)
            else:
                loaded += 1
                assert all(np.array_equal(a, state[name]) for name, a in twin.state_dict().items())
                assert into is model or repr(twin) == repr(model)
        assert all(np.array_equal(a, state[name]) for name, a in model.state_dict().items())
    assert loaded < 100


def test_mutated_checkpoints_are_read_right_or_raise_one_clear_error(path):
    tree = {"epoch": 3, "model": {"w": np.arange(3.0)}, "list": [1.5, None, "text", np.arange(2)]}
    write_checkpoint(path, tree)
    for content in mutations(path.read_bytes(), np.random.default_rng(1)):
        path.write_bytes(content)
        try:
            again = read_checkpoint(path)
        except ValueError as error:
            assert str(path) in str(error)
        else:
            assert repr(again) == repr(tree)
