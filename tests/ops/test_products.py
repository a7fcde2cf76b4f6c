"""Products whose arguments do not fit are refused, and Einstein's sums read whatever NumPy reads."""
import numpy as np
import pytest

from autograd import Tensor

A = Tensor(np.ones((2, 3)), requires_grad=True)
V = Tensor(np.ones(3), requires_grad=True)


@pytest.mark.parametrize("call, message", [
    (lambda: np.einsum("ij,jk->ik", A), "names 2 operands, 1 are given"),
    (lambda: np.einsum("ii", A), "lengths 2 and 3"),
    (lambda: np.einsum("ij,j->k", A, V), "output of 'ij,j->k' must name"), (lambda: np.einsum("i", A), "does not fit"),
    (lambda: np.einsum("ij,i->j", A, V), "index 'i' has lengths"), (lambda: np.einsum("ij->jj", A), "each once"),
    (lambda: np.cross(A[:, :2], A[:, :2]), "3 entries, got 2 and 2"),
    (lambda: np.convolve(V, V, "middle"), "one of full, same, valid, got 'middle'"),
    (lambda: np.convolve(V, V[:0]), "need entries on both sides"), (lambda: np.diag(V[0]), "vector or a matrix"),
    (lambda: np.diagonal(V), "at least two axes"),
])
def test_a_bad_call_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("subscripts, shapes", [
    ("ij,jk->ik", [(2, 0), (0, 3)]), ("ij->i", [(2, 0)]), ("ij,jk->ik", [(0, 2), (2, 3)]),
    ("ij,ij->ij", [(1, 0), (2, 1)]),
    ("ij,ij->j", [(1, 3), (2, 1)]), ("i,i->", [(1,), (4,)]), ("...ij,...jk", [(2, 1, 2, 3), (4, 3, 1)]),
], ids=str)
def test_sums_over_empty_and_stretched_axes(subscripts, shapes):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in shapes]
    leaves = [Tensor(x, requires_grad=True) for x in arrays]
    y = np.einsum(subscripts, *leaves)
    np.testing.assert_allclose(y.numpy(), np.einsum(subscripts, *arrays), rtol=1e-14)
    y.sum().backward()
    assert [x.grad.shape for x in leaves] == shapes


def test_arrays_and_tensors_mix():
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    for y in (np.einsum("ij,kj->ik", np.ones((4, 3)), x), np.outer(np.ones(2), x), np.kron(np.eye(2), x)):
        assert isinstance(y, Tensor)
        assert y.requires_grad
