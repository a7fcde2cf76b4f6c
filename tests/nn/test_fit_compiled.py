"""`fit(compile=True)`: the same training, bit for bit or nearly so, as a program of NumPy calls."""
import numpy as np
import pytest

import nn

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(53, 6)), RNG.integers(0, 3, 53)


def trained(compile, optimizer=nn.Adam, loss=nn.cross_entropy_loss, data=(X, LABELS), **options):
    model = nn.MLP([6, 16, 3], activation="relu", dropout=0.2, rng=0)
    history = nn.fit(model, data, loss, optimizer(model.parameters(), lr=0.01), 4, rng=0, progress=False,
                     compile=compile, **options)
    return history, [p.data for p in model.parameters()]


@pytest.mark.parametrize("options", [
    {}, {"clip_norm": 0.5}, {"validation": (X, LABELS), "metrics": {"accuracy": nn.metrics.accuracy}},
    {"schedule": nn.schedule.cosine(0.01, 8)}, {"optimizer": nn.SGD},
    {"loss": nn.mse_loss, "data": (X, RNG.normal(size=(53, 3)))}],
    ids=["adam", "clipped", "validation", "schedule", "sgd", "mse"])
def test_it_learns_the_same(options):
    (plain, weights), (compiled, twins) = trained(False, **options), trained(True, **options)
    np.testing.assert_allclose(compiled["loss"], plain["loss"], rtol=1e-13)
    for a, b in zip(weights, twins, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-15)


def test_a_loss_that_is_not_finite_is_explained():
    with pytest.raises(nn.Diverged, match="update"), np.errstate(all="ignore"):
        trained(True, optimizer=lambda params, lr: nn.SGD(params, lr=1e200))


def test_it_resumes_from_a_checkpoint(tmp_path):
    whole, _ = trained(True)
    first = nn.MLP([6, 16, 3], activation="relu", dropout=0.2, rng=0)
    for epochs in (2, 4):
        history = nn.fit(first, (X, LABELS), nn.cross_entropy_loss, nn.Adam(first.parameters(), lr=0.01), epochs, rng=0,
                         progress=False, compile=True, checkpoint=tmp_path / "training")
    np.testing.assert_allclose(history["loss"], whole["loss"], rtol=1e-13)


def test_what_is_no_flag_is_refused():
    with pytest.raises(TypeError, match="compile must be True or False"):
        trained("yes")
