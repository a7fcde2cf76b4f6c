"""Readers of digits: what they give, and what they say to damaged files; resampling and augmentation."""
import gzip
import hashlib
import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nn import (
    MLP,
    Adam,
    balanced_class_weight,
    bce_with_logits_loss,
    class_counts,
    cross_entropy_loss,
    datasets,
    evaluate,
    fit,
    noisy,
    one_hot,
    over_sample,
    read_digits,
    read_idx,
    rotated,
    shifted,
    train_test_split,
    under_sample,
)
from nn.data.fetch import MNIST
from nn.data.idx import idx_bytes


def idx(array, code):
    return struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape) + array.tobytes()


@pytest.mark.parametrize("dtype, code", [("u1", 8), ("i1", 9), (">i2", 11), (">i4", 12), (">f4", 13), (">f8", 14)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_idx_type_plain_and_zipped(tmp_path, dtype, code, pack):
    a = np.arange(24).reshape(2, 3, 4).astype(dtype)
    (tmp_path / "file").write_bytes(pack(idx(a, code)))
    read = read_idx(tmp_path / "file")
    np.testing.assert_array_equal(read, a)
    assert read.dtype == np.dtype(dtype).newbyteorder("=") and read.dtype.isnative and read.flags.writeable
    assert idx_bytes(read) == idx(a, code)


def test_damaged_idx_files(tmp_path):
    whole = idx(np.zeros((2, 3), "u1"), 8)
    for content, message in [(b"", "not an IDX"), (b"hello", "not an IDX"), (whole[:-1], "damaged"),
                             (whole + b"0", "damaged"), (whole[:6], "damaged"), (gzip.compress(whole)[:-9], "damaged"),
                             (gzip.compress(whole)[:12] + b"\xff" * 9, "damaged")]:
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(ValueError, match=message):
            read_idx(tmp_path / "file")


def test_what_an_idx_file_declares_bounds_what_is_unpacked(tmp_path):
    """A small gzip unpacked to hundreds of MB before its size was compared."""
    bomb, path = idx(np.zeros((2, 3), "u1"), 8) + bytes(100_000_000), tmp_path / "file"
    path.write_bytes(gzip.compress(bomb))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"shape \(2, 3\) of uint8 takes 6 bytes, not more"):
            read_idx(path)
        path.write_bytes(gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1)))
        with pytest.raises(ValueError, match="bytes, not at most"):
            read_idx(path)
        path.write_bytes(struct.pack(">HBB3I", 0, 14, 3, 2 ** 31, 2 ** 31, 4))          # 0 bytes by int64's arithmetic
        with pytest.raises(ValueError, match="bytes, not at most"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_images_and_labels_belong_together(tmp_path):
    for images, labels in [((5, 28, 28), (4,)), ((5, 784), (5,)), ((5, 28, 28), (5, 1))]:
        (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.zeros(images, "u1"), 8))
        (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(labels, "u1"), 8))
        with pytest.raises(ValueError, match="do not belong together"):
            read_digits(tmp_path)


def test_remains_and_folders_are_no_digits(tmp_path):
    for name in ("train-images-idx3-ubyte.tmp", "train-images-idx3-ubyte.gz.part", "train-images-idx3-ubyte~"):
        (tmp_path / name).write_bytes(b"half a file")
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(2, "u1"), 8))
    with pytest.raises(FileNotFoundError):
        read_digits(tmp_path)
    (tmp_path / "train-images.idx3-ubyte").write_bytes(idx(np.zeros((2, 28, 28), "u1"), 8))
    assert read_digits(tmp_path)[0].shape == (2, 28, 28)
    with pytest.raises(FileNotFoundError):
        read_digits(tmp_path / "none")


def test_a_folder_of_digits(tmp_path):
    images, labels = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype("u1"), np.arange(5).astype("u1")
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images, 8)))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(labels, 8))
    x, y = read_digits(tmp_path)
    assert np.array_equal(x, images) and np.array_equal(y, labels)
    with pytest.raises(FileNotFoundError, match=r"t10k\*images.*four files.*t10k-labels-idx1-ubyte"):
        read_digits(tmp_path, "t10k")


@pytest.mark.skipif("RETROGRAD_DATA" not in os.environ, reason="real digits are looked for in RETROGRAD_DATA")
def test_a_network_reads_real_digits():
    x, y = read_digits(Path(os.environ["RETROGRAD_DATA"]) / "mnist10k", "t10k")
    x = x.reshape(len(x), -1).astype(np.float32) / 255
    assert x.shape == (10000, 784) and list(class_counts(y)) == list(range(10))
    model = MLP([784, 100, 10], rng=0).astype(np.float32)
    fit(model, (x[:8000], y[:8000]), cross_entropy_loss, Adam(model.parameters(), lr=0.003), 5, rng=0, batch_size=64,
        progress=False)
    scores = evaluate(model, (x[8000:], y[8000:]), cross_entropy_loss,
                      {"accuracy": lambda output, labels: np.mean(output.argmax(axis=1) == labels)})
    assert scores["accuracy"] > 0.93


@pytest.mark.skipif("RETROGRAD_DATA" not in os.environ, reason="real digits are looked for in RETROGRAD_DATA")
def test_the_checksums_are_those_of_the_real_files():
    folder = Path(os.environ["RETROGRAD_DATA"]) / "mnist10k"
    for name, a in zip(("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"), read_digits(folder, "t10k"), strict=True):
        assert hashlib.md5(idx_bytes(a)).hexdigest() == MNIST.md5[name]
    assert np.array_equal(datasets.mnist("t10k", folder)[0], read_digits(folder, "t10k")[0])


# ---- from scikit-learn -----------------------------------------------------------------------------------------------

def test_small_sets_have_scikit_learns_numbers_for_a_seed_and_shapes_for_the_losses():
    theirs = pytest.importorskip("sklearn.datasets")
    for ours, expected in [
            (datasets.moons(50, noise=0.2, rng=3), theirs.make_moons(50, noise=0.2, random_state=3)),
            (datasets.circles(100, rng=0), theirs.make_circles(100, noise=0.1, factor=0.3, random_state=0)),
            (datasets.blobs(60, centers=3, rng=1), theirs.make_blobs(60, centers=3, random_state=1)),
            (datasets.digits(), theirs.load_digits(return_X_y=True))]:
        x, y = ours
        scale = 16 if x.shape[1] == 64 else 1
        np.testing.assert_array_equal(x * scale, expected[0])
        np.testing.assert_array_equal(y, expected[1])
        assert x.dtype == np.float64 and y.dtype.kind == "i" and y.shape == (len(x),)
        classes = len(class_counts(y))
        assert np.isfinite(cross_entropy_loss(MLP([x.shape[1], classes], rng=0)(x), y).item())
    x, y = datasets.moons(rng=0)
    assert np.isfinite(bce_with_logits_loss(MLP([2, 1], rng=0)(x), y[:, None]).item())
    places = datasets.blobs(1000, centers=[[0, 9], [5, 0]], std=0.1, rng=0)
    assert places[0][places[1] == 1].mean(axis=0) == pytest.approx([5, 0], abs=0.02)


def test_a_generator_gives_other_points_each_time():
    pytest.importorskip("sklearn")
    rng, twin = np.random.default_rng(4), np.random.default_rng(4)
    first, second = datasets.moons(rng=rng)[0], datasets.moons(rng=rng)[0]
    assert np.array_equal(first, datasets.moons(rng=twin)[0]) and not np.array_equal(first, second)


def test_a_split_keeps_rows_together_and_shares_if_asked():
    pytest.importorskip("sklearn")
    x_train, x_test, y_train, y_test = train_test_split(X, Y, test_size=0.2, stratify=Y, rng=0)
    assert class_counts(y_test) == {0: 10, 1: 1, 2: 4} and np.array_equal(x_train % 10, y_train)
    assert sorted([*x_train, *x_test]) == sorted(X)
    again = train_test_split(X, Y, test_size=0.2, stratify=Y, rng=0)
    assert np.array_equal(again[1], x_test) and not np.array_equal(train_test_split(X, rng=1)[1], x_test)


# ---- balance ---------------------------------------------------------------------------------------------------------

Y = np.repeat([0, 1, 2], [50, 5, 20])
X = np.arange(75) * 10 + Y


def test_under_sampling_takes_each_row_at_most_once():
    x, y = under_sample(X, Y, rng=0)
    assert class_counts(y) == {0: 5, 1: 5, 2: 5} and len(set(x)) == 15 and np.array_equal(x % 10, y)


def test_over_sampling_takes_each_row_at_least_once():
    x, y = over_sample(X, Y, rng=0)
    assert class_counts(y) == {0: 50, 1: 50, 2: 50} and set(x) == set(X) and np.array_equal(x % 10, y)
    assert np.array_equal(x, over_sample(X, Y, rng=0)[0]) and not np.array_equal(x, over_sample(X, Y, rng=1)[0])


def test_class_weights_make_classes_count_the_same():
    np.testing.assert_allclose(balanced_class_weight(Y) * [50, 5, 20], 25)


def test_shifted_images_keep_their_ink_inside_the_limit():
    images = np.zeros((200, 9, 9))
    images[:, 4, 4] = 1
    moved = shifted(images, 2, rng=0)
    where = np.argwhere(moved)
    assert moved.shape == images.shape and len(where) == 200
    assert set(map(tuple, where[:, 1:] - 4)) == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}
    assert shifted(np.ones((2, 5, 5, 3)), 1, rng=0).shape == (2, 5, 5, 3)


@pytest.mark.parametrize("shape", [(3, 7, 7), (3, 8, 8, 2)])
def test_a_quarter_turn_is_exact(shape):
    images = np.random.default_rng(0).integers(0, 256, shape)
    for a in images.astype(float), images.astype(np.uint8):
        np.testing.assert_allclose(rotated(a, (90, 90)), np.rot90(a, axes=(1, 2)), atol=1e-12)
        assert rotated(a, 45, rng=0).dtype == a.dtype and rotated(a[:, :-2], 45, rng=0).shape == a[:, :-2].shape


def test_rotated_images_turn_by_up_to_the_limit_either_way():
    """The angle of a bar is read off again from its second moments."""
    bar = np.zeros((31, 31), np.uint8)
    bar[15, 3:28] = 200
    turned = rotated(np.stack([bar] * 200), 20, rng=0)
    assert turned.dtype == np.uint8 and turned.shape == (200, 31, 31)
    i, j = np.mgrid[-15:16, -15:16]
    ink = turned.astype(float)
    angles = np.degrees(np.arctan2(-2 * (ink * i * j).sum((1, 2)), (ink * (j * j - i * i)).sum((1, 2))) / 2)
    assert -20.5 < angles.min() < -17 and 17 < angles.max() < 20.5 and abs(angles.mean()) < 2
    assert np.array_equal(turned, rotated(np.stack([bar] * 200), 20, rng=0))
    assert not np.array_equal(turned, rotated(np.stack([bar] * 200), 20, rng=1))


def test_what_cannot_be_rotated():
    with pytest.raises(ValueError, match=r"\(n, height, width\).*\(5, 64\)"):
        rotated(np.zeros((5, 64)))
    with pytest.raises(ValueError, match="low to high"):
        rotated(np.zeros((5, 8, 8)), (10, -10))


def test_noise_has_the_asked_size():
    x = noisy(np.zeros(100_000, np.float32), 0.5, rng=0)
    assert x.dtype == np.float32 and x.std() == pytest.approx(0.5, rel=0.02)


def test_noise_on_whole_numbers_is_rounded_and_does_not_wrap_around():
    """A black pixel made darker is black, not white."""
    x = noisy(np.repeat(np.array([[0, 128, 255]], np.uint8), 10_000, axis=0), 10.0, rng=0)
    assert x.dtype == np.uint8 and x[:, 0].max() < 100 and x[:, 2].min() > 155
    assert abs(x[:, 1].mean() - 128) < 0.4                  # towards 0, it would be half a step off


@pytest.mark.parametrize("choose", [under_sample, over_sample, lambda x, y: balanced_class_weight(y)])
def test_labels_that_are_not_one_per_row_are_refused(choose):
    with pytest.raises(ValueError, match=r"one per row, got shape \(75, 3\).*argmax"):
        choose(X, np.eye(3)[Y])


IMAGES = np.ones((2, 4, 4))
MASKED = np.ma.masked_array(Y, Y > 1)


@pytest.mark.parametrize("call, error, message", [
    (lambda: rotated(IMAGES > 0), TypeError, r"True or False.*astype\(float\)"),
    (lambda: noisy(IMAGES > 0), TypeError, r"True or False.*astype\(float\)"),
    (lambda: balanced_class_weight(MASKED), TypeError, "would lose its mask"),
    (lambda: over_sample(MASKED, Y), TypeError, "would lose its mask"),
    (lambda: read_idx(0), TypeError, "os.PathLike")])
def test_what_is_refused(call, error, message):
    """Noise made all truth values true; what is masked was counted; 0 is an open file that is not ours."""
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.uint64])
def test_noise_stays_within_integers_of_any_size(dtype):
    """At the top of int64 it wrapped around to the lowest."""
    top = np.iinfo(dtype).max
    assert (noisy(np.full(100, top, dtype), 3.0, rng=0) > top // 2).all()


def test_half_precision_images_turn_and_empty_batches_stay_empty():
    images = np.random.default_rng(0).normal(size=(3, 7, 7)).astype(np.float16)
    np.testing.assert_array_equal(rotated(images, (90, 90)), np.rot90(images, axes=(1, 2)))
    assert shifted(IMAGES[:0]).shape == rotated(IMAGES[:0]).shape == (0, 4, 4)


def test_one_hot_rows():
    np.testing.assert_array_equal(one_hot([2, 0], 4), [[0, 0, 1, 0], [1, 0, 0, 0]])
    for bad, error in [([0.5], TypeError), ([[1]], TypeError), ([-1], ValueError), ([4], ValueError)]:
        with pytest.raises(error):
            one_hot(bad, 4)
