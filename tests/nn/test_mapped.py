"""Memory maps: arrays read where they lie, of which only the rows asked for are read; damaged files."""
import struct
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from nn import DataLoader, batches, memory_map

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def test_npy_and_npz_are_mapped(tmp_path):
    arrays = {"x": X, "y": Y, "columns": np.asfortranarray(X), "none": np.zeros((0, 3)), "one": np.array(2.5)}
    np.savez(tmp_path / "data.npz", **arrays)
    np.save(tmp_path / "x.npy", X)
    for name, a in memory_map(tmp_path / "data.npz").items():
        assert isinstance(a, np.memmap) and a.dtype == arrays[name].dtype and not a.flags.writeable
        np.testing.assert_array_equal(a, arrays[name])
    assert isinstance(memory_map(tmp_path / "x.npy"), np.memmap)
    mapped = memory_map(tmp_path / "data.npz")
    for ours, plain in zip(batches(mapped["x"], mapped["y"], size=3, rng=0), batches(X, Y, size=3, rng=0), strict=True):
        assert all(map(np.array_equal, ours, plain)) and type(ours[0]) is np.ndarray


@pytest.mark.parametrize("name", ["big.npy", "big.npz"])
def test_of_a_mapped_array_only_the_rows_of_a_batch_are_read(tmp_path, name):
    rows, width = 5_000, 500                                            # 20 MB, of which a batch is 0.1 MB
    (np.save if name.endswith("y") else np.savez)(tmp_path / name, np.zeros((rows, width)))
    x = memory_map(tmp_path / name)
    x = x if name.endswith("y") else x["arr_0"]
    tracemalloc.start()
    try:
        for i, _ in enumerate(DataLoader((x, np.arange(rows)), 32, shuffle=True, rng=0, prefetch=2)):
            if i == 50:
                break
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("content, message", [
    (lambda p: np.savez_compressed(p, x=X), "x.npy is compressed.*np.savez "),
    (lambda p: np.savez(p, x=np.array([None])), "Python objects"),
    (lambda p: np.save(p, np.array([None])), "Python objects"),
    (lambda p: p.write(b"hello"), "cannot be mapped"), (lambda p: p.write(b"PK hello"), "cannot be mapped")])
def test_what_cannot_be_mapped_is_said(tmp_path, content, message):
    with open(tmp_path / "file", "wb") as file:
        content(file)
    with pytest.raises(ValueError, match=message):
        memory_map(tmp_path / "file")


def npy(header):
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + X.tobytes()


HEADER = "{{'descr': '<f8', 'fortran_order': False, 'shape': {}, }}\n"
WHOLE = npy(HEADER.format(X.shape))


@pytest.mark.parametrize("content", [
    b"", WHOLE[:5], WHOLE[:30], WHOLE[:-1], WHOLE + b"more", b"\x89HDF\r\n\x1a\n" + bytes(90), b"@RELATION x",
    npy(HEADER.format((4, 2))), npy(HEADER.format((10, 3))), npy(HEADER.format((-10, 2))),
    npy(HEADER.format((2 ** 62, 4))), npy(HEADER.format("(True, 2)")), npy(HEADER.format((2.0, 3))),
    npy("{'descr': "), npy("(" * 5000), npy("\0" * 50)])
@pytest.mark.parametrize("member", [False, True])
def test_damaged_arrays_are_one_error(tmp_path, content, member):
    """A member longer than declared by its header gave numbers of the next; other damage raised internals of numpy."""
    path = tmp_path / "file"
    path.write_bytes(content)
    if member:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.npy", content)
            archive.writestr("y.npy", WHOLE)
    with warnings.catch_warnings(), pytest.raises(ValueError, match="file cannot be mapped: "):
        warnings.simplefilter("error")
        memory_map(path)


def test_damaged_archives_are_one_error(tmp_path):
    np.savez(tmp_path / "whole.npz", x=X, y=Y)
    whole, path = (tmp_path / "whole.npz").read_bytes(), tmp_path / "file"
    entry = whole.find(b"PK\1\2")
    for at, content in [(8, b"\1"), (10, b"\x4d\0"), (42, b"\0\0\0\x80"), (6, b"\xff")]:
        damaged = bytearray(whole)                                      # encrypted, unknown method, elsewhere, version
        damaged[entry + at:entry + at + len(content)] = content
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="file cannot be mapped: "):
            memory_map(path)
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(ValueError, match="holds 0 arrays"):
        memory_map(path)
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings(action="ignore"):
        for _ in range(2):
            archive.writestr("x.npy", WHOLE)
    with pytest.raises(ValueError, match="holds 2 arrays of 1 names"):
        memory_map(path)
