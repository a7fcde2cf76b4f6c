"""Scalers: scikit-learn's numbers, constant and missing columns, memory maps, statistics that stay with the model."""
import tracemalloc

import numpy as np
import pytest

import nn.layers.scalers
from nn import MLP, Adam, Linear, MinMaxScaler, Sequential, StandardScaler, fit, load, memory_map, mse_loss, save

RNG = np.random.default_rng(0)
X = RNG.normal([3, -500, 1e9, 0], [1, 20, 5, 1e-6], (101, 4))
CONSTANT = np.column_stack([X, np.full(101, 0.1), np.zeros(101)])


@pytest.mark.parametrize("x", [X, CONSTANT, RNG.integers(0, 256, (50, 3)).astype(np.uint8)])
@pytest.mark.parametrize("block", [7, 2 ** 22])
@pytest.mark.parametrize("ours, theirs, options", [
    (StandardScaler(), "StandardScaler", {}), (MinMaxScaler(), "MinMaxScaler", {}),
    (MinMaxScaler(low=-1, high=3), "MinMaxScaler", {"feature_range": (-1, 3)})])
def test_the_numbers_are_those_of_scikit_learn(monkeypatch, x, block, ours, theirs, options):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    monkeypatch.setattr(nn.layers.scalers, "BLOCK", block)
    expected = getattr(preprocessing, theirs)(**options).fit(x.astype(float)).transform(x.astype(float))
    ours = type(ours)(**{k: v for k, v in ours.config().items() if k != "features"}).fit(x)
    np.testing.assert_allclose(ours.transform(x), expected, rtol=1e-9, atol=1e-7)       # 1e9 ± 5 keeps 8 digits
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(x)), x, rtol=1e-12, atol=1e-12)


def test_float32_stays_float32():
    x = X[:, :2].astype(np.float32)
    scaler = StandardScaler().fit(x)
    assert scaler.transform(x).dtype == scaler.inverse_transform(x).dtype == np.float32
    np.testing.assert_allclose(scaler.transform(x), StandardScaler().fit(X[:, :2]).transform(X[:, :2]), atol=1e-5)


def test_constant_columns_and_those_that_vary_by_rounding_alone():
    x = np.column_stack([np.full(9, 0.1), 0.1 * 3 + np.resize([0, 5e-17], 9), np.arange(9)])
    z = StandardScaler().fit(x).transform(x)
    assert np.abs(z[:, :2]).max() < 1e-15 and z[:, 2].std() == pytest.approx(1)
    assert np.abs(MinMaxScaler(low=-1).fit(x).transform(x)[:, :2] + 1).max() < 1e-15


def test_samples_of_any_shape():
    images, target = RNG.normal(size=(20, 4, 4)), RNG.normal(5, 2, 20)
    scaler = StandardScaler().fit(images)
    assert scaler.shift.shape == (4, 4) and scaler(images).data.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert scaler(images[0]).shape == (4, 4)
    one = StandardScaler().fit(target)
    assert one.shift.shape == () and one.transform(target).std() == pytest.approx(1)


@pytest.mark.parametrize("x, message", [
    (np.where(np.eye(6, 4) > 0, np.nan, 1.0)[2:], r"columns \[2, 3\]"), (np.full((2, 2, 2), np.inf), "nan or inf:"),
    (np.zeros((0, 3)), r"\(0, 3\)"), (3.0, "rows")])
def test_what_cannot_be_fitted(x, message):
    scaler = StandardScaler()
    with pytest.raises(ValueError, match=message):
        scaler.fit(x)
    assert scaler.shift is None


def test_misuse_is_said():
    for call in (StandardScaler(), StandardScaler().transform, StandardScaler().inverse_transform):
        with pytest.raises(ValueError, match=r"not fitted yet: call fit\(x_train\)"):
            call(X)
    with pytest.raises(ValueError, match=r"shape \(4,\), got x of \(101, 3\)"):
        StandardScaler().fit(X)(X[:, :3])
    with pytest.raises(ValueError, match=r"shape \(3,\), got x of \(101, 4\)"):
        StandardScaler(3).fit(X)
    with pytest.raises(ValueError, match="low must be below high"):
        MinMaxScaler(low=1, high=1)


def test_the_scaler_is_saved_with_the_weights_and_not_learned(tmp_path):
    pytest.importorskip("safetensors")
    y = X[:, :1] * 2
    scaled = StandardScaler().fit(y)
    model = Sequential(MinMaxScaler(low=-1).fit(X), MLP([4, 8, 1], rng=0))
    fit(model, (X, scaled.transform(y)), mse_loss, Adam(model.parameters(), 0.02), 60, rng=0, progress=False)
    assert np.abs(scaled.inverse_transform(model(X)) - y).mean() < 0.3
    assert len(model.parameters()) == 4
    save(model, tmp_path / "model.safetensors")
    again = load(tmp_path / "model.safetensors")
    assert np.array_equal(again(X).data, model(X).data) and "MinMaxScaler(features=4, low=-1" in repr(again)
    for scaler in (StandardScaler().fit(np.ones((2, 3, 3))), StandardScaler().fit(X[:, 0])):
        save(scaler, tmp_path / "scaler.safetensors")
        assert load(tmp_path / "scaler.safetensors").shift.data.tolist() == scaler.shift.data.tolist()


def test_bytes_go_into_a_float32_network():
    images = RNG.integers(0, 256, (10, 4)).astype(np.uint8)
    model = Sequential(StandardScaler().fit(images), Linear(4, 2, rng=0)).astype(np.float32)
    assert model(images).dtype == np.float32


def test_a_mapped_array_is_not_read_whole(tmp_path, monkeypatch):
    np.save(tmp_path / "x.npy", np.arange(2e6, dtype=np.float32).reshape(-1, 4))      # 8 MB
    monkeypatch.setattr(nn.layers.scalers, "BLOCK", 10_000)
    x = memory_map(tmp_path / "x.npy")
    tracemalloc.start()
    try:
        scaler = StandardScaler().fit(x)
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()
    np.testing.assert_allclose(scaler.shift.data, x.mean(axis=0, dtype=float))
    np.testing.assert_allclose(scaler.scale.data, x.std(axis=0, dtype=float))


@pytest.mark.parametrize("kind", [StandardScaler, MinMaxScaler])
def test_float16_is_scaled_within_its_range(kind):
    """Differences beyond 65504 became inf, and a spread below 6e-8 was a division by 0."""
    for x in (np.array([[-6e4], [6e4], [3e4]], np.float16), np.array([[0.0], [6e-8], [1.2e-7]], np.float16)):
        scaler = kind().fit(x)
        z = scaler.transform(x)
        assert z.dtype == np.float16
        np.testing.assert_allclose(z, kind().fit(x.astype(float)).transform(x.astype(float)), rtol=2e-3, atol=2e-3)
        np.testing.assert_allclose(scaler.inverse_transform(z).astype(float), x.astype(float), rtol=2e-3, atol=1e-7)


def test_the_mean_of_many_in_float16():
    x = np.full((70_000, 1), 30.0, np.float16)
    x[::2] = 10
    assert StandardScaler().fit(x).shift.data.tolist() == [20] and StandardScaler().fit(x).scale.data.tolist() == [10]


@pytest.mark.parametrize("kind", [StandardScaler, MinMaxScaler])
@pytest.mark.parametrize("x", [np.array([[1.0, -1.7e308], [2.0, 1.7e308]]), np.array([[1.0, 0.0], [2.0, 5e-324]]),
                               np.array([[1, -3e38], [2, 3e38]], np.float32)])
def test_columns_whose_scale_leaves_the_range_are_named(kind, x):
    """They became 0 or nan without a word."""
    try:
        z = kind().fit(x).transform(x)
    except ValueError as error:
        assert "columns [1]: multiply" in str(error)
    else:
        np.testing.assert_allclose(z[:, 1], z[:, 0], rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_constant_columns_become_0_exactly(dtype):
    """The mean of [.1, .1, .1] is rounded: they became -1.4e-17."""
    for n in (3, 6, 7, 11, 100):
        x = np.full((n, 2), (0.1, 1 / 3)).astype(dtype)
        assert not StandardScaler().fit(x).transform(x).any()
