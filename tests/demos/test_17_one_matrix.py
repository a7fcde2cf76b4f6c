"""Loops and matrices give the same sums and gradients, in rows and in columns, and the matrix is faster."""
import numpy as np
import pytest


def test_all_ways_give_the_same_sums(demo):
    X, W, b = demo["X"], demo["W"], demo["b"]
    expected = np.einsum("ij,jk->ik", X, W) + b
    assert expected.shape == (100, 10) and len(demo["results"]) == 4
    for Z in demo["results"].values():
        np.testing.assert_allclose(Z, expected, atol=1e-12)


def test_the_gradients(demo):
    expected = np.einsum("ij,ik->jk", demo["X"], demo["dZ"]), np.einsum("ik->k", demo["dZ"])
    for way in ("by_engine", "by_formula", "by_loop"):
        for found, wanted in zip(demo[way], expected, strict=True):
            np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_in_columns_each_matrix_is_the_transpose(demo):
    X, W, b, dZ = demo["X"], demo["W"], demo["b"], demo["dZ"]
    np.testing.assert_allclose(demo["Zc"].numpy(), np.einsum("jk,ij->ki", W, X) + b[:, None], atol=1e-12)
    np.testing.assert_allclose(demo["Wc"].grad.numpy(), np.einsum("ik,ij->kj", dZ, X), atol=1e-12)
    np.testing.assert_allclose(demo["bc"].grad.numpy(), dZ.sum(axis=0)[:, None], atol=1e-12)


@pytest.mark.parametrize("slower, faster, n, times", [("three loops", "X W + b", 100, 50),
                                                      ("two loops", "X W + b", 1_000, 20),
                                                      ("a loop over samples", "X W + b", 1_000, 5)])
def test_the_matrix_is_faster(demo, slower, faster, n, times):
    assert demo["times"][slower][n] > times * demo["times"][faster][n]     # 1000, 300 and 40 measured


def test_picture(demo, wrote):
    wrote(".png")
