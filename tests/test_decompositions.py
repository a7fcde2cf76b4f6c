"""Inverse, log-determinant, QR and split under NumPy's names, and what they refuse."""
import numpy as np
import pytest

import autograd.numpy as np_
from autograd import Tensor, grad, where


def leaf(value):
    return Tensor(value, requires_grad=True)


def test_numpys_linalg_takes_tensors():
    x = leaf(np.eye(2) * 2)
    assert np.linalg.qr(x).R.shape == (2, 2)
    assert np.linalg.slogdet(x).logabsdet.item() == pytest.approx(np.log(4))
    assert np.linalg.inv(x).tolist() == [[0.5, 0], [0, 0.5]]
    assert np_.linalg.qr is not np.linalg.qr


def test_a_zero_cotangent_stays_zero_at_a_singular_matrix():
    x = leaf(np.stack([np.zeros((2, 2)), np.eye(2)]))
    sign, log = np.linalg.slogdet(x)
    where(sign == 0, 0.0, log).sum().backward()
    assert x.grad.tolist() == [[[0, 0], [0, 0]], [[1, 0], [0, 1]]]


def test_the_slope_of_the_logarithm_at_a_singular_matrix_is_infinite():
    assert not np.isfinite(grad(lambda x: np.linalg.slogdet(x)[1])(np.zeros((2, 2)))).any()


@pytest.mark.parametrize("f, shape, said", [
    (np.linalg.inv, (2, 2), "inv cannot take .*ingular.*full rank"),
    (np.linalg.inv, (2, 3), "inv cannot take .*square"),
    (np.linalg.slogdet, (), "slogdet cannot take"),
    (lambda x: np.linalg.qr(x).Q.sum().backward(), (2, 3), "at least as many rows as columns"),
    (lambda x: np.linalg.qr(x).Q.sum().backward(), (3, 2), "ingular.*full rank"),
    (lambda x: np.split(x, 2), (3,), "split cannot take .*equal division"),
    (lambda x: np.split(x, 0), (3,), "split cannot take .*at least one part"),
    (lambda x: np.array_split(x, 0), (3,), "split cannot take .*at least one part"),
    (lambda x: np.split(x, 1), (), "split cannot take .*at least one axis"),
    (lambda x: np.array_split(x, 1), (), "split cannot take .*at least one axis"),
])
def test_what_they_cannot_take(f, shape, said):
    with pytest.raises(ValueError, match=said):
        f(leaf(np.zeros(shape)))


def test_other_modes_of_qr_are_refused():
    with pytest.raises(TypeError, match=r"np\.linalg\.qr with mode= .*reduced form"):
        np.linalg.qr(leaf(np.eye(2)), mode="complete")


@pytest.mark.parametrize("sections", [1, 2, 3, 7, 9, [2, 4], (0, 9)])
def test_array_split_is_numpys(sections):
    x = np.arange(14.0).reshape(7, 2)
    for got, expected in zip(np.array_split(leaf(x), sections), np.array_split(x, sections), strict=True):
        assert got.tolist() == expected.tolist()


@pytest.mark.parametrize("f, shape", [(np.hsplit, (4,)), (np.hsplit, (3, 4)), (np.vsplit, (4, 2))])
def test_hsplit_and_vsplit_are_numpys(f, shape):
    x = np.arange(float(np.prod(shape))).reshape(shape)
    assert [y.tolist() for y in f(leaf(x), 2)] == [y.tolist() for y in f(x, 2)]


def test_pieces_are_views_that_an_update_in_place_leaves_alone():
    x = leaf([1.0, 2.0])
    a, b = np.split(x, 2)
    x.writable()[:] = 9
    assert (a.item(), b.item()) == (1, 2)


@pytest.mark.parametrize("f", [np.linalg.inv, lambda x: np.linalg.slogdet(x)[1], lambda x: np.linalg.qr(x)[1]])
def test_float16_is_decomposed_in_float32(f):
    x = leaf(np.eye(2, dtype=np.float16) * 2)
    y = f(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float16
