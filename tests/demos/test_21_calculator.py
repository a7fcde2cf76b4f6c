"""The calculator is at least as good as the book's after 10 epochs of 10 000 samples, whatever the seed."""
import numpy as np
import pytest


@pytest.mark.parametrize("seed", range(5))
def test_better_than_the_book(run, seed):
    demo = run("--seed", seed)
    assert demo["EPOCHS"] == 10 and len(demo["pairs"]) == 10_000 and len(demo["true"]) == 2_000
    assert (len(demo["x_train"]), len(demo["x_valid"]), demo["BATCH"]) == (8_000, 2_000, 64)
    assert demo["mse"] <= 1.69 and demo["mae"] <= 1.04 and demo["r2"] >= 0.9990
    assert demo["calculate"]([[50, 50]])[0] == pytest.approx(100, abs=1.5)


def test_summary_and_pictures(run, wrote):
    demo = run()
    assert [row.parameters for row in demo["table"].rows] == [48, 272, 272, 17] and demo["table"].parameters == 609
    assert demo["history"]["loss"][-1] < 0.01 * demo["history"]["loss"][0]
    assert np.array_equal(demo["off"], np.abs(demo["predicted"] - demo["true"]) > 1)            # these get the arrows
    wrote("_curves.png", "_scatter.png")


def test_products(run):
    demo = run("--operation", "product")
    assert demo["TOP"] == 10_000 and np.array_equal(demo["true"], demo["fresh"].prod(axis=1))
    assert demo["r2"] >= 0.999 and demo["calculate"]([[50, 50]])[0] == pytest.approx(2500, abs=100)


def test_other_settings(run):
    demo = run("--hidden", 8, 8, "--activation", "tanh", "--optimizer", "sgd", "--rate", 0.1, "--epochs", 5)
    assert demo["model"].sizes == [2, 8, 8, 1] and demo["r2"] > 0.99
