"""MNIST from OpenML, which is a fake here: fetched once, verified, kept; what is said when it fails.

The fake speaks for openml.org at the level of HTTPS requests, so that scikit-learn's own code runs against it.
"""
import gzip
import hashlib
import io
import json
import sys
import tracemalloc
import urllib.request
from email.message import Message
from urllib.error import URLError
from urllib.response import addinfourl

import numpy as np
import pytest

from nn.data import fetch, idx
from nn.datasets import cache_folder, fashion_mnist, mnist

pytest.importorskip("sklearn")


class FakeOpenML(urllib.request.HTTPSHandler):
    """Answers the requests for one data set: its description, columns, size and ARFF file."""

    def __init__(self, x, y, number):
        super().__init__()
        columns = [f"pixel{i + 1}" for i in range(x.shape[1])]
        lines = ["@RELATION digits", *(f"@ATTRIBUTE {name} real" for name in columns),
                 "@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA"]
        rows = io.StringIO()
        np.savetxt(rows, np.column_stack([x, y]), fmt="%d", delimiter=",")
        arff = ("\n".join(lines) + "\n" + rows.getvalue()).encode()
        features = [{"name": name, "data_type": "numeric" if name != "class" else "nominal", "is_ignore": "false",
                     "is_target": str(name == "class").lower(), "is_row_identifier": "false", "index": str(i),
                     "number_of_missing_values": "0"} for i, name in enumerate([*columns, "class"])]
        description = {"id": str(number), "name": "digits", "version": "1", "format": "ARFF", "status": "active",
                       "file_id": "7", "url": "https://www.openml.org/data/v1/download/7", "description": "",
                       "md5_checksum": hashlib.md5(arff).hexdigest()}
        self.answers = {
            f"/api/v1/json/data/{number}": {"data_set_description": description},
            f"/api/v1/json/data/features/{number}": {"data_features": {"feature": features}},
            f"/api/v1/json/data/qualities/{number}": {
                "data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(len(x))}]}},
            "/data/v1/download/7": arff}
        self.asked, self.damage, self.appended = [], lambda body: body, b""

    def https_open(self, request):
        assert request.host in ("www.openml.org", "api.openml.org")       # older scikit-learn asks the latter
        self.asked.append(request.selector)
        answer = self.answers[request.selector]
        body = self.damage(answer) if isinstance(answer, bytes) else json.dumps(answer).encode()
        headers = Message()
        headers["Content-Encoding"] = "gzip"
        packed = gzip.compress(body, 1) + self.appended * isinstance(answer, bytes)
        reply = addinfourl(io.BytesIO(packed), headers, request.full_url, 200)
        reply.msg = "OK"
        return reply


class Offline(urllib.request.HTTPSHandler):
    def https_open(self, request):
        raise URLError("no route to host")


IMAGES = np.random.default_rng(0).integers(0, 256, (9, 784))
LABELS = np.array([3, 1, 4, 1, 5, 9, 2, 6, 0])


@pytest.fixture
def answering(monkeypatch):
    """Puts a handler in the place of the network."""
    def put(handler):
        monkeypatch.setattr(urllib.request, "_opener", urllib.request.build_opener(handler))
        return handler
    monkeypatch.setattr("time.sleep", lambda seconds: None)                         # between the attempts
    return put


@pytest.fixture
def small(monkeypatch):
    """A data set of six training images and three for testing, with its checksums."""
    monkeypatch.setitem(idx.PARTS, "train", slice(6))
    monkeypatch.setitem(idx.PARTS, "t10k", slice(6, None))
    md5 = {name: hashlib.md5(content).hexdigest() for name, content in fetch._files(IMAGES, LABELS).items()}
    source = fetch.Source("MNIST", 554, 1, md5)
    monkeypatch.setattr(fetch, "MNIST", source)
    return source


def test_it_is_fetched_once_and_kept(tmp_path, answering, small, capsys):
    web = answering(FakeOpenML(IMAGES, LABELS, 554))
    x, y = mnist(folder=tmp_path / "here")
    assert np.array_equal(x, IMAGES[:6].reshape(6, 28, 28)) and np.array_equal(y, LABELS[:6])
    assert x.dtype == y.dtype == np.uint8 and web.asked.count("/data/v1/download/7") == 1
    assert "fetching MNIST from OpenML into" in capsys.readouterr().out
    answering(Offline())
    x, y = mnist("t10k", tmp_path / "here")
    assert np.array_equal(y, LABELS[6:]) and capsys.readouterr().out == ""
    assert sorted(f.name for f in (tmp_path / "here").iterdir()) == sorted(small.md5)


def test_the_cache_is_the_users(tmp_path, monkeypatch, answering, small):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    answering(FakeOpenML(IMAGES, LABELS, 554))
    mnist(progress=False)
    assert cache_folder() == tmp_path / "retrograd" and (cache_folder() / "MNIST" / "t10k-labels-idx1-ubyte").exists()


def test_offline_it_says_which_files_to_put_where(tmp_path, answering):
    answering(Offline())
    with pytest.raises(ConnectionError, match="no route to host") as caught:
        fashion_mnist(folder=tmp_path, progress=False)
    message = str(caught.value)
    assert "Fashion-MNIST" in message and "train-images-idx3-ubyte" in message and str(tmp_path) in message
    assert not list(tmp_path.iterdir())
    for name, content in fetch._files(IMAGES, LABELS).items():
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    assert fashion_mnist(folder=tmp_path)[0].shape == (9, 28, 28)


def test_without_scikit_learn_nothing_is_begun(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        mnist(folder=tmp_path / "new")
    assert not list(tmp_path.iterdir()) and capsys.readouterr().out == ""


@pytest.mark.parametrize("damage", [lambda body: body[:-20], lambda body: b"<html>try again later</html>"])
def test_a_damaged_download_is_refused(tmp_path, answering, small, damage):
    web = answering(FakeOpenML(IMAGES, LABELS, 554))
    web.damage = damage
    with pytest.raises(ConnectionError, match="md5 checksum"):
        mnist(folder=tmp_path, progress=False)
    assert not list(tmp_path.iterdir())


def test_a_download_that_unpacks_to_much_more_is_refused_without_unpacking_it(tmp_path, answering, small):
    web = answering(FakeOpenML(IMAGES, LABELS, 554))
    web.appended = gzip.compress(bytes(1_000_000)) * 60
    tracemalloc.start()
    try:
        with pytest.raises(ConnectionError, match="md5 checksum"):
            mnist(folder=tmp_path, progress=False)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_other_data_than_the_published_are_refused(tmp_path, answering, small):
    answering(FakeOpenML(IMAGES, LABELS[::-1], 554))
    with pytest.raises(ConnectionError, match=r"train-labels-idx1-ubyte of MNIST is not .* checksum differs"):
        mnist(folder=tmp_path, progress=False)
    assert not list(tmp_path.iterdir())


def test_the_bar_follows_the_download(tmp_path, monkeypatch, answering, small):
    seen = []

    class Bar:
        n = 0

        def update(self, more):
            self.n += more
            seen.append(self.n)

        def close(self):
            seen.append("closed")

    monkeypatch.setattr(fetch, "bar", lambda **options: Bar())
    web = answering(FakeOpenML(IMAGES, LABELS, 554))
    wait = fetch.threading.Event().wait
    web.damage = lambda body: (wait(0.5) and body) or body
    mnist(folder=tmp_path)
    assert seen[-1] == "closed" and seen[-2] > 0


def test_an_unknown_part_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one of train, t10k, got 'test'"):
        mnist("test", tmp_path)
